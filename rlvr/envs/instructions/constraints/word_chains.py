"""Constraints of IFBench on the first and last words of sentences and paragraphs.

- `words:last_first`: the last word of a sentence is the first of the next one.
- `words:paragraph_last_first`: the first word of a paragraph is its last one.
"""

from __future__ import annotations

import string
from itertools import pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.first_last import begins_with, unnumbered, with_first_word, with_last_word
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.word_places import sentence_spans
from rlvr.envs.instructions.text import MOST, sentences, words
from rlvr.seeding import Stream

_AROUND = string.punctuation + " "
_ROUNDS = 3


class LastWordFirst(Constraint):
    """Each sentence begins with the last word of the sentence before it."""

    id = "words:last_first"
    source = "IFBench"
    phrasings = (
        "In your response, the last word of each sentence must become the first word of the next sentence.",
        "Begin every sentence but the first with the word that the sentence before it ends with, also where a new"
        " paragraph begins.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` ends no sentence at a line break, and drops ASCII punctuation only: a curly quotation mark or a"
        " mark after the first word fails."
    )
    approximates = "NLTK's Punkt model, in the place of which `reference` asks `punkt_sentences`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """In any case; one sentence alone passes."""
        last = ""
        for sentence in sentences(response):
            found = _words_of(folded(sentence))
            if not found or (last and found[0] != last):
                return False
            last = found[-1]
        return bool(last)

    def reference(self, response: str) -> bool:
        """As published."""
        for one, other in pairwise(punkt_sentences(response)):
            last, first = one.rstrip(_AROUND).split(), other.lstrip(_AROUND).split()
            if not last or not first or last[-1].lower() != first[0].lower():
                return False
        return True

    def write(self, text: str, stream: Stream) -> str:
        """With that word more before each sentence that begins with another one."""
        text = text if words(text) else "This is it."
        for _ in range(_ROUNDS):  # A word more may move the end of a sentence.
            if self.check(text):
                return text
            text = _chained(text)
        return text if self.check(text) else "This is it."

    def spoil(self, text: str, stream: Stream) -> str:
        """With a sentence more, of a paragraph of its own."""
        last = folded(words(text)[-1])
        first = "Something" if last != "something" else "Nothing"
        return f"{text.rstrip()}\n\n{first} else follows."


def _chained(text: str) -> str:
    parts: list[str] = []
    position = 0
    last = ""
    for begin, end in sentence_spans(text):
        sentence = text[begin:end]
        if last and not begins_with(sentence, last):
            sentence = with_first_word(sentence, last)
        inside = words(unnumbered(sentence))
        last = inside[-1] if inside else last
        parts += [text[position:begin], sentence]
        position = end
    return "".join([*parts, text[position:]])


class ParagraphLastFirst(Constraint):
    """Each paragraph ends with its first word. A line is a paragraph."""

    id = "words:paragraph_last_first"
    source = "IFBench"
    phrasings = (
        "Each paragraph of your response must end with the same word it started with, separate paragraphs with a"
        " newline.",
        "The first word of each paragraph has to be its last word too. A line break begins a new paragraph.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` compares all between white space, without the ASCII punctuation around the paragraph: `Time, …"
        " time.` fails, and so do curly quotation marks. A line of marks that are not ASCII is a paragraph to it."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Each line with a word, in any case and whatever the marks. The number of a list's item is no word of it.

        The first `MOST` lines are looked at.
        """
        found = False
        for line in folded(response).splitlines()[:MOST]:
            if inside := _words_of(line):
                if inside[0] != inside[-1]:
                    return False
                found = True
        return found

    def reference(self, response: str) -> bool:
        """As published."""
        for line in response.split("\n"):
            found = line.strip().lower().strip(_AROUND).split()
            if found and found[0] != found[-1]:
                return False
        return True

    def write(self, text: str, stream: Stream) -> str:
        """With the first word of each line at its end, too."""
        if self.check(text):
            return text
        if not words(text):
            return "So it is so."
        return "\n".join(
            line if not (found := _words_of(folded(line))) or found[0] == found[-1] else _closed(line)
            for line in text.splitlines()
        )

    def spoil(self, text: str, stream: Stream) -> str:
        """With another word at the end of one, or with a paragraph more."""
        return f"{text.rstrip()} Really." if stream.below(2) else f"{text.rstrip()}\n\nThis one does not."


def _closed(line: str) -> str:
    """A line with its first word at its end, too."""
    return with_last_word(line, words(unnumbered(line))[0])


def _words_of(line: str) -> list[str]:
    """The words of a sentence or line, without the number of a list's item."""
    return words(line if line[:1].isalpha() else unnumbered(line)) if line else []
