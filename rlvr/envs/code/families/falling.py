"""`falling`: blocks fall in a grid with walls, and groups of equal blocks vanish, once or until nothing changes."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WAYS = {"down": "downwards", "left": "to the left", "up": "upwards", "right": "to the right"}
_SHAPES = {
    "rows": "directly follow one another in a row",
    "columns": "directly follow one another in a column",
    "lines": "directly follow one another in a row or in a column",
    "sides": "are connected by shared sides",
    "all": "are connected by shared sides or corners",
}
_TURNS = {
    0: "",
    1: " Each time blocks have vanished, the direction turns by a quarter clockwise (right, down, left, up, right) "
    "before the blocks fall again.",
    3: " Each time blocks have vanished, the direction turns by a quarter anticlockwise (right, up, left, down, right) "
    "before the blocks fall again.",
}


def _draw(stream: Stream, level: int) -> Parameters:
    hard = level > 1
    return {
        "way": stream.choice(sorted(_WAYS)),
        "shape": stream.choice(("all", "sides") if hard else ("columns", "lines", "rows")),
        "least": stream.integer(3, 6) if hard else stream.integer(2, 4),
        "stuck": stream.choice(("", "a", "b", "c")),
        "turn": stream.choice((0, 1, 3)) if hard else 0,
        "again": hard,
    }


def _size(level: int) -> int:
    return 4 * 4 * (2 * 4 * 3 if level > 1 else 3 * 3)


def _prompt(parameters: Parameters) -> str:
    stuck, least, shape = parameters["stuck"], parameters["least"], parameters["shape"]
    text = (
        'The strings of `grid` are its rows, all of the same length, at least 1. "." is an empty cell, "#" a wall, and '
        "the letters a, b and c are blocks. "
    )
    rest = "walls never move"
    if stuck:
        text += f"Blocks {stuck} are held where they are, and the others fall {_WAYS[parameters['way']]}: "
        rest = f"walls and blocks {stuck} never move"
    else:
        text += f"All blocks fall {_WAYS[parameters['way']]}: "
    text += (
        f"each moves on in that direction as long as the next cell is in the grid and empty; {rest}, and they stop "
        f"what comes against them. When all blocks are at rest, all groups of at least {least} equal blocks that "
        f"{_SHAPES[shape]} vanish, all at the same time"
    )
    if shape == "lines":
        text += " (a block may belong to two groups)"
    if stuck:
        text += f"; blocks {stuck} vanish like others"
    text += ". Their cells become empty, and "
    if parameters["again"]:
        text += f"the blocks fall again, groups vanish again, and so on, until none does.{_TURNS[parameters['turn']]}"
    else:
        text += "the blocks fall once more; nothing vanishes after that."
    return (
        f"{text} Return the grid at the end, as a list of strings of the same kind. With no row, return an empty list."
    )


def settle(grid: list[str], *, way: str, shape: str, least: int, stuck: str, turn: int, again: bool) -> list[str]:
    """Lines of cells are followed in the direction of the fall, and groups are found by flood fill."""
    cells = {(row, column): cell for row, line in enumerate(grid) for column, cell in enumerate(line)}
    ways = ["right", "down", "left", "up"]

    def fall(way: str) -> None:
        lines: dict[int, list[tuple[int, int]]] = {}
        for row, column in cells:
            lines.setdefault(column if way in ("up", "down") else row, []).append((row, column))
        for line in lines.values():
            if way in ("down", "right"):
                line.reverse()
            rest = 0
            for at, place in enumerate(line):
                block = cells[place]
                if block == "#" or block == stuck:
                    rest = at + 1
                elif block != ".":
                    cells[place] = "."
                    cells[line[rest]] = block
                    rest += 1

    def groups(steps: list[tuple[int, int]]) -> set[tuple[int, int]]:
        vanishing: set[tuple[int, int]] = set()
        seen: set[tuple[int, int]] = set()
        for start, block in cells.items():
            if block not in "abc" or start in seen:
                continue
            group = [start]
            seen.add(start)
            for row, column in group:
                for down, right in steps:
                    place = (row + down, column + right)
                    if cells.get(place) == block and place not in seen:
                        seen.add(place)
                        group.append(place)
            if len(group) >= least:
                vanishing.update(group)
        return vanishing

    across, along = [(0, 1), (0, -1)], [(1, 0), (-1, 0)]
    fall(way)
    at = ways.index(way)
    while True:
        if shape in ("sides", "all"):
            corners = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            vanishing = groups(across + along + (corners if shape == "all" else []))
        else:
            vanishing = (groups(across) if shape != "columns" else set()) | (
                groups(along) if shape != "rows" else set()
            )
        if not vanishing:
            break
        cells.update(dict.fromkeys(vanishing, "."))
        at = (at + turn) % 4
        fall(ways[at])
        if not again:
            break
    return ["".join(cells[row, column] for column in range(len(line))) for row, line in enumerate(grid)]


def settle_again(grid: list[str], *, way: str, shape: str, least: int, stuck: str, turn: int, again: bool) -> list[str]:
    """The grid is turned so that blocks fall to the right, where strings are sorted between walls."""
    import re

    def turned(rows: list[str], quarters: int) -> list[str]:
        for _ in range(quarters % 4):
            rows = ["".join(column)[::-1] for column in zip(*rows, strict=True)]
        return rows

    def fallen(rows: list[str], quarters: int) -> list[str]:
        held = "#" + stuck
        lines = []
        for row in turned(rows, quarters):
            pieces = re.split(f"([{held}])", row)
            for at in range(0, len(pieces), 2):
                blocks = pieces[at].replace(".", "")
                pieces[at] = blocks.rjust(len(pieces[at]), ".")
            lines.append("".join(pieces))
        return turned(lines, -quarters)

    def in_rows(rows: list[str]) -> set[tuple[int, int]]:
        runs = [(row, found) for row, line in enumerate(rows) for found in re.finditer(r"a+|b+|c+", line)]
        return {(row, at) for row, run in runs if len(run[0]) >= least for at in range(run.start(), run.end())}

    def connected(rows: list[str]) -> set[tuple[int, int]]:
        label: dict[tuple[int, int], int] = {}
        for row, line in enumerate(rows):
            for column, cell in enumerate(line):
                if cell in "abc":
                    label[row, column] = len(label)
        changed = True
        while changed:
            changed = False
            for row, column in label:
                near = [(row, column), (row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
                if shape == "all":
                    near += [(row + down, column + right) for down in (-1, 1) for right in (-1, 1)]
                same = [cell for cell in near if cell in label and rows[cell[0]][cell[1]] == rows[row][column]]
                lowest = min(label[cell] for cell in same)
                if lowest < label[row, column]:
                    label[row, column] = lowest
                    changed = True
        names = list(label.values())
        return {cell for cell, name in label.items() if names.count(name) >= least}

    # Quarter turns clockwise that bring the direction to the right.
    quarters = {"right": 0, "up": 1, "left": 2, "down": 3}[way]
    rows = fallen(list(grid), quarters)
    for _ in range(len(grid) * len(grid[0]) if again and grid else 1):
        if shape in ("sides", "all"):
            gone = connected(rows)
        else:
            gone = in_rows(rows) if shape != "columns" else set()
            if shape != "rows":
                gone |= {(row, column) for column, row in in_rows(["".join(line) for line in zip(*rows, strict=True)])}
        if not gone:
            break
        rows = [
            "".join("." if (row, column) in gone else cell for column, cell in enumerate(line))
            for row, line in enumerate(rows)
        ]
        quarters -= turn
        rows = fallen(rows, quarters)
    return rows


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    height, width = stream.integer(3, 6), stream.integer(3, 6)
    wide = parameters["least"] > 3 and parameters["shape"] != "all"
    symbols = stream.choice(("aab.#", "aabb.", "bbc..#", "aaac.", "accc.") if wide else ("abc.#", "aabc..", "abc."))
    grid = ["".join(stream.choice(symbols) for _ in range(width)) for _ in range(height)]
    return (grid,)


def _edges(parameters: Parameters) -> list[Arguments]:
    least = parameters["least"]
    loose = "b" if parameters["stuck"] == "a" else "a"
    other = "c" if parameters["stuck"] != "c" else "b" if loose == "a" else "a"
    # The same as a row and as a column; least loose blocks in a row or column with another one behind.
    lines = [
        "." + loose * least + ".",
        loose * (least - 1) + ".",
        "." + loose + "#" + "." + loose + ".",
        "." + other + loose * least + other + ".",
        loose + "." + other + "#.",
    ]
    return [
        ([],),
        (["."],),
        ([loose],),
        *(([line],) for line in lines),
        *((list(line),) for line in lines),
        *(([line, other * len(line), line[::-1]],) for line in lines),
        *((["".join(column) for column in zip(line, other * len(line), line[::-1], strict=True)],) for line in lines),
    ]


FALLING = Family(
    name="falling",
    topic="grids",
    levels=(
        "lines of equal blocks vanish once",
        "connected blocks vanish until nothing changes, the direction may turn",
    ),
    draw=_draw,
    size=_size,
    entry_point="settle",
    signature="grid: list[str]",
    prompt=_prompt,
    solve=settle,
    solve_again=settle_again,
    mutants=(
        ('block == "#" or block == stuck', "block == stuck"),
        ("rest = at + 1", "rest = at"),
        ("len(group) >= least", "len(group) > least"),
        ("fall(ways[at])", "ways[at]"),
        ('way in ("down", "right")', 'way in ("up", "left")'),
    ),
    inputs=_inputs,
    edges=_edges,
)
