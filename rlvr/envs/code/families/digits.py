"""`digits`: weighted sums of a number's digits in some base, taken once or until they repeat."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "base": stream.integer(3, 16),
        "period": stream.integer(2, 4),
        "highest": bool(stream.below(2)),
        "signed": level == 1 and bool(stream.below(2)),
        "report": "once" if level == 1 else stream.choice(("values", "smallest")),
    }


def _size(level: int) -> int:
    return 14 * 3 * 2 * 2


def _prompt(parameters: Parameters) -> str:
    base, period = parameters["base"], parameters["period"]
    weights = ", ".join(map(str, range(1, period + 1)))
    end = "highest" if parameters["highest"] else "lowest"
    text = (
        f"Write the absolute value of an integer in base {base} without leading zeros (0 has no digits). Its score is "
        f"the sum of its digits, each multiplied by a weight: from the {end} digit on the weights are {weights}, "
        f"{weights}, and so on. "
    )
    if parameters["report"] == "once":
        sign = "minus the score for a negative `n`" if parameters["signed"] else "the sign of `n` does not matter"
        return f"{text}Return the score of `n`; {sign}."
    what = (
        "how many different values the sequence has"
        if parameters["report"] == "values"
        else "the smallest of the values that occur in the sequence again and again"
    )
    return (
        f"{text}A sequence begins with the absolute value of `n`, and each further element is the score of the one "
        f"before it. Return {what}."
    )


def digit_score(n: int, *, base: int, period: int, highest: bool, signed: bool, report: str) -> int:
    """Digits from the lowest; the sequence is kept as a list."""

    def score(value: int) -> int:
        digits = []
        while value:
            digits.append(value % base)
            value //= base
        if highest:
            digits.reverse()
        return sum(digit * (1 + place % period) for place, digit in enumerate(digits))

    value = score(abs(n))
    if report == "once":
        return -value if signed and n < 0 else value
    seen = [abs(n)]
    while value not in seen:
        seen.append(value)
        value = score(value)
    return len(seen) if report == "values" else min(seen[seen.index(value) :])


def digit_score_again(n: int, *, base: int, period: int, highest: bool, signed: bool, report: str) -> int:
    """Digits from the highest power down, summed weight by weight; Floyd's tortoise and hare for the cycle."""

    def score(value: int) -> int:
        power = 1
        while power <= value:
            power *= base
        line = []
        while power > 1:
            power //= base
            line.append(value // power)
            value -= line[-1] * power
        if not highest:
            line = line[::-1]
        return sum((start + 1) * sum(line[start::period]) for start in range(period))

    start = n if n >= 0 else -n
    if report == "once":
        return score(start) * (-1 if n < 0 and signed else 1)
    slow, fast = score(start), score(score(start))
    while slow != fast:
        slow, fast = score(slow), score(score(fast))
    slow, before = start, 0
    while slow != fast:
        slow, fast, before = score(slow), score(fast), before + 1
    cycle = {slow}
    while score(fast) not in cycle:
        fast = score(fast)
        cycle.add(fast)
    return before + len(cycle) if report == "values" else min(cycle)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    most = parameters["base"] ** stream.integer(1, parameters["period"] + 3) - 1
    n = stream.integer(0, most)
    return (-n if stream.below(3) == 0 else n,)


def _edges(parameters: Parameters) -> list[Arguments]:
    base = parameters["base"]
    return [
        (n,)
        for n in (
            0,
            1,
            -1,
            base - 1,
            base,
            base + 1,
            -base,
            2 * base - 1,
            base**2 - 1,
            base**3 + 2,
            1 - base**4,
            base**5,
        )
    ]


DIGITS = Family(
    name="digits",
    topic="numbers",
    levels=("one weighted sum of digits", "its sequence until it repeats"),
    draw=_draw,
    size=_size,
    entry_point="digit_score",
    signature="n: int",
    prompt=_prompt,
    solve=digit_score,
    solve_again=digit_score_again,
    mutants=(
        ("1 + place % period", "place % period"),
        ("1 + place % period", "period - place % period"),
        ("if highest:", "if not highest:"),
        ("while value:", "while value >= base:"),
        ("value % base", "value % base + 1"),
    ),
    inputs=_inputs,
    edges=_edges,
)
