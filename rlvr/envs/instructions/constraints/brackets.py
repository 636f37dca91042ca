"""What stands in brackets: placeholders in `[ ]`, a title in `<< >>`.

- `detectable_content:number_placeholders`
- `detectable_format:title`
"""

from __future__ import annotations

import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.places import replaced, wrapped
from rlvr.seeding import Stream

# Innermost brackets on one line, but no index (`a[i]`), formula (`\[`), box of a list of tasks (`- [X]`),
# link (`[text](address)`), nor the definition of one.
_BRACKETS = re.compile(
    r"\[(?<![A-Za-z0-9\\]\[)(?!(?<=[-*+] \[)[xX]\])([^\[\]\n]*)\](?!\()(?!:[ \t]{0,3}(?:https?:|<|www\.))"
)
# A letter and another sign that is no mark of ASCII, or one letter of a script in which a letter may be a word.
_NAMES_SOMETHING = re.compile(r"[^\W\d_][^\s!-@\[-`{-~]|[^\W\d_\x00-\u058f]")
_NAMES = ("name", "address", "city", "date", "phone number", "place", "company", "email")


def _is_placeholder(content: str) -> bool:
    if content[:1] in ("^", '"', "'"):  # A footnote, or a list in a program or in JSON.
        return False
    return _NAMES_SOMETHING.search(content) is not None or (len(content) == 1 and "A" <= content <= "Z")


def _placeholders(text: str) -> list[re.Match[str]]:
    return [brackets for brackets in _BRACKETS.finditer(text) if _is_placeholder(brackets[1])]


class NumberPlaceholders(Constraint):
    """At least so many placeholders in square brackets.

    A placeholder names what to put in: it has a word in it, or is one capital. `[1]` and `[3-5]` are citations,
    `[^note]` is a footnote, `[text](address)` a link, `- [x]` a box, `a[i]` an index, `["a"]` a list.
    """

    id = "detectable_content:number_placeholders"
    source = "IFEval"
    phrasings = (
        "The response must contain at least {num_placeholders} placeholders represented by square brackets, such as"
        " [address].",
        "Leave at least {num_placeholders} blanks for others to fill in, each named in square brackets like [name].",
        "Use at least {num_placeholders} placeholders in square brackets, for example [date].",
    )
    parameters = ("num_placeholders",)
    phase = Phase.STRUCTURE
    differs = "`reference` counts whatever stands in square brackets: citations `[1]`, links, indices, boxes, `[]`."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """Two more with each level."""
        return {"num_placeholders": stream.integer(2 * level, 2 * level + 1)}

    def check(self, response: str, *, num_placeholders: int) -> bool:
        """Each placeholder counts, one that comes again too."""
        return sum(map(_is_placeholder, filter(None, _BRACKETS.findall(response)))) >= num_placeholders

    def reference(self, response: str, *, num_placeholders: int) -> bool:
        """Every `[` with a `]` later on its line, whatever is between them."""
        found = 0
        opening = response.find("[")
        closing = newline = -1
        while opening >= 0:
            if closing < opening and (closing := response.find("]", opening)) < 0:
                break
            if newline < opening and (newline := response.find("\n", opening)) < 0:
                newline = len(response)
            inside = closing < newline
            found += inside
            opening = response.find("[", closing if inside else newline)
        return found >= num_placeholders

    def write(self, text: str, stream: Stream, *, num_placeholders: int) -> str:
        """Words of the text become placeholders; where these are too few, some are added at the end."""
        missing = num_placeholders - len(_placeholders(text))
        if missing <= 0:
            return text
        text = wrapped(text, stream, missing, "[", "]")
        missing = num_placeholders - len(_placeholders(text))
        return " ".join([text, *(f"[{stream.choice(_NAMES)}]" for _ in range(missing))])

    def spoil(self, text: str, stream: Stream, *, num_placeholders: int) -> str:
        """Some are filled in, or numbered like citations, so that there is one too few."""
        found = _placeholders(text)
        return replaced(text, found[num_placeholders - 1 :], stream.choice((r"\1", "[1]")))


_TITLE = re.compile(r"<<((?:[^<>\n]++|<(?!<)|>(?!>))*)>>")
_TITLES = ("A Short Account", "A Closer Look", "An Overview", "In Brief", "A First Look", "Some Remarks")


class Title(Constraint):
    """A title in double angular brackets: `<<poem of joy>>`."""

    id = "detectable_format:title"
    source = "IFEval"
    phrasings = (
        "Your answer must contain a title, wrapped in double angular brackets, such as <<poem of joy>>.",
        "Give your text a title and write it on one line in double angular brackets, like <<title>>.",
        "Include a title inside << and >>.",
    )
    phase = Phase.STRUCTURE
    differs = (
        "`reference` takes `<< >> text >>`, where nothing stands in the brackets, and `<<*>>`, which says nothing."
    )

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has none."""
        return {}

    def check(self, response: str) -> bool:
        """Some brackets on one line have a letter or a digit between them."""
        for opened in response.split("<<")[1:]:
            title, closing, _ = opened.partition(">>")
            if closing and "\n" not in title and any(map(str.isalnum, title)):
                return True
        return False

    def reference(self, response: str) -> bool:
        """From a `<<` to the last `>>` of its line something is left without the brackets at the ends."""
        first = response.find("<<")
        while first >= 0:
            end = response.find("\n", first)
            end = end if end >= 0 else len(response)
            last = response.rfind(">>", first, end)
            if last > first + 2 and response[first : last + 2].lstrip("<").rstrip(">").strip():
                return True
            first = response.find("<<", end)
        return False

    def write(self, text: str, stream: Stream) -> str:
        """A line with a title before the text."""
        return text if self.check(text) else f"<<{stream.choice(_TITLES)}>>\n{text.lstrip()}"

    def spoil(self, text: str, stream: Stream) -> str:
        """The titles lose a pair of their brackets, or what is in them."""
        return _TITLE.sub(stream.choice((r"<\1>", "<< >>")), text)
