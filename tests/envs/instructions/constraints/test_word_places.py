"""Where words and sentences stand, and how places are said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.filler import FILLERS
from rlvr.envs.instructions.constraints.forbidden_words import WORDS
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.constraints.word_lists import CONJUNCTIONS, FRESH_WORDS, PRONOUNS, STOP_WORDS
from rlvr.envs.instructions.constraints.word_places import (
    ordinal,
    replaced_words,
    sentence_spans,
    without_words,
    word_spans,
)
from rlvr.envs.instructions.text import sentences, words


@given(st.text(st.characters(), max_size=200))
def test_spans_are_where_the_words_stand(text):
    assert [text[begin:end] for begin, end in word_spans(text)] == words(text)


@given(st.text(alphabet="ab .!?\n“”-1", max_size=80))
def test_spans_are_where_the_sentences_stand(text):
    assert [text[begin:end] for begin, end in sentence_spans(text)] == sentences(text)


def test_a_word_in_the_place_of_another_keeps_its_capital():
    assert replaced_words("This is it. It is.", [(0, 4), (8, 10), (12, 14)], "what") == "What is what. What is."


def test_words_go_with_the_space_beside_them():
    assert without_words("The old map.", [(0, 3), (8, 11)]) == "old."


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1st"), (2.0, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd"), (113, "113th")]
)
def test_places_are_said_as_ordinals(number, said):
    assert ordinal(number) == said


def test_words_that_writers_add_are_none_that_other_constraints_draw():
    assert not set(FRESH_WORDS) & {*KEYWORDS, *WORDS, *PRONOUNS, *CONJUNCTIONS, *STOP_WORDS}
    assert len(set(FRESH_WORDS)) == len(FRESH_WORDS)
    assert not set(FRESH_WORDS) & {word for filler in FILLERS for word in words(filler.lower())}
