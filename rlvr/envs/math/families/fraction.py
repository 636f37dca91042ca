"""`fraction`: exact arithmetic with fractions. Operands are in lowest terms and none is an integer."""

from __future__ import annotations

import re
from fractions import Fraction
from math import gcd

from rlvr.envs.math.families.base import Family, Parameters
from rlvr.seeding import Stream


def _table(numerators: int, denominators: int, *, proper: bool = False) -> tuple[Fraction, ...]:
    return tuple(
        Fraction(n, d)
        for d in range(2, denominators + 1)
        for n in range(1, numerators + 1)
        if gcd(n, d) == 1 and (n < d or not proper)
    )


_OPERANDS = ((), _table(11, 12, proper=True), _table(20, 20), _table(12, 12))
_OPERATORS = {"+": "+", "-": "-", "*": r"\times", "/": r"\div"}


def _draw(stream: Stream, level: int) -> Parameters:
    """`(x, operator, y)`, or on level 3 `(x, + or -, y, * or /, z)`."""
    operands = _OPERANDS[level]
    x, y = stream.choice(operands), stream.choice(operands)
    if level < 3:
        return x, "+-*/"[stream.below(2 * level)], y
    return x, "+-"[stream.below(2)], y, "*/"[stream.below(2)], stream.choice(operands)


def _canonical(problem: Parameters) -> str:
    x, operator, y, *rest = problem
    a, b = f"{x}", f"{y}"
    if operator in "+*" and b < a:
        a, b = b, a
    return f"{a} {operator} {b}" if not rest else f"({a} {operator} {b}) {rest[0]} {rest[1]}"


def _prompt(problem: Parameters) -> str:
    texts = [
        _OPERATORS[part] if isinstance(part, str) else rf"\frac{{{part.numerator}}}{{{part.denominator}}}"
        for part in problem
    ]
    first = " ".join(texts[:3])
    formula = first if len(texts) == 3 else rf"\left({first}\right) {texts[3]} {texts[4]}"
    return f"Compute ${formula}$ exactly, as a fraction or an integer."


def _apply(x: Fraction, operator: str, y: Fraction) -> Fraction:
    if operator == "+":
        return x + y
    if operator == "-":
        return x - y
    return x * y if operator == "*" else x / y


def _answer(problem: Parameters) -> str:
    x, operator, y, *rest = problem
    value = _apply(x, operator, y)
    return str(_apply(value, *rest) if rest else value)


_TOKEN = re.compile(r"\\frac\{([0-9]+)\}\{([0-9]+)\}|([-+]|\\times|\\div)")


def _over_common_denominators(prompt: str) -> Fraction:
    """Integers only: bring to a common denominator, or multiply across; reduce once, at the end."""
    tokens = _TOKEN.findall(prompt)
    top, bottom = int(tokens[0][0]), int(tokens[0][1])
    for (_, _, operator), (n, d, _) in zip(tokens[1::2], tokens[2::2], strict=True):
        n, d = int(n), int(d)
        if operator in ("+", "-"):
            top, bottom = top * d + (n if operator == "+" else -n) * bottom, bottom * d
        else:
            top, bottom = (top * n, bottom * d) if operator == r"\times" else (top * d, bottom * n)
    return Fraction(top, bottom)


def _size(level: int) -> int:
    count = len(_OPERANDS[level])
    pairs = count * (count + 1) // 2 + count**2  # commutative or not
    return pairs if level == 1 else 2 * pairs if level == 2 else 2 * pairs * count


FRACTION = Family(
    name="fraction",
    levels=(
        "sum or difference of two proper fractions, denominators up to 12",
        "the four operations on fractions up to 20/20",
        "a sum or difference, multiplied or divided by a third fraction",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_over_common_denominators,
    size=_size,
)
