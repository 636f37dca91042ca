"""Configurations: frozen dataclasses to and from plain data, and files of them.

- `merge`: plain data over a default; a wrong key or value names itself, its place and what was expected.
- `as_dict`: the inverse.
- `require_at_least`: the ranges of numbers.
- `refuse_idle`: settings that would do nothing.
- `read`: a TOML or JSON file over a default configuration.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from rlvr.registry.names import unknown

C = TypeVar("C")


class ConfigError(ValueError):
    """A configuration has a wrong key or value."""


def as_dict(config: Any) -> dict[str, Any]:
    """Plain data: what `config.json` holds."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(config)))
    return plain


def require_at_least(section: str, config: Any, **least: float) -> None:
    """Refuse numbers below their least value, from a section's `__post_init__`.

    Raises:
        ValueError: One is; the message names the key, its least value and the value.
    """
    for name, bound in least.items():
        value = getattr(config, name)
        if not value >= bound:
            key = f"{section}.{name}" if section else name
            raise ValueError(f"Expected {key} to be at least {bound}, actually: {value}.")


def refuse_idle(section: str, config: Any, why: str, *names: str) -> None:
    """Refuse settings that something else switches off, from a section's `__post_init__`: whoever sets one means it.

    Args:
        section: What errors call the section.
        config: The section.
        why: Goes on from "does nothing": "with kl.coefficient 0", say.
        names: Of the settings that must be as by default.

    Raises:
        ValueError: One is not; the message names it and its value.
    """
    defaults = {field.name: field for field in dataclasses.fields(config)}
    for name in names:
        field, value = defaults[name], getattr(config, name)
        default = field.default if field.default_factory is dataclasses.MISSING else field.default_factory()
        if value != default:
            key = f"{section}.{name}" if section else name
            raise ValueError(f"{key}, set to {value!r}, does nothing {why}. Leave it out.")


def merge(default: C, data: Mapping[str, Any], where: str = "") -> C:
    """`default` with the values of `data`, section by section.

    Raises:
        ConfigError: A key does not exist, or a value has the wrong type or is out of range.
    """
    if not isinstance(data, Mapping):
        where = where or "a configuration"
        raise ConfigError(f"Expected {where} to be a section, actually: {data!r:.60}. Write its keys under [{where}].")
    hints = typing.get_type_hints(type(default), include_extras=False)
    names = [field.name for field in dataclasses.fields(default)]  # type: ignore[arg-type]
    changes: dict[str, Any] = {}
    for key, value in data.items():
        path = f"{where}.{key}" if where else key
        if key not in names:
            section = f"key in section [{where}]" if where else "key"
            raise ConfigError(unknown(section, key, names))
        current = getattr(default, key)
        if dataclasses.is_dataclass(current):
            changes[key] = merge(current, value, path)
        else:
            changes[key] = _typed(value, hints[key], path)
    try:
        return dataclasses.replace(default, **changes)  # type: ignore[type-var]
    except ValueError as error:
        nested = f"[{where}] " if "." in where else ""  # The section names itself, but not where it is.
        raise ConfigError(f"{nested}{error}") from error


def read(path: Path, default: C) -> C:
    """A TOML file (or the `config.json` of a run) over `default`.

    Raises:
        ConfigError: The file is missing, is not TOML or JSON, or has a wrong key or value; the message names the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"Cannot read the configuration {path}: {error.strerror}. Name a TOML file, or the config.json of a run."
        ) from error
    except ValueError as error:
        raise ConfigError(f"{path} is not {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from error
    try:
        return merge(default, data)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def _typed(value: Any, hint: Any, path: str) -> Any:
    """`value` if it is of the annotated type; ints pass for floats, lists for tuples."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return value
    if origin in (typing.Union, types.UnionType):
        for one in arguments:
            try:
                return _typed(value, one, path)
            except ConfigError:
                continue
    elif origin is typing.Literal:
        if any(type(value) is type(one) and value == one for one in arguments):
            return value
    elif origin is tuple and isinstance(value, (list, tuple)):
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else list(arguments)
        if len(kinds) == len(value):
            return tuple(
                _typed(one, kind, f"{path}[{i}]") for i, (one, kind) in enumerate(zip(value, kinds, strict=True))
            )
    elif origin is dict and isinstance(value, Mapping):
        return dict(value)
    elif hint is type(None) and value is None:
        return None
    elif hint is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        with contextlib.suppress(OverflowError):
            return float(value)
    elif isinstance(hint, type) and isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    name = hint.__name__ if isinstance(hint, type) else str(hint).replace("typing.", "")
    raise ConfigError(f"Expected {path} to be {name}, actually: {value!r:.80}.")
