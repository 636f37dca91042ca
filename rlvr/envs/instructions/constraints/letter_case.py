"""`change_case:english_capital`, `change_case:english_lowercase`: English in capitals only, or in none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.language import shares
from rlvr.seeding import Stream

_CASED_WORD = re.compile(r"[A-Za-z]+")
_DIFFERS = "`reference` takes a text of which nothing can be told for English, also in other letters than Latin ones."
_APPROXIMATES = (
    "langdetect, in the place of which `reference` asks `rlvr.envs.language`, and so does not take short texts (`ok "
    "sure`, `THE QUICK BROWN FOX`) for another language."
)


def in_english(text: str) -> bool:
    """Whether a text is in English: more than half of it, or Latin letters alone of which nothing can be told (`OK`).

    Case is no hint: names in capitals (`NASA`) would not be counted, but in a text all in capitals every word is one.
    """
    found = shares(text.lower())
    return found.get("en", 0.0) > 0.5 if found else text.isascii()


class EnglishCapital(Constraint):
    """English, all in capital letters."""

    id = "change_case:english_capital"
    source = "IFEval"
    phrasings = (
        "Your entire response should be in English, and in all capital letters.",
        "Answer in English and write ALL of it in capital letters.",
        "Write your whole answer in English, without any lowercase letter.",
    )
    phase = Phase.MARKS
    differs = _DIFFERS
    approximates = _APPROXIMATES

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """It has letters, none of them is lowercase, and they are English."""
        return response.isupper() and in_english(response)

    def reference(self, response: str) -> bool:
        """The same, but where nothing can be told of the language, any will do."""
        return response.isupper() and _may_be_english(response)

    def write(self, text: str, stream: Stream) -> str:
        """The text in capitals."""
        if self.check(text):
            return text
        raised = "".join(letter for letter in text.upper() if not letter.islower())  # Some have no capital: ª.
        return raised if raised.isupper() else f"{raised} YES.".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """With one word in lower case."""
        return _changed(text, stream, str.lower)


class EnglishLowercase(Constraint):
    """English, all in lowercase letters."""

    id = "change_case:english_lowercase"
    source = "IFEval"
    phrasings = (
        "Your entire response should be in English, and in all lowercase letters. No capital letters are allowed.",
        "Answer in English, in lowercase letters only.",
        "Write your whole answer in English, without any capital letter.",
    )
    phase = Phase.MARKS
    differs = _DIFFERS
    approximates = _APPROXIMATES

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """It has letters, none of them is a capital, and they are English."""
        return response.islower() and in_english(response)

    def reference(self, response: str) -> bool:
        """The same, but where nothing can be told of the language, any will do."""
        return response.islower() and _may_be_english(response)

    def write(self, text: str, stream: Stream) -> str:
        """The text in lower case."""
        if self.check(text):
            return text
        lowered = "".join(letter for letter in text.lower() if not letter.isupper())  # Some are capitals only: 𝐀.
        return lowered if lowered.islower() else f"{lowered} yes.".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """With one word in capitals."""
        return _changed(text, stream, str.upper)


def _may_be_english(text: str) -> bool:
    found = shares(text.lower())
    return not found or found.get("en", 0.0) > 0.5


def _changed(text: str, stream: Stream, change: Callable[[str], str]) -> str:
    """With one of its words changed."""
    found = stream.choice(list(_CASED_WORD.finditer(text)))
    return text[: found.start()] + change(found[0]) + text[found.end() :]
