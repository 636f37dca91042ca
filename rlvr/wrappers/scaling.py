"""The reward so far, clipped or scaled. Both are terms too: the difference that they make.

- `ClipReward`: no lower than `low`, no higher than `high`.
- `ScaleReward`: times `factor`.

They look at the total of the terms inside of them, so their place in the stack matters, and they go inside of terms
that wait for the group.
"""

from __future__ import annotations

import math
from typing import Any

import gymnasium as gym

from rlvr.core import Observation
from rlvr.wrappers.base import RewardTerm, require_number, reward_terms
from rlvr.wrappers.bounds import CORRECT, Bounds
from rlvr.wrappers.finished import Finished


class ClipReward(RewardTerm):
    """Clip the reward.

    Formula: `min(max(total, low), high) - total`, where `total` is the sum of the terms inside. The reward is the
    clipped total, up to the rounding of one addition. Turns that are not the last, and verifier errors, pay 0.0
    whatever the limits.

    Bounds: the total's, each clipped; the term is their difference. A clip that would bring a wrong answer and a right
    one together is refused, unless `allow_inversion`. It commutes with no term that is not 0.0.

    Args:
        low: The least reward; `None` for no limit.
        high: The most; `None` for no limit. One of the two is given.
        common: `term` (`"clip"`) and `allow_inversion`, as for every term.

    Raises:
        ValueError: A limit is no finite number, there is none, or `low` is not below `high`.

    Source: as the reward clipping of Mnih et al. 2015, "Human-level control through deep reinforcement learning"
    (Methods), with limits of your own.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.scaling import ClipReward, ScaleReward
        >>> env = ClipReward(ScaleReward(gym.make("rlvr/Math-v0", families="sum"), factor=3.0), high=2.0)
        >>> _ = env.reset(seed=0)
        >>> _, reward, _, _, info = env.step(env.unwrapped.solution(env.unwrapped.task))
        >>> reward, info["reward_terms"]
        (2.0, {'correct': 1.0, 'scale': 2.0, 'clip': -1.0})
    """

    term_name = "clip"
    looks_at_total = True
    low: float | None
    high: float | None

    def __init__(
        self, env: gym.Env[Observation, str], *, low: float | None = None, high: float | None = None, **common: Any
    ) -> None:
        """Wrap `env`; see the class."""
        if low is None and high is None:
            raise ValueError("Expected low or high, actually: neither. Leave the wrapper out to clip nothing.")
        for name, limit in (("low", low), ("high", high)):
            if limit is not None:
                require_number(name, limit)
        if low is not None and high is not None and not low < high:
            raise ValueError(f"Expected low to be below high, actually: low={low!r}, high={high!r}.")
        super().__init__(env, low=low, high=high, **common)

    def value(self, finished: Finished) -> float:
        """What is missing to the limit, or too much."""
        return self._clipped(finished.total) - finished.total

    def bounds(self) -> Bounds:
        """See `RewardTerm.bounds`: over the totals that the terms inside can come to."""
        inner = _inside(self)
        # The higher the total, the lower the term.
        ends = [(self._clipped(end) - end for end in reversed(side)) for side in inner]
        return Bounds(*((low, high) for low, high in ends))

    def extend(self, inner: Bounds) -> Bounds:
        """The clipped bounds."""
        return Bounds(*((self._clipped(low), self._clipped(high)) for low, high in inner))

    def _clipped(self, total: float) -> float:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return float(min(max(total, low), high))


class ScaleReward(RewardTerm):
    """Scale the reward.

    Formula: `(factor - 1) * total`, where `total` is the sum of the terms inside. Monotone in the total; `factor=1.0`
    is the identity. Terms outside are not scaled.

    Bounds: the total's, times `factor`; the term is their difference. It commutes with no term that is not 0.0.

    Args:
        factor: What the reward is multiplied by; above 0.
        common: `term` (`"scale"`) and `allow_inversion`, as for every term.

    Raises:
        ValueError: `factor` is no finite number above 0.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.scaling import ScaleReward
        >>> env = ScaleReward(gym.make("rlvr/Math-v0", families="sum"), factor=0.5)
        >>> _ = env.reset(seed=0)
        >>> _, reward, _, _, info = env.step(env.unwrapped.solution(env.unwrapped.task))
        >>> reward, info["reward_terms"]
        (0.5, {'correct': 1.0, 'scale': -0.5})
    """

    term_name = "scale"
    looks_at_total = True
    factor: float

    def __init__(self, env: gym.Env[Observation, str], *, factor: float, **common: Any) -> None:
        """Wrap `env`; see the class."""
        require_number("factor", factor)
        if factor <= 0:
            raise ValueError(f"Expected factor to be above 0, actually: {factor!r}. Below, wrong answers would win.")
        super().__init__(env, factor=factor, **common)

    def value(self, finished: Finished) -> float:
        """What scaling adds."""
        return self._difference(finished.total)

    def bounds(self) -> Bounds:
        """See `RewardTerm.bounds`: over the totals that the terms inside can come to."""
        # A factor below 1 turns the ends round.
        ends = [sorted(map(self._difference, side)) for side in _inside(self)]
        return Bounds(*((low, high) for low, high in ends))

    def extend(self, inner: Bounds) -> Bounds:
        """The scaled bounds."""
        return Bounds(*((low * self.factor, high * self.factor) for low, high in inner))

    def _difference(self, total: float) -> float:
        return (self.factor - 1.0) * total + 0.0  # The addition makes 0.0 of -0.0.


def _inside(term: RewardTerm) -> Bounds:
    """The bounds of the reward inside of a term."""
    bounds = CORRECT
    for wrapper in reward_terms(term.env):
        bounds = wrapper.extend(bounds)
    return bounds
