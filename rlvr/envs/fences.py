r"""Fenced blocks, as Markdown writes them: three or more backticks or tildes at the beginning of a line.

- `blocks(text, anywhere=)`: each of them, in one pass that is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_DEEPEST = " " * 3
"""Before a fence; a line that is deeper is a block of code by its indentation."""


class Block(NamedTuple):
    """A fenced block."""

    info: str
    """What stands behind the opening fence."""
    text: str
    """What stands between the fences, its last newline included."""
    end: int
    """Where in the whole text it ends: behind its closing fence."""
    closed: bool
    """Whether there is a closing fence; else it runs to the end of the text."""

    @property
    def tag(self) -> str:
        """The first word after the opening fence, in small letters, without the braces and dot of `{.python}`."""
        return self.info.strip().strip("{}").lstrip(".").lower().split(" ")[0]


def blocks(text: str, *, anywhere: bool = False) -> Iterator[Block]:
    r"""The fenced blocks of a text.

    Args:
        text: Markdown, more or less.
        anywhere: Whether a block may be indented as far as it likes, as in an item of a list. It then loses the
            indentation of its opening fence, and a fence that is much deeper than that one is part of what it holds,
            as in a docstring.

    Example:
        >>> next(blocks("So:\n```python\nprint(1)\n```\nDone."))
        Block(info='python', text='print(1)\n', end=26, closed=True)
    """
    opening: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if not anywhere and not _DEEPEST.startswith(fence[1]):
            continue
        if opening is None:
            if not (fence[2][0] == "`" and "`" in fence[3]):  # Inline code that begins a line is no fence.
                opening = fence
        elif _closes(fence, opening):
            yield Block(opening[3], _inside(text, opening, fence.start(), anywhere), fence.end(), True)
            opening = None
    if opening is not None:
        yield Block(opening[3], _inside(text, opening, len(text), anywhere), len(text), False)


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    """Whether a fence ends the block: of its kind, at least as long, without a tag, and not much deeper."""
    return (
        fence[2][0] == opening[2][0]
        and len(fence[2]) >= len(opening[2])
        and not fence[3].strip()
        and _depth(fence) <= _depth(opening) + len(_DEEPEST)
    )


def _depth(fence: re.Match[str]) -> int:
    return len(fence[1].expandtabs(4))


def _inside(text: str, opening: re.Match[str], end: int, anywhere: bool) -> str:
    held = text[opening.end() + 1 : end]
    if not anywhere or not opening[1]:
        return held
    return "\n".join(_outdented(line, opening[1]) for line in held.split("\n"))


def _outdented(line: str, indentation: str) -> str:
    if line.startswith(indentation):
        return line[len(indentation) :]
    blank = len(line) - len(line.lstrip(" \t"))
    return line[min(blank, len(indentation)) :]
