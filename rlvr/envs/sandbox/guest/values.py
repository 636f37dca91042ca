"""Values as tagged JSON: how arguments go into a program's process and results come out of it, without pickle.

`null`, booleans, finite floats, strings, integers of less than 64 bits, lists, and dicts whose keys are strings that do
not begin with `"$"` are themselves. Everything else is an object with one key that says what it is:
`{"$tuple": [...]}`, `$set`, `$frozenset`, `$deque`, `$iterator` (read out), `{"$dict": [[key, value], ...]}`, the views
`$keys`, `$values`, `$items`, `{"$int": "-ff"}` (hexadecimal), `{"$float": "nan"}`, `{"$complex": [re, im]}`,
`{"$bytes": "00ff"}`, `$bytearray`, `{"$range": [start, stop, step]}`, `$date`, `$datetime`, `$time` (ISO 8601:
`fold` is lost),
`{"$timedelta": [days, seconds, microseconds]}`, `{"$decimal": "1.50"}`, `{"$fraction": ["1", "-a"]}` (hexadecimal),
`{"$ellipsis": 1}`, `{"$type": "int"}`. What has no such form is `{"$object": handle, "type": name}`.

- `encode(value)`: runs beside the program, on values that it made (`encoding`).
- `decode(data)`: the trusted half: makes exact types of the standard library only, and refuses what is malformed
  (`decoding`).
- `Opaque`: what an object decodes to by default.
- `dumps(data)`, `loads(body)`: the bytes of it.
- The bounds on all this are in `bounds`.
"""

from __future__ import annotations

import json
from typing import Any

from rlvr.envs.sandbox.guest.decoding import Opaque, decode
from rlvr.envs.sandbox.guest.encoding import encode

__all__ = ["Opaque", "decode", "dumps", "encode", "loads"]


def dumps(data: Any) -> bytes:
    """JSON in UTF-8, with surrogates passed: it keeps every Python string as it is, halves of a pair included.

    Raises:
        ValueError: `data` holds a number that is not finite.
    """
    return _TO_TEXT(data).encode("utf-8", "surrogatepass")


def loads(body: bytes) -> Any:
    """The inverse of `dumps`, for bytes that anybody may have written.

    Raises:
        ValueError: They are no JSON, or nested too deep, or hold a number that is long or not finite.
    """
    try:
        return _FROM_TEXT(body.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError(f"Expected JSON that is nested less deep, actually: {body[:40]!r}...") from error


def _refuse(text: str) -> Any:
    raise ValueError(f'Expected a finite number, actually: {text}. Write it as {{"$float": ...}}.')


def _short_int(digits: str) -> int:
    if len(digits) > 20:  # A process may have lifted Python's own limit; reading them is quadratic.
        raise ValueError(f'Expected an integer of less than 64 bits, actually: {digits:.20}... Write {{"$int": ...}}.')
    return int(digits)


_TO_TEXT = json.JSONEncoder(ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")).encode
_FROM_TEXT = json.JSONDecoder(parse_constant=_refuse, parse_int=_short_int).decode
