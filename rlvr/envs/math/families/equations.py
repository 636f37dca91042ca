"""`equation`: linear equations in one unknown.

A problem is `(left, right)`, each side a tuple `(factor, shift, rest)` for `factor(x + shift) + rest`.
"""

from __future__ import annotations

import re
from fractions import Fraction

from rlvr.envs.math.families.base import Family, Parameters, nonzero
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    if level == 3:
        a, c = _two(stream, 2, 9)
        return (a, nonzero(stream, 9), 0), (c, nonzero(stream, 9), nonzero(stream, 20))
    x, b = stream.integer(-12, 12), nonzero(stream, 20)
    if level == 1:
        a = stream.integer(2, 12)
        return (a, 0, b), (0, 0, a * x + b)
    a, c = _two(stream, 2, 12)
    return (a, 0, b), (c, 0, (a - c) * x + b)


def _two(stream: Stream, low: int, high: int) -> tuple[int, int]:
    """Two different integers in [low, high]."""
    a, c = stream.integer(low, high), stream.integer(low, high - 1)
    return a, c + (c >= a)


def _side(side: Parameters) -> str:
    factor, shift, rest = side
    if factor == 0:
        return str(rest)
    text = f"{factor}(x {_plus(shift)})" if shift else f"{factor}x"
    return f"{text} {_plus(rest)}" if rest else text


def _plus(number: int) -> str:
    return f"+ {number}" if number > 0 else f"- {-number}"


def _canonical(sides: Parameters) -> str:
    left, right = sorted(sides)
    return f"{left}={right}"


def _prompt(sides: Parameters) -> str:
    return f"Find the exact value of x if {_side(sides[0])} = {_side(sides[1])}."


def _answer(sides: Parameters) -> str:
    """a(x + p) + q = c(x + r) + s gives x = (c r + s - a p - q) / (a - c)."""
    (a, p, q), (c, r, s) = sides
    top, bottom = c * r + s - a * p - q, a - c
    whole, remainder = divmod(top, bottom)
    return str(Fraction(top, bottom)) if remainder else str(whole)


_TERM = re.compile(r"([-+]?) ?([0-9]+)(?:(x)|\(x ([-+]) ([0-9]+)\))?")


def _by_two_points(prompt: str) -> Fraction:
    """The difference of the sides is linear: its zero follows from its values at x = 0 and x = 1."""
    left, right = prompt.removeprefix("Find the exact value of x if ").removesuffix(".").split(" = ")
    at_0 = _evaluated(left, 0) - _evaluated(right, 0)
    at_1 = _evaluated(left, 1) - _evaluated(right, 1)
    return Fraction(at_0, at_0 - at_1)


def _evaluated(side: str, x: int) -> int:
    total = 0
    for sign, number, alone, inner_sign, inner in _TERM.findall(side):
        value = int(number)
        if alone:
            value *= x
        elif inner:
            value *= x + int(inner_sign + inner)
        total += -value if sign == "-" else value
    return total


def _size(level: int) -> int:
    """On level 2 an equation and its mirror image may both be drawn, so at least half of the draws differ."""
    if level == 1:
        return 25 * 40 * 11
    return 25 * 40 * 11 * 10 // 2 if level == 2 else 8 * 7 * 18 * 18 * 40


EQUATION = Family(
    name="equation",
    levels=(
        "ax + b = c with an integer solution",
        "ax + b = cx + d with an integer solution",
        "a(x + b) = c(x + d) + e with a rational solution",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_by_two_points,
    size=_size,
    exact_size=False,
)
