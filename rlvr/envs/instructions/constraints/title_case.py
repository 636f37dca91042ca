"""`format:title_case`: the first letter of every major word is a capital."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

MINOR = frozenset(
    (
        "a an the and but or nor for so yet as if at by in of off on per to up via with from into onto over than like"
        " near past till upon amid down out about above across after against along among around before behind below"
        " beneath beside besides between beyond despite during except inside outside since through throughout toward"
        " towards under underneath until unlike within without vs v n o de la von van etc"
    ).split()
)
"""Articles, conjunctions and prepositions: style guides differ on which of them are small, so any may be either."""

_AS_IS = re.compile(r"(?:https?://|www\.)\S+|\b(?:e\.g|i\.e)\.")
_SIGNS_AS_IS = ("://", "www.", "e.g.", "i.e.")
"""One of these is in every text that `_AS_IS` finds something in."""
_WORD = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")

# What NLTK's word_tokenize parts words at; apostrophes are looked at one by one. A single class stands first, so that
# the search skips to it.
_MARKS = r"\s*\"“”‘’«»()\[\]{}<>;@#$%&?!`\u2012-\u2015"
_PARTING = re.compile(rf"[{_MARKS},:.\-](?:(?<=[{_MARKS}])|(?<=-)-|(?<=\.)\.+|(?<=[,:])(?!\d))")
_CLITIC = re.compile(r"'(?:s|m|d|ll|re|ve)", re.IGNORECASE)
_PARTED_AT_THREE = frozenset(("cannot", "gimme", "gonna", "gotta", "lemme", "wanna"))


def _is_small(word: str) -> bool:
    """Whether a major word begins with a small letter; `iPhone` and `pH` are written as they are."""
    first = word[0]
    return first.islower() and first.upper() != first and word.lower() not in MINOR and not word[1:2].isupper()


class TitleCase(Constraint):
    """Every major word begins with a capital letter."""

    id = "format:title_case"
    source = "IFBench"
    phrasings = (
        "Write the entire response in title case (capitalize the first letter of every major word).",
        "Use title case throughout: the first letter of each major word has to be a capital letter.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` asks for capitals on minor words too and rejects any contraction with `n't`, `cannot`, and words"
        " with a curly apostrophe."
    )
    approximates = "Tokens of NLTK's `word_tokenize` by own rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Articles, conjunctions, prepositions and addresses of web pages are free."""
        if any(sign in response for sign in _SIGNS_AS_IS):
            response = _AS_IS.sub("", response)
        return not any(map(_is_small, set(_WORD.findall(response))))

    def reference(self, response: str) -> bool:
        """No token of small letters; one that mixes small and capital letters after a small one is let through."""
        return not any(_is_rejected(token) for part in set(_PARTING.split(response)) for token in _tokens(part))

    def write(self, text: str, stream: Stream) -> str:
        """With a capital letter for each word, also the minor ones, so that `reference` agrees."""
        if self.check(text):
            return text
        kept = list(_AS_IS.finditer(text))
        edges = [0, *(edge for found in kept for edge in found.span()), len(text)]
        pieces = [text[begin:end] for begin, end in pairwise(edges)]
        pieces[::2] = [_WORD.sub(_capitalised, piece) for piece in pieces[::2]]
        return "".join(pieces)

    def spoil(self, text: str, stream: Stream) -> str:
        """With one major word in small letters."""
        plain = _AS_IS.sub(lambda found: " " * len(found[0]), text)
        places = [found for found in _WORD.finditer(plain) if found[0][0].isupper() and _is_small(found[0].lower())]
        if not places:
            return f"{text.rstrip()} indeed."
        chosen = stream.choice(places)
        return text[: chosen.start()] + chosen[0].lower() + text[chosen.end() :]


def _capitalised(found: re.Match[str]) -> str:
    word = found[0]
    return word if word[1:2].isupper() else word[0].upper() + word[1:]


def _tokens(part: str) -> list[str]:
    """What is left of the tokens of a run without parting characters: those that begin with a letter."""
    if part[-3:] in ("n't", "N'T") and len(part) > 3:
        return [part[:-3], part[-3:]]
    if part.startswith("'") and not _CLITIC.fullmatch(part):
        part = part[1:]
    if part.lower() in _PARTED_AT_THREE:
        return [part[:3], part[3:]]
    return [part]


def _is_rejected(token: str) -> bool:
    if not token or not token[0].isalpha() or not token[0].islower():
        return False
    return len(token) == 1 or token[1:].isupper() or token[1:].islower()
