"""`ratio:stop_words`: how many of the words are function words."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Kwargs, Phase
from rlvr.envs.instructions.constraints.filler import appended, fillers
from rlvr.envs.instructions.constraints.word_lists import PUBLISHED_STOP_WORDS, STOP_WORDS
from rlvr.envs.instructions.constraints.word_places import without_words, word_spans
from rlvr.envs.instructions.text import words
from rlvr.seeding import Stream

_PUBLISHED_WORD = re.compile(r"\w+")

# `it's` is two stop words in one.
_FORMS = STOP_WORDS.union(one + rest for one in STOP_WORDS for rest in ("'s", "'re", "'ve", "'d", "'ll", "'m"))

_EIGHT = "So it is what it is and so."
"""Stop words alone."""


def _share(text: str) -> tuple[int, int]:
    """How many stop words a text has, and how many words."""
    found = words(text.lower().replace("’", "'"))
    return sum(map(_FORMS.__contains__, found)), len(found)


class StopWords(Constraint):
    """At most so many percent of the words are stop words; see `STOP_WORDS` in `word_lists`."""

    id = "ratio:stop_words"
    source = "IFBench"
    phrasings = (
        "Ensure that stop words constitute no more than {percentage}% of the total words in your response.",
        "At most {percentage} percent of your words may be function words such as the, of, it, is, and, very.",
        "Keep the share of stop words in your answer at or below {percentage}%.",
    )
    parameters = ("percentage",)
    phase = Phase.COUNT
    differs = (
        "`reference` cuts words at apostrophes and hyphens: `don't` and `it's` are two words, and two stop words; it"
        " does not take `would`, `must`, `upon`, `something` and their like for stop words."
    )
    approximates = "NLTK's list of stop words is a file; `reference` has its words, as of 2024."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Down to 40, 30, 20 percent; plain prose has about 50."""
        return {"percentage": stream.integer(50 - 10 * level, 55 - 10 * level)}

    def check(self, response: str, *, percentage: float) -> bool:
        """Of words as `rlvr.envs.instructions.text.words` has them; there has to be one."""
        stop, count = _share(response)
        return count > 0 and 100 * stop <= percentage * count

    def reference(self, response: str, *, percentage: float) -> bool:
        """Of runs of letters, digits and underscores."""
        found = _PUBLISHED_WORD.findall(response.lower())
        stop = sum(map(PUBLISHED_STOP_WORDS.__contains__, found))
        return bool(found) and stop / len(found) * 100 <= percentage

    def write(self, text: str, stream: Stream, *, percentage: float) -> str:
        """Without some stop words: those between two others first, then any."""
        stop, count = _share(text)
        if not count:
            text, stop, count = appended(text, ["Small steps help."]), 0, 3
        # Without `lost` of them: 100 (stop - lost) <= percentage (count - lost).
        surplus = 100 * stop - percentage * count
        if surplus <= 0:
            return text
        lost = stop if percentage >= 100 else min(stop, int(-(-surplus // (100 - percentage))))
        spans = word_spans(text)
        stops = [one for one in spans if text[slice(*one)].lower().replace("’", "'") in _FORMS]
        inside = [(begin, end) for begin, end in stops if text[begin - 1 : begin] == text[end : end + 1] == " "]
        edges = [one for one in stops if one not in set(inside)]
        if lost >= count:
            return "Small steps help."
        chosen = [*stream.sample(inside, len(inside)), *stream.sample(edges, len(edges))][:lost]
        return without_words(text, chosen)

    def spoil(self, text: str, stream: Stream, *, percentage: float) -> str:
        """With stop words more, until they are too many."""
        stop, count = _share(text)
        # With `more` of them: 100 (stop + more) > percentage (count + more).
        more = int((percentage * count - 100 * stop) // (100 - percentage)) + 1 if percentage < 100 else 0
        return appended(text, [_EIGHT] * -(-more // 8) or fillers(stream, 1))

    def said(self, kwargs: Kwargs) -> dict[str, str]:
        """The percentage as a number."""
        return {"percentage": f"{kwargs['percentage']:g}"}
