"""The verifier of programs: does the program in a completion pass the tests?

- `plan(completion, row, ...)`: the verdict, or the check that gives it; what `rlvr.verify("code", ...)` calls.
- `planned(completion, reference, settings, ...)`: the same for a reference that has been read, and settings that have
  been checked.
- `Settings`: how programs are run. `names_of(packages)`: one of its arguments, as the others give it.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs.code.extraction import CONVENTIONS, extract
from rlvr.envs.code.judging import REWARDS
from rlvr.envs.code.rows import Reference, prompt_of, reference_of
from rlvr.envs.code.testing import STAGE_FACTOR
from rlvr.envs.sandbox import Limits, require
from rlvr.envs.sandbox.guest.values import decode, encode
from rlvr.envs.verification.pool import WALL_FACTOR
from rlvr.registry.names import unknown

MOST_PROGRAM = 65_536
"""Characters of a program; a longer one is not run."""

ROWS = 4096
"""Rows whose reading is remembered, since the samples of a group are judged by the same one."""

SPARE_SECONDS = 30.0
"""Wall time of a check on top of what its runs may take: a zygote to start, a busy machine."""

_JUDGE = "rlvr.envs.code.judging:judge"
_STRANGER = re.compile(r'\{"\$object": 0, "type": "([^"]*)"\}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How programs are run and rewarded.

    Raises:
        ValueError: A value is none of those that it can be.
        SandboxUnavailable: This machine cannot isolate programs as asked.
    """

    reward: str = "gate"
    isolation: str = "auto"
    packages: tuple[str, ...] = ()
    cpu_seconds: int = 5
    memory_bytes: int = 512 << 20

    def __post_init__(self) -> None:
        """Refuse what cannot be run."""
        if self.reward not in REWARDS:
            raise ValueError(unknown("reward", self.reward, REWARDS))
        for name in self.packages:
            _check_package(name)
        Limits(cpu_seconds=self.cpu_seconds, memory_bytes=self.memory_bytes)
        object.__setattr__(self, "isolation", require(self.isolation).value)

    @property
    def check_seconds(self) -> int:
        """CPU time of a check, so that its wall time has room for a public and a hidden stage."""
        runs = Limits(cpu_seconds=self.cpu_seconds).wall_seconds * (2 * STAGE_FACTOR + 2)
        return math.ceil((2 * runs + SPARE_SECONDS) / WALL_FACTOR)


def plan(
    completion: str,
    reference: Mapping[str, Any],
    *,
    finish_reason: str | None = None,
    convention: str = "auto",
    opened_think: bool = False,
    reward: str = "gate",
    isolation: str = "auto",
    packages: Sequence[str] = (),
    cpu_seconds: int = 5,
    memory_bytes: int = 512 << 20,
) -> Verdict | Check:
    """Judge the program in `completion` by a row's tests, or say what a worker has to run.

    A sample that was cut is judged only if its program cannot have been cut: a closed block. Otherwise it is
    `truncated`. A completion without a program is `unparsable`. A program that used up its CPU time or memory, came to
    no end, or crashed, is a `timeout`.

    Args:
        completion: The model's text and nothing else.
        reference: A row of HumanEval, MBPP, or ours; see `rlvr.envs.code.rows`.
        finish_reason: `"stop"` or `"length"`; by default what a `Completion` remembers.
        convention: How the program is marked; see `rlvr.envs.code.extraction`.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.
        reward: `gate` (all tests or nothing) or `fraction` (the share that passes).
        isolation: `auto`, or the level of the sandbox that is demanded; see `rlvr.envs.sandbox.levels`.
        packages: Packages besides the standard library that the program may import, such as `numpy`.
        cpu_seconds: CPU time that one run of the program may use.
        memory_bytes: Memory that one run may use.

    Raises:
        ValueError: The row cannot be read, or an option is not one.
        SandboxUnavailable: This machine cannot isolate programs as asked.
    """
    settings = Settings(
        reward=reward,
        isolation=isolation,
        packages=names_of(packages),
        cpu_seconds=cpu_seconds,
        memory_bytes=memory_bytes,
    )
    if convention not in CONVENTIONS:
        raise ValueError(unknown("convention", convention, CONVENTIONS))
    if not isinstance(reference, Mapping):
        raise ValueError(f"Expected the reference to be a row, a mapping, actually: a {type(reference).__name__}.")
    return planned(
        completion,
        _read(_key(reference)),
        settings,
        finish_reason=finish_reason,
        convention=convention,
        opened_think=opened_think,
        prompt=_begun(reference, convention),
    )


