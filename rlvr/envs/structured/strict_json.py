"""JSON read strictly, and compared.

- `loads(text)`: RFC 8259 and nothing else: no `NaN`, no key twice, bounded depth and numbers.
- `leaves(value)`: its values by their place, to compare two of them.
- `right_leaves(value, expected)`: how many are equal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NoReturn

DEPTH = 64
"""Most arrays and objects inside each other."""

DIGITS = 300
"""Most characters of a number: more digits than a double can tell, and few enough that none overflows."""

Leaves = dict[tuple[str | int, ...], Any]


def loads(text: str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: It is no JSON text, or not one that is taken; the message says why.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except RecursionError:
        raise ValueError(f"It is nested more than {DEPTH} deep.") from None
    _require_shallow(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise ValueError(f"The key {name!r:.80} stands twice in an object.")
            seen.add(name)
    return made


def _constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}.")


def _integer(digits: str) -> int:
    _require_short(digits)
    return int(digits)


def _float(digits: str) -> float:
    _require_short(digits)
    value = float(digits)
    if math.isinf(value):
        raise ValueError(f"The number {digits:.40} is too large.")
    return value


def _require_short(digits: str) -> None:
    if len(digits) > DIGITS:
        raise ValueError(f"A number has {len(digits)} characters; the most is {DIGITS}.")


def _require_shallow(value: Any) -> None:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(DEPTH):
        level = [inner for one in level for inner in _held(one) if isinstance(inner, dict | list)]
        if not level:
            return
    raise ValueError(f"It is nested more than {DEPTH} deep.")


def _held(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def leaves(value: Any) -> Leaves:
    """Each value that holds no other, by the keys and indices that lead to it; kinds that differ are never equal."""
    found: Leaves = {}
    open_: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while open_:
        place, one = open_.pop()
        if isinstance(one, dict) and one:
            open_ += [((*place, name), held) for name, held in one.items()]
        elif isinstance(one, list) and one:
            open_ += [((*place, index), held) for index, held in enumerate(one)]
        elif isinstance(one, int | float) and not isinstance(one, bool):
            found[place] = ("number", one)
        else:
            found[place] = (type(one).__name__, one)
    return found


def right_leaves(value: Any, expected: Any) -> tuple[int, int]:
    """How many leaves are equal, and how many there are on either side; both are the same only for equal values."""
    mine, theirs = leaves(value), leaves(expected)
    right = sum(1 for place, leaf in mine.items() if place in theirs and theirs[place] == leaf)
    return right, len(mine.keys() | theirs.keys())
