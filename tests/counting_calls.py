"""Work as a number of calls: what a busy machine cannot disturb."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def counted(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, int]:
    """What a function returns, and how many calls that took: a measure of work that no busy machine disturbs."""
    calls = 0

    def count(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        result = function(*arguments, **options)
    finally:
        sys.setprofile(before)
    return result, calls
