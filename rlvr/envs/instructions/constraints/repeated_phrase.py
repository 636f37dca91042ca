"""`copy:repeat_phrase`: a phrase that comes back with another word in it."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase, times
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_PHRASES = (
    "A rolling stone gathers no moss",
    "Two heads are better than one",
    "Good things come to those waiting",
    "Many hands make light work",
    "Slow and steady wins any race",
    "Honesty is always the best policy",
    "Where there is smoke there burns something",
    "Practice makes every master at last",
)
_OTHERS = ("hardly", "seldom", "twice", "gently", "blue", "softly", "loudly", "once")


class RepeatPhrase(Constraint):
    """A phrase occurs so many times, each time with one of its inner words replaced."""

    id = "copy:repeat_phrase"
    source = "IF-RLVR"
    phrasings = (
        "Repeat the phrase {phrase} exactly {small_n}, transforming it slightly each time by replacing only one word "
        "in the center of the phrase.",
        "Use the phrase {phrase} exactly {small_n}, each time with exactly one of its words, neither the first nor the "
        "last, replaced by another word.",
    )
    parameters = ("phrase", "small_n")
    phase = Phase.CONTENT
    differs = (
        "`reference` takes all from the first to the last word of the phrase, in this case and on one line, for the "
        "phrase; the last one has to have another word in it, the others may have none."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A saying, twice or up to as often as the level says and once more."""
        return {"phrase": stream.choice(_PHRASES), "small_n": stream.integer(2, level + 2)}

    def check(self, response: str, *, phrase: str, small_n: float) -> bool:
        """The phrase with at most one word changed, in any case: so often, and each time one is changed."""
        found = _occurrences(words(folded(response)), words(folded(phrase)))
        return len(found) == small_n and all(changed for _, changed in found)

    def reference(self, response: str, *, phrase: str, small_n: float) -> bool:
        """As published, with the characters of the two words taken as they are."""
        asked = phrase.split()
        changed = 0
        found = _between(response, asked[0], asked[-1]) if asked else []
        if len(found) != small_n:
            return False
        for one in found:
            changed = sum(word != other for word, other in zip(one.split(), asked, strict=False))
            if len(one.split()) != len(asked) or changed > 1:
                return False
        return changed == 1

    def write(self, text: str, stream: Stream, *, phrase: str, small_n: float) -> str:
        """Those that are too many or unchanged are broken up, and sentences are added with the rest."""
        if self.check(text, phrase=phrase, small_n=small_n):
            return text
        number, asked = int(small_n), words(folded(phrase))
        found = _occurrences(words(folded(text)), asked)
        kept = [at for at, changed in found if changed][:number]
        text = _broken(text, [at for at, _ in found if at not in kept])
        return appended(text, [f"{_varied(phrase, stream)}." for _ in range(number - len(kept))])

    def spoil(self, text: str, stream: Stream, *, phrase: str, small_n: float) -> str:
        """With the phrase as it is, or with one less."""
        if stream.below(2):
            return appended(text, [f"{phrase}."])
        return _broken(text, [at for at, _ in _occurrences(words(folded(text)), words(folded(phrase)))][:1])

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The phrase quoted, and how often."""
        return super().said(kwargs) | {"small_n": times(kwargs["small_n"])}


def _occurrences(found: list[str], asked: list[str]) -> list[tuple[int, bool]]:
    """Where the words asked for are found, one after the other, and whether an inner one is another word."""
    length = len(asked)
    places: list[tuple[int, bool]] = []
    if length == 0:
        return places
    at, last = 0, len(found) - length
    while at <= last:
        try:
            at = found.index(asked[0], at, last + 1)
        except ValueError:
            break
        changed = length
        if found[at + length - 1] == asked[-1]:
            changed = sum(word != other for word, other in zip(found[at : at + length], asked, strict=True))
        if changed <= 1 and length > 1:
            places.append((at, changed == 1))
            at += length
        else:
            at += 1
    return places


def _between(text: str, first: str, last: str) -> list[str]:
    """What lies between two words and spaces on one line, with both, as short as it can be."""
    found = []
    for line in text.split("\n"):
        at = line.find(f"{first} ")
        while at >= 0:
            end = line.find(f" {last}", at + len(first) + 1)
            if end < 0:
                break
            end += len(last) + 1
            found.append(line[at:end])
            at = line.find(f"{first} ", end)
    return found


def _broken(text: str, places: list[int]) -> str:
    """With another word in the place of those with these numbers."""
    spans = word_spans(text)
    for at in reversed(places):
        begin, end = spans[at]
        text = f"{text[:begin]}{'Something' if text[begin].isupper() else 'something'}{text[end:]}"
    return text


def _varied(phrase: str, stream: Stream) -> str:
    """With another word in the place of one that is neither the first nor the last."""
    parts = phrase.split()
    if len(parts) > 2:
        parts[stream.integer(1, len(parts) - 2)] = stream.choice(_OTHERS)
    return " ".join(parts)
