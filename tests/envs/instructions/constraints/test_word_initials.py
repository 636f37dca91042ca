from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_initials import AlphabetLoop, NoConsecutiveInitials
from tests.envs.instructions.constraints.laws import constraint_laws, stream_of

ALPHABET = AlphabetLoop()
NO_CONSECUTIVE = NoConsecutiveInitials()
TestAlphabetLaws = constraint_laws(ALPHABET)
TestNoConsecutiveLaws = constraint_laws(NO_CONSECUTIVE)


@pytest.mark.parametrize(
    "text",
    [
        "A bear can dance.",
        "Xylophones yield zest, as bells can.",  # after z comes a
        "Many new\n\nowls play.",
        "“Any” bear — can’t dance",
        "Did Élodie find gold?",  # an accent makes no other letter
        "a-bout bears",  # one word with a hyphen
    ],
)
def test_words_in_the_order_of_the_alphabet_pass(text):
    assert ALPHABET.check(text)


@pytest.mark.parametrize("text", ["A bear dances.", "A 2 bears", "1. A bear", "Zest bear", "水 火", "...", "a A"])
def test_other_words_do_not(text):
    assert not ALPHABET.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("A bear — can dance", False),  # the dash is a word
        ("“Any” bear", False),
        ("Did Élodie find", False),
        ("apple/cat bear", True),  # one word
        ("Apple bear", True),
    ],
)
def test_reference_splits_at_white_space(text, published):
    assert ALPHABET.reference(text) is published


@pytest.mark.parametrize("text", ["The old map is here.", "2 20 200", "A — B — C", "An egg - or 3 owls?"])
def test_words_with_other_first_letters_than_their_neighbours_pass(text):
    assert NO_CONSECUTIVE.check(text)


@pytest.mark.parametrize("text", ["See some.", "It is", "This\n\nThen", "so—such", "École est", "…"])
def test_neighbours_with_the_same_first_letter_fail(text):
    assert not NO_CONSECUTIVE.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [("2 20", False), ("a – b – – c", False), ("so—such", True), ("École est", True), ("It Is", False)],
)
def test_reference_looks_at_any_character(text, published):
    assert NO_CONSECUTIVE.reference(text) is published


def test_a_word_comes_between_two_that_clash():
    assert NO_CONSECUTIVE.write("It is old.", stream_of(0)).endswith(" is old.")
