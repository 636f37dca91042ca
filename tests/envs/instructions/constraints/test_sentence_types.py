"""Sentences that state, ask and exclaim. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.sentence_types import SentenceBalance, SentenceType
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

BALANCE = SentenceBalance()
RATIO = SentenceType()

test_balanced_sentences_that_are_written_pass_and_spoiled_ones_do_not = written(BALANCE)
test_any_text_is_checked_for_balanced_sentences = never_raises(BALANCE)
test_huge_texts_are_checked_for_balanced_sentences = answers_huge_ones(BALANCE)
test_the_rows_with_balanced_sentences = published_rows(BALANCE, 7)
test_twice_as_many_statements_that_are_written_pass_and_spoiled_ones_do_not = written(RATIO)
test_any_text_is_checked_for_twice_as_many_statements = never_raises(RATIO)
test_huge_texts_are_checked_for_twice_as_many_statements = answers_huge_ones(RATIO)
test_the_rows_with_twice_as_many_statements = published_rows(RATIO, 6)


@pytest.mark.parametrize(
    "text",
    [
        "It is. Is it? It is!",
        "## Title\n\nIt is. “Is it?” **It is!**",
        "是。是吗？是！",
        "It is. Is it?! It is!",
        "It was… Was it? It was!",
        "- no mark\n- none here\n\nIt is. Is it? It is!",
    ],
)
def test_one_sentence_of_each_type_is_balanced(text):
    assert BALANCE.check(text)


@pytest.mark.parametrize("text", ["It is. Is it?", "It is. Is it? It is! So!", "No mark", "水", "It is. It is! It is!"])
def test_other_numbers_are_not_balanced(text):
    assert not BALANCE.check(text)


def test_two_statements_to_a_question_are_the_ratio():
    assert RATIO.check("It is. Is it? It is. So!")
    assert RATIO.check("Dr. Smith came. “Did he?” He did (so.)")
    assert not RATIO.check("It is. Is it?")
    assert not RATIO.check("So!")


def test_reference_passes_texts_without_such_sentences():
    assert BALANCE.reference("no mark") and RATIO.reference("no mark")


def test_reference_looks_at_the_last_character():
    assert not BALANCE.reference("It is. Is it? “It is!”")
    assert BALANCE.reference("It is. Is it? It is!")
    assert not RATIO.reference("It is. So it is. “Is it?”")
