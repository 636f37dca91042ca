r"""Exact numbers: read a spelled number as an `int` or a `Fraction`.

No float, no `eval`, no symbolic algebra: a text is a number only if a regular expression says so, and its value is
exact, so that 0.1 is 1/10 and 0.333 is not 1/3.

- `Number`: `int | Fraction`.
- `parse_number(text)`: the value, or `None` for what is not a number.
"""

from __future__ import annotations

import re
from fractions import Fraction

Number = int | Fraction

MAX_DIGITS = 400
"""Number of characters above which a text is not read as a number: conversion takes quadratic time."""

# Thousands separators: a comma, also as TeX writes it to keep or tighten its space, or a thin space.
_SEPARATORS = (r",", r"\{,\}", r"\\,", r"\{\\,\}", r",\\!\s?")
_GROUPS = "|".join(rf"(?:{separator}[0-9]{{3}})+" for separator in _SEPARATORS)
_PLAIN = rf"(?:(?:[1-9][0-9]{{0,2}}(?:{_GROUPS})|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
_SIGN = r"[+\-\u2212]"
_PART = rf"\s*(?:\{{\s*({_SIGN}?\s*{_PLAIN})\s*\}}|([0-9]))"
_NUMBER = re.compile(
    rf"""(?:({_SIGN})\s*)? (?:\\?\$\s*)? (?:({_SIGN})\s*)?
         (?: ({_PLAIN}) (?:\s*/\s*({_PLAIN}))? | \\[dt]?frac {_PART} {_PART} )""",
    re.VERBOSE,
)
_NOT_DIGITS = re.compile(r"[^0-9.]+")
_WRAPPERS = (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]"))


def parse_number(text: str) -> Number | None:
    r"""The exact value of a number's spelling, or `None` for anything else.

    Read are integers, decimals, `a/b`, `\frac{a}{b}` (also `\dfrac`, `\tfrac`, `\frac12`), signs (also U+2212),
    thousands separators in groups of three (`1,234`, `1{,}234`, `1\,234`), a currency sign in front, surrounding
    `$...$`, `\(...\)` or `\[...\]`, and a full stop at the end. Digits are ASCII. Integral values come back as `int`.

    Example:
        >>> parse_number("1,234.50"), parse_number(r"-\frac{2}{4}"), parse_number("1,23")
        (Fraction(2469, 2), Fraction(-1, 2), None)
    """
    if len(text) < 19 and text.isascii() and (text.isdigit() or (text[:1] == "-" and text[1:].isdigit())):
        return int(text)
    if len(text) > MAX_DIGITS:
        return None
    match = _NUMBER.fullmatch(_unwrapped(text))
    if match is None:
        return None
    before, after, whole, over, *parts = match.groups()
    if before and after:
        return None  # "--5", "-$-5"
    if whole is None:
        top, bottom = _value(parts[0] or parts[1]), _value(parts[2] or parts[3])
    else:
        top, bottom = _value(whole), _value(over) if over else 1
    if bottom == 0:
        return None
    value: Number = top if bottom == 1 else Fraction(top, bottom)
    if value.denominator == 1:
        value = value.numerator
    return -value if (before or after) in ("-", "\u2212") else value


def _unwrapped(text: str) -> str:
    """Without white space, a full stop and the marks of mathematics around it."""
    text = text.strip()
    while True:
        inner = text if text.endswith("..") else text.removesuffix(".").rstrip()  # "0.3..." goes on.
        for left, right in _WRAPPERS:
            if len(inner) >= len(left) + len(right) and inner.startswith(left) and inner.endswith(right):
                inner = inner[len(left) : -len(right)].strip()
                break
        if inner == text:
            return text
        text = inner


def _value(spelled: str) -> Number:
    """The value of digits with an optional sign, separators and a decimal point."""
    digits = _NOT_DIGITS.sub("", spelled)
    whole, _, decimals = digits.partition(".")
    value: Number = int(whole + decimals)
    if decimals:
        value = Fraction(value, 10 ** len(decimals))
    return -value if spelled[0] in "-\u2212" else value
