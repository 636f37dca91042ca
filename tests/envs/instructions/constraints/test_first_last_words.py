from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.first_last_words import (
    FirstWordAnswer,
    FirstWordSentence,
    LastWordAnswer,
    LastWordSentence,
)
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, written

FIRST, LAST, BEGIN, END = FirstWordSentence(), LastWordSentence(), FirstWordAnswer(), LastWordAnswer()

TestLawsFirst = constraint_laws(FIRST)
TestLawsLast = constraint_laws(LAST)
TestLawsBegin = constraint_laws(BEGIN)
TestLawsEnd = constraint_laws(END)

test_writer_first = written(FIRST)
test_writer_last = written(LAST)
test_writer_begin = written(BEGIN)
test_writer_end = written(END)

test_huge_first = answers_huge_ones(FIRST, first_word="a")
test_huge_last = answers_huge_ones(LAST, last_word="a")
test_huge_begin = answers_huge_ones(BEGIN, first_word="a")
test_huge_end = answers_huge_ones(END, last_word="a")


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Now it is. Now it was!", True, True),
        ("NOW it is. now it was!", True, True),
        ("Now, it is. Now it was!", True, False),  # "now," is not "now"
        ("**Now** it is.", True, False),
        ("Now what?! Now this.", True, False),  # "!" is a sentence
        ("- Now it is\n- Now it was", True, False),
        ("1. Now it is\n2. Now it was", True, False),
        ("Now a title\n\nthen a text.", False, True),  # a line break ends no sentence there
        ("Now it is. It was now.", False, False),
        ("Nowhere is it.", False, False),
        ("😀", False, False),
        ("", False, True),
    ],
)
def test_every_sentence_begins_with_the_word(response, strict, published):
    for first_word in ("now ", ["now"]):
        assert FIRST.check(response, first_word=first_word) is strict
        assert FIRST.reference(response, first_word=first_word) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("It is so. Was it so?", True, True),
        ("It is SO! Was it “so”?", True, True),
        ("It is so?! It is so.", True, False),
        ("It was\n\nIt is so.", False, True),
        ("It is so. It was.", False, False),
        ("It is also.", False, False),
        ("...", False, False),
        ("", False, True),
    ],
)
def test_every_sentence_ends_with_the_word(response, strict, published):
    for last_word in ("so ", ["so"]):
        assert LAST.check(response, last_word=last_word) is strict
        assert LAST.reference(response, last_word=last_word) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Now it is.", True, True),
        ("\n\nNOW it is.", True, True),
        ("Now, it is.", True, False),
        ("# Now", True, False),
        ("“Now” it is.", True, False),
        ("Now-or-never it is.", False, False),
        ("It is now.", False, False),
        ("", False, False),
    ],
)
def test_the_response_begins_with_the_word(response, strict, published):
    assert BEGIN.check(response, first_word="now") is strict
    assert BEGIN.reference(response, first_word="now") is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("It is so.", True, True),
        ("It is **SO**!\n", True, True),
        ("It is so --", True, False),
        ("It is so 😀", True, False),
        ("It is and-so.", False, False),
        ("It is also.", False, False),
        ("", False, False),
    ],
)
def test_the_response_ends_with_the_word(response, strict, published):
    assert END.check(response, last_word="so") is strict
    assert END.reference(response, last_word="so") is published
