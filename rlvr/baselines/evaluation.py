"""Evaluation: how often an agent is right, and how long its answers are.

- `evaluate`: an agent on the first tasks of a stream.
- `answer`, `summarise`: its two halves, for processes that share the tasks.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.agents.base import Agent
from rlvr.baselines.metrics import describe
from rlvr.baselines.rollout import collect, make_envs
from rlvr.core import Episode
from rlvr.envs.wrapping import Wrappers


@dataclass(frozen=True)
class Evaluation:
    """What came out."""

    metrics: dict[str, float]
    """As `rlvr.baselines.metrics.describe` gives them, plus `standard_error` of the accuracy."""
    episodes: list[Episode]


def evaluate(
    agent: Agent,
    env_id: str,
    kwargs: Mapping[str, Any],
    *,
    wrappers: Wrappers = (),
    episodes: int,
    seed: int = 0,
    batch_size: int = 256,
) -> Evaluation:
    """Answer the first `episodes` tasks of a stream, each once.

    Args:
        agent: Who answers.
        env_id: A registered id.
        kwargs: Its arguments.
        wrappers: Put around it; see `rlvr.envs.wrapping`.
        episodes: How many tasks.
        seed: Of the stream.
        batch_size: Environments at a time.
    """
    if episodes < 1:
        raise ValueError(f"Expected episodes to be at least 1, actually: {episodes}.")
    return summarise(
        answer(agent, env_id, kwargs, range(episodes), wrappers=wrappers, seed=seed, batch_size=batch_size)
    )


def answer(
    agent: Agent,
    env_id: str,
    kwargs: Mapping[str, Any],
    tasks: range,
    *,
    wrappers: Wrappers = (),
    seed: int = 0,
    batch_size: int = 256,
) -> list[Episode]:
    """Answer consecutive tasks of a stream, each once; the arguments are those of `evaluate`."""
    if batch_size < 1:
        raise ValueError(f"Expected batch_size to be at least 1, actually: {batch_size}.")
    envs = make_envs(env_id, kwargs, min(batch_size, len(tasks)), wrappers)
    done: list[Episode] = []
    while len(done) < len(tasks):
        batch = envs[: len(tasks) - len(done)]
        groups = collect(batch, agent, seed=seed, first_episode=tasks[len(done)])
        done.extend(group[0] for group in groups)
    for env in envs:
        env.close()
    return done


def summarise(episodes: Sequence[Episode]) -> Evaluation:
    """What came out of episodes, one a task."""
    metrics = describe([episodes])
    scores = [one.verdict["score"] for one in episodes if "score" in one.verdict]
    metrics["standard_error"] = statistics.pstdev(scores) / math.sqrt(len(scores)) if scores else 0.0
    metrics["episodes"] = float(len(episodes))
    return Evaluation(metrics, list(episodes))
