"""`keywords:forbidden_words`: words that may not be there."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.keyword_finding import (
    find_word,
    folded,
    published_pattern,
    replace_word,
    replacement,
)
from rlvr.seeding import Stream

WORDS = tuple(
    (
        "additionally amazing basically beautiful certainly complex consequently crucial delve essential excellent"
        " finally furthermore however important incredible indeed interesting landscape moreover numerous"
        " obviously overall perfect powerful quickly really significant simply therefore truly ultimately unique"
        " usually various very vital wonderful"
    ).split()
)
"""What models like to say: a prompt forbids some of these. No filler sentence has one, nor is one a keyword."""


class ForbiddenWords(Constraint):
    """None of the words occurs."""

    id = "keywords:forbidden_words"
    source = "IFEval"
    phrasings = (
        "Do not include the keywords {forbidden_words} in your response.",
        "Your answer must not contain any of these words: {forbidden_words}.",
        "Avoid these words altogether: {forbidden_words}.",
    )
    parameters = ("forbidden_words",)
    phase = Phase.CONTENT
    differs = "`reference` misses a word beside an underscore (`_very_`) and one inside Chinese or Japanese text."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Twice as many as the level says, and one more."""
        return {"forbidden_words": stream.sample(WORDS, 2 * level + 1)}

    def check(self, response: str, *, forbidden_words: list[str]) -> bool:
        """None as a word of its own, in any case."""
        text = folded(response)
        return not any(find_word(text, word) for word in forbidden_words)

    def reference(self, response: str, *, forbidden_words: list[str]) -> bool:
        r"""None as a regular expression between two `\b`, as published."""
        if response.isascii():  # What is not there in any case need not be looked for by regular expressions.
            lower = response.lower()
            forbidden_words = [word for word in forbidden_words if word.lower() in lower or not word.isalpha()]
        return not any(published_pattern(word, whole=True).search(response) for word in forbidden_words)

    def write(self, text: str, stream: Stream, *, forbidden_words: list[str]) -> str:
        """Another word in the place of each."""
        by = replacement(forbidden_words)
        for word in forbidden_words:
            text = replace_word(text, word, by)
        return text

    def spoil(self, text: str, stream: Stream, *, forbidden_words: list[str]) -> str:
        """A sentence more with one of them."""
        return appended(text, [f"One more word is {stream.choice(forbidden_words)}."])
