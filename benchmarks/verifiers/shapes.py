r"""What the makers of pairs read from a gold: its parts, by regular expressions and integers.

Each reader returns `None` where the gold is not of its shape. Readers are narrow on purpose: a pair is made only where
its truth is plain. Nothing here is shared with any grader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_INTEGER = re.compile(r"-?\d+")
_GROUPED = re.compile(r"-?\d{1,3}(?:(?:,|,\\! ?)\d{3})+")
_DECIMAL = re.compile(r"-?\d*\.\d+")
_FRACTION = re.compile(r"(-?)\\[dt]?frac ?(?:\{(-?\d+)\}|(\d))(?:\{(\d+)\}|(\d))")
_MIXED = re.compile(r"(\d+) ?\\frac\{(\d+)\}\{(\d+)\}")
_RADICAL = re.compile(r"(-?)(\d*) ?\\sqrt\{?(\d+)\}?")
_RADICAL_FRACTION = re.compile(r"(-?)\\frac\{(\d*) ?\\sqrt\{(\d+)\}\}\{(\d+)\}")
_PI = re.compile(r"(-?)(\d*) ?\\pi")
_COMPLEX = re.compile(r"(-?\d+) ?([+-]) ?(\d*)i")
_BASED = re.compile(r"(\d+)_(?:(\d+)|\{(\d+)\})")
_CHOICE = re.compile(r"\\text\{\(([A-E])\)\}")
_WORD = re.compile(r"\\text\{([A-Za-z]+)\}")
_DEGREES = re.compile(r"(-?\d+)\^\\circ")
_DOLLARS = re.compile(r"\\\$(.+)")
_UNIT = re.compile(r"(.+?) ?\\(?:text|mbox)\{ ?([a-z]+)\}(\^2)?")
_PLUS_MINUS = re.compile(r"(-?\d+) \\pm (\S.*)")
_COLUMN = re.compile(r"\\begin\{pmatrix\}(.+)\\end\{pmatrix\}")


def integer(gold: str) -> int | None:
    """A plain integer, or one with its digits in groups."""
    if _INTEGER.fullmatch(gold):
        return int(gold)
    if _GROUPED.fullmatch(gold):
        return int(re.sub(r"[^\d-]", "", gold))
    return None


def number(gold: str) -> Fraction | None:
    """An integer, a decimal, a fraction or a mixed number; exact."""
    if (whole := integer(gold)) is not None:
        return Fraction(whole)
    if _DECIMAL.fullmatch(gold):
        return Fraction(gold)
    if match := _MIXED.fullmatch(gold):
        return int(match[1]) + Fraction(int(match[2]), int(match[3]))
    return fraction(gold)


def fraction(gold: str) -> Fraction | None:
    r"""A `\frac` of two integers."""
    match = _FRACTION.fullmatch(gold)
    if match is None:
        return None
    value = Fraction(int(match[2] or match[3]), int(match[4] or match[5]))
    return -value if match[1] else value


@dataclass(frozen=True, slots=True)
class Radical:
    """`top * sqrt(inside) / bottom`, with an inside that is no square."""

    top: int
    inside: int
    bottom: int = 1


def radical(gold: str) -> Radical | None:
    """An integer times a square root, over an integer."""
    if match := _RADICAL_FRACTION.fullmatch(gold):
        read = Radical(_signed(match[1], match[2]), int(match[3]), int(match[4]))
    elif match := _RADICAL.fullmatch(gold):
        read = Radical(_signed(match[1], match[2]), int(match[3]))
    else:
        return None
    return None if is_square(read.inside) else read


def is_square(value: int) -> bool:
    """Whether an integer of 0 or more is a square."""
    return any(root * root == value for root in range(int(value**0.5) - 1, int(value**0.5) + 2))


def _signed(sign: str, digits: str) -> int:
    return int(digits or 1) * (-1 if sign else 1)


def multiple_of_pi(gold: str) -> int | None:
    """The integer in front of pi."""
    match = _PI.fullmatch(gold)
    return _signed(match[1], match[2]) if match else None


def complex_number(gold: str) -> tuple[int, int] | None:
    """Real and imaginary part, neither 0."""
    match = _COMPLEX.fullmatch(gold)
    return (int(match[1]), _signed("-" if match[2] == "-" else "", match[3])) if match else None


def based(gold: str) -> tuple[str, int] | None:
    """Digits and base."""
    match = _BASED.fullmatch(gold)
    return (match[1], int(match[2] or match[3])) if match else None


def choice(gold: str) -> str | None:
    """The letter of a multiple choice."""
    match = _CHOICE.fullmatch(gold)
    return match[1] if match else None


def word(gold: str) -> str | None:
    """A single word."""
    match = _WORD.fullmatch(gold)
    return match[1] if match else None


def degrees(gold: str) -> int | None:
    """A whole number of degrees."""
    match = _DEGREES.fullmatch(gold)
    return int(match[1]) if match else None


def dollars(gold: str) -> Fraction | None:
    """An amount with a dollar sign."""
    match = _DOLLARS.fullmatch(gold)
    return number(match[1]) if match else None


def with_unit(gold: str) -> tuple[str, str, bool] | None:
    """The number's text, its unit, and whether that is squared."""
    match = _UNIT.fullmatch(gold)
    if match is None or (number(match[1]) is None and fraction(_braced(match[1])) is None):
        return None
    return match[1], match[2], bool(match[3])


