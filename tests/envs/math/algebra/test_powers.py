from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget, TooComplicated, Undefined
from rlvr.envs.math.algebra.powers import factored, power
from rlvr.envs.math.algebra.ratio import I, of, rational

SOME = settings(deadline=None, max_examples=100)
EXPONENTS = st.fractions(-3, 3, max_denominator=6)


def budget() -> Budget:
    return Budget(10**7)


def raised(base, exponent):
    base = base if isinstance(base, ratios.Ratio) else rational(base)
    return power(base, rational(exponent), budget())


def same(left, right) -> bool:
    return not ratios.difference(left, right, budget())


@SOME
@given(st.fractions(Fraction(1, 50), 50, max_denominator=50), EXPONENTS, EXPONENTS)
def test_laws_of_exponents_hold_for_positive_bases(base, a, b):
    assert same(ratios.multiply(raised(base, a), raised(base, b), budget()), raised(base, a + b))
    assert same(raised(raised(base, a), b), raised(base, a * b))


@SOME
@given(st.integers(1, 300), st.integers(1, 300), EXPONENTS)
def test_a_power_of_a_product_of_positive_numbers_is_the_product_of_the_powers(a, b, exponent):
    assert same(raised(a * b, exponent), ratios.multiply(raised(a, exponent), raised(b, exponent), budget()))


@SOME
@given(st.integers(-12, 12), st.integers(-8, 8))
def test_whole_powers_of_numbers_are_numbers(base, exponent):
    assume(base or exponent > 0)
    assert raised(base, exponent).number == Fraction(base) ** exponent


@SOME
@given(st.integers(1, 10**6))
def test_a_root_is_a_number_exactly_for_squares(number):
    root = raised(number, Fraction(1, 2)).number
    assert root == (math.isqrt(number) if math.isqrt(number) ** 2 == number else None)


@SOME
@given(st.integers(-1000, 1000).filter(bool))
def test_an_odd_root_of_a_negative_number_is_real(number):
    root = raised(number, Fraction(1, 3))
    assert raised(root, 3).number == number
    assert same(raised(-number, Fraction(1, 3)), ratios.negate(root))


@pytest.mark.parametrize(
    ("exponent", "value"), [(2, rational(-1)), (3, ratios.negate(I)), (4, rational(1)), (-1, ratios.negate(I))]
)
def test_powers_of_the_imaginary_unit(exponent, value):
    assert same(raised(I, exponent), value)


def test_a_root_of_a_square_is_not_simplified():
    x = of("v:x")
    square = ratios.multiply(x, x, budget())
    assert not same(raised(square, Fraction(1, 2)), x)
    assert not same(raised(raised(square, Fraction(1, 3)), Fraction(1, 2)), raised(x, Fraction(1, 3)))
    assert same(raised(raised(x, Fraction(1, 2)), 2), x)
    assert same(raised(raised(square, Fraction(1, 2)), 2), square)


@pytest.mark.parametrize(
    ("head", "under", "left", "right"), [(3, 8, 2, 1), (5, 24, 3, 2), (2, 3, Fraction(3, 2), Fraction(1, 2))]
)
def test_nested_square_roots_are_denested(head, under, left, right):
    nested = raised(ratios.add(rational(head), raised(under, Fraction(1, 2)), budget()), Fraction(1, 2))
    assert same(nested, ratios.add(raised(left, Fraction(1, 2)), raised(right, Fraction(1, 2)), budget()))


def test_zero_has_positive_powers_only():
    assert raised(0, Fraction(1, 2)).number == 0
    for exponent in (0, -1, Fraction(-1, 2)):
        with pytest.raises(Undefined):
            raised(0, exponent)


@pytest.mark.parametrize(("base", "exponent"), [(9, 10**9), (2, 10**300), (Fraction(3, 2), -(10**6)), (10**300, 10**3)])
def test_what_is_too_large_is_refused_before_it_is_computed(base, exponent):
    with pytest.raises(TooComplicated):
        raised(base, exponent)


def test_a_power_of_a_sum_with_too_many_terms_stays_a_power():
    one_more = ratios.add(of("v:x"), rational(1), budget())
    large = raised(one_more, 10**6)
    assert same(large, raised(one_more, 10**6))
    assert not same(large, raised(one_more, 10**6 + 1))


@SOME
@given(st.integers(1, 10**12))
def test_factors_multiply_to_the_number(number):
    factors = factored(number, budget())
    assert math.prod(prime**times for prime, times in factors.items()) == number
