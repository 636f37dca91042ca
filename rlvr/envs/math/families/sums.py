"""`sum`: column sums of two numbers.

Level k has operands of up to k digits, zero included. The prompt is bare, `"{a}+{b}=?"`, so that a model of characters
can learn it.
"""

from __future__ import annotations

from itertools import zip_longest

from rlvr.envs.math.families.base import Family, Parameters
from rlvr.seeding import Stream

_COUNT = (1, 10, 100, 1_000, 10_000, 100_000, 10**6, 10**7, 10**8, 10**9)  # numbers of up to so many digits


def _draw(stream: Stream, level: int) -> Parameters:
    count = _COUNT[level]
    return stream.below(count), stream.below(count)


def _canonical(numbers: Parameters) -> str:
    a, b = numbers
    return f"{a}+{b}" if a <= b else f"{b}+{a}"


def _prompt(numbers: Parameters) -> str:
    return f"{numbers[0]}+{numbers[1]}=?"


def _answer(numbers: Parameters) -> str:
    return str(numbers[0] + numbers[1])


def _by_columns(prompt: str) -> int:
    """Add as at school: digit by digit from the right, with a carry."""
    a, b = prompt.removesuffix("=?").split("+")
    digits, carry = "", 0
    for x, y in zip_longest(reversed(a), reversed(b), fillvalue="0"):
        carry, digit = divmod(ord(x) + ord(y) - 2 * ord("0") + carry, 10)
        digits = chr(ord("0") + digit) + digits
    return int(str(carry) + digits)


def _size(level: int) -> int:
    count = _COUNT[level]
    return count * (count + 1) // 2


SUM = Family(
    name="sum",
    levels=tuple(f"two numbers of up to {level} digit{'s' * (level > 1)}" for level in range(1, len(_COUNT))),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_by_columns,
    size=_size,
)
