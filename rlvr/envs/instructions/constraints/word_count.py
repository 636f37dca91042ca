"""`length_constraints:number_words`: how long the response is."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.relations import AT_LEAST, RELATIONS, holds, said
from rlvr.envs.instructions.text import count_words, paragraphs, sentences
from rlvr.seeding import Stream

_PUBLISHED_WORD = re.compile(r"\w+")
_GAP = re.compile(r"\s+")


class NumberWords(Constraint):
    """The response has at least, or less than, so many words."""

    id = "length_constraints:number_words"
    source = "IFEval"
    phrasings = (
        "Answer with {often}.",
        "Your response should have {often}.",
        "Keep to this length: {often}.",
    )
    parameters = ("num_words", "relation")
    phase = Phase.COUNT
    differs = (
        "`reference` counts runs of letters, digits and underscores: `it's`, `well-known` and `3.5` are two words "
        "each, a Chinese clause is one."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 50 to 150 times the level, or less than 150 to 400."""
        relation = stream.choice(RELATIONS)
        tens = stream.integer(5, 15 * level) if relation == AT_LEAST else stream.integer(15, 50 - 10 * (level - 1))
        return {"num_words": 10 * tens, "relation": relation}

    def check(self, response: str, *, num_words: float, relation: str) -> bool:
        """Words as `rlvr.envs.instructions.text.words` has them."""
        return holds(count_words(response), relation, num_words)

    def reference(self, response: str, *, num_words: float, relation: str) -> bool:
        r"""Words are runs of `\w`, as published."""
        return holds(len(_PUBLISHED_WORD.findall(response)), relation, num_words)

    def write(self, text: str, stream: Stream, *, num_words: float, relation: str) -> str:
        """More sentences at the end, or fewer inside."""
        if self.check(text, num_words=num_words, relation=relation):
            return text
        return (
            _lengthened(text, stream, int(num_words)) if relation == AT_LEAST else _shortened(text, int(num_words) - 1)
        )

    def spoil(self, text: str, stream: Stream, *, num_words: float, relation: str) -> str:
        """Cut off, or with more sentences."""
        if relation == AT_LEAST:
            return _cut(text, int(num_words) - 1)
        return _lengthened(text, stream, int(num_words))

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`at least 100 words`."""
        return {"often": said(kwargs["relation"], kwargs["num_words"], "word")}


def _lengthened(text: str, stream: Stream, number: int) -> str:
    """With at least so many words."""
    missing = number - count_words(text)
    added: list[str] = []
    for sentence in fillers(stream, max(missing, 0)):
        if missing <= 0:
            break
        added.append(sentence)
        missing -= count_words(sentence)
    return appended(text, added) if added else text


def _shortened(text: str, number: int) -> str:
    """With at most so many words.

    Second sentences go first, of the longest paragraph each time: other constraints look at how a text and its
    paragraphs begin, and other writers add to its end.
    """
    parts = [sentences(part) for part in paragraphs(text)]
    surplus = sum(count_words(sentence) for part in parts for sentence in part) - number
    while surplus > 0 and any(len(part) > 2 for part in parts):
        longest = max(parts, key=len)
        surplus -= count_words(longest.pop(1))
    return _cut("\n\n".join(" ".join(part) for part in parts), number)


def _cut(text: str, number: int) -> str:
    """With the last words off until there are at most so many."""
    surplus = count_words(text) - number
    if surplus <= 0:
        return text
    gaps = [gap.start() for gap in _GAP.finditer(text)]
    low, high = 0, len(gaps)  # How many gaps are kept: the most with which the text is short enough.
    while low < high:
        middle = (low + high + 1) // 2
        if count_words(text[: gaps[middle - 1]]) <= number:
            low = middle
        else:
            high = middle - 1
    kept = text[: gaps[low - 1]].rstrip() if low else ""
    return f"{kept.rstrip(',;:')}." if kept[-1:].isalnum() else kept or "…"
