"""`bases`: integers written with one's own digit symbols, in plain, bijective, negative and balanced bases."""

from __future__ import annotations

from math import perm

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_POOL = "abcdefgh"


def _draw(stream: Stream, level: int) -> Parameters:
    kind = "plain" if level == 1 else stream.choice(("bijective", "negative", "balanced"))
    count = stream.choice((3, 5)) if kind == "balanced" else stream.integer(2, 5)
    return {
        "kind": kind,
        "symbols": "".join(stream.sample(_POOL, count)),
        "width": 1 if kind == "bijective" else stream.integer(1, 4 if kind == "plain" else 3),
        "behind": kind in ("plain", "bijective") and bool(stream.below(2)),
    }


def _size(level: int) -> int:
    every, odd = (sum(perm(len(_POOL), count) for count in counts) for counts in ((2, 3, 4, 5), (3, 5)))
    return every * 4 * 2 if level == 1 else every * 2 + every * 3 + odd * 3


def _prompt(parameters: Parameters) -> str:
    symbols, width, kind = (parameters[name] for name in ("symbols", "width", "kind"))
    base = len(symbols)
    low = {"bijective": 1, "balanced": -(base // 2)}.get(kind, 0)
    values = ", ".join(f"`{symbol}` for {low + place}" for place, symbol in enumerate(symbols))
    system = {
        "plain": f"base {base}",
        "bijective": f"bijective base {base}",
        "negative": f"the negative base -{base}",
        "balanced": f"balanced base {base}",
    }[kind]
    power = f"(-{base})" if kind == "negative" else str(base)
    nought = symbols[-low]
    zero = (
        "0 is the empty string."
        if kind == "bijective"
        else f"A numeral does not begin with `{nought}`, but 0 is `{nought}`."
    )
    pad = f" A numeral of fewer than {width} digits is then filled up with `{nought}` in front." if width > 1 else ""
    side = "behind" if parameters["behind"] else "before"
    sign = (
        f" For a negative integer, write a `-` {side} the numeral of its absolute value{', filled up' if pad else ''}."
        if kind in ("plain", "bijective")
        else " Negative integers need no sign: every integer has just one such numeral."
    )
    return (
        f"Return the numeral of the integer `n` in {system}, as a string. Its digits are {values}. The value of a "
        f"numeral is the sum of its digits times powers of {power}: the last digit counts {power}**0, the one before "
        f"it {power}**1, and so on. {zero}{pad}{sign}"
    )


def write_number(n: int, *, kind: str, symbols: str, width: int, behind: bool) -> str:
    """Digit by digit from the lowest; the kinds differ in the lowest digit and in the sign of the base."""
    base = len(symbols)
    low = {"bijective": 1, "balanced": -(base // 2)}.get(kind, 0)
    signed = kind in ("plain", "bijective")
    rest = abs(n) if signed else n
    text = ""
    while rest:
        digit = (rest - low) % base + low
        rest = (rest - digit) // (-base if kind == "negative" else base)
        text = symbols[digit - low] + text
    if kind != "bijective":
        text = text.rjust(width, symbols[-low])
    if n < 0 and signed:
        text = text + "-" if behind else "-" + text
    return text


def write_number_again(n: int, *, kind: str, symbols: str, width: int, behind: bool) -> str:
    """The numerals of a length stand for a stretch of integers: counted from its beginning, they are plain numerals."""
    base = len(symbols)
    value = -n if n < 0 and kind in ("plain", "bijective") else n
    length = 0
    while True:
        ones = sum(base**place for place in range(length))
        shift = {
            "plain": 0,
            "bijective": -ones,
            "balanced": ones * (base // 2),
            "negative": (base - 1) * sum(base**place for place in range(1, length, 2)),
        }[kind]
        if 0 <= value + shift < base**length:
            break
        length += 1
    digits = [(value + shift) // base**place % base for place in range(length)]
    if kind == "negative":
        digits = [base - 1 - digit if place % 2 else digit for place, digit in enumerate(digits)]
    if kind != "bijective":
        digits += [base // 2 if kind == "balanced" else 0] * (width - length)
    text = "".join(symbols[digit] for digit in reversed(digits))
    if value == n:
        return text
    return f"{text}-" if behind else f"-{text}"


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    most = len(parameters["symbols"]) ** stream.integer(1, 5)
    return (stream.integer(-most, most),)


def _edges(parameters: Parameters) -> list[Arguments]:
    base = len(parameters["symbols"])
    return [(n,) for n in (0, 1, -1, base - 1, base, base + 1, -base, base * base, base**3 - 1, -(base**3), 1000)]


BASES = Family(
    name="bases",
    topic="numbers",
    levels=("a plain base, filled up and signed", "a bijective, negative or balanced base"),
    draw=_draw,
    size=_size,
    entry_point="write_number",
    signature="n: int",
    prompt=_prompt,
    solve=write_number,
    solve_again=write_number_again,
    mutants=(
        ("symbols[digit - low] + text", "text + symbols[digit - low]"),
        ("symbols[digit - low]", "symbols[low - digit - 1]"),
        ("while rest:", "while rest > 1:"),
        ("if n < 0 and signed", "if n < 0 and not signed"),
    ),
    inputs=_inputs,
    edges=_edges,
)
