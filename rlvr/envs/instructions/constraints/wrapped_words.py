"""Constraints of IF-RLVR that put marks around or between all words or sentences: `[so]`, `<<so far>>`, `So.-So.`."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.published_text import published_sentences
from rlvr.envs.instructions.text import count_words, sentences, words
from rlvr.seeding import Stream

_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_PAIR = re.compile(r"<<([^<>]*)>>")
_CLOSERS = r"[\"'”’»)\]*_]*+"
# What comes next is looked at first: a hyphen is rarer than a mark.
_JOINT = re.compile(r"-(?<=[.!?…。！？\"'”’»)\]*_]-)(?=[^\s\-–—])")
_LOOSE = re.compile(
    # A hyphen with white space after it, two of them, a dash, or nothing at all where a new sentence begins.
    rf"[.!?…](?<![.!?…].)[.!?…]*+{_CLOSERS}(?:-[\s\-–—]|[–—](?=\s?[A-Z])|(?<=[^\W\d_]{{2}}[.!?…])(?=[A-Z][a-z]))"
)
_MARK = re.compile(r"^(?:[-*+•‣◦–][ \t]+|#{1,6}[ \t]+)")


class SquareBrackets(Constraint):
    """Every word stands in square brackets of its own."""

    id = "detectable_format:square_brackets"
    source = "IF-RLVR"
    phrasings = (
        "Enclose every word in your response within square brackets, each word in brackets of its own.",
        "Put each single word of your answer in square brackets, [like] [this].",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` asks for a bracket at both ends of all between two white spaces: `[So].` and a lone `-` fail."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """No word stands outside of brackets, and no white space is between two inside. Marks may be anywhere."""
        parts = _BRACKETED.split(response)  # What is outside, and then inside, by turns.
        inside = [one for one in parts[1::2] if not one.isspace() and one]
        return len(" ".join(inside).split()) == len(inside) > 0 and not words(" ".join(parts[::2]))

    def reference(self, response: str) -> bool:
        """As published."""
        return all(token[0] == "[" and token[-1] == "]" for token in response.split())

    def write(self, text: str, stream: Stream) -> str:
        """With brackets around all between two white spaces that has a word."""
        if self.check(text):
            return text
        return re.sub(r"\S+", _bracketed, text if words(text) else appended(text, fillers(stream, 1)))

    def spoil(self, text: str, stream: Stream) -> str:
        """One of them without its brackets."""
        found = [one for one in _BRACKETED.finditer(text) if words(one[1])]
        one = stream.choice(found)
        return text[: one.start()] + one[1] + text[one.end() :]


def _bracketed(token: re.Match[str]) -> str:
    if not words(token[0]) or (token[0][0] == "[" and token[0][-1] == "]" and not _BRACKETED.sub("", token[0])):
        return token[0]
    return f"[{token[0].replace('[', '').replace(']', '')}]"


class BigramWrapping(Constraint):
    """Every two words stand in double angular brackets."""

    id = "detectable_format:bigram_wrapping"
    source = "IF-RLVR"
    phrasings = (
        "Wrap every word bigram in double angular brackets, such as <<I am>> <<at home>> <<with my>> <<cute dog>>.",
        "Write all your words in pairs, each pair in double angular brackets, <<like this>> <<for example>>.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` asks for `<<` at the beginning of each first and `>>` at the end of each second of all between "
        "white spaces: `<<so far>>.` fails, and a last one is free."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Two words in each pair of brackets and none outside; a word that is left over at the end is free."""
        parts = _PAIR.split(response)  # What is outside, and then inside, by turns.
        pairs, outside = parts[1::2], words(" ".join(parts[::2]))
        if not pairs:
            return len(outside) == 1
        if not all(map(_is_bigram, pairs[:-1])):
            return False
        if outside:
            return _is_bigram(pairs[-1]) and len(outside) == 1 == count_words(parts[-1])
        return _is_bigram(pairs[-1]) or count_words(pairs[-1]) == 1

    def reference(self, response: str) -> bool:
        """As published."""
        tokens = response.split()
        return all(
            first.startswith("<<") and second.endswith(">>")
            for first, second in zip(tokens[::2], tokens[1::2], strict=False)
        )

    def write(self, text: str, stream: Stream) -> str:
        """With brackets around every two words of a line; a line of an odd number of words has one word more."""
        if self.check(text):
            return text
        text = text if words(text) else appended(text, fillers(stream, 1))
        lines = text.replace("<<", "").replace(">>", "").split("\n")
        return "\n".join(map(_paired, lines))

    def spoil(self, text: str, stream: Stream) -> str:
        """One of them without its brackets."""
        found = list(_PAIR.finditer(text))
        if not found:
            return f"{text} and more of it"
        one = stream.choice(found)
        return f"{text[: one.start()]}{one[1]} so{text[one.end() :]}"


def _is_bigram(text: str) -> bool:
    """Whether it is two words: `and/or not` is taken for two by its white space, `你好` by its characters."""
    return len(text.split()) == 2 or count_words(text) == 2


def _paired(line: str) -> str:
    """A line with brackets around every two words; marks that stand alone go."""
    tokens: list[str] = []
    for token in line.replace("<", "").replace(">", "").split():
        found = words(token)
        tokens += [token] if len(found) == 1 else found
    if len(tokens) % 2:
        tokens.append("Yes." if tokens[-1][-1] in ".!?" else "too")
    return " ".join(f"<<{first} {second}>>" for first, second in zip(tokens[::2], tokens[1::2], strict=True))


class SentenceHyphens(Constraint):
    """Sentences are joined by hyphens without spaces."""

    id = "detectable_format:sentence_hyphens"
    source = "IF-RLVR"
    phrasings = (
        "All sentences must be connected using hyphens, with no spaces between them.",
        "Put a hyphen instead of white space between each two of your sentences, like this.-So it goes on.",
    )
    phase = Phase.MARKS
    differs = "`reference` splits at every hyphen, so it fails where a word has one (`well-known`)."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """No two sentences have white space, a dash, two hyphens or nothing between them. A single one is free."""
        if _LOOSE.search(response) is not None:
            return False
        return all(len(sentences(piece)) < 2 for piece in _JOINT.split(response))

    def reference(self, response: str) -> bool:
        """Each piece between hyphens is the sentence of its number, as published."""
        asked = published_sentences(response.replace("-", " "))
        pieces = response.split("-")
        return all(piece == sentence for piece, sentence in zip(pieces, asked, strict=False))

    def write(self, text: str, stream: Stream) -> str:
        """The sentences on one line, with hyphens between them."""
        if self.check(text):
            return text
        found = [_MARK.sub("", " ".join(sentence.split())) for sentence in sentences(text.replace(".-", ". "))]
        return "-".join([*(f"{one}." if one[-1].isalnum() else one for one in found[:-1]), *found[-1:]])

    def spoil(self, text: str, stream: Stream) -> str:
        """With a space in the place of one of the hyphens."""
        joints = list(_JOINT.finditer(text))
        if joints:
            at = stream.choice(joints).start()
            return f"{text[:at]}{stream.choice((' ', '- '))}{text[at + 1 :]}"
        text = text.strip() or "So it is"
        return f"{text}{'' if text[-1] in '.!?' else '.'} This is the next one."
