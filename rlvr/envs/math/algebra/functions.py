"""Functions of values: logarithms, factorials, and what has a value for numbers only.

What is not simplified becomes an atom of its own, known by name and arguments.

- `call(name, arguments, budget)`: a function's value.
- `factorial(value, budget)`, `absolute(value, budget)`: two that have notations of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, comb, floor, gcd, lcm, log2, prod

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.circular import circular, exponential, hyperbolic, inverse
from rlvr.envs.math.algebra.limits import Budget, Undefined, expect_bits
from rlvr.envs.math.algebra.polynomial import Polynomial
from rlvr.envs.math.algebra.powers import factored, power
from rlvr.envs.math.algebra.ratio import ONE, Ratio
from rlvr.envs.math.exact import Number


def call(name: str, arguments: list[Ratio], budget: Budget) -> Ratio:
    """The value of a function.

    Raises:
        Undefined: It has none there.
        TooComplicated: It is too large.
    """
    if len(arguments) == 1:
        simple = _OF_ONE.get(name)
        if simple is not None:
            return simple(arguments[0], budget)
    if name == "log" and len(arguments) == 2:
        return ratios.divide(_ln(arguments[1], budget), _ln(arguments[0], budget), budget)
    if name == "binom" and len(arguments) == 2:
        return _binomial(arguments[0], arguments[1], budget)
    numbers = [number for argument in arguments if (number := argument.number) is not None]
    if name in _OF_NUMBERS and len(numbers) == len(arguments):
        bits = sum(number.numerator.bit_length() + number.denominator.bit_length() for number in numbers)
        expect_bits(bits)  # A least common multiple has no more.
        budget.spend((bits >> 9) ** 2)
        value: Number | None = _OF_NUMBERS[name](numbers)
        if value is not None:
            return ratios.rational(value)
    return ratios.opaque(name, arguments)


def factorial(value: Ratio, budget: Budget) -> Ratio:
    """The factorial of a whole number that is not negative; of anything else an atom."""
    number = value.number
    if number is None or not isinstance(number, int) or number < 0:
        return ratios.opaque("fact", [value])
    expect_bits(number * log2(number) - 1.4427 * number if number > 2 and number < 1 << 60 else number)
    budget.spend(1 + number // 16)
    return ratios.rational(prod(range(2, number + 1)))


def _double_factorial(value: Ratio, budget: Budget) -> Ratio:
    number = value.number
    if number is None or not isinstance(number, int) or not 0 <= number < 10_000:
        return ratios.opaque("double factorial", [value])
    expect_bits(number * log2(number) / 2 if number > 1 else 1)
    budget.spend(1 + number // 32)
    return ratios.rational(prod(range(number, 1, -2)))


def absolute(value: Ratio, budget: Budget) -> Ratio:
    """The absolute value: of a number, or of a + bi."""
    number = value.number
    if number is not None:
        return ratios.rational(-number if number < 0 else number)
    if value.bottom is ONE and set(value.top) <= {(), (("i", 1),)}:
        real, imaginary = value.top.get((), 0), value.top.get((("i", 1),), 0)
        return power(ratios.rational(real * real + imaginary * imaginary), ratios.rational(Fraction(1, 2)), budget)
    if value.top[max(value.top)] < 0:
        value = ratios.negate(value)
    return ratios.opaque("abs", [value])


def _binomial(n: Ratio, k: Ratio, budget: Budget) -> Ratio:
    chosen, size = k.number, n.number
    if not isinstance(chosen, int):
        return ratios.opaque("binom", [n, k])
    if isinstance(size, int):
        if size < 0 or chosen < 0:
            return ratios.opaque("binom", [n, k])
        if chosen > size:
            return ratios.rational(0)
        fewer = min(chosen, size - chosen)
        expect_bits(fewer * size.bit_length() / 2)
        budget.spend(1 + fewer)
        return ratios.rational(comb(size, fewer))
    if not 0 <= chosen <= 12:
        return ratios.opaque("binom", [n, k])
    result = ratios.rational(1)
    for step in range(chosen):
        factor = ratios.add(n, ratios.rational(-step), budget)
        result = ratios.multiply(
            result, ratios.multiply(factor, ratios.rational(Fraction(1, step + 1)), budget), budget
        )
    return result


# Logarithms.


def _ln(value: Ratio, budget: Budget) -> Ratio:
    if not value.top:
        raise Undefined("The logarithm of zero.")
    if value.bottom is not ONE or len(value.top) != 1:
        return ratios.opaque("ln", [value])
    ((monomial, coefficient),) = value.top.items()
    if coefficient < 0 or any(atom[0] not in "p" and atom != "k:e" for atom, _ in monomial):
        return ratios.opaque("ln", [value])
    result: Polynomial = {}
    for integer, sign in ((coefficient.numerator, 1), (coefficient.denominator, -1)):
        for prime, times in factored(integer, budget).items():
            if prime >= 10**8:
                return ratios.opaque("ln", [value])
            result = poly.add(result, poly.scale(poly.variable(f"l:{prime:x}"), sign * times), budget)
    for atom, exponent in monomial:
        of_atom: Polynomial = {(): 1} if atom == "k:e" else poly.variable(f"l:{int(atom[2:], 16):x}")
        result = poly.add(result, poly.scale(of_atom, exponent), budget)
    return Ratio(result)


def _log10(value: Ratio, budget: Budget) -> Ratio:
    return ratios.divide(_ln(value, budget), _ln(ratios.rational(10), budget), budget)


def _real_part(value: Ratio, budget: Budget) -> Ratio:
    if value.bottom is ONE and set(value.top) <= {(), (("i", 1),)}:
        return ratios.rational(value.top.get((), 0))
    return ratios.opaque("re", [value])


def _imaginary_part(value: Ratio, budget: Budget) -> Ratio:
    if value.bottom is ONE and set(value.top) <= {(), (("i", 1),)}:
        return ratios.rational(value.top.get((("i", 1),), 0))
    return ratios.opaque("im", [value])


_OF_ONE: dict[str, Callable[[Ratio, Budget], Ratio]] = {
    "ln": _ln,
    "log": _log10,
    "exp": exponential,
    "double factorial": _double_factorial,
    "sin": circular(1, None),
    "cos": circular(0, None),
    "tan": circular(1, 0),
    "cot": circular(0, 1),
    "sec": circular(None, 0),
    "csc": circular(None, 1),
    "arcsin": inverse("arcsin"),
    "arccos": inverse("arccos"),
    "arctan": inverse("arctan"),
    "arccot": inverse("arccot"),
    "sinh": hyperbolic("sinh"),
    "cosh": hyperbolic("cosh"),
    "tanh": hyperbolic("tanh"),
    "re": _real_part,
    "im": _imaginary_part,
}


def _integers(numbers: list[Number]) -> list[int] | None:
    return [int(number) for number in numbers] if all(isinstance(number, int) for number in numbers) else None


def _gcd(numbers: list[Number]) -> Number | None:
    integers = _integers(numbers)
    return None if integers is None else gcd(*integers)


def _lcm(numbers: list[Number]) -> Number | None:
    integers = _integers(numbers)
    return None if integers is None else lcm(*integers)


_OF_NUMBERS: dict[str, Callable[[list[Number]], Number | None]] = {
    "floor": lambda numbers: floor(numbers[0]) if len(numbers) == 1 else None,
    "ceil": lambda numbers: ceil(numbers[0]) if len(numbers) == 1 else None,
    "gcd": _gcd,
    "lcm": _lcm,
    "max": max,
    "min": min,
}
