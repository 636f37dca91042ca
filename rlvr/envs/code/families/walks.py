"""`walks`: the nodes that walks of so many steps can end at, along or against the edges, also in zigzag."""

from __future__ import annotations

from itertools import pairwise

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_DIRECTION = {"along": "from a to b", "against": "from b to a", "both": "from a to b and from b to a"}
_REPORTS = {
    "count": "how many nodes such walks can end at",
    "list": "the list of the nodes that such walks can end at, in ascending order",
    "others": "the list of the nodes that no such walk can end at, in ascending order",
    "sum": "the sum of the numbers of the nodes that such walks can end at (each once; 0 if there are none)",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "steps": stream.integer(1, 6) if level == 1 else stream.integer(2, 6),
        "exactly": (False, True, bool(stream.below(2)))[level - 1],
        "zigzag": stream.choice(("down", "up")) if level == 3 else "no",
        "direction": stream.choice(sorted(_DIRECTION)),
        "report": stream.choice(sorted(_REPORTS)),
    }


def _size(level: int) -> int:
    return (6 * 3 * 4, 5 * 3 * 4, 5 * 2 * 2 * 3 * 4)[level - 1]


def _prompt(parameters: Parameters) -> str:
    steps, zigzag = parameters["steps"], parameters["zigzag"]
    length = f"{'exactly' if parameters['exactly'] else 'at most'} {steps} step{'s' if steps > 1 else ''}"
    begins = "A walk of no steps ends at `start`. " if not parameters["exactly"] else ""
    turns = ""
    if zigzag != "no":
        odd, even = ("greater", "smaller") if zigzag == "up" else ("smaller", "greater")
        turns = (
            f"The first, third, fifth, ... step of a walk has to lead to a node with a {odd} number than the node it "
            f"leaves, the second, fourth, ... to one with a number that is {even}. "
        )
    return (
        "A graph has `count` nodes, numbered from 0. Each element (a, b) of `edges` allows steps "
        f"{_DIRECTION[parameters['direction']]}; an edge may be listed more than once, and one from a node to itself "
        "allows a step that stays there. A walk begins at the node `start` and makes one step after the other; it may "
        f"visit nodes and use edges again. {turns}Consider all walks of {length}. {begins}Return "
        f"{_REPORTS[parameters['report']]}."
    )


def walk_ends(
    count: int,
    edges: list[tuple[int, int]],
    start: int,
    *,
    steps: int,
    exactly: bool,
    zigzag: str,
    direction: str,
    report: str,
) -> int | list[int]:
    """One set of nodes after another, a step apart."""
    arcs: list[tuple[int, int]] = []
    if direction != "against":
        arcs += edges
    if direction != "along":
        arcs += [(b, a) for a, b in edges]
    layer = {start}
    seen = set(layer)
    for step in range(steps):
        if zigzag == "no":
            layer = {b for a, b in arcs if a in layer}
        else:
            rising = (step % 2 == 0) == (zigzag == "up")
            layer = {b for a, b in arcs if a in layer and (a < b if rising else a > b)}
        seen |= layer
    ends = layer if exactly else seen
    if report == "count":
        return len(ends)
    if report == "sum":
        return sum(ends)
    return [node for node in range(count) if (node in ends) == (report == "list")]


def walk_ends_again(
    count: int,
    edges: list[tuple[int, int]],
    start: int,
    *,
    steps: int,
    exactly: bool,
    zigzag: str,
    direction: str,
    report: str,
) -> int | list[int]:
    """Back from each node: whether a walk of a given length can have come from the start."""
    known: dict[tuple[int, int], bool] = {}

    def allowed(a: int, b: int, step: int) -> bool:
        if zigzag == "no":
            return True
        return a != b and (b > a) == (step % 2 == (1 if zigzag == "up" else 0))

    def comes(node: int, length: int) -> bool:
        if length == 0:
            return node == start
        if (node, length) not in known:
            before = [a for a, b in edges if b == node and direction in ("along", "both")]
            before += [b for a, b in edges if a == node and direction in ("against", "both")]
            known[node, length] = any(allowed(a, node, length) and comes(a, length - 1) for a in before)
        return known[node, length]

    lengths = [steps] if exactly else list(range(steps + 1))
    reached = [any(comes(node, length) for length in lengths) for node in range(count)]
    if report == "others":
        return [node for node in range(count) if not reached[node]]
    ends = [node for node in range(count) if reached[node]]
    return ends if report == "list" else len(ends) if report == "count" else sum(ends)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    steps, zigzag = parameters["steps"], parameters["zigzag"]
    count = stream.integer(3, 9)
    path = [stream.below(count)]
    for step in range(stream.integer(1, steps + 1)):
        here = path[-1]
        rising = (step % 2 == 0) == (zigzag == "up")
        targets = range(count) if zigzag == "no" else range(here + 1, count) if rising else range(here)
        fresh = [node for node in targets if node not in path] or list(targets) or [here]
        path.append(stream.choice(fresh))
    edges = [(a, b) if parameters["direction"] != "against" else (b, a) for a, b in pairwise(path)]
    edges += [(stream.below(count), stream.below(count)) for _ in range(stream.integer(0, 4))]
    return count, stream.sample(edges, len(edges)), path[0]


def _edges(parameters: Parameters) -> list[Arguments]:
    steps, zigzag = parameters["steps"], parameters["zigzag"]
    low, high = list(range(steps + 2)), list(range(steps + 2, 2 * steps + 4))
    chain = [node for pair in zip(low, high, strict=True) for node in pair]
    if zigzag == "no":
        chain = low + high
    if zigzag == "down":
        chain = chain[1:]
    turned = [(a, b) if parameters["direction"] != "against" else (b, a) for a, b in pairwise(chain)]
    return [
        (1, [], 0),
        (1, [(0, 0)], 0),
        (3, [], 1),
        (3, [(0, 1), (0, 1), (1, 2)], 1),
        (3, [(1, 0), (2, 1)], 1),
        (3, [(2, 1)], 2),
        (len(low + high), turned[: steps + 1], chain[0]),
        (len(low + high), turned[:steps], chain[0]),
        (len(low + high), turned[: steps - 1], chain[0]),
        (len(low + high) + 1, [(a + 1, b + 1) for a, b in turned[: steps + 1]], chain[0] + 1),
        (4, [(0, 1), (0, 2), (0, 3)], 0),
        (4, [(0, 3), (1, 3), (2, 3)], 3),
    ]


WALKS = Family(
    name="walks",
    topic="graphs",
    levels=("at most so many steps", "exactly so many steps", "steps that go up and down in turn"),
    draw=_draw,
    size=_size,
    entry_point="walk_ends",
    signature="count: int, edges: list[tuple[int, int]], start: int",
    prompt=_prompt,
    solve=walk_ends,
    solve_again=walk_ends_again,
    mutants=(
        ("range(steps)", "range(steps - 1)"),
        ("range(steps)", "range(steps + 1)"),
        ('direction != "against"', 'direction == "against"'),
        ('direction != "along"', 'direction == "along"'),
        ("layer = {start}", "layer = {0}"),
    ),
    inputs=_inputs,
    edges=_edges,
)
