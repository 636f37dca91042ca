"""`fairparts`: cutting a list into a given number of parts so that the worst part is as good as possible.

Several ways to cut can be right: a checker decides.
"""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_MEASURES = {
    "sum": "the sum of its elements",
    "spread": "its largest element minus its smallest",
    "ends": "the sum of its first and its last element (twice the element, if it has only one)",
}


def _draw(stream: Stream, level: int) -> Parameters:
    least = stream.integer(1, 3) if level == 1 else stream.integer(2, 3)
    return {
        "parts": stream.integer(2, 6) if level == 1 else stream.integer(2, 4),
        "least": least,
        "longest": 0 if level == 1 else least + stream.integer(2, 3),
        "measure": stream.choice(("sum", "spread")) if level == 1 else stream.choice(sorted(_MEASURES)),
        "factor": 1 if level == 1 else stream.integer(2, 3),
        "goal": stream.choice(("largest", "smallest")),
    }


def _size(level: int) -> int:
    return 5 * 3 * 2 * 2 if level == 1 else 3 * 2 * 2 * 3 * 2 * 2


def _prompt(parameters: Parameters) -> str:
    least, longest, factor = parameters["least"], parameters["longest"], parameters["factor"]
    if longest:
        size = f"{least} to {longest} elements"
    else:
        size = f"at least {least} element{'s' if least > 1 else ''}"
    times = f"; for the second, fourth, ... part this counts {factor} times" if factor > 1 else ""
    if parameters["goal"] == "smallest":
        goal = "the largest cost of a part is as small as possible"
    else:
        goal = "the smallest cost of a part is as large as possible"
    return (
        f"Cut the list of integers `numbers` into exactly {parameters['parts']} parts, each a stretch of {size}; in "
        f"their order they give the whole list. The cost of a part is {_MEASURES[parameters['measure']]}{times}. "
        f"Choose the parts such that {goal}. Return the list of the parts' numbers of elements, in the order of the "
        "parts. If several ways to cut are right, return any of them; if the list cannot be cut in this way, return "
        "the empty list."
    )


def cut_lengths(
    numbers: list[int], *, parts: int, least: int, longest: int, measure: str, factor: int, goal: str
) -> list[int]:
    """For each beginning of the list and each number of parts, the best worst cost and how to get it."""
    plans: dict[tuple[int, int], tuple[int, list[int]]] = {(0, 0): (-(10**9) if goal == "smallest" else 10**9, [])}
    for part in range(1, parts + 1):
        for end in range(len(numbers) + 1):
            for length in range(least, min(longest or end, end) + 1):
                if (part - 1, end - length) not in plans:
                    continue
                earlier, lengths = plans[part - 1, end - length]
                piece = numbers[end - length : end]
                costs = {"sum": sum(piece), "spread": max(piece) - min(piece), "ends": piece[0] + piece[-1]}
                cost = costs[measure] * (factor if part % 2 == 0 else 1)
                worst = max(cost, earlier) if goal == "smallest" else min(cost, earlier)
                best, _ = plans.get((part, end), (worst, []))
                better = worst < best if goal == "smallest" else worst > best
                if better or (part, end) not in plans:
                    plans[part, end] = (worst, [*lengths, length])
    return plans.get((parts, len(numbers)), (0, []))[1]


def cut_lengths_again(
    numbers: list[int], *, parts: int, least: int, longest: int, measure: str, factor: int, goal: str
) -> list[int]:
    """All ways to cut, the last part first."""

    def ways(length: int, count: int) -> list[list[int]]:
        if count == 0:
            return [[]] if length == 0 else []
        top = min(length - least * (count - 1), longest or length)
        return [[*way, last] for last in range(least, top + 1) for way in ways(length - last, count - 1)]

    def worst(way: list[int]) -> int:
        rest, costs = list(numbers), []
        for at, length in enumerate(way):
            piece, rest = sorted(rest[:length]) if measure == "spread" else rest[:length], rest[length:]
            value = piece[-1] - piece[0] if measure == "spread" else piece[-1] + piece[0]
            costs.append((sum(piece) if measure == "sum" else value) * (1, factor)[at % 2])
        return max(costs) if goal == "smallest" else -min(costs)

    return min(ways(len(numbers), parts), key=worst, default=[])


