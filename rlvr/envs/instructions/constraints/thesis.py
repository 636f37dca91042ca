"""`format:thesis`: sections that begin with a thesis in italics."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.text import count_words, list_items, sentences
from rlvr.seeding import Stream

FEWEST_WORDS = 3
"""A statement has at least so many words."""
MOST_HEADINGS = 5_000
"""So many headings are looked at; the last section goes on to the end."""

_HEADING = re.compile(
    r"^[ \t]{0,3}(?:#{1,6}[ \t].*|\*\*[^*\n]+\*\*:?|<h[1-6]\b.*|(?:section|part|chapter)[ \t]+(?:\d+|[ivx]+)\b.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_THESIS = re.compile(r"\s*(?:<p>\s*)?<(i|em)\b[^<>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?(?:i|em|p)\b[^<>]*>", re.IGNORECASE)


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """Where sections begin, after their headings, and end; the whole text if there are no headings."""
    begin = -1
    for heading in islice(_HEADING.finditer(text), MOST_HEADINGS):
        if begin >= 0 and count_words(text[begin : heading.start()]):
            yield begin, heading.start()
        begin = heading.end()
    if begin < 0 or count_words(text[begin:]):
        yield max(begin, 0), len(text)


def _begins_with_thesis(body: str) -> bool:
    found = _THESIS.match(body)
    if found is None:
        return False
    return count_words(found[2]) >= FEWEST_WORDS and count_words(_TAG.sub(" ", body[found.end() :])) > 0


class ItalicThesis(Constraint):
    """Each section begins with a statement in `<i>` or `<em>`, and goes on after it."""

    id = "format:thesis"
    source = "IFBench"
    phrasings = (
        "Each section must begin with a thesis statement in italics, use HTML to indicate the italics.",
        "Begin every section with its thesis, a statement between <i> and </i>, before the rest of the section.",
    )
    phase = Phase.STRUCTURE
    differs = "`reference` asks for one text in italics anywhere, of any length, with something after it."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """Sections are what stands under headings, else the whole text; an introduction before the first is free."""
        found = False
        for begin, end in _sections(response):
            if not _begins_with_thesis(response[begin:end]):
                return False
            found = True
        return found

    def reference(self, response: str) -> bool:
        """The first `<i>`, else `<em>`; after it the first `</i>`, else `</em>`; something between and behind."""
        opens = response.find("<i>")
        opens = response.find("<em>") if opens < 0 else opens
        if opens < 0:
            return False
        rest = response[opens:]
        closes = rest.find("</i>")
        closes = rest.find("</em>") if closes < 0 else closes
        return closes >= 0 and rest[3:closes].strip() != "" and rest[closes + 4 :].strip() != ""

    def write(self, text: str, stream: Stream) -> str:
        """With the first sentence of each section in italics, or one put before it."""
        if self.check(text):
            return text
        if not any(_sections(text)):
            return f"{text.rstrip()}\n\n<i>This text makes one point.</i> It does so in a few words.".lstrip()
        made, at = [], 0
        for begin, end in _sections(text):
            made += [text[at:begin], _with_thesis(text[begin:end], stream)]
            at = end
        return "".join([*made, text[at:]])

    def spoil(self, text: str, stream: Stream) -> str:
        """Without italics."""
        return _TAG.sub("", text)


def _with_thesis(body: str, stream: Stream) -> str:
    if _begins_with_thesis(body):
        return body
    inner = body.lstrip()
    space = body[: len(body) - len(inner)]
    inner = _TAG.sub("", inner)
    first = next(iter(sentences(inner)), "")
    if inner.startswith(first) and not list_items(first) and count_words(first) >= FEWEST_WORDS:
        rest = inner[len(first) :]
        if count_words(rest):
            return f"{space}<i>{first}</i>{rest}"
    said = stream.choice(("This part makes one clear point.", "There is one idea behind all of this."))
    parting = "\n" if list_items(inner.split("\n", 1)[0]) else " "
    rest = inner if count_words(inner) else f"{inner} It is soon told."
    return f"{space}<i>{said}</i>{parting}{rest}"
