"""Exact values as numbers of many digits, for tests: by mpmath, from the atoms that have a number of their own."""

from __future__ import annotations

import mpmath

from rlvr.envs.math.algebra.ratio import Ratio


def numeric(value: Ratio) -> mpmath.mpc:
    """The value of a quotient over roots, pi, e, i and logarithms."""

    def of_polynomial(polynomial):
        total = mpmath.mpc(0)
        for monomial, coefficient in polynomial.items():
            term = mpmath.mpc(coefficient.numerator) / coefficient.denominator
            for atom, exponent in monomial:
                base = {"i": mpmath.mpc(0, 1), "k:pi": mpmath.pi, "k:e": mpmath.e}.get(atom)
                if base is None:
                    assert atom[0] in "plq", atom
                    base = mpmath.mpf(int(atom[2:], 16))
                    base = mpmath.log(base) if atom[0] == "l" else base
                term *= base ** (mpmath.mpf(exponent.numerator) / exponent.denominator)
            total += term
        return total

    return of_polynomial(value.top) / of_polynomial(value.bottom)


def close(exact: Ratio, expected) -> bool:
    """Whether a value is the one that `expected()` computes, to 30 digits."""
    with mpmath.workdps(40):
        return abs(numeric(exact) - expected()) < mpmath.mpf(10) ** -30
