"""Every constraint, by its published id; each file of this folder holds one or a few that belong together.

- `CONSTRAINTS`: all of them. A class with an `id` in a module of this folder is registered by being there.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

from rlvr.envs.instructions.constraints.base import Constraint


def _found() -> Iterator[Constraint]:
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        members = vars(importlib.import_module(f"{__name__}.{module}")).values()
        for member in members:
            if inspect.isclass(member) and issubclass(member, Constraint) and hasattr(member, "id"):
                if member.__module__ == f"{__name__}.{module}":
                    yield member()


def _by_id() -> dict[str, Constraint]:
    constraints: dict[str, Constraint] = {}
    for constraint in _found():
        if constraint.id in constraints:
            raise TypeError(f"{constraint.id!r} is the id of {constraint!r} and {constraints[constraint.id]!r}.")
        constraints[constraint.id] = constraint
    return dict(sorted(constraints.items()))


CONSTRAINTS: dict[str, Constraint] = _by_id()
"""All constraints by id, in alphabetical order."""

__all__ = ["CONSTRAINTS", "Constraint"]
