from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra.limits import MAX_BITS, Budget, OutOfSteps, TooComplicated
from rlvr.envs.math.algebra.polynomial import Composite, constant, key, variable

SOME = settings(deadline=None, max_examples=100)
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def budget() -> Budget:
    return Budget(10**7)


def sine() -> Composite:
    atom = Composite("s:1[v:x^1]")
    atom.cosine = "c:1[v:x^1]"
    return atom


def root() -> Composite:
    """The atom of sqrt(1 + x)."""
    inner = {(): 1, (("v:x", 1),): 1}
    atom = Composite("r:" + key(inner))
    atom.inner = inner
    return atom


ATOMS = st.sampled_from(
    [
        variable("v:x"),
        variable("v:y", -2),
        variable("v:x", HALF),
        variable("k:pi"),
        variable("i"),
        variable("p:2", HALF),
        variable("p:3", THIRD),
        variable("p:3", 2 * THIRD),
        variable("l:5", 2),
        variable("c:1[v:x^1]"),
        variable(sine()),
        variable(root(), HALF),
        variable("f:gamma(1)"),
    ]
)
NUMBERS = st.one_of(st.integers(-20, 20), st.fractions(-5, 5, max_denominator=12)).map(
    lambda value: value if isinstance(value, int) or value.denominator > 1 else int(value)
)


@st.composite
def polynomials(draw):
    total = constant(draw(NUMBERS))
    for _ in range(draw(st.integers(0, 3))):
        term = poly.scale(poly.multiply(draw(ATOMS), draw(ATOMS), budget()), draw(NUMBERS))
        total = poly.add(total, term, budget())
    return total


@SOME
@given(polynomials(), polynomials(), polynomials())
def test_polynomials_are_a_commutative_ring(a, b, c):
    def plus(left, right):
        return poly.add(left, right, budget())

    def times(left, right):
        return poly.multiply(left, right, budget())

    assert plus(a, b) == plus(b, a)
    assert plus(plus(a, b), c) == plus(a, plus(b, c))
    assert times(a, b) == times(b, a)
    assert times(times(a, b), c) == times(a, times(b, c))
    assert times(a, plus(b, c)) == plus(times(a, b), times(a, c))
    assert times(a, constant(1)) == a == plus(a, constant(0))
    assert plus(a, poly.scale(a, -1)) == {} == times(a, constant(0))


@SOME
@given(polynomials(), polynomials())
def test_no_coefficient_is_0_no_exponent_is_0_and_whole_numbers_are_ints(a, b):
    for monomial, coefficient in poly.multiply(a, b, budget()).items():
        assert coefficient
        assert list(monomial) == sorted(monomial, key=lambda pair: pair[0])
        for value in (coefficient, *(exponent for _, exponent in monomial)):
            assert value
            assert isinstance(value, int) or value.denominator > 1


@SOME
@given(polynomials(), polynomials())
def test_equal_polynomials_share_a_key_and_only_they(a, b):
    assert (key(a) == key(b)) == (a == b)
    assert key(dict(reversed(a.items()))) == key(a)


@SOME
@given(polynomials())
def test_operands_are_left_as_they_are(a):
    before = dict(a)
    poly.add(a, a, budget()), poly.multiply(a, a, budget()), poly.scale(a, 3)
    assert a == before


@pytest.mark.parametrize(
    ("left", "right", "product"),
    [
        (variable("i"), variable("i"), constant(-1)),
        (variable("p:2", HALF), variable("p:2", HALF), constant(2)),
        (variable("p:3", THIRD), variable("p:3", 2 * THIRD), constant(3)),
        (variable("p:a7", HALF), variable("p:a7", HALF), constant(0xA7)),
        (variable("v:x", HALF), variable("v:x", HALF), variable("v:x")),
        (variable("v:x"), variable("v:x", -1), constant(1)),
        (variable(root(), HALF), variable(root(), HALF), {(): 1, (("v:x", 1),): 1}),
        (variable(sine()), variable(sine()), {(): 1, (("c:1[v:x^1]", 2),): -1}),
    ],
)
def test_products_are_reduced(left, right, product):
    assert poly.multiply(left, right, budget()) == product


def test_work_and_size_are_bounded():
    many = {(("v:x", power),): 1 for power in range(1, 200)}
    with pytest.raises(OutOfSteps):
        poly.multiply(many, many, Budget(1_000))
    huge = constant(1 << (MAX_BITS // 2 + 1))
    with pytest.raises(TooComplicated):
        poly.multiply(huge, huge, budget())
    with pytest.raises(TooComplicated):
        over = constant(Fraction(1, (1 << (MAX_BITS // 2 + 1)) - 1))
        poly.multiply(over, over, budget())


def test_a_sum_of_fractions_cannot_grow_without_bound():
    total = {}
    with pytest.raises(TooComplicated):
        for index in range(200):
            total = poly.add(total, constant(Fraction(1, (1 << 2_000) + 2 * index + 1)), budget())
