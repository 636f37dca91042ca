r"""Find the program in a completion.

A program stands in a fenced block, three or more backticks or tildes at the beginning of a line, after the last
`</think>`. The last block that is tagged as Python is taken, or, if there is none, the last that is not tagged; blocks
tagged as something else (`text`, `bash`, `json`) are not programs. One pass, linear in the text.

- `extract(completion, convention=, opened_think=)`: the program, and how it was found.
- `CONVENTIONS`: how a program may be marked.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rlvr.envs.answer_part import answer_part
from rlvr.envs.fences import blocks

CONVENTIONS = ("fenced", "whole", "continuation", "auto")
"""`fenced`: in a fenced block. `whole`: the completion is the program. `continuation`: it goes on where the prompt
ends, as HumanEval was published. `auto`: fenced if there is a fence, a continuation if its first line is indented, as
no whole program is, else the whole."""

MOST_ANSWER = 262_144
"""Number of characters from the end in which a program is looked for: several of the longest that are run."""

_TAGS = frozenset(("", "python", "py", "python3"))
_TAG = re.compile(r"[\s{.]*([^\s{}.,:;]*)")


class Extraction(NamedTuple):
    """What was found."""

    program: str | None
    """`None` if there is none."""
    convention: str | None
    """`fenced`, `whole` or `continuation`."""
    closed: bool
    """Whether the program cannot have been cut."""


def extract(completion: str, *, convention: str = "fenced", opened_think: bool = False) -> Extraction:
    r"""The program of a completion.

    Args:
        completion: The model's text and nothing else.
        convention: One of `CONVENTIONS`.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Example:
        >>> extract("So:\n```python\nprint(1)\n```\nDone.")
        Extraction(program='print(1)\n', convention='fenced', closed=True)
    """
    part, ended = answer_part(completion, opened_think, window=MOST_ANSWER)
    if part is None:
        return Extraction(None, None, False)
    if convention in ("fenced", "auto"):
        found = _last_block(part, ended)
        if found is not None or convention == "fenced":
            return found or Extraction(None, None, False)
        convention = "continuation" if _is_indented(part) else "whole"
    return Extraction(part if part.strip() else None, convention, ended)


def _last_block(text: str, ended: bool) -> Extraction | None:
    """The last block that is tagged as Python, else the last without a tag: what a program printed often has none.

    A block that is never closed runs to the end of the text.
    """
    last: dict[bool, Extraction] = {}
    for block in blocks(text, anywhere=True):
        if _is_python(block.info):
            last[bool(block.info.strip())] = Extraction(block.text, "fenced", block.closed or ended)
    return last.get(True) or last.get(False)


def _is_indented(text: str) -> bool:
    """Whether the first line that is not blank begins with white space."""
    return next((line for line in text.split("\n") if line.strip()), "")[:1].isspace()


def _is_python(info: str) -> bool:
    """Whether a block with this info string may be a program: its first word says, also as `{.python}`."""
    tag = _TAG.match(info)
    return tag is not None and tag[1].lower() in _TAGS
