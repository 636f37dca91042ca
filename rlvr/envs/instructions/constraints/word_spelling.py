"""Constraints of IFBench on the letters of every word.

- `words:consonants`: two consonants together.
- `words:vowel`: one paragraph with three of the five vowels.
- `words:prime_lengths`: as many letters as a prime number.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from math import isqrt
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.spelling import base_letters, letters_only, swapped, without_punctuation
from rlvr.envs.instructions.text import paragraphs, words
from rlvr.seeding import Stream

# A `y` is a consonant before a vowel only: `canyon`, but not `by` or `every`.
_CLUSTER = re.compile(r"[b-df-hj-np-tv-xz]['’]?[b-df-hj-np-tv-xz]|[b-df-hj-np-tv-xz]y[aeiou]")
_PUBLISHED_CLUSTER = re.compile(r"[b-df-hj-np-tv-z]{2}")
_FOR_COMMON = dict(
    pair.split("/")
    for pair in (
        "a/this an/this it/this of/from to/towards on/through by/through be/stand are/stand is/stands was/stood we/they"
        " he/they she/they you/friends us/friends me/myself my/their so/thus as/than or/perhaps do/start have/want"
        " has/wants not/hardly no/hardly"
    ).split()
)
_CLUSTERED = ("simply", "things", "first", "still", "perhaps", "children", "strong", "small", "quickly", "often")


class ConsonantCluster(Constraint):
    """Each word has two consonants beside each other."""

    id = "words:consonants"
    source = "IFBench"
    phrasings = (
        "Ensure each word in your response has at least one consonant cluster (two or more consonants together).",
        'Every word has to have two consonants directly beside each other, as in "strong" or "happy"; y is a consonant'
        " only before a vowel.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` splits at white space: a dash, an emoji, a bullet or a number fails, `of/the` does not. Every `y`"
        " is a consonant to it (`by`, `day by day`), and the apostrophe of `it's` parts two."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Each word with a letter; numbers are not looked at, but alone they are not enough."""
        found = set(words(base_letters(response)))
        if all(map(_CLUSTER.search, found)):
            return bool(found)
        return any(map(_CLUSTER.search, found)) and not any(
            _CLUSTER.search(word) is None and not letters_only(word).isdecimal() for word in found
        )

    def reference(self, response: str) -> bool:
        """As published."""
        return all(map(_PUBLISHED_CLUSTER.search, response.lower().split()))

    def write(self, text: str, stream: Stream) -> str:
        """Another word in the place of each that has no cluster."""
        if self.check(text):
            return text

        def swap(word: str) -> str:
            if _CLUSTER.search(base_letters(word)):
                return word
            return _FOR_COMMON.get(word.lower()) or stream.choice(_CLUSTERED)

        return swapped(text if words(text) else "This still stands.", swap)

    def spoil(self, text: str, stream: Stream) -> str:
        """With some words more that have none."""
        return appended(text, [stream.choice(("You are here.", "See it again.", "We go on.", "That is a pity."))])


_VOWELS = frozenset("aeiou")
_TRIPLES = tuple(map(frozenset, combinations("aeiou", 3)))
_WITH_FEW_VOWELS = "that all as these then here this in still so not to now just much up".split()


class ThreeVowels(Constraint):
    """One paragraph in which no more than three of the five vowels occur."""

    id = "words:vowel"
    source = "IFBench"
    phrasings = (
        "Write a paragraph using words that contain only three types of vowels.",
        "Your answer has to be a single paragraph in which at most three of the vowels a, e, i, o and u occur.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` fails at any line break inside the paragraph, and takes vowels with accents for none. A text"
        " without vowels passes there."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """At least one vowel, at most three; those with accents count as those without, `y` does not count."""
        found = _VOWELS.intersection(base_letters(response))
        return 1 <= len(found) <= 3 and len(paragraphs(response)) == 1

    def reference(self, response: str) -> bool:
        """As published."""
        return "\n" not in response.strip() and len(_VOWELS.intersection(response.lower())) <= 3

    def write(self, text: str, stream: Stream) -> str:
        """One paragraph with the three vowels for which the fewest words have to give way."""
        if self.check(text):
            return text
        text = " ".join(text.split())
        text = text if words(text) else "This is it."
        found = [_VOWELS.intersection(base_letters(word)) for word in words(text)]
        kept = max(_TRIPLES, key=lambda triple: sum(vowels <= triple for vowels in found))
        spare = [word for word in _WITH_FEW_VOWELS if _VOWELS.intersection(word) <= kept]

        def swap(word: str) -> str:
            return word if _VOWELS.intersection(base_letters(word)) <= kept else stream.choice(spare)

        text = swapped(text, swap)
        return text if self.check(text) else f"{text} {stream.choice(spare)}"

    def spoil(self, text: str, stream: Stream) -> str:
        """With words that have all vowels, or with a second paragraph."""
        if stream.below(2):
            return f"{text.rstrip()} You see a lion run."
        return f"{text.rstrip()}\n\n{text.strip()}"


_UP_TO_100 = frozenset(n for n in range(2, 100) if all(n % k for k in range(2, isqrt(n) + 1)))
_OF_PRIME_LENGTH = ("it", "so", "now", "and", "there", "these", "other", "perhaps", "another", "because", "morning")


class PrimeLengths(Constraint):
    """The length of each word is a prime number."""

    id = "words:prime_lengths"
    source = "IFBench"
    phrasings = (
        "Use only words with lengths that are prime numbers.",
        "The number of letters of each word has to be prime: 2, 3, 5, 7, 11 and so on. Hyphens and apostrophes are not"
        " counted.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` splits at white space and drops ASCII punctuation only: a dash that stands alone is a word of one"
        " letter, the curly apostrophe of `I’m` is a letter, `a/to` is one word. Words longer than 97 letters fail."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Letters and digits are counted."""
        lengths = {len(letters_only(word)) for word in set(words(response))}
        return bool(lengths) and all(map(_is_prime, lengths))

    def reference(self, response: str) -> bool:
        """As published."""
        return all(len(word) in _UP_TO_100 for word in without_punctuation(response).split())

    def write(self, text: str, stream: Stream) -> str:
        """Another word in the place of each whose length is not prime."""

        def swap(word: str) -> str:
            return word if _is_prime(len(letters_only(word))) else stream.choice(_OF_PRIME_LENGTH)

        return swapped(text if words(text) else "It is so.", swap)

    def spoil(self, text: str, stream: Stream) -> str:
        """With some words more."""
        return appended(text, [stream.choice(("This is true.", "See it here.", "There is a reason."))])


def _is_prime(number: int) -> bool:
    return number in _UP_TO_100 if number < 100 else _is_large_prime(number)


@lru_cache(maxsize=256)
def _is_large_prime(number: int) -> bool:
    return all(number % divisor for divisor in range(2, isqrt(number) + 1))
