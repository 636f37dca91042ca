from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.title_case import TitleCase
from rlvr.seeding import StreamKey
from tests.envs.instructions.constraints.laws import constraint_laws

TITLE = TitleCase()
TestLaws = constraint_laws(TITLE)


@pytest.mark.parametrize(
    "text",
    [
        "I Am A Test",
        "Hello, World!",
        "Test (With Parentheses)",
        "Test 123 Numbers",
        "The 20th Century",
        "NASA And 'Hello'",
        "我们",
    ],
)
def test_major_words_have_capitals(text):
    assert TITLE.check(text)
    assert TITLE.reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "The Lord of the Rings",
        "We Don't Know",
        "We Cannot Know",
        "It’s Here",
        "pH And See https://example.com/a",
        "Cats' (e.g. Lions')",
    ],
)
def test_the_reference_rejects_minor_words_contractions_and_addresses(text):
    assert TITLE.check(text)
    assert not TITLE.reference(text)


@pytest.mark.parametrize(
    "text", ["i Am A Test", "Hello, world!", "The lord of the Rings", "A *small* Word", "It is (so) Done"]
)
def test_a_small_major_word_does_not_pass(text):
    assert not TITLE.check(text)
    assert not TITLE.reference(text)


@pytest.mark.parametrize("text", ["The _small_ Word", "He Has x1", "my-Word"])
def test_the_reference_lets_some_tokens_through(text):
    assert TITLE.reference(text)


def test_addresses_stay_as_they_are():
    stream = StreamKey("x").at(0, 0)
    assert TITLE.write("go to https://a.b/c and see ants.", stream) == "Go To https://a.b/c And See Ants."
