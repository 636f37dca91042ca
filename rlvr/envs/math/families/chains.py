"""`chain`: running chains with +, - and ×, and brackets.

A problem is a tuple of terms. A term is a sign and its factors, a factor an integer or a bracket `(a, sign, b)`; the
first term's sign is +. So precedence is in the structure here, and only in the text for whoever solves the prompt.
"""

from __future__ import annotations

import re
from itertools import permutations
from math import comb

from rlvr.envs.math.families.base import Family, Parameters
from rlvr.seeding import Stream

_SMALL, _FACTOR, _PLAIN, _BRACKET = 50, 11, 99, 20  # numbers of level 1; factors 2..12; plain terms; inside brackets


def _number(stream: Stream) -> Parameters:
    return (1 + stream.below(_PLAIN),)


def _product(stream: Stream) -> Parameters:
    return 2 + stream.below(_FACTOR), 2 + stream.below(_FACTOR)


def _bracketed(stream: Stream) -> Parameters:
    minus, bracket_first = divmod(stream.below(4), 2)
    number = 2 + stream.below(_FACTOR)
    bracket = (1 + stream.below(_BRACKET), -1 if minus else 1, 1 + stream.below(_BRACKET))
    return (bracket, number) if bracket_first else (number, bracket)


def _small(stream: Stream) -> Parameters:
    return (1 + stream.below(_SMALL),)


# By level: what the terms are, in all orders.
_TERMS = (
    (),
    ((_small, _small, _small),),
    tuple(permutations((_number, _number, _product))),
    tuple(permutations((_number, _product, _bracketed))),
    tuple(permutations((_number, _product, _bracketed, _bracketed))),
)


def _draw(stream: Stream, level: int) -> Parameters:
    makers = stream.choice(_TERMS[level])
    minus = 2 * stream.below(8)  # A bit for each term, none for the first.
    return tuple([(-1 if minus >> i & 1 else 1, make(stream)) for i, make in enumerate(makers)])


def _signed(sign: int) -> str:
    return "+" if sign > 0 else "-"


def _factor_key(factor: int | Parameters) -> str:
    if isinstance(factor, int):
        return f"{factor}"
    a, sign, b = factor
    if sign < 0:
        return f"({a}-{b})"
    return f"({a}+{b})" if a < b else f"({b}+{a})"


def _canonical(terms: Parameters) -> str:
    keys = []
    for sign, factors in terms:
        factor_keys = [_factor_key(factor) for factor in factors]
        factor_keys.sort()
        keys.append(("+" if sign > 0 else "-") + "*".join(factor_keys))
    keys.sort()
    return "".join(keys)


def _factor_text(factor: int | Parameters) -> str:
    return str(factor) if isinstance(factor, int) else f"({factor[0]} {_signed(factor[1])} {factor[2]})"


def _prompt(terms: Parameters) -> str:
    texts = [f" {_signed(sign)} {' × '.join(map(_factor_text, factors))}" for sign, factors in terms]
    return f"Compute {''.join(texts)[3:]}."


def _answer(terms: Parameters) -> str:
    total = 0
    for value, factors in terms:  # The sign is the first factor.
        for factor in factors:
            value *= factor if isinstance(factor, int) else factor[0] + factor[1] * factor[2]
        total += value
    return str(total)


_TOKEN = re.compile(r"[0-9]+|[-+×()]")
_PRECEDENCE = {"(": 0, "+": 1, "-": 1, "×": 2}


def _by_shunting_yard(prompt: str) -> int:
    """Dijkstra's two stacks over the text: values, and operators that wait for their right operand."""
    values: list[int] = []
    operators: list[str] = []

    def apply() -> None:
        right, left = values.pop(), values.pop()
        operator = operators.pop()
        values.append(left + right if operator == "+" else left - right if operator == "-" else left * right)

    for token in _TOKEN.findall(prompt):
        if token == "(":
            operators.append(token)
        elif token == ")":
            while operators[-1] != "(":
                apply()
            operators.pop()
        elif token in _PRECEDENCE:
            while operators and _PRECEDENCE[operators[-1]] >= _PRECEDENCE[token]:
                apply()
            operators.append(token)
        else:
            values.append(int(token))
    while operators:
        apply()
    return values[0]


def _size(level: int) -> int:
    """Every order and sign pattern can be drawn but the one where all terms are negative."""
    products = comb(_FACTOR + 1, 2)
    brackets = _FACTOR * (comb(_BRACKET + 1, 2) + _BRACKET**2)
    if level == 1:
        return comb(_SMALL + 2, 3) + 2 * comb(_SMALL + 1, 2) * _SMALL
    if level == 2:  # Two plain numbers, of equal signs (unordered) or of different ones.
        return products * (3 * comb(_PLAIN + 1, 2) + 2 * _PLAIN**2)
    if level == 3:
        return 7 * _PLAIN * products * brackets
    return _PLAIN * products * (7 * comb(brackets + 1, 2) + 4 * brackets**2)


CHAIN = Family(
    name="chain",
    levels=(
        "three numbers up to 50 with + and -",
        "a product of two numbers among two other terms",
        "a bracket as a factor, a product and a number",
        "two brackets as factors, a product and a number",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_by_shunting_yard,
    size=_size,
)
