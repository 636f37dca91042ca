r"""Find the answer in a completion, by convention and in linear time.

Searched is the answer part only, what stands after the last `</think>` and before any role marker (see
`rlvr.envs.answer_part`). A think that is still open has no answer. The conventions are tried in this order, and
the first one that is met decides:

- `boxed`: the last balanced `\boxed{...}` or `\fbox{...}` with a content. Where there is none, the last `\boxed 7`
  without braces, as some of MATH (Hendrycks et al. 2021) has it: up to `$`, or one number;
- `answer`: the last closed `<answer>...</answer>`;
- `hash`: what follows the last `####` on its line (GSM8K) that is no heading of Markdown. `#### Step 3` and
  `#### 1. Find x` are; what has no digit, such as `#### Solution`, is one if a phrase comes after it;
- `phrase`: what follows the last "the answer is" or the like, to the end of its sentence or line; see
  `rlvr.envs.math.phrases`.

`whole` has to be asked for: the answer part is the answer, as it stands.

Only completions are searched, never prompts, so an echoed question cannot supply an answer.

- `Extraction`: what was found.
- `extract(completion, ...)`: find it.
- `all_boxes(completion, ...)`: every box, for those who refuse two different ones.
- `CONVENTIONS`: the names above.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rlvr.envs.answer_part import WINDOW, answer_part
from rlvr.envs.math.phrases import phrased
from rlvr.registry.names import unknown

MAX_ANSWER = 1_000
"""Length in characters above which what was found is no answer."""


class Extraction(NamedTuple):
    """What was found; a named tuple, because one is made for every completion that is judged."""

    answer: str | None
    """The answer without surrounding white space; `None` where none was found, or one above `MAX_ANSWER`."""
    mode: str | None
    """The convention that was met, or `None`."""
    unclosed: bool = False
    """A think was still open at the end."""
    delimited: bool = True
    """More text would not have changed the answer: its closing mark, or text after it, was seen."""


_NOTHING = Extraction(None, None)
_UNCLOSED = Extraction(None, None, unclosed=True)

_BOX_TOKENS = re.compile(r"\\(?:boxed|fbox)\s*\{|\\\\(?!boxed|fbox)|\\[{}]|[{}]")
_BOX_NAME = re.compile(r"\\(?:boxed|fbox)\b")
# Without braces: a number if there is one, then what stands before the next dollar on the line.
_BARE_BOX = re.compile(r"\\(?:boxed|fbox)[ \t]+(-?[0-9]+(?:[.,/][0-9]+)*)?([^$\n{}]{0,100}\$)?")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2}")
_DIGIT = re.compile("[0-9]")
# A word or a number with a full stop, and then more that is no operator: `Step 3`, `The answer is 42`, `1. Find x`.
_HEADING = re.compile(r"(?:[^\W\d_]{2,}\W?\s+[^\s=+*/^<>-]|[0-9]+[.):]\s+[^\W\d_]{2})")


def extract(completion: str, *, convention: str = "auto", opened_think: bool = False) -> Extraction:
    r"""Find the answer in `completion`.

    Args:
        completion: The model's text and nothing else.
        convention: One of `CONVENTIONS`, or `"auto"` for the first of them, `"whole"` aside, that is met.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Raises:
        ValueError: There is no such convention.

    Example:
        >>> extract(r"<think>\boxed{1}?</think> It is \boxed{\frac{1}{2}}.")
        Extraction(answer='\\frac{1}{2}', mode='boxed', unclosed=False, delimited=True)
    """
    part, ended = completion, False
    # Most completions are their own answer part; a single character is found many times as fast as a word.
    if opened_think or ("<" in completion and ("think>" in completion or "|" in completion or "｜" in completion)):
        searched, ended = answer_part(completion, opened_think)
        if searched is None:
            return _UNCLOSED
        part = searched
    elif len(completion) > WINDOW:
        part = completion[-WINDOW:]
    if convention == "auto":
        found = _boxed(part) or _tagged(part) or _hashed_or_phrased(part)
    elif isinstance(convention, str) and convention in _READERS:
        found = _READERS[convention](part)
    else:
        raise ValueError(unknown("convention", convention, ("auto", *CONVENTIONS)))
    if found is None:
        return _NOTHING
    if ended and not found.delimited:
        found = found._replace(delimited=True)
    if found.answer is not None and len(found.answer) > MAX_ANSWER:
        return found._replace(answer=None)
    return found


def all_boxes(completion: str, *, opened_think: bool = False) -> list[str]:
    r"""The contents of all boxes in the part that `extract` searches, in order; the last one is what it finds.

    A box around boxes is not counted, only those in it are: `\boxed{\boxed{42}}` is one. Empty boxes and those that
    were never closed are none. A box without braces counts where there is none with them, and then only the last.

    Args:
        completion: The model's text and nothing else.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Example:
        >>> all_boxes(r"\boxed{7}? No: $x = \boxed{\frac{1}{2}}$.")
        ['7', '\\frac{1}{2}']
    """
    part, _ = answer_part(completion, opened_think)
    if part is None:
        return []
    last = part.rfind("\\boxed")
    # Most often that box is all there is of commands, and a single character is found many times as fast as a word.
    alone = part.find("\\") == last and part.find("\\", last + 1) < 0
    if not alone and part.count("\\boxed") + part.count("\\fbox") > 1:
        first = _BOX_NAME.search(part)
        if first and (boxes := _scan(part, first.start())):
            return boxes
    found = _boxed(part)
    return [] if found is None or found.answer is None else [found.answer]


def _boxed(part: str) -> Extraction | None:
    """The last box, by a search from the right where nothing is nested, else by one pass over all braces."""
    box = part.rfind("\\boxed{")
    if box >= 0:
        end = part.find("}", box)
        content = part[box + 7 : end].strip()
        if (
            end > 0
            and content
            and "{" not in content
            and "\\" not in content
            and (part.find("\\", end) < 0 or (part.find("\\fbox", end) < 0 and part.find("\\boxed", end) < 0))
        ):
            return Extraction(content, "boxed")
    first = _BOX_NAME.search(part)
    if first is None:
        return None
    boxes = _scan(part, first.start())
    return Extraction(boxes[-1], "boxed") if boxes else _bare_box(part)


def _scan(part: str, begin: int) -> list[str]:
    """Contents of the balanced, non-empty boxes from `begin` on that have no such box in them, in order."""
    open_braces: list[tuple[int, bool]] = []  # (where the content starts, is it a box)
    boxes: list[str] = []
    last = -1  # where the content of the last of them starts
    for token in _BOX_TOKENS.finditer(part, begin):
        text = token[0]
        if text == "}":
            if open_braces:
                start, is_box = open_braces.pop()
                # Boxes close from the inside: one that starts before another that is closed is around it.
                if is_box and start > last and (inside := part[start : token.start()].strip()):
                    last = start
                    boxes.append(inside)
        elif text[-1] == "{" and text != "\\{":
            open_braces.append((token.end(), text != "{"))
    return boxes


def _bare_box(part: str) -> Extraction | None:
    """The last box without braces."""
    start = max(part.rfind("\\boxed "), part.rfind("\\fbox "))
    box = _BARE_BOX.match(part, start) if start >= 0 else None
    if box is None:
        return None
    number, rest = box[1] or "", box[2]
    if rest is not None and not _WORD.search(rest):
        content = (number + rest[:-1]).strip()
        return Extraction(content, "boxed") if content else None
    # One character more may have been a decimal point.
    return Extraction(number, "boxed", False, box.end(1) + 1 < len(part)) if number else None


def _tagged(part: str) -> Extraction | None:
    """The last `<answer>` that is closed."""
    end = part.rfind("</answer>")
    start = part.rfind("<answer>", 0, end) if end >= 0 else -1
    if start < 0:
        return None
    return _unboxed(part[start + 8 : part.find("</answer>", start)], "answer")


def _last_hash(part: str) -> tuple[int, Extraction] | None:
    """Where the last `####` stands that is no heading, and what follows it on its line."""
    end = len(part)
    while (start := part.rfind("####", 0, end)) >= 0:
        line, newline, _ = part[start + 4 : end].partition("\n")
        found = _unboxed(line.strip(" \t\r*`"), "hash", bool(newline) or end < len(part))
        if found is not None and found.answer is not None and not _HEADING.match(found.answer):
            return start, found
        end = start
    return None


def _hashed(part: str) -> Extraction | None:
    """The last `####` that is no heading."""
    hashed = _last_hash(part)
    return None if hashed is None else hashed[1]


def _phrased(part: str) -> Extraction | None:
    """The last phrase that has an answer."""
    for content, delimited in phrased(part):
        if found := _unboxed(content, "phrase", delimited):
            return found
    return None


def _hashed_or_phrased(part: str) -> Extraction | None:
    """What follows `####`; without a digit it gives way to a phrase after it, and headings to one anywhere."""
    hashed = _last_hash(part)
    if hashed is None:
        return _phrased(part)
    start, found = hashed
    if found.answer is not None and _DIGIT.search(found.answer):
        return found
    return _phrased(part[start:]) or found


def _whole(part: str) -> Extraction | None:
    """All of it; more text would have been more answer."""
    content = part.strip()
    return Extraction(content, "whole", False, False) if content else None


def _unboxed(content: str, mode: str, delimited: bool = True) -> Extraction | None:
    """What was found, taken out of the last box in it, unless it is nothing or holds a box that was never closed."""
    content = content.strip()
    if "\\" in content and _BOX_NAME.search(content):
        box = _boxed(content)
        content = "" if box is None or box.answer is None else box.answer
    return Extraction(content, mode, False, delimited) if content else None


_READERS: dict[str, Callable[[str], Extraction | None]] = {
    "boxed": _boxed,
    "answer": _tagged,
    "hash": _hashed,
    "phrase": _phrased,
    "whole": _whole,
}
CONVENTIONS = tuple(_READERS)
"""Names of the conventions, in the order in which `"auto"` tries them; it does not try `"whole"`."""
