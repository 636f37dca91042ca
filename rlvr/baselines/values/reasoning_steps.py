"""Reasoning steps inside an answer, found on its tokens.

- `step_ends`: where they end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any


def step_ends(ids: Sequence[int], tokenizer: Any, separator: str) -> list[int]:
    """Where the steps inside an answer end, the last one's end left out: positions in `ids`, each above 0.

    A step ends with the token with which its text first has the separator in it, so a token is never cut, and nothing
    is encoded again. White space before a step's text belongs to the step: empty lines are no steps.

    Args:
        ids: The sampled tokens, without the end-of-turn token.
        tokenizer: Its `decode` turns them into text.
        separator: Text.
    """

    def text(start: int, end: int) -> str:
        return str(tokenizer.decode(list(ids[start:end]), skip_special_tokens=False)).lstrip()

    def ended(start: int, end: int) -> bool:
        return separator in text(start, end)

    ends = [0]
    while (end := _first(ended, ends[-1], len(ids))) is not None:
        ends.append(end)
    if not text(ends[-1], len(ids)):
        ends.pop()
    return ends[1:]


def _first(holds: Callable[[int, int], bool], start: int, length: int) -> int | None:
    """The least `end` up to `length` with `holds(start, end)`, which stays true once it is; none if there is none.

    In strides that double, then by halves, so that only a stretch as long as the step is looked at.
    """
    stride = 1
    while not holds(start, min(start + stride, length)):
        if start + stride >= length:
            return None
        stride *= 2
    low, high = start + stride // 2 + 1, min(start + stride, length)
    return bisect_left(range(high), True, low, high, key=lambda end: holds(start, end))
