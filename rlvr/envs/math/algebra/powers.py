"""Powers and roots of values.

- `power(base, exponent, budget)`: any power of any value.
- `factored(n, budget)`: the primes of an integer, as far as trial division goes.

Roots are principal; odd roots of negative numbers are real, as schools have it. `sqrt(x^2)` is not `x`: what holds for
some values only is not simplified.
"""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd, isqrt, lcm

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget, Undefined, expect_bits
from rlvr.envs.math.algebra.polynomial import Composite, Polynomial
from rlvr.envs.math.algebra.ratio import ONE, Ratio
from rlvr.envs.math.exact import Number

MAX_TERMS = 2_000
"""A power of a sum that would have more terms stays a power."""

_TRIAL = 10_000
"""Primes up to this are found."""


def power(base: Ratio, exponent: Ratio, budget: Budget) -> Ratio:
    """`base ** exponent`.

    Raises:
        Undefined: It is 0 to a power that is not positive.
        TooComplicated: The result is too large.
    """
    number = exponent.number
    if number is None:
        return _variable_power(base, exponent, budget)
    if number == 1:
        return base
    if number == 0 and base.top:
        return ratios.rational(1)
    if not base.top:
        if number > 0:
            return base
        raise Undefined("Zero to a power that is not positive.")
    if number < 0:
        return ratios.divide(ratios.rational(1), power(base, ratios.rational(-number), budget), budget)
    if isinstance(number, int):
        return _whole_power(base, number, budget)
    return _root(base, number, budget)


