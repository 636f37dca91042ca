"""`format:line_indent`, `format:newline`, `format:no_whitespace`: where white space stands."""

from __future__ import annotations

import re
import string
from collections import defaultdict, deque
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

MOST_LINES = 5_000
"""Stairs of more lines, of which the published checker looks at half, would take three million spaces."""

_FENCE = "```"
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_HAS_LETTER = re.compile(r"[^\W_]")
_JOINED = re.compile(r"[,;:!?…—–](?<=[^\W\d_].)(?=[^\W\d_])")


def _steps(text: str) -> Iterator[str]:
    """Lines that are neither blank nor the fence of a code block."""
    return (line for line in text.splitlines() if (bare := line.lstrip()) and not bare.startswith(_FENCE))


def _indent(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs(4))


class LineIndent(Constraint):
    """Each line is indented further than the one before: stairs."""

    id = "format:line_indent"
    source = "IFBench"
    phrasings = (
        "Create stairs by incrementally indenting each new line.",
        "Indent each new line further than the line before it, so that the lines look like stairs.",
        "Write several lines, each indented by more spaces than the previous one.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` takes one line for stairs, counts spaces only, and of several empty lines in a row it takes every"
        " second one for a line that is not indented."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """At least two lines; empty lines and the fences of a code block do not count."""
        indents = map(_indent, _steps(response))
        before, steps = -1, 0
        for indent in indents:
            if indent <= before:
                return False
            before = indent
            steps += 1
        return steps > 1

    def reference(self, response: str) -> bool:
        """Blank lines are removed from a list that is being walked over, so the line after each is not looked at."""
        lines = response.split("\n")
        if len(lines) > MOST_LINES:
            return False
        kept = [True] * len(lines)
        blanks: dict[str, deque[int]] = defaultdict(deque)
        for number, line in enumerate(lines):
            if not line.strip():
                blanks[line].append(number)
        number = 0
        while number < len(lines):
            if not lines[number].strip():
                kept[blanks[lines[number]].popleft()] = False
                number += 1
            number += 1
        indents = [len(line) - len(line.lstrip(" ")) for line, keep in zip(lines, kept, strict=True) if keep]
        return all(one < other for one, other in pairwise(indents))

    def write(self, text: str, stream: Stream) -> str:
        """The same lines, indented; a single line is parted at a space."""
        if self.check(text):
            return text
        lines = text.splitlines()
        if len(list(_steps(text))) < 2:
            parts = text.split(None, 1) or ["Then"]
            lines = [*parts, "and on it goes."] if len(parts) == 1 else parts
        step = stream.integer(1, 2)
        made, height = [], 0
        for line in lines:
            if line.strip() and not line.lstrip().startswith(_FENCE):
                made.append(" " * height + line.strip())
                height += step
            else:
                made.append(line.strip())
        return "\n".join(made)

    def spoil(self, text: str, stream: Stream) -> str:
        """With one line at the margin."""
        lines = text.splitlines()
        steps = [number for number, line in enumerate(lines) if line.strip() and not line.lstrip().startswith(_FENCE)]
        number = stream.choice(steps[1:])
        return "\n".join([*lines[:number], lines[number].strip(), *lines[number + 1 :]])


class WordPerLine(Constraint):
    """Each word stands on a line of its own."""

    id = "format:newline"
    source = "IFBench"
    phrasings = (
        "Write each word on a new line.",
        "Put every word on a line of its own.",
        "There must be only one word on each line.",
    )
    phase = Phase.MARKS
    differs = (
        "`reference` compares the numbers of lines and words, so a blank line can make up for a line of two words, and"
        " takes words that only a comma parts for one."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """No line has two stretches with a letter or a digit, parted by white space or by a mark between letters."""
        found = False
        for line in filter(None, _JOINED.sub(" ", response).splitlines()):
            parts = line.split()
            if len(parts) > 1 and len(list(islice(filter(_HAS_LETTER.search, parts), 2))) > 1:
                return False
            found = found or _HAS_LETTER.search(line) is not None
        return found

    def reference(self, response: str) -> bool:
        """As many lines that are not empty as words, without ASCII punctuation."""
        bare = response.translate(_NO_PUNCTUATION).strip()
        return sum(1 for line in bare.split("\n") if line) == len(bare.split())

    def write(self, text: str, stream: Stream) -> str:
        """The same words; an empty line between paragraphs stays."""
        if self.check(text):
            return text
        parted = _JOINED.sub(r"\g<0>\n", text)
        lines = ["\n".join(line.split()) for line in parted.splitlines()]
        return "\n".join(lines) if _HAS_LETTER.search(text) else "Word"

    def spoil(self, text: str, stream: Stream) -> str:
        """With all words on one line."""
        held = [part for part in text.split() if _HAS_LETTER.search(part)]
        if len(held) < 2:
            return f"{text.rstrip()} again"
        return " ".join(text.split())


class NoWhiteSpace(Constraint):
    """No white space at all."""

    id = "format:no_whitespace"
    source = "IFBench"
    phrasings = (
        "The output should not contain any whitespace.",
        "Do not use any whitespace: no spaces, tabs or line breaks.",
        "Your response has to be free of spaces and line breaks.",
    )
    phase = Phase.MARKS
    differs = "`strict` does not look at white space around the response."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """One run of characters."""
        return len(response.split(None, 1)) == 1

    def reference(self, response: str) -> bool:
        """The same, to the first and last character."""
        return response.split(None, 1) == [response]

    def write(self, text: str, stream: Stream) -> str:
        """With a slash for each stretch of white space, so that words stay apart."""
        return text if self.check(text) else "/".join(text.split()) or "Nothing."

    def spoil(self, text: str, stream: Stream) -> str:
        """With a space in it."""
        inner = text.strip()
        if len(inner) < 2:
            return f"{inner} again"
        place = stream.integer(1, len(inner) - 1)
        return f"{inner[:place]} {inner[place:]}"
