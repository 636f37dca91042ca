"""`count:numbers`: how many numbers there are."""

from __future__ import annotations

import re
import string
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.envs.instructions.text import LETTER
from rlvr.seeding import Stream

_VULGAR = "\u00bc-\u00be\u2150-\u215e"  # ¼ ½ ¾ ⅓
# Thousands apart, decimals, an exponent. Nothing can fail after the first digits, so nothing is tried twice.
_REST = rf"\d*(?:[,\u00a0\u2009\u202f]\d{{3}}(?!\d))*(?:\.\d+)*(?:[eE][+-]?\d+(?!{LETTER}))?[{_VULGAR}]?"
# The first digit comes first, for `re` looks it up fast; then what stands before it is looked at.
_NUMBER = re.compile(rf"(?:\d(?<!{LETTER}\d)(?<!{LETTER}_\d){_REST}|[{_VULGAR}])(?:/\d{_REST})*")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def _weight(number: str) -> int:
    """`1/2` is one number, the date `1/2/2024` three."""
    slashes = number.count("/")
    return slashes + 1 if slashes > 1 else 1


def _count(text: str) -> int:
    found = _NUMBER.findall(text)
    return len(found) + sum(_weight(one) - 1 for one in found if "/" in one)


class Numbers(Constraint):
    """Exactly so many numbers, written in digits.

    `3.14`, `1,000`, `1e-5`, `1/2`, `2½`, `5th` and `1990s` are one number each; a range (`10-20`), a time (`3:30`), a
    date and a list (`1, 2, 3`) are as many as they have. Digits inside a word (`H2O`, `x_1`) are none, and words
    (`seven`) do not count.
    """

    id = "count:numbers"
    source = "IFBench"
    phrasings = (
        "Include exactly {N} numbers in the response, written in digits.",
        "There have to be exactly {N} numbers in digits in your answer, no more and no fewer.",
        "Use numerals exactly {N} times, such as 7, 2.5 or 1,000.",
    )
    parameters = ("N",)
    phase = Phase.CONTENT
    differs = (
        "`reference` drops punctuation before it counts runs of digits: `10-20`, `3:30` and `2024-05-01` are one number"
        " each, `1,2` too, and `H2O` has one."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """2 to 4, to 8, to 12."""
        return {"N": stream.integer(4 * level - 2, 4 * level)}

    def check(self, response: str, *, N: float) -> bool:
        """Numerals, by the rules above."""
        return _count(response) == N

    def reference(self, response: str, *, N: float) -> bool:
        """Runs of digits, once ASCII punctuation is gone."""
        return len(re.findall(r"\d+", response.translate(_NO_PUNCTUATION))) == N

    def write(self, text: str, stream: Stream, *, N: float) -> str:
        """A sentence more with those that are missing; words for the last ones that are too many."""
        surplus = _count(text) - int(N)
        for number in reversed(list(_NUMBER.finditer(text))):
            if surplus <= 0:
                break
            text = f"{text[: number.start()]}some{text[number.end() :]}"
            surplus -= _weight(number[0])
        return appended(text, [_listed(stream, -surplus)]) if surplus < 0 else text

    def spoil(self, text: str, stream: Stream, *, N: float) -> str:
        """One more, or the first one gone."""
        if N >= 1 and stream.below(2):
            return _NUMBER.sub("some", text, count=1)
        return appended(text, [_listed(stream, 1)])


def _listed(stream: Stream, number: int) -> str:
    return f"Keep in mind {' and '.join(str(stream.integer(2, 99)) for _ in range(number))}."
