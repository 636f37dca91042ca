"""From tagged JSON to values: the trusted half.

Whatever arrives may have been written to do harm. Every type is checked exactly, only types of the standard library are
made, and nothing costs more than its length, up to the limits of `bounds`.

- `decode(data)`: the format is in `values`.
- `Opaque`: what an object decodes to by default.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DecimalException, InvalidOperation
from fractions import Fraction
from math import isfinite
from typing import Any

from rlvr.envs.sandbox.guest.bounds import (
    DECIMAL_LENGTH,
    FRACTION_DIGITS,
    INT_DIGITS,
    MOST_COLLISIONS,
    MOST_DEPTH,
    MOST_VALUES,
    NAME_LENGTH,
    PLAIN_INT,
    TYPES,
)

_ATOMS = frozenset((str, bool, type(None)))
_FLOATS = ("nan", "inf", "-inf")
_HEXADECIMAL = re.compile("-?[0-9a-f]+").fullmatch
_EXACT = Context(traps=[InvalidOperation])


class Opaque:
    """A value that stayed in its process: equal to nothing but itself, and neither true nor false."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        """Stand for an instance of a class of that name."""
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name} object>"

    def __bool__(self) -> bool:
        """Refused: a checker that asks `output and ...` would take any object for right.

        Raises:
            TypeError: Always.
        """
        raise TypeError(f"an object of class {self.name} has no truth value here")


_Factory = Callable[[int, str], Any]


class _Decoding:
    """One run: what may still come, and who makes objects."""

    __slots__ = ("factory", "left")

    def __init__(self, factory: _Factory | None, most: int) -> None:
        self.factory = factory
        self.left = most


_Reader = Callable[[Any, _Decoding, int], Any]
"""Gets what stands behind the tag, the run and the depth."""


def decode(data: Any, *, object_factory: _Factory | None = None, most: int = MOST_VALUES) -> Any:
    """The value that tagged JSON stands for, made of new containers.

    Args:
        data: What `values.loads` gave, or JSON data of one's own.
        object_factory: Makes what stands for an object, from its handle and the name of its class. By default an
            `Opaque`.
        most: Number of values, counted at every depth, that may be in it.

    Raises:
        ValueError: It is malformed in any way: an unknown tag, a wrong type, an element of a set that cannot be one or
            is there twice, too many values, too deep.

    Example:
        >>> decode({"$tuple": [1, {"$float": "inf"}]})
        (1, inf)
    """
    try:
        return _decode(data, _Decoding(object_factory, most), 0)
    except (TypeError, OverflowError, DecimalException, ZeroDivisionError, RecursionError) as error:
        raise ValueError(f"Expected tagged JSON, actually: {type(error).__name__}: {error}.") from error


def _decode(data: Any, run: _Decoding, depth: int) -> Any:
    kind = type(data)
    if kind in _ATOMS:
        return data
    if kind is int:
        if -PLAIN_INT < data < PLAIN_INT:
            return data
        raise ValueError('Expected an integer of less than 64 bits, actually: a longer one. Write {"$int": ...}.')
    if kind is float:
        if isfinite(data):
            return data
        raise ValueError(f'Expected a finite number, actually: {data}. Write {{"$float": ...}}.')
    if kind is list:
        return _many(data, run, depth)
    if kind is not dict:
        raise ValueError(f"Expected JSON data, actually: a {kind.__name__}.")
    for key in data:
        if type(key) is not str:
            raise ValueError(f"Expected the keys of a JSON object to be strings, actually: a {type(key).__name__}.")
        if key[:1] == "$":
            return _tagged(data, run, depth)
    return dict(zip(data, _many(list(data.values()), run, depth), strict=True))


def _many(values: Any, run: _Decoding, depth: int) -> list[Any]:
    """Values at once; those that are all of one plain kind are looked at by C alone."""
    if type(values) is not list:
        raise ValueError(f"Expected a JSON array, actually: {_shown(values)}.")
    run.left -= len(values)
    if run.left < 0:
        raise ValueError("Expected fewer values, actually: more than one message may hold.")
    kinds = set(map(type, values))
    if kinds <= _ATOMS:
        return values.copy()
    if len(kinds) == 1:
        if int in kinds and -PLAIN_INT < min(values) and max(values) < PLAIN_INT:
            return values.copy()
        if float in kinds and all(map(isfinite, values)):
            return values.copy()
    if depth >= MOST_DEPTH:
        raise ValueError(f"Expected at most {MOST_DEPTH} levels, actually: more.")
    return [_decode(value, run, depth + 1) for value in values]


def _tagged(data: dict[str, Any], run: _Decoding, depth: int) -> Any:
    if len(data) == 1:
        [(tag, payload)] = data.items()
        reader = _READERS.get(tag)
        if reader is not None:
            return reader(payload, run, depth)
    elif len(data) == 2 and "$object" in data and "type" in data:
        return _to_object(data["$object"], data["type"], run)
    raise ValueError(f"Expected an object with one known tag, actually: {_shown(min(data))} among {len(data)} keys.")


def _shown(value: Any) -> str:
    """For a message: never long, and never an integer that Python refuses to print."""
    return repr(value[:80]) if type(value) is str else f"a {type(value).__name__}"


def _to_object(handle: Any, name: Any, run: _Decoding) -> Any:
    if type(handle) is not int or not 0 <= handle < PLAIN_INT or type(name) is not str or len(name) > NAME_LENGTH:
        raise ValueError(f"Expected a handle and a name, actually: {_shown(handle)} and {_shown(name)}.")
    return Opaque(name) if run.factory is None else run.factory(handle, name)


def _text(payload: Any, most: int) -> str:
    if type(payload) is not str or len(payload) > most:
        raise ValueError(f"Expected at most {most} characters, actually: {_shown(payload)}.")
    return payload


def _integer(payload: Any) -> int:
    """An integer, plain or tagged."""
    value = _decode(payload, _Decoding(None, 0), 0)
    if type(value) is not int:
        raise ValueError(f"Expected an integer, actually: {_shown(payload)}.")
    return value


def _real(payload: Any) -> float:
    value = _decode(payload, _Decoding(None, 0), 0)
    if type(value) is not float:
        raise ValueError(f"Expected a float, actually: {_shown(payload)}.")
    return value


def _exactly(payload: Any, count: int) -> list[Any]:
    if type(payload) is not list or len(payload) != count:
        raise ValueError(f"Expected a JSON array of {count} elements, actually: {_shown(payload)}.")
    return payload


def _from_hexadecimal(payload: Any, most: int) -> int:
    digits = _text(payload, most + 1)
    if not _HEXADECIMAL(digits):
        raise ValueError(f"Expected hexadecimal digits, actually: {_shown(payload)}.")
    return int(digits, 16)


def _to_float(payload: Any, run: _Decoding, depth: int) -> float:
    if payload not in _FLOATS:
        raise ValueError(f"Expected one of {_FLOATS}, actually: {_shown(payload)}.")
    return float(payload)


def _to_bytes(payload: Any) -> bytes:
    if type(payload) is not str:
        raise ValueError(f"Expected hexadecimal digits, actually: {_shown(payload)}.")
    return bytes.fromhex(payload)


def _distinct(payload: Any, run: _Decoding, depth: int) -> dict[Any, None]:
    """What a set or a dict is made of: the elements in their order, as keys."""
    elements = _many(payload, run, depth)
    if len(elements) > MOST_COLLISIONS and len(elements) - len(set(map(hash, elements))) > MOST_COLLISIONS:
        raise ValueError(f"Expected elements with different hashes, actually: {len(elements)} elements that collide.")
    made = dict.fromkeys(elements)
    if len(made) != len(elements):
        raise ValueError("Expected the elements of a set or the keys of a dict to differ, actually: some are equal.")
    return made


def _to_dict(payload: Any, run: _Decoding, depth: int) -> dict[Any, Any]:
    if type(payload) is not list:
        raise ValueError(f"Expected a JSON array of pairs, actually: {_shown(payload)}.")
    pairs = [_exactly(pair, 2) for pair in payload]
    keys = _distinct([key for key, _ in pairs], run, depth)
    return dict(zip(keys, _many([value for _, value in pairs], run, depth), strict=True))


def _to_fraction(payload: Any, run: _Decoding, depth: int) -> Fraction:
    above, below = (_from_hexadecimal(part, FRACTION_DIGITS) for part in _exactly(payload, 2))
    return Fraction(above, below)


def _to_ellipsis(payload: Any, run: _Decoding, depth: int) -> Any:
    if type(payload) is not int or payload != 1:
        raise ValueError(f"Expected 1, actually: {_shown(payload)}.")
    return ...


def _to_type(payload: Any, run: _Decoding, depth: int) -> Any:
    name = _text(payload, NAME_LENGTH)
    if name not in TYPES:
        raise ValueError(f"Expected one of {', '.join(TYPES)}, actually: {_shown(payload)}.")
    return TYPES[name]


_READERS: dict[str, _Reader] = {
    "$tuple": lambda payload, run, depth: tuple(_many(payload, run, depth)),
    "$set": lambda payload, run, depth: set(_distinct(payload, run, depth)),
    "$frozenset": lambda payload, run, depth: frozenset(_distinct(payload, run, depth)),
    "$deque": lambda payload, run, depth: deque(_many(payload, run, depth)),
    "$iterator": lambda payload, run, depth: iter(_many(payload, run, depth)),
    "$dict": _to_dict,
    "$keys": lambda payload, run, depth: _distinct(payload, run, depth).keys(),
    "$values": lambda payload, run, depth: dict(enumerate(_many(payload, run, depth))).values(),
    "$items": lambda payload, run, depth: _to_dict(payload, run, depth).items(),
    "$int": lambda payload, run, depth: _from_hexadecimal(payload, INT_DIGITS),
    "$float": _to_float,
    "$complex": lambda payload, run, depth: complex(*(_real(part) for part in _exactly(payload, 2))),
    "$bytes": lambda payload, run, depth: _to_bytes(payload),
    "$bytearray": lambda payload, run, depth: bytearray(_to_bytes(payload)),
    "$range": lambda payload, run, depth: range(*(_integer(bound) for bound in _exactly(payload, 3))),
    "$date": lambda payload, run, depth: date.fromisoformat(_text(payload, 64)),
    "$datetime": lambda payload, run, depth: datetime.fromisoformat(_text(payload, 64)),
    "$time": lambda payload, run, depth: time.fromisoformat(_text(payload, 64)),
    "$timedelta": lambda payload, run, depth: timedelta(*(_integer(part) for part in _exactly(payload, 3))),
    "$decimal": lambda payload, run, depth: Decimal(_text(payload, DECIMAL_LENGTH), _EXACT),
    "$fraction": _to_fraction,
    "$ellipsis": _to_ellipsis,
    "$type": _to_type,
}
