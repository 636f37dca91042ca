"""From values to tagged JSON, beside the program that made them.

A subclass is cast to its base by methods of the base, so nothing that a program defined decides how its result
compares: `Counter` and `OrderedDict` are dicts, a named tuple is a tuple, an `IntEnum` is an integer.

- `encode(value)`: the format is in `values`.
"""

from __future__ import annotations

import itertools
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any

from rlvr.envs.sandbox.guest.bounds import (
    DECIMAL_LENGTH,
    FRACTION_DIGITS,
    INT_DIGITS,
    MOST_DEPTH,
    MOST_READ,
    MOST_VALUES,
    NAME_LENGTH,
    PLAIN_INT,
    TYPES,
)

_ATOMS = frozenset((str, bool, type(None)))


class _Encoding:
    """One run: what it may still write, and who gives handles."""

    __slots__ = ("left", "objects")

    def __init__(self, objects: Callable[[Any], int] | None, most: int) -> None:
        self.objects = objects
        self.left = most


_Form = Callable[[Any, _Encoding, int], Any]
"""Gets the value, the run and the depth."""


def encode(value: Any, *, objects: Callable[[Any], int] | None = None, most: int = MOST_VALUES) -> Any:
    """A value as tagged JSON.

    Iterators of the standard library are read out, so what their code raises is raised here.

    Args:
        value: Anything.
        objects: Gives a handle for a value that has no form of its own, an integer that is not negative. By default it
            is 0.
        most: Number of values, counted at every depth, that may be in it.

    Raises:
        ValueError: It holds more than `most` values, contains itself, is nested deeper than `MOST_DEPTH`, or has a
            number that is too long.

    Example:
        >>> encode({"a": (1, 2.5), 3: {4}})
        {'$dict': [['a', {'$tuple': [1, 2.5]}], [3, {'$set': [4]}]]}
    """
    try:
        return _encode(value, _Encoding(objects, most), 0)
    except RecursionError as error:  # The program may have lowered the limit, or its code that is run here recurses.
        raise ValueError("Expected a value that can be gone through, actually: RecursionError.") from error


def _encode(value: Any, run: _Encoding, depth: int) -> Any:
    kind = type(value)
    return (_FORMS.get(kind) or _inherited(kind))(value, run, depth)


def _inherited(kind: type) -> _Form:
    for base in type.__dict__["__mro__"].__get__(kind):
        form = _FORMS.get(base)
        if form is not None:
            return form
    return _of_object


def _of_atom(value: Any, run: _Encoding, depth: int) -> Any:
    return value


def _of_str(value: str, run: _Encoding, depth: int) -> str:
    return str.__str__(value)


def _of_int(value: int, run: _Encoding, depth: int) -> Any:
    exact = int.__index__(value)
    if -PLAIN_INT < exact < PLAIN_INT:
        return exact
    return {"$int": _hexadecimal(exact, INT_DIGITS)}


def _hexadecimal(value: int, most: int) -> str:
    if value.bit_length() > 4 * most:
        raise ValueError(f"Expected an integer of at most {4 * most} bits, actually: {value.bit_length()}.")
    return format(value, "x")


def _of_float(value: float, run: _Encoding, depth: int) -> Any:
    exact = float.__float__(value)
    return exact if isfinite(exact) else {"$float": repr(exact)}


def _of_complex(value: complex, run: _Encoding, depth: int) -> Any:
    exact = complex.__complex__(value)
    return {"$complex": [_of_float(exact.real, run, depth), _of_float(exact.imag, run, depth)]}


def _of_list(value: Any, run: _Encoding, depth: int) -> list[Any]:
    return _many(list(list.__iter__(value)), run, depth)


def _many(values: list[Any], run: _Encoding, depth: int) -> list[Any]:
    """Values at once; those that are all of one plain kind are looked at by C alone."""
    run.left -= len(values)
    if run.left < 0:
        raise ValueError("Expected fewer values, actually: more than fit in one message. Return less at once.")
    kinds = set(map(type, values))
    if kinds <= _ATOMS:
        return values
    if len(kinds) == 1:
        if int in kinds and -PLAIN_INT < min(values) and max(values) < PLAIN_INT:
            return values
        if float in kinds and all(map(isfinite, values)):
            return values
    if depth >= MOST_DEPTH:
        raise ValueError(f"Expected at most {MOST_DEPTH} levels, actually: more, or a value that contains itself.")
    return [_encode(one, run, depth + 1) for one in values]


def _of_dict(value: Any, run: _Encoding, depth: int) -> Any:
    return _mapping(list(dict.items(value)), run, depth)


def _of_ordered(value: Any, run: _Encoding, depth: int) -> Any:
    """Its order is not that of the dict below it once `move_to_end` was called."""
    return _mapping([(key, dict.__getitem__(value, key)) for key in OrderedDict.__iter__(value)], run, depth)


