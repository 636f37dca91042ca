"""`counting`: selections, arrangements, inclusion and exclusion, and ways to share.

A problem is `(kind, parameters)`. Each kind is one entry of `KINDS`; its second method is in `recounting`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb, factorial, lcm, perm, prod

from rlvr.envs.math.families.base import Family, Parameters, integers_in
from rlvr.envs.math.families.recounting import arranged, divisible, ordered, pascal, paths, shared
from rlvr.seeding import Stream


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of counting problem."""

    name: str
    level: int
    mark: str
    """A piece of its text that no other kind's text has."""
    size: int
    """Number of different problems."""
    draw: Callable[[Stream], Parameters]
    text: Callable[[Parameters], str]
    count: Callable[[Parameters], int]
    """By a formula."""
    count_again: Callable[[list[int]], int]
    """From the integers in the text."""
    symmetric: bool = False
    """The parameters may be swapped without changing the problem."""


def _draw_divisors(stream: Stream, most: int, count: int) -> Parameters:
    return stream.integer(50, most), *sorted(stream.sample(range(2, 16), count))


def _draw_letters(stream: Stream) -> Parameters:
    return tuple([stream.integer(1, 4) for _ in range(stream.integer(3, 5))])


def _draw_teams(stream: Stream) -> Parameters:
    first = stream.integer(4, 15), stream.integer(1, 3)
    return first, (stream.integer(4, 15), stream.integer(1, 3))


