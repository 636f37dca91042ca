"""Comparing what came out: `==` as an assert has it, floats within a tolerance, standard output line by line."""

from __future__ import annotations

import math
from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.code.comparing import agrees, same, same_output, within
from rlvr.envs.sandbox.guest.values import Opaque, decode, encode

NAN = float("nan")
NUMBERS = st.booleans() | st.integers(-3, 3) | st.floats(-2, 2)
VALUES = st.recursive(
    NUMBERS | st.text("ab", max_size=2) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text("ab", max_size=1), inner, max_size=2)
        | st.frozensets(NUMBERS, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_without_a_tolerance_it_is_what_an_assert_says(output: Any, expected: Any) -> None:
    assert same(output, expected) is (output == expected)
    assert same(output, decode(encode(output)))


@given(VALUES, VALUES)
def test_a_tolerance_only_ever_accepts_more_and_is_symmetric(output: Any, expected: Any) -> None:
    close = same(output, expected, 0.1)
    assert close is same(expected, output, 0.1)
    assert close or not same(output, expected)


@pytest.mark.parametrize(
    ("output", "expected", "equal"),
    [
        (1, 1.0, True),
        (True, 1, True),
        ([1, 2], (1, 2), False),
        ({1, 2}, frozenset({2, 1}), True),
        (NAN, NAN, False),
        ([NAN], [float("nan")], False),
        (iter([1]), [1], False),
        (range(3), [0, 1, 2], False),
        ({"a": 1}.keys(), {"a"}, True),
        (Decimal("1.5"), 1.5, True),
        (Fraction(1, 2), 0.5, True),
        (Opaque("A"), Opaque("A"), False),
        (b"a", "a", False),
        ({1: 2, 3: 4}, {3: 4, 1: 2}, True),
    ],
)
def test_equality_of_builtins(output: Any, expected: Any, equal: bool) -> None:
    assert same(output, expected) is equal


@pytest.mark.parametrize(
    ("output", "expected", "close"),
    [
        (1.0000001, 1.0, True),
        (1.0000001, 1, True),
        (1e9 + 1, 1e9, True),
        (1e-9, 0.0, True),
        (1.1, 1.0, False),
        (1_000_000_001, 1_000_000_000, False),
        ([(1.0000001, "a")], [(1.0, "a")], True),
        ([1.0000001], (1.0,), False),
        ([1.0, 2.0], [1.0], False),
        ({"a": [1.0000001]}, {"a": [1.0]}, True),
        ({"a": 1.0000001, "c": 2}, {"a": 1.0, "b": 2}, False),
        ({1.0000001: 0}, {1.0: 0}, False),
        ({1.0000001}, {1.0}, False),
        (deque([1.0000001]), deque([1.0]), True),
        (1.0000001 + 1j, 1 + 1j, True),
        (NAN, NAN, False),
        (math.inf, math.inf, True),
        (math.inf, 1.0, False),
        ("1.0000001", "1.0", False),
        (None, 0.0, False),
        (10**400, 1.0, False),
        (Decimal("sNaN"), 1.0, False),
        ([Decimal("sNaN")], [1.0], False),
    ],
)
def test_a_tolerance_is_for_floats_anywhere_and_nothing_else(output: Any, expected: Any, close: bool) -> None:
    assert same(output, expected, 1e-6) is close


def test_values_nested_too_deep_to_compare_are_not_the_same() -> None:
    one: Any = []
    other: Any = []
    for _ in range(100_000):
        one, other = [one], [other]
    assert not same(one, other)
    assert not same(one, other, 1e-6)


@pytest.mark.parametrize(
    ("output", "near"),
    [(0.5, True), (0.59, True), (0.6000001, False), (True, False), ("0.5", False), (None, False), (NAN, False)],
)
def test_within_is_strictly_below(output: Any, near: bool) -> None:
    assert within(output, 0.5, 0.1) is near
    assert not within(2, 1, 1)


def test_within_is_for_numbers() -> None:
    assert within(Fraction(1, 2), 0.5, 1e-9)
    for output in ({1}, Opaque("A"), 10**400, Decimal("0.5")):
        assert not within(output, 0.5, 1e-3)


def test_a_test_says_how_its_value_is_compared() -> None:
    assert agrees(1, True, {})
    assert not agrees(1, True, {"is": True})
    assert agrees(None, None, {"is": True})
    assert agrees([0], True, {"truth": True})
    assert agrees([], False, {"truth": True})
    assert not agrees([], True, {"truth": True})
    assert not agrees(Opaque("A"), True, {"truth": True})
    assert not agrees(Opaque("A"), False, {"truth": True})
    assert agrees(1.05, 1, {"within": 0.1})
    assert not agrees(1.05, 1, {})
    assert agrees(1.05, 1, {}, 0.1)


@pytest.mark.parametrize(
    ("printed", "expected", "equal"),
    [
        ("1 2\n3\n", "1 2\n3", True),
        ("1 2  \r\n3\n\n\n", "1 2\n3\n", True),
        ("1  2", "1 2", False),
        (" 1", "1", False),
        ("1\n\n2", "1\n2", False),
        ("", "\n \n", True),
        ("1.50", "1.5", False),
        ("a", "b", False),
    ],
)
def test_output_is_compared_by_lines(printed: str, expected: str, equal: bool) -> None:
    assert same_output(printed, expected) is equal


@pytest.mark.parametrize(
    ("printed", "expected", "equal"),
    [
        ("x = 1.50", "x = 1.5", True),
        ("0.33333333 yes\n2", "0.333333 yes\n2", True),
        ("0.34 yes", "0.33 yes", False),
        ("1e-3", "0.001", True),
        ("3", "3.0", True),
        ("1000000001", "1000000000", False),
        ("007", "7", True),
        ("nan", "nan", True),
        ("NaN", "nan", False),
        ("1.5 2", "1.5", False),
        ("１.50", "1.5", False),
        ("1" * 1000 + ".0", "1" * 1000, False),
    ],
)
def test_numbers_in_output_may_differ_by_the_tolerance(printed: str, expected: str, equal: bool) -> None:
    assert same_output(printed, expected, 1e-5) is equal


@given(st.text("ab .1\n\t"), st.text(" \n\t"))
def test_white_space_at_the_end_of_output_is_nothing(text: str, more: str) -> None:
    assert same_output(text + more, text)
    assert same_output(text, text + more, 1e-6)
