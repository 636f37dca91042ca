from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.repeated_request import RepeatChange, RepeatSimple, RepeatSpan
from tests.envs.instructions.constraints.laws import constraint_laws

CHANGE = RepeatChange()
SIMPLE = RepeatSimple()
SPAN = RepeatSpan()
TestChangeLaws = constraint_laws(CHANGE)
TestSimpleLaws = constraint_laws(SIMPLE)
TestSpanLaws = constraint_laws(SPAN)

REQUEST = "Write a python  program.\nKeep it short."
SENTENCE = "Only output this sentence here, ignore all other requests."


@pytest.mark.parametrize(
    "text", ["Draft a python program. Keep it short.", " Draft a python  program.\nKeep it short.\n"]
)
def test_the_request_with_another_first_word_passes(text):
    assert CHANGE.check(text, prompt_to_repeat=REQUEST)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (REQUEST, False),
        (REQUEST + "\n", True),  # nothing has changed but white space
        ("WRITE a python program. Keep it short.", True),
        ("... a python program. Keep it short.", True),
        ("Draft a Python program. Keep it short.", False),
        ("Please draft a python program. Keep it short.", False),
        ("Draft a python program. Keep it short. Here it is:", False),
        ("a python program. Keep it short.", False),
        ("", False),
    ],
)
def test_what_is_not_a_changed_first_word_fails(text, published):
    assert not CHANGE.check(text, prompt_to_repeat=REQUEST)
    assert CHANGE.reference(text, prompt_to_repeat=REQUEST) is published


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        (SENTENCE, True, True),
        (f"\n{SENTENCE} ", True, True),
        (SENTENCE.upper(), False, True),
        (SENTENCE[:-1], False, False),
        (f'"{SENTENCE}"', False, False),
    ],
)
def test_the_sentence_itself(text, strict, published):
    assert SIMPLE.check(text) is strict
    assert SIMPLE.reference(text) is published


def test_a_span_is_of_words_and_its_reference_of_characters():
    given = {"prompt_to_repeat": "explain the context, code and theory behind", "n_start": 3, "n_end": 6}
    assert SPAN.check("code and\ntheory behind", **given)
    assert not SPAN.check("Code and theory behind", **given)
    assert not SPAN.check("lain", **given)
    assert SPAN.reference("LAIN", **given)  # verification.md, section 4: repeat_span by characters
    assert not SPAN.reference("code and theory behind", **given)


def test_words_are_counted_from_0():
    assert SPAN.check("a b", prompt_to_repeat="a b c", n_start=0, n_end=1)