def _inclusion_exclusion(most: int, *divisors: int) -> int:
    return sum(
        (-1) ** (size + 1) * (most // lcm(*chosen))
        for size in range(1, len(divisors) + 1)
        for chosen in combinations(divisors, size)
    )


def _letters_text(counts: Parameters) -> str:
    listed = [f"{count} letter{'s' * (count > 1)} {letter}" for count, letter in zip(counts, "ABCDE", strict=False)]
    return f"How many different words can be formed from {', '.join(listed[:-1])} and {listed[-1]}, using all of them?"


def _teams_text(groups: Parameters) -> str:
    (adults, m), (children, n) = groups
    return (
        f"A club has {adults} adults and {children} children. In how many ways can it send a delegation of "
        f"{m} adult{'s' * (m > 1)} and {n} child{'ren' * (n > 1)}?"
    )


KINDS = (
    Kind(
        name="row",
        level=1,
        mark="shelf",
        size=10,
        draw=lambda stream: (stream.integer(3, 12),),
        text=lambda p: f"In how many different orders can {p[0]} different books stand in a row on a shelf?",
        count=lambda p: factorial(p[0]),
        count_again=lambda n: ordered(n[0], n[0]),
    ),
    Kind(
        name="team",
        level=1,
        mark="team",
        size=55 * 3,
        draw=lambda stream: (stream.integer(6, 60), stream.integer(2, 4)),
        text=lambda p: f"In how many ways can a team of {p[1]} people be chosen from a group of {p[0]} people?",
        count=lambda p: comb(p[0], p[1]),
        count_again=lambda n: pascal(n[1], n[0]),
    ),
    Kind(
        name="places",
        level=1,
        mark="runners",
        size=56 * 3,
        draw=lambda stream: (stream.integer(5, 60), stream.integer(2, 4)),
        text=lambda p: (
            f"{p[0]} runners take part in a race without ties. "
            f"How many different results are possible for the first {p[1]} places?"
        ),
        count=lambda p: perm(p[0], p[1]),
        count_again=lambda n: ordered(n[0], n[1]),
    ),
    Kind(
        name="code",
        level=1,
        mark="code",
        size=39 * 4,
        draw=lambda stream: (stream.integer(2, 40), stream.integer(2, 5)),
        text=lambda p: (
            f"A code is {p[1]} symbols long, and each symbol is one of {p[0]}. "
            "Symbols may repeat. How many different codes are there?"
        ),
        count=lambda p: int(p[0] ** p[1]),
        count_again=lambda n: prod([n[1]] * n[0]),
    ),
    Kind(
        name="letters",
        level=2,
        mark="letter",
        size=comb(6, 3) + comb(7, 4) + comb(8, 5),
        draw=_draw_letters,
        text=_letters_text,
        count=lambda p: factorial(sum(p)) // prod(map(factorial, p)),
        count_again=lambda n: arranged(tuple(sorted(n))),
        symmetric=True,
    ),
    Kind(
        name="either",
        level=2,
        mark="or by both",
        size=950 * comb(14, 2),
        draw=lambda stream: _draw_divisors(stream, 999, 2),
        text=lambda p: f"How many integers from 1 to {p[0]} are divisible by {p[1]} or by {p[2]} (or by both)?",
        count=lambda p: _inclusion_exclusion(*p),
        count_again=lambda n: divisible(n[1], n[2:]),
    ),
    Kind(
        name="any",
        level=3,
        mark="at least one of",
        size=4_951 * comb(14, 3),
        draw=lambda stream: _draw_divisors(stream, 5_000, 3),
        text=lambda p: (
            f"How many integers from 1 to {p[0]} are divisible "
            f"by at least one of the numbers {p[1]}, {p[2]} and {p[3]}?"
        ),
        count=lambda p: _inclusion_exclusion(*p),
        count_again=lambda n: divisible(n[1], n[2:]),
    ),
    Kind(
        name="teams",
        level=3,
        mark="delegation",
        size=comb(12 * 3 + 1, 2),
        draw=_draw_teams,
        text=_teams_text,
        count=lambda p: prod(comb(*group) for group in p),
        count_again=lambda n: pascal(n[0], n[2]) * pascal(n[1], n[3]),
        symmetric=True,
    ),
    Kind(
        name="share",
        level=3,
        mark="sweets",
        size=28 * 5,
        draw=lambda stream: (stream.integer(3, 30), stream.integer(2, 6)),
        text=lambda p: (
            f"In how many ways can {p[0]} identical sweets be shared among {p[1]} children, "
            "if a child may also get none?"
        ),
        count=lambda p: comb(p[0] + p[1] - 1, p[1] - 1),
        count_again=lambda n: shared(n[0], n[1]),
    ),
    Kind(
        name="paths",
        level=3,
        mark="streets",
        size=comb(12, 2),
        draw=lambda stream: (stream.integer(2, 12), stream.integer(2, 12)),
        text=lambda p: (
            f"A grid of streets is {p[0]} blocks wide and {p[1]} blocks high. "
            "How many shortest paths lead along the streets from one corner to the opposite one?"
        ),
        count=lambda p: comb(p[0] + p[1], p[0]),
        count_again=lambda n: paths(n[0], n[1]),
        symmetric=True,
    ),
)
_OF_LEVEL = tuple(tuple(kind for kind in KINDS if kind.level == level) for level in range(4))


def _draw(stream: Stream, level: int) -> Parameters:
    kind = stream.choice(_OF_LEVEL[level])
    return kind, kind.draw(stream)


def _canonical(problem: Parameters) -> str:
    kind, parameters = problem
    return f"{kind.name} {sorted(parameters) if kind.symmetric else parameters}"


def _by_enumeration(prompt: str) -> int:
    (kind,) = [kind for kind in KINDS if kind.mark in prompt]
    return kind.count_again(integers_in(prompt))


COUNTING = Family(
    name="counting",
    levels=(
        "orders, selections, places and codes",
        "words with repeated letters, divisibility by one of two numbers",
        "divisibility by one of three numbers, delegations, sharing, paths",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=lambda problem: str(problem[0].text(problem[1])),
    answer=lambda problem: str(problem[0].count(problem[1])),
    solve_again=_by_enumeration,
    size=lambda level: sum(kind.size for kind in _OF_LEVEL[level]),
)
