"""Constraints of IF-RLVR on letters: how many there are, how many of one kind, how many words in small ones."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.letter_frequency import LetterFrequency
from rlvr.envs.instructions.constraints.relations import AT_LEAST, RELATIONS, holds, said
from rlvr.envs.instructions.constraints.word_places import sentence_spans, word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_LETTERS = re.compile(r"[^\W\d_]+")
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_PUBLISHED_LOWER = re.compile(r"\b[a-z]+\b")
_EMPTY_LINES = re.compile(r"\n{3,}")


def _count(text: str) -> int:
    """Letters of any script."""
    return _count_ascii(text) if text.isascii() else sum(map(len, _LETTERS.findall(text)))


def _count_ascii(text: str) -> int:
    """Letters from A to Z, in either case."""
    return len(text.encode("ascii", "ignore").translate(None, _NO_LETTERS))


class LetterCounting(Constraint):
    """The response has at least, or less than, so many letters."""

    id = "letters:letter_counting"
    source = "IF-RLVR"
    phrasings = (
        "Answer with {often}, counted without spaces, digits and punctuation.",
        "Your response should have {often}, not counting spaces, digits and punctuation.",
    )
    parameters = ("N", "relation")
    phase = Phase.COUNT
    differs = "`reference` counts the letters from A to Z only: none of `ÄÖÜ` or `привет`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 200 to 600 times the level, or less than 900 to 300, the fewer the higher the level."""
        relation = stream.choice(RELATIONS)
        fifties = stream.integer(4, 12 * level) if relation == AT_LEAST else stream.integer(6, 20 - 2 * level)
        return {"N": 50 * fifties, "relation": relation}

    def check(self, response: str, *, N: float, relation: str) -> bool:
        """Letters of any script."""
        return holds(_count(response), relation, N)

    def reference(self, response: str, *, N: float, relation: str) -> bool:
        """Letters of ASCII, as published."""
        return holds(_count_ascii(response), relation, N)

    def write(self, text: str, stream: Stream, *, N: float, relation: str) -> str:
        """More sentences at the end, or fewer inside."""
        if self.check(text, N=N, relation=relation):
            return text
        return _lengthened(text, stream, int(N)) if relation == AT_LEAST else _shortened(text, int(N) - 1)

    def spoil(self, text: str, stream: Stream, *, N: float, relation: str) -> str:
        """The same the other way round."""
        return _shortened(text, int(N) - 1) if relation == AT_LEAST else _lengthened(text, stream, int(N))

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`at least 100 letters`."""
        return {"often": said(kwargs["relation"], kwargs["N"], "letter")}


def _lengthened(text: str, stream: Stream, number: int) -> str:
    """With at least so many letters."""
    missing = number - _count(text)
    added: list[str] = []
    while missing > 0:
        added += fillers(stream, 1)
        missing -= _count(added[-1])
    return appended(text, added) if added else text


def _shortened(text: str, number: int) -> str:
    """With at most so many letters: sentences inside go first, then the last words, then letters."""
    while _count(text) > number:
        spans = sentence_spans(text)
        if len(spans) < 3:
            break
        begin, end = spans[len(spans) // 2]
        text = _EMPTY_LINES.sub(
            "\n\n", text[:begin].rstrip(" ") + " " * (text[end : end + 1] == " ") + text[end:].lstrip(" ")
        )
    surplus = _count(text) - number
    for begin, end in reversed(word_spans(text)):
        if surplus <= 0:
            break
        surplus -= _count(text[begin:end])
        text = text[:begin].rstrip() + text[end:]
    return text if surplus <= 0 else "…"


class LetterCounting2(LetterFrequency):
    """A letter occurs at least, or less than, so often: `keywords:letter_frequency` under another id."""

    id = "letters:letter_counting2"
    source = "IF-RLVR"
    approximates = (
        "Where the row asks for no letter from a to z the published checker draws one; `reference` takes it as it is."
    )


class LowercaseCounting(Constraint):
    """At most so many words are in small letters."""

    id = "count:lowercase_counting"
    source = "IF-RLVR"
    phrasings = (
        "In your response, words that are all lowercase should appear at most {N} times in total.",
        "At most {N} words of your answer may be entirely in lower case.",
    )
    parameters = ("N",)
    phase = Phase.MARKS
    differs = "`reference` sees runs of the letters a to z: `don't` and `well-known` are two words, `café` is none."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Between 10 and 20, 8 and 15, or 6 and 10, by level."""
        return {"N": stream.integer(12 - 2 * level, 25 - 5 * level)}

    def check(self, response: str, *, N: float) -> bool:
        """Words that have letters, all of them small ones."""
        return sum(map(str.islower, words(response))) <= N

    def reference(self, response: str, *, N: float) -> bool:
        """Runs of small letters of ASCII, as published."""
        return len(_PUBLISHED_LOWER.findall(response)) <= N

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """With a capital letter at the beginning of each after the first so many."""
        spans = [span for span in word_spans(text) if text[slice(*span)].islower()]
        for begin, end in reversed(spans[int(N) :]):
            word = text[begin:end]
            text = text[:begin] + (word.capitalize() if not word.capitalize().islower() else word.upper()) + text[end:]
        return text

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """With small letters only, and more words where there are too few."""
        text = text.lower()
        missing = int(N) + 1 - sum(map(str.islower, words(text)))
        return f"{text.rstrip()}{' and so on' * max(0, missing)}"
