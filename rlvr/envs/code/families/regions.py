"""`regions`: connected regions of a grid, measured under rules for neighbours, edges and sizes."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_NEIGHBOURS = {
    "sides": "one step up, down, left or right",
    "corners": "one diagonal step (in any of the four diagonal directions)",
    "all": "one step up, down, left, right or in any of the four diagonal directions",
}
_REPORTS = {
    "count": "how many such regions there are",
    "cells": "how many cells such regions have altogether",
    "largest": "how many cells the largest such region has, or 0 if there is none",
    "gap": "how many cells the largest such region has more than the smallest such region, or 0 if there is none",
    "letters": "how many different letters such regions have",
}
_WRAPS = {
    "columns": "A step beyond the left or the right edge comes in again at the other of these two edges",
    "rows": "A step beyond the top or the bottom edge comes in again at the other of these two edges",
    "both": "A step beyond an edge comes in again at the opposite edge, as on a torus",
}


def _draw(stream: Stream, level: int) -> Parameters:
    hard = level > 1
    return {
        "neighbours": stream.choice(sorted(_NEIGHBOURS)),
        "report": stream.choice(sorted(_REPORTS) if hard else ("cells", "count", "largest")),
        "least": stream.integer(2, 5),
        "inside": not hard and bool(stream.below(2)),
        "wrap": stream.choice(sorted(_WRAPS)) if hard else "none",
    }


def _size(level: int) -> int:
    return 3 * 4 * (5 * 3 if level > 1 else 3 * 2)


def _prompt(parameters: Parameters) -> str:
    neighbours = _NEIGHBOURS[parameters["neighbours"]]
    plain = parameters["wrap"] == "none"
    text = (
        "The strings of `grid` are its rows, all of the same length, at least 1; there may be no row at all. A cell is "
    )
    text += '"#" or ".", and "." is empty. ' if plain else 'a lower-case letter or ".", and "." is empty. '
    same = "" if plain else " with the same letter"
    text += f"Two cells{same} that are not empty are neighbours if {neighbours} leads from one to the other. "
    if not plain:
        text += f"{_WRAPS[parameters['wrap']]}. "
    text += (
        "A region is a cell with all the cells that can be reached from it by going from neighbour to neighbour. Look "
        f"only at regions of at least {parameters['least']} cells"
    )
    if parameters["inside"]:
        text += " that have no cell in the first or last row or the first or last column"
    return f"{text}. Return {_REPORTS[parameters['report']]}."


def measure(grid: list[str], *, neighbours: str, report: str, least: int, inside: bool, wrap: str) -> int:
    """Flood fill."""
    if not grid:
        return 0
    height, width = len(grid), len(grid[0])
    seen = set()
    sizes = []
    letters = set()
    moves = {"sides": (1,), "corners": (2,), "all": (1, 2)}[neighbours]
    steps = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if abs(down) + abs(right) in moves]
    for start in [(row, column) for row in range(height) for column in range(width)]:
        letter = grid[start[0]][start[1]]
        if letter == "." or start in seen:
            continue
        seen.add(start)
        stack = [start]
        size = 0
        edge = False
        while stack:
            here = stack.pop()
            size += 1
            edge = edge or here[0] in (0, height - 1) or here[1] in (0, width - 1)
            for down, right in steps:
                row, column = here[0] + down, here[1] + right
                if wrap in ("rows", "both"):
                    row %= height
                if wrap in ("columns", "both"):
                    column %= width
                if 0 <= row < height and 0 <= column < width and (row, column) not in seen:
                    if grid[row][column] == letter:
                        seen.add((row, column))
                        stack.append((row, column))
        if size < least or (inside and edge):
            continue
        sizes.append(size)
        letters.add(letter)
    if report == "letters":
        return len(letters)
    if report == "count":
        return len(sizes)
    if report == "cells":
        return sum(sizes)
    return max(sizes, default=0) - (min(sizes, default=0) if report == "gap" else 0)


def measure_again(grid: list[str], *, neighbours: str, report: str, least: int, inside: bool, wrap: str) -> int:
    """Sets of cells that are united pair by pair, on a grid that is copied around itself where edges are joined."""
    height = len(grid)
    width = len(grid[0]) if grid else 0
    parent = {(row, column): (row, column) for row in range(height) for column in range(width)}

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while parent[cell] != cell:
            cell = parent[cell]
        return cell

    forward = {"sides": [(0, 1), (1, 0)], "corners": [(1, 1), (1, -1)], "all": [(0, 1), (1, 0), (1, 1), (1, -1)]}
    for row, column in list(parent):
        for down, right in forward[neighbours]:
            below, beside = row + down, column + right
            if below == height and wrap in ("rows", "both"):
                below = 0
            if beside in (-1, width) and wrap in ("columns", "both"):
                beside = (beside + width) % width
            if (below, beside) in parent and grid[row][column] == grid[below][beside]:
                parent[root((row, column))] = root((below, beside))
    members: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for cell in parent:
        if grid[cell[0]][cell[1]] != ".":
            members.setdefault(root(cell), []).append(cell)
    chosen = [cells for cells in members.values() if len(cells) >= least]
    if inside:
        chosen = [
            cells for cells in chosen if all(0 < row < height - 1 and 0 < column < width - 1 for row, column in cells)
        ]
    sizes = sorted(len(cells) for cells in chosen)
    letters = {grid[cells[0][0]][cells[0][1]] for cells in chosen}
    answers = {"count": len(sizes), "cells": sum(sizes), "letters": len(letters), "largest": 0, "gap": 0}
    if sizes:
        answers["largest"] = sizes[-1]
        answers["gap"] = sizes[-1] - sizes[0]
    return answers[report]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    inside = parameters["inside"]
    height, width = stream.integer(4 if inside else 1, 6), stream.integer(4 if inside else 2, 8)
    symbols = "##." if parameters["neighbours"] == "sides" else "#."
    if parameters["wrap"] != "none":
        symbols = stream.choice(("aab.", "ab..", "abc.", "aab"))
    # Where regions at the edge do not count, few cells are there.
    outer = "#....." if inside else symbols
    grid = []
    for row in range(height):
        kinds = [outer if row in (0, height - 1) or column in (0, width - 1) else symbols for column in range(width)]
        grid.append("".join(stream.choice(kind) for kind in kinds))
    return (grid,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least = parameters["least"]
    cell = "#" if parameters["wrap"] == "none" else "a"
    across, down = ((1, 1), (1, 1)) if parameters["neighbours"] == "corners" else ((0, 1), (1, 0))

    def grid(height: int, width: int, *lines: tuple[int, int, int, tuple[int, int]]) -> list[str]:
        """Lines of cells: row, column, length and step of each."""
        cells = [["."] * width for _ in range(height)]
        for row, column, length, step in lines:
            for at in range(length):
                cells[row + at * step[0]][column + at * step[1]] = cell
        return ["".join(row) for row in cells]

    return [
        ([],),
        (["."],),
        ([cell],),
        ([cell * 7] * 5,),
        ([row.replace("x", cell) for row in ("x..x", "....", ".xx.", "x..x", "x..x")],),
        (grid(8, 8, (1, 1, least, across)),),
        (grid(8, 8, (1, 1, least - 1, across)),),
        (grid(7, 9, (1, 1, least, across)),),
        (grid(9, 7, (1, 1, least, across)),),
        (grid(17, 9, (1, 1, least, across), (9, 1, least + 2, across)),),
        # Down to the last row: alone, and next to a region of which the first differs by its last cell.
        (grid(least + 1, least + 3, (1, 1, least, down)),),
        (grid(least + 2, 2 * least + 5, (1, 1, least + 1, down), (0, least + 3, least, down)),),
    ]


REGIONS = Family(
    name="regions",
    topic="grids",
    levels=("regions of one kind, at the edge or not", "regions of several letters, edges joined"),
    draw=_draw,
    size=_size,
    entry_point="measure",
    signature="grid: list[str]",
    prompt=_prompt,
    solve=measure,
    solve_again=measure_again,
    mutants=(
        ("size < least", "size <= least"),
        ("0 <= row < height", "0 <= row < height - 1"),
        ("size = 0", "size = -1"),
        ("len(grid), len(grid[0])", "len(grid), len(grid)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
