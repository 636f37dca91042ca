"""Parts of a response that begin with a given label.

- `detectable_format:multiple_sections`: numbered ones, `Section 1`.
- `format:output_template`: three fixed ones, `My Answer:`.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from rlvr.envs.instructions.constraints.base import Constraint, Phase
from rlvr.envs.instructions.constraints.filler import fillers
from rlvr.envs.instructions.constraints.places import replaced, starts
from rlvr.envs.instructions.text import paragraphs
from rlvr.seeding import Stream

_SIGN = re.compile(r"[^\W_]")


@functools.lru_cache(maxsize=64)
def _headed(label: str) -> re.Pattern[str]:
    """Lines that begin with the label and a number, with marks of Markdown or a quotation mark before them."""
    return re.compile(
        rf"^[ \t#>*_=\"'“(\[-]{{0,12}}({re.escape(label.strip())}[ \t]{{0,3}}([0-9]{{1,4}}))(?![0-9])", re.MULTILINE
    )


class MultipleSections(Constraint):
    """At least so many sections, each after a line that begins with a label and its number, from 1 on.

    A label inside a line is a mention, and one with nothing after it but the next label heads nothing. More sections
    than asked for are fine: among the published prompts some say "at least".
    """

    id = "detectable_format:multiple_sections"
    source = "IFEval"
    phrasings = (
        "Your response must have at least {num_sections} sections. Mark the beginning of each section with"
        " {section_spliter} X, such as:\n{section_spliter} 1\n[content of section 1]\n{section_spliter} 2\n"
        "[content of section 2]",
        "Divide your answer into {num_sections} or more sections. Each begins on a new line with {section_spliter} and"
        " its number, from {section_spliter} 1 on.",
    )
    parameters = ("section_spliter", "num_sections")
    phase = Phase.STRUCTURE
    differs = "`reference` counts a label and any number, also inside a line (`see Section 1 and Section 2`) or empty."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """One more with each level."""
        return {
            "section_spliter": stream.choice(("Section", "SECTION", "Part", "PART", "Chapter")),
            "num_sections": level + 1,
        }

    def said(self, kwargs: Any) -> dict[str, str]:
        """Without quotes, as published."""
        return {name: str(value) for name, value in kwargs.items()}

    def check(self, response: str, *, section_spliter: str, num_sections: int) -> bool:
        """The numbers from 1 to `num_sections` all head something."""
        heads = [*_headed(section_spliter).finditer(response)]
        ends = [*(head.start() for head in heads[1:]), len(response)]
        # Without heads there is still an end.
        filled = (head for head, end in zip(heads, ends, strict=False) if _SIGN.search(response, head.end(), end))
        return {int(head[2]) for head in filled}.issuperset(range(1, int(num_sections) + 1))

    def reference(self, response: str, *, section_spliter: str, num_sections: int) -> bool:
        """Labels with digits after them, anywhere; the label is a regular expression, as published."""
        return len(re.findall(rf"{section_spliter.strip()}\s?\d+", response)) >= num_sections

    def write(self, text: str, stream: Stream, *, section_spliter: str, num_sections: int) -> str:
        """A line with a label before some of the paragraphs, or of the sentences where there are too few of them."""
        if self.check(text, section_spliter=section_spliter, num_sections=num_sections):
            return text
        text = replaced(text, _headed(section_spliter).finditer(text), "So", group=1)
        places = _paragraph_starts(text)
        if len(places) < num_sections:
            places = starts(text)
        # The first part begins with the first of them, the others lie evenly apart.
        chosen = {len(places) * part // num_sections: part for part in reversed(range(num_sections))} if places else {}
        for place, part in sorted(chosen.items(), reverse=True):
            before, after = text[: places[place]].rstrip(" "), text[places[place] :]
            gap = "" if not before or before.endswith("\n") else "\n"
            text = f"{before}{gap}{section_spliter} {part + 1}\n{after}"
        if not self.check(text, section_spliter=section_spliter, num_sections=num_sections):
            for part, sentence in enumerate(fillers(stream, num_sections), start=1):
                text += f"\n\n{section_spliter} {part}\n{sentence}"
        return text

    def spoil(self, text: str, stream: Stream, *, section_spliter: str, num_sections: int) -> str:
        """One of them loses its label, or has it inside a line."""
        number = stream.integer(1, num_sections)
        heads = [head for head in _headed(section_spliter).finditer(text) if int(head[2]) == number]
        return replaced(text, heads, stream.choice(("So", r"See \1")), group=1)


def _paragraph_starts(text: str) -> list[int]:
    found = []
    position = 0
    for paragraph in paragraphs(text):
        position = text.index(paragraph, position)
        found.append(position)
        position += len(paragraph)
    return found


LABELS = ("My Answer:", "My Conclusion:", "Future Outlook:")
_MARKS = str.maketrans("", "", "*_`#")
_EMPTY = ("[answer]", "[conclusion]", "[outlook]")


class OutputTemplate(Constraint):
    """`My Answer: [answer] My Conclusion: [conclusion] Future Outlook: [outlook]`, filled in, and nothing before it.

    Each label comes once, in this order, and has words after it. Marks of Markdown do not matter.
    """

    id = "format:output_template"
    source = "IFBench"
    phrasings = (
        "Use this exact template for your response: My Answer: [answer] My Conclusion: [conclusion] Future Outlook:"
        " [outlook]",
        "Write nothing but these three parts, in this order, each after its label: My Answer: [answer] My Conclusion:"
        " [conclusion] Future Outlook: [outlook]",
    )
    phase = Phase.ENDS
    differs = "`reference` finds the three labels anywhere, in any order, with nothing after them."

    def draw(self, stream: Stream, level: int) -> dict[str, Any]:
        """It has none."""
        return {}

    def check(self, response: str) -> bool:
        """It begins with the first label, and each part up to the next one is filled in."""
        plain = response.translate(_MARKS) if any(mark in response for mark in "*_`#") else response
        places = [plain.find(label) for label in LABELS]
        if plain[: max(0, places[0])].strip() or any(plain.count(label) != 1 for label in LABELS):
            return False
        if not places[0] < places[1] < places[2]:
            return False
        parts = [
            plain[place + len(label) : end].strip()
            for place, label, end in zip(places, LABELS, [*places[1:], len(plain)], strict=True)
        ]
        return all(_SIGN.search(part) and part != empty for part, empty in zip(parts, _EMPTY, strict=True))

    def reference(self, response: str) -> bool:
        """The three labels are there."""
        return all(label in response for label in LABELS)

    def write(self, text: str, stream: Stream) -> str:
        """Labels before three of the paragraphs or sentences."""
        if self.check(text):
            return text
        for label in LABELS:
            text = text.replace(label, "")
        text = text.strip()
        places = _paragraph_starts(text)
        if len(places) < 3:
            places = starts(text)
        if len(places) < 3:
            return f"{LABELS[0]} {text or 'It depends.'} {LABELS[1]} This is my view. {LABELS[2]} It will stay so."
        for label, place in zip(reversed(LABELS), (places[-1], places[len(places) // 2], 0), strict=True):
            gap = " " if text[place].isalpha() else "\n"  # What is marked at the beginning of its line stays there.
            text = f"{text[:place]}{label}{gap}{text[place:]}"
        return text

    def spoil(self, text: str, stream: Stream) -> str:
        """A label is missing or comes too early, or something stands before the first one."""
        kind = stream.below(3)
        if kind == 0:
            return text.replace(stream.choice(LABELS), "", 1)
        if kind == 1:
            return text.replace(LABELS[0], LABELS[2], 1)
        return f"Here is my response. {text}"
