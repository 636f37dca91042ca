"""`keywords:frequency`: how often a word has to be there."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, repeated
from rlvr.envs.instructions.constraints.keyword_finding import (
    count_word,
    published_pattern,
    replace_word,
    replacement,
)
from rlvr.envs.instructions.constraints.relations import AT_LEAST, RELATIONS, holds, said
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.seeding import Stream


class Frequency(Constraint):
    """A keyword occurs at least, or less than, so often."""

    id = "keywords:frequency"
    source = "IFEval"
    phrasings = (
        "In your response, the word {keyword} should appear {often}.",
        "Use the word {keyword} {often} in your answer.",
        "Mention {keyword} {often}.",
    )
    parameters = ("keyword", "frequency", "relation")
    phase = Phase.CONTENT
    differs = "`reference` also counts a keyword inside longer words: `war` in `warm` and `towards`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 2 to 2 times the level and 1, or less than 2 to 4."""
        relation = stream.choice(RELATIONS)
        frequency = stream.integer(2, 2 * level + 1) if relation == AT_LEAST else stream.integer(2, 4)
        return {"keyword": stream.choice(KEYWORDS), "frequency": frequency, "relation": relation}

    def check(self, response: str, *, keyword: str, frequency: float, relation: str) -> bool:
        """As a word of its own, in any case."""
        return holds(count_word(response, keyword), relation, frequency)

    def reference(self, response: str, *, keyword: str, frequency: float, relation: str) -> bool:
        """As a regular expression anywhere, as published."""
        return holds(len(published_pattern(keyword.strip()).findall(response)), relation, frequency)

    def write(self, text: str, stream: Stream, *, keyword: str, frequency: float, relation: str) -> str:
        """A sentence more that repeats it, or another word for those that are too many."""
        if self.check(text, keyword=keyword, frequency=frequency, relation=relation):
            return text
        if relation != AT_LEAST:
            return replace_word(text, keyword, replacement([keyword]), keep=int(frequency) - 1)
        missing = int(frequency) - count_word(text, keyword)
        return appended(text, [repeated(keyword, missing)])

    def spoil(self, text: str, stream: Stream, *, keyword: str, frequency: float, relation: str) -> str:
        """The same the other way round."""
        if relation == AT_LEAST:
            return replace_word(text, keyword, replacement([keyword]), keep=int(frequency) - 1)
        return appended(text, [repeated(keyword, int(frequency) - count_word(text, keyword))])

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The word quoted, and how often."""
        return {
            "keyword": f'"{kwargs["keyword"]}"',
            "often": said(kwargs["relation"], kwargs["frequency"], "time"),
        }
