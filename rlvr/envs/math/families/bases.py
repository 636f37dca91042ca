"""`base`: integers written in bases 2 to 10, so that every digit is 0 to 9."""

from __future__ import annotations

from rlvr.envs.math.families.base import Family, Parameters, integers_in
from rlvr.seeding import Stream

_RANGES = ((0, 0), (8, 511), (10, 2_000), (20, 5_000))


def _draw(stream: Stream, level: int) -> Parameters:
    """`(number, base it is given in, base it is asked in)`."""
    number = stream.integer(*_RANGES[level])
    if level == 3:
        source, target = stream.integer(2, 9), stream.integer(2, 8)
        return number, source, target + (target >= source)
    base = 2 if level == 1 else stream.integer(3, 9)
    return (number, 10, base) if stream.below(2) else (number, base, 10)


def _digits(number: int, base: int) -> str:
    if base == 10:
        return str(number)
    digits = ""
    while number:
        number, digit = divmod(number, base)
        digits = str(digit) + digits
    return digits


def _prompt(problem: Parameters) -> str:
    number, source, target = problem
    return f"Convert {_digits(number, source)} from base {source} to base {target}. Answer with the digits alone."


def _by_powers(prompt: str) -> int:
    """Sum the digits' powers; then take away the greatest power that fits, again and again."""
    written, source, target = integers_in(prompt)
    rest = sum(int(digit) * source**place for place, digit in enumerate(reversed(str(written))))
    digits = 0
    while rest:
        power, place = 1, 0
        while power * target <= rest:
            power, place = power * target, place + 1
        rest -= power
        digits += 10**place
    return digits


def _size(level: int) -> int:
    low, high = _RANGES[level]
    return (high - low + 1) * (2, 2 * 7, 8 * 7)[level - 1]


BASE = Family(
    name="base",
    levels=(
        "binary to decimal or back, up to 511",
        "bases 3 to 9 to decimal or back, up to 2,000",
        "between two bases from 2 to 9, up to 5,000",
    ),
    draw=_draw,
    canonical=lambda problem: f"{problem[0]} {problem[1]} {problem[2]}",
    prompt=_prompt,
    answer=lambda problem: _digits(problem[0], problem[2]),
    solve_again=_by_powers,
    size=_size,
)
