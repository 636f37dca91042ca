"""The prose that writers start from."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.prose import TOPICS, prose
from rlvr.envs.instructions.text import paragraphs, sentences, words
from rlvr.seeding import StreamKey


def of(seed, subject="old maps", count=None):
    return prose(StreamKey("prose").at(seed, 0), subject, count)


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_it_has_so_many_paragraphs_of_three_to_five_sentences(count):
    for seed in range(50):
        text = of(seed, count=count)
        assert len(paragraphs(text)) == count
        assert all(3 <= len(sentences(paragraph)) <= 5 for paragraph in paragraphs(text))


def test_it_has_two_to_four_paragraphs_by_default_and_the_same_for_equal_streams():
    assert {len(paragraphs(of(seed))) for seed in range(50)} == {2, 3, 4}
    assert of(3) == of(3) != of(4)


def test_no_keyword_that_constraints_draw_is_in_it_or_in_a_topic():
    found = {word.lower() for seed in range(200) for word in words(of(seed))}
    found |= {word.lower() for wanted, _ in TOPICS for word in words(wanted)}
    assert not found & set(KEYWORDS)


def test_topics_differ_and_name_their_subject():
    assert len(set(TOPICS)) == len(TOPICS) == 360
    assert all(subject in wanted for wanted, subject in TOPICS)
