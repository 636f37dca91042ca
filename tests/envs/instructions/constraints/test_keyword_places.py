from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.keyword_places import KeywordSpecificPosition, SecondWords
from tests.envs.instructions.constraints.laws import constraint_laws

PLACE = KeywordSpecificPosition()
SECOND = SecondWords()
TestPlaceLaws = constraint_laws(PLACE)
TestSecondLaws = constraint_laws(SECOND)


@pytest.mark.parametrize(
    ("text", "n", "m"),
    [("One. I saw, a Map.", 2, 4.0), ("A title\n\nThe map", 2, 2), ("One. I don't map it", 2, 3), ("1. The map", 1, 2)],
)
def test_the_word_at_a_place_is_found(text, n, m):
    assert PLACE.check(text, keyword="map", n=n, m=m)


@pytest.mark.parametrize(
    ("text", "n", "m", "published"),
    [
        ("One. I saw, a Map.", 2, 4.0, True),  # a comma is no word
        ("A title\n\nThe map", 2, 2, False),  # one sentence
        ("A title\n\nThe map", 1, 4, True),
        ("One. I don't map it", 2, 4, True),  # `do`, `n't`
        ("The map", 1, 40, False),
        ("The map", 0, 2, False),
        ("The map", 1, 0, False),
    ],
)
def test_reference_counts_tokens(text, n, m, published):
    assert PLACE.reference(text, keyword="map", n=n, m=m) is published


@pytest.mark.parametrize("text", ["The map is a map here.", "“The” MAP, a *map* (here)!”", "A map here"])
def test_the_second_word_from_both_ends_is_the_keyword(text):
    assert SECOND.check(text, keyword="map ")


@pytest.mark.parametrize("text", ["The map is a map.", "Map and map", "map", "", "The maps and maps here"])
def test_another_word_there_fails(text):
    assert not SECOND.check(text, keyword="map")


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("The map is a map here.", True),
        ("The map is a map here.”", False),  # verification.md, section 4: marks shift the place
        ('"The map is a map here"', False),
        ("The map is a map here", True),
        ("map", False),
        ("map.", False),
    ],
)
def test_reference_of_the_second_words_counts_marks(text, published):
    assert SECOND.reference(text, keyword="map") is published
