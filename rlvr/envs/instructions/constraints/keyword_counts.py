"""Constraints of IF-RLVR on how often a keyword is there: at all, so many times, once and twice, or never."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase, times
from rlvr.envs.instructions.constraints.filler import appended, repeated
from rlvr.envs.instructions.constraints.first_last import single
from rlvr.envs.instructions.constraints.keyword_finding import count_word, has_word, replace_word, replacement
from rlvr.envs.instructions.constraints.published_text import published_count
from rlvr.envs.instructions.constraints.relations import AT_LEAST, holds
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.seeding import Stream

_Word = str | list[str]

_LONGER_WORDS = "`reference` also counts a keyword inside longer words"
_COMMON = tuple("simple good small better friend learn first children often story people take".split())
"""Words that come by themselves where one writes English."""


def _counted(text: str, word: str, number: int, others: tuple[str, ...] = ()) -> str:
    """A text with a word exactly so often: another one for those that are too many, or a sentence more."""
    missing = number - count_word(text, word)
    if missing <= 0:
        return replace_word(text, word, replacement([word, *others]), keep=number)
    return appended(text, [repeated(word, missing)])


class WordOnce(Constraint):
    """A keyword occurs."""

    id = "keywords:word_once"
    source = "IF-RLVR"
    phrasings = (
        "Include keyword {keyword} in your response.",
        "The word {keyword} has to occur in your answer.",
        "Use the word {keyword} somewhere in your text.",
    )
    parameters = ("keyword",)
    phase = Phase.CONTENT
    differs = (
        "`reference` asks for exactly one occurrence, which the published words do not say; it also counts a keyword "
        "inside longer words."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A keyword."""
        return {"keyword": stream.choice(KEYWORDS)}

    def check(self, response: str, *, keyword: str) -> bool:
        """As a word of its own, in any case, once or more often."""
        return has_word(response, keyword)

    def reference(self, response: str, *, keyword: str) -> bool:
        """Once, as a regular expression anywhere, as published."""
        return published_count(keyword, response) == 1

    def write(self, text: str, stream: Stream, *, keyword: str) -> str:
        """A sentence more with it."""
        return text if self.check(text, keyword=keyword) else _counted(text, keyword, 1)

    def spoil(self, text: str, stream: Stream, *, keyword: str) -> str:
        """Without it."""
        return replace_word(text, keyword, replacement([keyword]))


class WordTimes(Constraint):
    """A keyword occurs exactly so often."""

    id = "keywords:word_count_different_numbers"
    source = "IF-RLVR"
    phrasings = (
        "In your response, the word {keyword} should appear exactly {frequency}.",
        "Use the word {keyword} exactly {frequency} in your answer, neither more nor less often.",
    )
    parameters = ("keyword", "frequency", "relation")
    phase = Phase.CONTENT
    differs = (
        "`reference` goes by `relation`, `at least` or `less than`, of which the published words say nothing; it also "
        "counts a keyword inside longer words. A row without `relation` has a random one there and `at least` here."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """From 2 to 2 times the level and 1; `at least`, so that what is asked for meets both readings."""
        return {
            "keyword": stream.choice(KEYWORDS),
            "frequency": stream.integer(2, 2 * level + 1),
            "relation": AT_LEAST,
        }

    def check(self, response: str, *, keyword: str, frequency: float, relation: str = AT_LEAST) -> bool:
        """As a word of its own, in any case: so often, whatever `relation` says."""
        return count_word(response, keyword) == frequency

    def reference(self, response: str, *, keyword: str, frequency: float, relation: str = AT_LEAST) -> bool:
        """At least or less than so often, as a regular expression anywhere, as published."""
        return holds(published_count(keyword, response), relation, frequency)

    def write(self, text: str, stream: Stream, *, keyword: str, frequency: float, relation: str = AT_LEAST) -> str:
        """Another word for those that are too many, or a sentence more."""
        return (
            text if self.check(text, keyword=keyword, frequency=frequency) else _counted(text, keyword, int(frequency))
        )

    def spoil(self, text: str, stream: Stream, *, keyword: str, frequency: float, relation: str = AT_LEAST) -> str:
        """Once more or less."""
        less = frequency >= 1 and stream.below(2)
        return _counted(text, keyword, int(frequency) + (-1 if less else 1))

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The keyword quoted, and how often; not the relation, as published."""
        return {"keyword": f'"{kwargs["keyword"]}"', "frequency": times(kwargs["frequency"])}


class CountIncrement(Constraint):
    """One keyword occurs once, another one twice."""

    id = "count:count_increment_word"
    source = "IF-RLVR"
    phrasings = (
        "Include keyword {keyword1} once in your response, keyword {keyword2} twice in your response, each no more "
        "often than that.",
        "Use the word {keyword1} exactly once and the word {keyword2} exactly twice.",
    )
    parameters = ("keyword1", "keyword2")
    phase = Phase.CONTENT
    differs = f"{_LONGER_WORDS}: `art` in `part`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two keywords."""
        keyword1, keyword2 = stream.sample(KEYWORDS, 2)
        return {"keyword1": keyword1, "keyword2": keyword2}

    def check(self, response: str, *, keyword1: _Word, keyword2: _Word) -> bool:
        """As words of their own, in any case."""
        return count_word(response, single(keyword1)) == 1 and count_word(response, single(keyword2)) == 2

    def reference(self, response: str, *, keyword1: _Word, keyword2: _Word) -> bool:
        """As regular expressions anywhere, as published."""
        return published_count(single(keyword1), response) == 1 and published_count(single(keyword2), response) == 2

    def write(self, text: str, stream: Stream, *, keyword1: _Word, keyword2: _Word) -> str:
        """Another word for those that are too many, or a sentence more."""
        first, second = single(keyword1), single(keyword2)
        for keyword, number, other in ((first, 1, second), (second, 2, first)):
            if count_word(text, keyword) != number:
                text = _counted(text, keyword, number, (other,))
        return text

    def spoil(self, text: str, stream: Stream, *, keyword1: _Word, keyword2: _Word) -> str:
        """One of them once more, or the second once only."""
        first, second = single(keyword1), single(keyword2)
        keyword, number = stream.choice(((first, 2), (second, 1), (second, 3)))
        return _counted(text, keyword, number, (first, second))


class ExcludeWord(Constraint):
    """A keyword of the request does not occur."""

    id = "keywords:exclude_word_harder"
    source = "IF-RLVR"
    phrasings = (
        "Do not include keyword {keyword} in the response.",
        "The word {keyword} must not occur in your answer.",
        "Write your text without the word {keyword}.",
    )
    parameters = ("keyword",)
    phase = Phase.CONTENT
    differs = (
        "`reference` only finds a keyword in this case and between two spaces: not before a comma or a line break."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """A common word."""
        return {"keyword": stream.choice(_COMMON)}

    def check(self, response: str, *, keyword: str) -> bool:
        """Not as a word of its own, in any case."""
        return not has_word(response, keyword)

    def reference(self, response: str, *, keyword: str) -> bool:
        """Not between two spaces, as published."""
        return f" {keyword.strip()} " not in response

    def write(self, text: str, stream: Stream, *, keyword: str) -> str:
        """Another word in its place."""
        return replace_word(text, keyword, replacement([keyword]))

    def spoil(self, text: str, stream: Stream, *, keyword: str) -> str:
        """A sentence more with it."""
        return appended(text, [f"One more word is {keyword} here."])
