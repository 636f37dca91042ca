"""A row of IFEval's or IFBench's format as the reference that responses are judged by, checked when it is read.

- `reference_of(row)`: `{"instruction_id_list": [...], "kwargs": [...]}`, JSON data.
- `held(reference)`: its constraints with their parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.constraints.base import Constraint, Kwargs
from rlvr.registry.names import unknown
from rlvr.seeding import StreamKey

Reference = dict[str, Any]

_PROBES = ("A text.", "It has two sentences. This is the second one!\n\nAnd here is a paragraph more.")


def reference_of(row: Mapping[str, Any], where: str = "the row") -> Reference:
    """What responses to this row are judged by.

    Parameters that are `None` were left out when the row was written, and are left out here. Whole numbers may be
    written as floats (`5.0`), and a text as a list of that text alone, as some published rows have them.

    Args:
        row: With `instruction_id_list`, and `kwargs`, a mapping for each id.
        where: How errors name it.

    Raises:
        ValueError: An id or a parameter is unknown, or a value cannot be used; the message names it.
    """
    ids, kwargs = row.get("instruction_id_list"), row.get("kwargs")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        raise ValueError(f"{where}: expected field 'instruction_id_list' to be a list of ids, actually: {ids!r:.80}.")
    if not isinstance(kwargs, list) or len(kwargs) != len(ids):
        raise ValueError(
            f"{where}: expected field 'kwargs' to have a mapping for each of {len(ids)} ids, actually: {kwargs!r:.80}."
        )
    cleaned = []
    for name, given in zip(ids, kwargs, strict=True):
        if name not in CONSTRAINTS:
            raise ValueError(f"{where}: {unknown('instruction id', name, CONSTRAINTS)}")
        if not isinstance(given, Mapping | None):
            raise ValueError(f"{where}: expected the kwargs of {name!r} to be a mapping, actually: {given!r:.80}.")
        cleaned.append(_cleaned(CONSTRAINTS[name], given or {}, where))
    return {"instruction_id_list": list(ids), "kwargs": cleaned}


def _cleaned(constraint: Constraint, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    drawn = _drawn(constraint)
    kwargs = {}
    for name, value in given.items():
        if value is None:
            continue
        if name not in drawn:
            raise ValueError(f"{where}: {unknown(f'parameter of {constraint.id!r}', name, drawn)}")
        kwargs[name], expected = _like(value, drawn[name])
        if expected:
            raise ValueError(
                f"{where}: expected {name} of {constraint.id!r} to be {expected}, actually: {value!r:.80}."
            )
    try:
        for probe in _PROBES:
            constraint.check(probe, **kwargs)
            constraint.reference(probe, **kwargs)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise ValueError(f"{where}: {constraint.id!r} cannot be checked with {kwargs!r:.200} ({error}).") from error
    return kwargs


@cache
def _drawn(constraint: Constraint) -> dict[str, Any]:
    """Parameters as prompts have them; published ones are of the same kinds."""
    return constraint.draw(StreamKey("rlvr/Instructions", "v0", "kinds").at(0, 0), 1)


def _like(value: Any, drawn: Any) -> tuple[Any, str]:
    """A value as one of the kind that is drawn, and what was expected, if it is none."""
    if isinstance(drawn, int):
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return value, "" if type(value) is int and value >= 0 else "a whole number of at least 0"
    if isinstance(drawn, str):
        if isinstance(value, list) and len(value) == 1:
            (value,) = value
        return value, "" if _is_text(value) else "a text"
    is_list = isinstance(value, list) and bool(value) and all(map(_is_text, value))
    return value, "" if is_list else "a list of texts"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def held(reference: Mapping[str, Any]) -> list[tuple[Constraint, Kwargs]]:
    """The constraints of a reference, each with its parameters."""
    pairs = zip(reference["instruction_id_list"], reference["kwargs"], strict=True)
    return [(CONSTRAINTS[name], kwargs) for name, kwargs in pairs]
