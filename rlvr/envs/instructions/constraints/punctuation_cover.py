"""`count:punctuation`: every standard punctuation mark."""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import appended
from rlvr.seeding import Stream

INTERROBANG = "?!"

_WRITTEN = {
    ".": "That is all.",
    ",": "In time, it will work.",
    ";": "It is late; they go on.",
    ":": "One thing stays: care.",
    "!": "What a day!",
    "?": "Is it so?",
    INTERROBANG: "Who would have thought that?!",
}
_WIDE = str.maketrans("，。！？；：｡", ",.!?;:.")
_MARKS = ".,;:!?‽…，。！？；：｡"
# A row of marks before white space, which closing quotes, brackets and emphasis may stand before. After a full-width
# mark there is no space. The look-behind keeps a long row from being tried from each of its places.
_ROW = re.compile(rf"(?<![{_MARKS}])[{_MARKS}]++(?:(?<=[，。！？；：｡])|(?=[\"'”’»)\]*_」』]*+(?:\s|\Z)))")

# What takes one kind of mark away.
_SPOILED = (
    (re.compile("[,，]"), ""),
    (re.compile("[;；]"), ","),
    (re.compile("[:：]"), " -"),
    (re.compile("(?<![?!‽？！])[!！]++(?![?‽？])"), "."),
    (re.compile("(?<![?!‽？！])[?？]++(?![!‽！])"), "."),
    (re.compile("[?!？！]{2,}|‽"), "?"),
)


def _kinds(text: str) -> set[str]:
    """Which of the marks a text has."""
    found = set()
    for row in set(_ROW.findall(text)):
        narrow = row.translate(_WIDE)
        if "‽" in narrow or ("?" in narrow and "!" in narrow):
            found.add(INTERROBANG)
        elif "?" in narrow:
            found.add("?")
        elif "!" in narrow:
            found.add("!")
        elif narrow == "." or narrow[-1] in ",;:":
            found.add(narrow[-1])
    return found


class PunctuationCover(Constraint):
    """Full stop, comma, semicolon, colon, question mark, exclamation mark and interrobang, each at least once.

    A mark counts where it ends a word or a sentence: not in `3.5`, `1,000`, `3:30`, `http://` nor `example.com`, and
    `...` is no full stop. The interrobang is `?!`, `!?` or `‽`, and is neither of its parts.
    """

    id = "count:punctuation"
    source = "IFBench"
    phrasings = (
        "Use every standard punctuation mark at least once: full stop, comma, question mark, exclamation mark, as well"
        " as semicolons, colons, and the interrobang (?!).",
        "Each of the marks . , ; : ? ! and ?! has to occur at least once in your response as punctuation.",
    )
    phase = Phase.CONTENT
    differs = "`reference` also counts marks inside numbers, times, addresses, and those of `...` and of `?!!`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has no parameters."""
        return {}

    def check(self, response: str) -> bool:
        """All seven, or their full-width kin."""
        return len(_kinds(response)) == len(_WRITTEN)

    def reference(self, response: str) -> bool:
        """An interrobang anywhere, and the six signs anywhere else."""
        if not any(one in response for one in ("!?", "?!", "‽")):
            return False
        first = "?!" if "?!" in response else "!?"
        rest = response.replace(first, "", 1)
        return all(sign in rest for sign in ".,!?;:")

    def write(self, text: str, stream: Stream) -> str:
        """A sentence more for each mark that is missing."""
        missing = [mark for mark in _WRITTEN if mark not in _kinds(text)]
        return appended(text, [_WRITTEN[mark] for mark in stream.sample(missing, len(missing))]) if missing else text

    def spoil(self, text: str, stream: Stream) -> str:
        """Without one of them."""
        mark, other = stream.choice(_SPOILED)
        return mark.sub(other, text)
