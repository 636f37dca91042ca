from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_chains import LastWordFirst, ParagraphLastFirst
from tests.envs.instructions.constraints.laws import constraint_laws

CHAIN = LastWordFirst()
PARAGRAPHS = ParagraphLastFirst()
TestChainLaws = constraint_laws(CHAIN)
TestParagraphLaws = constraint_laws(PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        "I saw a map. Map in hand, we left! Left?",
        "We saw a “map.”\n\n“Map” it was.",
        "1. We saw it\n2. It saw us",
        "Only one sentence.",
        "We don't. Don’t ask.",
    ],
)
def test_a_chain_of_sentences_passes(text):
    assert CHAIN.check(text)


@pytest.mark.parametrize("text", ["I saw a map. Maps are old.", "A title\n\nI saw a map. Map!", "...", ""])
def test_a_broken_chain_fails(text):
    assert not CHAIN.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("A title\n\nI saw a map. Map it!", True),  # a line break ends no sentence
        ("I saw a map. Map!", False),  # the mark belongs to a word that is all of a sentence
        ("I saw a map. Map, they said.", False),  # the comma belongs to the word
        ("I saw a map. Map in hand.", True),
        ("I saw “a map.” Map!", False),
    ],
)
def test_reference_compares_what_stands_between_white_space(text, published):
    assert CHAIN.reference(text) is published


@pytest.mark.parametrize(
    "text",
    ["Time flies, says Time.\n\nMaps, they are “maps”.", "1. Go and go", "Overview\n---\nSo it is so!"],
)
def test_paragraphs_that_end_as_they_begin_pass(text):
    assert PARAGRAPHS.check(text)


@pytest.mark.parametrize("text", ["Time flies.", "Time is time.\nNot this one.", "", "---"])
def test_a_paragraph_that_does_not_fails(text):
    assert not PARAGRAPHS.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [("Time, they say, is time.", False), ("“Maps are maps”", False), ("1. Go and go", False), ("Go and go.", True)],
)
def test_reference_of_paragraphs_drops_marks_at_their_ends_only(text, published):
    assert PARAGRAPHS.reference(text) is published
