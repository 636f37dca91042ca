"""Words are counted as the corpus counts them, by sentence and by script."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.language.candidates import DEFAULT, candidates
from rlvr.envs.language.scripts import Script, count
from tests.envs.language import corpus


@pytest.mark.parametrize("language", sorted(corpus.SENTENCES))
def test_the_unit_is_the_corpus_unit(language):
    for text in corpus.plain(language):
        assert count(text).words.sum() == pytest.approx(corpus.words(text))


def test_a_sentence_ends_at_a_stop_before_a_space_or_at_a_mark_that_needs_none():
    counted = count("One 3.5 two. Three!四。五\nsix")
    assert counted.words[:, Script.LATIN].tolist() == [2, 1, 0, 1]
    assert counted.letters[:, Script.HAN].tolist() == [0, 1, 1, 0]


def test_a_single_latin_or_greek_letter_is_a_variable_and_others_are_words():
    assert count("a x и в π و").scripts == (Script.CYRILLIC, Script.ARABIC)


def test_marks_and_joiners_belong_to_their_word():
    assert count("e\u0301te\u0301 co\u00adop").words[:, Script.LATIN].sum() == 2
    assert count("में है").words[:, Script.DEVANAGARI].sum() == 2


def test_a_sentence_is_read_without_the_letters_of_other_scripts():
    counted = count("所以 the sum。其次 привет")
    assert counted.sentence(0, Script.LATIN).split() == ["the", "sum"]
    assert counted.sentence(1, Script.CYRILLIC).split() == ["привет"]


@given(st.text(st.characters(exclude_categories=()), max_size=100))
def test_any_text_is_counted_and_its_sentences_cover_its_letters(text):
    counted = count(text)
    assert counted.words.shape == counted.letters.shape
    for script in counted.scripts:
        again = sum(count(counted.sentence(row, script)).words[:, script].sum() for row in range(len(counted.words)))
        assert again == pytest.approx(counted.words[:, script].sum())


@given(st.text(max_size=50), st.text(max_size=50))
def test_lines_are_counted_apart(first, second):
    both = count(f"{first}\n{second}").words.sum(axis=0)
    assert np.allclose(both, count(first).words.sum(axis=0) + count(second).words.sum(axis=0))


def test_every_script_has_a_default_language_and_every_default_its_script():
    assert set(DEFAULT) == set(Script)
    for script, languages in candidates(None).items():
        assert languages == tuple(sorted(DEFAULT[script]))
