"""Marks of Markdown that are counted: bullets and highlights.

- `detectable_format:number_bullet_lists`
- `detectable_format:number_highlighted_sections`

What stands in a fenced block is code and has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import FILLERS, fillers
from rlvr.envs.instructions.constraints.places import code_blanked, inner_starts, replaced, wrapped
from rlvr.envs.instructions.text import is_rule
from rlvr.seeding import Stream

# As `rlvr.envs.instructions.text.is_bullet`, in one search over all lines of a text with a line break put before it:
# what begins with a fixed sign is searched for ten times faster than what begins at a line.
_BULLET = re.compile(r"\n[ \t]*((?:[-*+•‣◦–][ \t]+)+)(?=\S)[^\n]*")


def _bullets(text: str) -> Iterator[re.Match[str]]:
    """The bullets of a text that begins with a line break; the first group of each is its mark."""
    return (line for line in _BULLET.finditer(code_blanked(text)) if not is_rule(line[0].strip()))


def _count_bullets(text: str, most: int | None = None) -> int:
    """How many there are; counting ends at `most`."""
    return sum(1 for _ in islice(_bullets(f"\n{text}"), most))


_PUBLISHED_BULLET = re.compile(r"^[^\S\n]*(?:(-)|\*(?!\*))", re.MULTILINE)


class NumberBulletLists(Constraint):
    """Exactly so many bullet points."""

    id = "detectable_format:number_bullet_lists"
    source = "IFEval"
    phrasings = (
        "Your answer must contain exactly {num_bullets} bullet points. Use the markdown bullet points such as:\n"
        "* This is point 1.\n* This is point 2",
        "Include exactly {num_bullets} bullet points in markdown format, each on a line that begins with `* `.",
        "Your response has exactly {num_bullets} bullet points, no more and no fewer, written as in `* A point`.",
    )
    parameters = ("num_bullets",)
    phase = Phase.STRUCTURE
    differs = (
        "`reference` counts every line that begins with `-` or with a single `*`: rules such as `---`, negative"
        " numbers, `*emphasis*`; and no line that begins with `+` or `•`."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two more with each level."""
        return {"num_bullets": stream.integer(2 * level, 2 * level + 1)}

    def check(self, response: str, *, num_bullets: int) -> bool:
        """Lines with a bullet (`- * + •` and their kin), white space and something after it; rules are none."""
        return _count_bullets(response, num_bullets + 1) == num_bullets

    def reference(self, response: str, *, num_bullets: int) -> bool:
        """Lines that begin with `-`, and those that begin with one `*` that another sign follows.

        The sign may be the end of the line: then the next line belongs to this one.
        """
        found = 0
        taken = -1
        for mark in _PUBLISHED_BULLET.finditer(response):
            if found > num_bullets:
                return False
            if mark[1]:
                found += 1
            elif mark.start() > taken:
                found += mark.end() < len(response)
                if response[mark.end() : mark.end() + 1] == "\n":
                    following = response.find("\n", mark.end() + 1)
                    taken = following if following >= 0 else len(response)
        return found == num_bullets

    def write(self, text: str, stream: Stream, *, num_bullets: int) -> str:
        """The last sentences become points, each on its line; or the last points too many lose their bullets."""
        missing = num_bullets - _count_bullets(text)
        if missing == 0:
            return text
        if missing < 0:
            return replaced(f"\n{text}", list(_bullets(f"\n{text}"))[missing:], "", group=1)[1:]
        for at in reversed(inner_starts(text)[-missing:]):
            text = f"{text[: at - 1]}\n* {text[at:]}"
        missing = num_bullets - _count_bullets(text)
        return text + "".join(f"\n* {sentence}" for sentence in fillers(stream, missing))

    def spoil(self, text: str, stream: Stream, *, num_bullets: int) -> str:
        """One more, or one whose bullet is gone."""
        text = f"\n{text.rstrip()}"
        found = list(_bullets(text))
        if found and stream.below(2):
            return replaced(text, [stream.choice(found)], "", group=1)[1:]
        return f"{text}\n* {stream.choice(FILLERS)}"[1:]


# One to three stars, as many at both ends, that touch what they highlight. A star after a letter, a digit or a closing
# bracket is a product or a footnote. It may go over the end of a line, but not over an empty one.
_HIGHLIGHT = re.compile(r"\*(?<![0-9A-Za-z*\\)\]]\*)(\*{0,2})(?![\s*])((?:[^*\n]++|\n(?![ \t]*\n))*)(?<=\S)\*\1(?!\*)")


def _highlights(text: str) -> list[re.Match[str]]:
    if text.count("*") < 2:
        return []
    return [span for span in _HIGHLIGHT.finditer(code_blanked(text)) if any(map(str.isalnum, span[2]))]


class NumberHighlightedSections(Constraint):
    """At least so many parts in `*stars*`, whether one, two or three."""

    id = "detectable_format:number_highlighted_sections"
    source = "IFEval"
    phrasings = (
        "Highlight at least {num_highlights} sections in your answer with markdown, i.e. *highlighted section*.",
        "At least {num_highlights} parts of your response have to be highlighted with asterisks, *like this*.",
        "Use markdown to emphasize at least {num_highlights} phrases, such as *this phrase* or **this phrase**.",
    )
    parameters = ("num_highlights",)
    phase = Phase.STRUCTURE
    differs = (
        "`reference` counts whatever stands between two stars of a line: `2 * 3 * 4`, the text between two bold parts;"
        " and `***both***` twice."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two more with each level."""
        return {"num_highlights": stream.integer(2 * level, 2 * level + 1)}

    def check(self, response: str, *, num_highlights: int) -> bool:
        """Stars touch what they highlight, on its inside, and there is a letter or a digit in it."""
        return len(_highlights(response)) >= num_highlights

    def reference(self, response: str, *, num_highlights: int) -> bool:
        """Between single stars, and once more between double ones."""
        found = sum(1 for inner in re.findall(r"\*([^\n*]*)\*", response) if inner.strip())
        found += sum(1 for inner in re.findall(r"\*\*([^\n*]*)\*\*", response) if inner.strip())
        return found >= num_highlights

    def write(self, text: str, stream: Stream, *, num_highlights: int) -> str:
        """Words of the text are highlighted; where these are too few, some are added at the end."""
        missing = num_highlights - len(_highlights(text))
        if missing <= 0:
            return text
        stars = "*" * stream.integer(1, 2)
        text = wrapped(text, stream, missing, stars, stars)
        return text + " *indeed*" * (num_highlights - len(_highlights(text)))

    def spoil(self, text: str, stream: Stream, *, num_highlights: int) -> str:
        """Some lose their stars, or get white space inside them, so that there is one too few."""
        return replaced(text, _highlights(text)[num_highlights - 1 :], stream.choice((r"\2", r"* \2 *")))
