from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.sentence_emoji import SentenceEmoji
from tests.envs.instructions.constraints.laws import constraint_laws

EMOJI = SentenceEmoji()
TestLaws = constraint_laws(EMOJI)


@pytest.mark.parametrize(
    "text",
    [
        "This ends with emoji 😀.",  # IFBench's own test
        "One. 😀 Two! 🎉",
        "One 😀. Two 🎉!",
        "One 😀 Two 🎉",
        "Love ❤️. Sun ☀",
        '"Yes!" 😀 (No 🎉.)',
        "Here it is:\n- one 😀\n- two 🎉",
        "**Two of them** 😀🎉",
    ],
)
def test_an_emoji_stands_before_or_after_the_full_stop(text):
    assert EMOJI.check(text)


@pytest.mark.parametrize("text", ["Go 🇫🇷.", "Press 1️⃣.", "# A title\n\nA sentence 😀.", "A family 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿."])
def test_flags_keycaps_and_titles_are_known_to_strict(text):
    assert EMOJI.check(text)


@pytest.mark.parametrize("text", ["Go 🇫🇷.", "Press 1️⃣."])
def test_the_reference_rejects_flags_and_keycaps(text):
    assert not EMOJI.reference(text)


@pytest.mark.parametrize(
    "text",
    ["😀 This starts with emoji.", "One. Two. 😀", "One. 😀 Two.", "All rights ©.", "", "😀", "One.\n\n😀 Two. 😀"],
)
def test_a_sentence_without_an_emoji_at_its_end_does_not_pass(text):
    assert not EMOJI.check(text)


def test_the_reference_takes_the_next_sentence_s_first_character():
    assert EMOJI.reference("One.\n\n😀 Two. 😀")
    assert EMOJI.reference("All rights ©.")  # the emoji package lists it
    assert EMOJI.reference("A title\n\nA sentence 😀.")
    assert not EMOJI.reference("One. . 😀")
