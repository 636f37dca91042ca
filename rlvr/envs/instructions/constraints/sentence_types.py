"""How many sentences state, ask and exclaim.

- `ratio:sentence_balance`
- `ratio:sentence_type`
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.word_places import sentence_spans
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream

_KINDS = (".", "?", "!")
_CLOSING = " \t\r\n\"'”’»)]*_~」』`"
_ENDING = ".!?…‽。！？｡"
_WIDE = {".": "。", "?": "？", "!": "！"}


def _kind(sentence: str) -> str:
    """`.`, `?` or `!`; empty for a title, an item and whatever else has no mark at its end."""
    bare = sentence.rstrip(_CLOSING)
    row = bare[len(bare.rstrip(_ENDING)) :]
    if not row:
        return ""
    if any(mark in row for mark in "?？‽"):
        return "?"
    return "!" if "!" in row or "！" in row else "."


def _counts(text: str) -> dict[str, int]:
    kinds = list(map(_kind, sentences(text)))
    return {kind: kinds.count(kind) for kind in _KINDS}


def _published_counts(text: str) -> list[int]:
    kinds = [sentence[-1] for sentence in punkt_sentences(text)]
    return [kinds.count(kind) for kind in _KINDS]


class SentenceBalance(Constraint):
    """As many declarative sentences as interrogative and exclamatory ones, and at least one of each.

    The mark at its end says what a sentence is: `?!` asks. What has no mark there, such as a title, is not counted.
    """

    id = "ratio:sentence_balance"
    source = "IFBench"
    phrasings = (
        "Ensure that the ratio of sentence types (declarative, interrogative, exclamatory) is balanced: as many of"
        " each, and at least one.",
        "Write equally many sentences that end with a full stop, with a question mark and with an exclamation mark, and"
        " at least one of each.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` looks at the last character alone, so a sentence in quotation marks or bold is of no type; a text"
        " with none of the three types is balanced."
    )
    approximates = "NLTK's Punkt model, in the place of which `reference` asks `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """By the mark at the end, inside closing quotation marks, brackets and emphasis."""
        counts = _counts(response)
        return 0 < counts["."] == counts["?"] == counts["!"]

    def reference(self, response: str) -> bool:
        """By the last character."""
        declarative, interrogative, exclamatory = _published_counts(response)
        return declarative == interrogative == exclamatory

    def write(self, text: str, stream: Stream) -> str:
        """With other marks at the end of some sentences, and up to two sentences more."""
        if self.check(text):
            return text
        text = _to_thirds(text, stream, _KINDS)
        third = sum(_counts(text).values()) // 3
        return _retyped(text, stream, dict.fromkeys(_KINDS, third))

    def spoil(self, text: str, stream: Stream) -> str:
        """With a sentence more, or one more that states instead of asking."""
        return _unbalanced(text, stream)


class SentenceType(Constraint):
    """Twice as many declarative sentences as interrogative ones, and at least one question."""

    id = "ratio:sentence_type"
    source = "IFBench"
    phrasings = (
        "Maintain a 2:1 ratio of declarative to interrogative sentences; ask at least one question.",
        "For every question that you ask there have to be exactly two sentences that end with a full stop. Ask one or"
        " more.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` looks at the last character alone, so a sentence in quotation marks or bold is of no type; a text"
        " with neither type has the ratio."
    )
    approximates = SentenceBalance.approximates

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """By the mark at the end, inside closing quotation marks, brackets and emphasis."""
        counts = _counts(response)
        return 0 < counts["."] == 2 * counts["?"]

    def reference(self, response: str) -> bool:
        """By the last character."""
        declarative, interrogative, _ = _published_counts(response)
        return declarative == 2 * interrogative

    def write(self, text: str, stream: Stream) -> str:
        """With other marks at the end of some sentences, and up to two sentences more."""
        if self.check(text):
            return text
        text = _to_thirds(text, stream, (".", "?"))
        counts = _counts(text)
        third = (counts["."] + counts["?"]) // 3
        return _retyped(text, stream, {".": 2 * third, "?": third, "!": counts["!"]})

    def spoil(self, text: str, stream: Stream) -> str:
        """With a sentence more, or one more that states instead of asking."""
        return _unbalanced(text, stream)


def _to_thirds(text: str, stream: Stream, kinds: tuple[str, ...]) -> str:
    """With as many sentences more as it takes for those of these kinds to be divided by three."""
    counts = _counts(text)
    count = sum(counts[kind] for kind in kinds)
    missing = 3 - count if count < 3 else -count % 3
    return appended(text, fillers(stream, missing)) if missing else text


def _retyped(text: str, stream: Stream, wanted: Mapping[str, int]) -> str:
    """With other marks at the end of sentences, so that there are so many of each kind; the last one changes last."""
    found = []
    for begin, end in sentence_spans(text):
        bare = text[begin:end].rstrip(_CLOSING)
        found.append((begin + len(bare.rstrip(_ENDING)), begin + len(bare), _kind(bare)))
    typed = [one for one in found if one[2]]
    shuffled = [*stream.sample(typed[:-1], len(typed) - 1), *typed[-1:]] if typed else []
    surplus = {kind: sum(one[2] == kind for one in typed) - wanted[kind] for kind in _KINDS}
    lacking = [kind for kind in _KINDS for _ in range(-surplus[kind])]
    changes = []
    for begin, end, kind in shuffled:
        if surplus[kind] > 0 and lacking:
            surplus[kind] -= 1
            changes.append((begin, end, lacking.pop()))
    for begin, end, kind in sorted(changes, reverse=True):
        # After a full-width mark there may be no space, so it stays one.
        mark = _WIDE[kind] if text[end - 1] in _WIDE.values() else kind
        text = text[:begin] + mark + text[end:]
    return text


def _unbalanced(text: str, stream: Stream) -> str:
    counts = _counts(text)
    if stream.below(2):
        return _retyped(text, stream, {**counts, ".": counts["."] + 1, "?": counts["?"] - 1})
    return appended(text, fillers(stream, 1))
