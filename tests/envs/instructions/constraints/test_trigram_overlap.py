"""Trigrams shared with a text. Bugs of the published checker: allenai/IFBench at db69a6f, pull request 34."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.trigram_overlap import Overlap
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

OVERLAP = Overlap()
TEXT = "one two three four five six seven eight nine ten eleven twelve"

test_overlap_that_are_written_pass_and_spoiled_ones_do_not = written(OVERLAP)
test_any_text_is_checked_for_overlap = never_raises(OVERLAP, percentage=30, reference_text=TEXT)
test_huge_texts_are_checked_for_overlap = answers_huge_ones(OVERLAP, percentage=30, reference_text=TEXT)
test_the_rows_with_overlap = published_rows(OVERLAP, 12)


@pytest.mark.parametrize(
    ("response", "percent"),
    [
        (TEXT, 100),
        (TEXT.upper().replace(" ", ", "), 100),
        ("One, two: three! four", 100),
        ("one two three red green blue", 25),
        (f"{TEXT}. {TEXT}", 83),  # Ten of twelve different ones: `eleven twelve one` and `twelve one two` are new.
        ("one red two green", 0),
    ],
)
def test_the_share_is_of_the_different_trigrams_of_the_response(response, percent):
    assert OVERLAP.check(response, percentage=percent, reference_text=TEXT)
    assert not OVERLAP.check(response, percentage=percent + 3, reference_text=TEXT)
    assert not OVERLAP.check(response, percentage=percent - 3, reference_text=TEXT)


@pytest.mark.parametrize("response", ["", "one two", "!!!"])
def test_a_response_of_two_words_has_no_share(response):
    assert not OVERLAP.check(response, percentage=0, reference_text=TEXT)


def test_reference_compares_characters():
    assert OVERLAP.reference("abcd", percentage=50.0, reference_text="xabcx")
    assert OVERLAP.reference("the tone of two trees", percentage=73.0, reference_text="the one tree of two")
    assert not OVERLAP.check("the tone of two trees", percentage=73.0, reference_text="the one tree of two")
    assert not OVERLAP.reference("ab", percentage=0.0, reference_text="ab")
