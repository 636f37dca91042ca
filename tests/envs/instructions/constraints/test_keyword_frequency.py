from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.keyword_frequency import Frequency
from tests.envs.instructions.constraints.laws import constraint_laws

FREQUENCY = Frequency()
TestLaws = constraint_laws(FREQUENCY)


def test_only_words_of_their_own_count():
    text = "War is war. It was warm towards the end."
    assert FREQUENCY.check(text, keyword="war", frequency=2, relation="at least")
    assert not FREQUENCY.check(text, keyword="war", frequency=3, relation="at least")
    assert FREQUENCY.check(text, keyword="war", frequency=3, relation="less than")


def test_the_published_checker_counts_those_inside_longer_words():
    assert FREQUENCY.reference("War is warm towards", keyword=" war ", frequency=3.0, relation="at least")


def test_an_unknown_relation_is_refused_with_what_is_known():
    with pytest.raises(ValueError, match=r"Expected relation to be .*actually: 'most'"):
        FREQUENCY.check("war", keyword="war", frequency=1, relation="most")


@pytest.mark.parametrize(
    ("frequency", "relation", "often"),
    [(1, "at least", "at least 1 time"), (3.0, "less than", "fewer than 3 times")],
)
def test_a_prompt_says_how_often(frequency, relation, often):
    assert FREQUENCY.said({"keyword": "war", "frequency": frequency, "relation": relation})["often"] == often
