"""`collatz`: chains like Collatz's with another divisor, factor and summand, under a cap of steps."""

from __future__ import annotations

from math import gcd

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_LEAST_CAP = 7
_MOST_FLOOR = 5


def _ups(divisor: int, factor: int, summand: int) -> list[int]:
    """Integers above every floor from which a step up leads to a power of the divisor, within the least cap."""
    powers = [divisor**exponent - summand for exponent in range(1, _LEAST_CAP)]
    return [power // factor for power in powers if power % factor == 0 and power // factor > _MOST_FLOOR]


# With these a chain can go up and still come down in time.
_STEPS = [
    (divisor, factor, summand)
    for divisor in range(2, 5)
    for factor in range(2, 6)
    for summand in range(1, 6)
    if gcd(divisor, factor) == 1 and summand % divisor and _ups(divisor, factor, summand)
]


def _draw(stream: Stream, level: int) -> Parameters:
    divisor, factor, summand = stream.choice(_STEPS)
    return {
        "divisor": divisor,
        "factor": factor,
        "summand": summand,
        "floor": stream.integer(1, _MOST_FLOOR),
        "cap": stream.integer(_LEAST_CAP, 12),
        "starts": 1 if level == 1 else stream.integer(6, 15),
        "larger": level == 2 and bool(stream.below(2)),
    }


def _size(level: int) -> int:
    return len(_STEPS) * _MOST_FLOOR * (13 - _LEAST_CAP) * (1 if level == 1 else 10 * 2)


def _prompt(parameters: Parameters) -> str:
    divisor, floor, cap, starts = (parameters[name] for name in ("divisor", "floor", "cap", "starts"))
    text = (
        f"A chain begins with a positive integer, as `n` is. As long as the last value `v` is greater than {floor}, "
        f"one more step is taken: if `v` is divisible by {divisor}, the next value is `v // {divisor}`, else it is "
        f"`v * {parameters['factor']} + {parameters['summand']}`. A chain is short if it reaches a value of at most "
        f"{floor} in {cap} steps or fewer; one that begins with such a value takes 0 steps. "
    )
    if starts == 1:
        return text + "Return the number of steps of the chain that begins with `n`, or -1 if it is not short."
    which = "largest" if parameters["larger"] else "smallest"
    return (
        f"{text}Of the {starts} chains that begin with `n`, `n + 1`, ..., `n + {starts - 1}` take the short one with "
        f"the most steps, among several the one with the {which} beginning, and return the integer that it begins "
        "with. Return -1 if none of them is short."
    )


def chain(n: int, *, divisor: int, factor: int, summand: int, floor: int, cap: int, starts: int, larger: bool) -> int:
    """Each chain on its own."""

    def steps_from(value: int) -> int:
        for steps in range(cap + 1):
            if value <= floor:
                return steps
            value = value // divisor if value % divisor == 0 else value * factor + summand
        return -1

    if starts == 1:
        return steps_from(n)
    best, most = -1, -1
    for start in range(n, n + starts):
        steps = steps_from(start)
        if steps > most or (larger and steps == most and steps >= 0):
            best, most = start, steps
    return best


def chain_again(
    n: int, *, divisor: int, factor: int, summand: int, floor: int, cap: int, starts: int, larger: bool
) -> int:
    """All chains at once, step by step; those that end in the same step end together."""
    alive = {start: start for start in range(n, n + starts)}
    ended: list[tuple[int, list[int]]] = []
    for step in range(cap + 1):
        done = [start for start, value in alive.items() if value <= floor]
        if done:
            ended.append((step, done))
        following = {}
        for start, value in alive.items():
            if value > floor:
                quotient, rest = divmod(value, divisor)
                following[start] = factor * value + summand if rest else quotient
        alive = following
    if not ended:
        return -1
    if starts == 1:
        return ended[-1][0]
    return max(ended[-1][1]) if larger else min(ended[-1][1])


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    divisor, cap, floor = parameters["divisor"], parameters["cap"], parameters["floor"]
    if stream.below(2):
        return (stream.integer(1, 60),)
    near = stream.integer(1, 2 * floor) * divisor ** stream.integer(1, cap)
    return (max(1, near - stream.below(parameters["starts"])),)


def _edges(parameters: Parameters) -> list[Arguments]:
    divisor, cap, floor, starts = (parameters[name] for name in ("divisor", "cap", "floor", "starts"))
    top = floor * divisor**cap  # after exactly so many steps it is at most `floor`, never sooner
    values = [1, floor, floor + 1, 7, 27, top, top * divisor, top - starts + 1, top * divisor - starts + 1]
    values += [start for start in range(floor - starts + 1, floor + 2 * starts) if start > 0]
    ups = _ups(divisor, parameters["factor"], parameters["summand"])
    values += [value - before for value in ups for before in range(starts)]
    return [(value,) for value in dict.fromkeys(values) if value > 0]


COLLATZ = Family(
    name="collatz",
    topic="numbers",
    levels=("the steps of one chain", "the longest of several chains, with a tie rule"),
    draw=_draw,
    size=_size,
    entry_point="chain",
    signature="n: int",
    prompt=_prompt,
    solve=chain,
    solve_again=chain_again,
    mutants=(
        ("range(cap + 1)", "range(cap)"),
        ("value <= floor", "value < floor"),
        ("value * factor + summand", "value * factor"),
        ("        return -1\n", "        return cap\n"),
    ),
    inputs=_inputs,
    edges=_edges,
)
