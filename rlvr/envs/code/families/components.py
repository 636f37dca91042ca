"""`components`: the connected components of an undirected graph that have a given size and a given shape."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_RULES = ("at least", "at most", "exactly", "multiple")
_SHAPES = {
    "tree": "exactly one edge fewer than it has nodes",
    "cyclic": "at least as many edges as it has nodes",
    "dense": "more edges than it has nodes",
}
_REPORTS = {
    "count": "how many components are chosen",
    "nodes": "how many nodes the chosen components have in all",
    "sizes": "the list of the chosen components' numbers of nodes, largest first",
    "smallest": "the list of each chosen component's smallest node, in ascending order",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "rule": stream.choice(_RULES),
        "size": stream.integer(2, 6),
        "shape": "any" if level == 1 else stream.choice(sorted(_SHAPES)),
        "report": stream.choice(sorted(_REPORTS)),
    }


def _size(level: int) -> int:
    return 4 * 5 * 4 if level == 1 else 4 * 5 * 3 * 4


def _prompt(parameters: Parameters) -> str:
    size = parameters["size"]
    rule = f"a multiple of {size}" if parameters["rule"] == "multiple" else f"{parameters['rule']} {size}"
    shape = (
        f" and that has {_SHAPES[parameters['shape']]} (an edge that is listed twice is two edges, and an edge from a "
        "node to itself is one edge)"
        if parameters["shape"] != "any"
        else ""
    )
    none = "0" if parameters["report"] in ("count", "nodes") else "the empty list"
    return (
        "An undirected graph has `count` nodes, numbered from 0; each element (a, b) of `edges` joins a and b. The "
        "same edge may be listed more than once, in either direction, and may join a node to itself. A component is a "
        "largest possible set of nodes that are all connected with one another, directly or through others; a node "
        f"without edges is a component by itself. Choose every component whose number of nodes is {rule}{shape}. "
        f"Return {_REPORTS[parameters['report']]}. If no component is chosen, that is {none}."
    )


def chosen_components(
    count: int, edges: list[tuple[int, int]], *, rule: str, size: int, shape: str, report: str
) -> int | list[int]:
    """A depth-first search from each node that no earlier search has seen."""
    neighbours: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        neighbours[a].append(b)
        neighbours[b].append(a)
    seen: set[int] = set()
    chosen = []
    for start in range(count):
        if start in seen:
            continue
        members = {start}
        stack = [start]
        while stack:
            for other in neighbours[stack.pop()]:
                if other not in members:
                    members.add(other)
                    stack.append(other)
        seen |= members
        nodes = len(members)
        links = sum(a in members for a, _ in edges)
        fits = {"at least": nodes >= size, "at most": nodes <= size, "exactly": nodes == size}
        fits["multiple"] = nodes % size == 0
        shaped = {"any": True, "tree": links == nodes - 1, "cyclic": links >= nodes, "dense": links > nodes}
        if fits[rule] and shaped[shape]:
            chosen.append(members)
    if report == "count":
        return len(chosen)
    if report == "nodes":
        return sum(map(len, chosen))
    return sorted(map(len, chosen), reverse=True) if report == "sizes" else [min(members) for members in chosen]


def chosen_components_again(
    count: int, edges: list[tuple[int, int]], *, rule: str, size: int, shape: str, report: str
) -> int | list[int]:
    """Each node takes the smallest label next to it until nothing changes; the labels are the smallest nodes."""
    from collections import Counter

    labels = list(range(count))
    changed = True
    while changed:
        changed = False
        for a, b in edges:
            if labels[a] != labels[b]:
                labels[a] = labels[b] = min(labels[a], labels[b])
                changed = True
    sizes = Counter(labels)
    links = Counter(labels[b] for _, b in edges)
    chosen = []
    for label in sorted(sizes):
        nodes, excess = sizes[label], links[label] - sizes[label]
        if rule == "multiple":
            fits = nodes in range(size, nodes + 1, size)
        else:
            fits = (nodes >= size or rule == "at most") and (nodes <= size or rule == "at least")
        if fits and (shape == "any" or (excess < 0 if shape == "tree" else excess >= ("cyclic", "dense").index(shape))):
            chosen.append(label)
    if report == "smallest":
        return chosen
    found = sorted(sizes[label] for label in chosen)[::-1]
    return found if report == "sizes" else len(found) if report == "count" else sum(found)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    size = parameters["size"]
    edges: list[tuple[int, int]] = []
    count = 0
    for _ in range(stream.integer(0, 4)):
        nodes = stream.choice((1, size - 1, size, size, size + 1, 2 * size))
        edges += [(count + stream.below(node), count + node) for node in range(1, nodes)]
        extra = stream.choice((0, 0, 1, 2))
        edges += [(count + stream.below(nodes), count + stream.below(nodes)) for _ in range(extra)]
        count += nodes
    names = stream.sample(range(count), count)
    turned = [(a, b) if stream.below(2) else (b, a) for a, b in edges]
    return count, stream.sample([(names[a], names[b]) for a, b in turned], len(turned))


def _edges(parameters: Parameters) -> list[Arguments]:
    size = parameters["size"]
    path = [(node + 1, node) for node in range(size - 1)]
    double = [(node, node + 1) for node in range(size)] * 2
    star = [(node, 0) for node in range(1, size)]
    return [
        (0, []),
        (1, []),
        (size, []),
        (1, [(0, 0)]),
        (2, [(0, 0), (1, 1), (1, 1)]),
        (size, path),
        (size, [*path, (0, size - 1)]),
        (size + 1, [*path, (0, 0), (size - 1, size - 1)]),
        (size + 1, double),
        (size + 1, [*path, (size, size - 1)]),
        (size + 3, [(node, node + 1) for node in range(size + 2)]),
        (size + 3, [(node, node + 1) for node in range(size + 2)] * 3),
        (4, [(0, 1), (2, 1), (2, 3)]),
        (size, star * 3),
        (size + 1, [*star, (size, 0)]),
        (size + 1, [*star, (size, 0)] * 3),
    ]


COMPONENTS = Family(
    name="components",
    topic="graphs",
    levels=("components by their number of nodes", "components by their numbers of nodes and edges"),
    draw=_draw,
    size=_size,
    entry_point="chosen_components",
    signature="count: int, edges: list[tuple[int, int]]",
    prompt=_prompt,
    solve=chosen_components,
    solve_again=chosen_components_again,
    mutants=(
        ("neighbours[b].append(a)", "pass"),
        ("nodes = len(members)", "nodes = len(members) - 1"),
        ("stack.append(other)", "pass"),
        ("seen |= members", "seen.add(start)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
