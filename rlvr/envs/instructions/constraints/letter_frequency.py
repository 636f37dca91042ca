"""`keywords:letter_frequency`: how often a letter, or another character, has to be there."""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import ALOUD, appended, repeated
from rlvr.envs.instructions.constraints.relations import AT_LEAST, LESS_THAN, RELATIONS, holds, said
from rlvr.seeding import Stream

_RARE = ("jqxz", "jqxzkv", "jqxzkvwy")  # by level
_COMMON = "acdehilmnoprstu"
_HAVING = dict(
    zip(
        ascii_lowercase,
        (
            "all bubble calm deed eleven fluff giggle high icicle jazz kick little mime noon odd pepper quiet rarer"
            " sense taste unusual vivid window extra yearly puzzle"
        ).split(),
        strict=True,
    )
)


class LetterFrequency(Constraint):
    """A letter occurs at least, or less than, so often, in either case."""

    id = "keywords:letter_frequency"
    source = "IFEval"
    phrasings = (
        "In your response, the letter {letter} should appear {often}, in upper or lower case.",
        "The letter {letter} has to occur {often} in your answer (capitals count too).",
        "Use the letter {letter} {often}, capitals included.",
    )
    parameters = ("letter", "let_frequency", "let_relation")
    phase = Phase.CONTENT

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 10 to 20 times the level of a common one, or less than 4 to 10 of a rare one."""
        relation = stream.choice(RELATIONS)
        if relation == AT_LEAST:
            letter, frequency = stream.choice(_COMMON), stream.integer(10, 20 * level)
        else:
            letter, frequency = stream.choice(_RARE[level - 1]), stream.integer(4, 10)
        return {"letter": letter, "let_frequency": frequency, "let_relation": relation}

    def check(self, response: str, *, letter: str, let_frequency: float, let_relation: str) -> bool:
        """In either case. An accent makes another letter; `#` and `!` are counted as they are."""
        return holds(_count(response, letter), let_relation, let_frequency)

    def write(self, text: str, stream: Stream, *, letter: str, let_frequency: float, let_relation: str) -> str:
        """A sentence more that is full of it, or other words for the last ones that have it."""
        if self.check(text, letter=letter, let_frequency=let_frequency, let_relation=let_relation):
            return text
        if let_relation == LESS_THAN:
            return _thinned(text, letter, int(let_frequency) - 1)
        return _enriched(text, letter, int(let_frequency))

    def spoil(self, text: str, stream: Stream, *, letter: str, let_frequency: float, let_relation: str) -> str:
        """The same the other way round."""
        if let_relation == LESS_THAN:
            return _enriched(text, letter, int(let_frequency))
        return _thinned(text, letter, int(let_frequency) - 1)

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The letter as it is, and how often."""
        return {"letter": kwargs["letter"], "often": said(kwargs["let_relation"], kwargs["let_frequency"], "time")}


def _count(text: str, letter: str) -> int:
    letter = letter.strip().lower()
    return text.lower().count(letter) if letter else 0


def _enriched(text: str, letter: str, number: int) -> str:
    """With at least `number` of a letter."""
    missing = number - _count(text, letter)
    word = _HAVING.get(letter.lower(), letter)
    if not word.isalpha():
        return f"{text.rstrip()} {' '.join([letter] * missing)}"
    missing -= _count(ALOUD, letter)
    return appended(text, [repeated(word, max(1, -(-missing // _count(word, letter))))])


def _thinned(text: str, letter: str, number: int) -> str:
    """With at most `number` of a letter: the last words that have it are changed for one that has not."""
    letter = letter.strip()
    by = next(word for word in ("so", "it", "a") if _count(word, letter) == 0)
    too_many = _count(text, letter) - number
    for found in reversed(list(re.finditer(r"\w+|\W", text))):
        if too_many <= 0:
            break
        if _count(found[0], letter) == 0:
            continue
        too_many -= _count(found[0], letter)
        text = text[: found.start()] + (by if found[0][0].isalnum() else "") + text[found.end() :]
    return text
