"""What constraints have in common that are a whole task: they have no parameters, and a text either answers or not.

- `WholeAnswer`: their base. Each is tied to one prompt of IFBench, which its phrasings state in full.
- `ascii_of(text)`: without accents, as the published checkers compare names.
- `plain_lines(text)`: lines without the fence of a code block around them all.
"""

from __future__ import annotations

import re
import unicodedata
from abc import abstractmethod
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

_FENCE = re.compile(r"```\w*")


class WholeAnswer(Constraint):
    """A constraint that is a task of its own. `write` gives an answer to it, whatever the text was."""

    source = "IFBench"
    phase = Phase.WHOLE

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def write(self, text: str, stream: Stream) -> str:
        """An answer to the task, if the text is none."""
        return text if self.check(text) else self.answer(stream)

    @abstractmethod
    def answer(self, stream: Stream) -> str:
        """A text that meets the constraint."""


def ascii_of(text: str) -> str:
    """The text with letters for accented letters, and without what has no ASCII letters: `Chișinău` to `Chisinau`.

    Each character is decomposed on its own, since a whole text's canonical order takes quadratic time.
    """
    if text.isascii():
        return text
    table = {ord(one): _ascii_of_one(one) for one in set(text) if one > "\x7f"}
    return text.translate(table)


def _ascii_of_one(character: str) -> str:
    return unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode("ascii")


def plain_lines(text: str) -> list[str]:
    """The lines of a text, without blank ones at its ends and without a code block's fence if all stands in one."""
    lines = text.strip().splitlines()
    if len(lines) > 1 and _FENCE.fullmatch(lines[0].strip()) and lines[-1].strip() == "```":
        lines = lines[1:-1]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
