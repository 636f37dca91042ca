"""`pairs`: two elements with a given sum or difference that stand far enough apart; any such pair is right."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "combine": stream.choice(("sum", "difference")),
        "target": stream.integer(3, 15) if level == 1 else stream.integer(3, 12),
        "apart": stream.integer(2, 5),
        "multiple": level == 2,
        "far": level == 2,
    }


def _size(level: int) -> int:
    return 2 * (13 if level == 1 else 10) * 4


def _prompt(parameters: Parameters) -> str:
    target, apart = parameters["target"], parameters["apart"]
    what = (
        "the sum of the two elements"
        if parameters["combine"] == "sum"
        else "the difference of the two elements, the larger minus the smaller,"
    )
    right = f"divisible by {target} (0 is)" if parameters["multiple"] else f"exactly {target}"
    far = " Of all such pairs find one with the largest possible `j - i`." if parameters["far"] else ""
    return (
        f"Find two indices `i` and `j` of the list `numbers` with `j - i >= {apart}` such that {what} at these indices "
        f"is {right}.{far} Return the list `[i, j]`. If several pairs are right, each of them is accepted. If there is "
        "none, return an empty list."
    )


def find_pair(numbers: list[int], *, combine: str, target: int, apart: int, multiple: bool, far: bool) -> list[int]:
    """All pairs."""
    best: list[int] = []
    for j in range(apart, len(numbers)):
        for i in range(j - apart + 1):
            value = numbers[i] + numbers[j] if combine == "sum" else abs(numbers[i] - numbers[j])
            fits = value % target == 0 if multiple else value == target
            if fits and (not best or (far and j - i > best[1] - best[0])):
                best = [i, j]
    return best


def find_pair_again(
    numbers: list[int], *, combine: str, target: int, apart: int, multiple: bool, far: bool
) -> list[int]:
    """One pass; of the elements that are far enough back, it remembers where each value or residue came first."""
    found: list[list[int]] = []
    first: dict[int, int] = {}
    for j, number in enumerate(numbers):
        if j >= apart:
            back = numbers[j - apart]
            first.setdefault(back % target if multiple else back, j - apart)
        if combine == "sum":
            wanted = [-number % target] if multiple else [target - number]
        else:
            wanted = [number % target] if multiple else [number - target, number + target]
        found += [[first[value], j] for value in wanted if value in first]
    return max(found, key=lambda pair: pair[1] - pair[0]) if found else []


def check_pair(
    arguments: tuple[list[int]],
    output: object,
    expected: list[int],
    *,
    combine: str,
    target: int,
    apart: int,
    multiple: bool,
    far: bool,
) -> bool:
    """Whether the output is a pair of indices that fits, or empty where there is none."""
    numbers = arguments[0]
    if not isinstance(output, list) or len(output) != len(expected):
        return False
    if not output:
        return True
    i, j = output
    if type(i) is not int or type(j) is not int or not 0 <= i <= j - apart or j >= len(numbers):
        return False
    if far and j - i != expected[1] - expected[0]:
        return False
    value = numbers[i] + numbers[j] if combine == "sum" else abs(numbers[i] - numbers[j])
    return value % target == 0 if multiple else value == target


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    count = parameters["apart"] + stream.integer(-1, 8)
    most = stream.choice((parameters["target"], 2 * parameters["target"], 40))
    return ([stream.integer(-5, most) for _ in range(count)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    target, apart = parameters["target"], parameters["apart"]
    other = target - 1 if parameters["combine"] == "sum" else target + 1
    filler = 5 * target + 1  # fits neither 0 nor the target, and as many as stand too near each other do no harm
    lists = [
        [],
        [target],
        [0] + [filler] * (apart - 1) + [target],
        [filler, 0] + [filler] * (apart - 2) + [target],
        [0] + [filler] * (apart + 1) + [target],
        [0] * (apart + 1),
        [1] + [0] * (apart - 1) + [other],
    ]
    return [(numbers,) for numbers in lists]


PAIRS = Family(
    name="pairs",
    topic="lists",
    levels=("a sum or a difference of 3 to 15, some way apart", "a multiple, as far apart as possible"),
    draw=_draw,
    size=_size,
    entry_point="find_pair",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=find_pair,
    solve_again=find_pair_again,
    mutants=(
        ("range(j - apart + 1)", "range(j - apart)"),
        ("range(j - apart + 1)", "range(j - apart + 2)"),
        ('combine == "sum"', 'combine != "sum"'),
        ("range(apart, len(numbers))", "range(apart, len(numbers) - 1)"),
        ("best = [i, j]", "best = [numbers[i], numbers[j]]"),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=check_pair,
)
