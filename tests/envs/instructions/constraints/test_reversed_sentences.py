from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.reversed_sentences import CharacterReverse, WordReverse
from tests.envs.instructions.constraints.laws import constraint_laws

LETTERS, WORDS = CharacterReverse(), WordReverse()
TestLettersLaws = constraint_laws(LETTERS)
TestWordsLaws = constraint_laws(WORDS)


@pytest.mark.parametrize(
    "text", [".su eht fo lobmys lanoitan eht si elgae dlab", ".SU eht fo lobmys lanoitan eht si elgae dlaB ehT"]
)
def test_a_sentence_is_reversed_by_letters(text):
    assert LETTERS.check(text)
    assert LETTERS.reference(text)


@pytest.mark.parametrize(
    "text", ["elgae dlab", "Sure! It is elgae dlab, the animal.", "The answer: .elgae dlab eht si tI"]
)
def test_the_reversed_name_alone_suffices_for_the_reference(text):
    assert not LETTERS.check(text)
    assert LETTERS.reference(text)


@pytest.mark.parametrize("text", ["The bald eagle is the national bird of the US.", "yekurt", ""])
def test_what_is_not_reversed_or_another_animal_does_not_pass(text):
    assert not LETTERS.check(text) and not LETTERS.reference(text)
    assert not WORDS.check(text) and not WORDS.reference(text)


@pytest.mark.parametrize(
    "text",
    [".US the of bird national the is eagle bald The.", "States United the of symbol national the is eagle bald the"],
)
def test_a_sentence_is_reversed_by_words(text):
    assert WORDS.check(text)
    assert WORDS.reference(text)


@pytest.mark.parametrize("text", ["Eagle bald.", "The national symbol is the eagle bald."])
def test_the_two_words_alone_suffice_for_the_reference(text):
    assert not WORDS.check(text)
    assert WORDS.reference(text)
