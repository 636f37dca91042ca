"""`punctuation:punctuation_dot` and `punctuation:punctuation_exclamation`: texts without a mark."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.seeding import Stream

_DOT = re.compile(r"[.…‥․．。｡۔﹒]")
_DOTS = re.compile(r"[.…‥․．。｡۔﹒]+")
_EXCLAMATION = re.compile(r"[!！¡‼⁉❗❕﹗]")
_EXCLAMATIONS = re.compile(r"[!！‼⁉❗❕﹗][!！‼⁉❗❕﹗\ufe0f]*")
_AT_LINE_END = re.compile(rf"{_EXCLAMATIONS.pattern}(?=[\"'”’)\]*_]*$)", re.MULTILINE)

_LIST_NUMBER = re.compile(r"^([ \t]*\(?\d{1,3})\.(?=[ \t])", re.MULTILINE)
_IN_NUMBER = re.compile(r"(?<=\d)\.(?=\d)")
_IN_WORD = re.compile(r"(?<=\w)\.(?=\w)")
_SHORT = re.compile(r"\b(?:(?:[A-Za-z]\.){2,}|(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc)\.)")


def _with_mark(text: str, stream: Stream, mark: str) -> str:
    """With a mark after one of its words."""
    spans = word_spans(text)
    at = stream.choice(spans)[1] if spans else len(text)
    return f"{text[:at]}{mark}{text[at:]}"


class NoDot(Constraint):
    """There is no dot."""

    id = "punctuation:punctuation_dot"
    source = "IF-RLVR"
    phrasings = (
        "In your entire response, refrain from the use of . (i.e. dots) as punctuation and in general.",
        "Write your answer without a single dot, neither at the end of a sentence nor in a number or an ellipsis.",
    )
    phase = Phase.MARKS
    differs = "`reference` knows the ASCII dot only: `…`, `。` and `．` pass."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Neither a full stop of any script nor an ellipsis."""
        return _DOT.search(response) is None

    def reference(self, response: str) -> bool:
        """No `.`, as published."""
        return "." not in response

    def write(self, text: str, stream: Stream) -> str:
        """Exclamation marks in their place; those inside abbreviations and names go."""
        if self.check(text):
            return text
        text = _LIST_NUMBER.sub(r"\1)", text)
        text = _SHORT.sub(lambda short: short[0].replace(".", ""), text)
        text = _IN_WORD.sub("", _IN_NUMBER.sub(" point ", text))
        return _DOTS.sub("!", text)

    def spoil(self, text: str, stream: Stream) -> str:
        """With a dot after one of its words."""
        return _with_mark(text, stream, ".")


class NoExclamation(Constraint):
    """There is no exclamation mark."""

    id = "punctuation:punctuation_exclamation"
    source = "IF-RLVR"
    phrasings = (
        "In your entire response, refrain from the use of ! (i.e. exclamation marks) as punctuation and in general.",
        "Do not use any exclamation marks.",
    )
    phase = Phase.MARKS
    differs = "`reference` knows the ASCII mark only: `！`, `¡` and `❗` pass."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """None of any script, and none that is an emoji."""
        return _EXCLAMATION.search(response) is None

    def reference(self, response: str) -> bool:
        """No `!`, as published."""
        return "!" not in response

    def write(self, text: str, stream: Stream) -> str:
        """Full stops in their place; in a text without dots semicolons, and nothing at the end of a line.

        So a text may go without dots and exclamation marks at once: the one writer leaves the other something to do.
        """
        if self.check(text):
            return text
        text = text.replace("¡", "")
        if "." in text:
            return _EXCLAMATIONS.sub(".", text)
        return _EXCLAMATIONS.sub(";", _AT_LINE_END.sub("", text))

    def spoil(self, text: str, stream: Stream) -> str:
        """With an exclamation mark after one of its words."""
        return _with_mark(text, stream, "!")
