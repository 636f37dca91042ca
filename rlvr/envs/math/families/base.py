"""What a generated family is: how it draws a problem, poses it, answers it, and answers it again another way.

A problem is a tuple of parameters until it is asked for: whether it belongs to a split is decided on the parameters,
and only problems that do are rendered.

- `Family`: one family of problems.
- `Parameters`: what a problem is drawn as.
- `nonzero(stream, most)`: a number other than 0, to draw with.
- `listed(numbers)`: numbers as a sentence lists them, to pose with.
- `integers_in(text)`: the integers a text spells, for second methods that start from the prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.envs.math.exact import Number
from rlvr.seeding import Stream

Parameters = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """One family of problems; every function is pure.

    Raises:
        ValueError: It has no level, or its name could not be part of a task's id.
    """

    name: str
    """As `families=` and the task's id name it: lower-case letters."""
    levels: tuple[str, ...]
    """What level 1, 2, 3, ... asks, a line each."""
    draw: Callable[[Stream, int], Parameters]
    """A problem of a level, from nothing but the stream."""
    canonical: Callable[[Parameters], str]
    """Equal for problems that are the same: commutative operands sorted, names and objects of a story left out. The
    split is decided by it, so it must not depend on the level."""
    prompt: Callable[[Parameters], str]
    """The question."""
    answer: Callable[[Parameters], str]
    """The gold, as `parse_number` reads it."""
    solve_again: Callable[[str], Number]
    """The gold once more, from the prompt's text alone and by another algorithm."""
    size: Callable[[int], int]
    """Number of problems of a level that differ in `canonical`."""
    exact_size: bool = True
    """Whether `size` is the number itself; else it is a lower bound."""

    def __post_init__(self) -> None:
        """Refuse what no source could offer."""
        if not self.levels or not re.fullmatch("[a-z]+", self.name):
            raise ValueError(
                f"Expected a name of lower-case letters and a level, actually: {self.name!r}, {self.levels}."
            )


def nonzero(stream: Stream, most: int) -> int:
    """One of -most, ..., -1, 1, ..., most."""
    value = stream.integer(-most, most - 1)
    return value if value < 0 else value + 1


def listed(numbers: Sequence[int]) -> str:
    """At least two numbers as a sentence lists them: "1, 2 and 3"."""
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


_INTEGER = re.compile(r"(?<![0-9A-Za-z])-?[0-9]+")


def integers_in(text: str) -> list[int]:
    """The integers that `text` spells, in order; a minus sign counts where no space follows it."""
    return [int(spelled) for spelled in _INTEGER.findall(text)]
