"""Sentences that grow, each beyond the one before it.

- `sentence:increment`: by so many words.
- `sentence:alliteration_increment`: in the words in a row that begin with one letter.
"""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import count_words, sentences, words
from rlvr.seeding import Stream

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)

_TAIL = (
    "now here then there today again soon later still often always slowly gladly early daily outside upstairs nearby"
    " somewhere together"
).split()


class Increment(Constraint):
    """Each sentence has exactly so many words more than the one before it, and there are at least two sentences."""

    id = "sentence:increment"
    source = "IFBench"
    phrasings = (
        "Each sentence must contain exactly {small_n} more words than the previous one. Write at least two sentences.",
        "Write two or more sentences. From each one to the next the number of words has to grow by exactly {small_n}.",
    )
    parameters = ("small_n",)
    phase = Phase.WHOLE
    differs = (
        "`reference` passes a single sentence, ends none at a line break, and counts strings without white space: a"
        " dash is a word, `and/or` is one."
    )
    approximates = "NLTK's Punkt model, in the place of which `reference` asks `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """1, 2 or 3, then 2 to 4, then 3 to 5."""
        return {"small_n": stream.integer(level, level + 2)}

    def check(self, response: str, *, small_n: float) -> bool:
        """Sentences and words as `rlvr.envs.instructions.text` has them."""
        found = sentences(response)
        return len(found) > 1 and all(after - before == small_n for before, after in pairwise(map(count_words, found)))

    def reference(self, response: str, *, small_n: float) -> bool:
        """Sentences about as Punkt has them; strings without white space, without ASCII punctuation."""
        counts = (len(one.translate(_NO_PUNCTUATION).split()) for one in punkt_sentences(response))
        return all(after - before == small_n for before, after in pairwise(counts))

    def write(self, text: str, stream: Stream, *, small_n: float) -> str:
        """Two to four sentences."""
        if self.check(text, small_n=small_n):
            return text
        count, first = stream.integer(2, 4), stream.integer(4, 7)
        return " ".join(_of_length(stream, first + int(small_n) * place) for place in range(count))

    def spoil(self, text: str, stream: Stream, *, small_n: float) -> str:
        """With a sentence that is too short, or one word more in the last."""
        if stream.below(2):
            return appended(text, ["It ended."])
        return f"{text.rstrip().rstrip('.')} once more."

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The number."""
        return {"small_n": f"{kwargs['small_n']:g}"}


def _of_length(stream: Stream, length: int) -> str:
    """A sentence of so many words, four at least."""
    begin = stream.choice(("They all come", "We meet them", "Some will sing", "People like it"))
    tail: list[str] = []
    while len(tail) < length - 3:
        tail += stream.sample(_TAIL, min(len(_TAIL), length - 3 - len(tail)))
    return f"{begin} {' '.join(tail)}."


class AlliterationIncrement(Constraint):
    """In each sentence, more words in a row begin with one letter than in the one before it; two sentences at least.

    A row may be one word in the first sentence only. Letters decide, not sounds, in any case.
    """

    id = "sentence:alliteration_increment"
    source = "IFBench"
    phrasings = (
        "Each sentence must have a longer sequence of consecutive alliterative words (words that begin with the same"
        " letter) than the previous one. Write at least two sentences.",
        "Write two or more sentences. The longest row of neighbouring words with the same first letter has to be longer"
        " in each sentence than in the one before.",
    )
    phase = Phase.WHOLE
    differs = (
        "`reference` adds up all rows of a sentence instead of looking at the longest, takes digits for letters, and"
        " passes a single sentence."
    )
    approximates = Increment.approximates

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """The longest row of each sentence, by the first letters of its words."""
        found = sentences(response)
        return len(found) > 1 and all(after > before for before, after in pairwise(map(_longest_row, found)))

    def reference(self, response: str) -> bool:
        """How many words of each sentence stand in a row of two or more."""
        found = punkt_sentences(response)
        return all(after > before for before, after in pairwise(map(_in_rows, found)))

    def write(self, text: str, stream: Stream) -> str:
        """Two to four sentences with rows of two, three, four and five words."""
        if self.check(text):
            return text
        letters = stream.sample(_ROWS, stream.integer(2, 4))
        rows = (" ".join(row.split()[:length]).capitalize() for length, row in enumerate(letters, start=2))
        return " ".join(f"{row} until evening." for row in rows)

    def spoil(self, text: str, stream: Stream) -> str:
        """With a sentence that has no row, or the other way round."""
        if stream.below(2):
            return appended(text, ["It ended."])
        return " ".join(reversed(sentences(text)))


# The first two words are a sentence's subject and verb; none begins with `u`, which follows.
_ROWS = (
    "bakers bring big brown bread",
    "cats chase clever calm crows",
    "dogs dig deep dark ditches",
    "farmers feed five fat fowls",
    "girls gather green garden grapes",
    "hens hide hundred hard husks",
    "men make many modest meals",
    "poets praise plain pretty places",
    "sailors sing seven sad songs",
    "teachers tell two tall tales",
)


def _longest_row(sentence: str) -> int:
    """Words in a row that begin with one letter; 1 where no two do."""
    longest = row = 1
    before = ""
    for word in words(sentence.lower()):
        first = word[0]
        row = row + 1 if first == before and first.isalpha() else 1
        longest = max(longest, row)
        before = first
    return longest


def _in_rows(sentence: str) -> int:
    """Words that stand in rows of two or more which begin with one character."""
    firsts = [bare[0] for one in sentence.lower().split() if (bare := one.lstrip(string.punctuation))]
    same = [before == after for before, after in pairwise(firsts)]
    return sum(same) + sum(now and not last for last, now in pairwise([False, *same]))
