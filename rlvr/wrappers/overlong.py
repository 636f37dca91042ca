"""`OverlongFilter`: marks the episodes that a learner leaves out of its loss because they were cut or are too long."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Completion, FinishReason, Info, Observation
from rlvr.wrappers.counting import counter as counter_named
from rlvr.wrappers.counting import length
from rlvr.wrappers.length import require_count


class OverlongFilter(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    """Say in `info["masked"]` whether the episode was cut or is too long, so that the learner masks its loss.

    A cut answer is judged by a verifier that never saw its end: punishing it punishes sound reasoning for its length.
    The reward stays as it is, and stays in the group's baseline; only the episode's own tokens give no gradient.

    `info["masked"]` is True on the last turn of an episode whose last action was cut (`finish_reason` is `"length"`)
    or, with `limit`, whose actions are longer than that together; on all other turns it is False. Several filters add
    up.

    Args:
        limit: Tokens above which an episode is masked although it was not cut; `None` leaves that rule out.
        counter: How text without tokens is counted, see `rlvr.wrappers.counting`; only `limit` needs it.

    It is no reward term: no bounds, and it commutes with all of them.

    Source: DAPO, section 3.4, "overlong filtering" (arXiv 2503.14476).

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.overlong import OverlongFilter
        >>> env = OverlongFilter(gym.make("rlvr/Math-v0", families="sum", level=1))
        >>> _ = env.reset(seed=0)
        >>> env.step(rlvr.Completion("So first I", finish_reason="length"))[4]["masked"]
        True
    """

    def __init__(self, env: gym.Env[Observation, str], *, limit: int | None = None, counter: str | None = None) -> None:
        """Wrap `env`.

        Raises:
            ValueError: `limit` is no positive integer, or `counter` names nothing that counts.
        """
        # First: else the wrapper is lost from the spec.
        RecordConstructorArgs.__init__(self, limit=limit, counter=counter)
        gym.Wrapper.__init__(self, env)
        if limit is not None:
            require_count("limit", limit, 1)
        if counter is not None:
            counter_named(counter)
        self.limit = limit
        self.counter = counter
        self._actions: tuple[str, ...] = ()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        result = self.env.reset(seed=seed, options=options)
        self._actions = ()
        return result

    def step(self, action: str) -> tuple[Observation, float, bool, bool, Info]:
        """Step, and say whether the episode is to be masked."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        self._actions += (action,)
        masked = (terminated or truncated) and (_is_cut(action) or self._is_long())
        info = {**info, "masked": masked or bool(info.get("masked", False))}
        return observation, float(reward), terminated, truncated, info

    def _is_long(self) -> bool:
        if self.limit is None:
            return False
        return length(self._actions, None if self.counter is None else counter_named(self.counter)) > self.limit


def _is_cut(action: str) -> bool:
    return isinstance(action, Completion) and action.finish_reason is FinishReason.LENGTH
