"""What a labelled pair is, what a gold is, and the register of the kinds that make pairs from golds.

A kind is a function from a gold to answers, all right (`rewriting`) or all wrong (`near_miss`) by construction. It
yields nothing for a gold that it does not apply to. Choices come from a hash of the gold, so that every run makes the
same pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A gold, an answer, and whether the answer is right."""

    gold: str
    answer: str
    right: bool
    """Whether the values are equal, by the conventions of `docs/envs/math.md`."""
    kind: str
    """What was done to the gold, or the category of a pair that was written by hand."""
    source: str
    """The set that the pair belongs to."""
    evaluated: bool = True
    """False where a right value is left unevaluated (`6*7` for 42), which a strict grader refuses."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to make answers from a gold."""

    name: str
    right: bool
    evaluated: bool
    answers: Callable[[str], Iterator[str]]


KINDS: dict[str, Kind] = {}
"""All kinds by name, in the order of their definition."""

Maker = Callable[[str], Iterator[str]]


def rewriting(answers: Maker) -> Maker:
    """Register a kind whose answers are right."""
    return _register(answers, right=True)


def unevaluated(answers: Maker) -> Maker:
    """Register a kind whose answers have the right value, but leave the last step to the reader."""
    return _register(answers, right=True, evaluated=False)


def near_miss(answers: Maker) -> Maker:
    """Register a kind whose answers are wrong."""
    return _register(answers, right=False)


def _register(answers: Maker, *, right: bool, evaluated: bool = True) -> Maker:
    name = answers.__name__.replace("_", " ")
    if name in KINDS:
        raise ValueError(f"Expected the name of a kind to be new, actually: {name!r}. Rename the function.")
    KINDS[name] = Kind(name, right, evaluated, answers)
    return answers


def number_from(*texts: str) -> int:
    """A number that depends on the texts only, the same on every machine."""
    return int.from_bytes(hashlib.sha256("\0".join(texts).encode()).digest()[:8], "big")


def choose(options: Sequence[Item], *texts: str) -> Item:
    """One of the options, always the same one for the same texts."""
    return options[number_from(*texts) % len(options)]
