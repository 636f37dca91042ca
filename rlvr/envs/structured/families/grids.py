"""What `table` and `csv` share: records as rows under given columns, some of them chosen and ordered.

- `draw(stream, level, remarks=)`: a problem: records, columns, an order, a condition.
- `rows(problem)`: the rows that are right.
- `rules(problem)`: what a prompt says of order, condition and values.
- `judged(header, rows, reference)`: an answer that was read, held against a reference.
- `read(row)`: the columns and rows of a user's row.
- `spoiled(rows)`: rows with a wrong value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.envs.structured.families.base import (
    Outcome,
    Problem,
    Reference,
    changed,
    compared,
    misshapen,
    rows_of,
    texts_of,
)
from rlvr.envs.structured.records import DATE_RULE, DOMAINS, drawn, fewest, shown
from rlvr.seeding import Stream

_SORTABLE = 100
"""A column that rows are ordered by has at least so many values, so that no two rows tie for long."""


def draw(stream: Stream, level: int, *, remarks: bool = False) -> Problem:
    """Records of which some columns are wanted; from level 2 in an order, at level 3 only some rows."""
    domain = DOMAINS[stream.choice(tuple(DOMAINS))]
    others = [field.key for field in domain.others]
    keys = stream.sample(others, 2 if level == 1 else 3)
    told = list(keys)
    order: list[Any] = []
    keep: list[Any] = []
    if level > 1:
        amounts = [key for key in domain.keys("integer", "number") if domain.field(key).size >= _SORTABLE]
        order = [stream.choice(amounts), stream.below(2) == 1]
        told.append(order[0])
    if level > 2:
        keep = [stream.choice(domain.keys("boolean")), stream.below(2) == 1]
        told.append(keep[0])
    columns = stream.sample([domain.identity.key, *keys], 1 + len(keys))
    if remarks:
        columns.append("remark")
        told.append("remark")
    told = [field.key for field in domain.fields if field.key in told]
    records = drawn(stream, domain, told, 3 if level == 1 else 5, [order[0]] if order else [])
    if keep:  # At least two rows stay, and one does not.
        for record, stays in zip(records, stream.sample((True, True, False, True, False), 5), strict=True):
            record[keep[0]] = keep[1] is stays
    return {"domain": domain.name, "columns": columns, "records": records, "order": order, "keep": keep}


def rows(problem: Problem) -> list[list[str]]:
    """The rows that are right, as texts."""
    records = problem["records"]
    if problem["keep"]:
        key, wanted = problem["keep"]
        records = [record for record in records if record[key] is wanted]
    if problem["order"]:
        key, descending = problem["order"]
        records = sorted(records, key=lambda record: record[key], reverse=descending)
    return [[shown(record[column]) for column in problem["columns"]] for record in records]


def rules(problem: Problem) -> str:
    """What a prompt says of the rows and their values."""
    domain, columns = DOMAINS[problem["domain"]], problem["columns"]
    named = ", ".join(f"`{column}`" for column in columns)
    said = [f"The columns are {named}, in this order and under these names."]
    if problem["keep"]:
        key, wanted = problem["keep"]
        said.append(f"Only {domain.plural} with {key} = {shown(wanted)} get a row; leave the others out.")
    if problem["order"]:
        key, descending = problem["order"]
        said.append(f"Order the rows by {key}, the {'largest' if descending else 'smallest'} first.")
    else:
        said.append("The rows stand in the order in which they are given.")
    kinds = {domain.field(column).kind for column in columns}
    if "date" in kinds:
        said.append(DATE_RULE)
    if "boolean" in kinds:
        said.append("Write yes or no where something is or is not the case.")
    return " ".join([*said, "Write everything else as it is given."])


def size(level: int) -> int:
    """What the records differ in, in one order of the columns; a condition takes the choice from one boolean field."""
    return (fewest(3, 3), fewest(4, 5), fewest(4, 5) // 2**5)[level - 1]


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields `columns` and `rows` of a user's row; without `rows` only the form is judged."""
    columns = texts_of(row, "columns")
    given = rows_of(row, columns)
    return {"columns": columns} if given is None else {"columns": columns, "rows": given}


def judged(header: Sequence[str], given: Sequence[Sequence[str]], reference: Reference) -> Outcome:
    """Columns and lengths of rows are the form; cells are the values, place by place."""
    columns = reference["columns"]
    if list(header) != columns:
        return misshapen(f"Expected the columns {', '.join(columns)}, actually: {', '.join(header)!s:.200}.")
    for number, row in enumerate(given, start=1):
        if len(row) != len(columns):
            return misshapen(f"Row {number} has {len(row)} cells; there are {len(columns)} columns.")
    if "rows" not in reference:
        return Outcome(True)
    expected = reference["rows"]
    right = sum(
        mine == theirs
        for row, other in zip(given, expected, strict=False)
        for mine, theirs in zip(row, other, strict=True)
    )
    return compared(right, len(columns) * max(len(given), len(expected)))


def spoiled(good: list[list[str]]) -> list[list[str]]:
    """The rows with another last cell; a row more where there is none."""
    if not good:
        return [["x"]]
    return [*good[:-1], [*good[-1][:-1], changed(good[-1][-1])]]
