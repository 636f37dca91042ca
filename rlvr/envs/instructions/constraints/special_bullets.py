"""`format:list`, `format:no_bullets_bullets`, `format:sub-bullets`: lists with marks of one's own choice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import is_bullet, list_items, sentences
from rlvr.seeding import Stream

SEPARATORS = ("...", "SEPARATOR", "!?!?", "-", "=>", "~~", "ITEM:", ">>>")
"""What may stand instead of a bullet; the first four are those of the published data."""
MOST_LINES = 10_000
"""So many lines are looked at for bullets."""

_ANY_BULLET = re.compile(r"^([ \t]*)[-*+•‣◦–][ \t]+(?=\S)")
_CLOSING = "\"'”’»)]*_"


def _is_item(line: str, sep: str) -> bool:
    stripped = line.strip()
    if not stripped.startswith(sep):
        return False
    rest = stripped[len(sep) :]
    if len(sep) == 1 and not rest[:1].isspace():
        return False
    if sep[-1:].isalnum() and rest[:1].isalnum():
        return False
    return any(map(str.isalnum, rest))


class SpecialBullets(Constraint):
    """A list whose items begin with a given mark. Without the parameter, the published checker draws one at random."""

    id = "format:list"
    source = "IFBench"
    phrasings = (
        "Answer with a list of items, instead of bullet points use {sep}.",
        "Give a list of at least two items. Begin each item's line with {sep} instead of a bullet point.",
    )
    parameters = ("sep",)
    phase = Phase.STRUCTURE
    differs = "`reference` takes the mark anywhere in the text, twice, and other bullets beside it."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One of `SEPARATORS`."""
        return {"sep": stream.choice(SEPARATORS)}

    def check(self, response: str, *, sep: str) -> bool:
        """At least two lines begin with the mark and say something, and none begins with a usual bullet."""
        items = 0
        for line in filter(None, response.splitlines()[:MOST_LINES]):
            if _is_item(line, sep):
                items += 1
            elif is_bullet(line):
                return False
        return items > 1

    def reference(self, response: str, *, sep: str) -> bool:
        """The mark twice."""
        return response.count(sep) > 1

    def write(self, text: str, stream: Stream, *, sep: str) -> str:
        """With the mark for each bullet, or with a list at the end."""
        if self.check(text, sep=sep):
            return text
        lines = text.splitlines()
        kept = [line if _is_item(line, sep) else _ANY_BULLET.sub(rf"\g<1>{sep} ", line) for line in lines]
        changed = "\n".join(kept).rstrip()
        if self.check(changed, sep=sep):
            return changed
        return f"{changed}\n\n{sep} The first point\n{sep} The second point".lstrip()

    def spoil(self, text: str, stream: Stream, *, sep: str) -> str:
        """Without the marks."""
        lines = text.splitlines()
        return "\n".join(line.replace(sep, "", 1).lstrip() if _is_item(line, sep) else line for line in lines)


def _is_star(line: str) -> bool:
    return line.lstrip().startswith("*") and is_bullet(line)


def _is_dash(line: str) -> bool:
    return line.lstrip().startswith("-") and is_bullet(line)


