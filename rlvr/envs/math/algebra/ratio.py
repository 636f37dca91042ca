"""Quotients of polynomials: the values of expressions.

- `Ratio`: numerator and denominator.
- `rational(value)`, `of(polynomial)`: make one.
- `add`, `negate`, `multiply`, `divide`: compute.
- `difference(left, right)`: the polynomial that is 0 where the two are equal.
- `key(ratio)`: a text that equal quotients mostly share, and different ones never.
- `opaque(name, arguments)`: a function's value that is not simplified.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra.limits import Budget, TooComplicated, Undefined
from rlvr.envs.math.algebra.polynomial import Polynomial
from rlvr.envs.math.exact import Number

ONE: Polynomial = {(): 1}
MAX_NAME = 20_000
"""Characters in the name of an atom."""

_INVERTIBLE = frozenset("vkpxlq")  # Atoms that are never 0 and whose powers add up.


class Ratio(NamedTuple):
    """A quotient; the denominator is not 0, and is `ONE` where it could be."""

    top: Polynomial
    bottom: Polynomial = ONE

    @property
    def number(self) -> Number | None:
        """The value, if it is a rational number."""
        if self.bottom is ONE and poly.is_constant(self.top):
            return self.top.get((), 0)
        return None


def rational(value: Number) -> Ratio:
    """A number."""
    return Ratio(poly.constant(value))


def of(atom: str, exponent: Number = 1) -> Ratio:
    """A power of an atom."""
    return Ratio(poly.variable(atom, exponent))


I = of("i")  # noqa: E741 -- its name


def add(left: Ratio, right: Ratio, budget: Budget) -> Ratio:
    """The sum."""
    if left.bottom is ONE and right.bottom is ONE:
        return Ratio(poly.add(left.top, right.top, budget))
    if left.bottom == right.bottom:
        return _made(poly.add(left.top, right.top, budget), left.bottom, budget)
    top = poly.add(poly.multiply(left.top, right.bottom, budget), poly.multiply(right.top, left.bottom, budget), budget)
    return _made(top, poly.multiply(left.bottom, right.bottom, budget), budget)


def negate(ratio: Ratio) -> Ratio:
    """The value with the other sign."""
    return Ratio(poly.scale(ratio.top, -1), ratio.bottom)


def multiply(left: Ratio, right: Ratio, budget: Budget) -> Ratio:
    """The product."""
    top = poly.multiply(left.top, right.top, budget)
    if left.bottom is ONE and right.bottom is ONE:
        return Ratio(top)
    return _made(top, poly.multiply(left.bottom, right.bottom, budget), budget)


def divide(left: Ratio, right: Ratio, budget: Budget) -> Ratio:
    """The quotient.

    Raises:
        Undefined: The divisor is 0.
    """
    if not right.top:
        raise Undefined("A division by zero.")
    return _made(poly.multiply(left.top, right.bottom, budget), poly.multiply(left.bottom, right.top, budget), budget)


def difference(left: Ratio, right: Ratio, budget: Budget) -> Polynomial:
    """The numerator of `left - right`: 0 exactly where the two are equal."""
    if left.bottom is ONE and right.bottom is ONE:
        return poly.add(left.top, poly.scale(right.top, -1), budget)
    return poly.add(
        poly.multiply(left.top, right.bottom, budget),
        poly.scale(poly.multiply(right.top, left.bottom, budget), -1),
        budget,
    )


def key(ratio: Ratio) -> str:
    """A text that different quotients never share."""
    if ratio.bottom is ONE:
        return poly.key(ratio.top)
    return f"({poly.key(ratio.top)})/({poly.key(ratio.bottom)})"


def opaque(name: str, arguments: list[Ratio]) -> Ratio:
    """A function's value that is known by name and arguments alone."""
    return of(f"f:{name}({';'.join(map(name_of, arguments))})")


def name_of(ratio: Ratio) -> str:
    """The key of a quotient, for the name of an atom.

    Raises:
        TooComplicated: It is too long for one.
    """
    text = key(ratio)
    if len(text) > MAX_NAME:
        raise TooComplicated("It holds functions or powers of large expressions.")
    return text


def _made(top: Polynomial, bottom: Polynomial, budget: Budget) -> Ratio:
    """The quotient with as little in the denominator as can be seen at once."""
    if not bottom:
        raise Undefined("A division by zero.")
    if not top:
        return Ratio({})
    if len(bottom) == 1:
        ((monomial, coefficient),) = bottom.items()
        if all(atom[0] in _INVERTIBLE for atom, _ in monomial):
            inverse = poly.multiply(
                {tuple((atom, -exponent) for atom, exponent in monomial if atom[0] not in "pq"): 1},
                _inverse_roots([pair for pair in monomial if pair[0][0] in "pq"]),
                budget,
            )
            return Ratio(poly.multiply(top, poly.scale(inverse, Fraction(1) / coefficient), budget))
        if monomial == (("i", 1),):
            return Ratio(poly.multiply(top, {monomial: Fraction(-1) / coefficient}, budget))
    # The leading coefficient of the denominator is made 1, so that equal quotients look alike more often.
    leading = bottom[max(bottom)] if len(bottom) > 1 else next(iter(bottom.values()))
    if leading != 1:
        inverse_leading = Fraction(1) / leading
        top, bottom = poly.scale(top, inverse_leading), poly.scale(bottom, inverse_leading)
    return Ratio(top, bottom)


def _inverse_roots(pairs: list[tuple[str, Number]]) -> Polynomial:
    """1 over a product of fractional powers of integers: `1/2^(1/3)` is `2^(2/3)/2`."""
    factor: Number = 1
    inverse = []
    for atom, exponent in pairs:
        factor = factor * Fraction(1, int(atom[2:], 16))
        inverse.append((atom, 1 - exponent))
    return {tuple(inverse): factor}
