from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget, Undefined
from rlvr.envs.math.algebra.ratio import ONE, I, Ratio, of, rational

SOME = settings(deadline=None, max_examples=100)


def budget() -> Budget:
    return Budget(10**7)


LEAVES = st.one_of(
    st.fractions(-5, 5, max_denominator=9).map(rational),
    st.sampled_from([of("v:x"), of("v:y"), of("k:pi"), I, of("p:2", Fraction(1, 2)), of("p:3", Fraction(2, 3))]),
)


@st.composite
def quotients(draw):
    value = draw(LEAVES)
    for _ in range(draw(st.integers(0, 3))):
        operation = draw(st.sampled_from([ratios.add, ratios.multiply, ratios.divide]))
        other = draw(LEAVES)
        if operation is not ratios.divide or other.top:
            value = operation(value, other, budget())
    return value


def same(left: Ratio, right: Ratio) -> bool:
    return not ratios.difference(left, right, budget())


@SOME
@given(quotients(), quotients(), quotients())
def test_quotients_are_a_field(a, b, c):
    def plus(left, right):
        return ratios.add(left, right, budget())

    def times(left, right):
        return ratios.multiply(left, right, budget())

    assert same(plus(a, b), plus(b, a))
    assert same(plus(plus(a, b), c), plus(a, plus(b, c)))
    assert same(times(times(a, b), c), times(a, times(b, c)))
    assert same(times(a, plus(b, c)), plus(times(a, b), times(a, c)))
    assert same(plus(a, ratios.negate(a)), rational(0))
    if b.top:
        assert same(times(ratios.divide(a, b, budget()), b), a)


@SOME
@given(quotients(), quotients())
def test_a_shared_key_proves_equality(a, b):
    if ratios.key(a) == ratios.key(b):
        assert same(a, b)
    assert same(a, b) == same(b, a)


@SOME
@given(st.fractions(), st.fractions())
def test_numbers_are_numbers(a, b):
    assert ratios.add(rational(a), rational(b), budget()).number == a + b
    assert ratios.multiply(rational(a), rational(b), budget()).number == a * b
    if b:
        assert ratios.divide(rational(a), rational(b), budget()).number == a / b
    assert same(rational(a), rational(b)) == (a == b)


def test_a_division_by_what_is_seen_to_be_0_has_no_value():
    with pytest.raises(Undefined):
        ratios.divide(rational(1), rational(0), budget())
    x = of("v:x")
    with pytest.raises(Undefined):
        ratios.divide(rational(1), ratios.add(x, ratios.negate(x), budget()), budget())


@pytest.mark.parametrize("divisor", [I, of("v:x"), of("p:2", Fraction(1, 2)), of("k:pi"), rational(Fraction(-2, 3))])
def test_a_divisor_of_one_invertible_term_leaves_no_denominator(divisor):
    quotient = ratios.divide(rational(1), divisor, budget())
    assert quotient.bottom is ONE
    assert ratios.multiply(quotient, divisor, budget()).number == 1
