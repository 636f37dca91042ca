"""What this machine can enforce, why not more, and what to do where that is too little.

- `available()`: the strongest level that a probe has seen at work here, and why stronger ones are not to be had.
- `require(isolation)`: the level that an `isolation` argument asks for, or a refusal that names what is missing.

Which level is in force is never guessed from the kernel's version: a probe starts a zygote of that level, which fails
if the kernel refuses any part of it, and lets a program try what it must not be able to do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.probe import probe
from rlvr.registry.names import unknown

VARIABLE = "RLVR_ISOLATION"
"""The environment variable that says what `isolation="auto"` means, by the name of a level."""


class SandboxUnavailable(RuntimeError):
    """This machine cannot isolate programs as strongly as was asked for."""


@dataclass(frozen=True, slots=True)
class Available:
    """What this machine can enforce."""

    level: Level
    """The strongest level that works."""
    missing: Mapping[Level, str] = field(default_factory=dict)
    """Why each stronger level does not."""


@cache
def available() -> Available:
    """Probe the levels, strongest first, once a process; some 0.1 s."""
    missing: dict[Level, str] = {}
    for level in sorted(Level, key=lambda level: -level.rank):
        reason = probe(level) if level is not Level.NONE else ""
        if not reason:
            return Available(level, missing)
        missing[level] = reason
    raise AssertionError("The weakest level needs nothing.")


def require(isolation: str = "auto") -> Level:
    """The level to run programs at.

    Args:
        isolation: A level's name, or `auto`: what the environment variable `RLVR_ISOLATION` names, else the strongest
            level that works, and at least `landlock`.

    Raises:
        ValueError: There is no such level.
        SandboxUnavailable: It does not work here, or nothing does that isolates.
    """
    names = ("auto", *Level)
    asked = os.environ.get(VARIABLE, "auto") or "auto" if isolation == "auto" else isolation
    if not isinstance(asked, str) or asked not in names:
        raise ValueError(unknown("isolation", asked, names))
    if asked == Level.NONE:
        return Level.NONE
    found = available()
    level = found.level if asked == "auto" else Level(asked)
    if level is Level.NONE or level.rank > found.level.rank:
        lacking = "; ".join(f"{one}: {found.missing[one]}" for one in found.missing)
        raise SandboxUnavailable(
            f"Expected programs to be isolated ({asked}), actually: this machine cannot. {lacking}. See `rlvr doctor`. "
            f'To run a model\'s programs without isolation, where nothing can be lost, say so: isolation="none", or '
            f"{VARIABLE}=none."
        )
    return level
