from __future__ import annotations

import string

import pytest

from rlvr.envs.instructions.constraints.alphabet_answers import SentenceAlphabet
from tests.envs.instructions.constraints.laws import constraint_laws

STORY = SentenceAlphabet()
TestLaws = constraint_laws(STORY)

TOLD = [f"{letter}s went by." for letter in string.ascii_uppercase]


def test_the_first_letters_are_the_alphabet():
    assert STORY.check(" ".join(TOLD)) and STORY.reference(" ".join(TOLD))
    assert STORY.check("\n".join(TOLD)) and STORY.reference("\n".join(TOLD))


@pytest.mark.parametrize(
    "text",
    [
        "# A Story\n\n" + " ".join(TOLD),
        "**A Story**\n\n" + " ".join(TOLD),
        " ".join(['"As you like," she said.', *TOLD[1:]]),
        " ".join(['"As if!" she said.', *TOLD[1:]]),
        "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(TOLD, start=1)),
    ],
    ids=range(5),
)
def test_titles_speech_and_numbers_are_known_to_strict_only(text):
    assert STORY.check(text)
    assert not STORY.reference(text)


@pytest.mark.parametrize("text", ["", ". " * 26, " ".join(TOLD[:-1]), " ".join([*TOLD, "End."]), " ".join(TOLD[::-1])])
def test_other_stories_do_not_pass(text):
    assert not STORY.check(text)
    assert not STORY.reference(text)
