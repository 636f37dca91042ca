"""`gridpaths`: paths through a grid with walls by drawn moves, read from standard input: how many, or how short."""

from __future__ import annotations

from itertools import combinations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_MOVES = ((0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1))
# Two or three moves, with which one gets forward in both directions.
_SETS = [
    [list(move) for move in moves]
    for count in (2, 3)
    for moves in combinations(_MOVES, count)
    if all(any(move[axis] for move in moves) for axis in (0, 1))
]


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "moves": stream.choice(_SETS),
        "goal": stream.choice(("count", "fewest")),
        "streak": 0 if level == 1 else stream.integer(1, 3),
    }


def _size(level: int) -> int:
    return len(_SETS) * 2 * (1 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    moves, streak = parameters["moves"], parameters["streak"]
    listed = "; ".join(f"{down} down and {right} to the right" for down, right in moves)
    if streak == 1:
        again = " The same move must not be made twice in a row."
    else:
        again = f" The same move must not be made more than {streak} times in a row." if streak else ""
    if parameters["goal"] == "count":
        what = "the number of different paths (0 if there is none)"
    else:
        what = "the smallest number of moves of a path, or -1 if there is none"
    return (
        "Standard input holds a line with the number of rows and the number of columns of a grid, both at least 1, and "
        "then the rows, a line each, of the characters `.` (free) and `#` (wall). A path begins at the top left cell "
        f"and ends at the bottom right one. Its moves, each a number of rows and a number of columns, are: {listed}. "
        "A move leads straight to its target, over walls too, but the cells where a path begins, lands and ends have "
        f"to be free and inside the grid.{again} In a grid of one free cell there is one path, of no moves. Print "
        f"{what}, on one line."
    )


def grid_paths(text: str, *, moves: list[list[int]], goal: str, streak: int) -> str:
    """For each cell, by last move and how often it was made: numbers of paths, or least numbers of moves."""
    rows = text.split()[2:]
    height, width = len(rows), len(rows[0])
    found: list[list[dict[tuple[int, int], int]]] = [[{} for _ in range(width)] for _ in range(height)]
    if rows[0][0] == ".":
        found[0][0][-1, 0] = 1 if goal == "count" else 0
    for row in range(height):
        for column in range(width):
            for (last, run), value in found[row][column].items():
                for at, (down, right) in enumerate(moves):
                    y, x = row + down, column + right
                    length = run + 1 if at == last else 1
                    if y >= height or x >= width or rows[y][x] == "#" or 0 < streak < length:
                        continue
                    there = found[y][x]
                    if goal == "count":
                        there[at, length] = there.get((at, length), 0) + value
                    else:
                        there[at, length] = min(there.get((at, length), value + 1), value + 1)
    ends = found[-1][-1].values()
    return f"{sum(ends) if goal == 'count' else min(ends, default=-1)}\n"


def grid_paths_again(text: str, *, moves: list[list[int]], goal: str, streak: int) -> str:
    """Walk every path, and look at what it ends with before each move."""
    lines = text.splitlines()
    height, width = map(int, lines[0].split())
    free = {(y, x) for y in range(height) for x in range(width) if lines[y + 1][x] == "."}
    paths = [((0, 0), ())] if (0, 0) in free else []
    lengths = []
    stack: list[tuple[tuple[int, int], tuple[int, ...]]] = list(paths)
    while stack:
        (y, x), made = stack.pop()
        if (y, x) == (height - 1, width - 1):
            lengths.append(len(made))
            continue
        for at, (down, right) in enumerate(moves):
            if (y + down, x + right) in free and not (streak and made[-streak:] == (at,) * streak):
                stack.append(((y + down, x + right), (*made, at)))
    if goal == "count":
        return f"{len(lengths)}\n"
    return f"{min(lengths) if lengths else -1}\n"


def _text(rows: list[str]) -> Arguments:
    return ("\n".join([f"{len(rows)} {len(rows[0])}", *rows, ""]),)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    moves = parameters["moves"]
    path = [(0, 0)]
    for _ in range(stream.integer(1, 6)):
        down, right = stream.choice(moves)
        if path[-1][0] + down > 5 or path[-1][1] + right > 5:
            break
        path.append((path[-1][0] + down, path[-1][1] + right))
    kept = path if stream.below(5) else []
    return _text(
        [
            "".join("#" if stream.below(5) == 0 and (y, x) not in kept else "." for x in range(path[-1][1] + 1))
            for y in range(path[-1][0] + 1)
        ]
    )


def _edges(parameters: Parameters) -> list[Arguments]:
    moves = parameters["moves"]
    grids = [["."], ["#"], ["..", ".."], ["...", "...", "..."], ["." * 5] * 5]
    grids += [["." * (right + 1)] * (down + 1) for down, right in moves]
    for down, right in moves:
        blocked = ["." * (right + 1)] * down + ["." * right + "#"]
        grids += [blocked, ["#" + "." * right] + ["." * (right + 1)] * down]
    grids += [["." * (a[1] + b[1] + 1)] * (a[0] + b[0] + 1) for a, b in combinations(moves, 2)]
    return [_text(["".join(row) for row in grid]) for grid in grids]


GRIDPATHS = Family(
    name="gridpaths",
    topic="dynamic programming",
    levels=("two or three moves", "and a limit on making the same move again and again"),
    draw=_draw,
    size=_size,
    entry_point="",
    signature="",
    prompt=_prompt,
    solve=grid_paths,
    solve_again=grid_paths_again,
    mutants=(
        ('rows[0][0] == "."', "rows"),
        ('rows[y][x] == "#" or ', ""),
        ("x >= width or", "x >= width - 1 or"),
        ("enumerate(moves)", "enumerate(moves[:-1])"),
    ),
    inputs=_inputs,
    edges=_edges,
)
