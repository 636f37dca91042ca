r"""Fenced blocks, as Markdown writes them: three or more backticks or tildes at the beginning of a line.

- `blocks(text)`: each of them, in one pass that is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block."""

    tag: str
    """The first word after the opening fence, in small letters, without the braces and dot of `{.python}`."""
    text: str
    """What stands between the fences, its last newline included."""
    end: int
    """Where in the whole text it ends: behind its closing fence."""
    closed: bool
    """Whether there is a closing fence; else it runs to the end of the text."""


def blocks(text: str) -> Iterator[Block]:
    r"""The fenced blocks of a text.

    Example:
        >>> next(blocks("So:\n```python\nprint(1)\n```\nDone."))
        Block(tag='python', text='print(1)\n', end=26, closed=True)
    """
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opening is None:
            if not (fence[1][0] == "`" and "`" in fence[2]):  # Inline code that begins a line is no fence.
                opening = fence
        elif fence[1][0] == opening[1][0] and len(fence[1]) >= len(opening[1]) and not fence[2].strip():
            yield Block(_tag(opening[2]), text[opening.end() + 1 : fence.start()], fence.end(), True)
            opening = None
    if opening is not None:
        yield Block(_tag(opening[2]), text[opening.end() + 1 :], len(text), False)


def _tag(info: str) -> str:
    return info.strip().strip("{}").lstrip(".").lower().split(" ")[0]
