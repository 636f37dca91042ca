from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.published_text import (
    outer_tokens,
    published_count,
    published_sentences,
    published_tokens,
)
from rlvr.envs.instructions.text import MOST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Mr. Smith and Dr. Who came.", ["Mr. Smith and Dr. Who came."]),
        ("See example.com or pay 3.14 now.", ["See example.com or pay 3.14 now."]),
        ("Version 1.2.3 is out.", ["Version 1.2.", "3 is out."]),  # the digit between two points is used up
        ("Wait... what?", ["Wait...", "what?"]),
        ("What?! No.", ["What?", "!", "No."]),  # a sentence without a word
        ('"So." he said.', ['"So".', "he said."]),  # the mark leaves the quotation
        ("The U.S. He left. The U.S. army.", ["The U.S.", "He left.", "The U.S. army."]),
        ("A title\n\nA text", ["A title  A text"]),  # no line break ends a sentence
        (
            "Smith Inc. We know. Smith Inc. sells.",
            ["Smith Inc", "We know.", "Smith Inc. sells."],
        ),  # its full stop is lost
        ("", []),
        ("no mark", ["no mark"]),
    ],
)
def test_sentences_are_split_by_the_published_rules(text, found):
    assert published_sentences(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It's well-known.", ["It", "'s", "well-known", "."]),
        ("I can't; you cannot!", ["I", "ca", "n't", ";", "you", "can", "not", "!"]),
        ('"So," she said.', ["``", "So", ",", "''", "she", "said", "."]),
        ("At 10:30 a.m. it cost $3,000.50 (or so).", "At 10:30 a.m. it cost $ 3,000.50 ( or so ) .".split()),
        ("Wait... no -- yes.", ["Wait", "...", "no", "--", "yes", "."]),
        ("Mr. Smith left. So did I.", ["Mr.", "Smith", "left", ".", "So", "did", "I", "."]),
        ("the dogs' bowl", ["the", "dogs", "'", "bowl"]),
        ("", []),
    ],
)
def test_tokens_are_about_those_of_nltk(text, found):
    assert published_tokens(text) == found


def test_a_keyword_is_counted_as_a_regular_expression_in_any_case():
    assert published_count("art ", "Art is part of it") == 2
    assert published_count("a.t", "art ant") == 2
    assert published_count("C++", "C++ or c++") == 2  # no regular expression


@given(st.text(max_size=200) | st.text("aA.!?\"'”’ -\n1:,<`", max_size=80))
def test_any_text_is_split(text):
    assert all(one == one.strip() for one in published_sentences(text))
    assert all(published_tokens(text))
    assert outer_tokens(text)[:3] == published_tokens(text)[:3]
    assert outer_tokens(text)[-3:] == published_tokens(text)[-3:]


def test_what_comes_after_the_most_sentences_or_characters_belongs_to_the_last():
    assert published_sentences("So. " * (MOST + 9)) == ["So."] * MOST + [" ".join(["So."] * 9)]
    found = published_sentences(f"So. {'so ' * 40_000}So. So.")
    assert len(found) == 2
    assert found[1].endswith("so So. So.")


def test_of_a_very_long_sentence_the_tokens_at_its_ends_are_read():
    found = published_tokens(f"It was {'so ' * 10_000}late.")
    assert found[:3] == ["It", "was", "so"]
    assert found[-3:] == ["so", "late", "."]
    assert len(found) < 8_000
