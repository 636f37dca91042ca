"""States inside episodes, and what comes of them when the policy goes on from there.

- `State`: a place in an episode, before one of its tokens.
- `Continues`: what an agent has to be able to do.
- `continuations`: several for each state, each in an environment of its own.

A state is reached again, not remembered: tasks are a function of seed and episode number, environments of what is said
to them, so the task is asked once more and the earlier answers are said as they were; their verdicts are in the cache.
Inside an answer the policy goes on from the tokens, which are not encoded again.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import gymnasium as gym

from rlvr.agents.base import Conversation
from rlvr.core import Completion, Episode, Message, Status, Turn
from rlvr.envs.stepping import step_many


class Continues(Protocol):
    """An agent that goes on with what was begun, as `TransformersAgent` does."""

    def begin(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """An answer to each conversation of which nothing is said yet."""
        ...

    def complete(self, begun: Sequence[Completion], *, max_new_tokens: int | None = None) -> list[Completion]:
        """The whole answers, whose tokens begin with what was begun."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """A place in an episode."""

    episode: Episode
    turn: int
    """The answer that the place is in, from 0."""
    tokens: int = 0
    """How many of that answer's `output_ids` stand before it."""

    def key(self) -> bytes:
        """Equal for places that are the same: the same task, the same answers and the same tokens before.

        A digest (SHA-256), as the tokens before each of many places in a long answer are too many to keep.
        """
        episode = self.episode
        digest = sha256(repr((episode.seed, episode.group[1], episode.task, _level(episode))).encode())
        for number, turn in enumerate(episode.turns[: self.turn + 1]):
            ids = turn.output_ids if number < self.turn else turn.output_ids[: self.tokens]
            digest.update(repr((len(turn.prompt_ids), len(ids))).encode())
            digest.update(array("q", (*turn.prompt_ids, *ids)).tobytes())
        return digest.digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a continuation."""

    reached: bool = True
    """Whether the state could be reached: not if its task was another one, or an earlier answer had other
    consequences than it had, such as a verifier that could not run."""
    reward: float | None = None
    """The rewards from the state on, the whole reward of its turn included; none if it was not reached, or if the
    verifier could not run at the end."""
    tokens: int = 0
    """How many were sampled."""


def continuations(
    envs: Sequence[gym.Env[Any, Any]],
    agent: Continues,
    states: Sequence[State],
    *,
    samples: int,
    max_new_tokens: int | None = None,
) -> list[list[Outcome]]:
    """Have an agent play on from each state, to the end of the episode.

    Args:
        envs: As those that the episodes were played in. They are reset; as many continuations as there are environments
            are played at once.
        agent: Who goes on.
        states: Where.
        samples: Continuations of each state.
        max_new_tokens: The most tokens that are sampled for one answer, besides the agent's own budget.

    Returns:
        `samples` outcomes for each state.
    """
    wanted = [state for state in states for _ in range(samples)]
    outcomes: list[Outcome] = []
    for start in range(0, len(wanted), len(envs)):
        chunk = wanted[start : start + len(envs)]
        outcomes += _play(envs[: len(chunk)], agent, chunk, max_new_tokens)
    return [outcomes[start : start + samples] for start in range(0, len(outcomes), samples)]


def _play(
    envs: Sequence[gym.Env[Any, Any]], agent: Continues, states: Sequence[State], max_new_tokens: int | None
) -> list[Outcome]:
    """One continuation of each state, each in its environment."""
    conversations = _reach(envs, states)
    outcomes = [Outcome(reached=conversation is not None) for conversation in conversations]
    alive = {i: conversation for i, conversation in enumerate(conversations) if conversation is not None}
    rewards: list[list[float]] = [[] for _ in states]
    tokens = [-state.tokens for state in states]
    begun = [_begun(states[i]) for i in alive]
    while alive:
        answers = agent.complete(begun, max_new_tokens=max_new_tokens)
        results = step_many([envs[i] for i in alive], answers)
        for i, answer, (observation, reward, terminated, truncated, info) in zip(
            list(alive), answers, results, strict=True
        ):
            alive[i] += [{"role": "assistant", "content": answer}, *observation]
            rewards[i].append(float(reward))
            tokens[i] += len(answer.token_ids or ())
            if terminated or truncated:
                failed = info["verdict"]["status"] == Status.ERROR
                outcomes[i] = Outcome(reward=None if failed else math.fsum(rewards[i]), tokens=tokens[i])
                del alive[i]
        begun = agent.begin(list(alive.values())) if alive else []
    return outcomes


def _reach(envs: Sequence[gym.Env[Any, Any]], states: Sequence[State]) -> list[list[Message] | None]:
    """Bring each environment to its state: the conversation up to the answer that the state is in, none where it fails.

    What comes of an earlier answer is held to what came of it before: reply, reward, and that the episode goes on.
    """
    reached: list[list[Message] | None] = []
    for env, state in zip(envs, states, strict=True):
        episode = state.episode
        level = _level(episode)
        if level is not None and env.has_wrapper_attr("set_level"):  # A curriculum may have moved on since.
            env.get_wrapper_attr("set_level")(level)
        observation, info = env.reset(seed=episode.seed, options={"episode": episode.group[1]})
        said = list(observation)
        reached.append(said if str(info["task"]) == episode.task and _agree(said, episode) else None)
    for number in range(max((state.turn for state in states), default=0)):
        going_on = [(i, said) for i, said in enumerate(reached) if said is not None and number < states[i].turn]
        turns = [states[i].episode.turns[number] for i, _ in going_on]
        answers = [_answer(turn) for turn in turns]
        results = step_many([envs[i] for i, _ in going_on], answers)
        for (i, said), turn, answer, (observation, reward, terminated, truncated, _) in zip(
            going_on, turns, answers, results, strict=True
        ):
            said += [{"role": "assistant", "content": answer}, *observation]
            same = reward == turn.reward and not (terminated or truncated)
            if not (same and _agree(said, states[i].episode)):
                reached[i] = None
    return reached


def _agree(said: Sequence[Message], episode: Episode) -> bool:
    """Whether an episode begins with this conversation, and an answer comes next."""
    following = episode.messages[len(said) : len(said) + 1]
    same = list(said) == list(episode.messages[: len(said)])
    return same and bool(following) and following[0]["role"] == "assistant"


def _answer(turn: Turn) -> Completion:
    """What was said in a turn, as it was said."""
    return Completion(
        turn.text,
        token_ids=turn.output_ids,
        logprobs=turn.output_logprobs,
        prompt_ids=turn.prompt_ids,
        finish_reason=turn.finish_reason,
    )


def _begun(state: State) -> Completion:
    """The tokens of an answer up to a state."""
    turn = state.episode.turns[state.turn]
    return Completion(
        token_ids=turn.output_ids[: state.tokens],
        logprobs=turn.output_logprobs[: state.tokens],
        prompt_ids=turn.prompt_ids,
    )


def _level(episode: Episode) -> Any:
    """The level of the curriculum that an episode was asked at, if there is one."""
    return episode.turns[0].info.get("level")
