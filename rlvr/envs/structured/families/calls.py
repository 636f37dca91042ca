"""`call`: a request as calls of the functions that are offered, with the right names and arguments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rlvr.envs.structured.families.base import (
    Family,
    Outcome,
    Problem,
    Reference,
    compared,
    known,
    misshapen,
    only,
    text_of,
    unreadable,
    variants,
)
from rlvr.envs.structured.functions import FUNCTIONS
from rlvr.envs.structured.schemas import first_error, read_schema
from rlvr.envs.structured.strict_json import loads, right_leaves
from rlvr.registry.names import unknown
from rlvr.seeding import Stream

_OFFERED = (1, 4, 6)
"""Number of functions that are offered, by level."""


def _draw(stream: Stream, level: int) -> Problem:
    offered = stream.sample(tuple(FUNCTIONS), _OFFERED[level - 1])
    names = [stream.choice(offered) for _ in range(stream.integer(2, 3) if level > 2 else 1)]
    calls = [{"name": name, "arguments": FUNCTIONS[name].draw(stream, optional=level > 1)} for name in names]
    return {"calls": calls, "offered": sorted(offered)}


def _reference(problem: Problem, stream: Stream) -> Reference:
    return {
        "kind": "call",
        "functions": [FUNCTIONS[name].described() for name in problem["offered"]],
        "calls": problem["calls"],
    }


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    calls = problem["calls"]
    request = " Then: ".join(FUNCTIONS[call["name"]].tell(call["arguments"], stream) for call in calls)
    form = '{"name": ..., "arguments": {...}}'
    wanted = (
        f"Write the call that it asks for as JSON: `{form}`."
        if len(calls) == 1
        else f"Write the calls that it asks for, in their order, as a JSON array of objects `{form}`."
    )
    functions = "\n".join(json.dumps(function) for function in reference["functions"])
    return (
        f"These functions can be called:\n{functions}\n\nRequest: {request}\n\n"
        f"{wanted} Leave out optional arguments that it does not mention."
    )


def _size(level: int) -> int:
    """All calls; at level 3 all rows of two or three."""
    if level == 1:
        return sum(function.size for function in FUNCTIONS.values())
    calls = sum(function.full_size for function in FUNCTIONS.values())
    return calls if level == 2 else calls**2 + calls**3


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("functions", "calls"))
    functions, calls = row.get("functions"), row.get("calls")
    if not isinstance(functions, list) or not functions or not all(isinstance(one, Mapping) for one in functions):
        raise ValueError(
            f"Expected field 'functions' to list mappings with name and parameters, actually: {functions!r:.80}."
        )
    offered = []
    for one in functions:
        name = text_of(one, "name")
        schema = read_schema(one.get("parameters", {"type": "object"}), f"the parameters of function {name!r}")
        offered.append({"name": name, "parameters": schema})
    if not isinstance(calls, list) or not calls:
        raise ValueError(f"Expected field 'calls' to be a list of calls that is not empty, actually: {calls!r:.80}.")
    reference = {"kind": "call", "functions": offered, "calls": calls}
    try:
        plain = loads(json.dumps(calls, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"Expected field 'calls' to be JSON data, actually: {calls!r:.80} ({error}).") from error
    if reason := _misshapen(plain, reference):
        raise ValueError(f"Expected field 'calls' to call the functions of the row, actually: {reason}")
    return {**reference, "calls": plain}


def _misshapen(calls: list[Any], reference: Reference) -> str | None:
    """What is wrong with the form of calls."""
    parameters = {function["name"]: function["parameters"] for function in reference["functions"]}
    for call in calls:
        if not isinstance(call, dict) or call.keys() != {"name", "arguments"}:
            return "A call is an object with the keys name and arguments, and no others."
        name, arguments = call["name"], call["arguments"]
        if not isinstance(name, str) or name not in parameters:
            return unknown("function", f"{name!s:.80}", parameters)
        if not isinstance(arguments, dict):
            return f"The arguments of {name} are not an object."
        if reason := first_error(parameters[name], arguments):
            return f"The arguments of {name} are not valid. {reason}"
    return None


def _judge(text: str, reference: Reference) -> Outcome:
    try:
        value = loads(text)
    except ValueError as error:
        return unreadable(f"It is not JSON: {error}")
    expected = reference["calls"]
    if isinstance(value, dict) and len(expected) == 1:
        value = [value]
    if not isinstance(value, list) or not value:
        return misshapen("Expected one call as an object." if len(expected) == 1 else "Expected an array of calls.")
    if reason := _misshapen(value, reference):
        return misshapen(reason)
    return compared(*right_leaves(value, expected))


def _calls(reference: Reference) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = known(reference, "calls")
    return calls


def _spelled(calls: list[dict[str, Any]]) -> str:
    return json.dumps(calls[0] if len(calls) == 1 else calls, ensure_ascii=False)


def _write(reference: Reference) -> str:
    return _spelled(_calls(reference))


def _mistake(reference: Reference) -> str:
    """The first argument that can be another, is.

    Raises:
        NotImplementedError: None of the first call can be.
    """
    first, *rest = _calls(reference)
    for arguments in variants(first["arguments"]):
        calls = [{**first, "arguments": arguments}, *rest]
        if _misshapen(calls, reference) is None:
            return _spelled(calls)
    raise NotImplementedError(f"No other arguments of {first['name']!r} are known that are valid.")


def _with_first(reference: Reference, **changes: Any) -> str:
    first, *rest = _calls(reference)
    return _spelled([{**first, **changes}, *rest])


CALL = Family(
    name="call",
    levels=(
        "one function is offered",
        "one call of four functions, with optional arguments",
        "two or three calls of six functions, in order",
    ),
    draw=_draw,
    size=_size,
    exact=True,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        lambda reference: _write(reference)[:-1],
        lambda reference: _with_first(reference, name=f"{_calls(reference)[0]['name']}_now"),
        lambda reference: _with_first(reference, arguments={**_calls(reference)[0]["arguments"], "also": 1}),
        lambda reference: _with_first(reference, arguments={}),
        lambda reference: _with_first(reference, arguments=json.dumps(_calls(reference)[0]["arguments"])),
        lambda reference: _with_first(reference, thought="I call it."),
        lambda reference: json.dumps(_calls(reference) + _calls(reference)[:1]),
        lambda reference: f"{_calls(reference)[0]['name']}()",
    ),
    tag="json",
    in_worker=True,
    canonical=lambda problem: json.dumps(problem["calls"], sort_keys=True),
)
"""A request as calls of functions."""
