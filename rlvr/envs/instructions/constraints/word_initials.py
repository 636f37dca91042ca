"""Constraints of IFBench on the first letters of words: in the order of the alphabet, or no two the same.

- `words:alphabet`
- `words:no_consecutive`
"""

from __future__ import annotations

from itertools import compress
from operator import eq
from string import ascii_lowercase
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.spelling import base_letters, swapped, without_punctuation
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_NEXT = dict(zip(ascii_lowercase, ascii_lowercase[1:] + "a", strict=True))
_BY_LETTER = {
    word[0]: word
    for word in (
        "always birds carry dreams every for given hopes into just kind little many new open people quite real some"
        " then under very with xylophones young zebras"
    ).split()
}
_BETWEEN = ("so", "just", "also", "even", "quite", "much", "here", "then", "yet")


def _in_order(initials: list[str]) -> bool:
    """Whether some letters are as the alphabet has them, one after the other, beginning anywhere."""
    if not initials or initials[0] not in _NEXT:
        return False
    begin = ascii_lowercase.index(initials[0])
    loops = (begin + len(initials)) // len(ascii_lowercase) + 1
    return "".join(initials) == (ascii_lowercase * loops)[begin : begin + len(initials)]


class AlphabetLoop(Constraint):
    """Each word begins with the letter after that of the word before it, and with `a` after `z`."""

    id = "words:alphabet"
    source = "IFBench"
    phrasings = (
        "Each word in your response must start with the next letter of the alphabet, looping back to 'A' after 'Z'.",
        "The first letters of your words have to run through the alphabet, one letter further with each word, and after"
        " Z on to A. You may begin with any letter. Write no numbers.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` splits at white space and drops ASCII punctuation only: a dash that stands alone, a curly"
        " quotation mark before a word or an accent on its first letter fails, `apple/bread` is one word."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Any letter may be the first; a number fails."""
        return _in_order([word[0] for word in words(base_letters(response))])

    def reference(self, response: str) -> bool:
        """As published: the first word in the case of its letter, each other word in lower case."""
        found = without_punctuation(response).split()
        return _in_order([word[0].lower() for word in found[:1]] + [word.lower()[0] for word in found[1:]])

    def write(self, text: str, stream: Stream) -> str:
        """Another word in the place of each with a wrong letter. What comes out need not make sense."""
        if self.check(text):
            return text
        expected = stream.choice(ascii_lowercase)

        def swap(word: str) -> str:
            nonlocal expected
            letter, expected = expected, _NEXT[expected]
            return word if base_letters(word)[:1] == letter else _BY_LETTER[letter]

        return swapped(text if words(text) else "This is it.", swap)

    def spoil(self, text: str, stream: Stream) -> str:
        """With its last word once more."""
        return f"{text.rstrip()} {words(text)[-1]}"


class NoConsecutiveInitials(Constraint):
    """No word begins with the same letter as the word before it."""

    id = "words:no_consecutive"
    source = "IFBench"
    phrasings = (
        "No two consecutive words can share the same first letter.",
        "A word may not begin with the same letter as the word before it, also where a new sentence begins.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` splits at white space and drops ASCII punctuation only, and looks at any character: `2 20` and two"
        " dashes fail, `so—such` does not."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """In any case and whatever the accents; digits are no letters."""
        initials = [word[0] for word in words(base_letters(response))]
        same = map(eq, initials, initials[1:])
        return bool(initials) and not any(map(str.isalpha, compress(initials, same)))

    def reference(self, response: str) -> bool:
        """As published."""
        initials = [word[0] for word in without_punctuation(response.lower()).split()]
        return not any(map(eq, initials, initials[1:]))

    def write(self, text: str, stream: Stream) -> str:
        """With a small word between two that begin with the same letter."""
        if self.check(text):
            return text
        before = ""

        def swap(word: str) -> str:
            nonlocal before
            letter = base_letters(word)[:1]
            same, before = letter == before and letter.isalpha(), letter
            return f"{stream.choice([w for w in _BETWEEN if w[0] != letter])} {word}" if same else word

        return swapped(text if words(text) else "This is it.", swap)

    def spoil(self, text: str, stream: Stream) -> str:
        """With two such words at the end."""
        return appended(text, [stream.choice(("See some.", "Many may.", "This took time.", "Be brave."))])
