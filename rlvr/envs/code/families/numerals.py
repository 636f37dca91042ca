"""`numerals`: numbers written with symbols of rising value, some of which are subtracted."""

from __future__ import annotations

from itertools import permutations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_RATIOS = tuple(permutations((2, 3, 4, 5, 6), 2))
_SYMBOLS = ("ABCDEF", "IVXLCD", "QTRSUW")
_RULES = {
    "before": "smaller than the symbol directly before it",
    "later": "smaller than any symbol that comes later",
    "next": "smaller than the symbol directly after it",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "symbols": stream.choice(_SYMBOLS),
        "ratios": list(stream.choice(_RATIOS)),
        "rule": stream.choice(sorted(_RULES)),
        "fold": bool(stream.below(2)),
        "most": 0 if level == 1 else stream.integer(2, 3),
        "reach": 0 if level == 1 else stream.integer(1, 3),
    }


def _size(level: int) -> int:
    return 3 * 20 * 3 * 2 * (1 if level == 1 else 2 * 3)


def _prompt(parameters: Parameters) -> str:
    symbols, rule, most, reach = (parameters[name] for name in ("symbols", "rule", "most", "reach"))
    value, values = 1, []
    for place, symbol in enumerate(symbols):
        values.append(f"{symbol} = {value}")
        value *= parameters["ratios"][place % 2]
    case = "count like" if parameters["fold"] else "are not symbols, unlike"
    text = (
        f"A number is written with the symbols {', '.join(values)}. Its value is a sum in which every symbol "
        "contributes its value, in any order. The value of a symbol is subtracted instead of added if it is "
        f"{_RULES[rule]}. Letters in lower case {case} those in upper case. "
    )
    if not most:
        return (
            f"{text}All characters that are not symbols are left out first, as if they were not there. Return the "
            "value of `text`, 0 if there are no symbols; it may be negative. `text` consists of ASCII characters."
        )
    places = "1 place" if reach == 1 else f"{reach} places"
    because = "the greatest symbol that comes later" if rule == "later" else f"the one directly {_AT[rule]} it"
    return (
        f"{text}Return -1 if `text` contains a character that is not a symbol, if it contains the same symbol more "
        f"than {most} times in a row, or if a symbol is subtracted that is more than {places} below {because} in the "
        "list of symbols. Otherwise return the value of `text`, 0 if it is empty; it may be negative. "
        "`text` consists of ASCII characters."
    )


_AT = {"before": "before", "next": "after"}


def read_numeral(text: str, *, symbols: str, ratios: list[int], rule: str, fold: bool, most: int, reach: int) -> int:
    """From left to right, with the symbol that could make each negative."""
    weights = [1]
    for place in range(len(symbols) - 1):
        weights.append(weights[-1] * ratios[place % 2])
    digits: list[int] = []
    for character in text:
        symbol = character.upper() if fold else character
        if symbol in symbols:
            digits.append(symbols.index(symbol))
        elif most:
            return -1
    total = 0
    for at, digit in enumerate(digits):
        if most and at >= most and digits[at - most : at] == [digit] * most:
            return -1
        if rule == "before":
            others = digits[at - 1 : at] if at else []
        else:
            others = digits[at + 1 : at + 2] if rule == "next" else digits[at + 1 :]
        other = max(others, default=-1)
        if digit < other:
            if most and other - digit > reach:
                return -1
            total -= weights[digit]
        else:
            total += weights[digit]
    return total


def read_numeral_again(
    text: str, *, symbols: str, ratios: list[int], rule: str, fold: bool, most: int, reach: int
) -> int:
    """Text that breaks a rule is found by regular expressions; values are added from the side that subtracts."""
    import re

    if fold:
        text = "".join(c.upper() if c.upper() in symbols else c for c in text)
    known = re.sub(f"[^{symbols}]", "", text)
    if most and (known != text or re.search(rf"(.)\1{{{most}}}", text)):
        return -1
    value = {}
    for place, symbol in enumerate(symbols):
        value[symbol] = ratios[0] ** ((place + 1) // 2) * ratios[1] ** (place // 2)
    ranks = dict(zip(symbols, range(len(symbols)), strict=True))
    total = 0
    reason = ""
    for symbol in known if rule == "before" else reversed(known):
        if reason and value[reason] > value[symbol]:
            if most and ranks[reason] > ranks[symbol] + reach:
                return -1
            total -= value[symbol]
            if rule == "later":
                continue
        else:
            total += value[symbol]
        reason = symbol
    return total


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    symbols, most, reach = parameters["symbols"], parameters["most"], parameters["reach"]
    ranks: list[int] = []
    at = stream.integer(2, 5)
    for _ in range(stream.integer(0, 7)):
        # Mostly downwards, in steps that the rules allow.
        kind = stream.below(6)
        if kind == 0:
            at = stream.below(len(symbols))
        elif kind < 3:
            at += stream.integer(-(reach or 3), reach or 3)
        elif kind < 5:
            at -= stream.below(2)
        at = min(max(at, 0), len(symbols) - 1)
        ranks += [at] * (stream.integer(1, most + 1) if most and stream.below(5) == 0 else 1)
    text = "".join(symbols[rank] for rank in (ranks[::-1] if stream.below(4) == 0 else ranks))
    if stream.below(3) == 0:
        text = "".join(letter.lower() if stream.below(3) == 0 else letter for letter in text)
    if stream.below(5 if most else 2) == 0:
        place = stream.below(len(text) + 1)
        text = text[:place] + stream.choice("-z 1M") + text[place:]
    return (text,)


def _edges(parameters: Parameters) -> list[Arguments]:
    symbols, most, reach = parameters["symbols"], parameters["most"] or 2, parameters["reach"] or 2
    a, b, c, d = symbols[:4]
    edges = [
        "",
        a,
        symbols[-1],
        b * 2,
        a + b,
        b + a,
        a + b + a,
        a * 2 + b,
        b + a * 2,
        d * most,
        d * (most + 1),
        symbols[0] + symbols[reach],
        symbols[reach] + symbols[0],
        symbols[0] + symbols[reach + 1],
        symbols[reach + 1] + symbols[0],
        a + b + c,
        c + b + a,
        b + a + c,
        symbols[::-1],
        d.lower(),
        (c + d).lower() + b,
        f"{d}-{c}",
        " ",
    ]
    return [(edge,) for edge in edges]


NUMERALS = Family(
    name="numerals",
    topic="parsing",
    levels=("values of numerals", "numerals that keep rules, and others refused"),
    draw=_draw,
    size=_size,
    entry_point="read_numeral",
    signature="text: str",
    prompt=_prompt,
    solve=read_numeral,
    solve_again=read_numeral_again,
    mutants=(
        ("digit < other:", "digit <= other:"),
        ("total -= weights[digit]", "total += weights[digit]"),
        ("character.upper() if fold else character", "character if fold else character.upper()"),
        ("ratios[place % 2]", "ratios[1 - place % 2]"),
        ("elif most:", "elif not most:"),
        ("        other = max(others, default=-1)", "        other = min(max(others, default=-1), digit)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
