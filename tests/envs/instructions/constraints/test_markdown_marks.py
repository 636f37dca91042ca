"""Bullets and highlights. Bugs of the published checker: google-research, instruction_following_eval."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.markdown_marks import NumberBulletLists, NumberHighlightedSections
from rlvr.envs.instructions.prose import prose
from rlvr.envs.instructions.text import sentences, words
from tests.envs.instructions.constraints.laws import (
    KEY,
    answers_huge_ones,
    never_raises,
    published_rows,
    written,
)

BULLETS = NumberBulletLists()
HIGHLIGHTS = NumberHighlightedSections()

test_written_bullets_pass_and_spoiled_ones_do_not = written(BULLETS)
test_written_highlights_pass_and_spoiled_ones_do_not = written(HIGHLIGHTS)
test_any_text_is_checked_for_bullets = never_raises(BULLETS, num_bullets=2)
test_any_text_is_checked_for_highlights = never_raises(HIGHLIGHTS, num_highlights=2)
test_huge_texts_are_checked_for_bullets = answers_huge_ones(BULLETS, num_bullets=3)
test_huge_texts_are_checked_for_highlights = answers_huge_ones(HIGHLIGHTS, num_highlights=3)
test_the_rows_with_bullets = published_rows(BULLETS, 31)
test_the_rows_with_highlights = published_rows(HIGHLIGHTS, 48)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("* one\n* two", 2),
        ("- one\n+ two\n• three", 3),  # `•` is none for the published checker.
        ("  * nested\n\t- too", 2),
        ("* one\n---\n* two", 2),  # A rule.
        ("***\n* * *\n- - -\n___", 0),
        ("-5 degrees\n-7 degrees", 0),  # Negative numbers.
        ("*emphasis* at the beginning of a line", 0),
        ("**bold**\n**again**", 0),
        ("*\n-\n", 0),
        ("a - b\nc * d", 0),
        ("```\n- code\n```\n- a point", 1),
        ("* one\r\n* two\r\n---\r\n- - -\r\n", 2),
        ("1. one\n2. two", 0),
    ],
)
def test_a_bullet_begins_a_line_and_something_follows(text, number):
    for asked in range(5):
        assert BULLETS.check(text, num_bullets=asked) is (asked == number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("---", 1),
        ("-5 degrees", 1),
        ("• one", 0),
        ("+ one", 0),
        ("*emphasis*", 1),
        ("**bold**", 0),
        ("* one\n* two", 2),
        ("*\n* two", 1),  # The first star takes the second line in.
        ("*\n- two", 2),
        ("a\n*", 0),
    ],
)
def test_reference_counts_lines_that_begin_with_a_dash_or_one_star(text, number):
    assert BULLETS.reference(text, num_bullets=number)


@given(st.text(alphabet="*- a\n\t\r", max_size=30), st.integers(0, 6))
def test_reference_counts_as_two_searches_for_white_space_and_a_mark_would(text, number):
    # White space may go over line breaks, and so may the sign after a star: what it reaches is part of the same bullet.
    stars = sum(1 for _ in re.finditer(r"(?m)^\s*[*](?:\n|[^\n*]).*", text))
    dashes = sum(1 for _ in re.finditer(r"(?m)^\s*-.*", text))
    assert BULLETS.reference(text, num_bullets=number) is (stars + dashes == number)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("*one* and **two** and ***three***", 3),
        ("*two words*, (*three*)", 2),
        ("*one line\nand the next*", 1),
        ("这是*重点*内容", 1),
        ("*cat*s", 1),
        ("* item *one*\n* item *two*", 2),
        ("**bold with *italics* in it**", 1),
        ("2 * 3 * 4", 0),  # The bug of the published checker.
        ("2*3*4 and x*y*z", 0),
        ("* one\n* two", 0),
        ("*one\n\ntwo*", 0),
        ("* not *", 0),
        ("** **", 0),
        ("****", 0),
        ("***\ntext\n***", 0),
        ("*!*", 0),
        ("```\n*code*\n```", 0),
        (r"\*escaped\*", 0),
        ("_underscores_", 0),
    ],
)
def test_a_highlight_is_touched_by_its_stars(text, number):
    for asked in range(5):
        assert HIGHLIGHTS.check(text, num_highlights=asked) is (asked <= number)


@pytest.mark.parametrize(
    ("text", "number"),
    [("2 * 3 * 4", 1), ("***both***", 2), ("**one**", 1), ("*one* *two*", 2), ("* *", 0), ("*a\nb*", 0)],
)
def test_reference_counts_what_stands_between_stars(text, number):
    assert HIGHLIGHTS.reference(text, num_highlights=number)
    assert not HIGHLIGHTS.reference(text, num_highlights=number + 1)


def test_bullets_and_highlights_are_added_without_a_new_word():
    for seed in range(50):
        stream = KEY.at(seed, 9)
        text = prose(stream, "old maps", 3)
        met = HIGHLIGHTS.write(BULLETS.write(text, stream, num_bullets=3), stream, num_highlights=3)
        assert words(met) == words(text)
        assert len(sentences(met)) == len(sentences(text))
