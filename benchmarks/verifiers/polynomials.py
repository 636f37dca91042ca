"""Polynomials with integer coefficients: read from LaTeX, expanded and spelled, with nothing but integers.

A polynomial is a dictionary from a monomial (a sorted tuple of (variable, exponent)) to its coefficient.
"""

from __future__ import annotations

import re

Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, int]

_TERM = re.compile(r"([+-]?)(\d*)((?:[a-zA-Z](?:\^(?:\d|\{\d+\}))?)*)")
_POWER = re.compile(r"([a-zA-Z])(?:\^(?:(\d)|\{(\d+)\}))?")
_FACTORS = re.compile(r"\(([^()]+)\)")


def read_polynomial(text: str) -> Polynomial | None:
    """The polynomial that a sum of monomials, or a product of such sums in brackets, is; or `None`."""
    text = text.replace(" ", "")
    if text.startswith("(") and "".join(f"({factor})" for factor in _FACTORS.findall(text)) == text:
        product: Polynomial = {(): 1}
        for factor in _FACTORS.findall(text):
            read = _read_sum(factor)
            if read is None:
                return None
            product = times(product, read)
        return product
    return _read_sum(text)


def _read_sum(text: str) -> Polynomial | None:
    result: Polynomial = {}
    place = 0
    while place < len(text):
        match = _TERM.match(text, place)
        if match is None or not (match[2] or match[3]) or (place and not match[1]):
            return None
        exponents: dict[str, int] = {}
        for variable, short, long in _POWER.findall(match[3]):
            exponents[variable] = exponents.get(variable, 0) + int(short or long or 1)
        monomial = tuple(sorted(exponents.items()))
        coefficient = int(match[2] or 1) * (-1 if match[1] == "-" else 1)
        result[monomial] = result.get(monomial, 0) + coefficient
        place = match.end()
    return {monomial: coefficient for monomial, coefficient in result.items() if coefficient} or None


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    """The product, expanded."""
    result: Polynomial = {}
    for left, a in one.items():
        for right, b in other.items():
            exponents = dict(left)
            for variable, exponent in right:
                exponents[variable] = exponents.get(variable, 0) + exponent
            monomial = tuple(sorted(exponents.items()))
            result[monomial] = result.get(monomial, 0) + a * b
    return {monomial: coefficient for monomial, coefficient in result.items() if coefficient}


def scaled(polynomial: Polynomial, factor: int) -> Polynomial:
    """The polynomial times an integer other than 0."""
    return {monomial: coefficient * factor for monomial, coefficient in polynomial.items()}


def spell(polynomial: Polynomial, *, ascending: bool = False) -> str:
    """The polynomial in LaTeX, highest degree first unless `ascending`."""
    ordered = sorted(polynomial.items(), key=lambda item: (sum(e for _, e in item[0]), item[0]), reverse=not ascending)
    text = ""
    for monomial, coefficient in ordered:
        sign = "-" if coefficient < 0 else "+"
        size = "" if abs(coefficient) == 1 and monomial else str(abs(coefficient))
        body = "".join(v if e == 1 else f"{v}^{{{e}}}" if e > 9 else f"{v}^{e}" for v, e in monomial)
        text += f" {sign} {size}{body}" if text else f"{'-' if coefficient < 0 else ''}{size}{body}"
    return text or "0"


def variables(polynomial: Polynomial) -> set[str]:
    """The variables that occur."""
    return {variable for monomial in polynomial for variable, _ in monomial}


def divided(polynomial: Polynomial, root: int) -> tuple[str, Polynomial, int] | None:
    """For one variable x and degree 2 or more: x, the quotient by x - root, and the remainder (Horner's scheme)."""
    names = variables(polynomial)
    if len(names) != 1:
        return None
    (name,) = names
    degree = max(sum(exponent for _, exponent in monomial) for monomial in polynomial)
    if degree < 2:
        return None
    dense = [polynomial.get(((name, power),) if power else (), 0) for power in range(degree, -1, -1)]
    carried = [dense[0]]
    for coefficient in dense[1:]:
        carried.append(coefficient + root * carried[-1])
    quotient: Polynomial = {
        ((name, power),) if power else (): coefficient
        for power, coefficient in zip(range(degree - 1, -1, -1), carried, strict=False)
        if coefficient
    }
    return name, quotient, carried[-1]
