"""`json`: facts in a text as a JSON value that is valid against a schema."""

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
    unreadable,
    variants,
)
from rlvr.envs.structured.records import DATE_RULE, DOMAINS, Field, Record, drawn, fewest, number, sentences
from rlvr.envs.structured.schemas import first_error, read_schema
from rlvr.envs.structured.strict_json import loads, right_leaves
from rlvr.seeding import Stream

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "minLength": 1},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "time": {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"},
}


def _draw(stream: Stream, level: int) -> Problem:
    domain = DOMAINS[stream.choice(tuple(DOMAINS))]
    others = [field.key for field in domain.others]
    keys = sorted(stream.sample(others, stream.integer(2, 3) if level == 1 else stream.integer(4, 5)), key=others.index)
    records = drawn(stream, domain, keys, stream.integer(2, 3) if level > 2 else 1)
    if level > 1:
        stream.choice(records)[stream.choice(keys)] = None
    nested = sorted(stream.sample(keys, 2), key=others.index) if level > 2 else []
    return {"domain": domain.name, "camel": stream.below(2) == 1, "records": records, "nested": nested}


def _reference(problem: Problem, stream: Stream) -> Reference:
    domain, records, nested = DOMAINS[problem["domain"]], problem["records"], problem["nested"]
    held = {
        key: _schema_of(domain.field(key), nullable=any(record[key] is None for record in records))
        for key in records[0]
    }
    properties = {key: schema for key, schema in held.items() if key not in nested}
    if nested:
        properties["details"] = _object({key: held[key] for key in nested}, problem)
    one = _object(properties, problem)
    values = [_value_of(record, problem) for record in records]
    if not nested:
        return {"kind": "json", "schema": one, "value": values[0]}
    array = {"type": "array", "items": {"$ref": f"#/$defs/{domain.name}"}, "minItems": 1}
    schema = _object({domain.plural: array, "count": {"type": "integer", "minimum": 0}}, problem)
    value = {domain.plural: values, "count": len(values)}
    return {"kind": "json", "schema": {**schema, "$defs": {domain.name: one}}, "value": value}


def _value_of(record: Record, problem: Problem) -> dict[str, Any]:
    value = {_spelled(key, problem): held for key, held in record.items() if key not in problem["nested"]}
    if problem["nested"]:
        value["details"] = {_spelled(key, problem): record[key] for key in problem["nested"]}
    return value


def _object(properties: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    spelled = {_spelled(key, problem): schema for key, schema in properties.items()}
    return {"type": "object", "properties": spelled, "required": list(spelled), "additionalProperties": False}


def _schema_of(field: Field, *, nullable: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"enum": list(field.values)} if field.kind == "choice" else dict(_TYPES[field.kind])
    if nullable:
        schema = {"anyOf": [schema, {"type": "null"}]}
    return schema


def _spelled(key: str, problem: Problem) -> str:
    """The key in snake case or in camel case."""
    if not problem["camel"]:
        return key
    first, *rest = key.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _prompt(problem: Problem, reference: Reference, stream: Stream) -> str:
    domain, records = DOMAINS[problem["domain"]], problem["records"]
    rules = [DATE_RULE] if any(domain.field(key).kind == "date" for key in records[0]) else []
    if any(value is None for record in records for value in record.values()):
        rules.append("What the text does not say is null.")
    if problem["nested"]:
        rules.append(f"The {domain.plural} stand in the order of the text, and `count` is their number.")
    asked = " ".join(["Write what the text says as JSON that is valid against the schema.", *rules])
    text = "\n\n".join(sentences(stream, domain, record) for record in records)
    return f"{asked}\n\nText:\n{text}\n\nSchema:\n{json.dumps(reference['schema'])}"


def _size(level: int) -> int:
    """Records in two spellings of keys; the place of the gap is left out, at level 3 also nesting and a third one."""
    return (2 * (number(2) + number(3)), 2 * (number(3) + number(4)), fewest(4, 2))[level - 1]


def _read(row: Mapping[str, Any]) -> Reference:
    only(row, ("schema", "value"))
    schema = read_schema(row.get("schema"), "field 'schema'")
    if "value" not in row:
        return {"kind": "json", "schema": schema}
    try:
        value = loads(json.dumps(row["value"], allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"Expected field 'value' to be JSON data, actually: {row['value']!r:.80} ({error})."
        ) from error
    if reason := first_error(schema, value):
        raise ValueError(f"Expected field 'value' to be valid against field 'schema', actually: {reason}")
    return {"kind": "json", "schema": schema, "value": value}


def _judge(text: str, reference: Reference) -> Outcome:
    try:
        value = loads(text)
    except ValueError as error:
        return unreadable(f"It is not JSON: {error}")
    if reason := first_error(reference["schema"], value):
        return misshapen(f"It is not valid against the schema. {reason}")
    return compared(*right_leaves(value, reference["value"])) if "value" in reference else Outcome(True)


def _value(reference: Reference) -> Any:
    return reference["value"] if "value" in reference else known(reference, "value")


def _write(reference: Reference) -> str:
    return json.dumps(_value(reference), indent=2, ensure_ascii=False)


def _mistake(reference: Reference) -> str:
    """A value that is valid and differs in one leaf.

    Raises:
        NotImplementedError: No change of a leaf leaves it valid.
    """
    for other in variants(_value(reference)):
        if first_error(reference["schema"], other) is None:
            return json.dumps(other)
    raise NotImplementedError("No other value that is valid against this schema is known. Add another field to it.")


def _first(value: dict[str, Any]) -> str:
    name = next(iter(value))
    return f"{json.dumps(name)}: {json.dumps(value[name])}"


JSON = Family(
    name="json",
    levels=(
        "one object of three or four fields",
        "one object of five or six fields, one of them unknown",
        "objects with nested ones in an array, and their number",
    ),
    draw=_draw,
    size=_size,
    reference=_reference,
    prompt=_prompt,
    read=_read,
    judge=_judge,
    write=_write,
    mistake=_mistake,
    breakers=(
        lambda reference: _write(reference)[:-1],
        lambda reference: repr(_value(reference)),
        lambda reference: f"Here it is: {_write(reference)}",
        lambda reference: f"{_write(reference)} // done",
        lambda reference: f"{_write(reference)[:-1]}, }}",
        lambda reference: f"{{{_first(_value(reference))}, {_write(reference)[1:]}",
        lambda reference: json.dumps({**_value(reference), "also": 1}),
        lambda reference: json.dumps(dict(list(_value(reference).items())[1:])),
        lambda reference: json.dumps([_value(reference)]),
        lambda reference: json.dumps({**_value(reference), next(iter(_value(reference))): float("nan")}),
    ),
    tag="json",
    in_worker=True,
)
"""Facts in a text as JSON."""
