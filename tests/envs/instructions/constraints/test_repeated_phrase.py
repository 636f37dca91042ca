from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.repeated_phrase import RepeatPhrase
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, written

PHRASE = RepeatPhrase()
TestLaws = constraint_laws(PHRASE)
test_writer = written(PHRASE)
test_huge = answers_huge_ones(PHRASE, phrase="a rolling stone gathers a", small_n=2)
test_huge_word = answers_huge_ones(PHRASE, phrase="a a a a", small_n=2)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Time flies when having lunch, and time crawls when having fun.", False, False),
        ("Time flies when having fun. Time flies when making fun.", False, True),  # the first one is as it was
        ("Time flies when making fun. Time flies when having fun.", False, False),
        ("Time runs when having fun. Time flies when making fun.", True, True),
        ("time runs when having fun; time flies when making fun", True, False),
        ("Time\nruns when having fun. Time flies when making fun!", True, False),
        ("Time runs when having fun.", False, False),
        ("Time runs when making fun. Time flies when making fun.", False, False),  # two words
        ("Time flies when fun. Time flies when making fun.", False, False),  # a word less
        ("Time runs when having fun. Time flies and making fun. Time flies when making fun.", True, False),
        ("Space flies when having fun. Time flies when making fun.", False, False),  # the first word
        ("Time runs when having fun. Time flies when making fun. Time flies if having fun.", False, False),
        ("", False, False),
    ],
)
def test_each_time_one_inner_word_is_another(response, strict, published):
    kwargs = {"phrase": "Time flies when having fun", "small_n": 2.0}
    assert PHRASE.check(response, **kwargs) is strict
    assert PHRASE.reference(response, **kwargs) is published


@pytest.mark.parametrize("phrase", ["", "so", "so so", "..."])
def test_a_phrase_without_an_inner_word_cannot_be_varied(phrase):
    assert not PHRASE.check("so so so", phrase=phrase, small_n=1)
    assert PHRASE.reference("so so so", phrase=phrase, small_n=1) in (True, False)
