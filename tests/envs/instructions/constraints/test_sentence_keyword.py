"""A keyword in the n-th sentence."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.sentence_keyword import SentenceKeyword
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

KEYWORD = SentenceKeyword()

test_a_keyword_that_are_written_pass_and_spoiled_ones_do_not = written(KEYWORD)
test_any_text_is_checked_for_a_keyword = never_raises(KEYWORD, word="lamp", N=3)
test_huge_texts_are_checked_for_a_keyword = answers_huge_ones(KEYWORD, word="lamp", N=3)
test_the_rows_with_a_keyword = published_rows(KEYWORD, 15)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A lamp.", 1),
        ("Dr. Smith came. He had a Lamp.", 2),  # An abbreviation ends no sentence.
        ("## Title\n\nA lamp.", 2),  # A title counts as a sentence.
        ("One.\n- two\n- lamp", 3),
        ("“No!” he said. The lamp’s light.", 2),
    ],
)
def test_the_keyword_stands_in_that_sentence(text, place):
    assert KEYWORD.check(text, word="lamp", N=place)
    assert not KEYWORD.check(text, word="lamp", N=place + 1)
    assert not KEYWORD.check(text, word="lam", N=place)


def test_places_before_the_first_sentence_have_no_keyword():
    assert not KEYWORD.check("A lamp.", word="lamp", N=0)
    assert not KEYWORD.reference("A lamp.", word="lamp", N=0)


def test_reference_counts_no_line_as_a_sentence():
    text = "## Title\n\nA lamp."
    assert KEYWORD.reference(text, word="lamp", N=1.0) and not KEYWORD.check(text, word="lamp", N=1.0)
    assert not KEYWORD.reference("Lamps.", word="lamp", N=1.0)


def test_the_place_is_said_as_an_ordinal():
    assert KEYWORD.said({"word": "lamp", "N": 22.0}) == {"word": '"lamp"', "N": "22nd"}
