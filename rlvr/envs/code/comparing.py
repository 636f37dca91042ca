"""Whether what a program gave is what was expected: of values that were decoded, and of standard output.

- `same(output, expected, tolerance)`: Python's `==`, or floats within a tolerance.
- `within(output, expected, bound)`: `abs(output - expected) < bound`, as some tests are written.
- `agrees(output, expected, test, tolerance)`: whichever of these a call test asks for.
- `same_output(printed, expected, tolerance)`: line by line.

Values are exact types of the standard library (see `rlvr.envs.sandbox.guest.values`), so no code of the program's runs
here. All of it is linear in the length of the shorter side.
"""

from __future__ import annotations

import cmath
import math
import re
from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rlvr.envs.sandbox.guest.values import Opaque

_NUMBERS = frozenset((bool, int, float, complex, Decimal, Fraction))
_WITH_FLOATS = frozenset((bool, int, float, complex))
_SEQUENCES = frozenset((list, tuple, deque))
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?").fullmatch
_TOKEN_LENGTH = 400
"""Characters of a number that is compared as one: a float has at most 309 digits before its point."""


def same(output: Any, expected: Any, tolerance: float = 0.0) -> bool:
    """Whether two values are the same.

    Without a tolerance this is `output == expected` as an assert has it: `1 == 1.0 == True`, a list is no tuple, NaN
    equals nothing, and an iterator equals nothing, whatever its items.

    With one, two numbers of which one is a float (or complex) may differ by `tolerance`, relative to the larger or
    absolutely (`math.isclose`), also inside lists, tuples, deques and values of dicts. Integers, elements of sets, keys
    of dicts and the structure stay exact.
    """
    try:
        return bool(output == expected) or (tolerance > 0 and _close(output, expected, tolerance))
    except (ArithmeticError, TypeError, RecursionError):  # A signalling Decimal; an integer too large for a float.
        return False


def _close(output: Any, expected: Any, tolerance: float) -> bool:
    kind, other = type(output), type(expected)
    if kind in _WITH_FLOATS and other in _WITH_FLOATS:
        if complex in (kind, other):
            return cmath.isclose(output, expected, rel_tol=tolerance, abs_tol=tolerance)
        if float in (kind, other):
            return math.isclose(output, expected, rel_tol=tolerance, abs_tol=tolerance)
    elif kind is other and kind in _SEQUENCES:
        return len(output) == len(expected) and all(
            _close(one, another, tolerance) for one, another in zip(output, expected, strict=True)
        )
    elif kind is other is dict:
        return len(output) == len(expected) and all(
            key in output and _close(output[key], value, tolerance) for key, value in expected.items()
        )
    return bool(output == expected)


def within(output: Any, expected: Any, bound: float) -> bool:
    """Whether `abs(output - expected) < bound`, for numbers; `False` for anything else."""
    if type(output) not in _NUMBERS:
        return False
    try:
        return bool(abs(output - expected) < bound)
    except (ArithmeticError, TypeError):  # A Decimal and a float, an integer too large for a float.
        return False


def agrees(output: Any, expected: Any, test: Mapping[str, Any], tolerance: float = 0.0) -> bool:
    """Whether a call returned what its test asks for.

    Args:
        output: What was returned, decoded.
        expected: The test's `"expected"`, decoded.
        test: The test: with `"is": true` the output has to be that very `None`, `True` or `False`; with `"within": x`
            it has to be less than `x` away; with `"truth": true` it has to be true or false as `expected` is, and an
            object of the program's own class is neither.
        tolerance: That of the task, for tests without such a field.
    """
    if test.get("is"):
        return output is expected
    if test.get("truth"):
        return type(output) is not Opaque and bool(output) is expected
    if "within" in test:
        return within(output, expected, test["within"])
    return same(output, expected, tolerance)


def same_output(printed: str, expected: str, tolerance: float = 0.0) -> bool:
    """Whether two texts are the same, but for white space at the end of lines and empty lines at the end.

    With a tolerance, lines that differ are compared word by word (words stand between white space), and two numbers of
    which one is written with a point or an exponent may differ as in `same`.
    """
    lines, wanted = _lines(printed), _lines(expected)
    if len(lines) != len(wanted):
        return False
    if lines == wanted:
        return True
    return tolerance > 0 and all(
        line == other or _close_line(line, other, tolerance) for line, other in zip(lines, wanted, strict=True)
    )


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _close_line(line: str, other: str, tolerance: float) -> bool:
    words, wanted = line.split(), other.split()
    return len(words) == len(wanted) and all(
        word == another or _close_word(word, another, tolerance) for word, another in zip(words, wanted, strict=True)
    )


def _close_word(word: str, other: str, tolerance: float) -> bool:
    if max(len(word), len(other)) > _TOKEN_LENGTH or not (_DECIMAL(word) and _DECIMAL(other)):
        return False
    if _is_whole(word) and _is_whole(other):
        return int(word) == int(other)
    return math.isclose(float(word), float(other), rel_tol=tolerance, abs_tol=tolerance)


def _is_whole(word: str) -> bool:
    return word.lstrip("+-").isdigit()
