"""`paths`: a shortest path through a grid with walls, by drawn moves; many paths are right, and a checker decides."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_KING = tuple([down, right] for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right)
_KNIGHT = tuple([down, right] for down in (-2, -1, 1, 2) for right in (-2, -1, 1, 2) if abs(down) != abs(right))


def _draw(stream: Stream, level: int) -> Parameters:
    if level == 1:
        return {"moves": sorted(stream.sample(_KING, stream.integer(4, 6))), "breaks": 0}
    moves = stream.sample(_KING, 4) + stream.sample(_KNIGHT, 2)
    return {"moves": sorted(moves), "breaks": stream.integer(1, 2)}


def _size(level: int) -> int:
    return 70 + 56 + 28 if level == 1 else 70 * 28 * 2


def _prompt(parameters: Parameters) -> str:
    moves = ", ".join(f"({down}, {right})" for down, right in parameters["moves"])
    breaks = parameters["breaks"]
    text = (
        'The strings of `grid` are its rows, all of the same length. Exactly one cell is "S", exactly one is "G", all '
        'others are "." (free) or "#" (a wall). A move adds one of these pairs to the row and the column of a cell, '
        f"both counted from 0, rows from the top: {moves}. A move may not leave the grid"
    )
    text += (
        f", and at most {breaks} of the moves of a path may end on a wall." if breaks else " and may not end on a wall."
    )
    return (
        f"{text} What a move passes over does not matter. Return a path from S to G with as few moves as possible: the "
        "list of its cells as tuples (row, column), from S to G with both included. If there are several shortest "
        "paths, return any of them; if there is no path, return an empty list."
    )


def shortest_path(grid: list[str], *, moves: list[list[int]], breaks: int) -> list[tuple[int, int]]:
    """Breadth-first search over cells and the number of walls used."""
    from collections import deque

    height, width = len(grid), len(grid[0])
    start = next((row, line.index("S"), 0) for row, line in enumerate(grid) if "S" in line)
    before = {start: start}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        if grid[here[0]][here[1]] == "G":
            path = [here]
            while path[-1] != start:
                path.append(before[path[-1]])
            return [(row, column) for row, column, _ in reversed(path)]
        for down, right in moves:
            row, column = here[0] + down, here[1] + right
            if not (0 <= row < height and 0 <= column < width):
                continue
            used = here[2] + (grid[row][column] == "#")
            if used > breaks or (row, column, used) in before:
                continue
            before[row, column, used] = here
            queue.append((row, column, used))
    return []


def shortest_path_again(grid: list[str], *, moves: list[list[int]], breaks: int) -> list[tuple[int, int]]:
    """Numbers of moves to G, by walls left too, relaxed until nothing changes; then downhill from S."""
    far = len(grid) * len(grid[0]) * (breaks + 1) + 1
    cells = [(row, column) for row in range(len(grid)) for column in range(len(grid[0]))]
    kind = {(row, column): grid[row][column] for row, column in cells}
    left = {(cell, walls): 0 if kind[cell] == "G" else far for cell in cells for walls in range(breaks + 1)}

    def onwards(cell: tuple[int, int], walls: int) -> list[tuple[tuple[int, int], int]]:
        ends = [(cell[0] + down, cell[1] + right) for down, right in moves]
        after = [(end, walls - 1 if kind[end] == "#" else walls) for end in ends if end in kind]
        return [state for state in after if state in left]

    changed = True
    while changed:
        changed = False
        for cell, walls in left:
            best = min((left[state] + 1 for state in onwards(cell, walls)), default=far)
            if best < left[cell, walls]:
                left[cell, walls] = best
                changed = True
    here = (next(cell for cell in cells if kind[cell] == "S"), breaks)
    if left[here] >= far:
        return []
    path = [here[0]]
    while left[here]:
        here = min(onwards(*here), key=lambda state: left[state])
        path.append(here[0])
    return path


def is_shortest_path(
    arguments: tuple[list[str]], output: object, expected: list[tuple[int, int]], *, moves: list[list[int]], breaks: int
) -> bool:
    """Whether `output` is a path by the rules and as long as the expected one."""
    from itertools import pairwise

    grid = arguments[0]
    if not isinstance(output, list) or len(output) != len(expected):
        return False
    cells = []
    for cell in output:
        if not isinstance(cell, (list, tuple)) or len(cell) != 2 or not all(type(part) is int for part in cell):
            return False
        if not (0 <= cell[0] < len(grid) and 0 <= cell[1] < len(grid[0])):
            return False
        cells.append((cell[0], cell[1]))
    if not cells:
        return True
    text = [grid[row][column] for row, column in cells]
    if text[0] != "S" or text[-1] != "G" or text.count("#") > breaks:
        return False
    steps = [[after[0] - before[0], after[1] - before[1]] for before, after in pairwise(cells)]
    return all(step in moves for step in steps)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    hard = parameters["breaks"] > 0
    height, width = stream.integer(3, 6), stream.integer(3, 6)
    symbols = stream.choice(("#.", "##.")) if hard else stream.choice(("#..", "#....", "."))
    cells = [stream.choice(symbols) for _ in range(height * width)]
    start, goal = stream.sample(range(height * width), 2)
    cells[start], cells[goal] = "S", "G"
    return (["".join(cells[row * width : (row + 1) * width]) for row in range(height)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    moves, breaks = parameters["moves"], parameters["breaks"]

    def grid(goal: tuple[int, int], filling: str) -> list[str]:
        """S in the middle of so large a grid that there is room around G too."""
        half = max(map(abs, goal)) + 1
        cells = [[filling] * (2 * half + 1) for _ in range(2 * half + 1)]
        cells[half][half] = "S"
        cells[half + goal[0]][half + goal[1]] = "G"
        return ["".join(row) for row in cells]

    def nearest(count: int) -> tuple[int, int]:
        """A goal near by that takes so many moves, without walls."""
        goals = [(row, column) for row in range(-6, 7) for column in range(-6, 7)]
        goals.sort(key=lambda goal: (max(map(abs, goal)), abs(goal[0]) == abs(goal[1]), goal))
        paths = ((goal, shortest_path(grid(goal, "."), moves=moves, breaks=0)) for goal in goals if any(goal))
        return next(goal for goal, path in paths if len(path) == count + 1)

    return [
        (["SG"],),
        (["G", "S"],),
        (["S#G"],),
        # With all cells walls a goal takes one wall fewer than moves: none too many, as many as may be, one too many.
        (grid(nearest(1), "#"),),
        (grid(nearest(breaks + 1), "#"),),
        (grid(nearest(breaks + 2), "#"),),
        (grid(nearest(breaks + 2), "."),),
        (grid((2, 3), "."),),
        (grid((-3, 1), "."),),
        (["S.#", "###", "#.G"],),
    ]


PATHS = Family(
    name="paths",
    topic="grids",
    levels=("four to six of the moves of a king", "moves of a king and a knight, a few walls may be broken"),
    draw=_draw,
    size=_size,
    entry_point="shortest_path",
    signature="grid: list[str]",
    prompt=_prompt,
    solve=shortest_path,
    solve_again=shortest_path_again,
    mutants=(
        ("reversed(path)", "path"),
        ("[(row, column) for", "[(column, row) for"),
        ("while path[-1] != start", "while before[path[-1]] != start"),
        ("used > breaks", "used >= breaks"),
        ('grid[row][column] == "#"', 'grid[row][column] == "."'),
    ),
    inputs=_inputs,
    edges=_edges,
    checker=is_shortest_path,
)
