"""Sentences as the published checkers of IFBench see them, about as NLTK's `sent_tokenize`, whose data is a download.

- `punkt_sentences(text)`: the text cut after `.`, `!` and `?`; a line break alone ends no sentence.
"""

from __future__ import annotations

import re
from itertools import islice

from rlvr.envs.instructions.text import MOST

# A single class stands first, so that the search skips to it.
_END = re.compile(r"[.!?](?<![.!?].)[.!?]*+[\"')\]}”’»]*+(?=\s)")
_APART = re.compile(r"[\s(\[\"'“‘]")
_LOOK_BACK = 24
"""Characters before a full stop in which an abbreviation is looked for."""

_ABBREVIATIONS = frozenset(
    (
        "mr mrs ms dr prof rev hon st sr jr vs etc e.g i.e cf fig no vol pp ed dept inc ltd co corp jan feb mar apr aug"
        " sept oct nov dec gen col lt sgt capt gov sen rep u.s u.k a.m p.m"
    ).split()
)
_ENDINGS = frozenset(word[-4:] for word in _ABBREVIATIONS if word[-4:].isalpha())
"""Their last four letters, of those that have so many: a longer word that ends otherwise is none."""


def punkt_sentences(text: str) -> list[str]:
    r"""The sentences of a text, without white space around them; also those without a letter.

    Source: Kiss and Strunk 2006, "Unsupervised Multilingual Sentence Boundary Detection". Its English model is a file;
    here a full stop after a common abbreviation or an initial ends nothing, and `...` only before a capital letter.
    What comes after the first `MOST` marks is one sentence.

    Example:
        >>> punkt_sentences("Dr. Smith\ncame. 😀 And then... nothing!")
        ['Dr. Smith\ncame.', '😀 And then... nothing!']
    """
    found = []
    begin = 0
    for end in islice(_END.finditer(text), MOST):
        if not _goes_on(text, end):
            found.append(text[begin : end.end()])
            begin = end.end()
    found.append(text[begin:])
    return [stripped for one in found if (stripped := one.strip())]


def _goes_on(text: str, end: re.Match[str]) -> bool:
    at = end.start()
    if text.startswith("..", at):
        return not text[end.end() + 1 : end.end() + 2].isupper()
    if text[at] != ".":
        return False
    tail = text[at - 4 : at]
    if len(tail) == 4 and tail.isalpha() and tail.lower() not in _ENDINGS:
        return False  # Most sentences.
    word = _APART.split(text[max(0, at - _LOOK_BACK) : at])[-1]
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "I")
