"""Places in a text: where writers may put a mark without changing a word, and what is code and no prose.

- `code_blanked(text)`: the text with white space in the place of fenced blocks, which show marks and use none.
- `replaced(text, spans, new)`: the text with other strings in the place of some spans.
- `starts(text)`: where sentences begin.
- `inner_starts(text)`: those of them that another sentence stands before, on the same line.
- `plain_words(text)`: words inside a sentence that no mark touches.
- `wrapped(text, stream, count, begin, end)`: the text with some of these words between two marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rlvr.envs.instructions.constraints.word_places import sentence_spans
from rlvr.seeding import Stream

_FENCED = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)

# Neither white space nor a digit nor a mark of ASCII: letters of any script, with the vowel signs of Indic ones.
_LETTER = r"[^\s!-@\[-`{-~]"
_PLAIN_WORD = re.compile(rf"(?<={_LETTER} ){_LETTER}{{3,}}(?= {_LETTER})")


def code_blanked(text: str) -> str:
    """The text with spaces for each fenced block, so that places stay. One that is never closed runs to the end."""
    if "```" not in text and "~~~" not in text:
        return text
    return _FENCED.sub(lambda block: " " * len(block[0]), text)


def replaced(text: str, spans: Iterable[re.Match[str]], new: str, group: int = 0) -> str:
    """The text with `new` in the place of a group of each match; `new` may name groups as in `re.Match.expand`."""
    for span in reversed(list(spans)):
        text = text[: span.start(group)] + span.expand(new) + text[span.end(group) :]
    return text


def starts(text: str) -> list[int]:
    """Where the sentences of a text begin, as `rlvr.envs.instructions.text.sentences` splits it."""
    return [begin for begin, _ in sentence_spans(text)]


def inner_starts(text: str) -> list[int]:
    """Where sentences begin with another one before them, a single space between the two."""
    return [at for at in starts(text) if at > 1 and text[at - 1] == " " and not text[at - 2].isspace()]


def plain_words(text: str) -> list[tuple[int, int]]:
    """Begin and end of words that stand between two others, with single spaces and nothing else around them."""
    return [word.span() for word in _PLAIN_WORD.finditer(text)]


def wrapped(text: str, stream: Stream, count: int, begin: str, end: str) -> str:
    """`text` with `begin` and `end` around `count` of its plain words, or around fewer where there are not so many.

    No two of them are neighbours, so that marks never meet.
    """
    words = plain_words(text)
    # A wrapped word makes its neighbours no plain words any more, so every second one can be had.
    apart = [word for place, word in enumerate(words) if place % 2 == 0]
    for first, last in sorted(stream.sample(apart, min(count, len(apart))), reverse=True):
        text = f"{text[:first]}{begin}{text[first:last]}{end}{text[last:]}"
    return text
