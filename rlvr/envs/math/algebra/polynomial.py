"""Polynomials with rational coefficients over atoms.

A `Polynomial` is a dict from monomials to coefficients, none of them 0; a monomial is a tuple of (atom, exponent)
pairs, sorted by atom, exponents not 0. An atom is a string whose first letters say what it is:

| atom | what it is | exponents |
|---|---|---|
| `v:x` | a variable | any rational number |
| `k:pi`, `k:e` | pi, Euler's number | any rational number |
| `i` | the imaginary unit | 1 |
| `p:3` | a prime (after the colon) | strictly between 0 and 1 |
| `l:3` | the natural logarithm of a prime | any integer |
| `x:...` | a power of a constant with a variable exponent, as in `2^x` | any rational number |
| `c:...`, `s:...` | cosine and sine of the same argument | integers; 1 for the sine |
| `r:...` | a root of something that is not simplified | strictly between 0 and 1 |
| `q:...` | a large integer's fractional power, unfactored | strictly between 0 and 1 |
| `f:...` | any other function | integers |

Sums of monomials in the kinds up to `x` are 0 only if they are empty, so they decide equality: prime radicals are
linearly independent (Besicovitch 1940), pi is transcendental, and the rest is not known to fail.

- `Polynomial`, `Monomial`, `Composite`: the types.
- `constant`, `variable`: make one.
- `add`, `scale`, `multiply`: compute.
- `key(polynomial)`: a text that equal polynomials share.
- `leading(polynomial)`, `coefficient(polynomial, monomial)`: its parts by the variables in them.
- `independent(polynomial)`: whether it is known not to be 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from rlvr.envs.math.algebra.limits import Budget, expect_bits
from rlvr.envs.math.exact import Number

if TYPE_CHECKING:
    from collections.abc import Iterable

Monomial = tuple[tuple[str, Number], ...]
Polynomial = dict[Monomial, Number]

# First letters of the atoms of which no non-empty sum of monomials is 0.
_INDEPENDENT = frozenset("vkiplx")

_FREE = frozenset("vklx")  # Exponents of these just add up.


class Composite(str):
    """An atom that holds more than its name: the polynomial whose root it is, or its counterpart's name."""

    inner: Polynomial
    """Of a root: the radicand."""
    cosine: str
    """Of a sine: the cosine of the same argument."""
    __slots__ = ("cosine", "inner")


def constant(value: Number) -> Polynomial:
    """The polynomial that is a number."""
    return {(): value} if value else {}


def variable(atom: str, exponent: Number = 1) -> Polynomial:
    """The polynomial that is a power of an atom."""
    return {((atom, exponent),): 1}


def is_constant(polynomial: Polynomial) -> bool:
    """Whether it is a rational number."""
    return not polynomial or (len(polynomial) == 1 and () in polynomial)


def add(left: Polynomial, right: Polynomial, budget: Budget) -> Polynomial:
    """The sum."""
    budget.spend(len(right) + 1)
    total = dict(left)
    for monomial, coefficient in right.items():
        _charge(coefficient, budget)
        _accumulate(total, monomial, coefficient)
        if monomial in total:
            _charge(total[monomial], budget)
    return total


def _charge(coefficient: Number, budget: Budget) -> None:
    """Count what arithmetic with a number costs: with fractions, greatest common divisors of quadratic time."""
    bits = coefficient.numerator.bit_length()
    if not isinstance(coefficient, int):
        bits += coefficient.denominator.bit_length()
    if bits > 1_024:
        expect_bits(bits)
        budget.spend(bits >> 9 if isinstance(coefficient, int) else (bits >> 9) ** 2)


def scale(polynomial: Polynomial, factor: Number) -> Polynomial:
    """The product with a number."""
    return {monomial: _plain(coefficient * factor) for monomial, coefficient in polynomial.items()} if factor else {}


def multiply(left: Polynomial, right: Polynomial, budget: Budget) -> Polynomial:
    """The product, reduced: squares of roots, of i and of sines are replaced by what they are."""
    budget.spend(2 * len(left) * len(right) + 1)
    product: Polynomial = {}
    for first, first_coefficient in left.items():
        for second, second_coefficient in right.items():
            coefficient = first_coefficient * second_coefficient
            _charge(coefficient, budget)
            if not first or not second:
                _accumulate(product, first or second, _plain(coefficient))
                continue
            for monomial, factor in _joined(first, second, budget).items():
                _accumulate(product, monomial, _plain(coefficient * factor))
    return product


def _joined(left: Monomial, right: Monomial, budget: Budget) -> Polynomial:
    """The product of two monomials."""
    exponents = dict(left)
    reducible = False
    for atom, exponent in right:
        before = exponents.get(atom)
        if before is None:
            exponents[atom] = exponent
        else:
            exponents[atom] = _plain(before + exponent)
            reducible = reducible or atom[0] not in _FREE
    if not reducible:
        return {_sorted(exponents.items()): 1}
    return _reduced(exponents, budget)


