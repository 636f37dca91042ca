"""Words of a kind, counted: coordinating conjunctions, pronouns, names.

- `count:conjunctions`
- `count:pronouns`
- `count:person_names`
"""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.word_lists import CONJUNCTIONS, PERSON_NAMES, PRONOUNS
from rlvr.envs.instructions.constraints.word_places import replaced_words, word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_JOINED = {
    "and": "Some look on and others take part.",
    "but": "It is hard but worth it.",
    "for": "They came back, for they liked it.",
    "nor": "It is neither new nor old.",
    "or": "One can start now or later.",
    "so": "It was late, so they went home.",
    "yet": "It is simple, yet few do it.",
}


class Conjunctions(Constraint):
    """At least so many of the seven coordinating conjunctions.

    Each counts once, however often and in whatever case it occurs. Whether `for` and `so` join clauses where they stand
    is not looked at.
    """

    id = "count:conjunctions"
    source = "IFBench"
    phrasings = (
        "Use at least {small_n} different coordinating conjunctions in the response.",
        "At least {small_n} of the seven coordinating conjunctions (for, and, nor, but, or, yet, so) have to occur.",
        "Make use of {small_n} or more different coordinating conjunctions.",
    )
    parameters = ("small_n",)
    phase = Phase.CONTENT
    differs = "`reference` takes other spellings of one conjunction for others: `and`, `And` and `and,` are three."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two more with each level."""
        return {"small_n": stream.integer(2 * level, 2 * level + 1)}

    def check(self, response: str, *, small_n: float) -> bool:
        """As words, in any case."""
        return len(_ALL_CONJUNCTIONS.intersection(words(response.lower()))) >= small_n

    def reference(self, response: str, *, small_n: float) -> bool:
        """Strings without white space that are a conjunction but for punctuation around it, as they are spelled."""
        found = {one for one in response.split() if one.strip(string.punctuation).lower() in _ALL_CONJUNCTIONS}
        return len(found) >= small_n

    def write(self, text: str, stream: Stream, *, small_n: float) -> str:
        """A sentence more for each that is missing."""
        present = _ALL_CONJUNCTIONS.intersection(words(text.lower()))
        missing = max(0, int(small_n) - len(present))
        others = [one for one in CONJUNCTIONS if one not in present]
        added = [_JOINED[one] for one in stream.sample(others, min(missing, len(others)))]
        return appended(text, added) if added else text

    def spoil(self, text: str, stream: Stream, *, small_n: float) -> str:
        """All but one too few become other words."""
        present = sorted(_ALL_CONJUNCTIONS.intersection(words(text.lower())))
        kept = stream.sample(present, min(len(present), max(0, int(small_n) - 1)))
        lost = _ALL_CONJUNCTIONS.difference(kept)
        spans = [(begin, end) for begin, end in word_spans(text) if text[begin:end].lower() in lost]
        return replaced_words(text, spans, stream.choice(kept) if kept else "then")


_ALL_CONJUNCTIONS = frozenset(CONJUNCTIONS)

# With what is shortened after them: `it's`, `they've`, `who'll`.
_FORMS = PRONOUNS.union(
    (one + rest for one in PRONOUNS for rest in ("'s", "'re", "'ve", "'d", "'ll", "'m")), ("no-one",)
)
_NO_ONE = re.compile(r"\bno one\b", re.IGNORECASE)
# The United States, information technology, the World Health Organization.
_CAPITALS = re.compile(r"\b(?:US|IT|WHO)\b(?!-)")
# `i.e.`, `A.I.`, `I/O`: bounded, so that a long row of dots costs no more.
_INITIALS = re.compile(r"\b(?:[a-z]\.){1,5}[a-z]\b|\bi/o\b")
_CLITIC = re.compile(r"(?:'(?:s|m|d|ll|re|ve)|n't)+$")
_LONGEST = 24
"""Characters of a token that are looked at: no pronoun has more."""
_PUBLISHED_TOKEN = re.compile(r"[^\s«»“”‘’„\"`;@#$%&?!*()\[\]{}<>:,]+")
# NLTK cuts these in two.
_CUT = {"gimme": "me", "lemme": "me"}

_WITH_PRONOUNS = (
    "She gave him what they had.",
    "I know that you like it.",
    "We told them all about ourselves.",
    "Everyone who saw it liked something.",
    "He did it himself for those whom he knew.",
    "They say that nobody can do everything.",
)


def _count_pronouns(text: str, enough: float) -> int:
    """How many pronouns a text has; where these are fewer than `enough`, more or less."""
    plain = text.replace("’", "'")
    lower = plain.lower()
    found = sum(map(_FORMS.__contains__, words(lower)))
    if "no one" in lower:
        found += len(_NO_ONE.findall(lower))
    if found < enough:
        return found
    if "i." in lower or ".i" in lower or "i/o" in lower:
        found -= sum(re.split(r"[./]", one).count("i") for one in _INITIALS.findall(lower))
    return found if text.isupper() else found - len(_CAPITALS.findall(plain))


class Pronouns(Constraint):
    """At least so many pronouns, each as often as it occurs; see `PRONOUNS` in `word_lists`."""

    id = "count:pronouns"
    source = "IFBench"
    phrasings = (
        "The response should include at least {N} pronouns.",
        "Use {N} or more pronouns in your answer; one that comes again counts again.",
        "There have to be at least {N} pronouns in the text, such as I, her, this, who, nobody.",
    )
    parameters = ("N",)
    phase = Phase.CONTENT
    differs = (
        "`reference` also counts `US`, `IT` and `I/O`; it misses `no one`, `others`, `oneself`, and pronouns that an em"
        " dash or a straight opening quotation mark (`'it`) touches."
    )
    approximates = "NLTK's `word_tokenize`, by own rules for quotation marks, clitics and punctuation."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """5 to 10, to 20, to 30."""
        return {"N": stream.integer(10 * level - 5, 10 * level)}

    def check(self, response: str, *, N: float) -> bool:
        """Also in contractions (`it's`), but not `US` and `IT` in capitals, nor the letters of `i.e.`."""
        return _count_pronouns(response, N) >= N

    def reference(self, response: str, *, N: float) -> bool:
        """Tokens about as NLTK has them, in any case."""
        plain = response.replace("/", " ").lower().replace("--", " ").replace("..", " ")
        found = 0
        for run, times in Counter(_PUBLISHED_TOKEN.findall(plain)).items():
            token = run[:_LONGEST].rstrip(".'")
            if "'" in token:
                token = _CLITIC.sub("", token)
            if _CUT.get(token, token) in _PUBLISHED_PRONOUNS:
                found += times
        return found >= N

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """Sentences more, until there are enough."""
        while _count_pronouns(text, N) < N:
            text = appended(text, [stream.choice(_WITH_PRONOUNS)])
        return text

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """All that are too many become nouns."""
        text = _NO_ONE.sub("people", text)
        plain = text.replace("’", "'")
        spans = [(begin, end) for begin, end in word_spans(plain) if plain[begin:end].lower() in _FORMS]
        return replaced_words(text, spans[max(0, int(N) - 1) :], "people")


_PUBLISHED_PRONOUNS = PRONOUNS.difference(("oneself", "themself", "others"))


class PersonNames(Constraint):
    """At least so many different names of the list that the instruction has."""

    id = "count:person_names"
    source = "IFBench"
    phrasings = (
        "Mention at least {N} different person names in the response, from this list of person names: {names}.",
        "At least {N} of these people have to be mentioned by name: {names}.",
        "Choose {N} or more different names from the following and use them in your response: {names}.",
    )
    parameters = ("N",)
    phase = Phase.CONTENT
    differs = "`reference` wants names with one capital letter, also in a text that is all in capitals or has none."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """2 to 4, to 8, to 12."""
        return {"N": stream.integer(4 * level - 2, 4 * level)}

    def check(self, response: str, *, N: float) -> bool:
        """As words, with a capital letter or all in capitals; in a text without capitals, in small letters."""
        return len(_names(response)) >= N

    def reference(self, response: str, *, N: float) -> bool:
        """With one capital letter, between word boundaries."""
        return len(_EXACT_NAMES.intersection(re.findall(r"\w+", response))) >= N

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """A sentence more with those that are missing."""
        present = _names(text)
        others = [name for name in PERSON_NAMES if name not in present]
        missing = min(len(others), max(0, int(N) - len(present)))
        return appended(text, [f"Ask {' or '.join(stream.sample(others, missing))}."]) if missing else text

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """All but one too few become somebody."""
        present = sorted(_names(text))
        lost = stream.sample(present, max(0, len(present) - max(0, int(N) - 1)))
        if not lost:
            return text
        pattern = rf"(?<![^\W_])(?:{'|'.join(sorted(lost))})(?![^\W_])"
        return re.sub(pattern, "somebody", text, flags=re.IGNORECASE)

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The number, and the names to choose from."""
        return {**super().said(kwargs), "names": ", ".join(PERSON_NAMES)}


_EXACT_NAMES = frozenset(PERSON_NAMES)
_SPELLINGS = {spelled: name for name in PERSON_NAMES for spelled in (name, name.upper())}
_SMALL = {name.lower(): name for name in PERSON_NAMES}
_APART = str.maketrans("'’-‐‑", "     ")


def _names(text: str) -> set[str]:
    """Which of the names a text has."""
    found = set(words(text.translate(_APART)))
    spellings = _SMALL if text.islower() else _SPELLINGS
    return {spellings[one] for one in found if one in spellings}
