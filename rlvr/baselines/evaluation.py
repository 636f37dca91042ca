"""Evaluation: how often an agent is right, and how long its answers are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
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
    for name, value in (("episodes", episodes), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"Expected {name} to be at least 1, actually: {value}.")
    envs = make_envs(env_id, kwargs, min(batch_size, episodes), wrappers)
    done: list[Episode] = []
    while len(done) < episodes:
        batch = envs[: episodes - len(done)]
        groups = collect(batch, agent, seed=seed, first_episode=len(done))
        done.extend(group[0] for group in groups)
    for env in envs:
        env.close()
    metrics = describe([done])
    scores = [one.verdict["score"] for one in done if "score" in one.verdict]
    metrics["standard_error"] = statistics.pstdev(scores) / math.sqrt(len(scores)) if scores else 0.0
    metrics["episodes"] = float(episodes)
    return Evaluation(metrics, done)