def _mapping(items: list[tuple[Any, Any]], run: _Encoding, depth: int) -> Any:
    keys = [key for key, _ in items]
    values = _many([value for _, value in items], run, depth)
    for key in keys:
        if type(key) is not str or key[:1] == "$":
            return {"$dict": [[*pair] for pair in zip(_many(keys, run, depth), values, strict=True)]}
    return dict(zip(keys, values, strict=True))


def _of_items(value: Any, run: _Encoding, depth: int) -> Any:
    items = list(value)
    keys = _many([key for key, _ in items], run, depth)
    return {"$items": [[*pair] for pair in zip(keys, _many([item for _, item in items], run, depth), strict=True)]}


def _of_iterator(value: Any, run: _Encoding, depth: int) -> Any:
    read = list(itertools.islice(value, MOST_READ + 1))
    if len(read) > MOST_READ:
        return _object(itertools.chain(read, value), type(value), run)
    return {"$iterator": _many(read, run, depth)}


def _of_object(value: Any, run: _Encoding, depth: int) -> Any:
    return _object(value, type(value), run)


def _object(value: Any, kind: type, run: _Encoding) -> Any:
    name = type.__dict__["__name__"].__get__(kind)
    return {"$object": 0 if run.objects is None else run.objects(value), "type": name[:NAME_LENGTH]}


def _scalar(tag: str, read: Callable[[Any], Any]) -> _Form:
    """The form of a value that `read` turns into JSON."""
    return lambda value, run, depth: {tag: read(value)}


def _container(tag: str, read: Callable[[Any], Iterable[Any]]) -> _Form:
    """The form of a container whose items `read` gives."""
    return lambda value, run, depth: {tag: _many(list(read(value)), run, depth)}


def _of_range(value: range, run: _Encoding, depth: int) -> Any:
    return {"$range": [_of_int(bound, run, depth) for bound in (value.start, value.stop, value.step)]}


def _decimal_text(value: Any) -> str:
    text = Decimal.__str__(value)
    if len(text) > DECIMAL_LENGTH:
        raise ValueError(f"Expected a decimal of at most {DECIMAL_LENGTH} characters, actually: {len(text)}.")
    return text


def _fraction_parts(value: Any) -> list[str]:
    return [_hexadecimal(int.__index__(part), FRACTION_DIGITS) for part in (value._numerator, value._denominator)]


def _of_type(value: type, run: _Encoding, depth: int) -> Any:
    for name, kind in TYPES.items():
        if value is kind:
            return {"$type": name}
    return _of_object(value, run, depth)


def _timedelta_parts(value: timedelta) -> list[int]:
    exact = timedelta.__pos__(value)
    return [exact.days, exact.seconds, exact.microseconds]


_DICT: dict[Any, Any] = {}
_ORDERED: OrderedDict[Any, Any] = OrderedDict()
_BOTH_WAYS: tuple[Any, ...] = ([], (), bytearray(), range(0), range(1 << 70), _DICT, _ORDERED, deque())
_DICTS: tuple[dict[Any, Any], ...] = (_DICT, _ORDERED)
_VIEWS: list[Any] = [view for some in _DICTS for view in (some.keys(), some.values(), some.items())]
_ITERATORS = {
    *(types.GeneratorType, map, filter, zip, enumerate, reversed),
    *(kind for kind in vars(itertools).values() if hasattr(kind, "__next__")),
    *(type(walk(some)) for some in (*_BOTH_WAYS, *_VIEWS) for walk in (iter, reversed)),
    *(type(iter(some)) for some in ("ascii", "é", b"", {0})),
    type(iter(int, 0)),
}

_FORMS: dict[type, _Form] = {
    type(None): _of_atom,
    bool: _of_atom,
    str: _of_str,
    int: _of_int,
    float: _of_float,
    complex: _of_complex,
    list: _of_list,
    dict: _of_dict,
    OrderedDict: _of_ordered,
    tuple: _container("$tuple", tuple.__iter__),
    set: _container("$set", set.__iter__),
    frozenset: _container("$frozenset", frozenset.__iter__),
    deque: _container("$deque", deque.__iter__),
    type(_DICT.keys()): _container("$keys", iter),
    type(_DICT.values()): _container("$values", iter),
    type(_DICT.items()): _of_items,
    bytes: _scalar("$bytes", bytes.hex),
    bytearray: _scalar("$bytearray", bytearray.hex),
    range: _of_range,
    date: _scalar("$date", date.isoformat),
    datetime: _scalar("$datetime", datetime.isoformat),
    time: _scalar("$time", time.isoformat),
    timedelta: _scalar("$timedelta", _timedelta_parts),
    Decimal: _scalar("$decimal", _decimal_text),
    Fraction: _scalar("$fraction", _fraction_parts),
    type(...): _scalar("$ellipsis", lambda _: 1),
    type: _of_type,
    **dict.fromkeys(_ITERATORS, _of_iterator),
}
