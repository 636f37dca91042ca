"""The verifier of instructions: which of them does a response follow?

Every check is linear in the response and bounded, so all is decided in the caller's process.

- `plan(completion, row, ...)`: the verdict; what `rlvr.verify("instructions", ...)` calls.
- `judged(completion, reference, ...)`: the same for a reference that has been read.
- `MODES`, `REWARDS`: how strictly, and what is paid.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rlvr.core import Completion, Status, Verdict
from rlvr.envs.instructions.constraints.base import Constraint, Kwargs
from rlvr.envs.instructions.responses import loose_readings, response_of
from rlvr.envs.instructions.rows import Reference, held, reference_of
from rlvr.registry.names import unknown

MODES = ("strict", "reference")
"""`strict`: what the words of an instruction mean. `reference`: what the published checkers say."""

REWARDS = ("all", "fraction")
"""`all`: 1.0 if every instruction is followed (prompt level). `fraction`: the share that is (instruction level)."""

MOST_SHOWN = 2_000
"""Characters of a response that a verdict repeats."""

ROWS = 4096
"""Rows whose reading is remembered, since the samples of a group are judged by the same one."""


def plan(
    completion: str,
    reference: Mapping[str, Any],
    *,
    finish_reason: str | None = None,
    mode: str = "strict",
    reward: str = "all",
    loose: bool = False,
    opened_think: bool = False,
) -> Verdict:
    """Judge a response by a row's instructions.

    A sample that was cut is `truncated`: where its response would have ended is not known. One without a response, or
    whose think is still open, is `unparsable`. `parts` has each instruction's outcome, 1.0 or 0.0, by its id; an id
    that occurs several times is numbered (`keywords:existence#2`).

    Args:
        completion: The model's text and nothing else; what stands after the last `</think>` is the response.
        reference: A row with `instruction_id_list` and `kwargs`, as IFEval and IFBench publish them.
        finish_reason: `"stop"` or `"length"`; by default what a `Completion` remembers.
        mode: One of `MODES`.
        reward: One of `REWARDS`.
        loose: Whether an instruction counts as followed if one of eight readings of the response follows it; see
            `rlvr.envs.instructions.responses`.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Raises:
        ValueError: The row cannot be read, or an option is not one.
    """
    if mode not in MODES:
        raise ValueError(unknown("mode", mode, MODES))
    if reward not in REWARDS:
        raise ValueError(unknown("reward", reward, REWARDS))
    if not isinstance(reference, Mapping):
        raise ValueError(f"Expected the reference to be a row, a mapping, actually: a {type(reference).__name__}.")
    if finish_reason not in (None, "stop", "length"):
        raise ValueError(f'Expected finish_reason to be "stop", "length" or None, actually: {finish_reason!r}.')
    wanted = {name: reference.get(name) for name in ("instruction_id_list", "kwargs")}
    try:
        read = _read(_key(wanted))
    except RecursionError as error:
        raise ValueError("Expected the row to hold JSON data, actually: values nested too deep to be read.") from error
    return judged(
        completion,
        read,
        finish_reason=finish_reason,
        mode=mode,
        reward=reward,
        loose=loose,
        opened_think=opened_think,
    )


def judged(
    completion: str,
    reference: Reference,
    *,
    finish_reason: str | None = None,
    mode: str = "strict",
    reward: str = "all",
    loose: bool = False,
    opened_think: bool = False,
) -> Verdict:
    """What `plan` does, for callers whose arguments are known to be right."""
    if finish_reason is None and isinstance(completion, Completion):
        finish_reason = completion.finish_reason
    if finish_reason == "length":
        return Verdict(Status.TRUNCATED, reason="The sample was cut before its response had ended.")
    response = response_of(completion, opened_think, bare=mode == "strict")
    if response is None:
        return Verdict(Status.UNPARSABLE, reason="There is no response.")
    readings = loose_readings(response) if loose else [response]
    constraints = held(reference)
    followed = [any(_follows(constraint, kwargs, one, mode) for one in readings) for constraint, kwargs in constraints]
    names = _numbered([constraint.id for constraint, _ in constraints])
    return verdict_of(response, dict(zip(names, map(float, followed), strict=True)), reward)


def verdict_of(response: str, parts: Mapping[str, float], reward: str) -> Verdict:
    """The verdict on a response whose instructions came out like this."""
    shown = response[:MOST_SHOWN]
    share = math.fsum(parts.values()) / len(parts)
    if share == 1.0:
        return Verdict(Status.CORRECT, 1.0, shown, None, "", parts)
    missed = [name for name, score in parts.items() if score < 1.0]
    reason = f"Not followed: {', '.join(missed)}."
    if reward == "fraction" and share > 0.0:
        return Verdict(Status.PARTIAL, share, shown, None, reason, parts)
    return Verdict(Status.WRONG, 0.0, shown, None, reason, parts)


def _follows(constraint: Constraint, kwargs: Kwargs, response: str, mode: str) -> bool:
    if not response.strip():
        return False
    return constraint.check(response, **kwargs) if mode == "strict" else constraint.reference(response, **kwargs)


def _numbered(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    numbered = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return numbered


def _key(row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Expected the row to hold JSON data, actually: {row!r:.200} ({error}).") from error


@lru_cache(maxsize=ROWS)
def _read(row: str) -> Reference:
    return reference_of(json.loads(row))
