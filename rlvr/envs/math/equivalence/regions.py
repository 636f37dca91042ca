"""Sets of real numbers: unions of intervals, with exact ends.

- `Region`: intervals in order, no two of which touch.
- `between`, `points`, `EVERYTHING`, `NOTHING`: make one.
- `combined(how, left, right)`: union, intersection or difference.
- `solved(difference, relation, budget)`: the region of a linear inequality in one variable.
- `paired(left, right)`: which ends have to be equal for two regions to be the same.

Ends are ordered by floats of 15 digits and told apart exactly; where two ends that differ cannot be ordered so, or hold
variables, nothing is merged, and regions are compared interval by interval.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.algebra.polynomial import Polynomial
from rlvr.envs.math.algebra.ratio import ONE, Ratio
from rlvr.envs.math.reading.tree import Node, Unreadable


class _Infinity(NamedTuple):
    sign: int


INFINITY = _Infinity(1)
MINUS_INFINITY = _Infinity(-1)


class Bound(NamedTuple):
    """A finite end: its value, and the tree behind it for the stages that work on trees."""

    value: Ratio
    node: Node | None = None


End = Bound | _Infinity


class Interval(NamedTuple):
    """From `low` to `high`; closed where the end belongs to it."""

    low: End
    high: End
    low_closed: bool
    high_closed: bool


MAX_INTERVALS = 24
"""Sets of more pieces are not compared."""

Region = tuple[Interval, ...]

NOTHING: Region = ()
EVERYTHING: Region = (Interval(MINUS_INFINITY, INFINITY, False, False),)


def between(low: End, high: End, low_closed: bool, high_closed: bool) -> Region:
    """One interval; an infinity never belongs to it.

    Raises:
        Unreadable: It ends before it begins.
    """
    low_closed = low_closed and not isinstance(low, _Infinity)
    high_closed = high_closed and not isinstance(high, _Infinity)
    left, right = approximate(low), approximate(high)
    if (
        left is not None
        and right is not None
        and (left > right or (left == right and not (low_closed and high_closed)))
    ):
        raise Unreadable("an interval that ends before it begins")
    return (Interval(low, high, low_closed, high_closed),)


def points(bounds: list[Bound]) -> Region:
    """The set of some numbers."""
    return combined("union", tuple(Interval(bound, bound, True, True) for bound in bounds), NOTHING)


def approximate(end: End) -> float | None:
    """A float near an end, or `None` if it holds variables or is not real."""
    if isinstance(end, _Infinity):
        return end.sign * math.inf
    top, bottom = _float(end.value.top), _float(end.value.bottom)
    return None if top is None or bottom is None or bottom == 0 else top / bottom


def _float(polynomial: Polynomial) -> float | None:
    total = 0.0
    try:
        for monomial, coefficient in polynomial.items():
            term = float(coefficient)
            for atom, exponent in monomial:
                if atom[0] == "p" or atom[0] == "q":
                    base = float(int(atom[2:], 16))
                elif atom[0] == "l":
                    base = math.log(int(atom[2:], 16))
                elif atom == "k:pi":
                    base = math.pi
                elif atom == "k:e":
                    base = math.e
                else:
                    return None
                term *= base ** float(exponent)
            total += term
    except OverflowError:
        return None
    return total


def combined(how: str, left: Region, right: Region) -> Region:
    """The union, the meet (intersection), or the difference (minus) of two regions.

    Raises:
        Unreadable: Their ends cannot be ordered, or there are too many.
    """
    if len(left) + len(right) > MAX_INTERVALS:
        raise Unreadable(f"a set of more than {MAX_INTERVALS} intervals")
    ends: list[tuple[float, End]] = []
    for piece in (*left, *right):
        for end in (piece.low, piece.high):
            at = approximate(end)
            if at is None:
                if how == "union":
                    return left + right
                raise Unreadable("sets whose ends cannot be ordered")
            if not any(_equal(end, at, other, there) for there, other in ends):
                ends.append((at, end))
    ends.sort(key=lambda pair: pair[0])

    def place(end: End) -> int:
        at = approximate(end)
        return next(index for index, (there, other) in enumerate(ends) if _equal(end, at, other, there))

    # Between two neighbouring ends, and on each of them, every interval holds all or nothing: cell 2n is the n-th end,
    # cell 2n + 1 the gap behind it.
    cells = []
    for region in (left, right):
        inside: set[int] = set()
        for piece in region:
            start = 2 * place(piece.low) + (not piece.low_closed)
            inside.update(range(start, 2 * place(piece.high) + piece.high_closed))
        cells.append(inside)
    kept = {"union": cells[0] | cells[1], "meet": cells[0] & cells[1], "minus": cells[0] - cells[1]}[how]
    pieces: list[Interval] = []
    for cell in sorted(kept):
        if cell - 1 not in kept:
            first = cell
        if cell + 1 not in kept:
            pieces.append(Interval(ends[first // 2][1], ends[(cell + 1) // 2][1], first % 2 == 0, cell % 2 == 0))
    return tuple(pieces)


def _equal(left: End, left_at: float | None, right: End, right_at: float) -> bool:
    """Whether two ends are the same; floats are asked first."""
    if isinstance(left, _Infinity) or isinstance(right, _Infinity):
        return bool(left == right)
    assert left_at is not None
    if abs(left_at - right_at) > 1e-9 * max(1.0, abs(left_at)):
        return False
    return not ratios.difference(left.value, right.value, Budget(2_000))


def solved(difference: Ratio, relation: str, budget: Budget) -> tuple[str, Region] | None:
    """The variable and the region where `difference` stands in a relation to 0, if it is linear in one variable."""
    if difference.bottom is not ONE:
        return None
    slope: Polynomial = {}
    rest: Polynomial = {}
    names = set()
    for monomial, coefficient in difference.top.items():
        variables = [(atom, exponent) for atom, exponent in monomial if atom[0] not in "kpl"]
        if not variables:
            rest[monomial] = coefficient
        elif len(variables) == 1 and variables[0][0][0] == "v" and variables[0][1] == 1:
            names.add(variables[0][0][2:])
            slope[tuple(pair for pair in monomial if pair not in variables)] = coefficient
        else:
            return None
    direction = _float(slope)
    if len(names) != 1 or not direction:
        return None
    bound = Bound(ratios.divide(Ratio(poly.scale(rest, -1)), Ratio(slope), budget) if rest else ratios.rational(0))
    if direction < 0:
        relation = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(relation, relation)
    closed = relation.endswith("=")
    name = names.pop()
    if relation == "!=":
        return name, (Interval(MINUS_INFINITY, bound, False, False), Interval(bound, INFINITY, False, False))
    if relation[0] == "<":
        return name, (Interval(MINUS_INFINITY, bound, False, closed),)
    return name, (Interval(bound, INFINITY, closed, False),)


def paired(left: Region, right: Region) -> list[tuple[Bound, Bound]] | None:
    """The finite ends that have to be equal if two regions are the same; `None` if they are not, whatever these are."""
    if len(left) != len(right):
        return None
    pairs: list[tuple[Bound, Bound]] = []
    for first, second in zip(_arranged(left), _arranged(right), strict=True):
        if first[2:] != second[2:]:
            return None
        for end, other in ((first.low, second.low), (first.high, second.high)):
            if isinstance(end, Bound) and isinstance(other, Bound):
                pairs.append((end, other))
            elif end != other:
                return None
    return pairs


def _arranged(region: Region) -> list[Interval]:
    """By their lower ends, so that the order of a union does not matter."""
    return sorted(region, key=lambda interval: (approximate(interval.low) or 0.0, str(interval.low)))
