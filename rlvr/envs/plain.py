"""The quick way through a batch of single-turn episodes: the same outcome, without infos that are taken apart again.

A slot is plain if it is a `VerifiableEnv` without tools and with nothing around it that steps and resets as it
inherited. If it has one turn, each of its steps ends an episode, and everything in the info follows from the task and
the verdict. So a batch of such slots is laid out from these directly, a column at a time.

- `are_plain(envs)`: whether all slots are.
- `judge_all(envs, actions)`: their verdicts, with the checks side by side.
- `all_end_alike(envs, verdicts)`: whether every episode ends here, with infos of one layout.
- `turn_over(envs, verdicts, groups)`: the next observations and the batched infos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard, cast

import gymnasium as gym
import numpy as np
import numpy.typing as npt

from rlvr.core import Check, Info, Observation, Status, Verdict, VerifiableEnv
from rlvr.envs.groups import Groups
from rlvr.envs.infos import objects

_INHERITED = ("step", "reset", "prefetch", "plan", "conclude", "begin")


def are_plain(envs: Sequence[gym.Env[Any, Any]]) -> TypeGuard[Sequence[VerifiableEnv]]:
    """Whether each of `envs` steps and resets as `VerifiableEnv` does, and has no tools."""
    return all(isinstance(env, VerifiableEnv) and _inherits(type(env)) and env.toolbox is None for env in envs)


def _inherits(kind: type[VerifiableEnv]) -> bool:
    return all(getattr(kind, name) is getattr(VerifiableEnv, name) for name in _INHERITED)


def judge_all(envs: Sequence[VerifiableEnv], actions: Sequence[str]) -> list[Verdict]:
    """Plan all steps, start all checks, then collect the verdicts."""
    outcomes = [env.plan(action) for env, action in zip(envs, actions, strict=True)]
    checks = [(slot, outcome) for slot, outcome in enumerate(outcomes) if isinstance(outcome, Check)]
    for slot, check in checks:
        envs[slot].prefetch_check(check)
    for slot, check in checks:
        outcomes[slot] = envs[slot].judge(check)
    return cast(list[Verdict], outcomes)


def all_end_alike(envs: Sequence[VerifiableEnv], verdicts: Sequence[Verdict]) -> bool:
    """Whether every slot has one turn and a verdict with the same keys: a score, which `error` lacks, and no parts."""
    if {env.max_turns for env in envs} != {1} or Status.ERROR in [verdict.status for verdict in verdicts]:
        return False
    return not any([verdict.parts for verdict in verdicts])


def turn_over(
    envs: Sequence[VerifiableEnv], verdicts: Sequence[Verdict], groups: Groups
) -> tuple[tuple[Observation, ...], Info]:
    """End every slot's episode with its verdict, and begin the next."""
    num_envs = len(envs)
    everywhere = np.ones(num_envs, dtype=np.bool_)
    scores = np.array([verdict.score for verdict in verdicts])
    final = {
        "task": objects([env.task.id for env in envs if env.task is not None]),
        "turn": np.ones(num_envs, dtype=np.int_),
        "verdict": _masked(
            {
                "status": objects([verdict.status._value_ for verdict in verdicts]),
                "score": scores,
                "answer": objects([verdict.answer for verdict in verdicts]),
                "extraction": objects([verdict.extraction for verdict in verdicts]),
                "reason": objects([verdict.reason for verdict in verdicts]),
            },
            everywhere,
        ),
        "reward_terms": _masked({"correct": scores.copy()}, everywhere),
        **groups.column(),
    }
    # Nothing of a finished episode outlasts `begin`, so there is nothing to settle first.
    observations = tuple([env.begin() for env in envs])
    infos = {
        "final_obs": objects([()] * num_envs),
        "final_info": _masked(final, everywhere),
        "task": objects([env.task.id for env in envs if env.task is not None]),
        **groups.column(),
    }
    return observations, _masked(infos, everywhere)


def _masked(columns: Mapping[str, Any], mask: npt.NDArray[np.bool_]) -> Info:
    """Gymnasium's layout: after each key its own copy of the mask of the slots that have it."""
    masked: Info = {}
    for key, column in columns.items():
        masked[key] = column
        masked[f"_{key}"] = mask.copy()
    return masked