class SentencesThenBullets(Constraint):
    """At least two sentences, then at least two bullet points."""

    id = "format:no_bullets_bullets"
    source = "IFBench"
    phrasings = (
        "Your answer must contain at least two sentences ending in a period followed by at least two bullet points"
        " denoted by *.",
        "Write at least two sentences that end with a period, and after them at least two bullet points that begin"
        " with *.",
    )
    phase = Phase.STRUCTURE
    differs = (
        "`reference` rejects an empty line between paragraphs before the list and any text or empty line in or after"
        " it, counts sentences with other ends, and takes `**bold**` at the beginning of a line for a bullet."
    )
    approximates = "Sentences of NLTK's Punkt by own rules."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """At least two sentences outside of lists that end with a full stop, and two items with `*` after them."""
        ended = bullets = 0
        prose: list[str] = []
        for line in response.splitlines()[:MOST_LINES]:
            if _is_star(line):
                if ended < 2 and prose:
                    ended += sum(one.rstrip(_CLOSING).endswith(".") for one in sentences("\n".join(prose)))
                    prose = []
                bullets += ended > 1
                if bullets > 1:
                    return True
            elif ended < 2:
                if not list_items(line):
                    prose.append(line)
                elif prose:
                    prose.append("")
        return False

    def reference(self, response: str) -> bool:
        """Lines of sentences, then lines with `*`; a blank line among the former must be the last before the latter."""
        count = bullets = 0
        before = True
        for line in response.split("\n"):
            line = line.strip()
            if line.startswith("*"):
                before = False
                if count < 2:
                    return False
                bullets += 1
            elif before:
                before = line != ""
                count += len(punkt_sentences(line)) if count < 2 else 0
            else:
                return False
        return bullets > 1

    def write(self, text: str, stream: Stream) -> str:
        """With two items at its end, and two sentences before them if there are none."""
        if self.check(text):
            return text
        items = "* The first point to remember\n* The second point to remember"
        made = f"{text.rstrip()}\n\n{items}".lstrip()
        return made if self.check(made) else f"{text.rstrip()}\n\nThis is the outcome. It has two parts.\n\n{items}"

    def spoil(self, text: str, stream: Stream) -> str:
        """With `-` for each `*`."""
        return "\n".join(line.replace("*", "-", 1) if _is_star(line) else line for line in text.splitlines())


class SubBullets(Constraint):
    """Bullet points with `*`, and at least one with `-` under each."""

    id = "format:sub-bullets"
    source = "IFBench"
    phrasings = (
        "Your response must include bullet points denoted by * and at least one sub-bullet point denoted by - for each"
        " bullet point.",
        "Include bullet points that begin with *, and under each of them at least one sub-bullet that begins with -.",
    )
    phase = Phase.STRUCTURE
    differs = "`reference` asks for a `-` anywhere after each `*`, so it takes texts without bullets and rejects bold."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """After each item with `*`, one with `-` before the next."""
        found = False
        for _, has_sub_bullet in self._bullets(response.splitlines()):
            if not has_sub_bullet:
                return False
            found = True
        return found

    @staticmethod
    def _bullets(lines: list[str]) -> Iterator[tuple[int, bool]]:
        """The number of each line with a bullet, and whether there is a sub-bullet before the next one."""
        bullet, has_sub_bullet = -1, False
        for number, line in enumerate(lines[:MOST_LINES]):
            if _is_star(line):
                if bullet >= 0:
                    yield bullet, has_sub_bullet
                bullet, has_sub_bullet = number, False
            elif bullet >= 0 and not has_sub_bullet:
                has_sub_bullet = _is_dash(line)
        if bullet >= 0:
            yield bullet, has_sub_bullet

    def reference(self, response: str) -> bool:
        """A hyphen in each stretch after an asterisk."""
        return all("-" in part for part in response.split("*")[1:])

    def write(self, text: str, stream: Stream) -> str:
        """With a sub-bullet for each bullet, or a list at the end."""
        lines = text.splitlines()
        bullets = list(self._bullets(lines))
        if not bullets:
            return f"{text.rstrip()}\n\n* The main point\n  - A detail that belongs to it".lstrip()
        missing = [number for number, has_sub_bullet in bullets if not has_sub_bullet]
        for number in reversed(missing):
            lines.insert(number + 1, "  - A detail that belongs to it")
        return "\n".join(lines) if missing else text

    def spoil(self, text: str, stream: Stream) -> str:
        """Without the sub-bullets of one bullet."""
        lines = text.splitlines()
        stars = [number for number, line in enumerate(lines) if _is_star(line)]
        place = stream.below(len(stars))
        begin, end = stars[place], [*stars[1:], len(lines)][place]
        return "\n".join(line for number, line in enumerate(lines) if not (begin < number < end and _is_dash(line)))
