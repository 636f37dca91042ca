"""`count:keywords_multiple`: five keywords, each exactly so often."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.keyword_finding import count_word, replace_word, replacement
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.seeding import Stream

_OFTEN = (1, 2, 3, 5, 7)


class KeywordsMultiple(Constraint):
    """The first keyword once, then twice, three, five and seven times, no more and no fewer."""

    id = "count:keywords_multiple"
    source = "IFBench"
    phrasings = (
        "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your response, keyword"
        " {keyword3} three times in your response, keyword {keyword4} five times in your response, and keyword"
        " {keyword5} seven times in your response.",
        "Use these words exactly so often: {keyword1} once, {keyword2} twice, {keyword3} three times, {keyword4} five"
        " times and {keyword5} seven times.",
    )
    parameters = ("keyword1", "keyword2", "keyword3", "keyword4", "keyword5")
    phase = Phase.CONTENT
    differs = "`reference` also counts a keyword inside longer words: `door` in `outdoors`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Five keywords, at every level."""
        return dict(zip(self.parameters, stream.sample(KEYWORDS, len(_OFTEN)), strict=True))

    def check(
        self, response: str, *, keyword1: str, keyword2: str, keyword3: str, keyword4: str, keyword5: str
    ) -> bool:
        """As words of their own, in any case."""
        keywords = (keyword1, keyword2, keyword3, keyword4, keyword5)
        return all(count_word(response, one) == often for one, often in zip(keywords, _OFTEN, strict=True))

    def reference(
        self, response: str, *, keyword1: str, keyword2: str, keyword3: str, keyword4: str, keyword5: str
    ) -> bool:
        """As strings, in any case."""
        lower = response.lower()
        keywords = (keyword1, keyword2, keyword3, keyword4, keyword5)
        return all(lower.count(one.strip().lower()) == often for one, often in zip(keywords, _OFTEN, strict=True))

    def write(
        self,
        text: str,
        stream: Stream,
        *,
        keyword1: str,
        keyword2: str,
        keyword3: str,
        keyword4: str,
        keyword5: str,
    ) -> str:
        """A sentence more for each that is missing; other words for those that are too many."""
        keywords = [keyword1, keyword2, keyword3, keyword4, keyword5]
        added = []
        for keyword, often in zip(keywords, _OFTEN, strict=True):
            found = count_word(text, keyword)
            if found > often:
                text = replace_word(text, keyword, replacement(keywords), keep=often)
            elif found < often:
                added.append(f"Think of {' and '.join([keyword] * (often - found))}.")
        return appended(text, added) if added else text

    def spoil(
        self,
        text: str,
        stream: Stream,
        *,
        keyword1: str,
        keyword2: str,
        keyword3: str,
        keyword4: str,
        keyword5: str,
    ) -> str:
        """One of them once more or once less."""
        keywords = [keyword1, keyword2, keyword3, keyword4, keyword5]
        which = stream.below(len(keywords))
        if stream.below(2):
            return appended(text, [f"Think of {keywords[which]} again."])
        return replace_word(text, keywords[which], replacement(keywords), keep=_OFTEN[which] - 1)
