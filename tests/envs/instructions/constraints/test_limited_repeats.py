from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.limited_repeats import LimitedRepeats, TenPalindromes
from tests.envs.instructions.constraints.laws import constraint_laws, stream_of

REPEATS = LimitedRepeats()
PALINDROMES = TenPalindromes()
TestRepeatsLaws = constraint_laws(REPEATS)
TestPalindromeLaws = constraint_laws(PALINDROMES)

TEN = "Level radar, civic kayak; refer rotor “madam” tenet stats sagas"


@pytest.mark.parametrize(("text", "limit"), [("The map, the map", 2.0), ("map maps", 1), ("don't don’t", 2.0)])
def test_a_word_may_come_as_often_as_it_says(text, limit):
    assert REPEATS.check(text, small_n=limit)


@pytest.mark.parametrize(("text", "limit"), [("The map: the MAP", 1.0), ("time—time", 1), ("don't don’t", 1), ("", 3)])
def test_no_word_may_come_more_often(text, limit):
    assert not REPEATS.check(text, small_n=limit)


@pytest.mark.parametrize(("text", "published"), [("time—time", True), ("a — b — c", False), ("Map map", False)])
def test_reference_counts_all_between_white_space(text, published):
    assert REPEATS.reference(text, small_n=1.0) is published


def test_a_prompt_says_the_number_in_words():
    assert "more than 4 times" in REPEATS.phrase(stream_of(0), {"small_n": 4.0})


def test_ten_different_palindromes_pass():
    assert PALINDROMES.check(TEN)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("level " * 10, True),  # the same one ten times
        ("aaaaa " * 10, True),
        ("12321 " * 10, True),
        (TEN.replace("sagas", "noon"), False),  # four letters
        (TEN.replace("sagas", "stats"), False),  # the curly marks of “madam” part it from the word
    ],
)
def test_what_no_reader_would_count_fails(text, published):
    assert not PALINDROMES.check(text)
    assert PALINDROMES.reference(text) is published


def test_reference_knows_no_curly_marks():
    assert not PALINDROMES.reference(TEN)
    assert PALINDROMES.reference(TEN.replace("“", '"').replace("”", '"'))
