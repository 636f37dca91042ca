import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rlvr.baselines.report.scales import number, tick_labels, ticks

relaxed = settings(deadline=None)
ends = st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)).map(sorted)


def spread(ends):
    low, high = ends
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1e-6))
    return low, high


@relaxed
@given(ends, st.integers(1, 12), st.booleans())
def test_ticks_are_neighbouring_round_numbers_and_not_too_many(ends, count, outward):
    low, high = spread(ends)
    marks = ticks(low, high, count=count, outward=outward)
    assert len(marks) <= count + (2 if outward else 1)
    if len(marks) > 1:
        step = marks[1] - marks[0]
        digits = f"{step:.6e}".partition("e")[0]
        assert float(digits) in (1.0, 2.0, 5.0)
        assert all(math.isclose(b - a, step, rel_tol=1e-6) for a, b in pairwise(marks))


@relaxed
@given(ends, st.integers(1, 12))
def test_ticks_lie_inside_or_enclose(ends, count):
    low, high = spread(ends)
    dust = 1e-6 * (high - low)
    inside = ticks(low, high, count=count)
    assert all(low - dust <= mark <= high + dust for mark in inside)
    around = ticks(low, high, count=count, outward=True)
    assert around[0] <= low + dust and around[-1] >= high - dust and len(around) >= 2


@relaxed
@given(st.floats(1, 1e6), st.integers(1, 12))
def test_whole_ticks_are_whole(high, count):
    assert all(mark == int(mark) for mark in ticks(0.0, high, count=count, whole=True))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ((0.0, 0.3), [0.0, 0.1, 0.2, 0.3]),
        ((0, 60), [0, 20, 40, 60]),
        ((-1.5, 1.5), [-1.0, 0.0, 1.0]),
        ((0, 1e-4), [0.0, 2e-5, 4e-5, 6e-5, 8e-5, 1e-4]),
    ],
)
def test_ticks_that_a_person_would_draw(arguments, expected):
    assert ticks(*arguments) == expected


@pytest.mark.parametrize("low, high", [(1.0, 1.0), (2.0, 1.0), (math.nan, 1.0)])
def test_an_empty_range_is_refused(low, high):
    with pytest.raises(ValueError, match="Expected low to be below high, actually:"):
        ticks(low, high)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.94, "0.940"),
        (1, "1.00"),
        (33.06, "33.1"),
        (9.999, "10.0"),
        (0.9996, "1.00"),
        (99.96, "100"),
        (12345.6, "12,346"),
        (-0.25, "−0.250"),
        (0.00099, "9.9e-4"),
        (-2e-5, "−2.0e-5"),
        (3.21e9, "3.2e9"),
    ],
)
def test_numbers_are_written_as_a_person_would(value, text):
    assert number(value) == text


@relaxed
@given(st.floats(-1e300, 1e300))
def test_a_written_number_is_near_the_number(value):
    assert float(number(value).replace(",", "").replace("−", "-")) == pytest.approx(value, rel=0.05)


@relaxed
@given(ends)
def test_tick_labels_tell_all_ticks_apart(ends):
    low, high = spread(ends)
    marks = ticks(min(low, 0.0), max(high, 0.0, 1e-5), outward=True)
    assert len(set(tick_labels(marks))) == len(marks)


def test_tick_labels_share_their_decimals():
    assert tick_labels([0.0, 0.5, 1.0]) == ["0.0", "0.5", "1.0"]
    assert tick_labels([-1000.0, 0.0, 1000.0]) == ["−1,000", "0", "1,000"]
    assert tick_labels([0.0, 1e-5]) == ["0", "1.0e-5"]
    assert tick_labels([7.0]) == ["7"]
