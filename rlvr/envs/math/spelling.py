r"""Harmless differences of spelling between two answers that are not both numbers.

Two answers are spelled alike if their texts are equal after the changes below. Nothing is computed: `x + 1` is not
`1 + x`.

- around the answer: white space, `$...$`, `\(...\)`, `\[...\]`, a full stop at the end, one `\text{...}` (also `\mbox`,
  `\mathrm`, `\textbf`, `\mathbf`);
- inside it: `\left` and `\right`, the negative space `\!`, the kinds of space (`\,`, `\;`, `\:`, `\ `, `~`), white
  space that does not part two letters or digits, `\dfrac` and `\tfrac` for `\frac`, U+2212 for `-`.

- `tidy(text)`: the text after these changes.
"""

from __future__ import annotations

import re

_AROUND = re.compile(
    r"\s*(?:\$\$(.*)\$\$|\$(.*)\$|\\\((.*)\\\)|\\\[(.*)\\\]|\\(?:text|mbox|mathrm|textbf|mathbf)\s*\{([^{}]*)\})\s*",
    re.DOTALL,
)
_DROPPED = re.compile(r"\\(?:left|right)(?![A-Za-z])|\\!\s*")
_SPACES = re.compile(r"(?:\\[,;: ]|~|\s)+")
_SPACE_MARKS = ("\\,", "\\;", "\\:", "\\ ", "~")
_LOOSE_SPACE = re.compile(r"(?<![0-9A-Za-z]) | (?![0-9A-Za-z])")


def tidy(text: str) -> str:
    r"""The text after the changes that this module lists.

    Example:
        >>> tidy(r"$\left( 3, \dfrac{1}{2} \right)$"), tidy("x + 1") == tidy("1 + x")
        ('(3,\\frac{1}{2})', False)
    """
    text = _without_marks(text).replace("\u2212", "-").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return _LOOSE_SPACE.sub("", _SPACES.sub(" ", text).strip())


def _without_marks(text: str) -> str:
    text = _ended(_DROPPED.sub("", text))
    while match := _AROUND.fullmatch(text):
        inner = next(group for group in match.groups() if group is not None)
        if "$" in inner:
            break  # "$a$ and $b$": the marks belong to different pieces.
        text = _ended(inner)
    return text


def _ended(text: str) -> str:
    """Without space of any kind at the ends, and without a full stop."""
    return _trimmed(_trimmed(text).removesuffix("."))


def _trimmed(text: str) -> str:
    """Without space of any kind at the ends; mark by mark, since a pattern would look at each space again and again."""
    start, end = 0, len(text)
    while start < end:
        if text[start].isspace():
            start += 1
        elif mark := next((mark for mark in _SPACE_MARKS if text.startswith(mark, start, end)), ""):
            start += len(mark)
        else:
            break
    while start < end:
        if text.endswith("\\ ", start, end):
            end -= 2
        elif text[end - 1].isspace():
            end -= 1
        elif mark := next((mark for mark in _SPACE_MARKS if text.endswith(mark, start, end)), ""):
            end -= len(mark)
        else:
            break
    return text[start:end]