def _whole_power(base: Ratio, exponent: int, budget: Budget) -> Ratio:
    value = base.number
    if value is not None:
        if value in (0, 1, -1):
            return ratios.rational(value ** (exponent % 2 or 2) if exponent else 1)
        size = max(abs(value.numerator).bit_length(), value.denominator.bit_length())
        expect_bits(exponent.bit_length() and (size - 1) * exponent)
        budget.spend(1 + size * exponent // 512)
        return ratios.rational(value**exponent)
    if base.bottom is not ONE:
        return ratios.divide(
            _whole_power(Ratio(base.top), exponent, budget), _whole_power(Ratio(base.bottom), exponent, budget), budget
        )
    terms = len(base.top)
    if terms == 1:
        ((monomial, coefficient),) = base.top.items()
        head = _whole_power(ratios.rational(coefficient), exponent, budget)
        if all(atom[0] in "vkxl" for atom, _ in monomial):
            raised: Polynomial = {tuple((atom, _plain(times * exponent)) for atom, times in monomial): 1}
            return ratios.multiply(head, Ratio(raised), budget)
    if terms > 1 and (exponent > MAX_TERMS or comb(exponent + terms - 1, terms - 1) > MAX_TERMS):
        return _opaque_power(base, ratios.rational(exponent))
    result, square, left = dict(ONE), base.top, exponent
    while left:
        if left & 1:
            result = poly.multiply(result, square, budget)
        left >>= 1
        if left:
            square = poly.multiply(square, square, budget)
    return Ratio(result)


def _root(base: Ratio, exponent: Fraction, budget: Budget) -> Ratio:
    value = base.number
    if value is not None:
        return _number_root(value, exponent, budget)
    if base.bottom is not ONE:
        return _opaque_power(base, ratios.rational(exponent))
    odd = exponent.denominator % 2 == 1
    if len(base.top) == 1:
        ((monomial, coefficient),) = base.top.items()
        variables = [pair for pair in monomial if pair[0][0] == "v"]
        simple = odd or len(variables) + (coefficient < 0) <= 1
        whole = all(odd or times.numerator % 2 for _, times in variables)
        if simple and whole and all(atom[0] in "vkpxl" for atom, _ in monomial) and (coefficient > 0 or odd):
            result = _number_root(coefficient, exponent, budget)
            for atom, times in monomial:
                raised = _plain(Fraction(times) * exponent)
                if atom[0] == "p":
                    factor = _prime_power(int(atom[2:], 16), raised, budget)
                else:
                    factor = poly.variable(atom, raised)
                result = ratios.multiply(result, Ratio(factor), budget)
            return result
    if exponent.denominator == 2 and (denested := _denested(base.top, budget)) is not None:
        return power(denested, ratios.rational(exponent.numerator), budget)
    return _polynomial_root(base.top, exponent, budget)


def _polynomial_root(radicand: Polynomial, exponent: Fraction, budget: Budget) -> Ratio:
    """A root of a sum: the root of its content times that of the rest, which stays."""
    content = _content(radicand)
    if exponent.denominator % 2 and radicand[max(radicand)] < 0:
        content = -content
    inner = poly.scale(radicand, Fraction(1) / content)
    atom = Composite("r:" + poly.key(inner))
    atom.inner = inner
    whole = exponent.__floor__()
    result = ratios.multiply(_number_root(content, exponent, budget), ratios.of(atom, exponent - whole), budget)
    if whole:
        result = ratios.multiply(result, _whole_power(Ratio(inner), whole, budget), budget)
    return result


def _number_root(value: Number, exponent: Fraction, budget: Budget) -> Ratio:
    if value < 0:
        if exponent.denominator % 2:
            root = _number_root(-value, exponent, budget)
            return ratios.negate(root) if exponent.numerator % 2 else root
        if exponent.denominator == 2:
            turned = power(ratios.I, ratios.rational(exponent.numerator), budget)
            return ratios.multiply(turned, _number_root(-value, exponent, budget), budget)
        return _opaque_power(ratios.rational(value), ratios.rational(exponent))
    result: Polynomial = {(): 1}
    for integer, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, times in factored(integer, budget).items():
            result = poly.multiply(result, _prime_power(prime, sign * times * exponent, budget), budget)
    return Ratio(result)


def _prime_power(prime: int, exponent: Number, budget: Budget) -> Polynomial:
    """A rational power of an integer that is not factored further."""
    whole = exponent.__floor__()
    expect_bits(abs(whole) * prime.bit_length())
    factor: Number = prime**whole if whole >= 0 else Fraction(1, prime**-whole)
    if exponent == whole:
        return {(): factor}
    return {((f"{'p' if prime < _TRIAL**2 else 'q'}:{prime:x}", exponent - whole),): factor}


def factored(number: int, budget: Budget) -> dict[int, int]:
    """Primes and how often each divides a positive integer; what is left above 10^8 is one factor or a power."""
    factors: dict[int, int] = {}
    divisor = 2
    # Large numbers are factored less far: each division costs more.
    most = _TRIAL if number.bit_length() <= 256 else 1_000
    budget.spend(number.bit_length() // 8)
    steps = 0
    while divisor * divisor <= number and divisor <= most:
        steps += 1
        while number % divisor == 0:
            factors[divisor] = factors.get(divisor, 0) + 1
            number //= divisor
            if most < _TRIAL and number.bit_length() <= 256:
                most = _TRIAL
        divisor += 1 if divisor == 2 else 2
    budget.spend(steps // 8)
    if number > 1:
        root, times = isqrt(number), 1
        while root * root == number:
            number, times, root = root, 2 * times, isqrt(root)
        factors[number] = factors.get(number, 0) + times
    return factors


def _denested(radicand: Polynomial, budget: Budget) -> Ratio | None:
    """`sqrt(a + b sqrt(c))` as a sum of two roots, where a^2 - b^2 c is the square of a rational number."""
    if len(radicand) != 2 or () not in radicand:
        return None
    ((monomial, coefficient),) = (item for item in radicand.items() if item[0])
    if any(atom[0] != "p" or exponent != Fraction(1, 2) for atom, exponent in monomial):
        return None
    head = Fraction(radicand[()])
    square = Fraction(coefficient) ** 2
    for atom, _ in monomial:
        square *= int(atom[2:], 16)
    under = head * head - square
    if head <= 0 or under < 0:
        return None
    tops = isqrt(under.numerator), isqrt(under.denominator)
    if tops[0] ** 2 != under.numerator or tops[1] ** 2 != under.denominator:
        return None
    middle = Fraction(*tops)
    left = _number_root((head + middle) / 2, Fraction(1, 2), budget)
    right = _number_root((head - middle) / 2, Fraction(1, 2), budget)
    return ratios.add(left, right if coefficient > 0 else ratios.negate(right), budget)


def _variable_power(base: Ratio, exponent: Ratio, budget: Budget) -> Ratio:
    """A power with variables in the exponent: `2^(x+1)` is `2 * 2^x`, and `6^x` is `2^x * 3^x`."""
    if not base.top:
        return _opaque_power(base, exponent)
    if exponent.bottom is not ONE or len(base.top) != 1 or base.bottom is not ONE:
        return _opaque_power(base, exponent)
    ((monomial, coefficient),) = base.top.items()
    if coefficient < 0 or any(atom[0] not in "vkpx" for atom, _ in monomial) or (monomial and coefficient != 1):
        return _opaque_power(base, exponent)
    atoms: list[tuple[str, Number]] = [(atom, times) for atom, times in monomial]
    for integer, sign in ((coefficient.numerator, 1), (coefficient.denominator, -1)):
        for prime, times in factored(integer, budget).items():
            if prime >= _TRIAL**2:
                return _opaque_power(base, exponent)
            atoms.append((f"p:{prime:x}", sign * times))
    result = ratios.rational(1)
    for atom, power_of_atom in atoms:
        for term, factor in exponent.top.items():
            raised = _plain(Fraction(factor) * power_of_atom)
            if not term:
                if atom[0] == "p":
                    part = Ratio(_prime_power(int(atom[2:], 16), raised, budget))
                else:
                    part = Ratio(poly.variable(atom, raised))
            elif atom == "k:e" and len(term) == 1 and term[0][0][0] == "l" and term[0][1] == 1:
                part = Ratio(_prime_power(int(term[0][0][2:], 16), raised, budget))  # e^(c ln p) = p^c
            elif atom[0] == "v" and power_of_atom != 1 and not isinstance(factor, int):
                return _opaque_power(base, exponent)  # (x^2)^(y/2) is |x|^y.
            elif atom[0] == "x" or any(name[0] != "v" for name, _ in term):
                return _opaque_power(base, exponent)  # Not known to be independent of other atoms.
            else:
                part = ratios.of(f"x:{atom}|{poly.key({term: 1})}", raised)
            result = ratios.multiply(result, part, budget)
    return result


def _opaque_power(base: Ratio, exponent: Ratio) -> Ratio:
    """A power that is known by its base and exponent alone."""
    return ratios.opaque("power", [base, exponent])


def _content(polynomial: Polynomial) -> Fraction:
    """The greatest rational number that leaves integer coefficients without a common divisor."""
    tops = [abs(coefficient.numerator) for coefficient in polynomial.values()]
    bottoms = [coefficient.denominator for coefficient in polynomial.values()]
    return Fraction(gcd(*tops), lcm(*bottoms))


def _plain(value: Number) -> Number:
    return value if isinstance(value, int) or value.denominator != 1 else value.numerator
