"""`sentence:keyword`: a keyword in the n-th sentence."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.keyword_finding import has_word, replace_word, replacement
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.vocabulary import KEYWORDS
from rlvr.envs.instructions.constraints.word_places import ordinal, sentence_spans
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream

_CLOSING = "\"'”’»)]*_"
_ENDING = ".!?…。！？"


class SentenceKeyword(Constraint):
    """A keyword stands in the n-th sentence; it may stand in others too."""

    id = "sentence:keyword"
    source = "IFBench"
    phrasings = (
        "The response must include keyword {word} in the {N} sentence.",
        "The {N} sentence of your response has to contain the word {word}.",
        "Put the word {word} into the {N} sentence of your answer.",
    )
    parameters = ("word", "N")
    # A title or a list that comes later would make another sentence the n-th one.
    phase = Phase.MARKS
    differs = "`reference` ends no sentence at a line break: a title, the items of a list are not counted apart."
    approximates = "NLTK's Punkt model, in the place of which `reference` asks `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Of the first 3 sentences, of the 4th to 6th, of the 7th to 9th."""
        return {"word": stream.choice(KEYWORDS), "N": stream.integer(3 * level - 2, 3 * level)}

    def check(self, response: str, *, word: str, N: float) -> bool:
        """As a word of its own, in any case."""
        return has_word(_nth(sentences(response), N), word)

    def reference(self, response: str, *, word: str, N: float) -> bool:
        """Between word boundaries, in a sentence about as Punkt has it."""
        pattern = rf"\b{re.escape(word)}\b"
        return re.search(pattern, _nth(punkt_sentences(response), N), re.IGNORECASE) is not None

    def write(self, text: str, stream: Stream, *, word: str, N: float) -> str:
        """With the keyword at the end of that sentence, after as many sentences more as it takes."""
        if self.check(text, word=word, N=N):
            return text
        # The first one may join a last line that has no full stop.
        while (missing := int(N) - len(sentence_spans(text))) > 0:
            text = appended(text, fillers(stream, missing))
        begin, end = sentence_spans(text)[int(N) - 1]
        at = begin + len(text[begin:end].rstrip(_CLOSING).rstrip(_ENDING))
        return f"{text[:at]} like the {word}{text[at:]}"

    def spoil(self, text: str, stream: Stream, *, word: str, N: float) -> str:
        """Without it in that sentence."""
        begin, end = sentence_spans(text)[int(N) - 1]
        return text[:begin] + replace_word(text[begin:end], word, replacement([word])) + text[end:]

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The word quoted, and which sentence (`2nd`)."""
        return {"word": f'"{kwargs["word"]}"', "N": ordinal(kwargs["N"])}


def _nth(found: list[str], number: float) -> str:
    place = int(number)
    return found[place - 1] if 1 <= place <= len(found) else ""
