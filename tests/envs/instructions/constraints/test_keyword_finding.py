"""Keywords in texts: as words of their own, and as the published checkers look for them."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.keyword_finding import (
    count_word,
    has_word,
    published_pattern,
    replace_word,
)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The cat sat.", "cat"),
        ("CAT!", "cat"),
        ("cat-like", "cat"),  # a hyphen ends a word for a keyword, as `\b` does in the published checkers
        ("the cat's tail", "cat"),
        ("_cat_ and *cat*", "cat"),  # emphasis
        ("我的猫很可爱", "猫"),  # no spaces in Chinese: no boundaries
        ("用python写", "Python"),
        ("I live in New\nYork.", "New York"),
        ("I don’t know", "don't"),
        ("C++ and C", "C++"),
        ("Straße", "strasse"),
        ("हिन्दी में", "में"),
    ],
)
def test_a_word_of_its_own_is_found(text, word):
    assert has_word(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("category", "cat"),  # verification.md, section 4: "category" has "cat"
        ("concatenate", "cat"),
        ("cat5", "cat"),
        ("cafe\u0301", "cafe"),  # an accent of its own makes another letter
        ("New Yorkers", "New York"),
        ("anything", ""),
        ("", "cat"),
    ],
)
def test_a_word_inside_a_longer_one_is_not_found(text, word):
    assert not has_word(text, word)


def test_words_are_counted_without_those_inside_longer_ones():
    assert count_word("War, warm, towards WAR; war-torn", "war") == 3


def test_a_word_is_replaced_in_its_case_but_for_the_first_ones():
    assert replace_word("Cat cat Cat category", "cat", "dog", keep=1) == "Cat dog Dog category"


def test_a_keyword_that_is_no_regular_expression_is_looked_for_as_it_is():
    assert published_pattern("C++").search("We use C++.")
    assert published_pattern("(").search("a (b)")
