"""`number_paragraphs` and `nth_paragraph_first_word`: how many paragraphs the response has, and how one begins.

The two of IFEval mean different things by a paragraph: the first says that a divider, `***`, stands between two; the
second that an empty line does.
"""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import fillers
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.text import paragraphs, words
from rlvr.seeding import Stream

_DIVIDER = re.compile(r"\*\*\*(?<!\S\*\*\*)(?!\S)")
_PUBLISHED_DIVIDER = re.compile(r"\s?\*\*\*\s?")
_PUBLISHED_END = re.compile("[.,?!'\"]")


class NumberParagraphs(Constraint):
    """The response has exactly so many paragraphs, with `***` between them."""

    id = "length_constraints:number_paragraphs"
    source = "IFEval"
    phrasings = (
        "There should be {num_paragraphs} paragraphs. Paragraphs are separated with the markdown divider: ***",
        "Write exactly {num_paragraphs} paragraphs and put the divider *** between each two of them, and nowhere else.",
        "Divide your answer into exactly {num_paragraphs} parts with *** on a line of its own between two parts.",
    )
    parameters = ("num_paragraphs",)
    phase = Phase.COUNT
    differs = "`reference` also splits at three asterisks inside longer runs and words: `****`, `***so***`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """From 2 to 3 and the level."""
        return {"num_paragraphs": stream.integer(2, 3 + level)}

    def check(self, response: str, *, num_paragraphs: float) -> bool:
        """Between two dividers there is something, and a divider stands alone: white space or nothing is beside it.

        Empty lines divide nothing here: a title, a list or a piece of code may come with its paragraph.
        """
        return _count(_DIVIDER.split(response)) == num_paragraphs

    def reference(self, response: str, *, num_paragraphs: float) -> bool:
        """Split at any three asterisks, as published."""
        return _count(_PUBLISHED_DIVIDER.split(response)) == num_paragraphs

    def write(self, text: str, stream: Stream, *, num_paragraphs: float) -> str:
        """A divider before the last paragraphs, as many as needed; paragraphs more where there are too few."""
        if self.check(text, num_paragraphs=num_paragraphs):
            return text
        number = int(num_paragraphs)
        parts = paragraphs(_DIVIDER.sub("\n\n", text))
        parts += fillers(stream, number - len(parts))
        first = len(parts) - number + 1
        return "\n\n***\n\n".join(["\n\n".join(parts[:first]), *parts[first:]])

    def spoil(self, text: str, stream: Stream, *, num_paragraphs: float) -> str:
        """One paragraph more, or without a divider."""
        if num_paragraphs > 1 and stream.below(2):
            return _DIVIDER.sub("", text, count=1)
        return f"{text.rstrip()}\n\n***\n\n{fillers(stream, 1)[0]}"


class NthParagraphFirstWord(Constraint):
    """The response has exactly so many paragraphs, with empty lines between them, and one begins with a word."""

    id = "length_constraints:nth_paragraph_first_word"
    source = "IFEval"
    phrasings = (
        "There should be {num_paragraphs} paragraphs. Paragraphs and only paragraphs are separated from each other by "
        "two new lines. Paragraph {nth_paragraph} must start with word {first_word}.",
        "Write exactly {num_paragraphs} paragraphs with an empty line between each two of them, and nowhere else. The "
        "first word of paragraph {nth_paragraph} has to be {first_word}.",
    )
    parameters = ("num_paragraphs", "nth_paragraph", "first_word")
    phase = Phase.COUNT
    differs = (
        "`reference` counts the places between all empty lines, blank or not: an empty line at the beginning moves the "
        "paragraphs. It cuts the first word at an apostrophe and sees none behind `**`."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """From 2 to 3 and the level, and a keyword for one of them."""
        number = stream.integer(2, 3 + level)
        return {
            "num_paragraphs": number,
            "nth_paragraph": stream.integer(1, number),
            "first_word": stream.choice(KEYWORDS),
        }

    def check(self, response: str, *, num_paragraphs: float, nth_paragraph: float, first_word: str) -> bool:
        """Paragraphs and words as `rlvr.envs.instructions.text` has them; in any case, after quotes or emphasis."""
        found = paragraphs(response)
        if len(found) != num_paragraphs or not 1 <= nth_paragraph <= len(found):
            return False
        return _begins(found[int(nth_paragraph) - 1], first_word)

    def reference(self, response: str, *, num_paragraphs: float, nth_paragraph: float, first_word: str) -> bool:
        """As published. Where it draws another number, of paragraphs below 1 or beyond the last, this says no."""
        parts = response.split("\n\n")
        count = sum(1 for part in parts if part.strip())
        if not 1 <= nth_paragraph <= count:
            return False
        begin = parts[int(nth_paragraph) - 1].split(None, 1)
        if not begin:
            return False
        word = _PUBLISHED_END.split(begin[0].lstrip("'").lstrip('"'), maxsplit=1)[0]
        return count == num_paragraphs and word.lower() == first_word.lower()

    def write(self, text: str, stream: Stream, *, num_paragraphs: float, nth_paragraph: float, first_word: str) -> str:
        """The last paragraphs as one, or more of them; the word before what one of them begins with."""
        number, at = int(num_paragraphs), int(nth_paragraph) - 1
        if self.check(text, num_paragraphs=number, nth_paragraph=nth_paragraph, first_word=first_word):
            return text
        parts = paragraphs(text)
        parts += fillers(stream, number - len(parts))
        parts = [*parts[: number - 1], " ".join(parts[number - 1 :])]
        if not _begins(parts[at], first_word):
            parts[at] = f"{first_word.capitalize()} is the word that comes first. {parts[at]}"
        return "\n\n".join(parts)

    def spoil(self, text: str, stream: Stream, *, num_paragraphs: float, nth_paragraph: float, first_word: str) -> str:
        """With a paragraph more, or with another first word."""
        if stream.below(2):
            return f"{text.rstrip()}\n\n{fillers(stream, 1)[0]}"
        parts = paragraphs(text)
        before = "Here" if _begins("There", first_word) else "There"
        parts[int(nth_paragraph) - 1] = f"{before} it is: {parts[int(nth_paragraph) - 1]}"
        return "\n\n".join(parts)


def _count(parts: list[str]) -> int:
    """How many parts there are, the first and the last of which may be blank and then do not count; else 0."""
    blank = [not part.strip() for part in parts]
    if any(blank[1:-1]):
        return 0
    return len(parts) - blank[0] - (len(parts) > 1 and blank[-1])


def _begins(paragraph: str, word: str) -> bool:
    """Whether these are its first words, in any case."""
    asked = words(word.casefold())
    # A word this long is not asked for; the whole paragraph need not be cut into words.
    return bool(asked) and words(paragraph[: 200 + len(word)].casefold())[: len(asked)] == asked
