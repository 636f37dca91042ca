"""All labelled pairs: made from the golds of MATH-500, AIME and GSM8K, and written by hand.

- `golds(source)`: the golds of a data set, each once, in the order of the data set.
- `made(source)`: pairs from them, every one right or wrong by construction.
- `all_pairs(sources)`: those of all sets, hand-written ones included; `sample(pairs, number)`: fewer of them.

Data sets are found as environments find them (`RLVR_DATA`, else `../shared/data`, else the Hugging Face hub).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from itertools import zip_longest

from benchmarks.verifiers import (
    hand_written,
    missed_algebra,  # importing a module of kinds registers them
    missed_numbers,  # noqa: F401
    missed_structures,  # noqa: F401
    missed_words,  # noqa: F401
    rewritten_algebra,
    rewritten_numbers,  # noqa: F401
    rewritten_structures,  # noqa: F401
    rewritten_words,  # noqa: F401
    shapes,
)
from benchmarks.verifiers.pairs import KINDS, Kind, Pair, number_from
from rlvr.envs.files import FileSource
from rlvr.envs.math import datasets

SOURCES: dict[str, tuple[Callable[[], FileSource], ...]] = {
    "math500": (datasets.math500,),
    "aime": (lambda: datasets.aime(split="2024"), lambda: datasets.aime(split="2025")),
    "gsm8k": (lambda: datasets.gsm8k(split="test"),),
}
"""Where the golds of each set come from."""
HAND_WRITTEN = "hand-written"
CROSSED = "another gold"
"""The kind of a pair whose answer is another gold of the same set."""
KINDS_PER_GOLD = {"math500": 5, "aime": 4, "gsm8k": 2}
"""How many kinds, right and wrong each, are used for one gold that is a plain integer; other golds use all."""
CROSSES_PER_GOLD = {"math500": 3, "aime": 1, "gsm8k": 1}


@cache
def golds(source: str) -> tuple[str, ...]:
    """The golds of a set, each once.

    Raises:
        FileNotFoundError: The data is nowhere to be found.
    """
    return tuple(dict.fromkeys(str(task.reference) for load in SOURCES[source] for task in load().tasks))


@cache
def made(source: str) -> tuple[Pair, ...]:
    """The pairs of a set, each once.

    Raises:
        FileNotFoundError: The data is nowhere to be found.
        AssertionError: Two kinds disagree about a pair: one of them is wrong.
    """
    found: dict[tuple[str, str], Pair] = {}
    for pair in (pair for gold in golds(source) for pair in (*_kinds(source, gold), *_crossed(source, gold))):
        if not pair.right and pair.answer == pair.gold:
            raise AssertionError(f"Kind {pair.kind!r} gives the gold itself as a near miss: {pair.gold!r}.")
        earlier = found.setdefault((pair.gold, pair.answer), pair)
        if earlier.right != pair.right:
            raise AssertionError(f"Kinds disagree: {earlier} and {pair}.")
    return tuple(found.values())


def _kinds(source: str, gold: str) -> Iterator[Pair]:
    yield Pair(gold, gold, True, "the gold itself", source)
    for right in (True, False):
        kinds = [kind for kind in KINDS.values() if kind.right is right]
        pairs = [made for kind in kinds if (made := list(_pairs(source, gold, kind)))]
        if shapes.integer(gold) is not None:
            pairs.sort(key=lambda made: number_from("kind", made[0].kind, gold))
            pairs = pairs[: KINDS_PER_GOLD[source]]
        yield from (pair for made in pairs for pair in made)


def _pairs(source: str, gold: str, kind: Kind) -> Iterator[Pair]:
    for answer in kind.answers(gold):
        yield Pair(gold, answer, kind.right, kind.name, source, kind.evaluated)


def _crossed(source: str, gold: str) -> Iterator[Pair]:
    """Other golds of the set that are surely not equal to this one."""
    others = [other for other in golds(source) if surely_different(gold, other)]
    others.sort(key=lambda other: number_from("cross", gold, other))
    for other in others[: CROSSES_PER_GOLD[source]]:
        yield Pair(gold, other, False, CROSSED, source)


def surely_different(one: str, other: str) -> bool:
    """Whether two golds differ, by exact numbers, or because they are of kinds that are never equal."""
    (kind, value), (other_kind, other_value) = _read(one), _read(other)
    if kind is None or other_kind is None:
        return False
    return value != other_value if kind == other_kind else True


@cache
def _read(gold: str) -> tuple[str | None, object]:
    """A kind whose members never equal those of another one, and a value that tells members apart."""
    amount: Fraction | int | None = shapes.number(gold)
    if amount is None:
        amount = shapes.degrees(gold)
    if amount is None:
        amount = shapes.dollars(gold)
    if amount is not None:
        return "number", amount
    if value := shapes.radical(gold):
        return "radical", missed_algebra.square(value)
    if (multiple := shapes.multiple_of_pi(gold)) is not None:
        return "multiple of pi", multiple
    if parts := shapes.complex_number(gold):
        return "complex", parts
    if polynomial := rewritten_algebra.polynomial(gold):
        return "polynomial", polynomial
    if word := shapes.word(gold):
        return "word", word.lower()
    if letter := shapes.choice(gold):
        return "choice", letter
    if (rows := shapes.matrix(gold)) and len(rows[0]) > 1:
        return "matrix", rows
    return None, None


def all_pairs(sources: Iterable[str] = (*SOURCES, HAND_WRITTEN)) -> tuple[Pair, ...]:
    """The pairs of the sets, one set after the other."""
    return tuple(
        pair for source in sources for pair in (hand_written.pairs() if source == HAND_WRITTEN else made(source))
    )


def sample(pairs: Sequence[Pair], number: int) -> tuple[Pair, ...]:
    """At most so many of the pairs: every kind of every set in turn, so that rare ones are among them."""
    groups: dict[tuple[str, str, bool], list[Pair]] = {}
    for pair in sorted(pairs, key=lambda pair: number_from("sample", pair.gold, pair.answer, pair.source)):
        groups.setdefault((pair.source, pair.kind, pair.right), []).append(pair)
    turns = (pair for turn in zip_longest(*groups.values()) for pair in turn if pair is not None)
    chosen = {pair for pair, _ in zip(turns, range(number), strict=False)}
    return tuple(pair for pair in pairs if pair in chosen)


def counts(pairs: Iterable[Pair]) -> Counter[tuple[str, bool]]:
    """How many pairs of each kind, right and wrong apart."""
    return Counter((pair.kind, pair.right) for pair in pairs)


CONVENTIONS = frozenset(
    {
        *("percent of a share", "percent as a unit", "percent of the number", "percent"),
        *("dollar sign before a number", "currency forms", "other amount of money", "currency"),
        *("unit behind a number", "unit forms", "another unit", "degrees or none", "other degrees", "units"),
        *("base forms", "another base", "subscript added", "bases"),
        *("dress of a choice", "another choice", "choices", "article before a word", "text"),
        *("column as a tuple", "tautology with another number", "value of a function", "variable in front"),
    }
)
"""Kinds whose labels rest on a convention (may a unit be missing, what is `42%` worth) more than on mathematics."""


def by_convention(pair: Pair) -> bool:
    """Whether sensible graders could have agreed on another label."""
    return pair.kind in CONVENTIONS
