"""Constraints of IF-RLVR on the letters of words: none repeated, no alphabetical neighbours, a palindrome."""

from __future__ import annotations

import re
from itertools import pairwise
from string import ascii_lowercase
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.constraints.keyword_finding import folded
from rlvr.envs.instructions.constraints.published_text import sentence_tokens
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.constraints.word_places import word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_NEIGHBOURS = frozenset(pairwise(ascii_lowercase))
_BETWEEN = ("so", "just", "also", "even", "quite", "much", "more", "here", "then", "yet")
_PALINDROMES = ("level", "noon", "radar", "civic", "kayak", "refer", "rotor", "madam", "tenet", "stats")
_CLAUSE = re.compile(r"[^.!?\n\"“”*…]{5,}")
_SHORTEST = 3
"""Letters of a palindrome: `a` and `oo` are none to a reader."""


class CountUnique(Constraint):
    """No word occurs twice."""

    id = "count:count_unique"
    source = "IF-RLVR"
    phrasings = (
        "Only use unique words in your response, no word should be repeated!",
        "Use no word more than once in your whole answer, whether in capitals or small letters.",
    )
    phase = Phase.MARKS
    differs = "`reference` looks at tokens in their case: two full stops or two commas fail, `The` and `the` do not."
    approximates = "NLTK's word tokeniser and Punkt model, of which `reference` has the commonest rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """In any case."""
        found = words(folded(response))
        return len(set(found)) == len(found)

    def reference(self, response: str) -> bool:
        """Tokens, as published: marks too."""
        seen: set[str] = set()
        for sentence in punkt_sentences(response):
            tokens = sentence_tokens(sentence)
            before = len(seen)
            seen.update(tokens)
            if len(seen) < before + len(tokens):
                return False
        return True

    def write(self, text: str, stream: Stream) -> str:
        """Without the words that were there before. What is left need not make sense."""
        if self.check(text):
            return text
        seen: set[str] = set()
        kept = (_without_repeated(line, seen) for line in text.split("\n"))
        return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip() or "Once."

    def spoil(self, text: str, stream: Stream) -> str:
        """One of the words once more."""
        return appended(text, [f"{stream.choice(words(text) or ['Twice and twice'])}!"])


def _without_repeated(line: str, seen: set[str]) -> str:
    """A line without what has a word that was seen; the mark that ended a sentence stays."""
    kept: list[str] = []
    for token in line.split(" "):
        found = words(folded(token))
        if len(set(found)) < len(found) or not seen.isdisjoint(found):
            if token[-1] in ".!?" and kept and kept[-1][-1:].isalnum():
                kept[-1] += token[-1]
            continue
        seen.update(found)
        kept.append(token)
    return " ".join(kept) if any(map(words, kept)) else ""


class NoAdjacentConsecutive(Constraint):
    """No word is followed by one that begins with the next letter of the alphabet."""

    id = "keywords:no_adjacent_consecutive"
    source = "IF-RLVR"
    phrasings = (
        'No two adjacent words can start with consecutive letters of the alphabet, in their order, as in "a boat" '
        'or "many new".',
        "After a word that begins with a letter, the next word may not begin with the next letter of the alphabet (no "
        '"a boat", no "many new").',
    )
    phase = Phase.MARKS
    differs = (
        "`reference` looks at the first characters of all between white space: `1. 2.` fails, `a (boat)` does not."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """In any case, also over the ends of sentences. Letters beyond a to z have no neighbours."""
        initials = [word[0] for word in words(response.lower())]
        return _NEIGHBOURS.isdisjoint(pairwise(initials))

    def reference(self, response: str) -> bool:
        """Any two characters with consecutive numbers, as published; one of two in lower case (`İ`) fails."""
        initials = [token[0].lower() for token in response.split()]
        if len(initials) > 1 and any(len(one) > 1 for one in initials):
            return False
        return not any(ord(second) - ord(first) == 1 for first, second in pairwise(initials))

    def write(self, text: str, stream: Stream) -> str:
        """With a small word between two that are not as asked."""
        spans = word_spans(text)
        initials = [text[begin].lower() for begin, _ in spans]
        for at in range(len(spans) - 1, 0, -1):
            first, second = initials[at - 1], initials[at]
            if (first, second) in _NEIGHBOURS:
                between = stream.choice(
                    [w for w in _BETWEEN if _NEIGHBOURS.isdisjoint(((first, w[0]), (w[0], second)))]
                )
                begin = spans[at][0]
                text = f"{text[:begin]}{between} {text[begin:]}"
        return text

    def spoil(self, text: str, stream: Stream) -> str:
        """With two such words at the end."""
        return appended(text, [stream.choice(("See this.", "Read some.", "No one.", "Many new."))])


class Palindrome(Constraint):
    """A palindrome occurs."""

    id = "keywords:palindrome"
    source = "IF-RLVR"
    phrasings = (
        "Include a palindrome in your response, of three letters at least, not all of them the same.",
        "Somewhere in your answer there has to be a word or a sentence that reads the same backwards. It needs to have "
        "at least three letters, and not only one letter repeated.",
    )
    phase = Phase.CONTENT
    differs = (
        "`reference` looks at all between white space: `a`, `I`, `-` and `11` are palindromes, `Level` and `level,` "
        "are none."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """A word, or all of a sentence, a quotation or what follows a colon: at least three letters, not all the same.

        In any case, without marks: `Madam, I'm Adam`.
        """
        text = response.lower()
        return any(map(_is_palindrome, _turning(set(words(text))))) or any(
            _reads_backwards(clause) or (":" in clause and _reads_backwards(clause.partition(":")[2]))
            for clause in _CLAUSE.findall(text)
        )

    def reference(self, response: str) -> bool:
        """As published."""
        return any(token == token[::-1] for token in response.split())

    def write(self, text: str, stream: Stream) -> str:
        """A sentence more with one."""
        if self.check(text):
            return text
        return appended(
            text, [f"One word reads the same from both ends and that word is {stream.choice(_PALINDROMES)} here."]
        )

    def spoil(self, text: str, stream: Stream) -> str:
        """With another word in the place of each, or another text in the place of a whole clause."""
        for begin, end in reversed(word_spans(text)):
            if _is_palindrome(text[begin:end].lower()):
                text = f"{text[:begin]}something{text[end:]}"
        return "There is nothing of that kind here." if self.check(text) else text


def _turning(found: set[str]) -> list[str]:
    """Words of three characters at least that begin and end with the same: most texts have few."""
    return [word for word in found if word[0] == word[-1] and len(word) >= _SHORTEST]


def _is_palindrome(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word))
    return (
        len(letters) >= _SHORTEST
        and letters == letters[::-1]
        and len(set(letters)) > 1
        and not any(map(str.isdigit, word))
    )


def _reads_backwards(clause: str) -> bool:
    """Whether it is a palindrome of several words; the first letter is compared with the last before anything else."""
    clause = clause.strip(" \t,;:'’()[]-–—_")
    return len(clause) >= _SHORTEST and clause[0] == clause[-1] and _is_palindrome(clause)
