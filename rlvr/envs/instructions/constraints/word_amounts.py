"""How many words: different ones, and all of them within a range.

- `count:unique_word_count`
- `count:word_count_range`
"""

from __future__ import annotations

import re
import string
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.word_lists import FRESH_WORDS
from rlvr.envs.instructions.constraints.word_places import (
    replaced_words,
    sentence_spans,
    without_words,
    word_spans,
)
from rlvr.envs.instructions.text import count_words, words
from rlvr.seeding import Stream

_PUBLISHED_WORD = re.compile(r"\w+")
_CHAINED = 6
"""Fresh words in one sentence."""


def _folded(text: str) -> str:
    return text.lower().replace("’", "'")


class UniqueWordCount(Constraint):
    """At least so many different words, whatever their case."""

    id = "count:unique_word_count"
    source = "IFBench"
    phrasings = (
        "Use at least {N} unique words in the response.",
        "Your answer has to have a vocabulary of {N} or more different words.",
        "At least {N} different words have to occur in the text.",
    )
    parameters = ("N",)
    phase = Phase.CONTENT
    differs = (
        "`reference` counts strings without white space, without the ASCII punctuation around them: dashes and emoji"
        " are words, and `word`, `“word”` and `word—and` are three."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """40 to 60, to 90, to 120."""
        return {"N": stream.integer(30 * level + 10, 30 * level + 30)}

    def check(self, response: str, *, N: float) -> bool:
        """Words as `rlvr.envs.instructions.text.words` has them."""
        return len(set(words(_folded(response)))) >= N

    def reference(self, response: str, *, N: float) -> bool:
        """Strings without white space, and the empty one where such a string is all punctuation."""
        return len({one.strip(string.punctuation) for one in response.lower().split()}) >= N

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """Sentences more with adjectives that it lacks; with pairs of them once there are no more."""
        present = set(words(_folded(text)))
        fresh = [word for word in stream.sample(FRESH_WORDS, len(FRESH_WORDS)) if word not in present]
        missing = int(N) - len(present)
        if missing <= 0:
            return text
        if missing > len(fresh):
            fresh += [f"{first}-{last}" for first in FRESH_WORDS for last in FRESH_WORDS if first < last]
        chains = [fresh[begin : min(begin + _CHAINED, missing)] for begin in range(0, missing, _CHAINED)]
        return appended(text, [f"It is {' and '.join(chain)}." for chain in chains])

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """All words but one too few become others that it has."""
        spans = word_spans(text)
        spelled = [_folded(text[begin:end]) for begin, end in spans]
        kept = dict.fromkeys(list(dict.fromkeys(spelled))[: max(1, int(N) - 1)])
        lost = [one for one, word in zip(spans, spelled, strict=True) if word not in kept]
        return replaced_words(text, lost, next(iter(kept))) if kept else text


class WordCountRange(Constraint):
    """Not fewer than `min_words` words and not more than `max_words`."""

    id = "count:word_count_range"
    source = "IFBench"
    phrasings = (
        "The response must contain between {min_words} and {max_words} words.",
        "Write at least {min_words} and at most {max_words} words.",
        "The length of your answer has to be from {min_words} to {max_words} words.",
    )
    parameters = ("min_words", "max_words")
    phase = Phase.COUNT
    differs = (
        "`reference` counts runs of letters, digits and underscores: `it's`, `well-known` and `3.5` are two words each,"
        " and a Chinese sentence is one."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """From 60 to 160 words; the range is 40, 15 or 4 words wide."""
        least = stream.integer(60, 160)
        return {"min_words": least, "max_words": least + (40, 15, 4)[level - 1]}

    def check(self, response: str, *, min_words: float, max_words: float) -> bool:
        """Words as `rlvr.envs.instructions.text.words` has them."""
        return min_words <= count_words(response) <= max_words

    def reference(self, response: str, *, min_words: float, max_words: float) -> bool:
        """Runs of letters, digits and underscores."""
        return min_words <= len(_PUBLISHED_WORD.findall(response)) <= max_words

    def write(self, text: str, stream: Stream, *, min_words: float, max_words: float) -> str:
        """Without some sentences inside its paragraphs, then without some words; or with sentences more."""
        text = _shortened(text, stream, int(min_words), int(max_words))
        return _lengthened(text, stream, int(min_words), int(max_words))

    def spoil(self, text: str, stream: Stream, *, min_words: float, max_words: float) -> str:
        """Too long or too short."""
        if min_words > 1 and stream.below(2):
            return _shortened(text, stream, 0, int(min_words) - 1)
        return _lengthened(text, stream, int(max_words) + 1, int(max_words) + 20)


_SHORT = ("Indeed.", "So far.", "So it goes.", "That is the idea.", "There is more to it.", "All of it is worth it.")
"""Sentences of one to six words."""


def _lengthened(text: str, stream: Stream, least: int, most: int) -> str:
    """With at least `least` words, and no more than `most` if it had no more."""
    count = count_words(text)
    added = []
    for sentence in fillers(stream, max(0, least - count)):
        length = count_words(sentence)
        if count >= least or count + length > most:
            break
        added.append(sentence)
        count += length
    while count < least:
        length = min(least - count, len(_SHORT))
        added.append(_SHORT[length - 1])
        count += length
    return appended(text, added) if added else text


def _shortened(text: str, stream: Stream, least: int, most: int) -> str:
    """With at most `most` words, and at least `least` if it had them."""
    count = count_words(text)
    while count > most:
        inner = [
            (begin, end)
            for begin, end in sentence_spans(text)
            if begin > 1 and text[begin - 1] == " " and not text[begin - 2].isspace()
            if count - count_words(text[begin:end]) >= least
        ]
        if not inner:
            break
        # The last one closes the text, where other constraints look.
        begin, end = stream.choice(inner[:-1] or inner)
        text = text[: begin - 1] + text[end:]
        count = count_words(text)
    if count > most:
        spans = word_spans(text)
        inside = [(begin, end) for begin, end in spans if text[begin - 1 : begin] == text[end : end + 1] == " "]
        text = without_words(text, inside[max(0, len(inside) - (count - most)) :])
    if count_words(text) > most:
        spans = word_spans(text)[:most]
        text = f"{text[: spans[-1][1]]}." if spans else "…"
    return text
