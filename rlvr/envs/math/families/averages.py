"""`average`: means, a number missing from a mean, and the mean of two groups."""

from __future__ import annotations

from fractions import Fraction
from math import comb

from rlvr.envs.math.families.base import Family, Parameters, integers_in, listed
from rlvr.seeding import Stream

_MOST = 60  # numbers are in [1, _MOST]


def _draw(stream: Stream, level: int) -> Parameters:
    """`("mean", numbers)`, `("missing", numbers, mean)` or `("groups", (size, mean), (size, mean))`."""
    if level == 3:
        first, second = ((stream.integer(2, 40), stream.integer(1, 100)) for _ in range(2))
        return "groups", first, second
    numbers = tuple([stream.integer(1, _MOST) for _ in range(3 + stream.below(3))])
    return ("mean", numbers) if level == 1 else ("missing", numbers, stream.integer(1, _MOST))


def _canonical(problem: Parameters) -> str:
    match problem:
        case "mean", numbers:
            return f"mean {sorted(numbers)}"
        case "missing", numbers, mean:
            return f"missing {sorted(numbers)} {mean}"
    return f"groups {sorted(problem[1:])}"


def _prompt(problem: Parameters) -> str:
    match problem:
        case "mean", numbers:
            return f"What is the mean of the numbers {listed(numbers)}? Give the exact value."
        case "missing", numbers, mean:
            return (
                f"The mean of {len(numbers) + 1} numbers is {mean}. All but one of them are {listed(numbers)}. "
                "What is the remaining number?"
            )
    _, (m, a), (n, b) = problem
    return (
        f"In one class, {m} pupils have a mean score of {a}; in another, {n} pupils have a mean score of {b}. "
        "What is the mean score of all these pupils? Give the exact value."
    )


def _answer(problem: Parameters) -> str:
    match problem:
        case "mean", numbers:
            top, bottom = sum(numbers), len(numbers)
        case "missing", numbers, mean:
            return str(mean * (len(numbers) + 1) - sum(numbers))
        case _, (m, a), (n, b):
            top, bottom = m * a + n * b, m + n
    whole, remainder = divmod(top, bottom)
    return str(Fraction(top, bottom)) if remainder else str(whole)


def _by_deviations(prompt: str) -> Fraction | int:
    """Deviations from a guess: they cancel at the mean. Groups are written out, a number for each pupil."""
    numbers = integers_in(prompt)
    if prompt.startswith("The mean"):
        _, mean, *others = numbers
        return mean - sum(other - mean for other in others)
    if prompt.startswith("In one class"):
        m, a, n, b = numbers
        numbers = [a] * m + [b] * n
    guess = numbers[0]
    return guess + Fraction(sum(number - guess for number in numbers), len(numbers))


def _size(level: int) -> int:
    if level == 3:
        return comb(39 * 100 + 1, 2)
    multisets = sum(comb(_MOST + count - 1, count) for count in (3, 4, 5))
    return multisets if level == 1 else multisets * _MOST


AVERAGE = Family(
    name="average",
    levels=("mean of 3 to 5 numbers", "a number missing from a mean", "mean of two groups"),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_by_deviations,
    size=_size,
)
