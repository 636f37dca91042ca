from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.circular import PI, exponential
from rlvr.envs.math.algebra.functions import call
from rlvr.envs.math.algebra.limits import Budget, Undefined
from rlvr.envs.math.algebra.ratio import I, of, rational
from tests.envs.math.algebra.numerics import close


def budget() -> Budget:
    return Budget(10**7)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "cot", "sec", "csc"])
@pytest.mark.parametrize("twelfths", range(-13, 26))
def test_circular_functions_are_exact_at_twelfths_of_pi(name, twelfths):
    argument = ratios.multiply(rational(Fraction(twelfths, 12)), PI, budget())
    pole = {"tan": 6, "sec": 6, "cot": 0, "csc": 0}.get(name)
    if pole is not None and twelfths % 12 == pole:
        with pytest.raises(Undefined):
            call(name, [argument], budget())
        return
    value = call(name, [argument], budget())
    assert close(value, lambda: getattr(mpmath, name)(mpmath.pi * twelfths / 12))


@pytest.mark.parametrize(("name", "low", "high"), [("arcsin", -6, 6), ("arccos", 0, 12), ("arctan", -5, 5)])
def test_inverse_functions_give_the_angle_back(name, low, high):
    for twelfths in range(low, high + 1):
        angle = ratios.multiply(rational(Fraction(twelfths, 12)), PI, budget())
        inner = call(name[3:], [angle], budget())
        assert not ratios.difference(call(name, [inner], budget()), angle, budget())


@pytest.mark.parametrize("twelfths", range(-12, 25))
def test_euler_s_formula(twelfths):
    angle = ratios.multiply(ratios.multiply(rational(Fraction(twelfths, 12)), PI, budget()), I, budget())
    assert close(exponential(angle, budget()), lambda: mpmath.expjpi(mpmath.mpf(twelfths) / 12))


def test_identities_of_one_angle_hold():
    x = of("v:x")

    def of_angle(name, times=1):
        return call(name, [ratios.multiply(rational(times), x, budget())], budget())

    def times(*factors):
        product = rational(1)
        for factor in factors:
            product = ratios.multiply(product, factor, budget())
        return product

    def same(left, right):
        return not ratios.difference(left, right, budget())

    sine, cosine = of_angle("sin"), of_angle("cos")
    assert same(ratios.add(times(sine, sine), times(cosine, cosine), budget()), rational(1))
    assert same(of_angle("sin", 2), times(rational(2), sine, cosine))
    assert same(
        of_angle("cos", 3),
        ratios.add(times(rational(4), cosine, cosine, cosine), times(rational(-3), cosine), budget()),
    )
    assert same(of_angle("tan"), ratios.divide(sine, cosine, budget()))
    assert same(of_angle("sin", -1), ratios.negate(sine))
    assert same(of_angle("cos", -1), cosine)
    assert not same(of_angle("sin", 2), times(rational(2), sine))
