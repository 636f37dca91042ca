"""`csv`: records of a list as comma-separated values, or with another separator, by RFC 4180.

The first line has the names of the columns. Lines end with CRLF or LF. A field that holds a separator, a quotation mark
or the end of a line stands in quotation marks, each of its own doubled; a quotation mark anywhere else is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.envs.structured.families import grids
from rlvr.envs.structured.families.base import Family, Outcome, Problem, Reference, known, only, unreadable
from rlvr.envs.structured.records import lines
from rlvr.seeding import Stream

SEPARATORS = {",": "commas", ";": "semicolons", "|": "vertical bars", "\t": "tabs"}
"""What may stand between fields, and its name."""


def _draw(stream: Stream, level: int) -> Problem:
    problem = grids.draw(stream, level, remarks=level > 1)
    return {**problem, "separator": stream.choice((",", ";", "|")) if level > 1 else ","}


def _reference(problem: Problem, stream: Stream) -> Reference:
    return {
        "kind": "csv",
        "columns": problem["columns"],
        "separator": problem["separator"],
        "rows": grids.rows(problem),
    }


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    return (
        f"Write these records as CSV (RFC 4180) with {SEPARATORS[problem['separator']]} between the fields, and the "
        f"names of the columns in the first line. {grids.rules(problem)}\n\nRecords:\n{lines(problem['records'])}"
    )


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("columns", "rows", "separator"))
    separator = row.get("separator", ",")
    if not isinstance(separator, str) or separator not in SEPARATORS:
        raise ValueError(f"Expected field 'separator' to be one of {list(SEPARATORS)}, actually: {separator!r:.80}.")
    return {"kind": "csv", "separator": separator, **grids.read(row)}


def fields(text: str, separator: str) -> list[list[str]]:
    r"""The fields of each line.

    Raises:
        ValueError: A quotation mark stands where none may; the message says in which line.

    Example:
        >>> fields('a,b\n1,"2 ""or"" 3"', ",")
        [['a', 'b'], ['1', '2 "or" 3']]
    """
    plain = re.compile(rf'[^"\r\n{re.escape(separator)}]*')
    rows: list[list[str]] = [[]]
    place = 0
    while True:
        if text.startswith('"', place):
            end = _closing(text, place + 1) + 1
            rows[-1].append(text[place + 1 : end - 1].replace('""', '"'))
        else:
            end = plain.match(text, place).end()  # type: ignore[union-attr]  # It matches nothing, too.
            rows[-1].append(text[place:end])
        if end == len(text):
            return rows
        if text[end] not in (separator, "\r", "\n"):
            raise ValueError(f"A quotation mark stands where none may, in row {len(rows)}.")
        place = end + (2 if text.startswith("\r\n", end) else 1)
        if text[end] != separator:
            rows.append([])


def _closing(text: str, place: int) -> int:
    """Where the quotation mark is that closes a field; those inside it are doubled."""
    while True:
        place = text.find('"', place)
        if place < 0:
            raise ValueError("A field in quotation marks is never closed.")
        if not text.startswith('"', place + 1):
            return place
        place += 2


def _judge(text: str, reference: Reference) -> Outcome:
    try:
        header, *rows = fields(text, reference["separator"])
    except ValueError as error:
        return unreadable(f"It is not CSV: {error}")
    return grids.judged(header, rows, reference)


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]], separator: str, *, quoted: bool = True) -> str:
    return "\n".join(
        separator.join(_quoted(field, separator) if quoted else field for field in row) for row in (columns, *rows)
    )


def _quoted(field: str, separator: str) -> str:
    if not any(mark in field for mark in (separator, '"', "\r", "\n")):
        return field
    doubled = field.replace('"', '""')
    return f'"{doubled}"'


def _write(reference: Reference) -> str:
    return _csv(reference["columns"], known(reference, "rows"), reference["separator"])


def _mistake(reference: Reference) -> str:
    return _csv(reference["columns"], grids.spoiled(known(reference, "rows")), reference["separator"])


def _unquoted(reference: Reference) -> str:
    """Everything as it stands, and a field with a quotation mark in it for certain."""
    columns, rows, separator = reference["columns"], reference["rows"], reference["separator"]
    return _csv(columns, [*rows[:-1], [*rows[-1][:-1], f'a "{rows[-1][-1]}"']], separator, quoted=False)


def _other(separator: str) -> str:
    return ";" if separator == "," else ","


CSV = Family(
    name="csv",
    levels=(
        "three rows of three columns",
        "five rows of five columns in an order, fields to quote, another separator",
        "and only the rows that meet a condition",
    ),
    draw=_draw,
    size=grids.size,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        _unquoted,
        lambda reference: _csv(reference["columns"], reference["rows"], _other(reference["separator"])),
        lambda reference: "\n".join(_write(reference).split("\n")[1:]),
        lambda reference: _csv(reference["columns"], reference["rows"][:-1], reference["separator"]),
        lambda reference: _csv(reference["columns"], reference["rows"][::-1], reference["separator"]),
        lambda reference: f"{_write(reference)}{reference['separator']}",
        lambda reference: f"CSV:\n{_write(reference)}",
        lambda reference: _write(reference).replace(reference["separator"], f" {reference['separator']} "),
    ),
    tag="csv",
)
"""Records as comma-separated values."""
