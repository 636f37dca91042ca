from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.syllable_parity import OddEvenSyllables
from tests.envs.instructions.constraints.laws import constraint_laws

PARITY = OddEvenSyllables()
TestLaws = constraint_laws(PARITY)


@pytest.mark.parametrize(
    "text",
    [
        "The table stood alone.",
        "Alone, the people — saw\n\nlions.",
        "The every",  # every: two or three
        "Every the",
        "Every every every",
    ],
)
def test_words_that_take_turns_pass(text):
    assert PARITY.check(text)


@pytest.mark.parametrize("text", ["The cat", "Table people", "The 12", "", "…", "水", "Every the map"])
def test_two_of_a_kind_fail(text):
    assert not PARITY.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("the 12 cat", True),  # syllapy has 0 for a number
        ("12 20", False),
        ("the cat", False),
        ("well/known the", True),  # one word of two
    ],
)
def test_reference_has_one_number_for_all(text, published):
    assert PARITY.reference(text) is published
