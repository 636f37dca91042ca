"""The sandbox: runs programs of a model's where they can do no harm and learn nothing.

A zygote, started by whoever judges, forks a confined process for every run. What comes back are values, never verdicts:
those are computed in a process that no program shares.

- `Level`, `available`, `require`: how strongly programs are isolated, and a refusal where they cannot be.
- `Sandbox`, `Limits`, `Ended`, `Cause`, `SandboxFailed`: a zygote, what a run may use, how it ended.
- `run_calls`, `run_script`, `run_tests`, `run_checker`: what programs are run for.
- `current(level, preload)`: the sandbox of this process.
"""

from __future__ import annotations

from rlvr.envs.sandbox.current import current
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.levels import SandboxUnavailable, available, require
from rlvr.envs.sandbox.limits import Cause, Ended, Limits, SandboxFailed
from rlvr.envs.sandbox.running import run_calls, run_checker, run_script, run_tests
from rlvr.envs.sandbox.supervisor import Run, Sandbox

__all__ = [
    "Cause",
    "Ended",
    "Level",
    "Limits",
    "Run",
    "Sandbox",
    "SandboxFailed",
    "SandboxUnavailable",
    "available",
    "current",
    "require",
    "run_calls",
    "run_checker",
    "run_script",
    "run_tests",
]
