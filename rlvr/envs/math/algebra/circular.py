"""Sines, cosines and exponentials, and what is made of them.

Sines and cosines of sums and of multiples are expanded, so that identities between them come out as such; tangents and
the like are quotients of them.

- `circular(numerator, denominator)`, `inverse(name)`, `hyperbolic(name)`: the functions.
- `exponential(argument, budget)`: Euler's number to a power.
- `E`, `PI`: the constants.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.algebra.polynomial import Composite, Monomial
from rlvr.envs.math.algebra.powers import power
from rlvr.envs.math.algebra.ratio import ONE, Ratio
from rlvr.envs.math.exact import Number

Function = Callable[[Ratio, Budget], Ratio]
"""From the argument to the value."""

E = ratios.of("k:e")
PI = ratios.of("k:pi")
_PI: Monomial = (("k:pi", 1),)
_MAX_MULTIPLE = 8  # of an angle that is expanded


def _angle(argument: Ratio, budget: Budget) -> tuple[Ratio, Ratio]:
    """Cosine and sine."""
    if argument.bottom is not ONE:
        return _circle_atom(argument)
    cosine, sine = ratios.rational(1), ratios.rational(0)
    if len(argument.top) > 4:
        return _circle_atom(argument)
    part: tuple[Ratio, Ratio]
    for monomial, coefficient in sorted(argument.top.items()):
        if monomial == _PI:
            part = _of_pi(coefficient, budget)
        else:
            part = _multiple(monomial, coefficient, budget)
        cosine, sine = _turned((cosine, sine), part, budget)
    return cosine, sine


def _turned(pair: tuple[Ratio, Ratio], by: tuple[Ratio, Ratio], budget: Budget) -> tuple[Ratio, Ratio]:
    """Cosine and sine of the sum of two angles."""
    (cosine, sine), (by_cosine, by_sine) = pair, by
    return (
        ratios.add(
            ratios.multiply(cosine, by_cosine, budget), ratios.negate(ratios.multiply(sine, by_sine, budget)), budget
        ),
        ratios.add(ratios.multiply(sine, by_cosine, budget), ratios.multiply(cosine, by_sine, budget), budget),
    )


def _multiple(monomial: Monomial, coefficient: Number, budget: Budget) -> tuple[Ratio, Ratio]:
    """Cosine and sine of `coefficient * monomial`, by those of the monomial over the denominator."""
    times = abs(coefficient.numerator)
    step: Number = Fraction(1, coefficient.denominator) if coefficient.denominator > 1 else 1
    if times > _MAX_MULTIPLE:
        times, step = 1, -coefficient if coefficient < 0 else coefficient
    unit = _circle_atom(Ratio({monomial: step}))
    cosine, sine = unit
    for _ in range(times - 1):
        cosine, sine = _turned((cosine, sine), unit, budget)
    return cosine, (ratios.negate(sine) if coefficient < 0 else sine)


def _circle_atom(argument: Ratio) -> tuple[Ratio, Ratio]:
    name = ratios.name_of(argument)
    sine = Composite("s:" + name)
    sine.cosine = "c:" + name
    return ratios.of(sine.cosine), ratios.of(sine)


def _of_pi(coefficient: Number, budget: Budget) -> tuple[Ratio, Ratio]:
    """Cosine and sine of a rational multiple of pi: exact for twelfths, else atoms of the angle in the first octant."""
    turns = Fraction(coefficient) % 2
    quarter = int(turns * 2)
    rest = turns - Fraction(quarter, 2)
    exact = _twelfths().get(rest)
    if exact is None:
        mirrored = rest > Fraction(1, 4)
        angle = Fraction(1, 2) - rest if mirrored else rest
        # Algebraic numbers, so not independent of roots: `f`, not `c` and `s`.
        cosine, sine = (ratios.opaque(name, [ratios.rational(angle)]) for name in ("cospi", "sinpi"))
        exact = (sine, cosine) if mirrored else (cosine, sine)
    cosine, sine = exact
    for _ in range(quarter):
        cosine, sine = ratios.negate(sine), cosine
    return cosine, sine


@cache
def _twelfths() -> dict[Fraction, tuple[Ratio, Ratio]]:
    """Cosine and sine of multiples of pi/12 in the first quadrant."""
    budget = Budget(10_000)
    half = Fraction(1, 2)

    def root(number: int) -> Ratio:
        return power(ratios.rational(number), ratios.rational(half), budget)

    def over(ratio: Ratio, number: int) -> Ratio:
        return ratios.multiply(ratio, ratios.rational(Fraction(1, number)), budget)

    cosines = [
        ratios.rational(1),
        over(ratios.add(root(6), root(2), budget), 4),
        over(root(3), 2),
        over(root(2), 2),
        ratios.rational(half),
        over(ratios.add(root(6), ratios.negate(root(2)), budget), 4),
    ]
    sines = [ratios.rational(0), *reversed(cosines[1:])]
    return {Fraction(index, 12): pair for index, pair in enumerate(zip(cosines, sines, strict=True))}


@cache
def _inverses() -> dict[str, dict[str, Fraction]]:
    """For each inverse function, from a value's key to the angle over pi."""
    budget = Budget(100_000)
    tables: dict[str, dict[str, Fraction]] = {"arcsin": {}, "arccos": {}, "arctan": {}, "arccot": {}}
    for index in range(-6, 13):
        angle = Fraction(index, 12)
        cosine, sine = _of_pi(angle, budget)
        if abs(angle) <= Fraction(1, 2):
            tables["arcsin"][ratios.key(sine)] = angle
            if cosine.top:
                tangent = ratios.divide(sine, cosine, budget)
                tables["arctan"][ratios.key(tangent)] = angle
        if 0 <= angle <= 1:
            tables["arccos"][ratios.key(cosine)] = angle
            if sine.top:
                tables["arccot"][ratios.key(ratios.divide(cosine, sine, budget))] = angle
    return tables


