r"""`table`: facts in a text as a Markdown table with given columns.

A table is a line of headers, a line of dashes, and rows, as GitHub Flavored Markdown 0.29 has them (section 4.10): bars
at the ends of a line may be missing, `\|` is a bar inside a cell. Unlike there, rows are not filled up or cut to the
number of columns. Text may stand around a table; the last one counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.envs.structured.families import grids
from rlvr.envs.structured.families.base import Family, Outcome, Problem, Reference, known, only, unreadable
from rlvr.envs.structured.records import DOMAINS, sentences
from rlvr.seeding import Stream

_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_ESCAPED = "\\|"


def _reference(problem: Problem, stream: Stream) -> Reference:
    return {"kind": "table", "columns": problem["columns"], "rows": grids.rows(problem)}


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    domain = DOMAINS[problem["domain"]]
    text = "\n\n".join(sentences(stream, domain, record) for record in problem["records"])
    return f"Write the {domain.plural} of the text as a Markdown table. {grids.rules(problem)}\n\nText:\n{text}"


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("columns", "rows"))
    return {"kind": "table", **grids.read(row)}


def _judge(text: str, reference: Reference) -> Outcome:
    lines = text.split("\n")
    for at in range(len(lines) - 1, 0, -1):
        # A rule has as many cells as the headers; so a row of dashes below a rule is not taken for one.
        if "|" in lines[at - 1] and "-" in lines[at] and _is_rule(lines[at]) and not _in_table(lines, at - 1):
            header, rule = cells(lines[at - 1]), cells(lines[at])
            if len(header) == len(rule):
                return grids.judged(header, _rows(lines[at + 1 :]), reference)
    return unreadable("There is no Markdown table: a line of headers, and below it a line of dashes.")


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line.strip()) is not None


def _in_table(lines: Sequence[str], at: int) -> bool:
    """Whether the line is itself a rule, or a row that stands below one."""
    while at > 0 and "|" in lines[at]:
        if "-" in lines[at] and _is_rule(lines[at]):
            return True
        at -= 1
    return False


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """The rows until a line that is none."""
    rows: list[list[str]] = []
    for line in lines:
        if "|" not in line:
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    r"""The cells of a line, without white space around them.

    Example:
        >>> cells(r"| a | b \| c |")
        ['a', 'b | c']
    """
    line = line.strip()
    line = line.removeprefix("|")
    found = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
    if len(found) > 1 and not found[-1]:
        found.pop()
    return [cell.replace(_ESCAPED, "|") for cell in found]


def _line(row: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', _ESCAPED) for cell in row)} |"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([_line(columns), _line(["---"] * len(columns)), *map(_line, rows)])


def _written(reference: Reference) -> tuple[list[str], list[list[str]]]:
    return reference["columns"], known(reference, "rows")


def _write(reference: Reference) -> str:
    return _table(*_written(reference))


def _mistake(reference: Reference) -> str:
    columns, rows = _written(reference)
    return _table(columns, grids.spoiled(rows))


def _without_rule(reference: Reference) -> str:
    header, _, *rows = _write(reference).split("\n")
    return "\n".join([header, *rows])


TABLE = Family(
    name="table",
    levels=(
        "three rows of three columns",
        "five rows of four columns, in an order",
        "and only the rows that meet a condition",
    ),
    draw=grids.draw,
    size=grids.size,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        _without_rule,
        lambda reference: _write(reference).replace("|", ";"),
        lambda reference: _table([one.upper() for one in reference["columns"]], reference["rows"]),
        lambda reference: _table(reference["columns"], [row[:-1] for row in reference["rows"]]),
        lambda reference: _table(reference["columns"], reference["rows"][:-1]),
        lambda reference: _table(reference["columns"], reference["rows"][::-1]),
        lambda reference: _table(reference["columns"][::-1], [row[::-1] for row in reference["rows"]]),
    ),
    tag="markdown",
)
"""Facts in a text as a Markdown table."""
