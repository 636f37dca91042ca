r"""Find the answer in a completion, by convention and in linear time.

The answer part is what stands after the last `</think>`; a think that is still open has no answer. In its last `WINDOW`
characters the conventions are tried in this order, and the first one that is met decides:

- `boxed`: the last balanced `\boxed{...}` or `\fbox{...}`, with a content;
- `answer`: the last closed `<answer>...</answer>`;
- `hash`: what follows the last `####` on its line (GSM8K); without a digit it is taken for a heading if a phrase comes
  after it;
- `phrase`: what follows the last "the answer is" or "the final answer is", to the end of its sentence or line.

Only completions are searched, never prompts, so an echoed question cannot supply an answer.

- `Extraction`: what was found.
- `extract(completion, ...)`: find it.
- `CONVENTIONS`: the names above.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from rlvr.registry.names import unknown

WINDOW = 20_000
"""Number of characters from the end in which an answer is looked for."""

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
_PHRASE = re.compile(r"\bthe\s{1,8}(?:final\s{1,8})?answer\s{1,8}is\b\s*:?\s*", re.IGNORECASE)
_DIGIT = re.compile("[0-9]")
# A full stop ends the sentence where white space or nothing follows it: "3.5" has none inside.
_SENTENCE_END = re.compile(r"\n|\.(?=\s|\Z)")


def extract(completion: str, *, convention: str = "auto", opened_think: bool = False) -> Extraction:
    r"""Find the answer in `completion`.

    Args:
        completion: The model's text and nothing else.
        convention: One of `CONVENTIONS`, or `"auto"` for the first of them that is met.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Raises:
        ValueError: There is no such convention.

    Example:
        >>> extract(r"<think>\boxed{1}?</think> It is \boxed{\frac{1}{2}}.")
        Extraction(answer='\\frac{1}{2}', mode='boxed', unclosed=False, delimited=True)
    """
    part = completion
    if opened_think or "think>" in completion:
        closed = completion.rfind("</think>")
        if completion.rfind("<think>") > closed or (opened_think and closed < 0):
            return _UNCLOSED
        if closed >= 0:
            part = completion[closed + 8 :]
    if len(part) > WINDOW:
        part = part[-WINDOW:]
    if convention == "auto":
        found = _boxed(part) or _tagged(part) or _hashed_or_phrased(part)
    elif isinstance(convention, str) and convention in _READERS:
        found = _READERS[convention](part)
    else:
        raise ValueError(unknown("convention", convention, ("auto", *CONVENTIONS)))
    if found is None:
        return _NOTHING
    if found.answer is not None and len(found.answer) > MAX_ANSWER:
        return found._replace(answer=None)
    return found


def _boxed(part: str) -> Extraction | None:
    """The last box, by a scan from the right where nothing is nested, else by one pass over all braces."""
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
    content = _last_box(part)
    return Extraction(content, "boxed") if content else None


def _last_box(part: str) -> str:
    """Content of the balanced, non-empty box that starts last; empty if there is none."""
    first = _BOX_NAME.search(part)
    if first is None:
        return ""
    open_braces: list[tuple[int, bool]] = []  # (where the content starts, is it a box)
    last, content = -1, ""
    for token in _BOX_TOKENS.finditer(part, first.start()):
        text = token[0]
        if text == "}":
            if open_braces:
                start, is_box = open_braces.pop()
                if is_box and start > last and (inside := part[start : token.start()].strip()):
                    last, content = start, inside
        elif text[-1] == "{" and text != "\\{":
            open_braces.append((token.end(), text != "{"))
    return content


def _tagged(part: str) -> Extraction | None:
    """The last `<answer>` that is closed; a box inside it is taken out of it."""
    end = part.rfind("</answer>")
    start = part.rfind("<answer>", 0, end) if end >= 0 else -1
    if start < 0:
        return None
    content = part[start + 8 : part.find("</answer>", start)].strip()
    if "\\" in content:
        content = _last_box(content) or content
    return _unboxed(content, "answer")


def _hashed(part: str) -> Extraction | None:
    """What follows the last `####` on its line."""
    start = part.rfind("####")
    if start < 0:
        return None
    end = part.find("\n", start)
    return _unboxed(part[start + 4 : end] if end >= 0 else part[start + 4 :], "hash", end >= 0)


def _phrased(part: str) -> Extraction | None:
    """What follows the last "the (final) answer is", to the end of its sentence or line."""
    begin = -1
    for phrase in _PHRASE.finditer(part):
        begin = phrase.end()
    if begin < 0:
        return None
    stop = _SENTENCE_END.search(part, begin)
    end = len(part) if stop is None else stop.start()
    # A full stop with nothing behind it may be a decimal point that was cut.
    delimited = stop is not None and (stop[0] == "\n" or stop.end() < len(part))
    return _unboxed(part[begin:end].strip(" \t\r*").removesuffix("."), "phrase", delimited)


def _hashed_or_phrased(part: str) -> Extraction | None:
    """What follows `####`, unless that is a heading of Markdown, such as `#### Solution`, with a phrase after it."""
    hashed = _hashed(part)
    if hashed is None:
        return _phrased(part)
    if hashed.answer is not None and _DIGIT.search(hashed.answer):
        return hashed
    return _phrased(part[part.rfind("####") :]) or hashed


def _unboxed(content: str, mode: str, delimited: bool = True) -> Extraction | None:
    """What was found, unless it is nothing or holds a box that was never closed."""
    content = content.strip()
    if not content or ("\\" in content and _BOX_NAME.search(content)):
        return None
    return Extraction(content, mode, False, delimited)


_READERS: dict[str, Callable[[str], Extraction | None]] = {
    "boxed": _boxed,
    "answer": _tagged,
    "hash": _hashed,
    "phrase": _phrased,
}
CONVENTIONS = tuple(_READERS)
"""Names of the conventions, in the order in which `"auto"` tries them."""
