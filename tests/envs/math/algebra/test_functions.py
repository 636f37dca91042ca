from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.functions import absolute, call, factorial
from rlvr.envs.math.algebra.limits import Budget, TooComplicated, Undefined
from rlvr.envs.math.algebra.ratio import I, of, rational
from tests.envs.math.algebra.numerics import close

SOME = settings(deadline=None, max_examples=100)


def budget() -> Budget:
    return Budget(10**7)


@SOME
@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(2, 60))
def test_logarithms_of_products_powers_and_other_bases(a, b, base):
    ln = [call("ln", [rational(value)], budget()) for value in (a, b, a * b, Fraction(a, b))]
    assert not ratios.difference(ratios.add(ln[0], ln[1], budget()), ln[2], budget())
    assert not ratios.difference(ratios.add(ln[0], ratios.negate(ln[1]), budget()), ln[3], budget())
    cubed = call("log", [rational(base), rational(base**3)], budget())
    assert not ratios.difference(cubed, rational(3), budget())
    assert close(ln[0], lambda: mpmath.log(a))


@SOME
@given(st.integers(0, 200), st.integers(0, 200))
def test_whole_numbers_are_counted_as_python_counts(n, k):
    assert factorial(rational(n), budget()).number == math.factorial(n)
    assert call("binom", [rational(n), rational(k)], budget()).number == math.comb(n, k)
    assert call("gcd", [rational(n), rational(k)], budget()).number == math.gcd(n, k)
    assert call("lcm", [rational(n), rational(k)], budget()).number == math.lcm(n, k)


@SOME
@given(st.fractions())
def test_rounding_and_size_of_numbers(value):
    assert call("floor", [rational(value)], budget()).number == math.floor(value)
    assert call("ceil", [rational(value)], budget()).number == math.ceil(value)
    assert absolute(rational(value), budget()).number == abs(value)


@SOME
@given(st.integers(-20, 20), st.integers(-20, 20))
def test_the_size_of_a_complex_number(real, imaginary):
    value = ratios.add(rational(real), ratios.multiply(rational(imaginary), I, budget()), budget())
    assert close(absolute(value, budget()), lambda: mpmath.sqrt(real**2 + imaginary**2))


def test_what_is_not_known_stays_itself_and_differs_from_others():
    x, y = of("v:x"), of("v:y")
    for name in ("ln", "arctan", "floor", "mystery"):
        assert not ratios.difference(call(name, [x], budget()), call(name, [x], budget()), budget())
        assert ratios.difference(call(name, [x], budget()), call(name, [y], budget()), budget())


def test_logarithms_of_0_have_no_value():
    with pytest.raises(Undefined):
        call("ln", [rational(0)], budget())


@pytest.mark.parametrize(
    "large",
    [
        lambda: factorial(rational(10**8), budget()),
        lambda: factorial(rational(10**300), budget()),
        lambda: call("binom", [rational(10**9), rational(5 * 10**8)], budget()),
        lambda: call("lcm", [rational((1 << 2_000) + k) for k in range(1, 60)], budget()),
    ],
)
def test_what_is_too_large_is_refused(large):
    with pytest.raises(TooComplicated):
        large()
