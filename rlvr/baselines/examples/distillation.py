"""Distillation: a teacher's right answers, written down for others to learn.

- `distil(agent, ...)`: rejection sampling at the source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rlvr.agents.base import Agent
from rlvr.baselines.examples.traces import capped
from rlvr.baselines.rollout import ErrorWindow, collect, make_envs
from rlvr.baselines.run import json_lines
from rlvr.baselines.run.episodes import record
from rlvr.core import FinishReason, Status


def distil(
    agent: Agent,
    env_id: str,
    kwargs: Mapping[str, Any],
    path: str | Path,
    *,
    tasks: int,
    attempts: int = 1,
    per_task: int | None = None,
    wrappers: Sequence[Mapping[str, Any]] = (),
    seed: int = 0,
    batch_size: int = 256,
) -> dict[str, float]:
    """Have a teacher answer tasks, and write down what is right: rejection sampling at the source.

    The file is a log of episodes: `cold_start.traces` takes it, and `rlvr replay` judges it again.

    Args:
        agent: The teacher: `TransformersAgent.from_pretrained(folder)`, or any other agent.
        env_id: A registered id.
        kwargs: Its arguments; make sure that they are of training tasks.
        path: A file that is not there yet.
        tasks: How many tasks: the first ones of the stream.
        attempts: Answers to each.
        per_task: Most right answers kept of the attempts at a task: those of the highest reward, of these the shortest.
        wrappers: Put around the environment; see `rlvr.envs.wrapping`.
        seed: Of the stream of tasks.
        batch_size: Most conversations at a time.

    Returns:
        `answers` that were given, `right` ones, `kept` ones, which are those that were
        written (cut ones are not), and `solved` tasks.

    Raises:
        FileExistsError: The file is there already.
        VerifierFailure: Verifiers fail too often to go on; what was written before stays.
        ValueError: A number is less than 1.
    """
    for name, value in (("tasks", tasks), ("attempts", attempts), ("per_task", per_task), ("batch_size", batch_size)):
        if value is not None and value < 1:
            raise ValueError(f"Expected {name} to be at least 1, actually: {value}.")
    path = Path(path)
    if path.exists():
        raise FileExistsError(f"{path} is there already: name another file, or remove it.")
    at_once = min(tasks, max(1, batch_size // attempts))
    envs = make_envs(env_id, kwargs, at_once * attempts, wrappers)
    errors = ErrorWindow()
    counts = Counter({"answers": 0, "right": 0, "kept": 0, "solved": 0})
    for first in range(0, tasks, at_once):
        count = min(at_once, tasks - first)
        groups = collect(envs[: count * attempts], agent, seed=seed, first_episode=first, group_size=attempts)
        errors.add(groups)
        for group in groups:
            right = [episode for episode in group if episode.verdict["status"] == Status.CORRECT]
            whole = [episode for episode in right if episode.finish_reason != FinishReason.LENGTH]
            rank = [(-one.reward, sum(len(turn.text) for turn in one.turns)) for one in whole]
            kept = [whole[i] for i in capped([0] * len(whole), rank, per_task)]
            counts.update(answers=len(group), right=len(right), kept=len(kept), solved=bool(right))
            json_lines.append(
                path, [record(one, env_id=env_id, kwargs=kwargs, wrappers=wrappers, phase="distil") for one in kept]
            )
    for env in envs:
        env.close()
    return {name: float(value) for name, value in counts.items()}
