"""JSON schemas: read, and held against values, by `jsonschema`. Nothing is fetched, whatever a schema refers to.

A pattern in a schema may take forever on some text, so a model's value is only ever held against one in a worker.

- `read_schema(schema, name)`: a user's schema, checked.
- `first_error(schema, value)`: what a value does not keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from jsonschema.validators import validator_for
from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

MOST_SHOWN = 300
"""Characters of an error that are told: it repeats the value."""

_DATA = ("const", "enum", "default", "examples")


def read_schema(schema: object, name: str) -> dict[str, Any]:
    """A schema that values can be held against. The draft is the one of `$schema`, else 2020-12; `format` is not held.

    Raises:
        ValueError: It is not valid itself, refers to something outside itself, or to itself without end.
    """
    if not isinstance(schema, Mapping):
        raise ValueError(f"Expected {name} to be a JSON schema, a mapping, actually: {schema!r:.80}.")
    try:
        plain: dict[str, Any] = json.loads(json.dumps(schema, allow_nan=False))
        validator_for(plain, default=Draft202012Validator).check_schema(plain)
        first_error(plain, None)
    except SchemaError as error:
        raise ValueError(f"Expected {name} to be a valid JSON schema, actually: {error.message:.200}.") from error
    except Unresolvable as error:
        raise ValueError(
            f"Expected {name} to refer to itself only, actually: a reference that leads nowhere ({error}). "
            "Put what it refers to under $defs."
        ) from error
    except RecursionError as error:
        raise ValueError(f"Expected {name} to come to an end, actually: it refers to itself without one.") from error
    except (TypeError, ValueError) as error:
        raise ValueError(f"Expected {name} to be JSON data, actually: {schema!r:.80} ({error}).") from error
    for reference in _references(plain):
        if not reference.startswith("#"):
            raise ValueError(
                f"Expected {name} to refer to itself only, actually: {reference!r:.80}. "
                "Nothing is fetched: put what it refers to under $defs."
            )
        _resolve(plain, reference, name)
    return plain


def first_error(schema: Mapping[str, Any], value: Any) -> str | None:
    """What the value does not keep first, or `None` if it is valid."""
    error = next(_validator(json.dumps(schema)).iter_errors(value), None)
    if error is None:
        return None
    place = "".join(f"[{step!r}]" for step in error.absolute_path)
    return f"{f'At {place}: ' if place else ''}{error.message}"[:MOST_SHOWN]


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    plain = json.loads(schema)
    return validator_for(plain, default=Draft202012Validator)(plain, registry=REGISTRY)


def _references(schema: Any) -> Iterator[str]:
    """Every `$ref`, outside of what is data."""
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for name, held in schema.items():
            if name not in _DATA:
                yield from _references(held)
    elif isinstance(schema, list):
        for held in schema:
            yield from _references(held)


def _resolve(schema: dict[str, Any], reference: str, name: str) -> None:
    root = Resource.from_contents(schema, default_specification=DRAFT202012)
    try:
        Registry().resolver_with_root(root).lookup(reference)
    except Unresolvable as error:
        raise ValueError(
            f"Expected {name} to define what it refers to, actually: {reference!r:.80} leads nowhere. "
            "Put it under $defs."
        ) from error
