"""`automata`: steps of a cellular automaton with drawn rules of birth and survival and a rule for what lies outside."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_OUTSIDE = {
    "dead": "cells outside the grid do not exist, and so are not alive",
    "alive": "all cells outside the grid are alive, and stay so",
    "wrap": "a cell outside the grid is the one at the opposite edge, as on a torus: before the first row comes the "
    "last, before the first column the last, and the other way round (in a narrow grid a cell can so be counted "
    "several times, and be its own neighbour)",
    "mirror": "a cell outside the grid is always in the state of the cell of the grid that is nearest to it (one step "
    "beyond the first row it is the cell of the first row in the same column, and beyond a corner the corner cell)",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "born": sorted(stream.sample(range(1, 6), stream.integer(2, 3))),
        "stays": sorted(stream.sample(range(6), stream.integer(2, 3))),
        "steps": 1 if level == 1 else stream.integer(2, 3),
        "outside": "dead" if level == 1 else stream.choice(("alive", "mirror", "wrap")),
    }


def _size(level: int) -> int:
    return (10 + 10) * (15 + 20) * (1 if level == 1 else 2 * 3)


def _prompt(parameters: Parameters) -> str:
    def listed(numbers: list[int]) -> str:
        return f"{', '.join(map(str, numbers[:-1]))} or {numbers[-1]}"

    times = "once" if parameters["steps"] == 1 else f"{parameters['steps']} times"
    return (
        'The strings of `grid` are its rows, all of the same length, at least 1; "#" is a cell that is alive, "." one '
        "that is dead. A cell has eight neighbours, those that share a side or a corner with it. In one step all cells "
        f"change at once: a dead cell becomes alive if exactly {listed(parameters['born'])} of its neighbours are "
        f"alive, and a cell that is alive stays so if exactly {listed(parameters['stays'])} of its neighbours are "
        f"alive; all others are dead then. At the edges, {_OUTSIDE[parameters['outside']]}. Do this step {times} and "
        "return the grid that comes out, as a list of strings of the same kind. With no row at all, return an empty "
        "list."
    )


def evolve(grid: list[str], *, born: list[int], stays: list[int], steps: int, outside: str) -> list[str]:
    """Each cell looks at its neighbours."""
    if not grid:
        return []
    height, width = len(grid), len(grid[0])
    cells = [list(row) for row in grid]

    def alive(row: int, column: int) -> bool:
        if 0 <= row < height and 0 <= column < width:
            return cells[row][column] == "#"
        if outside == "wrap":
            return cells[row % height][column % width] == "#"
        if outside == "mirror":
            return cells[min(max(row, 0), height - 1)][min(max(column, 0), width - 1)] == "#"
        return outside == "alive"

    for _ in range(steps):
        following = [row[:] for row in cells]
        for row in range(height):
            for column in range(width):
                around = 0
                for down in (-1, 0, 1):
                    for right in (-1, 0, 1):
                        if (down or right) and alive(row + down, column + right):
                            around += 1
                wanted = stays if cells[row][column] == "#" else born
                following[row][column] = "#" if around in wanted else "."
        cells = following
    return ["".join(row) for row in cells]


def evolve_again(grid: list[str], *, born: list[int], stays: list[int], steps: int, outside: str) -> list[str]:
    """The grid gets a frame of cells from outside; sums of three are taken down the columns, then along the rows."""
    bits = [[int(cell == "#") for cell in row] for row in grid]
    for _ in range(steps if bits else 0):
        rows = {"wrap": [bits[-1], *bits, bits[0]], "mirror": [bits[0], *bits, bits[-1]]}.get(outside)
        if rows is None:
            rows = [[int(outside == "alive")] * len(bits[0])]
            rows = rows + bits + rows
        framed = []
        for row in rows:
            if outside in ("dead", "alive"):
                framed.append([int(outside == "alive"), *row, int(outside == "alive")])
            else:
                framed.append([row[-1], *row, row[0]] if outside == "wrap" else [row[0], *row, row[-1]])
        bits = []
        for above, middle, below in zip(framed, framed[1:], framed[2:], strict=False):
            towers = [sum(three) for three in zip(above, middle, below, strict=True)]
            line = []
            for at in range(1, len(towers) - 1):
                around = sum(towers[at - 1 : at + 2]) - middle[at]
                line.append(int(around in (stays if middle[at] else born)))
            bits.append(line)
    return ["".join(".#"[bit] for bit in row) for row in bits]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    height, width = stream.integer(1, 6), stream.integer(2, 7)
    symbols = stream.choice(("#.", "#..", "##."))
    return (["".join(stream.choice(symbols) for _ in range(width)) for _ in range(height)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    return [
        ([],),
        (["."],),
        (["#"],),
        (["#.#.##"],),
        (["###"] * 3,),
        (["....."] * 4,),
        ([".....", "..#..", "..##.", ".#...", "....."],),
        (["#...#", ".....", "#...#"],),
    ]


AUTOMATA = Family(
    name="automata",
    topic="grids",
    levels=("one step, nothing outside the grid", "several steps, edges that are joined, mirrored or alive"),
    draw=_draw,
    size=_size,
    entry_point="evolve",
    signature="grid: list[str]",
    prompt=_prompt,
    solve=evolve,
    solve_again=evolve_again,
    mutants=(
        ("(down or right) and alive", "alive"),
        ("following = [row[:] for row in cells]", "following = cells"),
        ("for down in (-1, 0, 1)", "for down in (-1, 1)"),
        ("range(steps)", "range(steps - 1)"),
        ("around in wanted", "around + 1 in wanted"),
    ),
    inputs=_inputs,
    edges=_edges,
)
