"""Different words, and words within a range. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_amounts import UniqueWordCount, WordCountRange
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

UNIQUE = UniqueWordCount()
RANGE = WordCountRange()

test_different_words_that_are_written_pass_and_spoiled_ones_do_not = written(UNIQUE)
test_any_text_is_checked_for_different_words = never_raises(UNIQUE, N=50)
test_huge_texts_are_checked_for_different_words = answers_huge_ones(UNIQUE, N=50)
test_the_rows_with_different_words = published_rows(UNIQUE, 9)
test_a_range_of_words_that_are_written_pass_and_spoiled_ones_do_not = written(RANGE)
test_any_text_is_checked_for_a_range_of_words = never_raises(RANGE, min_words=40, max_words=45)
test_huge_texts_are_checked_for_a_range_of_words = answers_huge_ones(RANGE, min_words=40, max_words=45)
test_the_rows_with_a_range_of_words = published_rows(RANGE, 11)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The the THE", 1),
        ("It's it’s", 1),
        ("word “word” (word) word—and", 2),
        ("— 😀 -", 0),
        ("well-known well known", 3),
        ("水山水", 2),
    ],
)
def test_different_words_count_once(text, count):
    assert UNIQUE.check(text, N=count)
    assert not UNIQUE.check(text, N=count + 1)


def test_reference_counts_strings_without_white_space():
    assert UNIQUE.reference("word “word” word—and — -", N=5.0)
    assert not UNIQUE.reference("word (word) Word!", N=2.0)


@pytest.mark.parametrize(("text", "count"), [("It's a well-known 3.5.", 4), ("水山", 2), ("...", 0)])
def test_both_ends_of_the_range_are_in_it(text, count):
    assert RANGE.check(text, min_words=count, max_words=count)
    assert RANGE.check(text, min_words=count - 1, max_words=count + 1)
    assert not RANGE.check(text, min_words=count + 1, max_words=count + 2)
    assert not RANGE.check(text, min_words=count - 2, max_words=count - 1)


def test_reference_counts_runs_of_letters_and_digits():
    assert RANGE.reference("It's a well-known 3.5.", min_words=7.0, max_words=7.0)
    assert RANGE.reference("水山", min_words=1.0, max_words=1.0)
