"""`words:odd_even_syllables`: words with an odd and an even number of syllables in turn."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.spelling import swapped, without_punctuation
from rlvr.envs.instructions.constraints.syllables import parities, syllables
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_ADDED = {1: ("just", "so", "now", "then", "here"), 0: ("also", "very", "again", "today", "truly")}
_OTHER = {frozenset({0, 1}): frozenset({0, 1}), frozenset({0}): frozenset({1}), frozenset({1}): frozenset({0})}


class OddEvenSyllables(Constraint):
    """Words of odd and even numbers of syllables take turns, over all sentences."""

    id = "words:odd_even_syllables"
    source = "IFBench"
    phrasings = (
        "Alternate between words with odd and even numbers of syllables.",
        "After a word with an odd number of syllables, one with an even number has to follow, and the other way round,"
        " through your whole English answer. Write no digits.",
    )
    phase = Phase.MARKS
    differs = (
        "`check` takes a word that dictionaries have with two numbers of syllables (`every`, `fire`) for either, and"
        " a number in digits fails. `reference` knows one number for each, 0 for one in digits, and takes words with a"
        " hyphen or a slash between them for one."
    )
    approximates = (
        "The package syllapy, of whose list of 6344 words the rules of `syllables` say the same for 97 %. Most others"
        " are mistakes of the list: it has one syllable for `using`, two for `rapidly`."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Either kind may be the first. Syllables are those that `syllables` finds in the spelling."""
        found = words(response)
        before = frozenset({0, 1})
        for word in found:
            before = _OTHER[before] & parities(word)
            if not before:
                return False
        return bool(found)

    def reference(self, response: str) -> bool:
        """As published, with the higher number of syllables where there are two."""
        before = -1
        for word in without_punctuation(response).lower().split():
            found = syllables(word)
            parity = found[-1] % 2 if found else 0
            if parity == before:
                return False
            before = parity
        return True

    def write(self, text: str, stream: Stream) -> str:
        """With a small word between two of the same kind, and others in the place of numbers."""
        if self.check(text):
            return text
        expected: int | None = None

        def swap(word: str) -> str:
            nonlocal expected
            found = syllables(word)
            if expected is None:
                expected = max(found, default=1) % 2
            here, expected = expected, 1 - expected
            if found and found[-1] % 2 == here:
                return word
            added = stream.choice(_ADDED[here])
            if not found:
                return added
            expected = here
            return f"{added} {word}"

        return swapped(text if words(text) else "This is it.", swap)

    def spoil(self, text: str, stream: Stream) -> str:
        """With two words of the same kind at the end."""
        return appended(text, [stream.choice(("Go on.", "See it.", "Very pretty.", "Over and out."))])
