"""`startend:quotation`: a response wrapped in double quotation marks."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.seeding import Stream

_READ = 2_000
"""So many quotation marks inside are looked at."""

_QUOTE = re.compile('(?<!\\\\)"')
_CURLY = re.compile("[“”]")


class Quotation(Constraint):
    """One pair of double quotation marks has the whole response inside."""

    id = "startend:quotation"
    source = "IFEval"
    phrasings = (
        "Wrap your entire response with double quotation marks.",
        "Put double quotation marks around your whole answer.",
        "Your answer has to be one quotation: a double quotation mark before and after all of it.",
    )
    phase = Phase.ENDS
    differs = (
        '`reference` looks at the first and the last character only: two quotations (`"a" and then "b"`) and an empty '
        "one pass, curly ones (`“a”`) do not."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """The mark that opens the response is closed by its last one, with something inside."""
        text = response.strip()
        if len(text) < 3 or not text[1:-1].strip('"“” \t\r\n'):
            return False
        if text[0] == '"' and text[-1] == '"':
            return _is_one(text)
        return text[0] == "“" and text[-1] == "”" and _is_one_curly(text)

    def reference(self, response: str) -> bool:
        """The first and the last character, as published."""
        text = response.strip()
        return len(text) > 1 and text[0] == text[-1] == '"'

    def write(self, text: str, stream: Stream) -> str:
        """The text in quotation marks; those inside become single ones if it would be several quotations."""
        if self.check(text):
            return text
        wrapped = f'"{text.strip()}"'
        return wrapped if self.check(wrapped) else f'"{text.strip().translate(_SINGLE) or "…"}"'

    def spoil(self, text: str, stream: Stream) -> str:
        """With words outside."""
        return f"Here it is: {text.strip()}" if stream.below(2) else f"{text.strip()} So it is."


_SINGLE = str.maketrans('"“”', "'‘’")


def _is_one(text: str) -> bool:
    """Whether the quotation that the first character opens goes on to the last."""
    depth, opened_at = 1, 0
    for found in islice(_QUOTE.finditer(text, 1, len(text) - 1), _READ):
        at = found.start()
        before, after = text[at - 1], text[at + 1]
        if before.isalnum() and after.isalnum():
            continue
        if before == '"':
            opens = opened_at == at - 1 and not after.isspace()
        elif after.isalnum() or before.isalnum():
            opens = after.isalnum()
        else:
            opens = (before.isspace() or before in "([{") and not (after.isspace() or after in ".,;:!?)]}")
        if opens:
            depth, opened_at = depth + 1, at
        else:
            depth -= 1
            if depth == 0:
                return False
    return True


def _is_one_curly(text: str) -> bool:
    depth = 1
    for found in islice(_CURLY.finditer(text, 1, len(text) - 1), _READ):
        depth += 1 if found[0] == "“" else -1
        if depth == 0:
            return False
    return True
