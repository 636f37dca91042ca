from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.syllables import parities, syllables

COUNTED = {
    1: "the make makes asked thought strength don't they'll james league you've clothes priest",
    2: "table little houses wanted movement careful didn't people rhythm create react quiet seeing lion well-known",
    3: "banana idea beautiful video poetry medium radio",
    4: "society information reliable geology cooperate",
    5: "university organization curiosity",
}


@pytest.mark.parametrize(("word", "number"), [(w, n) for n, line in COUNTED.items() for w in line.split()])
def test_syllables_of_common_words(word, number):
    assert syllables(word) == (number,)


@pytest.mark.parametrize(
    ("word", "numbers"), [("every", (2, 3)), ("Fire", (1, 2)), ("usual", (2, 3)), ("power", (1, 2))]
)
def test_some_words_have_two_numbers(word, numbers):
    assert syllables(word) == numbers
    assert parities(word) == {0, 1}


@pytest.mark.parametrize("word", ["3", "2nd", "水", "Привет", "", "-", "don't'"])
def test_what_is_no_english_word_has_none(word):
    assert syllables(word) == ()


def test_accents_and_case_do_not_matter():
    assert syllables("CAFÉ") == syllables("cafe")


@given(st.text(max_size=60) | st.text("aeiouy-'’blest", max_size=60))
def test_every_string_has_an_answer(word):
    assert all(number >= 1 for number in syllables(word))
