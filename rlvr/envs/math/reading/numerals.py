r"""Numbers as they are written: digits with separators, decimals, repeating decimals, scientific notation, other bases.

- `numeral_at(text, at, ...)`: the number that begins at a place.
- `based(text, at)`: a number with the subscript of its base.
- `programmed(text)`: a whole text as programs print numbers, such as `3e-4`.
"""

from __future__ import annotations

import re
from fractions import Fraction

from rlvr.envs.math.exact import Number
from rlvr.envs.math.reading.notation import BASE_NAMES
from rlvr.envs.math.reading.tree import Unreadable

MAX_DIGITS = 400
"""A number of more digits is not read: conversion takes quadratic time."""


# Thousands in groups of three. A bare comma groups only outside brackets, where it cannot part two coordinates.
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:(?:\{,\}[0-9]{3})+|(?:\\,[0-9]{3})+|(?:\{\\,\}[0-9]{3})+|(?:,\\!\s*[0-9]{3})+"
    r"|(?:\\[ ][0-9]{3})+|(?:~[0-9]{3})+|(?:\\;[0-9]{3})+|(?:[ ][0-9]{3})+(?!\s*/)|(?:'[0-9]{3})+)"
    r"(?![0-9])(?:\.[0-9]+)?"
)
_COMMAS = re.compile(r"(?<![0-9],)[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])(?:\.[0-9]+)?")
_REPEATING = re.compile(r"([0-9]*)\.([0-9]*)\\(?:overline|bar|dot)\s*(?:\{\s*([0-9]+)\s*\}|([0-9]))")
_PLAIN = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_PROGRAMMED = re.compile(r"([+-]?)\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)[eE]([+-]?[0-9]{1,4})")
_SCIENTIFIC = re.compile(r"((?:[0-9]+\.[0-9]+|[0-9]+(?=E)))[eE]([+-]?[0-9]{1,4})(?![0-9A-Za-z.])")
_BASE = re.compile(
    r"(?:\(\s*([0-9A-Za-z]+)\s*\)|([0-9][0-9A-Za-z]*)|\\(?:text|mathrm)\{\s*([0-9A-Za-z]+)\s*\})"
    r"\s*_\s*(?:\{\s*(?:\\(?:text|mathrm|mbox)\{\s*)?([A-Za-z]{3,7}|[0-9]{1,2})\s*\}?\s*\}|([0-9]{1,2}))(?![0-9])"
)


def numeral_at(text: str, at: int, *, in_brackets: bool) -> tuple[Number, int] | None:
    """The value of the number that begins at a place, and its length; `None` if there is none.

    Args:
        text: The text.
        at: Where in it.
        in_brackets: A bare comma parts two numbers there, and thousands elsewhere.

    Raises:
        Unreadable: It has too many digits.
    """
    match = _GROUPED.match(text, at) or (None if in_brackets else _COMMAS.match(text, at))
    if match:
        return _value(re.sub(r"[^0-9.]+", "", match[0])), len(match[0])
    match = _SCIENTIFIC.match(text, at)
    if match:
        return _scientific(match[1], match[2]), len(match[0])
    match = _REPEATING.match(text, at)
    if match:
        return _repeating(match[1], match[2], match[3] or match[4]), len(match[0])
    match = _PLAIN.match(text, at)
    return (_value(match[0]), len(match[0])) if match else None


def based(text: str, at: int) -> tuple[tuple[str, int], int] | None:
    """Digits and base of a number with a subscript, and its length; `None` if there is none.

    Raises:
        Unreadable: The subscript names no base.
    """
    match = _BASE.match(text, at)
    if match is None:
        return None
    digits = match[1] or match[2] or match[3]
    base = BASE_NAMES.get((match[4] or "").lower()) or match[4] or match[5]
    if isinstance(base, str) and not base.isdigit():
        raise Unreadable("a subscript under a number that names no base")
    return (digits.upper(), int(base)), len(match[0])


def programmed(text: str) -> tuple[bool, Number] | None:
    """Whether a text is a negative number, and its size, as programs print it; `None` if it is none.

    Only a whole text is read so: elsewhere `3e-4` holds Euler's number.
    """
    match = _PROGRAMMED.fullmatch(text)
    return (match[1] == "-", _scientific(match[2], match[3])) if match else None


def _repeating(whole: str, fixed: str, repeated: str) -> Number:
    if len(whole) + len(fixed) + len(repeated) > MAX_DIGITS:
        raise Unreadable("a number of too many digits")
    value = Fraction(int((whole + fixed) or "0"), 10 ** len(fixed))
    return _integral(value + Fraction(int(repeated), (10 ** len(repeated) - 1) * 10 ** len(fixed)))


def _value(digits: str) -> Number:
    if len(digits) > MAX_DIGITS:
        raise Unreadable("a number of too many digits")
    whole, _, decimals = digits.partition(".")
    value = int(whole + decimals)
    return _integral(Fraction(value, 10 ** len(decimals))) if decimals else value


def _scientific(digits: str, exponent: str) -> Number:
    if abs(int(exponent)) > MAX_DIGITS:
        raise Unreadable("a number of too many digits")
    return _integral(_value(digits) * Fraction(10) ** int(exponent))


def _integral(value: Number) -> Number:
    return value.numerator if value.denominator == 1 else value
