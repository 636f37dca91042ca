"""Which groups of a batch are fit for training.

- `fault(group, size, by)`: why a group cannot be trained on, if so.
- `is_finished`, `staleness`: of an episode, of a group.
- `masked_if_cut`: overlong filtering, where no wrapper does it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from rlvr.baselines.rollout.rollout import Group
from rlvr.core import Episode, FinishReason, Status

Fault = Literal["error", "partial", "masked", "flat"]
FlatBy = Literal["reward", "score"]

_ROUNDING = 1e-9  # of sums of reward terms: a gate leaves 1e-16, not 0


def fault(group: Group, size: int, by: FlatBy = "reward") -> Fault | None:
    """Why a group of `size` episodes cannot be trained on, the first reason that holds; `None` if it can.

    - `"error"`: a verifier could not run. One missing reward would shift the whole group's baseline.
    - `"partial"`: an episode is missing, or did not end. The same.
    - `"masked"`: all of its episodes are masked, so there is nothing to learn from.
    - `"flat"`: `by` is equal for all of its episodes. A group of one has no spread and is never flat.
    """
    if any(episode.verdict["status"] == Status.ERROR for episode in group):
        return "error"
    if len(group) < size or not all(map(is_finished, group)):
        return "partial"
    if all(episode.masked for episode in group):
        return "masked"
    values = [episode.reward if by == "reward" else float(episode.verdict["score"]) for episode in group]
    # By what was paid, not by advantages: normalising would blow differences of rounding up.
    if size > 1 and max(values) - min(values) <= _ROUNDING:
        return "flat"
    return None


def is_finished(episode: Episode) -> bool:
    """Whether an episode was played to its end."""
    return episode.terminated or episode.truncated


def staleness(group: Group, policy_version: int) -> int:
    """Optimizer steps since the oldest episode of a group was sampled."""
    return policy_version - min(episode.policy_version for episode in group)


def masked_if_cut(episode: Episode) -> Episode:
    """The episode, masked as a wrapper would mask it if its last sample was cut."""
    if episode.finish_reason != FinishReason.LENGTH:
        return episode
    last = episode.turns[-1]
    turn = replace(last, info={**last.info, "masked": True})
    return replace(episode, turns=(*episode.turns[:-1], turn))
