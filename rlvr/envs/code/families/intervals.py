"""`intervals`: intervals with open or closed ends are merged over small gaps, filtered by size and reported."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WHAT = {
    "intervals": "Return what remains as a list of pairs `[start, end]` in the same notation, in ascending order",
    "holes": "Return the holes between neighbours of what remains, in ascending order, as a list of pairs "
    "`[start, end]` in the same notation that hold just the integers of each hole",
    "longest": "Return a list with the one of what remains that holds the most integers, as a pair `[start, end]` in "
    "the same notation; among several of that size take the smallest start",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "gap": stream.integer(0, 5),
        "inclusive": bool(stream.below(2)),
        "least": stream.integer(2, 8),
        "swap": level == 2 and bool(stream.below(2)),
        "report": "intervals" if level == 1 else stream.choice(("holes", "longest")),
    }


def _size(level: int) -> int:
    return 6 * 2 * 7 if level == 1 else 6 * 2 * 7 * 2 * 2


def _prompt(parameters: Parameters) -> str:
    end = "and `end` too" if parameters["inclusive"] else "but not `end`"
    hold = "<=" if parameters["inclusive"] else "<"
    turn = (
        "If `start` is greater than `end`, swap the two first. "
        if parameters["swap"]
        else "An interval whose `start` is greater than its `end` holds no integer. "
    )
    gap, least = parameters["gap"], parameters["least"]
    near = (
        "they overlap or no integer lies between them"
        if gap == 0
        else f"they overlap or at most {gap} integer{' lies' if gap == 1 else 's lie'} between them"
    )
    return (
        f"Each of `intervals` is a pair `[start, end]` and holds the integers `x` with `start <= x {hold} end`: "
        f"`start` belongs to it, {end}. The pairs come in any order. {turn}Drop the intervals that hold no integer. "
        f"Merge two intervals into one, from the smaller start to the larger end, if {near}; go on until no two can be "
        f"merged. Of the merged intervals keep those that hold at least {least} integers. "
        f"{_WHAT[parameters['report']]}. If there is nothing to return, return an empty list."
    )


def merge_intervals(
    intervals: list[list[int]], *, gap: int, inclusive: bool, least: int, swap: bool, report: str
) -> list[list[int]]:
    """Sort, then merge each with the last; inside, ends are exclusive."""
    from itertools import pairwise

    extra = 1 if inclusive else 0
    spans = []
    for first, second in intervals:
        start, end = (second, first) if swap and first > second else (first, second)
        if start < end + extra:
            spans.append((start, end + extra))
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start - merged[-1][1] <= gap:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    kept = [[start, end] for start, end in merged if end - start >= least]
    if report == "holes":
        kept = [[before[1], after[0]] for before, after in pairwise(kept)]
    elif report == "longest":
        kept = sorted(kept, key=lambda span: span[0] - span[1])[:1]
    return [[start, end - extra] for start, end in kept]


def merge_intervals_again(
    intervals: list[list[int]], *, gap: int, inclusive: bool, least: int, swap: bool, report: str
) -> list[list[int]]:
    """Integer by integer: all that are covered, then the groups that they form."""
    covered: set[int] = set()
    for pair in intervals:
        start, end = sorted(pair) if swap else pair
        covered.update(range(start, end + 1) if inclusive else range(start, end))
    groups: list[list[int]] = []
    for x in sorted(covered):
        if groups and x - groups[-1][-1] - 1 <= gap:
            groups[-1].append(x)
        else:
            groups.append([x])
    ends = [(group[0], group[-1]) for group in groups if group[-1] - group[0] + 1 >= least]
    if report == "holes":
        ends = [(ends[at - 1][1] + 1, ends[at][0] - 1) for at in range(1, len(ends))]
    if report == "longest" and ends:
        most = max(last - first for first, last in ends)
        ends = [min(pair for pair in ends if pair[1] - pair[0] == most)]
    return [[first, last] if inclusive else [first, last + 1] for first, last in ends]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    least, gap = parameters["least"], parameters["gap"]
    intervals = []
    for _ in range(stream.integer(0, 8)):
        start = stream.integer(-20, 40)
        end = start + stream.integer(0, least + 2)
        intervals.append([end, start] if stream.below(5) == 0 else [start, end])
        if stream.below(3) == 0:
            intervals.append([end + gap + stream.below(3), end + gap + stream.integer(2, least + 2)])
    return (intervals,)


def _edges(parameters: Parameters) -> list[Arguments]:
    gap, least, extra = parameters["gap"], parameters["least"], 1 if parameters["inclusive"] else 0
    after = least + gap  # the first integer after the largest gap that is still merged, behind the first `least`
    end = least - extra
    return [
        ([],),
        ([[3, 3]],),
        ([[0, end], [after, after + end]],),
        ([[0, end], [after + 1, after + 1 + end]],),
        ([[-9, least], [-7, -6]],),
        ([[-9, least], [-7, -6], [least + 20, least + 40]],),
        ([[30, 30 + end], [10, 10 + end], [-10, end - 10]],),
        ([[least + 1, -1], [40, 41 + least], [20 + least, 19]],),
    ]


INTERVALS = Family(
    name="intervals",
    topic="lists",
    levels=("merge over gaps, drop the small", "ends in any order; the holes or the longest"),
    draw=_draw,
    size=_size,
    entry_point="merge_intervals",
    signature="intervals: list[list[int]]",
    prompt=_prompt,
    solve=merge_intervals,
    solve_again=merge_intervals_again,
    mutants=(
        ("<= gap", "< gap"),
        ("max(merged[-1][1], end)", "end"),
        (">= least", "> least"),
        ("swap and first > second", "not swap and first > second"),
        ("sorted(spans)", "spans"),
    ),
    inputs=_inputs,
    edges=_edges,
)
