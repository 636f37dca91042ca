"""`rlvr doctor`: what this machine can do: how strongly it isolates programs, and why not more."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text

from rlvr.cli.arguments import Parsed, console
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.levels import VARIABLE, SandboxUnavailable, available, require
from rlvr.envs.sandbox.probe import facts

_PACKAGES = ("gymnasium", "numpy", "sympy", "landlockpy", "pyseccomp", "torch", "transformers", "vllm", "datasets")

_MEANING = {
    Level.NONE: "a process of its own with resource limits: no isolation",
    Level.LANDLOCK: "allow-list of system calls, no files but the standard library, no privileges",
    Level.NAMESPACES: "no network, no other processes, an empty file system besides",
}


@dataclass(frozen=True)
class Doctor(Parsed):
    """Print what this machine can enforce, and which packages there are."""

    command: ClassVar[str] = "doctor"

    json: bool = False
    """Print one JSON object instead."""

    def run(self) -> int:
        """Probe and print; 1 if code environments refuse to be made as they are."""
        found = examine()
        if self.json:
            print(json.dumps(found))
        else:
            _print(found)
        return 1 if found["refusal"] else 0


def examine() -> dict[str, Any]:
    """What there is: a JSON object.

    `isolation`: the strongest level that works. `levels`: why each does not work, or `""`. `variable`: what the
    environment variable says. `auto`: the level that `isolation="auto"` takes, or `None`, and `refusal`: why it takes
    none, or `""`. `kernel`, `python`, `cpus`, `packages`: versions and numbers.
    """
    found = available()
    auto, refusal = None, ""
    try:
        auto = require("auto").value
    except (ValueError, SandboxUnavailable) as error:
        refusal = str(error)
    return {
        "isolation": found.level.value,
        "levels": {level.value: found.missing.get(level, "") for level in Level},
        "variable": os.environ.get(VARIABLE),
        "auto": auto,
        "refusal": refusal,
        "kernel": facts(),
        "python": platform.python_version(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "packages": {name: _version(name) for name in _PACKAGES},
    }


def _print(found: dict[str, Any]) -> None:
    out = console()
    table = Table("isolation of programs", "what it means", "here", box=None, pad_edge=False)
    for level in Level:
        reason = found["levels"][level]
        here = Text(f"no: {reason}", "red") if reason else Text("works", "green")
        if level == found["auto"]:
            here.append(", and is taken", "default")
        table.add_row(level.value, _MEANING[level], here)
    out.print(table)
    if found["variable"] and found["auto"]:
        out.print(Text(f'\n{VARIABLE}={found["variable"]} says what isolation="auto" means.'))
    out.print()
    for name, value in found["kernel"].items():
        out.print(Text(f"{name}: {value}"))
    out.print(Text(f"Python {found['python']}, {found['cpus']} CPUs"))
    there = [f"{name} {version}" for name, version in found["packages"].items() if version]
    out.print(Text(f"packages: {', '.join(there)}"))
    if found["refusal"]:
        out.print(Text(f"\nCode environments refuse to be made here. {found['refusal']}"))


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
