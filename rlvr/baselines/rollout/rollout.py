"""Rollouts: episodes from lists of environments and an agent, in groups that answer the same task.

- `make_envs`: the environments of a batch.
- `collect`: one episode from each.
- `ErrorWindow`: stops training when failures are more than an accident.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym

from rlvr.agents.base import Agent, SeesEnvironments
from rlvr.core import Completion, Episode, Message, Status, Turn
from rlvr.envs.stepping import step_many
from rlvr.envs.wrapping import Wrappers, wrapping
from rlvr.wrappers.groups import settle

Group = list[Episode]


class VerifierFailure(RuntimeError):
    """Verifiers fail too often to go on training."""


def make_envs(env_id: str, kwargs: Mapping[str, Any], count: int, wrappers: Wrappers = ()) -> list[gym.Env[Any, Any]]:
    """`count` environments of one id, without Gymnasium's passive checker, each with wrappers around it."""
    wrap = wrapping(wrappers)
    return [wrap(gym.make(env_id, disable_env_checker=True, **kwargs)) for _ in range(count)]


def collect(
    envs: Sequence[gym.Env[Any, Any]],
    agent: Agent,
    *,
    seed: int,
    first_episode: int = 0,
    numbers: Sequence[tuple[int, int]] | None = None,
    group_size: int = 1,
    policy_version: int = 0,
) -> list[Group]:
    """Run one episode in each environment.

    Args:
        envs: `groups * group_size` environments; consecutive ones form a group.
        agent: Who answers; all live conversations of a turn are one batch.
        seed: Of the stream of tasks.
        first_episode: The first group gets this episode of the stream, the next group the next one.
        numbers: For groups that do not follow one another: each one's (group, episode number within the stream), which
            its episodes then have as `Episode.group`. In place of `first_episode`.
        group_size: Episodes a task.
        policy_version: Written into the episodes.

    Returns:
        The groups, each `group_size` episodes of one task, with the terms that compare the members of a group.

    Raises:
        ValueError: `group_size` does not divide the number of environments, `numbers` is not as long as there are
            groups, or a group was asked different tasks.
        TypeError: An environment does not observe messages.
    """
    if group_size < 1 or len(envs) % group_size:
        raise ValueError(f"Expected group_size to divide the {len(envs)} environments, actually: {group_size}.")
    if numbers is None:
        numbers = [(i, first_episode + i) for i in range(len(envs) // group_size)]
    if len(numbers) != len(envs) // group_size:
        raise ValueError(
            f"Expected one (group, episode) in numbers for each of the {len(envs) // group_size} groups, actually: "
            f"{len(numbers)}."
        )
    conversations: list[list[Message]] = []
    tasks: list[str] = []
    for i, env in enumerate(envs):
        observation, info = env.reset(seed=seed, options={"episode": numbers[i // group_size][1]})
        if not isinstance(observation, tuple):
            raise TypeError(
                f"Expected the environment to observe messages, actually: {observation!r:.80}. "
                "Agents answer conversations: leave TextObservation out."
            )
        conversations.append(list(observation))
        tasks.append(info["task"])
        if tasks[i] != tasks[i - i % group_size]:
            raise ValueError(
                f"Expected the members of a group to be asked one task, actually: {tasks[i - i % group_size]!r} and "
                f"{tasks[i]!r}. Make their environments alike; of rlvr.wrappers.Curriculum, set_level on all of them."
            )
    turns: list[list[Turn]] = [[] for _ in envs]
    ends: list[tuple[bool, bool]] = [(False, False)] * len(envs)
    alive = list(range(len(envs)))
    while alive:
        if isinstance(agent, SeesEnvironments):
            agent.see([envs[i] for i in alive])
        acted = agent.act([conversations[i] for i in alive])
        answers = [answer if isinstance(answer, Completion) else Completion(answer) for answer in acted]
        results = step_many([envs[i] for i in alive], answers)
        going_on = []
        for i, answer, (observation, reward, terminated, truncated, info) in zip(alive, answers, results, strict=True):
            conversations[i].append({"role": "assistant", "content": answer})
            conversations[i].extend(observation)
            turns[i].append(_turn(answer, float(reward), info))
            ends[i] = (terminated, truncated)
            if not (terminated or truncated):
                going_on.append(i)
        alive = going_on
    episodes = [
        Episode(
            task=str(turns[i][-1].info["task"]),
            group=numbers[i // group_size],
            turns=tuple(turns[i]),
            terminated=ends[i][0],
            truncated=ends[i][1],
            policy_version=policy_version,
            messages=tuple(conversations[i]),
            seed=seed,
        )
        for i in range(len(envs))
    ]
    starts = range(0, len(episodes), group_size)
    return [settle(envs[start], episodes[start : start + group_size]) for start in starts]


def _turn(answer: Completion, reward: float, info: dict[str, Any]) -> Turn:
    ids = answer.token_ids or ()
    return Turn(
        prompt_ids=answer.prompt_ids or (),
        output_ids=ids,
        output_logprobs=answer.logprobs or (),
        output_mask=(1,) * len(ids),
        reward=reward,
        info=info,
        text=str(answer),
        finish_reason=answer.finish_reason,
    )


class ErrorWindow:
    """Counts verifier errors over the last episodes and stops training when they exceed a share of the window."""

    def __init__(self, *, size: int = 1000, tolerated: float = 0.01) -> None:
        """Tolerate `tolerated * size` errors among the last `size` episodes."""
        self._recent: deque[bool] = deque(maxlen=size)
        self._allowed = tolerated * size

    def add(self, groups: Sequence[Group]) -> int:
        """Count the errors of a batch.

        Returns:
            How many of its episodes ended in one.

        Raises:
            VerifierFailure: There are too many; the message gives the last cause.
        """
        reasons = []
        for episode in (episode for group in groups for episode in group):
            failed = episode.verdict["status"] == Status.ERROR
            self._recent.append(failed)
            if failed:
                reasons.append(f"task {episode.task!r}: {episode.verdict['reason']}")
        total = sum(self._recent)
        if reasons and total > self._allowed:
            raise VerifierFailure(
                f"The verifier failed in {total} of the last {len(self._recent)} episodes, more than the "
                f"{self._allowed:g} that are tolerated. The last one, {reasons[-1]} Mend the verifier, then resume."
            )
        return len(reasons)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint keeps."""
        return {"recent": list(self._recent)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._recent.clear()
        self._recent.extend(state["recent"])
