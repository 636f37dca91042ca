r"""Harmless differences of spelling between two answers that are not both numbers.

Two answers are the same here if, after the changes below, their texts are equal, or if both are comma lists in the
same brackets (or in none) whose elements are the same in order, numbers by value. Nothing is computed: `x + 1` is not
`1 + x`.

- around the answer: white space, `$...$`, `\(...\)`, `\[...\]`, a full stop at the end, one `\text{...}` (also `\mbox`,
  `\mathrm`, `\textbf`, `\mathbf`);
- inside it: `\left` and `\right`, the negative space `\!`, the kinds of space (`\,`, `\;`, `\:`, `\ `, `~`), white
  space that does not part two letters or digits, `\dfrac` and `\tfrac` for `\frac`, U+2212 for `-`.

- `same_spelling(answer, reference)`: whether two answers are the same in this sense.
- `tidy(text)`: the text after these changes.
"""

from __future__ import annotations

import re

from rlvr.envs.math.exact import parse_number

_AROUND = re.compile(
    r"\s*(?:\$\$(.*)\$\$|\$(.*)\$|\\\((.*)\\\)|\\\[(.*)\\\]|\\(?:text|mbox|mathrm|textbf|mathbf)\s*\{([^{}]*)\})\s*",
    re.DOTALL,
)
_DROPPED = re.compile(r"\\(?:left|right)(?![A-Za-z])|\\!\s*")
_SPACES = re.compile(r"(?:\\[,;: ]|~|\s)+")
_SPACE_MARKS = ("\\,", "\\;", "\\:", "\\ ", "~")
_LOOSE_SPACE = re.compile(r"(?<![0-9A-Za-z]) | (?![0-9A-Za-z])")
_MAX_DEPTH = 8  # of lists in lists


def same_spelling(answer: str, reference: str) -> bool:
    r"""Whether the two differ in spelling only.

    Example:
        >>> same_spelling(r"$\left( 3, \dfrac{1}{2} \right)$", "(3, 0.5)"), same_spelling("x + 1", "1 + x")
        (True, False)
    """
    return _same(_without_marks(answer), _without_marks(reference), _MAX_DEPTH)


def tidy(text: str) -> str:
    """The text after the changes that this module lists."""
    text = _without_marks(text).replace("\u2212", "-").replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    return _LOOSE_SPACE.sub("", _SPACES.sub(" ", text).strip())


def _same(answer: str, reference: str, depth: int) -> bool:
    left, right = parse_number(answer), parse_number(reference)
    if left is not None or right is not None:
        return left == right
    if tidy(answer) == tidy(reference):
        return True
    if depth == 0:
        return False
    brackets, elements = _elements(answer)
    other_brackets, others = _elements(reference)
    return (
        brackets == other_brackets
        and len(elements) == len(others) > 1
        and all(_same(*pair, depth - 1) for pair in zip(elements, others, strict=True))
    )


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


def _elements(text: str) -> tuple[str, list[str]]:
    """The brackets around the whole text (none: ""), and what its top-level commas part."""
    text = text.strip()
    if text[:1] in ("(", "[") and text[-1] in ")]":  # Half-open intervals mix the two kinds.
        inside = _split(text[1:-1])
        if inside is not None:
            return text[0] + text[-1], inside
    return "", _split(text) or [text]


def _split(text: str) -> list[str] | None:
    """The pieces between top-level commas; `None` if a bracket closes that was not opened."""
    pieces, start, depth = [], 0, 0
    for position, character in enumerate(text):
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth < 0:
                return None
        elif character == "," and depth == 0 and text[position - 1 : position] != "\\":
            pieces.append(text[start:position])
            start = position + 1
    return [*pieces, text[start:]]