def planned(
    completion: str,
    reference: Reference,
    settings: Settings,
    *,
    finish_reason: str | None = None,
    convention: str = "fenced",
    opened_think: bool = False,
    stage: str = "hidden",
    prompt: str = "",
) -> Verdict | Check:
    """What `plan` does, for callers whose arguments are known to be right."""
    found = extract(completion, convention=convention, opened_think=opened_think)
    if finish_reason is None and isinstance(completion, Completion):
        finish_reason = completion.finish_reason
    if finish_reason not in (None, "stop", "length"):
        raise ValueError(f'Expected finish_reason to be "stop", "length" or None, actually: {finish_reason!r}.')
    if finish_reason == "length" and not found.closed:
        return Verdict(Status.TRUNCATED, reason="The sample was cut before a program stood.")
    program = found.program
    if program is None or not program.strip():
        return Verdict(Status.UNPARSABLE, reason="There is no program.")
    if found.convention == "continuation":
        program = prompt + program
    if len(program) > MOST_PROGRAM:
        reason = f"The program has {len(program)} characters; the most is {MOST_PROGRAM}."
        return Verdict(Status.WRONG, 0.0, program[:MOST_PROGRAM], found.convention, reason)
    options = {
        "stage": stage,
        "reward": settings.reward,
        "isolation": settings.isolation,
        "packages": list(settings.packages),
        "cpu_seconds": settings.cpu_seconds,
        "memory_bytes": settings.memory_bytes,
        "extraction": found.convention,
    }
    return Check(_JUDGE, (program, reference), options, cpu_seconds=settings.check_seconds, pure=True)


def names_of(packages: object) -> tuple[str, ...]:
    """An argument `packages`, which has to be a list of names.

    Raises:
        ValueError: It is something else, one name above all.
    """
    if isinstance(packages, str) or not isinstance(packages, Sequence):
        raise ValueError(f'Expected packages to be several names, such as ("numpy",), actually: {packages!r}.')
    return tuple(packages)


def _check_package(name: object) -> None:
    """Refuse what the sandbox could not have imported, before any check is run."""
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"Expected packages to be names such as 'numpy', actually: {name!r}.")
    if name in sys.stdlib_module_names:
        raise ValueError(
            f"Expected packages besides the standard library, which programs may import anyway, actually: {name!r}."
        )
    if not _is_installed(name):
        raise ValueError(
            f"Expected packages that are installed here, actually: {name!r}, which is not. Install it, or leave it out."
        )


@cache
def _is_installed(name: str) -> bool:
    """Whether there is a package or module of that name; it is not imported."""
    found = importlib.util.find_spec(name)
    return found is not None and found.origin is not None


def _key(row: Mapping[str, Any]) -> str:
    """The row as JSON from which it can be made again exactly: tuples, sets and keys that are no texts included.

    Raises:
        ValueError: It holds something that has no such form.
    """
    values = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in row.items()}
    key = json.dumps(encode(values), ensure_ascii=False)
    if stranger := _STRANGER.search(key):
        raise ValueError(
            "Expected the row to hold texts, numbers, lists and other builtin values, "
            f"actually: an object of type {stranger[1]!r}. Convert it first."
        )
    return key


def _begun(row: Mapping[str, Any], convention: str) -> str:
    """What a continuation goes on from; HumanEval's prompts alone are beginnings of programs by themselves."""
    if convention == "continuation" or (convention == "auto" and "test" in row):
        return prompt_of(row)
    return ""


@lru_cache(maxsize=ROWS)
def _read(key: str) -> Reference:
    return reference_of(decode(json.loads(key)))
