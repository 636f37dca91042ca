"""`format:quote_unquote`: what follows a quoted phrase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

MOST_PHRASES = 10_000
"""So many quoted phrases are looked at; what follows the last of them explains it."""

_QUOTED = re.compile('"[^"]*"|“[^“”]*”')
_THE_MARK_ITSELF = "'\"'"
_LINKS = frozenset("and or nor but then to as".split())
"""Words that alone explain nothing: `"a" and "b"`."""
_NOT_DOUBLE = "0123456789!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def _unexplained(text: str) -> Iterator[int]:
    """Where quoted phrases end after which nothing is explained before the next one or the end."""
    end = -1
    for found in islice(_QUOTED.finditer(text), MOST_PHRASES):
        if end >= 0 and _LINKS.issuperset(_lower_words(text[end : found.start()])):
            yield end
        end = found.end()
    if end >= 0 and _LINKS.issuperset(_lower_words(text[end:])):
        yield end


def _lower_words(text: str) -> list[str]:
    return [word.lower() for word in words(text)]


class QuoteExplanation(Constraint):
    """Every quoted phrase is followed by words that are not quoted. A text without quotations meets it."""

    id = "format:quote_unquote"
    source = "IFBench"
    phrasings = (
        "Every quoted phrase must be followed by an unquoted explanation.",
        "After each phrase in double quotes, explain it in words outside of quotes.",
    )
    phase = Phase.ENDS
    differs = (
        "`reference` asks only that no two straight double quotes touch and that the text does not end with one: it"
        ' takes `"a" and "b" too`, and ignores curly quotes.'
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """At least one word that is more than a link, before the next quotation or the end."""
        return next(_unexplained(response.replace(_THE_MARK_ITSELF, "")), None) is None

    def reference(self, response: str) -> bool:
        """Quotes by their position only: neither side by side nor last, apart from digits and punctuation."""
        squeezed = "".join(response.replace(_THE_MARK_ITSELF, "").split())
        return '""' not in squeezed and not squeezed.strip(_NOT_DOUBLE).endswith('"')

    def write(self, text: str, stream: Stream) -> str:
        """With an explanation after each phrase that has none."""
        if self.check(text):
            return text
        text = text.replace(_THE_MARK_ITSELF, "")
        edges = [0, *_unexplained(text), len(text)]
        pieces = [text[begin:end] for begin, end in pairwise(edges)]
        said = stream.choice((" (in other words)", " (so they put it)", " (a common saying)"))
        return said.join(pieces)

    def spoil(self, text: str, stream: Stream) -> str:
        """With a quotation at its end."""
        return f"{text.rstrip()} “So it goes.”"
