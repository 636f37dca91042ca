"""Judge a program by tests: what a worker process does, which has the expected outputs and runs no program itself.

- `judge(program, reference, ...)`: the verdict; what checks run.

Programs run in the sandbox of the worker. A sandbox that fails raises `SandboxFailed`, so that the check is run again
and its verdict is `error` if that fails too: never `wrong`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rlvr.core import Status, Verdict
from rlvr.envs import sandbox
from rlvr.envs.code.testing import Outcome, Subject, run_stage
from rlvr.envs.sandbox import Level, Limits

REWARDS = ("gate", "fraction")
"""`gate`: all hidden tests or nothing. `fraction`: the share of them that pass."""


def judge(
    program: str,
    reference: Mapping[str, Any],
    *,
    stage: str = "hidden",
    reward: str = "gate",
    isolation: str = "namespaces",
    packages: Sequence[str] = (),
    cpu_seconds: int = 5,
    memory_bytes: int = 512 << 20,
    extraction: str | None = None,
) -> Verdict:
    """The verdict on a program.

    Args:
        program: Python source.
        reference: What `rlvr.envs.code.rows.reference_of` makes of a row.
        stage: `hidden`: the hidden tests decide. `public`: the public ones come first, and only a program that passes
            them all is judged by the hidden ones; else its verdict is of the public ones, whose reason is told to the
            model.
        reward: One of `REWARDS`.
        isolation: The level of the sandbox, by name.
        packages: Packages besides the standard library that the program may import.
        cpu_seconds: CPU time that one run may use.
        memory_bytes: Memory that one run may use.
        extraction: How the program was found.

    Raises:
        SandboxFailed: The program could not be run.
    """
    subject = Subject(
        program,
        reference,
        sandbox.current(Level(isolation), packages),
        Limits(cpu_seconds=cpu_seconds, memory_bytes=memory_bytes),
    )
    parts: dict[str, float] = {}
    if stage == "public" and reference["public"]:
        outcome = run_stage(subject, reference["public"], all_of_them=True, report=True)
        parts["public"] = outcome.share
        if outcome.share < 1.0:
            status = Status.TIMEOUT if outcome.limit else Status.WRONG
            return Verdict(status, 0.0, program, extraction, outcome.reason, parts)
    outcome = run_stage(subject, reference["tests"], all_of_them=reward == "fraction", report=False)
    if reward == "fraction" or outcome.share == 1.0:
        parts["hidden"] = outcome.share
    else:
        parts["hidden"] = 0.0  # It stopped at the first failure, so the share is not known.
    return _verdict(outcome, reward, program, extraction, parts)


def _verdict(
    outcome: Outcome, reward: str, program: str, extraction: str | None, parts: Mapping[str, float]
) -> Verdict:
    if outcome.share == 1.0:
        return Verdict(Status.CORRECT, 1.0, program, extraction, "", parts)
    if reward == "fraction" and outcome.share > 0.0:
        return Verdict(Status.PARTIAL, outcome.share, program, extraction, outcome.reason, parts)
    return Verdict(Status.TIMEOUT if outcome.limit else Status.WRONG, 0.0, program, extraction, outcome.reason, parts)
