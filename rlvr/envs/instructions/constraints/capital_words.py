"""`change_case:capital_word_frequency`: how many words are in capitals."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from rlvr.envs.instructions import published
from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.relations import AT_LEAST, LESS_THAN, RELATIONS, holds, said
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_LOWER_WORD = re.compile(r"(?<![\w'’-])[a-z]{3,12}(?![\w'’-])")
_TWO_LETTERS = re.compile(r"[^\W\d_].*?[^\W\d_]", re.DOTALL)
_NEXT_WORD = re.compile(r"[^\W_](?:[\w'’‐‑-]*\w)?")

# Where NLTK's word tokeniser cuts: white space, marks, a comma or colon that no digit follows, `..` and `--`. A single
# class stands first, so that the search skips to it.
_MARKS = r"\s;@#$%&?!*()\[\]{}<>\"«»“”‘’„`\u2012-\u2015"
_CUTS = re.compile(rf"[{_MARKS},:.\-'](?:(?<=[{_MARKS}])[{_MARKS}]*|(?<=[,:])(?!\d)|(?<=\.)\.+|(?<=-)-|(?<=')')")
_CLITIC = re.compile(r"(?<=[^' ])(?:'[smdSMD]|'ll|'LL|'re|'RE|'ve|'VE|n't|N'T|')$")
# Two words to it: `CAN|NOT`.
_CONTRACTION = re.compile(r"\b(?:CANNOT|GIMME|GONNA|GOTTA|LEMME|WANNA|D'YE|MORE'N)\b")


class CapitalWordFrequency(Constraint):
    """At least, or less than, so many words are in capital letters."""

    id = "change_case:capital_word_frequency"
    source = "IFEval"
    phrasings = (
        "In your response, words with all capital letters should appear {often}. Words of one letter do not count.",
        "Write words of two or more letters in capitals {often}.",
        "Words in all capitals, of at least two letters, have to occur {often}.",
    )
    parameters = ("capital_frequency", "capital_relation")
    phase = Phase.MARKS
    differs = "`reference` counts words of one letter too (`I`, `A`), and `IT'S` as two."
    approximates = (
        "NLTK's word tokeniser, unless the extra `reference` and its data are installed, by the rules that matter to"
        " capitals."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """At least 2 to 4 times the level, or less than 2 to 6."""
        relation = stream.choice(RELATIONS)
        number = stream.integer(2, 4 * level) if relation == AT_LEAST else stream.integer(2, 6)
        return {"capital_frequency": number, "capital_relation": relation}

    def check(self, response: str, *, capital_frequency: float, capital_relation: str) -> bool:
        """Words of two letters at least: `I` and `A` are written so in any text."""
        return holds(_count(response), capital_relation, capital_frequency)

    def reference(self, response: str, *, capital_frequency: float, capital_relation: str) -> bool:
        """Tokens that `str.isupper` calls so, as published."""
        tokens = published.tokens(response)
        count = _published_count(response) if tokens is None else sum(map(str.isupper, tokens))
        return holds(count, capital_relation, capital_frequency)

    def write(self, text: str, stream: Stream, *, capital_frequency: float, capital_relation: str) -> str:
        """Words in capitals here and there, or those that are too many in lower case."""
        if self.check(text, capital_frequency=capital_frequency, capital_relation=capital_relation):
            return text
        if capital_relation == LESS_THAN:
            return _lowered(text, int(capital_frequency) - 1)
        return _raised(text, stream, int(capital_frequency))

    def spoil(self, text: str, stream: Stream, *, capital_frequency: float, capital_relation: str) -> str:
        """The same the other way round."""
        if capital_relation == LESS_THAN:
            return _raised(text, stream, int(capital_frequency))
        return _lowered(text, int(capital_frequency) - 1)

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """`at least 3 times`."""
        return {"often": said(kwargs["capital_relation"], kwargs["capital_frequency"], "time")}


def _is_capital(word: str) -> bool:
    return word.isupper() and len(word) > 1 and _TWO_LETTERS.search(word) is not None


def _count(text: str) -> int:
    return sum(_is_capital(word) for word in words(text) if word.isupper())


def _published_count(text: str) -> int:
    count = len(_CONTRACTION.findall(text))
    for token, times in Counter(_CUTS.split(text)).items():
        if "'" in token and (clitic := _CLITIC.search(token.rstrip("."))):
            count += times * (clitic[0].isupper() + token[: clitic.start()].isupper())
        elif token.isupper():
            count += times
    return count


def _raised(text: str, stream: Stream, number: int) -> str:
    """With at least so many words in capitals."""
    missing = number - _count(text)
    if missing <= 0:
        return text
    lower = list(_LOWER_WORD.finditer(text))
    if len(lower) < missing:
        return _raised(appended(text, fillers(stream, missing)), stream, number)
    chosen = sorted(stream.sample(range(len(lower)), missing), reverse=True)
    for at in chosen:
        found = lower[at]
        text = text[: found.start()] + found[0].upper() + text[found.end() :]
    return text


def _lowered(text: str, number: int) -> str:
    """With at most so many words in capitals: the others are lower case but for the first letter."""
    kept = 0

    def lowered(found: re.Match[str]) -> str:
        nonlocal kept
        if not _is_capital(found[0]):
            return found[0]
        kept += 1
        return found[0] if kept <= number else found[0].capitalize()

    return _NEXT_WORD.sub(lowered, text)