def _reduced(exponents: dict[str, Number], budget: Budget) -> Polynomial:
    """The monomial with these exponents, where some may have grown beyond what their atom allows."""
    factor: Number = 1
    rest: dict[str, Number] = {}
    expanded: list[tuple[Polynomial, int]] = []
    for atom, exponent in exponents.items():
        kind = atom[0]
        if kind == "i":
            turns = int(exponent) % 4
            if turns >= 2:
                factor = -factor
            if turns % 2:
                rest[atom] = 1
        elif kind in "pq":
            whole = exponent.__floor__()
            base = int(atom[2:], 16)
            expect_bits(abs(whole) * base.bit_length())
            factor = factor * (base**whole if whole >= 0 else Fraction(1, base**-whole))
            if exponent != whole:
                rest[atom] = exponent - whole
        elif kind == "r" and exponent >= 1 and isinstance(atom, Composite):
            whole = exponent.__floor__()
            expanded.append((atom.inner, whole))
            if exponent != whole:
                rest[atom] = exponent - whole
        elif kind == "s" and exponent >= 2 and isinstance(atom, Composite):
            # sin^2 = 1 - cos^2
            expanded.append(({(): 1, ((atom.cosine, 2),): -1}, int(exponent) // 2))
            if exponent % 2:
                rest[atom] = 1
        else:
            rest[atom] = exponent
    result: Polynomial = {_sorted(rest.items()): _plain(factor)}
    for polynomial, times in expanded:
        for _ in range(times):
            result = multiply(result, polynomial, budget)
    return result


def _sorted(pairs: Iterable[tuple[str, Number]]) -> Monomial:
    return tuple(sorted((pair for pair in pairs if pair[1]), key=_atom))


def _atom(pair: tuple[str, Number]) -> str:
    return pair[0]


def _accumulate(total: Polynomial, monomial: Monomial, coefficient: Number) -> None:
    before = total.get(monomial)
    if before is None:
        if coefficient:
            total[monomial] = coefficient
    elif total_coefficient := _plain(before + coefficient):
        total[monomial] = total_coefficient
    else:
        del total[monomial]


def _plain(value: Number) -> Number:
    return value if isinstance(value, int) or value.denominator != 1 else value.numerator


def key(polynomial: Polynomial) -> str:
    """A text that equal polynomials share, and only they."""
    return "+".join(
        f"{_number_key(coefficient)}" + "".join(f"[{atom}^{_number_key(exponent)}]" for atom, exponent in monomial)
        for monomial, coefficient in sorted(polynomial.items(), key=_by_names)
    )


def _by_names(item: tuple[Monomial, Number]) -> list[tuple[str, Number]]:
    return list(item[0])


def _number_key(value: Number) -> str:
    """Hexadecimal, since Python bounds the length of decimal conversions."""
    return f"{value:x}" if isinstance(value, int) else f"{value.numerator:x}/{value.denominator:x}"


def leading(polynomial: Polynomial) -> tuple[Monomial, Polynomial]:
    """The last monomial in variables, and its coefficient: a polynomial in constants alone, such as `sqrt(3)`."""
    lead = max(_split(monomial)[0] for monomial in polynomial)
    return lead, coefficient(polynomial, lead)


def coefficient(polynomial: Polynomial, lead: Monomial) -> Polynomial:
    """The coefficient of a monomial in variables."""
    found: Polynomial = {}
    for monomial, value in polynomial.items():
        variables, constants = _split(monomial)
        if variables == lead:
            found[constants] = value
    return found


def _split(monomial: Monomial) -> tuple[Monomial, Monomial]:
    """The variables of a monomial, and the constants."""
    variables = tuple(pair for pair in monomial if pair[0][0] not in "kiplq")
    return variables, tuple(pair for pair in monomial if pair[0][0] in "kiplq")


def independent(difference: Polynomial) -> bool:
    """Whether a polynomial that is not empty is known not to be 0, whatever its variables are."""
    units: dict[str, set[str]] = {}
    for monomial in difference:
        for atom, _ in monomial:
            kind = atom[0]
            if kind in _INDEPENDENT:
                continue
            if kind not in "cs":
                return False
            # Circular functions of one variable, by one and the same unit of it, are independent of it and each other.
            argument = atom[2:]
            if any(mark in argument for mark in ("f:", "r:", "[i^", "(")) or "/" in argument.partition("[")[0]:
                return False
            units.setdefault(argument.partition("[")[2], set()).add(argument.partition("[")[0])
    if not units:
        return True
    if any(len(found) > 1 for found in units.values()):
        return False
    arguments = list(units)
    return all(argument.count("v:") == 1 and "k:" not in argument and "p:" not in argument for argument in arguments)
