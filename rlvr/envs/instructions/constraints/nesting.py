"""`format:parentheses`, `format:quotes`: brackets and quotation marks inside each other."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

BRACKETS = 5
"""How deep brackets have to be nested."""
QUOTES = 3
"""How deep quotations have to be nested."""
MOST_MARKS = 20_000
"""Brackets or quotation marks that are looked at."""

_BRACKET = re.compile(r"[()\[\]{}]")
_OPENING = {")": "(", "]": "[", "}": "{"}
_QUOTE = re.compile("[\"'“”‘’]")
_STRAIGHT = re.compile("[\"']")
_SINGLE = "'‘’"
_NO_BRACKETS = str.maketrans("", "", "()[]{}")
_NO_SINGLE = re.compile(r"(?<![^\W_])['‘’]|['‘’](?![^\W_])")


class NestedParentheses(Constraint):
    """Brackets five levels deep, of any of the three kinds."""

    id = "format:parentheses"
    source = "IFBench"
    phrasings = (
        "Nest parentheses (and [brackets {{and braces}}]) at least 5 levels deep.",
        "Somewhere, nest parentheses, brackets or braces at least five levels deep, and close them all.",
        "Use brackets within brackets, at least 5 levels deep: (), [] or {{}}, each correctly closed.",
    )
    phase = Phase.CONTENT
    differs = "`reference` takes five brackets of which only the innermost is closed."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Five levels, each closed by its own kind; a wrong closing bracket ends all that are open."""
        open_: list[str] = []
        depths: list[int] = []  # Of what has been closed inside each open bracket.
        for found in islice(_BRACKET.finditer(response), MOST_MARKS):
            mark = found[0]
            if mark not in _OPENING:
                open_.append(mark)
                depths.append(0)
            elif open_ and open_[-1] == _OPENING[mark]:
                open_.pop()
                depth = depths.pop() + 1
                if depth >= BRACKETS:
                    return True
                if depths:
                    depths[-1] = max(depths[-1], depth)
            else:
                open_, depths = [], []
        return False

    def reference(self, response: str) -> bool:
        """The first closing bracket that fits, once five have been open."""
        open_: list[str] = []
        deepest = 0
        for found in islice(_BRACKET.finditer(response), MOST_MARKS):
            mark = found[0]
            if mark not in _OPENING:
                open_.append(mark)
                deepest = max(deepest, len(open_))
            elif open_ and open_[-1] == _OPENING[mark]:
                open_.pop()
                if deepest >= BRACKETS:
                    return True
            else:
                open_, deepest = [], 0
        return False

    def write(self, text: str, stream: Stream) -> str:
        """With a sentence that has them."""
        if self.check(text):
            return text
        aside = stream.choice(
            (
                "All of this holds in general (with [some {though (very (very) few)} known] exceptions).",
                "More could be said (here [and {now (or (much) later)} too] as well).",
            )
        )
        return f"{text.rstrip()} {aside}".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """Without brackets."""
        return text.translate(_NO_BRACKETS)


def _is_word(character: str) -> bool:
    return character.isalnum()


class NestedQuotes(Constraint):
    """Quotations three levels deep, in double and single quotation marks by turns."""

    id = "format:quotes"
    source = "IFBench"
    phrasings = (
        "Include quotes within quotes within quotes, at least 3 levels deep, alternating between double quotes and"
        " single quotes.",
        "Put a quotation inside a quotation inside a quotation, with double and single quotation marks by turns.",
    )
    phase = Phase.CONTENT
    differs = "`reference` knows straight marks only, and takes apostrophes for quotation marks."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Marks open before a word and close after one; those between letters are apostrophes."""
        open_: list[bool] = []  # Whether each open quotation has single marks.
        depths: list[int] = []
        for found in islice(_QUOTE.finditer(response), MOST_MARKS):
            mark, at = found[0], found.start()
            before, after = response[at - 1 : at] if at else " ", response[at + 1 : at + 2] or " "
            opens = mark not in "”’" and not after.isspace() and not _is_word(before)
            closes = mark not in "“‘" and not before.isspace() and not _is_word(after)
            single = mark in _SINGLE
            if closes and open_ and (open_[-1] == single or (not opens and single in open_[-QUOTES:])):
                while open_[-1] != single:  # An opening mark that is never closed, such as that of ’tis.
                    open_.pop()
                    depths.pop()
                open_.pop()
                depth = depths.pop() + 1
                if depth >= QUOTES:
                    return True
                if open_ and open_[-1] != single:
                    depths[-1] = max(depths[-1], depth)
            elif opens:
                open_.append(single)
                depths.append(0)
        return False

    def reference(self, response: str) -> bool:
        """Every mark closes what the same mark has opened last, or else opens; three levels have to be closed."""
        open_: list[str] = []
        deepest = 0
        for found in islice(_STRAIGHT.finditer(response), MOST_MARKS):
            if open_ and open_[-1] == found[0]:
                open_.pop()
                if deepest - len(open_) >= QUOTES:
                    return True
            else:
                open_.append(found[0])
                deepest = max(deepest, len(open_))
        return False

    def write(self, text: str, stream: Stream) -> str:
        """With a sentence that has them."""
        if self.check(text):
            return text
        name = stream.choice(("a friend", "a teacher", "a neighbour"))
        said = f"""As {name} once put it, "My father said 'Her motto was "go on" to the end' and smiled," so we did."""
        return f"{text.rstrip()} {said}".lstrip()

    def spoil(self, text: str, stream: Stream) -> str:
        """Without single quotation marks; apostrophes stay."""
        return _NO_SINGLE.sub("", text)
