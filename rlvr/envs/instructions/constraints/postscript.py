"""`detectable_content:postscript`: what is added at the end."""

from __future__ import annotations

import functools
import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import FILLERS
from rlvr.envs.instructions.constraints.places import inner_starts, replaced
from rlvr.envs.instructions.text import count_words
from rlvr.seeding import Stream

_CLOSING = 20
"""Words at most in what may follow a postscript: a phrase that has to end the response, a name."""

_GAP = re.compile(r"\n[ \t\r]*\n\s*")
_SIGN = re.compile(r"[^\W_]")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?\Z")
_LEAD = r"[ \t>*_#\"'“‘(\[-]{0,12}"
_ANOTHER = re.compile(rf"{_LEAD}(?:P\.[ ]?)+S(?!\w)", re.IGNORECASE)


@functools.lru_cache(maxsize=64)
def _marked(marker: str) -> re.Pattern[str]:
    """Lines that begin with the marker, in any case; initials may have spaces between them."""
    marker = marker.strip()
    signs = "[ ]?".join(map(re.escape, marker)) if _INITIALS.match(marker) else re.escape(marker)
    end = "" if marker.endswith(".") else r"(?!\w)"
    return re.compile(rf"^{_LEAD}({signs}){end}", re.MULTILINE | re.IGNORECASE)


class Postscript(Constraint):
    """A last paragraph that begins with a marker such as `P.S.`.

    It begins a line, has words in it and something before it. After its paragraph there may be other postscripts, and a
    paragraph of at most 20 words, such as a phrase that has to end the response.
    """

    id = "detectable_content:postscript"
    source = "IFEval"
    phrasings = (
        "At the end of your response, please explicitly add a postscript, on a new line and starting with "
        "{postscript_marker}",
        "Finish with a postscript on a line of its own that begins with {postscript_marker}",
        "Your response has to end with a postscript. Begin a new line for it, with {postscript_marker}",
    )
    parameters = ("postscript_marker",)
    phase = Phase.ENDS
    differs = (
        "`reference` finds the letters of `P.S.` or `P.P.S` anywhere, as in `the p. s. e.`, also where nothing follows;"
        " for `P.P.S` it asks for no more than `p.p.` and an `s`."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One of the two that are published."""
        return {"postscript_marker": stream.choice(("P.S.", "P.P.S"))}

    def said(self, kwargs: Any) -> dict[str, str]:
        """Without quotes, as published."""
        return {"postscript_marker": str(kwargs["postscript_marker"])}

    def check(self, response: str, *, postscript_marker: str) -> bool:
        """Some line that begins with the marker is the beginning of the end."""
        found = list(_marked(postscript_marker).finditer(response))
        return any(self._ends(response, mark) for mark in (*found[:1], *found[-1:]))

    def _ends(self, response: str, mark: re.Match[str]) -> bool:
        """Whether words stand before and after this mark, and not too many after its paragraph."""
        if not _SIGN.search(response, 0, mark.start()):
            return False
        first, *rest = _GAP.split(response[mark.end() :].strip(), maxsplit=4)
        if not _SIGN.search(first):
            return False
        others = [part for part in rest if not _ANOTHER.match(part)]
        return not others or (len(others) == 1 and len(others[0]) <= 400 and count_words(others[0]) <= _CLOSING)

    def reference(self, response: str, *, postscript_marker: str) -> bool:
        """The marker anywhere, in small letters and with some white space inside it."""
        marker = postscript_marker.strip()
        pattern = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}.get(marker, marker.lower())
        return re.search(pattern, response.lower()) is not None

    def write(self, text: str, stream: Stream, *, postscript_marker: str) -> str:
        """The last sentence becomes the postscript, if there is one before it; else a sentence is added."""
        if self.check(text, postscript_marker=postscript_marker):
            return text
        text = text.rstrip() if _SIGN.search(text) else stream.choice(FILLERS)
        marker = postscript_marker.lower() if text == text.lower() else postscript_marker
        at = next(iter(inner_starts(text)[-1:]), 0)
        if at and "\n" not in text[at:]:
            return f"{text[: at - 1]}\n{marker} {text[at:]}"
        return f"{text}\n{marker} {stream.choice(FILLERS)}"

    def spoil(self, text: str, stream: Stream, *, postscript_marker: str) -> str:
        """The marker is gone, or stands inside a sentence."""
        return replaced(text, _marked(postscript_marker).finditer(text), stream.choice(("", r"And \1")), group=1)
