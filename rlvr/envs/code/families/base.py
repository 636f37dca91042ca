"""What a generated family of programming problems is.

A problem is a mapping of parameters until it is asked for: whether it belongs to a split is decided on the parameters.
Its solutions are plain functions of this package that take the problem's arguments and, by keyword, its parameters;
their source is also what a right program looks like, and mutants are made of it by replacing text.

- `Family`: one family of problems.
- `Parameters`: what a problem is drawn as.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.seeding import Stream

Parameters = Mapping[str, Any]
"""JSON data by name; each goes to the solutions as a keyword argument."""

Arguments = tuple[Any, ...]
"""Positional arguments of one call: fresh, mutable values that nobody else holds."""

TOPICS = ("dates", "dictionaries", "dynamic programming", "graphs", "grids", "lists", "numbers", "parsing", "strings")


def by_value(parameters: Parameters) -> str:
    """The default of `Family.canonical`: problems are the same if their parameters are."""
    return json.dumps(parameters, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of programming problems; every function is pure.

    Solutions are self-contained: module-level functions that import what they need inside their body, use no other name
    of their module, and are annotated with builtin types only. Parameters are keyword-only.

    Raises:
        ValueError: It has no level, its topic is unknown, or its name could not be part of a task's id.
    """

    name: str
    """As `families=` and the task's id name it: lower-case letters."""
    topic: str
    """One of `TOPICS`."""
    levels: tuple[str, ...]
    """What level 1, 2, 3, ... asks, a line each."""
    draw: Callable[[Stream, int], Parameters]
    """The parameters of a problem of a level, from nothing but the stream."""
    size: Callable[[int], int]
    """Number of problems of a level that differ in `canonical`, exactly."""
    entry_point: str
    """The function that a program has to define; `""` if it reads standard input and writes standard output."""
    signature: str
    """Its parameters with their types, as `def` would show them: `"words: list[str], k: int"`. Empty with standard
    input."""
    prompt: Callable[[Parameters], str]
    """What the program has to do, said so exactly that every input has one right output (or a `checker` decides). The
    environment adds the signature and the public tests."""
    solve: Callable[..., Any]
    """The reference, `solve(*arguments, **parameters)`. With standard input: from the whole input, a `str`, to the
    whole output."""
    solve_again: Callable[..., Any]
    """The same by another algorithm; it shares no code with `solve`."""
    mutants: tuple[tuple[str, str], ...]
    """Mistakes that programs make: a piece of text that stands exactly once in the source of `solve`, and what is there
    instead. Each is wrong for some input, whatever the parameters, and always comes to an end."""
    inputs: Callable[[Stream, Parameters], Arguments]
    """Arguments as the tests use them: small enough to read, large enough to tell mistakes apart."""
    edges: Callable[[Parameters], Sequence[Arguments]]
    """Arguments that every suite of hidden tests has: empty, smallest, ties, limits of the parameters."""
    canonical: Callable[[Parameters], str] = by_value
    """Equal for problems that are the same. The split is decided by it, so it must not depend on the level."""
    checker: Callable[..., bool] | None = None
    """Where many outputs are right: `checker(arguments, output, expected, **parameters)`, self-contained too. It is
    given whatever the program returned, of any type, and must say `False` to nonsense."""
    tolerance: float = 0.0
    """Largest relative or absolute difference at which two floats are the same."""

    def __post_init__(self) -> None:
        """Refuse what no source could offer."""
        if not self.levels or not re.fullmatch("[a-z]+", self.name):
            raise ValueError(
                f"Expected a name of lower-case letters and a level, actually: {self.name!r}, {self.levels}."
            )
        if self.topic not in TOPICS:
            raise ValueError(f"Expected the topic of {self.name!r} to be one of {TOPICS}, actually: {self.topic!r}.")
