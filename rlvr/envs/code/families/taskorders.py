"""`taskorders`: an order of tasks that respects given pairs and keeps one group at the front, at the back or together.

Many orders are right: a checker decides.
"""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_PLACE = {
    "front": "come before all other tasks",
    "back": "come after all other tasks",
    "block": "stand next to one another, with no other task between them (their own order is free)",
}


def _draw(stream: Stream, level: int) -> Parameters:
    groups = [(modulus, rest) for modulus in range(3 if level == 1 else 2, 6) for rest in range(modulus)]
    modulus, rest = stream.choice(groups)
    return {
        "first": bool(stream.below(2)),
        "modulus": modulus,
        "rest": rest,
        "place": stream.choice(("back", "front")) if level == 1 else "block",
        "missing": stream.integer(-3, -1),
    }


def _size(level: int) -> int:
    return 2 * (3 + 4 + 5) * 2 * 3 if level == 1 else 2 * (2 + 3 + 4 + 5) * 3


def _prompt(parameters: Parameters) -> str:
    earlier, later = ("a", "b") if parameters["first"] else ("b", "a")
    return (
        "There are `count` tasks, numbered from 0. Return a list of all their numbers in an order in which they can be "
        f"done: for each element (a, b) of `pairs`, task {earlier} has to come somewhere before task {later}; and the "
        f"tasks whose number leaves the remainder {parameters['rest']} when divided by {parameters['modulus']} have to "
        f"{_PLACE[parameters['place']]}. Any such order is right. If there is none, return [{parameters['missing']}]. "
        "A pair may be listed more than once; a pair with a equal to b makes every order impossible. Without tasks the "
        "order is the empty list."
    )


def task_order(
    count: int, pairs: list[tuple[int, int]], *, first: bool, modulus: int, rest: int, place: str, missing: int
) -> list[int]:
    """Kahn's algorithm, then a stable sort by the part of the order that each task belongs to."""
    arcs = [(a, b) if first else (b, a) for a, b in pairs]
    waiting = [sum(b == task for _, b in arcs) for task in range(count)]
    ready = [task for task in range(count) if not waiting[task]]
    order = []
    while ready:
        order.append(ready.pop())
        for a, b in arcs:
            if a == order[-1]:
                waiting[b] -= 1
                if not waiting[b]:
                    ready.append(b)
    group = {task for task in range(count) if task % modulus == rest}
    early = set(group)
    for task in reversed(order):
        if any(a == task and b in early for a, b in arcs):
            early.add(task)
    if place == "block":
        rank = {task: 1 if task in group else 0 if task in early else 2 for task in range(count)}
    else:
        rank = {task: int((task in group) == (place == "back")) for task in range(count)}
    if len(order) < count or any(rank[a] > rank[b] for a, b in arcs):
        return [missing]
    return sorted(order, key=rank.__getitem__)


def task_order_again(
    count: int, pairs: list[tuple[int, int]], *, first: bool, modulus: int, rest: int, place: str, missing: int
) -> list[int]:
    """Add one allowed task after the other and go back where none is left; each set of tasks is tried once."""
    tried = set()
    stack: list[list[int]] = [[]]
    while stack:
        order = stack.pop()
        if len(order) == count:
            return order
        done = frozenset(order)
        if done in tried:
            continue
        tried.add(done)
        inside = [task for task in done if task % modulus == rest]
        total = len(range(rest, count, modulus))
        for task in set(range(count)) - done:
            member = task % modulus == rest
            if place == "front" and not member and len(inside) < total:
                continue
            if place == "back" and member and len(done) - len(inside) < count - total:
                continue
            if place == "block" and not member and 0 < len(inside) < total:
                continue
            needed = {a for a, b in pairs if b == task} if first else {b for a, b in pairs if a == task}
            if needed <= done:
                stack.append([*order, task])
    return [missing]


def check_order(
    arguments: tuple[int, list[tuple[int, int]]],
    output: object,
    expected: list[int],
    *,
    first: bool,
    modulus: int,
    rest: int,
    place: str,
    missing: int,
) -> bool:
    """Whether the output is an allowed order, or says that there is none where there is none."""
    count, pairs = arguments
    if not isinstance(output, list) or any(type(task) is not int for task in output):
        return False
    if expected == [missing]:
        return output == expected
    if sorted(output) != list(range(count)):
        return False
    at = {task: position for position, task in enumerate(output)}
    if not all(at[a] < at[b] if first else at[b] < at[a] for a, b in pairs):
        return False
    members = [position for position, task in enumerate(output) if task % modulus == rest]
    start = {"front": 0, "back": count - len(members), "block": members[0] if members else 0}[place]
    return members == list(range(start, start + len(members)))


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    modulus, rest, place = parameters["modulus"], parameters["rest"], parameters["place"]
    count = stream.integer(2, 9)
    hidden = stream.sample(range(count), count)
    group = [task for task in hidden if task % modulus == rest]
    others = [task for task in hidden if task % modulus != rest]
    cut = {"front": 0, "back": len(others), "block": stream.integer(0, len(others))}[place]
    hidden = others[:cut] + group + others[cut:]
    pairs = []
    for _ in range(stream.integer(0, count + 2)):
        low, high = sorted(stream.sample(range(count), 2))
        pairs.append((hidden[low], hidden[high]))
    if stream.below(3) == 0:
        pairs.append((stream.below(count), stream.below(count)))
    return count, [(a, b) if parameters["first"] else (b, a) for a, b in pairs]


def _edges(parameters: Parameters) -> list[Arguments]:
    modulus, rest = parameters["modulus"], parameters["rest"]
    member, other = rest + modulus, (rest + 1) % modulus
    count = 2 * modulus
    return [
        (0, []),
        (1, []),
        (1, [(0, 0)]),
        (count, []),
        (count, [(member, other)]),
        (count, [(other, member)]),
        (count, [(rest, other), (other, member)]),
        (count, [(member, rest), (member, rest)]),
        (count, [(rest, member)]),
        (2, [(0, 1), (1, 0)]),
        (3, [(0, 1), (1, 2), (2, 0)]),
    ]


TASKORDERS = Family(
    name="taskorders",
    topic="graphs",
    levels=("a group of the tasks comes first or last", "a group of the tasks stays together"),
    draw=_draw,
    size=_size,
    entry_point="task_order",
    signature="count: int, pairs: list[tuple[int, int]]",
    prompt=_prompt,
    solve=task_order,
    solve_again=task_order_again,
    mutants=(
        ("(a, b) if first else (b, a)", "(b, a) if first else (a, b)"),
        ("len(order) < count or ", ""),
        (" or any(rank[a] > rank[b] for a, b in arcs)", ""),
        ("sorted(order, key=rank.__getitem__)", "order"),
        ("sorted(order, key", "sorted(rank, key"),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=check_order,
)
