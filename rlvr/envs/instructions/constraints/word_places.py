"""Where words and sentences stand in a text, and how prompts count places.

- `sentence_spans(text)`: begin and end of each sentence.
- `word_spans(text)`: begin and end of each word.
- `replaced_words(text, spans, new)`: the text with another word in the place of some.
- `without_words(text, spans)`: the text without some of its words.
- `ordinal(number)`: `1st`, `2nd`, `3rd`, `4th`.
"""

from __future__ import annotations

from collections.abc import Iterable

from rlvr.envs.instructions.text import sentences, words

Span = tuple[int, int]


def sentence_spans(text: str) -> list[Span]:
    """Begin and end of each sentence, as `rlvr.envs.instructions.text.sentences` has them.

    A sentence over two lines that something else than a line feed parts is left out.
    """
    found = []
    position = 0
    for sentence in sentences(text):
        begin = text.find(sentence, position)
        if begin >= 0:
            position = begin + len(sentence)
            found.append((begin, position))
    return found


def word_spans(text: str) -> list[Span]:
    """Begin and end of each word, as `rlvr.envs.instructions.text.words` has them."""
    found = []
    position = 0
    for word in words(text):
        begin = text.index(word, position)
        position = begin + len(word)
        found.append((begin, position))
    return found


def replaced_words(text: str, spans: Iterable[Span], new: str) -> str:
    """The text with `new` in the place of each span, with a capital letter where there was one."""
    for begin, end in sorted(spans, reverse=True):
        spelled = new[:1].upper() + new[1:] if text[begin].isupper() else new
        text = text[:begin] + spelled + text[end:]
    return text


def without_words(text: str, spans: Iterable[Span]) -> str:
    """The text without these words, each with the space before it, or after it if there is none before."""
    for begin, end in sorted(spans, reverse=True):
        if text[begin - 1 : begin] == " ":
            begin -= 1
        elif text[end : end + 1] == " ":
            end += 1
        text = text[:begin] + text[end:]
    return text


def ordinal(number: float) -> str:
    """A place in a row, as a prompt says it."""
    place = int(number)
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"
