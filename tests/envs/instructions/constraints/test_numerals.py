"""How many numbers there are. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.numerals import Numbers
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

NUMBERS = Numbers()

test_numbers_that_are_written_pass_and_spoiled_ones_do_not = written(NUMBERS)
test_any_text_is_checked_for_numbers = never_raises(NUMBERS, N=3)
test_huge_texts_are_checked_for_numbers = answers_huge_ones(NUMBERS, N=3)
test_the_rows_with_numbers = published_rows(NUMBERS, 8)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("no number, not even seven", 0),
        ("7", 1),
        ("3.14 and 1,000,000 and 1\u202f000", 3),
        ("1, 2, 3", 3),
        ("(1,2)", 2),
        ("10-20", 2),
        ("3:30", 2),
        ("2024-05-01", 3),
        ("1/2/2024", 3),
        ("1/2 of it, ½ or 2½", 3),
        ("1e-5", 1),
        ("the 5th, the 1990s, 10km, $5, 50%", 5),
        ("H2O, B12, x_1", 0),
        ("GPT-4", 1),
        ("version 1.2.3", 1),
        ("有3个", 1),
        ("1. one\n2. two", 2),
        ("٣ and ３", 2),
    ],
)
def test_numerals_count(text, count):
    assert NUMBERS.check(text, N=count)
    assert not NUMBERS.check(text, N=count + 1)


@pytest.mark.parametrize(
    ("text", "count"), [("10-20", 1), ("3:30", 1), ("2024-05-01", 1), ("1,2", 1), ("H2O", 1), ("1, 2", 2), ("½", 0)]
)
def test_reference_drops_punctuation_first(text, count):
    assert NUMBERS.reference(text, N=float(count))
    assert not NUMBERS.reference(text, N=count + 1.0)