def check_cut(
    arguments: tuple[list[int]],
    output: object,
    expected: list[int],
    *,
    parts: int,
    least: int,
    longest: int,
    measure: str,
    factor: int,
    goal: str,
) -> bool:
    """Whether the output cuts the list as it has to be, and its worst part is as good as the expected one's."""
    if not isinstance(output, list) or any(type(length) is not int for length in output):
        return False
    if not expected:
        return output == []
    (numbers,) = arguments
    if len(output) != parts or sum(output) != len(numbers):
        return False
    if any(length < least or 0 < longest < length for length in output):
        return False
    worst = []
    for lengths in (output, expected):
        costs, start = [], 0
        for at, length in enumerate(lengths):
            piece = numbers[start : start + length]
            start += length
            values = {"sum": sum(piece), "spread": max(piece) - min(piece), "ends": piece[0] + piece[-1]}
            costs.append(values[measure] * (factor if at % 2 else 1))
        worst.append(max(costs) if goal == "smallest" else min(costs))
    return bool(worst[0] == worst[1])


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    parts, least, longest = parameters["parts"], parameters["least"], parameters["longest"]
    most = parts * longest if longest else parts * least + 5
    count = stream.integer(parts * least - (stream.below(6) == 0), most)
    if count < most and stream.below(2):
        count += 1
    low, sticky = stream.choice((-9, 0, 0, 1)), stream.below(2)
    numbers: list[int] = []
    while len(numbers) < count:
        numbers += [stream.integer(low, 12)] * (stream.integer(1, least) if sticky else 1)
    return (numbers[:count],)


def _edges(parameters: Parameters) -> list[Arguments]:
    parts, least, longest = parameters["parts"], parameters["least"], parameters["longest"]
    fewest, most = parts * least, parts * (longest or least + 1)
    return [
        ([],),
        ([4] * (fewest - 1),),
        ([4] * fewest,),
        (list(range(1, fewest + 1)),),
        (list(range(fewest + 2, 0, -1)),),
        ([2] * most,),
        ([2] * (most + 1),),
        (list(range(most, 0, -1)),),
        ([9, *[0] * fewest],),
        ([0] * (least + 1) + [7] * (fewest - least),),
        ([3] * (fewest - least) + [8] * (least + 1),),
        ([0] * (fewest - least - 1) + [9, 0] + [1] * least,),
        ([0] * least + [1, 9] * parts + [1] * (fewest - least - 2 * parts + 2),),
        ([0] * (fewest - least - 2 * parts + 2) + [9, 1] * parts + [1] * least,),
        ([*[0] * fewest, -9],),
        ([-5, 7, 0, 3, 3, 8, -2, 1, 6, 2, 4, 0, 5, -1, 7, 2, 9, 1, 3, 6, 0][: fewest + 2],),
    ]


FAIRPARTS = Family(
    name="fairparts",
    topic="dynamic programming",
    levels=("parts of at least 1 to 3 elements", "and at most a few; every second part counts more"),
    draw=_draw,
    size=_size,
    entry_point="cut_lengths",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=cut_lengths,
    solve_again=cut_lengths_again,
    mutants=(
        ("range(least, ", "range(least + 1, "),
        ("(parts, len(numbers))", "(parts - 1, len(numbers))"),
        ('worst < best if goal == "smallest"', 'worst < best if goal != "smallest"'),
        ('max(cost, earlier) if goal == "smallest" else min(cost, earlier)', "cost"),
        ("if better or (part, end) not in plans", "if (part, end) not in plans"),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=check_cut,
)