def inverse(name: str) -> Function:
    """An inverse function: exact for multiples of pi/12."""

    def value(argument: Ratio, budget: Budget) -> Ratio:
        angle = _inverses()[name].get(ratios.key(argument))
        if angle is None:
            return ratios.opaque(name, [argument])
        return ratios.multiply(ratios.rational(angle), PI, budget)

    return value


def circular(numerator: int | None, denominator: int | None) -> Function:
    """A quotient of cosine (0) and sine (1); `None` is 1."""

    def value(argument: Ratio, budget: Budget) -> Ratio:
        pair = _angle(argument, budget)
        top = ratios.rational(1) if numerator is None else pair[numerator]
        return top if denominator is None else ratios.divide(top, pair[denominator], budget)

    return value


def hyperbolic(name: str) -> Function:
    """`sinh`, `cosh` or `tanh`, by exponentials."""

    def value(argument: Ratio, budget: Budget) -> Ratio:
        up, down = power(E, argument, budget), power(E, ratios.negate(argument), budget)
        plus, minus = ratios.add(up, down, budget), ratios.add(up, ratios.negate(down), budget)
        if name == "tanh":
            return ratios.divide(minus, plus, budget)
        return ratios.multiply(plus if name == "cosh" else minus, ratios.rational(Fraction(1, 2)), budget)

    return value


def exponential(argument: Ratio, budget: Budget) -> Ratio:
    """The exponential; of an imaginary part by Euler's formula."""
    if argument.bottom is not ONE:
        return power(E, argument, budget)
    turned = {monomial: value for monomial, value in argument.top.items() if ("i", 1) in monomial}
    if not turned:
        return power(E, argument, budget)
    real = Ratio({monomial: value for monomial, value in argument.top.items() if monomial not in turned})
    angle = Ratio({tuple(pair for pair in monomial if pair[0] != "i"): value for monomial, value in turned.items()})
    cosine, sine = _angle(angle, budget)
    circle = ratios.add(cosine, ratios.multiply(ratios.I, sine, budget), budget)
    return ratios.multiply(power(E, real, budget), circle, budget)