def _braced(text: str) -> str:
    r"""`\frac{270}7` with both braces."""
    return re.sub(r"(\\frac\{\d+\})(\d)$", r"\1{\2}", text)


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Items between brackets: a tuple, an interval, a set."""

    opening: str
    items: tuple[str, ...]
    closing: str

    def spelled(self, items: tuple[str, ...] | None = None, *, opening: str = "", closing: str = "") -> str:
        """The same with other items or brackets."""
        return f"{opening or self.opening}{', '.join(items or self.items)}{closing or self.closing}"


def bracketed(gold: str) -> Bracketed | None:
    r"""Two items or more between ( or [ and ) or ], with or without \left and \right."""
    text = gold.replace("\\left", "").replace("\\right", "").strip()
    if len(text) < 2 or text[0] not in "([" or text[-1] not in ")]" or re.search(r"[()\[\]]", text[1:-1]):
        return None
    items = split(text[1:-1])
    return Bracketed(text[0], items, text[-1]) if len(items) > 1 else None


def interval(gold: str) -> Bracketed | None:
    """What can only be an interval: its brackets differ, or it is unbounded, or it says `x in`."""
    stated = gold.startswith(r"x \in ")
    read = bracketed(gold.removeprefix(r"x \in "))
    if read is None or len(read.items) != 2:
        return None
    mixed = read.opening + read.closing not in ("()", "[]")
    return read if stated or mixed or r"\infty" in gold else None


def union(gold: str) -> tuple[Bracketed, ...] | None:
    """Intervals joined by a union."""
    parts = [bracketed(part.strip()) for part in gold.split(r"\cup")]
    if len(parts) < 2 or None in parts:
        return None
    return tuple(part for part in parts if part is not None)


def point(gold: str) -> Bracketed | None:
    """What can only be a tuple: round brackets, and more than two items or a bounded pair."""
    read = bracketed(gold)
    return read if read and read.opening + read.closing == "()" and r"\infty" not in gold else None


def listed(gold: str) -> tuple[str, ...] | None:
    """Items separated by commas, without brackets or in braces; none of them a list by itself."""
    if integer(gold) is not None or r"\$" in gold:
        return None
    text = gold
    if text.startswith(r"\{") and text.endswith(r"\}"):
        text = text[2:-2]
    items = split(text)
    return items if len(items) > 1 and not re.search(r"[()\[\]]|\\begin|\\text", gold) else None


def split(text: str) -> tuple[str, ...]:
    """The parts between commas, without white space around them."""
    return tuple(item.strip() for item in text.split(","))


def plus_minus(gold: str) -> tuple[str, str] | None:
    """The two parts of `a ± b`."""
    match = _PLUS_MINUS.fullmatch(gold)
    return (match[1], match[2]) if match and "," not in gold else None


def matrix(gold: str) -> tuple[tuple[str, ...], ...] | None:
    """The rows of a matrix."""
    match = _COLUMN.fullmatch(gold)
    if match is None:
        return None
    return tuple(tuple(entry.strip() for entry in row.split("&")) for row in match[1].split(r"\\"))


def terms(text: str) -> tuple[tuple[str, str], ...] | None:
    """Two terms or more of a sum, each with its sign; brackets and braces stay whole."""
    found: list[tuple[str, str]] = []
    sign, start, depth = "+", 0, 0
    if re.search(r"[,=<>]|\\(?:pm|cup|in|le|ge|text|mbox|begin)\b", text):
        return None
    for place, character in enumerate(text):
        depth += (character in "({[") - (character in ")}]")
        if depth or character not in "+-":
            continue
        if text[start:place].strip():
            found.append((sign, text[start:place].strip()))
        elif place:
            return None
        sign, start = character, place + 1
    found.append((sign, text[start:].strip()))
    return tuple(found) if len(found) > 1 and all(body for _, body in found) else None


def joined(parts: tuple[tuple[str, str], ...]) -> str:
    """The sum of the terms."""
    text = " ".join(f"{sign} {body}" for sign, body in parts)
    return text.removeprefix("+ ") if text.startswith("+") else f"-{text[2:]}"
