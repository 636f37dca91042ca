"""`at least` and `less than`: how many constraints of IFEval compare a count with a number.

- `RELATIONS`: both.
- `holds(count, relation, number)`: whether a count is as asked.
- `said(relation, number, unit)`: how a prompt says it.
"""

from __future__ import annotations

AT_LEAST, LESS_THAN = "at least", "less than"
RELATIONS = (AT_LEAST, LESS_THAN)


def holds(count: int, relation: str, number: float) -> bool:
    """Whether a count is as asked.

    Raises:
        ValueError: There is no such relation.
    """
    if relation == AT_LEAST:
        return count >= number
    if relation == LESS_THAN:
        return count < number
    raise ValueError(f'Expected relation to be "{AT_LEAST}" or "{LESS_THAN}", actually: {relation!r}.')


def said(relation: str, number: float, unit: str) -> str:
    """`at least 3 words`, `fewer than 3 words`, `at least 1 word`."""
    begin = AT_LEAST if relation == AT_LEAST else "fewer than"
    return f"{begin} {number:g} {unit}{'' if number == 1 else 's'}"
