"""`keywords:existence`: words that have to be there."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase, listed
from rlvr.envs.instructions.constraints.keyword_finding import (
    find_word,
    folded,
    has_word,
    published_pattern,
    replace_word,
    replacement,
)
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.seeding import Stream


class Existence(Constraint):
    """All keywords occur."""

    id = "keywords:existence"
    source = "IFEval"
    phrasings = (
        "Include the keywords {keywords} in your response.",
        "Your answer has to contain the words {keywords}.",
        "Use each of these words at least once: {keywords}.",
    )
    parameters = ("keywords",)
    phase = Phase.CONTENT
    differs = "`reference` also finds a keyword inside a longer word: `cat` in `category`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """As many keywords as the level says, and one more."""
        return {"keywords": stream.sample(KEYWORDS, level + 1)}

    def check(self, response: str, *, keywords: list[str]) -> bool:
        """Each as a word of its own, in any case."""
        text = folded(response)
        return all(find_word(text, keyword) for keyword in keywords)

    def reference(self, response: str, *, keywords: list[str]) -> bool:
        """Each as a regular expression anywhere, as published."""
        return all(published_pattern(keyword).search(response) is not None for keyword in keywords)

    def write(self, text: str, stream: Stream, *, keywords: list[str]) -> str:
        """A sentence more with those that are missing."""
        missing = [keyword for keyword in keywords if not has_word(text, keyword)]
        return f"{text.rstrip()} This brings {listed(missing)} to mind.".lstrip() if missing else text

    def spoil(self, text: str, stream: Stream, *, keywords: list[str]) -> str:
        """Without one of them."""
        keyword = stream.choice(keywords)
        return replace_word(text, keyword, replacement([keyword]))
