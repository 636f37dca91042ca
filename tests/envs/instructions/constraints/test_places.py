"""Places in a text where writers put marks."""

from __future__ import annotations

from rlvr.envs.instructions.constraints.places import code_blanked, inner_starts, plain_words, starts, wrapped
from tests.envs.instructions.constraints.laws import KEY


def test_code_becomes_spaces_and_places_stay():
    text = "before\n```python\n- a\n```\nafter ~~~\n~~~\nnever closed"
    blanked = code_blanked(text)
    assert len(blanked) == len(text)
    assert blanked.split() == ["before", "after", "~~~"]
    assert blanked.index("after") == text.index("after")


def test_sentences_begin_where_they_are_split():
    text = "One is. Dr. Two is.\n* Three is. Four is."
    assert [text[at:][:3] for at in starts(text)] == ["One", "Dr.", "* T", "Fou"]
    assert [text[at:][:3] for at in inner_starts(text)] == ["Dr.", "Fou"]


def test_plain_words_stand_between_words():
    text = "First some plain words, then *these* and [those ones] here"
    assert [text[begin:end] for begin, end in plain_words(text)] == ["some", "plain"]


def test_wrapped_words_are_no_neighbours():
    text = "some plain words that stand between other words here"
    for seed in range(20):
        assert "*" * 2 not in wrapped(text, KEY.at(seed, 1), 3, "*", "*").replace(" ", "_")
        assert wrapped(text, KEY.at(seed, 1), 3, "*", "*").count("*") == 6
