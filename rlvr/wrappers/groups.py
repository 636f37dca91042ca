"""Terms that need the whole group: what an answer is worth beside the others to the same task.

Inside `step` such a term is 0.0, for the group is not there yet. Where groups are gathered, `settle` computes it for
the finished group and adds it to the last turn of each episode, after the per-episode terms. The rollouts of
`rlvr.baselines` do so by themselves; whoever gathers groups otherwise, from a vector environment for one, calls
`settle`, or `values` of the term: until then it is 0.0.

- `GroupTerm`: the base of such terms.
- `Member`: what a group term sees of each episode.
- `settle(env, group)`: the episodes of a group with the group terms of their environment.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import gymnasium as gym

from rlvr.core import Completion, Episode, Status, Turn
from rlvr.wrappers.base import RewardTerm, reward_terms
from rlvr.wrappers.counting import counter, length
from rlvr.wrappers.finished import Finished


@dataclass(frozen=True, slots=True)
class Member:
    """One episode of a finished group."""

    right: bool
    """Whether its verdict is `correct`."""
    length: int
    """Tokens that it sampled over all turns, or what the term's counter makes of them."""
    reward: float
    """Its return so far: all terms but the group terms outside of this one."""


class GroupTerm(RewardTerm):
    """A term that is computed over a finished group.

    Args of the base: those of `RewardTerm`, and `counter` for actions that do not know their tokens.
    """

    needs_group = True
    counter: str | None

    def value(self, finished: Finished) -> float:
        """0.0: the group is not there yet."""
        return 0.0

    @abstractmethod
    def values(self, group: Sequence[Member]) -> list[float]:
        """What the term is worth for each member of a group."""


def settle(env: gym.Env[Any, Any], group: Sequence[Episode]) -> list[Episode]:
    """The episodes of a group with the group terms of their environment, innermost first.

    A group with an episode whose verifier failed is left as it is: no learner takes it.

    Args:
        env: One of the environments that the group was played in; they are wrapped alike.
        group: Finished episodes of one task.
    """
    terms = [wrapper for wrapper in reward_terms(env) if isinstance(wrapper, GroupTerm)]
    episodes = list(group)
    if not terms or any(episode.verdict["status"] == Status.ERROR for episode in episodes):
        return episodes
    for wrapper in terms:
        count = None if wrapper.counter is None else counter(wrapper.counter)
        members = [
            Member(
                right=bool(episode.verdict["status"] == Status.CORRECT),
                length=length([_said(turn) for turn in episode.turns], count),
                reward=episode.reward,
            )
            for episode in episodes
        ]
        values = wrapper.values(members)
        episodes = [_with_term(episode, wrapper.term, value) for episode, value in zip(episodes, values, strict=True)]
    return episodes


def _said(turn: Turn) -> Completion:
    """What a turn says. A turn has no tokens where they are not known, but none is also what says nothing."""
    return Completion(turn.text, token_ids=turn.output_ids if turn.output_ids or not turn.text else None)


def _with_term(episode: Episode, term: str, value: float) -> Episode:
    """The episode with a term on its last turn."""
    last = episode.turns[-1]
    terms = {**last.info["reward_terms"], term: float(value)}
    turn = replace(last, reward=math.fsum(terms.values()), info={**last.info, "reward_terms": terms})
    return replace(episode, turns=(*episode.turns[:-1], turn))
