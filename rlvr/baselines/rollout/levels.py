"""A curriculum over a whole batch: one level for all environments, moved by all their verdicts.

- `SharedLevels`: what a learner keeps of the `Curriculum` wrappers around its environments.
- `at_level(kwargs, wrappers, level)`: an environment's description with the level written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import gymnasium as gym

from rlvr.core import Episode, Status
from rlvr.wrappers.curriculum import Curriculum


class SharedLevels:
    """Keeps the members of a group, and all groups of a batch, at one level; without a curriculum it does nothing."""

    def __init__(self, envs: Sequence[gym.Env[Any, Any]]) -> None:
        """Take over from the wrappers around `envs`; the first one says how the level follows the success rate."""
        self._wrappers = [wrapper for env in envs if (wrapper := _curriculum(env)) is not None]
        self.levels = deepcopy(self._wrappers[0].levels) if self._wrappers else None

    def tell(self) -> None:
        """Set the level of every environment, before a batch is sampled."""
        for wrapper in self._wrappers:
            assert self.levels is not None
            wrapper.set_level(self.levels.level)

    def add(self, groups: Sequence[Sequence[Episode]]) -> None:
        """Count the verdicts of a batch; those of a verifier that failed count for nothing."""
        if self.levels is None:
            return
        for group in groups:
            for episode in group:
                if episode.verdict["status"] != Status.ERROR:
                    self.levels.add(episode.verdict["status"] == Status.CORRECT)

    def state_dict(self) -> dict[str, int] | None:
        """What a checkpoint keeps."""
        return None if self.levels is None else self.levels.state_dict()

    def load_state_dict(self, state: Mapping[str, int] | None) -> None:
        """Go on from a checkpoint."""
        if self.levels is not None and state is not None:
            self.levels.load_state_dict(state)


def _curriculum(env: gym.Env[Any, Any]) -> Curriculum | None:
    while isinstance(env, gym.Wrapper):
        if isinstance(env, Curriculum):
            return env
        env = env.env
    return None


def without_curriculum(wrappers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The wrappers of an environment but for its curriculum."""
    return [dict(one) for one in wrappers if one.get("name") != "Curriculum"]


def at_level(
    kwargs: Mapping[str, Any], wrappers: Sequence[Mapping[str, Any]], level: int | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Arguments and wrappers that make the environment of one level without the curriculum around it."""
    chosen = dict(kwargs)
    for one in wrappers:
        if one.get("name") == "Curriculum" and level is not None:
            chosen |= one["kwargs"]["levels"][level]
    return chosen, without_curriculum(wrappers)
