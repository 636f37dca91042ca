"""`editdistance`: the least cost of turning a word into another, with drawn costs, swaps and doubled letters."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

# (insert, delete, replace, swap, repeat), each cheap enough to matter. Equal costs of inserting and deleting would make
# it right to confuse them. No swaps: 0. Doubled letters that cost what others cost: repeat = insert.
_COSTS = [
    (insert, delete, replace, swap, repeat)
    for insert in range(1, 6)
    for delete in range(1, 6)
    for replace in range(1, insert + delete)
    for swap in range(min(2 * replace, insert + delete))
    for repeat in range(1, insert + 1)
    if insert != delete
]
_LEVELS = (
    [costs for costs in _COSTS if costs[3] == 0 and costs[4] == costs[0]],
    [costs for costs in _COSTS if costs[3] > 0 and costs[4] == costs[0]],
    [costs for costs in _COSTS if costs[3] > 0 and costs[4] < costs[0]],
)


def _draw(stream: Stream, level: int) -> Parameters:
    return dict(zip(("insert", "delete", "replace", "swap", "repeat"), stream.choice(_LEVELS[level - 1]), strict=True))


def _size(level: int) -> int:
    return len(_LEVELS[level - 1])


def _prompt(parameters: Parameters) -> str:
    swap, insert, repeat = parameters["swap"], parameters["insert"], parameters["repeat"]
    adding = f"add a letter to the new word's end, which costs {insert}"
    if repeat < insert:
        adding += f", but only {repeat} if the new word already ends in that same letter"
    swaps = f"; read two letters and add them in swapped order, which costs {swap}" if swap else ""
    return (
        "A new word is written while the word `source` is read once from left to right; the new word is empty at "
        f"first. At each point one can: read a letter and add it, which costs 0; {adding}; read a letter and add "
        f"nothing, which costs {parameters['delete']}; read a letter and add another one in its place, which costs "
        f"{parameters['replace']}{swaps}. What was added stays. Return the least cost of reading all of `source` and "
        "writing exactly `target`. Both words consist of lower-case letters and may be empty."
    )


def edit_cost(source: str, target: str, *, insert: int, delete: int, replace: int, swap: int, repeat: int) -> int:
    """The table of least costs for all beginnings of both words."""
    table = [[0] * (len(target) + 1) for _ in range(len(source) + 1)]
    for i in range(len(source) + 1):
        for j in range(len(target) + 1):
            costs = []
            if i > 0:
                costs.append(table[i - 1][j] + delete)
            if j > 0:
                doubled = j > 1 and target[j - 2] == target[j - 1]
                costs.append(table[i][j - 1] + (repeat if doubled else insert))
            if i > 0 and j > 0:
                costs.append(table[i - 1][j - 1] + (0 if source[i - 1] == target[j - 1] else replace))
            if swap and i > 1 and j > 1 and source[i - 2 : i] == target[j - 1] + target[j - 2]:
                costs.append(table[i - 2][j - 2] + swap)
            table[i][j] = min(costs, default=0)
    return table[-1][-1]


def edit_cost_again(source: str, target: str, *, insert: int, delete: int, replace: int, swap: int, repeat: int) -> int:
    """Dijkstra's algorithm over what is left of both words."""
    from heapq import heappop, heappush

    queue = [(0, source, target)]
    done = set()
    while True:
        cost, left, wanted = heappop(queue)
        if not left and not wanted:
            return cost
        if (left, wanted) in done:
            continue
        done.add((left, wanted))
        if wanted:
            written = target[: len(target) - len(wanted)]
            heappush(queue, (cost + (repeat if written.endswith(wanted[0]) else insert), left, wanted[1:]))
        if left:
            heappush(queue, (cost + delete, left[1:], wanted))
        if left and wanted:
            heappush(queue, (cost + replace * (left[0] != wanted[0]), left[1:], wanted[1:]))
        if swap and len(left) > 1 and left[1::-1] == wanted[:2]:
            heappush(queue, (cost + swap, left[2:], wanted[2:]))


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    source = [stream.choice("abcd") for _ in range(stream.integer(0, 7))]
    target = list(source)
    for _ in range(stream.integer(0, 4)):
        at = stream.below(len(target) + 1)
        change = stream.below(5)
        if change == 0:
            target.insert(at, stream.choice("abcde"))
        elif change == 1 and at < len(target):
            target.insert(at, target[at])
        elif change == 2:
            target[at : at + 2] = target[at : at + 2][::-1]
        elif change == 3:
            target[at : at + 1] = []
        else:
            target[at : at + 1] = stream.choice("abcde")
    return "".join(source), "".join(target)


def _edges(parameters: Parameters) -> list[Arguments]:
    return [
        ("", ""),
        ("", "abc"),
        ("abc", ""),
        ("a", "b"),
        ("ab", "ba"),
        ("abc", "cab"),
        ("aabb", "ab"),
        ("ab", "aabbb"),
        ("abcd", "abcd"),
        ("abab", "baba"),
    ]


EDITDISTANCE = Family(
    name="editdistance",
    topic="dynamic programming",
    levels=(
        "costs of inserting, deleting and replacing",
        "and of swapping two letters",
        "and of doubling a letter",
    ),
    draw=_draw,
    size=_size,
    entry_point="edit_cost",
    signature="source: str, target: str",
    prompt=_prompt,
    solve=edit_cost,
    solve_again=edit_cost_again,
    mutants=(
        ("+ delete", "+ insert"),
        ("else insert", "else delete"),
        ("(0 if source[i - 1] == target[j - 1] else replace)", "replace"),
        ("else replace", "else insert + delete"),
        ("min(costs, default=0)", "costs[-1] if costs else 0"),
    ),
    inputs=_inputs,
    edges=_edges,
)
