"""`colouring`: colours of a graph's nodes that change by a given amount along every edge; a checker decides."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

# An amount of half the colours is the same in both directions: who forgets the edges' direction would be right.
_EASY = [(colours, shift, shift, -1) for colours in range(3, 14) for shift in range(1, colours) if 2 * shift != colours]
_HARD = [
    (colours, odd, even, popular)
    for colours in range(3, 6)
    for odd in range(1, colours)
    for even in range(1, colours)
    for popular in range(colours)
    if odd != even
]


def _draw(stream: Stream, level: int) -> Parameters:
    colours, odd, even, popular = stream.choice(_EASY if level == 1 else _HARD)
    return {"colours": colours, "odd": odd, "even": even, "popular": popular}


def _size(level: int) -> int:
    return len(_EASY) if level == 1 else len(_HARD)


def _prompt(parameters: Parameters) -> str:
    colours, odd, even = parameters["colours"], parameters["odd"], parameters["even"]
    if odd == even:
        amount = f"the colour of a, plus {odd}"
    else:
        amount = f"the colour of a, plus {odd} if a + b is odd and plus {even} if a + b is even"
    popular = (
        " Among these colourings only those are right in which the number of nodes with colour "
        f"{parameters['popular']} is as large as possible."
        if parameters["popular"] >= 0
        else ""
    )
    return (
        "A directed graph has `count` nodes, numbered from 0, and an edge from a to b for each element (a, b) of "
        f"`edges`; edges may be listed more than once and may lead from a node to itself. Give each node one of the "
        f"colours 0 to {colours - 1} such that for every edge (a, b) the colour of b is {amount}, modulo {colours}."
        f"{popular} Return the list of the nodes' colours, in the order of the nodes; any such colouring is right. If "
        "there is none, return the empty list."
    )


def colour_nodes(
    count: int, edges: list[tuple[int, int]], *, colours: int, odd: int, even: int, popular: int
) -> list[int]:
    """One search per component from colour 0, whose colours are then turned to suit the popular one."""
    links: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for a, b in edges:
        shift = odd if (a + b) % 2 else even
        links[a].append((b, shift))
        links[b].append((a, -shift))
    colour = [-1] * count
    for start in range(count):
        if colour[start] >= 0:
            continue
        colour[start] = 0
        members = [start]
        for node in members:
            for other, shift in links[node]:
                wanted = (colour[node] + shift) % colours
                if colour[other] < 0:
                    colour[other] = wanted
                    members.append(other)
                elif colour[other] != wanted:
                    return []
        if popular >= 0:
            found = [colour[node] for node in members]
            turn = popular - max(found, key=found.count)
            for node in members:
                colour[node] = (colour[node] + turn) % colours
    return colour


def colour_nodes_again(
    count: int, edges: list[tuple[int, int]], *, colours: int, odd: int, even: int, popular: int
) -> list[int]:
    """Join sets of nodes edge by edge, each node with its difference from the set's first; then try all turns."""
    groups = [{node: 0} for node in range(count)]
    for a, b in edges:
        shift = even if a % 2 == b % 2 else odd
        left = next(group for group in groups if a in group)
        right = next(group for group in groups if b in group)
        if left is right:
            if (left[b] - left[a] - shift) % colours:
                return []
            continue
        move = left[a] + shift - right[b]
        left.update({node: value + move for node, value in right.items()})
        groups = [group for group in groups if group is not right]
    result = [0] * count
    for group in groups:
        turned = [{node: (value + turn) % colours for node, value in group.items()} for turn in range(colours)]
        best = max(turned, key=lambda one: sum(value == popular for value in one.values()))
        for node, value in best.items():
            result[node] = value
    return result


def check_colours(
    arguments: tuple[int, list[tuple[int, int]]],
    output: object,
    expected: list[int],
    *,
    colours: int,
    odd: int,
    even: int,
    popular: int,
) -> bool:
    """Whether each edge is respected and no more nodes could have the popular colour."""
    _, edges = arguments
    if not isinstance(output, list) or any(type(value) is not int for value in output):
        return False
    if len(output) != len(expected) or not all(0 <= value < colours for value in output):
        return False
    shifts = (even, odd)
    if any((output[a] + shifts[(a + b) % 2] - output[b]) % colours for a, b in edges if expected):
        return False
    return popular < 0 or output.count(popular) == expected.count(popular)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    colours, odd, even = parameters["colours"], parameters["odd"], parameters["even"]
    count = stream.integer(2, 8)
    loose = stream.below(3) == 0
    hidden = [stream.below(colours) for _ in range(count)]
    edges = []
    for a in range(count):
        for b in range(count):
            right = (hidden[a] + (odd if (a + b) % 2 else even) - hidden[b]) % colours == 0
            if stream.below(3) < 2 if right else loose and stream.below(4 * count) == 0:
                edges.append((a, b))
    later = stream.integer(1, count - 1)
    edges += [(later, later - 1)] * stream.below(2)
    return count, stream.sample(edges, len(edges))


def _edges(parameters: Parameters) -> list[Arguments]:
    colours = parameters["colours"]
    return [
        (0, []),
        (1, []),
        (1, [(0, 0)]),
        (4, []),
        (2, [(0, 1), (0, 1)]),
        (2, [(0, 1), (1, 0)]),
        (3, [(1, 0), (2, 1)]),
        (3, [(2, 0), (2, 1)]),
        (6, [(1, 0), (2, 3), (5, 3)]),
        (colours + 2, [(node, node + 1) for node in range(colours + 1)]),
        (2 * colours + 2, [(node + 2, node) for node in range(2 * colours)]),
    ]


COLOURING = Family(
    name="colouring",
    topic="graphs",
    levels=(
        "one amount for all edges, 3 to 13 colours",
        "two amounts for the edges, and one colour as often as possible",
    ),
    draw=_draw,
    size=_size,
    entry_point="colour_nodes",
    signature="count: int, edges: list[tuple[int, int]]",
    prompt=_prompt,
    solve=colour_nodes,
    solve_again=colour_nodes_again,
    mutants=(
        ("(a, -shift)", "(a, shift)"),
        ("return []", "continue"),
        ("elif colour[other] != wanted", "elif other != node and colour[other] != wanted"),
        ("(colour[node] + shift) % colours", "(colour[node] + shift) % (colours + 1)"),
        ("for start in range(count)", "for start in range(min(count, 1))"),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=check_colours,
)
