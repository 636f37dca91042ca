"""What a family of structured output is: one kind of text, its tasks, and how an answer is judged.

A problem is a mapping of parameters, JSON data, until it is asked for. What an answer is judged by is a `Reference`,
JSON data too, with the family's name under `"kind"`; a user's row has the same fields.

- `Family`: one family.
- `Outcome`: what a check says; `unreadable(reason)`, `misshapen(reason)`, `compared(right, of)` make one.
- `changed(text)`: another text that could stand in its place; `variants(value)`: other values of JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rlvr.registry.names import unknown
from rlvr.seeding import Stream

Problem = dict[str, Any]
"""JSON data: what a problem is drawn as."""

Reference = dict[str, Any]
"""JSON data: `"kind"`, and what the family's `read` says."""


class Outcome(NamedTuple):
    """What a check found."""

    form: bool
    """Whether the form is the one that was asked for."""
    values: float | None = None
    """The share of the values that are right, 1.0 only if all are; `None` where the form failed or no values are
    known."""
    reason: str = ""
    """What is wrong, for a person; without the values that are right."""
    readable: bool = True
    """Whether it is a text of this kind at all: JSON for one."""


def unreadable(reason: str) -> Outcome:
    """It is no text of this kind."""
    return Outcome(False, None, reason, readable=False)


def misshapen(reason: str) -> Outcome:
    """It is of this kind, but not of the form that was asked for."""
    return Outcome(False, None, reason)


def compared(right: int, of: int) -> Outcome:
    """The form is right, and so many of the values are."""
    if right == of:
        return Outcome(True, 1.0)
    return Outcome(True, right / of, f"{of - right} of {of} values are not right.")


def by_value(problem: Problem) -> str:
    """The default of `Family.canonical`: problems are the same if their parameters are."""
    return json.dumps(problem, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family of structured output; every function is pure.

    Raises:
        ValueError: It has no level, or its name could not be part of a task's id.
    """

    name: str
    """As `families=`, `"kind"` and the task's id name it: lower-case letters."""
    levels: tuple[str, ...]
    """What level 1, 2, 3, ... asks, a line each."""
    draw: Callable[[Stream, int], Problem]
    """The parameters of a problem of a level, from nothing but the stream."""
    size: Callable[[int], int]
    """Number of problems of a level that differ in `canonical`: at least so many, and that many where `exact`."""
    exact: bool = False
    """Whether `size` is the number itself."""
    reference: Callable[[Problem, Stream], Reference]
    """What answers are judged by."""
    prompt: Callable[[Problem, Reference, Stream], str]
    """The task, said so exactly that one value is right wherever a value is asked for."""
    read: Callable[[Mapping[str, Any]], Reference]
    """The reference that a user's row holds; raises `ValueError` with the field's name if it cannot be used."""
    judge: Callable[[str, Reference], Outcome]
    """How well an answer does; takes any text."""
    write: Callable[[Reference], str]
    """An answer that is right; raises `NotImplementedError` if the reference knows no values."""
    mistake: Callable[[Reference], str]
    """An answer of the right form with a wrong value."""
    breakers: tuple[Callable[[Reference], str], ...]
    """Answers that are wrong in other ways, in their form above all."""
    tag: str = ""
    """What stands after the opening fence."""
    in_worker: bool = False
    """Whether `judge` may be slow or hang on some text, so that a killable worker has to run it."""
    canonical: Callable[[Problem], str] = by_value
    """Equal for problems that are the same. The split is decided by it, so it must not depend on the level."""

    def __post_init__(self) -> None:
        """Refuse what no source could offer."""
        if not self.levels or not re.fullmatch("[a-z]+", self.name):
            raise ValueError(
                f"Expected a name of lower-case letters and a level, actually: {self.name!r}, {self.levels}."
            )


def changed(text: str) -> str:
    """Another text of the same look: its last letter or digit is replaced by a neighbour."""
    place = max((at for at, one in enumerate(text) if one.isascii() and one.isalnum()), default=-1)
    if place < 0:
        return f"{text}x"
    last = text[place]
    other = chr(ord(last) - 1) if last in "zZ9" else chr(ord(last) + 1)
    return text[:place] + other + text[place + 1 :]


def variants(value: Any) -> Iterator[Any]:
    """JSON values that differ from this one in one leaf, of the same look; `None` and what is empty have none."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str):
        yield changed(value)
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from ({**value, key: other} for other in variants(held))
    elif isinstance(value, list):
        for index, held in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in variants(held))


# Fields of a user's row. Each raises ValueError with the field's name.


def only(row: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse fields that this kind does not have."""
    known = ("kind", *known)
    for name in row:
        if name not in known:
            raise ValueError(unknown(f"field of a row of kind {row.get('kind')!r}", name, known))


def text_of(row: Mapping[str, Any], name: str) -> str:
    """A field that is a text, not empty."""
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"Expected field {name!r} to be a text that is not empty, actually: {value!r:.80}.")
    return value


def texts_of(row: Mapping[str, Any], name: str) -> list[str]:
    """A field that is a list of texts, not empty."""
    value = row.get(name)
    if not is_texts(value) or not value:
        raise ValueError(f"Expected field {name!r} to be a list of texts that is not empty, actually: {value!r:.80}.")
    return list(value)


def rows_of(row: Mapping[str, Any], columns: Sequence[str]) -> list[list[str]] | None:
    """The field `rows`: for each row a text for each column; `None` where it is left out."""
    rows = row.get("rows")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(is_texts(one) and len(one) == len(columns) for one in rows):
        raise ValueError(
            f"Expected field 'rows' to be a list of rows of {len(columns)} texts each, actually: {rows!r:.80}. "
            "Write numbers as texts, as they are to stand."
        )
    return [list(one) for one in rows]


def is_texts(value: object) -> bool:
    """Whether it is a list of texts."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def known(reference: Reference, field: str) -> Any:
    """A field that a user's row may lack.

    Raises:
        NotImplementedError: It does.
    """
    if reference.get(field) is None:
        raise NotImplementedError(
            f"This row of kind {reference['kind']!r} does not say what is right. Add the field {field!r} to it."
        )
    return reference[field]
