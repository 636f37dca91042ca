"""`runs`: the longest runs of equal elements, filtered and reported in one of several ways."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WHAT = {"value": "its element", "start": "the index at which it begins", "length": "its length"}


def _draw(stream: Stream, level: int) -> Parameters:
    report = stream.choice(sorted(_WHAT)) if level == 1 else stream.choice(("start", "value"))
    return {
        "least": stream.integer(2, 5) if level == 1 else stream.integer(2, 6),
        "last": report != "length" and bool(stream.below(2)),  # Runs of one length have one length.
        "report": report,
        "default": stream.integer(-9, -1),
    }


def _size(level: int) -> int:
    return 4 * 5 * 9 if level == 1 else 5 * 4 * 9


def _prompt(parameters: Parameters) -> str:
    which = "last" if parameters["last"] else "first"
    ties = "" if parameters["report"] == "length" else f"; among several of that length take the {which}"
    return (
        "A run is a longest possible stretch of neighbouring equal elements of a list of integers that are not "
        f"negative. Find the longest run of `numbers`{ties}. Return {_WHAT[parameters['report']]}. If the list is "
        f"empty or its longest run has fewer than {parameters['least']} elements, return {parameters['default']}."
    )


def longest_run(numbers: list[int], *, least: int, last: bool, report: str, default: int) -> int:
    """One pass with the current run's beginning."""
    best_start, best_length = 0, 0
    start = 0
    for end in range(1, len(numbers) + 1):
        if end == len(numbers) or numbers[end] != numbers[start]:
            length = end - start
            if length > best_length or (last and length == best_length):
                best_start, best_length = start, length
            start = end
    if best_length < least or not numbers:
        return default
    return {"value": numbers[best_start], "start": best_start, "length": best_length}[report]


def longest_run_again(numbers: list[int], *, least: int, last: bool, report: str, default: int) -> int:
    """All runs by `groupby`, then the best of them."""
    from itertools import groupby

    runs = []
    at = 0
    for value, group in groupby(numbers):
        length = len(list(group))
        runs.append((length, at, value))
        at += length
    if not runs:
        return default
    length, start, value = max(runs, key=lambda run: (run[0], run[1] if last else -run[1]))
    if length < least:
        return default
    return {"value": value, "start": start, "length": length}[report]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    values = stream.integer(2, 3)
    count = stream.integer(0, 18)
    numbers: list[int] = []
    while len(numbers) < count:
        numbers += [stream.below(values)] * stream.integer(1, parameters["least"] + 1)
    return (numbers,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least = parameters["least"]
    return [([],), ([5] * least,), ([1] * least + [2] * least,), ([1, 2] + [7] * (least + 1),), ([3] * (least - 1),)]


RUNS = Family(
    name="runs",
    topic="lists",
    levels=("runs of at least 2 to 5 elements", "runs of at least 2 to 6 elements, no lengths"),
    draw=_draw,
    size=_size,
    entry_point="longest_run",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=longest_run,
    solve_again=longest_run_again,
    mutants=(
        ("range(1, len(numbers) + 1)", "range(1, len(numbers))"),
        ("best_length < least", "best_length <= least"),
        ("length > best_length or", "not best_length or"),
        ("return default", "return 0"),
    ),
    inputs=_inputs,
    edges=_edges,
)
