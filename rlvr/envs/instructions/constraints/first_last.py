"""The first and the last word of a sentence: whether it is there, and how it is put there.

- `single(word)`: a word of a row, which may be a list of one.
- `unnumbered(sentence)`: a sentence without the number of a list's item.
- `begins_with(sentence, word)`, `ends_with(sentence, word)`: whether it is the first or the last word, in any case.
- `with_first_word(text, word)`, `with_last_word(text, word)`: with a word more before the first or after the last.
- `other_word(word, among)`: a word that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.envs.instructions.text import words

_NUMBER = re.compile(r"\s*\(?\d{1,3}[.)][ \t]+(?=\S)")
_LONGEST = 200
"""Characters at an end of a sentence that are looked at: no word that is asked for is so long."""

_COMMON = frozenset(
    (
        "a all an and as at but each even every for he if in it its many more most much my nobody not on one our she so"
        " some that the their there these they this to we what when while you your older mistakes nothing"
    ).split()
)
"""Words that are written small where they begin no sentence. (A name is not.)"""


def single(word: str | list[str]) -> str:
    """A word of a row without white space around it; of a list, as some rows have it, the first."""
    return (word if isinstance(word, str) else word[0]).strip()


def unnumbered(sentence: str) -> str:
    """A sentence without the number of a list's item before it."""
    mark = _NUMBER.match(sentence)
    return sentence[mark.end() :] if mark else sentence


def begins_with(sentence: str, word: str) -> bool:
    """Whether it begins with a word, in any case, after marks and the number of a list's item."""
    asked = words(folded(word))
    found = words(folded(unnumbered(sentence)[: _LONGEST + len(word)]))
    return bool(asked) and found[: len(asked)] == asked


def ends_with(sentence: str, word: str) -> bool:
    """Whether it ends with a word, in any case, before marks."""
    asked = words(folded(word))
    found = words(folded(sentence[-_LONGEST - len(word) :]))
    return bool(asked) and found[-len(asked) :] == asked


def with_first_word(text: str, word: str) -> str:
    """With a word before the first one, after marks and the number of a list's item."""
    skipped = len(text) - len(unnumbered(text))
    spans = word_spans(text[skipped:])
    if not spans:
        return f"{text}{word}"
    begin, end = (skipped + place for place in spans[0])
    first = text[begin:end]
    first = first.lower() if first.lower() in _COMMON else first
    return f"{text[:begin]}{word[:1].upper()}{word[1:]} {first}{text[end:]}"


def with_last_word(text: str, word: str) -> str:
    """With a word after the last one, before the marks that follow."""
    spans = word_spans(text)
    at = spans[-1][1] if spans else 0
    return f"{text[:at]} {word}{text[at:]}".lstrip()


def other_word(word: str, among: Sequence[str]) -> str:
    """The first of some words that is not this one."""
    return next(one for one in among if folded(one) != folded(word).strip())
