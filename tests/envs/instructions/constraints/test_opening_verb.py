from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.opening_verb import StartVerb
from rlvr.envs.instructions.constraints.verbs import is_verb
from tests.envs.instructions.constraints.laws import constraint_laws

VERB = StartVerb()
TestLaws = constraint_laws(VERB)


@pytest.mark.parametrize(
    "text",
    [
        "Imagine a world",
        "**Explore** it",
        "1. Start now",
        "“Stop!” he said",
        "Running is healthy",  # a gerund is a form of a verb
        "Based on this",
        "Is it?",
        "Let's go",
        "Don’t ask",
        "Re-read it",
        "Work hard",
        "Note that",
        "Visualise it",  # by its ending
    ],
)
def test_a_verb_at_the_beginning_passes(text):
    assert VERB.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "The end",
        "Work is hard",
        "Answer: 42",
        "**Review:** good",
        "Step 1",
        "Plans vary",
        "Title: It",
        "Morning came",
        "Sure! Let's go",
        "Here is",
        "It's",
        "水",
        "12",
        "",
        "Otherwise",
    ],
)
def test_another_word_fails(text):
    assert not VERB.check(text)


@pytest.mark.parametrize(
    ("text", "published"), [("**Explore** it", False), ("Should we?", False), ("1. Start", False), ("Imagine it", True)]
)
def test_reference_looks_at_the_first_token(text, published):
    assert VERB.reference(text) is published


def test_modal_verbs_are_verbs():
    assert VERB.check("Should we?")


@given(st.text(max_size=30) | st.text("aeinrstudg'’-", max_size=20))
def test_every_string_is_a_verb_or_not(word):
    assert is_verb(word) in (True, False)
