"""The sandboxes of this process, which its checks share one after the other.

- `current(level, preload)`: the one with these settings, made when it is first asked for.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.limits import SandboxFailed
from rlvr.envs.sandbox.supervisor import Sandbox

_Key = tuple[int, Level, tuple[str, ...]]
_sandboxes: dict[_Key, Sandbox] = {}


def current(level: Level, preload: Sequence[str] = ()) -> Sandbox:
    """The sandbox of this process and level whose programs may import `preload`; a forked child makes its own.

    Raises:
        SandboxFailed: A package of `preload` is not installed.
    """
    key = (os.getpid(), level, tuple(preload))
    if key not in _sandboxes:
        _sandboxes[key] = Sandbox(level, {name: _folder(name) for name in preload})
    return _sandboxes[key]


def _folder(name: str) -> str:
    """Where a package is installed."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise SandboxFailed(f"Package {name!r} is not installed, so no program can have it.")
    origin = Path(found.origin).resolve()
    return str(origin.parent.parent if origin.name == "__init__.py" else origin.parent)


def _close() -> None:
    for (pid, _, _), sandbox in _sandboxes.items():
        if pid == os.getpid():
            sandbox.close()


atexit.register(_close)
