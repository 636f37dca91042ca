"""`punctuation:no_comma`: a text without commas."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

COMMAS = (
    ",\u055d\u060c\u07f8\u1363\u1802\u1808\u2e32\u2e34\u2e41\u2e49\u2e4c\u3001\ua4fe\ua60d\ua6f5\ufe10\ufe11\ufe50\ufe51\uff0c"
    "\uff64"
)
"""What Unicode calls a comma in the basic plane, but for letters and accents: Chinese, Arabic, Armenian, full-width."""

_ANY = re.compile(f"[{COMMAS}]")
_IN_NUMBER = re.compile(f"(?<=[0-9])[{COMMAS}](?=[0-9])")
_BETWEEN = re.compile(rf"(?<=\S)[{COMMAS}]+(?=\S)")
_WORD_END = re.compile(r"(?<=\w)(?=\s)")


class NoComma(Constraint):
    """There is no comma."""

    id = "punctuation:no_comma"
    source = "IFEval"
    phrasings = (
        "In your entire response, refrain from the use of any commas.",
        "Do not use any commas, not even inside numbers.",
        "Write your answer without a single comma.",
    )
    phase = Phase.MARKS
    differs = "`reference` knows the ASCII comma only: `，`, `、` and `،` pass."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """No comma of any script."""
        return _ANY.search(response) is None

    def reference(self, response: str) -> bool:
        """No `,`, as published."""
        return "," not in response

    def write(self, text: str, stream: Stream) -> str:
        """The text without its commas; a space stands for one between two words."""
        return _ANY.sub("", _BETWEEN.sub(" ", _IN_NUMBER.sub("", text)))

    def spoil(self, text: str, stream: Stream) -> str:
        """With a comma after one of its words."""
        ends = [found.start() for found in _WORD_END.finditer(text)]
        at = stream.choice(ends) if ends else len(text)
        return f"{text[:at]},{text[at:]}"
