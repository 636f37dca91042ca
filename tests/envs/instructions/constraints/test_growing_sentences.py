"""Sentences that grow. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.growing_sentences import AlliterationIncrement, Increment
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

WORDS = Increment()
ROWS = AlliterationIncrement()

test_growing_sentences_that_are_written_pass_and_spoiled_ones_do_not = written(WORDS)
test_any_text_is_checked_for_growing_sentences = never_raises(WORDS, small_n=2)
test_huge_texts_are_checked_for_growing_sentences = answers_huge_ones(WORDS, small_n=2)
test_the_rows_with_growing_sentences = published_rows(WORDS, 8)
test_growing_rows_that_are_written_pass_and_spoiled_ones_do_not = written(ROWS)
test_any_text_is_checked_for_growing_rows = never_raises(ROWS)
test_huge_texts_are_checked_for_growing_rows = answers_huge_ones(ROWS)
test_the_rows_with_growing_rows = published_rows(ROWS, 5)


@pytest.mark.parametrize("text", ["It is. So it is now. We all go home by bus.", "A title\n\nThis is well-known here."])
def test_each_sentence_has_two_words_more(text):
    assert WORDS.check(text, small_n=2)


@pytest.mark.parametrize("text", ["It is.", "It is. It is so.", "It is. So it is now. It is.", ""])
def test_other_sentences_do_not_grow_by_two(text):
    assert not WORDS.check(text, small_n=2)


def test_reference_passes_a_single_sentence_and_counts_strings():
    assert WORDS.reference("It is.", small_n=2.0)
    assert WORDS.reference("A title\n\nof one.", small_n=2.0)
    assert WORDS.reference("It is. So — it is.", small_n=2.0) and not WORDS.check("It is. So — it is.", small_n=2.0)


@pytest.mark.parametrize(
    "text",
    [
        "It works. Big boats arrive.",
        "Big Boats arrive. “Seven” sad songs end.",
        "Two tall men bring bread. Six soft sad songs.",  # Two rows of two, then one of four.
    ],
)
def test_the_longest_row_grows(text):
    assert ROWS.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "It works. We go home.",
        "Big boats arrive. It works.",
        "Big boats arrive. Two tall men bring bread.",  # Two rows of two are no longer row.
        "Big boats arrive.",
        "3 3 3 went. 4 4 4 4 came.",
        "",
    ],
)
def test_the_longest_row_does_not_grow(text):
    assert not ROWS.check(text)


def test_reference_adds_up_all_rows():
    assert ROWS.reference("Big boats arrive. Two tall men bring bread.")
    assert not ROWS.reference("Two tall men bring bread. Six soft sad songs.")
    assert ROWS.reference("Big boats arrive.")
    assert ROWS.reference("3 3 3 went. 4 4 4 4 came.")
