"""`windows`: a statistic of each window that slides over a list, with three ways to treat its end."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_STATISTICS = {
    "largest": "its largest element",
    "smallest": "its smallest element",
    "sum": "the sum of its elements",
    "median": "its median: the middle one of its elements in ascending order, of two in the middle the smaller",
    "mode": "the element that occurs in it most often, among several the smallest",
    "distinct": "the number of different elements in it",
}
_ENDINGS = {
    "drop": "is left out",
    "keep": "is cut off there: it has fewer elements, but it counts",
    "wrap": "goes on at the beginning of the list, again and again if the list is shorter than the window",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "width": stream.integer(4, 8),
        "step": stream.integer(1, 3),
        "statistic": stream.choice(("largest", "smallest", "sum") if level == 1 else ("median", "mode", "distinct")),
        "ending": stream.choice(("drop", "keep") if level == 1 else ("drop", "keep", "wrap")),
    }


def _size(level: int) -> int:
    return 5 * 3 * 3 * (2 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    step = parameters["step"]
    starts = f"the indices 0, {step}, {2 * step}, ... of the list"
    return (
        f"A window is a stretch of {parameters['width']} neighbouring elements of the list `numbers`. One window "
        f"begins at each of {starts}. A window that would reach beyond the end of the list "
        f"{_ENDINGS[parameters['ending']]}. Return a list that holds for each window, in the order in which they "
        f"begin, {_STATISTICS[parameters['statistic']]}. For an empty list return an empty list."
    )


def window_values(numbers: list[int], *, width: int, step: int, statistic: str, ending: str) -> list[int]:
    """Each window on its own."""
    count = len(numbers)
    values = []
    for start in range(0, count, step):
        if start + width > count and ending == "drop":
            break
        stop = start + width if ending == "wrap" else min(start + width, count)
        window = [numbers[index % count] for index in range(start, stop)]
        if statistic == "largest":
            values.append(max(window))
        elif statistic == "smallest":
            values.append(min(window))
        elif statistic == "sum":
            values.append(sum(window))
        elif statistic == "median":
            values.append(sorted(window)[(len(window) - 1) // 2])
        elif statistic == "mode":
            values.append(min((-window.count(value), value) for value in window)[1])
        else:
            values.append(len(set(window)))
    return values


def window_values_again(numbers: list[int], *, width: int, step: int, statistic: str, ending: str) -> list[int]:
    """One window that moves: an element leaves, an element comes, and the counts of its elements are kept."""
    if not numbers:
        return []
    line: list[int | None] = list(numbers)
    if ending == "wrap":
        line += (numbers * width)[:width]
    elif ending == "keep":
        line += [None] * width
    starts = len(numbers) if ending != "drop" else len(numbers) - width + 1
    inside: dict[int, int] = {}
    values = []
    for at, coming in enumerate(line):
        leaving = line[at - width] if at >= width else None
        if leaving is not None:
            inside[leaving] -= 1
            if not inside[leaving]:
                del inside[leaving]
        if coming is not None:
            inside[coming] = inside.get(coming, 0) + 1
        start = at - width + 1
        if start < 0 or start >= starts or start % step:
            continue
        ordered = [value for value in sorted(inside) for _ in range(inside[value])]
        most = max(inside.values())
        values.append(
            {
                "largest": ordered[-1],
                "smallest": ordered[0],
                "sum": sum(value * times for value, times in inside.items()),
                "median": ordered[-(len(ordered) // 2) - 1],
                "mode": next(value for value in ordered if inside[value] == most),
                "distinct": len(inside),
            }[statistic]
        )
    return values


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    most = stream.choice((4, 9, 30))
    count = stream.integer(0, 2 * parameters["width"] + 4)
    return ([stream.integer(-3, most) for _ in range(count)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    width = parameters["width"]
    return [
        ([],),
        ([7],),
        (list(range(1, width)),),
        (list(range(width)),),
        (list(range(width + 3, 0, -1)),),
        ([-2, 5] * width,),
        ([4] * (width + 1),),
    ]


WINDOWS = Family(
    name="windows",
    topic="lists",
    levels=("largest, smallest or sum, the end left out or cut", "median, mode or distinct, the end wrapped too"),
    draw=_draw,
    size=_size,
    entry_point="window_values",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=window_values,
    solve_again=window_values_again,
    mutants=(
        ("range(0, count, step)", "range(0, count, width)"),
        ("range(0, count, step)", "range(0, count - width, step)"),
        ("range(start, stop)", "range(start, stop - 1)"),
        ('and ending == "drop"', 'and ending != "drop"'),
        ("numbers[index % count]", "numbers[(index + 1) % count]"),
    ),
    inputs=_inputs,
    edges=_edges,
)
