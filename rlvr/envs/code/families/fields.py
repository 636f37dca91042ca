"""`fields`: delimited text with quoted fields, in dialects, read into rows."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_SHAPES = {
    "asis": "",
    "cut": "Finally cut every row to the length of the shortest one. ",
    "pad": "Finally add empty fields at the end of every row that is shorter than the longest one, up to its length. ",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "delimiter": stream.choice((",", ":", ";", "|")),
        "quote": stream.choice(("'", '"')),
        "doubled": bool(stream.below(2)),
        "trim": bool(stream.below(2)),
        "blank": bool(stream.below(2)),
        "across": level == 2,
        "shape": "asis" if level == 1 else stream.choice(sorted(_SHAPES)),
    }


def _size(level: int) -> int:
    return 4 * 2 * 2 * 2 * 2 * (1 if level == 1 else 3)


def _prompt(parameters: Parameters) -> str:
    delimiter, quote = parameters["delimiter"], parameters["quote"]
    first = "the first character of a field" + (" that is not a blank" if parameters["trim"] else "")
    end = "the end of `text`" if parameters["across"] else "the end of the line"
    text = (
        f"Read `text` into rows of fields. Outside quotes, a line break separates two rows and a `{delimiter}` two "
        f"fields of a row; fields may be empty. A `{quote}` that is {first} begins quotes. "
    )
    if parameters["doubled"]:
        text += (
            f"Within quotes, two `{quote}` in a row stand for one that belongs to the field, and a single one ends the "
            "quotes. "
        )
    else:
        text += (
            "Within quotes, a backslash and the character after it stand for that character, which belongs to the "
            f"field (at {end} a backslash stands for itself); a `{quote}` without a backslash ends the quotes. "
        )
    if parameters["across"]:
        text += "Line breaks within quotes belong to the field; the end of `text` ends quotes. "
    else:
        text += "A line break always ends the quotes and the row, even after a backslash. "
    text += (
        "All else within quotes belongs to the field as it is; the marks that begin and end quotes do not. What "
        "follows the quotes up to the end of the field belongs to it too, and quote marks and backslashes there, and "
        "in fields that do not begin with quotes, are ordinary characters. "
    )
    if parameters["trim"]:
        text += "Leave out blanks at both ends of a field, but not those within quotes. "
    else:
        text += "Blanks are ordinary characters. "
    if parameters["blank"]:
        text += "An empty line, and so an empty `text`, is a row of one empty field. "
    else:
        text += "Leave out rows that are empty lines, without any character. "
    return f"{text}{_SHAPES[parameters['shape']]}Return the list of the rows, each a list of strings."


def read_rows(
    text: str, *, delimiter: str, quote: str, doubled: bool, trim: bool, blank: bool, across: bool, shape: str
) -> list[list[str]]:
    """One pass with a state; the end is taken for a line break."""
    rows: list[list[str]] = []
    for part in [text] if across else text.split("\n"):
        row: list[str] = []
        field, fixed = "", 0  # Nothing is trimmed from the first `fixed` characters.
        quoted = begun = False
        at = start = 0
        while at <= len(part):
            character = part[at] if at < len(part) else "\n"
            if quoted and at < len(part):
                following = part[at + 1 : at + 2]
                if doubled and character == quote and following == quote:
                    field += quote
                    at += 1
                elif not doubled and character == "\\" and following:
                    field += following
                    at += 1
                elif character == quote:
                    quoted = False
                else:
                    field += character
                fixed = len(field)
            elif character in (delimiter, "\n"):
                row.append(field[:fixed] + (field[fixed:].rstrip(" ") if trim else field[fixed:]))
                field, fixed, quoted, begun = "", 0, False, False
                if character == "\n":
                    if blank or at > start:
                        rows.append(row)
                    row, start = [], at + 1
            elif character == quote and not begun:
                quoted = begun = True
            elif not trim or begun or character != " ":
                field += character
                begun = True
            at += 1
    if shape == "pad":
        width = max((len(row) for row in rows), default=0)
        return [row + [""] * (width - len(row)) for row in rows]
    if shape == "cut":
        width = min((len(row) for row in rows), default=0)
        return [row[:width] for row in rows]
    return rows


def read_rows_again(
    text: str, *, delimiter: str, quote: str, doubled: bool, trim: bool, blank: bool, across: bool, shape: str
) -> list[list[str]]:
    """A regular expression for a whole field, matched where the last one ended."""
    import re
    from itertools import zip_longest

    body = f"(?:[^{quote}]|{quote}{quote})*" if doubled else rf"(?:\\.|[^{quote}\\]|\\\Z)*"
    plain = f"[^{re.escape(delimiter)}\n]*"
    lead = " *" if trim else ""
    pattern = re.compile(rf"{lead}{quote}({body})(?:{quote}|\Z)({plain})|({plain})", re.DOTALL)

    def parse(part: str) -> list[list[str]]:
        found: list[list[str]] = [[]]
        at = begin = 0
        while True:
            match = pattern.match(part, at)
            assert match
            inner, rest = match[1] or "", match[3] if match[1] is None else match[2]
            if trim:
                rest = rest.strip(" ") if match[1] is None else rest.rstrip(" ")
            inner = inner.replace(quote * 2, quote) if doubled else re.sub(r"(?s)\\(.)", r"\1", inner)
            found[-1].append(inner + rest)
            at = match.end()
            if part[at : at + 1] != delimiter:
                if at == begin and not blank:
                    found.pop()
                if at == len(part):
                    return found
                found.append([])
                begin = at + 1
            at += 1

    rows = [row for part in ([text] if across else text.split("\n")) for row in parse(part)]
    if shape == "pad":
        return [list(column) for column in zip(*zip_longest(*rows, fillvalue=""), strict=True)]
    if shape == "cut":
        return [list(column) for column in zip(*zip(*rows, strict=False), strict=True)]
    return rows


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    delimiter, quote = parameters["delimiter"], parameters["quote"]
    mark = quote * 2 if parameters["doubled"] else "\\" + quote
    words = ("a", "bc", "12", "x y", "", " ", "k", f"a{quote}b", "\\", f"{quote}{quote}")
    inner = ("a", " b ", delimiter, f"1{delimiter}2", mark, f"c{mark}d", "", "\\n", "\n", "e f", quote * 2)

    def field() -> str:
        kind = stream.below(8)
        text = stream.choice(words)
        if kind > 3:
            text = quote + stream.choice(inner) + stream.choice(inner) + quote
        if kind == 7:
            text += stream.choice(("z", " ", quote, " z "))
        return stream.choice(("", "", " ")) + text + stream.choice(("", "", " "))

    lines = []
    for _ in range(stream.integer(0, 4)):
        lines.append(delimiter.join(field() for _ in range(stream.integer(1, 3))) if stream.below(6) else "")
    text = "\n".join(lines)
    return (text + stream.choice(("", "\n", f"{delimiter}{quote}open", "\\")) if stream.below(3) == 0 else text,)


def _edges(parameters: Parameters) -> list[Arguments]:
    d, q = parameters["delimiter"], parameters["quote"]
    edges = [
        "",
        "\n",
        " ",
        f"a{d}b\n\nc{d}{d}\n",
        f"{q}a{d}b{q}{d}c",
        f"a{q}b{d}c{q}d",
        f" a {d} {q} b {q} {d}c d",
        f"{q}a{q}{q}b{q}{d}{q}{q}",
        f"{q}a{q}{q}{d}b{q}{d}c",
        f"{q}a\\{q}{d}b{q}{d}\\{d}{q}c\\\\{q}",
        f"{q}a\nb{q}{d}c\nd",
        f"x{d}{q}y z",
        f"x{d}{q}y\\",
        f"{q}a{q} b {q}c{q}",
        f"a\nb{d}c{d}d\ne{d}f",
    ]
    return [(edge,) for edge in edges]


FIELDS = Family(
    name="fields",
    topic="parsing",
    levels=("lines of quoted fields", "quotes that go on over lines, and rows of one length"),
    draw=_draw,
    size=_size,
    entry_point="read_rows",
    signature="text: str",
    prompt=_prompt,
    solve=read_rows,
    solve_again=read_rows_again,
    mutants=(
        ("if blank or at > start", "if not blank or at > start"),
        ("elif character == quote and not begun", "elif character == quote"),
        ("if doubled and character == quote and", "if not doubled and character == quote and"),
        ("if trim else field[fixed:]", "if not trim else field[fixed:]"),
        ("while at <= len(part)", "while at < len(part)"),
        ("if quoted and at < len(part)", "if quoted and character != delimiter and at < len(part)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
