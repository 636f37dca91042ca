"""Every standard punctuation mark. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.punctuation_cover import PunctuationCover
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

MARKS = PunctuationCover()
ALL = ("Well, yes.", "So; no.", "This: that.", "Go!", "Why?", "What?!")

test_punctuation_that_are_written_pass_and_spoiled_ones_do_not = written(MARKS)
test_any_text_is_checked_for_punctuation = never_raises(MARKS)
test_huge_texts_are_checked_for_punctuation = answers_huge_ones(MARKS)
test_the_rows_with_punctuation = published_rows(MARKS, 6)


def test_each_of_the_seven_marks_is_needed():
    assert MARKS.check(" ".join(ALL))
    for left_out in ALL:
        assert not MARKS.check(" ".join(one for one in ALL if one != left_out))


@pytest.mark.parametrize("interrobang", ["?!", "!?", "‽", "?!?", "！？"])
def test_an_interrobang_may_be_written_in_these_ways(interrobang):
    assert MARKS.check(" ".join((*ALL[:-1], f"What{interrobang}")))


def test_full_width_marks_are_marks():
    assert MARKS.check("你好，世界。是；不：来！吗？什么？！")


def test_marks_count_inside_quotation_marks_and_emphasis():
    assert MARKS.check("**Note:** “Go!” (Why?) *What?!* Well, so; it is “so.”")


@pytest.mark.parametrize("colon", ["at 3:30", "http://example.com", "a ratio of 2:1"])
def test_a_colon_inside_a_number_or_address_is_no_mark_but_is_for_the_reference(colon):
    text = " ".join(one for one in ALL if ":" not in one) + f" {colon}."
    assert not MARKS.check(text) and MARKS.reference(text)


def test_dots_and_decimals_are_no_full_stop_but_are_for_the_reference():
    text = "3.5, yes; so: go! Why? What?! Well..."
    assert not MARKS.check(text) and MARKS.reference(text)


def test_reference_needs_its_marks_beside_the_interrobang():
    assert not MARKS.reference("a.b,c;d:e?!")
    assert MARKS.reference("a.b,c;d:e?!?!")
    assert not MARKS.reference("a.b,c;d:e?f!")
    assert MARKS.reference("a.b,c;d:e‽f?g!")
