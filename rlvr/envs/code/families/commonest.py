"""`commonest`: the k-th most frequent element under a tie rule; then by different counts, from either end."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_TIES = {
    "smaller": "the smaller value",
    "larger": "the larger value",
    "earlier": "the value whose first occurrence comes earlier",
    "later": "the value whose last occurrence comes later",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "rank": stream.integer(1, 4) if level == 1 else stream.integer(1, 3),
        "tie": stream.choice(sorted(_TIES)),
        "least": 1 if level == 1 else stream.integer(2, 4),
        "rare": level == 2 and bool(stream.below(2)),
        "dense": level == 2,
        "default": stream.integer(-9, -1),
    }


def _size(level: int) -> int:
    return 4 * 4 * 9 if level == 1 else 3 * 4 * 3 * 2 * 9


def _prompt(parameters: Parameters) -> str:
    rank, least, tie, default = (parameters[name] for name in ("rank", "least", "tie", "default"))
    none = f"return {default}"
    if not parameters["dense"]:
        return (
            "Rank the different values of `numbers`, a list of integers that are not negative: the one that occurs "
            f"most often has rank 1, the next rank 2, and so on. Of values that occur equally often {_TIES[tie]} ranks "
            f"first. Return the value of rank {rank}. If there are fewer than {rank} different values, {none}."
        )
    end = "smallest" if parameters["rare"] else "largest"
    which = {1: f"the {end}", 2: f"the second {end}", 3: f"the third {end}"}[rank]
    return (
        "The count of a value is the number of times that it occurs in `numbers`, a list of integers that are not "
        f"negative. Leave out the values with a count below {least}. Of the different counts that the other values "
        f"have take {which} (equal counts are one count), and return the value with that count. Of several values "
        f"with that count return {_TIES[tie]}. If there is no such count, {none}."
    )


def kth_commonest(numbers: list[int], *, rank: int, tie: str, least: int, rare: bool, dense: bool, default: int) -> int:
    """Sort the values by count and tie rule."""
    counts: dict[int, int] = {}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, number in enumerate(numbers):
        counts[number] = counts.get(number, 0) + 1
        first.setdefault(number, place)
        last[number] = place
    sign = 1 if rare else -1

    def key(number: int) -> tuple[int, int]:
        ties = {"smaller": number, "larger": -number, "earlier": first[number], "later": -last[number]}
        return sign * counts[number], ties[tie]

    ranked = sorted((number for number in counts if counts[number] >= least), key=key)
    if dense:
        ranked = [number for at, number in enumerate(ranked) if at == 0 or counts[number] != counts[ranked[at - 1]]]
    return ranked[rank - 1] if rank <= len(ranked) else default


def kth_commonest_again(
    numbers: list[int], *, rank: int, tie: str, least: int, rare: bool, dense: bool, default: int
) -> int:
    """Values by count; within a count, the order of a walk over the list or of the sorted values."""
    walk = {
        "smaller": sorted(numbers),
        "larger": sorted(numbers)[::-1],
        "earlier": numbers,
        "later": numbers[::-1],
    }[tie]
    by_count: dict[int, list[int]] = {}
    for number in dict.fromkeys(walk):
        by_count.setdefault(numbers.count(number), []).append(number)
    left = rank
    for count in range(1, len(numbers) + 1) if rare else range(len(numbers), 0, -1):
        group = by_count.get(count, [])
        if count < least or not group:
            continue
        size = 1 if dense else len(group)
        if left <= size:
            return group[0] if dense else group[left - 1]
        left -= size
    return default


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    least, rank = parameters["least"], parameters["rank"]
    numbers: list[int] = []
    for value in stream.sample(range(12), stream.integer(0, rank + 3)):
        numbers += [value] * stream.integer(max(1, least - 1), least + rank)
    return (stream.sample(numbers, len(numbers)),)


def _edges(parameters: Parameters) -> list[Arguments]:
    least, rank = parameters["least"], parameters["rank"]
    steps = [value for value in range(rank) for _ in range(least + value)]
    equal = [3, 9, 1, 7, 4, 8] * least
    return [
        ([],),
        ([5] * least,),
        ([5] * (least - 1),),
        (steps,),
        (steps[::-1] + [6] * least,),
        (equal,),
        (equal[::-1] + [2] * (least + 1) + [0] * (least + 2),),
        ([value + 20 * twin for twin in range(2) for value in steps],),
        ([value + 20 * twin for twin in range(2) for value in steps + [11] * (least + rank)],),
    ]


COMMONEST = Family(
    name="commonest",
    topic="lists",
    levels=("rank 1 to 4 with a tie rule", "among different counts of some size, from either end"),
    draw=_draw,
    size=_size,
    entry_point="kth_commonest",
    signature="numbers: list[int]",
    prompt=_prompt,
    solve=kth_commonest,
    solve_again=kth_commonest_again,
    mutants=(
        (">= least", "> least"),
        ("1 if rare else -1", "-1 if rare else 1"),
        ("ties[tie]", "-ties[tie]"),
        ("rank <= len(ranked)", "rank < len(ranked)"),
        ("ranked[rank - 1] if", "ranked[min(rank, len(ranked) - 1)] if"),
    ),
    inputs=_inputs,
    edges=_edges,
)
