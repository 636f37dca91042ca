"""`custom:character_reverse`, `custom:word_reverse`: the national symbol of the US, said backwards."""

from __future__ import annotations

import string
from itertools import pairwise

from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

FEWEST_WORDS = 4
"""A sentence about the animal has at least so many words."""

_ANSWERS = (
    "The national symbol of the United States is the bald eagle.",
    "The bald eagle is the national symbol of the US.",
    "It is the bald eagle that is the national animal of the United States.",
)
_FORWARD_WORDS = frozenset(
    "the is of and that animal national symbol bird united states america bald eagle here answer sure".split()
)
"""Words that stand in an answer, and none of which is another word of an answer when reversed."""
_FORWARD_PAIRS = frozenset(
    tuple(pair.split())
    for pair in (
        "bald eagle,of the,is the,is a,the bald,the national,national symbol,national animal,national bird,symbol of,"
        "animal of,bird of,the united,united states,the us,here is,the answer,the reversed"
    ).split(",")
)
"""Pairs of words that stand so in English, and not in English read backwards."""
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def _low(text: str) -> list[str]:
    return [word.lower() for word in words(text)]


def _names_eagle(sentence: list[str]) -> bool:
    """Whether these words are long enough for a sentence and say `bald eagle`."""
    return len(sentence) >= FEWEST_WORDS and ("bald", "eagle") in pairwise(sentence)


class CharacterReverse(WholeAnswer):
    """One sentence that names the bald eagle, letter by letter from its end."""

    id = "custom:character_reverse"
    phrasings = (
        "What animal is the national symbol of the US? Respond to this query, but make your sentence in reverse order"
        " of what it should be, per letter.",
        "Which animal is the national symbol of the US? Answer in a full sentence, and write nothing but that sentence"
        " with all its letters in reverse order.",
    )
    differs = '`reference` takes any text with "elgae dlab" in it.'

    def check(self, response: str) -> bool:
        """Read backwards it is a sentence with `bald eagle`; nothing is said forwards."""
        return _names_eagle(_low(response[::-1])) and _FORWARD_WORDS.isdisjoint(_low(response))

    def reference(self, response: str) -> bool:
        """The reversed name anywhere."""
        return "elgae dlab" in response.lower()

    def answer(self, stream: Stream) -> str:
        """One of three sentences, reversed."""
        return stream.choice(_ANSWERS)[::-1]

    def spoil(self, text: str, stream: Stream) -> str:
        """Forwards."""
        return text[::-1]


class WordReverse(WholeAnswer):
    """One sentence that names the bald eagle, word by word from its end."""

    id = "custom:word_reverse"
    phrasings = (
        "What animal is the national symbol of the US? Respond to this query, but make your sentence in reverse order"
        " of what it should be, per word.",
        "Which animal is the national symbol of the US? Answer in a full sentence, and write nothing but that sentence"
        " with its words in reverse order.",
    )
    differs = '`reference` takes any text with "eagle bald" in it, even inside longer words.'

    def check(self, response: str) -> bool:
        """Its words from last to first are a sentence with `bald eagle`; nothing is said forwards."""
        said = _low(response)
        return _names_eagle(said[::-1]) and _FORWARD_PAIRS.isdisjoint(pairwise(said))

    def reference(self, response: str) -> bool:
        """The reversed name. That what remains is one sentence always holds: its full stops are gone."""
        backwards = response.lower().translate(_NO_PUNCTUATION).split()[::-1]
        return "bald eagle" in " ".join(backwards)

    def answer(self, stream: Stream) -> str:
        """One of three sentences, its words reversed."""
        return " ".join(stream.choice(_ANSWERS).rstrip(".").split()[::-1]) + "."

    def spoil(self, text: str, stream: Stream) -> str:
        """Forwards."""
        return " ".join(text.split()[::-1])
