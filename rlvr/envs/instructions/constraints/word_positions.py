"""Constraints of IF-RLVR on the word at some place: in a sentence of a number, or first and last in the response."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.first_last import other_word, single, unnumbered, with_last_word
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.published_text import outer_tokens, published_sentences, published_tokens
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.constraints.word_places import sentence_spans, word_spans
from rlvr.envs.instructions.text import sentences, words
from rlvr.seeding import Stream

_ADDED = ("also", "here", "too", "and", "more", "so", "now", "then")


class KeywordPosition(Constraint):
    """A keyword is the m-th word of the n-th sentence."""

    id = "keywords:keyword_specific_position"
    source = "IF-RLVR"
    phrasings = (
        "Include keyword {keyword} in sentence number {n} of your response, as word number {m} of that sentence.",
        "Sentence {n} of your answer needs to have {keyword} as its word number {m}.",
    )
    parameters = ("keyword", "n", "m")
    phase = Phase.COUNT
    differs = (
        "`reference` ends no sentence at a line break, ends one between two marks (`?!`), counts marks as words, "
        "contractions as two, and asks for the case that is given."
    )
    approximates = "NLTK's word tokeniser and Punkt model, of which `reference` has the commonest rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Up to sentence 2 times the level, and up to word 3 times the level and 1."""
        return {
            "keyword": stream.choice(KEYWORDS),
            "n": stream.integer(1, 2 * level),
            "m": stream.integer(1, 3 * level + 1),
        }

    def check(self, response: str, *, keyword: str | list[str], n: float, m: float) -> bool:
        """In any case; the number of a list's item is no word of it."""
        found = sentences(response)
        asked = words(folded(single(keyword)))
        if not asked or not 1 <= n <= len(found) or m < 1:
            return False
        inside = words(folded(unnumbered(found[int(n) - 1])))
        return inside[int(m) - 1 : int(m) - 1 + len(asked)] == asked

    def reference(self, response: str, *, keyword: str | list[str], n: float, m: float) -> bool:
        """The token at that place, as published. Where it draws another place, for 0, this says no."""
        found = published_sentences(response)
        if not 1 <= n <= len(found) or m < 1:
            return False
        tokens = published_tokens(found[int(n) - 1])
        return len(tokens) >= m and tokens[int(m) - 1] == single(keyword)

    def write(self, text: str, stream: Stream, *, keyword: str | list[str], n: float, m: float) -> str:
        """More sentences and words where there are too few, and the keyword before the word at that place."""
        if self.check(text, keyword=keyword, n=n, m=m):
            return text
        while (missing := int(n) - len(sentences(text))) > 0:  # The first may join a last line without a full stop.
            text = appended(text, fillers(stream, missing))
        begin, end = sentence_spans(text)[int(n) - 1]
        sentence = text[begin:end]
        mark, bare = sentence[: len(sentence) - len(unnumbered(sentence))], unnumbered(sentence)
        while len(word_spans(bare)) < m - 1:
            bare = with_last_word(bare, stream.choice(_ADDED))
        spans = word_spans(bare)
        if len(spans) < m:
            bare = with_last_word(bare, single(keyword))
        else:
            at = spans[int(m) - 1][0]
            bare = f"{bare[:at]}{single(keyword)} {bare[at:]}"
        return f"{text[:begin]}{mark}{bare}{text[end:]}"

    def spoil(self, text: str, stream: Stream, *, keyword: str | list[str], n: float, m: float) -> str:
        """With another word there."""
        begin, end = sentence_spans(text)[int(n) - 1]
        begin += len(text[begin:end]) - len(unnumbered(text[begin:end]))
        first, last = (begin + place for place in word_spans(text[begin:end])[int(m) - 1])
        return f"{text[:first]}{other_word(single(keyword), _ADDED)}{text[last:]}"


class StartEnd(Constraint):
    """The response starts and ends with the same word."""

    id = "keywords:start_end"
    source = "IF-RLVR"
    phrasings = (
        "Start and end your response with the same word (do not write anything after the last word, not even "
        "punctuation).",
        "The first and the last word of your answer have to be the same, and nothing may follow the last word, no full "
        "stop either.",
    )
    phase = Phase.ENDS
    differs = "`reference` looks at tokens: at `do` and `n't` of `don't`, and at a mark before the first word."
    approximates = "NLTK's word tokeniser and Punkt model, of which `reference` has the commonest rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """In any case, with two words at least; a mark may stand before the first, none after the last."""
        text = response.rstrip()
        found = words(text)
        return len(found) > 1 and text.endswith(found[-1]) and folded(found[0]) == folded(found[-1])

    def reference(self, response: str) -> bool:
        """The first and the last token, as published."""
        found = outer_tokens(response)
        return len(found) > 1 and found[0].lower() == found[-1].lower()

    def write(self, text: str, stream: Stream) -> str:
        """The first word once more at the end, or without the marks after it."""
        if self.check(text):
            return text
        spans = word_spans(text)
        if not spans:
            return "Yes and yes"
        (begin, end), (last_begin, last_end) = spans[0], spans[-1]
        if len(spans) > 1 and folded(text[last_begin:last_end]) == folded(text[begin:end]):
            return text[:last_end]
        return f"{text.rstrip()} {text[begin:end]}"

    def spoil(self, text: str, stream: Stream) -> str:
        """With a full stop, or another word."""
        if stream.below(2):
            return f"{text.rstrip()}."
        return f"{text.rstrip()} {other_word(words(text)[0], _ADDED)}"
