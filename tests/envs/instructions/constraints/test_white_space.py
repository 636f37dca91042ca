from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.white_space import LineIndent, NoWhiteSpace, WordPerLine
from tests.envs.instructions.constraints.laws import constraint_laws

STAIRS, WORDS, NONE = LineIndent(), WordPerLine(), NoWhiteSpace()
TestStairsLaws = constraint_laws(STAIRS)
TestWordsLaws = constraint_laws(WORDS)
TestNoneLaws = constraint_laws(NONE)


@pytest.mark.parametrize(
    "text", ["a\n b\n  c", "  a\n   b\n\n    c", "a\n\n b\n\n\n  c", "```\na\n b\n```", "a\n\tb\n\t\tc"]
)
def test_each_line_is_indented_further(text):
    assert STAIRS.check(text)


@pytest.mark.parametrize("text", ["a", "a\nb", "a\n  b\n c", " a\n b", ""])
def test_lines_that_are_no_stairs_do_not_pass(text):
    assert not STAIRS.check(text)


def test_the_reference_counts_spaces_and_every_second_empty_line():
    assert STAIRS.reference("a") and STAIRS.reference("a\n\n b")
    assert not STAIRS.reference("a\n\n\n b")
    assert not STAIRS.reference("a\n\tb")
    assert not STAIRS.reference("```\na\n b\n```")


@given(st.text(" \n\ta", max_size=30))
def test_the_reference_removes_lines_as_a_loop_over_a_changing_list_does(text):
    lines = text.split("\n")
    for line in lines:
        if not line.strip():
            lines.remove(line)
    indents = [len(line) - len(line.lstrip(" ")) for line in lines]
    assert STAIRS.reference(text) == (indents == sorted(set(indents)))


@pytest.mark.parametrize(
    "text", ["This\n is\non\n\na\nnew\nline.", "hi . .\nnew . .\nline ..", "well-known\ndon't\n3.5", "Yes"]
)
def test_each_line_has_one_word(text):
    assert WORDS.check(text)


@pytest.mark.parametrize(
    "text", ["Two words", "a\nb c\n\nd", "one,two", "one\ntwo!three", "1. one\n2. two", "* ...", ""]
)
def test_a_line_with_two_words_or_none_at_all_does_not_pass(text):
    assert not WORDS.check(text)


def test_the_reference_compares_numbers_only():
    assert WORDS.reference("one,two")
    assert WORDS.reference("a\nb c\n \nd")  # the line of a space makes up for the second word
    assert not WORDS.reference("a\nb c\n\nd")


def test_no_white_space_is_none_inside():
    assert NONE.check("Yes,all\u200bof\u200bit.") and NONE.check("Yes.\n")
    assert not NONE.reference("Yes.\n")
    for space in (" ", "\n", "\t", "\u00a0", "\u3000", "\x1f"):
        assert not NONE.check(f"a{space}b")
        assert not NONE.reference(f"a{space}b")
    assert not NONE.check("")
