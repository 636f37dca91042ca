"""Constraints of IFBench on words that come back, and on words that read the same from both ends.

- `words:repeats`: no word more often than so many times.
- `words:palindrome`: ten palindromes.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase, times
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.spelling import without_punctuation
from rlvr.envs.instructions.constraints.word_places import replaced_words, without_words, word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream


class LimitedRepeats(Constraint):
    """No word occurs more than `small_n` times."""

    id = "words:repeats"
    source = "IFBench"
    phrasings = (
        "The response should not repeat any word more than {small_n}: no word may occur more often than that.",
        'Use no word more than {small_n} in your whole answer, small words such as "the" included.',
    )
    parameters = ("small_n",)
    phase = Phase.MARKS
    differs = (
        "`reference` splits at white space and drops ASCII punctuation only: a dash that stands alone is a word, and"
        " `“time”` and `time—and` are other words than `time`."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """5 or 4 times, 4 or 3, 3 or 2."""
        return {"small_n": stream.integer(5 - level, 6 - level)}

    def check(self, response: str, *, small_n: float) -> bool:
        """Occurrences are counted, in any case: with 2, a word may stand there twice."""
        found = words(folded(response))
        return bool(found) and max(Counter(found).values()) <= small_n

    def reference(self, response: str, *, small_n: float) -> bool:
        """As published. Below 0 the published checker draws a number; here no word passes."""
        counts = Counter(without_punctuation(response.lower()).split())
        return max(counts.values(), default=0) <= small_n

    def write(self, text: str, stream: Stream, *, small_n: float) -> str:
        """Without a word where it has occurred often enough. What is left need not make sense."""
        if self.check(text, small_n=small_n):
            return text
        counts: Counter[str] = Counter()
        excess = []
        for begin, end in word_spans(text):
            word = folded(text[begin:end])
            counts[word] += 1
            if counts[word] > small_n:
                excess.append((begin, end))
        return without_words(text, excess) if counts else "This is it."

    def spoil(self, text: str, stream: Stream, *, small_n: float) -> str:
        """With a word more that comes too often."""
        return appended(text, [f"Again{' and again' * int(small_n)}."])

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`once`, `twice`, `3 times`."""
        return {"small_n": times(int(kwargs["small_n"]))}


_WANTED = 10
_SHORTEST = 5
_PALINDROMES = (
    "level radar civic kayak refer rotor madam tenet stats sagas solos minim rotator reviver racecar deified redder"
).split()


class TenPalindromes(Constraint):
    """Ten different words of five letters or more read the same from both ends."""

    id = "words:palindrome"
    source = "IFBench"
    phrasings = (
        "Include at least 10 single-word palindromes, each at least 5 characters long.",
        "Ten different words in your answer, or more, have to read the same backwards and have five letters at least.",
    )
    phase = Phase.CONTENT
    differs = (
        "`reference` counts the same word each time that it occurs, and also `aaaaa`, `12321` and `-----` made of other"
        " marks than ASCII's."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Different words of letters, not all of them the same letter; whether such a word exists is not known here."""
        return len(set(_palindromes(words(response.lower())))) >= _WANTED

    def reference(self, response: str) -> bool:
        """As published."""
        found = without_punctuation(response).lower().split()
        return sum(len(word) >= _SHORTEST and word == word[::-1] for word in found) >= _WANTED

    def write(self, text: str, stream: Stream) -> str:
        """Sentences more with those that are missing."""
        present = set(_palindromes(words(text.lower())))
        fresh = [word for word in stream.sample(_PALINDROMES, len(_PALINDROMES)) if word not in present]
        added = fresh[: max(0, _WANTED - len(present))]
        pairs = [added[at : at + 2] for at in range(0, len(added), 2)]
        return appended(text, [f"One can turn {' and '.join(pair)} around." for pair in pairs]) if added else text

    def spoil(self, text: str, stream: Stream) -> str:
        """With other words in the place of all but nine of them at most."""
        kept = set(sorted(set(_palindromes(words(text.lower()))))[: stream.below(_WANTED)])
        spans = [
            (begin, end)
            for begin, end in word_spans(text)
            if text[begin:end].lower() not in kept and _palindromes([text[begin:end].lower()])
        ]
        return replaced_words(text, spans, "something")


def _palindromes(found: list[str]) -> list[str]:
    """Those of some words in lower case that are as asked."""
    return [
        word
        for word in found
        if word[0] == word[-1]
        and len(word) >= _SHORTEST
        and word.isalpha()
        and word == word[::-1]
        and len(set(word)) > 1
    ]
