"""`percent`: shares, changes, and changes one after another. Golds have at most two decimals."""

from __future__ import annotations

from fractions import Fraction

from rlvr.envs.math.families.base import Family, Parameters, integers_in
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    """`("of", p, n)`, `("change", p, n)`, `("changes", p, q, n)` or `("before", p, n)`; a negative p is a fall."""
    if level == 1:
        return "of", 5 * stream.integer(1, 19), 20 * stream.integer(1, 100)
    if level == 2:
        return "change", _signed(stream, stream.integer(1, 60)), 10 * stream.integer(1, 200)
    if stream.below(2):
        p, q = (_signed(stream, 5 * stream.integer(1, 12)) for _ in range(2))
        return "changes", p, q, 100 * stream.integer(1, 50)
    return "before", 5 * stream.integer(1, 15), 20 * stream.integer(1, 50)


def _signed(stream: Stream, percentage: int) -> int:
    return -percentage if stream.below(2) else percentage


def _canonical(problem: Parameters) -> str:
    kind, *rest = problem
    if kind == "changes" and rest[1] < rest[0]:  # Changes commute.
        rest[0], rest[1] = rest[1], rest[0]
    return f"{kind} {rest}"


def _moves(percentage: int) -> str:
    return f"rises by {percentage}%" if percentage > 0 else f"falls by {-percentage}%"


def _prompt(problem: Parameters) -> str:
    match problem:
        case "of", p, n:
            return f"What is {p}% of {n}?"
        case "change", p, n:
            return f"A price of ${n} {_moves(p)}. What is the new price in dollars?"
        case "changes", p, q, n:
            return f"A price of ${n} {_moves(p)} and then {_moves(q)}. What is the final price in dollars?"
    _, p, n = problem
    return f"After a discount of {p}%, a coat costs ${n * (100 - p) // 100}. What did it cost before, in dollars?"


def _answer(problem: Parameters) -> str:
    match problem:
        case "of", p, n:
            return str(n * p // 100)
        case "change", p, n:
            return _dollars(n * (100 + p))
        case "changes", p, q, n:
            return _dollars(n // 100 * (100 + p) * (100 + q))
    return str(problem[2])


def _dollars(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def _by_fractions(prompt: str) -> Fraction:
    """From the text: every percentage is a factor; a price before a change is divided by it."""
    numbers = [Fraction(number) for number in integers_in(prompt)]
    if prompt.startswith("What"):
        return numbers[0] / 100 * numbers[1]
    if prompt.startswith("After"):
        return numbers[1] / (1 - numbers[0] / 100)
    price, *percentages = numbers
    directions = [word for word in prompt.split() if word in ("rises", "falls")]
    for direction, percentage in zip(directions, percentages, strict=True):
        share = price * percentage / 100
        price = price + share if direction == "rises" else price - share
    return price


def _size(level: int) -> int:
    if level == 1:
        return 19 * 100
    # On level 3, two of the 24 changes in any order (or the same twice), or a price before a discount.
    return 2 * 60 * 200 if level == 2 else 24 * 25 // 2 * 50 + 15 * 50


PERCENT = Family(
    name="percent",
    levels=(
        "a percentage of a number",
        "a price after a rise or a fall",
        "a price after two changes, or before a discount",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_by_fractions,
    size=_size,
)
