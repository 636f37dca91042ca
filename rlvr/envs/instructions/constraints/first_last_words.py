"""Constraints of IF-RLVR on the first or the last word, of every sentence or of the whole response."""

from __future__ import annotations

from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.first_last import (
    begins_with,
    ends_with,
    other_word,
    single,
    unnumbered,
    with_first_word,
    with_last_word,
)
from rlvr.envs.instructions.constraints.published_text import published_sentences
from rlvr.envs.instructions.constraints.word_places import sentence_spans, word_spans
from rlvr.envs.instructions.text import sentences
from rlvr.seeding import Stream

_FIRST = ("today", "perhaps", "sometimes", "often", "maybe", "now")
_LAST = ("today", "here", "again", "anyway", "too", "though")
_OTHER = ("then", "so", "also")


def _no_marks(token: str) -> str:
    """Letters, digits and underscores of a token."""
    return "".join(character for character in token if character.isalnum() or character == "_")


def _with_other_word(text: str, word: str, at: int) -> str:
    """With another word in the place of the first (0) or the last (-1), after the number of a list's item."""
    skipped = len(text) - len(unnumbered(text)) if at == 0 else 0
    begin, end = (skipped + place for place in word_spans(text[skipped:])[at])
    other = other_word(word, _OTHER)
    other = other.capitalize() if text[begin:end].istitle() else other  # In lower case it would begin no sentence.
    return f"{text[:begin]}{other}{text[end:]}"


class FirstWordSentence(Constraint):
    """Every sentence begins with a word."""

    id = "first_word:first_word_sent"
    source = "IF-RLVR"
    phrasings = (
        "The first word of each sentence should be the word {first_word}.",
        "Begin every sentence with the word {first_word}.",
    )
    parameters = ("first_word",)
    phase = Phase.MARKS
    differs = (
        "`reference` ends no sentence at a line break and ends one between two marks (`?!`), and the first word may "
        "have no mark beside it: `Now, it` and `**Now**` fail."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """An adverb that may begin any sentence."""
        return {"first_word": stream.choice(_FIRST)}

    def check(self, response: str, *, first_word: str | list[str]) -> bool:
        """In any case, after marks. List items and headings are sentences too; there is one at least."""
        word = single(first_word)
        found = sentences(response)
        return bool(found) and all(begins_with(sentence, word) for sentence in found)

    def reference(self, response: str, *, first_word: str | list[str]) -> bool:
        """What stands before the first white space, as published."""
        word = single(first_word).lower()
        return all((one.split() or [""])[0].lower() == word for one in published_sentences(response))

    def write(self, text: str, stream: Stream, *, first_word: str | list[str]) -> str:
        """With the word before each sentence that has another one."""
        word = single(first_word)
        text = text if sentences(text) else appended(text, fillers(stream, 1))
        for begin, end in reversed(sentence_spans(text)):
            if not begins_with(text[begin:end], word):
                text = text[:begin] + with_first_word(text[begin:end], word) + text[end:]
        return text

    def spoil(self, text: str, stream: Stream, *, first_word: str | list[str]) -> str:
        """With another word at the beginning of one of them."""
        begin, end = stream.choice(sentence_spans(text))
        return text[:begin] + _with_other_word(text[begin:end], single(first_word), 0) + text[end:]


class LastWordSentence(Constraint):
    """Every sentence ends with a word."""

    id = "last_word:last_word_sent"
    source = "IF-RLVR"
    phrasings = (
        "The last word of each sentence, before punctuation, should be the word {last_word}.",
        "End every sentence with the word {last_word}; punctuation may follow it.",
    )
    parameters = ("last_word",)
    phase = Phase.MARKS
    differs = "`reference` ends no sentence at a line break and ends one between two marks: `so?!` fails."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """An adverb that may end any sentence."""
        return {"last_word": stream.choice(_LAST)}

    def check(self, response: str, *, last_word: str | list[str]) -> bool:
        """In any case, before marks. List items and headings are sentences too; there is one at least."""
        word = single(last_word)
        found = sentences(response)
        return bool(found) and all(ends_with(sentence, word) for sentence in found)

    def reference(self, response: str, *, last_word: str | list[str]) -> bool:
        """What stands after the last white space, without marks, as published."""
        word = single(last_word).lower()
        return all(_no_marks((one.split() or [""])[-1]).lower() == word for one in published_sentences(response))

    def write(self, text: str, stream: Stream, *, last_word: str | list[str]) -> str:
        """With the word after each sentence that has another one."""
        word = single(last_word)
        text = text if sentences(text) else appended(text, fillers(stream, 1))
        for begin, end in reversed(sentence_spans(text)):
            if not ends_with(text[begin:end], word):
                text = text[:begin] + with_last_word(text[begin:end], word) + text[end:]
        return text

    def spoil(self, text: str, stream: Stream, *, last_word: str | list[str]) -> str:
        """With another word at the end of one of them."""
        begin, end = stream.choice(sentence_spans(text))
        return text[:begin] + _with_other_word(text[begin:end], single(last_word), -1) + text[end:]


class FirstWordAnswer(Constraint):
    """The response begins with a word."""

    id = "first_word:first_word_answer"
    source = "IF-RLVR"
    phrasings = (
        "The first word of your response should be the word {first_word}.",
        "Begin your answer with the word {first_word}.",
    )
    parameters = ("first_word",)
    phase = Phase.ENDS
    differs = "`reference` takes all before the first white space for the word: `Now, it` and `**Now**` fail."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """An adverb that may begin any sentence."""
        return {"first_word": stream.choice(_FIRST)}

    def check(self, response: str, *, first_word: str) -> bool:
        """In any case, after marks."""
        return begins_with(response.lstrip(), first_word)

    def reference(self, response: str, *, first_word: str) -> bool:
        """What stands before the first white space, as published."""
        return (response.split(None, 1) or [""])[0].lower() == first_word.strip().lower()

    def write(self, text: str, stream: Stream, *, first_word: str) -> str:
        """With the word before the first."""
        return text if self.check(text, first_word=first_word) else with_first_word(text, first_word.strip())

    def spoil(self, text: str, stream: Stream, *, first_word: str) -> str:
        """With another word in its place, or one before it."""
        if stream.below(2):
            return _with_other_word(text, first_word, 0)
        return with_first_word(text, other_word(first_word, _OTHER))


class LastWordAnswer(Constraint):
    """The response ends with a word."""

    id = "last_word:last_word_answer"
    source = "IF-RLVR"
    phrasings = (
        "The last word of your response should be the word {last_word}.",
        "End your answer with the word {last_word}; punctuation may follow it.",
    )
    parameters = ("last_word",)
    phase = Phase.ENDS
    differs = "`reference` takes all after the last white space, without marks, for the word: `-- so --` fails."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """An adverb that may end any sentence."""
        return {"last_word": stream.choice(_LAST)}

    def check(self, response: str, *, last_word: str) -> bool:
        """In any case, before marks."""
        return ends_with(response.rstrip(), last_word)

    def reference(self, response: str, *, last_word: str) -> bool:
        """What stands after the last white space, without marks, as published."""
        return _no_marks((response.rsplit(None, 1) or [""])[-1]).lower() == last_word.strip().lower()

    def write(self, text: str, stream: Stream, *, last_word: str) -> str:
        """With the word after the last."""
        return text if self.check(text, last_word=last_word) else with_last_word(text, last_word.strip())

    def spoil(self, text: str, stream: Stream, *, last_word: str) -> str:
        """With another word in its place, or one after it."""
        if stream.below(2):
            return _with_other_word(text, last_word, -1)
        return with_last_word(text, other_word(last_word, _OTHER))
