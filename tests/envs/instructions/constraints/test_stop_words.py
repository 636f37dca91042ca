"""The share of stop words."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.stop_words import StopWords
from rlvr.envs.instructions.constraints.word_lists import PUBLISHED_STOP_WORDS, STOP_WORDS
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

STOP = StopWords()

test_stop_words_that_are_written_pass_and_spoiled_ones_do_not = written(STOP)
test_any_text_is_checked_for_stop_words = never_raises(STOP, percentage=30)
test_huge_texts_are_checked_for_stop_words = answers_huge_ones(STOP, percentage=30)
test_the_rows_with_stop_words = published_rows(STOP, 12)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("The cat sleeps on mats", 40),
        ("It’s late, it's dark", 50),
        ("They don't care", 67),
        ("Cats sleep", 0),
        ("THE END", 50),
    ],
)
def test_the_share_is_of_words(text, percent):
    assert STOP.check(text, percentage=percent)
    assert not STOP.check(text, percentage=percent - 1)


def test_the_share_may_be_as_large_as_said_but_no_larger():
    assert STOP.check("the cat", percentage=50) and not STOP.check("the cat", percentage=49.9)


def test_a_text_without_a_word_has_no_share():
    assert not STOP.check("!!!", percentage=50)
    assert not STOP.reference("!!!", percentage=50.0)


def test_reference_cuts_words_at_apostrophes():
    assert not STOP.reference("They don't care", percentage=70.0)  # they, don and t of four words.
    assert STOP.reference("They don't care", percentage=75.0)
    assert STOP.reference("Something would matter", percentage=0.0)


def test_the_published_list_has_the_number_of_words_without_an_apostrophe_that_nltk_has():
    assert len(PUBLISHED_STOP_WORDS) == 153
    assert {"the", "don", "ll"} <= PUBLISHED_STOP_WORDS and not {"would", "us", "something"} & PUBLISHED_STOP_WORDS
    assert {"would", "us", "something", "don't"} <= STOP_WORDS and "don" not in STOP_WORDS
