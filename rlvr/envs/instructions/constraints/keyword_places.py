"""Constraints of IFBench on the place of a keyword.

- `words:keywords_specific_position`: the m-th word of the n-th sentence.
- `words:words_position`: the second word and the second to last.
"""

from __future__ import annotations

import string
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.published_text import outer_tokens, published_tokens
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.envs.instructions.constraints.word_positions import KeywordPosition
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream


class KeywordSpecificPosition(KeywordPosition):
    """A keyword is the m-th word of the n-th sentence; the same as in IF-RLVR, with another published checker."""

    id = "words:keywords_specific_position"
    source = "IFBench"
    phrasings = (
        "Include keyword {keyword} in sentence number {n} of your response, as word number {m} of that sentence.",
        "Word number {m} of sentence number {n} of your answer has to be {keyword}.",
    )
    differs = (
        "`reference` ends no sentence at a line break, and counts contractions as two words (`do`, `n't`) and the"
        " number of a list's item as one."
    )

    def reference(self, response: str, *, keyword: str | list[str], n: float, m: float) -> bool:
        """The token at that place, of those with a letter or digit. Where the published one draws a place, none is."""
        asked = keyword if isinstance(keyword, str) else keyword[0]
        found = punkt_sentences(response)
        if not 1 <= n <= len(found):
            return False
        tokens = [token for token in published_tokens(found[int(n) - 1]) if any(map(str.isalnum, token))]
        return 1 <= m <= len(tokens) and tokens[int(m) - 1].lower() == asked.strip().lower()


class SecondWords(Constraint):
    """The second word and the second to last word are the keyword."""

    id = "words:words_position"
    source = "IFBench"
    phrasings = (
        "The second word in your response and the second to last word in your response should be the word {keyword}.",
        "Use the word {keyword} as word number two of your answer, and also as the last word but one.",
    )
    parameters = ("keyword",)
    phase = Phase.ENDS
    differs = (
        "`reference` counts tokens: a mark before the keyword, two marks at the end (`.”`) or a contraction beside it"
        " shifts the place. A `...` at the end is a word."
    )
    approximates = "NLTK's word tokeniser and Punkt model, of which `reference` has the commonest rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One of the keywords."""
        return {"keyword": stream.choice(KEYWORDS)}

    def check(self, response: str, *, keyword: str) -> bool:
        """In any case, whatever marks stand around them. Of three words, the second is both."""
        asked = words(folded(keyword))
        found = words(folded(response))
        size = len(asked)
        return size > 0 and found[1 : 1 + size] == asked and found[:-1][-size:] == asked

    def reference(self, response: str, *, keyword: str) -> bool:
        """The second token, and the last but one before a mark at the end."""
        tokens = [token.lower() for token in outer_tokens(response)]
        if len(tokens) < 2:
            return False
        marked = tokens[-1] in string.punctuation  # As published: also where marks follow each other there.
        if marked and len(tokens) < 3:
            return False
        return tokens[1] == tokens[-3 if marked else -2] == keyword.strip().lower()

    def write(self, text: str, stream: Stream, *, keyword: str) -> str:
        """With the keyword after the first word and before the last, where it is not there yet."""
        if self.check(text, keyword=keyword):
            return text
        asked, keyword = words(folded(keyword)), keyword.strip()
        spans = word_spans(text)
        if len(spans) < 2:
            return f"This {keyword} is a {keyword} indeed."
        if words(folded(text))[:-1][-len(asked) :] != asked:
            at = spans[-1][0]
            text = f"{text[:at]}{keyword} {text[at:]}"
        if words(folded(text))[1 : 1 + len(asked)] != asked:
            at = spans[0][1]
            text = f"{text[:at]} {keyword}{text[at:]}"
        return text

    def spoil(self, text: str, stream: Stream, *, keyword: str) -> str:
        """With a word more at one of the ends."""
        if stream.below(2):
            return f"Indeed there {text.lstrip()}"
        return f"{text.rstrip()} Indeed it is so."
