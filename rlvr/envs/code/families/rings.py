"""`rings`: the concentric rings of a grid are turned, then the whole grid is turned or mirrored."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_SYMMETRIES = {
    "none": "",
    "right": "Then turn the whole grid by a quarter to the right (clockwise).",
    "left": "Then turn the whole grid by a quarter to the left (anticlockwise).",
    "half": "Then turn the whole grid by a half.",
    "across": "Then mirror the whole grid so that left and right change places.",
    "down": "Then mirror the whole grid so that top and bottom change places.",
    "main": "Then mirror the whole grid at the diagonal from the top left: its rows become its columns, the first row "
    "the first column, from top to bottom.",
    "anti": "Then mirror the whole grid at the diagonal from the top right: its last column, read upwards, becomes its "
    "first row.",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "steps": stream.integer(1, 5),
        "clockwise": bool(stream.below(2)),
        "grow": 0 if level == 1 else stream.integer(1, 3),
        "alternate": level > 1 and bool(stream.below(2)),
        "symmetry": stream.choice(sorted(_SYMMETRIES)),
    }


def _size(level: int) -> int:
    return 5 * 2 * 8 * (1 if level == 1 else 3 * 2)


def _prompt(parameters: Parameters) -> str:
    steps, grow = parameters["steps"], parameters["grow"]
    ways = ("forwards", "backwards") if parameters["clockwise"] else ("backwards", "forwards")
    text = (
        "`grid` is a list of rows of the same length, at least 1; with no row at all, return an empty list. Ring 0 is "
        "the outermost cells of the grid, ring 1 the outermost cells of what is left without ring 0, and so on, until "
        "no cell is left. The cells of a ring are in order clockwise from its top left cell: along its top row to the "
        "right, its right column downwards, its bottom row to the left, its left column upwards, each cell once (if "
        "the ring is a single row, from left to right; if it is a single column, from top to bottom). The first cell "
        "comes after the last. "
    )
    places = f"{steps} place{'s' if steps > 1 else ''}"
    if grow:
        places = f"{steps} + {grow if grow > 1 else ''}r places"
    way = f"{ways[0]} if r is even and {ways[1]} if r is odd" if parameters["alternate"] else ways[0]
    text += f"In each ring r, move all values by {places} in that order, {way}. {_SYMMETRIES[parameters['symmetry']]}"
    return f"{text.strip()} Return the grid that comes out as a new list of rows."


def turn_rings(
    grid: list[list[int]], *, steps: int, clockwise: bool, grow: int, alternate: bool, symmetry: str
) -> list[list[int]]:
    """Ring after ring as a list of its cells."""
    if not grid:
        return []
    height, width = len(grid), len(grid[0])
    turned = [row[:] for row in grid]
    for ring in range((min(height, width) + 1) // 2):
        bottom, right = height - 1 - ring, width - 1 - ring
        cells = [(ring, column) for column in range(ring, right + 1)]
        cells += [(row, right) for row in range(ring + 1, bottom + 1)]
        if bottom > ring and right > ring:
            cells += [(bottom, column) for column in range(right - 1, ring - 1, -1)]
            cells += [(row, ring) for row in range(bottom - 1, ring, -1)]
        places = steps + grow * ring
        if clockwise == (alternate and ring % 2 == 1):
            places = -places
        for at, (row, column) in enumerate(cells):
            to = cells[(at + places) % len(cells)]
            turned[to[0]][to[1]] = grid[row][column]
    if symmetry in ("right", "main"):
        turned = [list(column) for column in zip(*turned, strict=True)]
    elif symmetry in ("left", "anti"):
        turned = [list(column) for column in zip(*[row[::-1] for row in turned], strict=True)]
    if symmetry in ("half", "down"):
        turned.reverse()
    if symmetry in ("right", "half", "across", "anti"):
        turned = [row[::-1] for row in turned]
    return turned


def turn_rings_again(
    grid: list[list[int]], *, steps: int, clockwise: bool, grow: int, alternate: bool, symmetry: str
) -> list[list[int]]:
    """For each cell of the result, the cell that its value comes from, by walking the ring place by place."""
    height = len(grid)
    width = len(grid[0]) if grid else 0

    def onward(row: int, column: int) -> tuple[int, int]:
        """The cell that comes after this one on its ring, clockwise."""
        ring = min(row, column, height - 1 - row, width - 1 - column)
        top, left, bottom, right = ring, ring, height - 1 - ring, width - 1 - ring
        if top == bottom:
            return row, column + 1 if column < right else left
        if left == right:
            return row + 1 if row < bottom else top, column
        if row == top and column < right:
            return row, column + 1
        if column == right and row < bottom:
            return row + 1, column
        if row == bottom and column > left:
            return row, column - 1
        return row - 1, column

    origin = {(row, column): (row, column) for row in range(height) for column in range(width)}
    after = {cell: onward(*cell) for cell in origin}
    before = {to: cell for cell, to in after.items()}
    for row, column in list(origin):
        ring = min(row, column, height - 1 - row, width - 1 - column)
        forwards = clockwise
        if alternate and ring % 2:
            forwards = not forwards
        cell = (row, column)
        for _ in range(steps + grow * ring):
            cell = before[cell] if forwards else after[cell]
        origin[row, column] = cell
    swaps = symmetry in ("right", "left", "main", "anti")
    result = []
    for row in range(width if swaps else height):
        line = []
        for column in range(height if swaps else width):
            source = {
                "none": (row, column),
                "right": (height - 1 - column, row),
                "left": (column, width - 1 - row),
                "half": (height - 1 - row, width - 1 - column),
                "across": (row, width - 1 - column),
                "down": (height - 1 - row, column),
                "main": (column, row),
                "anti": (height - 1 - column, width - 1 - row),
            }[symmetry]
            at = origin[source]
            line.append(grid[at[0]][at[1]])
        result.append(line)
    return result


def _numbered(height: int, width: int) -> list[list[int]]:
    return [[row * width + column + 1 for column in range(width)] for row in range(height)]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    height, width = stream.integer(1, 6), stream.integer(1, 6)
    return ([[stream.integer(0, 30) for _ in range(width)] for _ in range(height)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    sizes = ((1, 1), (1, 5), (1, 7), (6, 1), (2, 2), (2, 5), (3, 3), (4, 3), (3, 7), (5, 5), (4, 5))
    return [([],), *((_numbered(*size),) for size in sizes)]


RINGS = Family(
    name="rings",
    topic="grids",
    levels=("all rings alike, then a symmetry", "each ring by its own number of places, perhaps by turns each way"),
    draw=_draw,
    size=_size,
    entry_point="turn_rings",
    signature="grid: list[list[int]]",
    prompt=_prompt,
    solve=turn_rings,
    solve_again=turn_rings_again,
    mutants=(
        ("(min(height, width) + 1) // 2", "min(height, width) // 2"),
        ("range(ring + 1, bottom + 1)", "range(ring + 1, bottom)"),
        ("if bottom > ring and right > ring", "if bottom > ring or right > ring"),
        ("places = steps + grow * ring", "places = steps + grow * ring - 1"),
        ("if clockwise == (alternate", "if clockwise != (alternate"),
    ),
    inputs=_inputs,
    edges=_edges,
)
