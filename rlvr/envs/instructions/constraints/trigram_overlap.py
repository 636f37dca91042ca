"""`ratio:overlap`: how many trigrams a response shares with a text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

Trigrams = frozenset[tuple[str, str, str]]

MARGIN = 2
"""Percent that the share may be off, as the instruction says."""

_OTHERS = 16
"""Sentences that are at hand where a text has too much of the reference."""

_ATTEMPTS = 3
"""How often a text is made longer because its few trigrams cannot have the share."""

_REFERENCES = (
    "The ferry left the small port before sunrise, and only nine travellers stood on deck. A cold wind came from the"
    " north, so the captain handed out wool blankets and hot tea. Two children counted gulls until they fell asleep on"
    " a pile of ropes. When the fog lifted at last, a long grey coast appeared, with white houses along its cliffs."
    " Everybody pointed at something else. An old teacher pointed at the school where she had worked for forty years.",
    "Our bakery opened in a former garage with one oven, two tables and no sign above the door. For the first weeks we"
    " sold rye loaves to neighbours who followed the smell. Then a newspaper printed four lines about us, and the queue"
    " reached the bus stop. We hired a cousin, bought flour by the ton and began to work at three in the morning. Some"
    " recipes failed badly. Nobody wanted bread with seaweed, although our chemist friend praised it every Sunday.",
    "Before clocks were common, towns lived by bells. One rang when the gates were closed, another when fires had to be"
    " covered, and a third called workers from the fields. Travellers often complained that no two towns agreed on the"
    " hour. Railways ended this quarrel, because a timetable needs one time for all stations. Within a generation local"
    " noon had vanished from most of the continent, and people set their watches by a signal sent along a wire.",
)
"""Texts that prompts refer to."""


def _trigrams(text: str) -> Trigrams:
    found = words(text.lower().replace("’", "'"))
    return frozenset(zip(found, found[1:], found[2:], strict=False))


@lru_cache(maxsize=256)
def _referred(text: str) -> Trigrams:
    return _trigrams(text)


def _share(text: str, reference_text: str) -> float:
    """Percent of the trigrams of `text` that the reference has too; -100 if it has none."""
    found = _trigrams(text)
    return 100 * len(found & _referred(reference_text)) / len(found) if found else -100.0


def _characters(text: str) -> frozenset[str]:
    return frozenset(map("".join, zip(text, text[1:], text[2:], strict=False)))


class Overlap(Constraint):
    """Of the different trigrams of words that the response has, so many percent occur in the reference, give or take 2.

    A trigram is three words that follow each other, in any case, whatever punctuation is between them.
    """

    id = "ratio:overlap"
    source = "IFBench"
    phrasings = (
        "Maintain a trigram overlap of {percentage}% (±2%) with the provided reference text: of all different rows of"
        " three words in your response, this share has to occur in it too. Reference text: {reference_text}",
        "Here is a reference text: {reference_text} Of the different word trigrams of your response, {percentage}"
        " percent (two more or less are allowed) must also be trigrams of that text.",
    )
    parameters = ("percentage", "reference_text")
    phase = Phase.WHOLE
    differs = "`reference` compares trigrams of characters, which any two English texts share by the dozen."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """10 to 30, to 60, to 90 percent of a text of about 75 words."""
        percentage = stream.integer(30 * level - 20, 30 * level)
        return {"percentage": percentage, "reference_text": stream.choice(_REFERENCES)}

    def check(self, response: str, *, percentage: float, reference_text: str) -> bool:
        """Trigrams of words."""
        return abs(_share(response, reference_text) - percentage) <= MARGIN

    def reference(self, response: str, *, percentage: float, reference_text: str) -> bool:
        """Trigrams of characters, as published until 2026."""
        found = _characters(response)
        if not found:
            return False
        share = len(found & _characters(reference_text)) / len(found) * 100
        return percentage - MARGIN <= share <= percentage + MARGIN

    def write(self, text: str, stream: Stream, *, percentage: float, reference_text: str) -> str:
        """With as much of the reference after it as it takes; less of its own if that is not enough; else more."""
        for _ in range(_ATTEMPTS):
            made = _overlapping(text, stream, percentage, reference_text)
            if self.check(made, percentage=percentage, reference_text=reference_text):
                return made
            # One trigram of a text this short is more than the margin.
            text = appended(text, fillers(stream, _OTHERS // 2))
        return made

    def spoil(self, text: str, stream: Stream, *, percentage: float, reference_text: str) -> str:
        """The reference itself, or the words of the text the other way round."""
        if percentage <= 2 * MARGIN or (percentage < 100 - MARGIN and stream.below(2)):
            return reference_text
        return " ".join(reversed(words(text)))

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The percentage as a number, and the text in quotation marks."""
        return {"percentage": f"{kwargs['percentage']:g}", "reference_text": f'"{kwargs["reference_text"]}"'}


def _overlapping(text: str, stream: Stream, percentage: float, reference_text: str) -> str:
    """A text with about this share of trigrams of the reference."""

    def share(one: str) -> float:
        return _share(one, reference_text)

    if abs(share(text) - percentage) <= MARGIN:
        return text
    low = percentage - MARGIN / 2
    if share(text) > percentage:
        other = appended("", fillers(stream, _OTHERS))
        mixed = [appended(text, [f"{other[:end]}."]) for _, end in word_spans(other)]
        mixed += [f"{text[begin:]} {other}" for begin, _ in word_spans(text)] + [other]
        return mixed[_first(len(mixed), lambda at: share(mixed[at]) <= percentage + MARGIN / 2)]
    ends = [end for _, end in word_spans(reference_text)]
    quoted = [f"{text}\n\n{reference_text[:end]}." for end in ends]
    if share(quoted[-1]) >= low:
        return quoted[_first(len(quoted), lambda at: share(quoted[at]) >= low)]
    begins = [begin for begin, _ in word_spans(text)]
    cut = [f"{text[begin:]}\n\n{reference_text}" for begin in begins] + [reference_text]
    return cut[_first(len(cut), lambda at: share(cut[at]) >= low)]


def _first(count: int, holds: Callable[[int], bool]) -> int:
    """The first number below `count` for which it holds; it holds for the last one and for all after the first."""
    low, high = 0, count - 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
