"""Terms for a length that the prompt asks for.

- `L1Exact`: as long as asked for.
- `L1Max`: no longer than asked for.
- `DiscreteTargets`: as long as asked for, with a few lengths to ask for.
- `LengthTarget`: their base, which draws the target and says it.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

from rlvr.core import Info, Observation
from rlvr.seeding import StreamKey
from rlvr.wrappers.base import Result, require_number, reward_terms
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.length import Env, LengthTerm, by_preset, penalty, penalty_bounds, require_count
from rlvr.wrappers.messages import appended, question, replaced


class LengthTarget(LengthTerm):
    """A term whose target is drawn for each task and said at the end of the opening's last user message.

    The target is a pure function of the class, the arguments that say what there is to draw, and the task's id. So all
    members of a group are asked for the same length, a task is asked alike whenever it comes, and other weights draw
    the same targets.

    `info["length_target"]` has the target, on reset and on every step. What `env.unwrapped` renders does not have it.

    Args of the base: those of `LengthTerm`, and `template`, what is said, with `{target}` in it.
    """

    template: str

    def __init__(self, env: Env, *, template: str, **arguments: Any) -> None:
        """Wrap `env`.

        Raises:
            ValueError: The template has no place for the target, or another wrapper asks for a length already.
        """
        if not isinstance(template, str) or "{target}" not in template:
            raise ValueError(f'Expected template to be a text with "{{target}}" in it, actually: {template!r}.')
        if any(isinstance(wrapper, LengthTarget) for wrapper in reward_terms(env)):
            raise ValueError(f"Expected one wrapper that asks for a length, actually: two, in {env}. Leave one out.")
        super().__init__(env, template=template, **arguments)
        self._key = ("length target", type(self).__name__, json.dumps(self.draw_arguments()))
        self._target = 0

    @abstractmethod
    def draw_arguments(self) -> list[int]:
        """The arguments that say what there is to draw."""

    @abstractmethod
    def targets(self) -> Sequence[int]:
        """What the target is drawn from, all equally often."""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, for a length."""
        observation, info = super().reset(seed=seed, options=options)
        self._target = StreamKey(*self._key, info["task"]).at(0, 0).choice(self.targets())
        said = self.template.replace("{target}", str(self._target))
        index = question(observation)
        asked = replaced(observation, index, appended(observation[index]["content"], said))
        return asked, {**info, "length_target": self._target}

    def step(self, action: str) -> Result:
        """Step, and add the term."""
        observation, reward, terminated, truncated, info = super().step(action)
        return observation, reward, terminated, truncated, {**info, "length_target": self._target}


class L1Exact(LengthTarget):
    """As long as the prompt asks for, for right and wrong answers alike.

    Formula: `max(floor, -alpha * |target - length|)`, so that the reward is `correct - alpha * |target - length|`.

    Args:
        low, high: Least and greatest target, both included.
        alpha: Price of each token more or less; 0 switches the term off.
        floor: The least that the term can come to, at most 0: -0.5, and -1.2 with `preset="paper"`, which is where the
            greatest gap within the paper's own targets and context leads.
        template: What is said, with `{target}` in it.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[floor, 0]`, right or wrong. Falls with the distance from the target, down to the floor. Commutes with
    every term that does not look at the total.

    Source: L1, Aggarwal and Welleck, LCPO-Exact (arXiv 2503.04697). The floor is ours: the formula has none.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length_targets import L1Exact
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1, instruction="")
        >>> env = L1Exact(env, low=7, high=7, alpha=0.01, counter="rlvr.wrappers.counting:words")
        >>> observation, info = env.reset(seed=0)
        >>> observation[0]["content"].endswith("Think for 7 tokens."), info["length_target"]
        (True, 7)
        >>> env.step("no idea")[4]["reward_terms"]
        {'correct': 0.0, 'l1_exact': -0.05}
    """

    term_name = "l1_exact"
    low: int
    high: int
    alpha: float
    floor: float

    def __init__(
        self,
        env: Env,
        *,
        low: int = 100,
        high: int = 4000,
        alpha: float = 3e-4,
        floor: float | None = None,
        template: str = "Think for {target} tokens.",
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        _require_range(low, high)
        floor = by_preset(floor, common, rlvr=-0.5, paper=-1.2)
        require_number("alpha", alpha, low=0.0)
        require_number("floor", floor, high=0.0)
        super().__init__(env, low=low, high=high, alpha=alpha, floor=floor, template=template, **common)

    def draw_arguments(self) -> list[int]:
        """The range."""
        return [self.low, self.high]

    def targets(self) -> Sequence[int]:
        """The whole range."""
        return range(self.low, self.high + 1)

    def bounds(self) -> Bounds:
        """From the floor to 0."""
        return penalty_bounds(self.alpha, self.floor)

    def value(self, finished: Finished) -> float:
        """The price of the distance from the target."""
        return penalty(abs(self._target - self.length_of(finished)), self.alpha, self.floor)


class L1Max(LengthTarget):
    """No longer than the prompt asks for: a right answer is worth less the longer it is, and least beyond the target.

    Formula: for right answers `weight * (clip(alpha * (target - length) + delta, 0, 1) - 1)`, for all others 0; with
    `weight` 1 the reward is the paper's `correct * clip(alpha * (target - length) + delta, 0, 1)`.

    Args:
        low, high: Least and greatest target, both included.
        alpha: What each token is worth.
        delta: Share that is left at the target, in [0, 1].
        weight: Factor of the term: 0.5, and 1.0 with `preset="paper"`; 0 switches it off.
        template: What is said, with `{target}` in it.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: for right answers from `-weight` to `weight * (min(1, alpha * high + delta) - 1)`, for all others 0. Never
    rises with the length. Commutes with every term that does not look at the total.

    Source: L1, Aggarwal and Welleck, LCPO-Max (arXiv 2503.04697). With its own weight a right answer can come to 0.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length_targets import L1Max
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = L1Max(env, low=1, high=1, counter="rlvr.wrappers.counting:words")
        >>> _ = env.reset(seed=0)
        >>> env.step(env.unwrapped.solution(env.unwrapped.task).split()[-1])[1]
        0.75
    """

    term_name = "l1_max"
    low: int
    high: int
    alpha: float
    delta: float
    weight: float

    def __init__(
        self,
        env: Env,
        *,
        low: int = 100,
        high: int = 4000,
        alpha: float = 3e-4,
        delta: float = 0.5,
        weight: float | None = None,
        template: str = "Think for at most {target} tokens.",
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        _require_range(low, high)
        weight = by_preset(weight, common, rlvr=0.5, paper=1.0)
        require_number("alpha", alpha, low=0.0)
        require_number("delta", delta, 0.0, 1.0)
        require_number("weight", weight, low=0.0)
        super().__init__(env, low=low, high=high, alpha=alpha, delta=delta, weight=weight, template=template, **common)

    def draw_arguments(self) -> list[int]:
        """The range."""
        return [self.low, self.high]

    def targets(self) -> Sequence[int]:
        """The whole range."""
        return range(self.low, self.high + 1)

    def bounds(self) -> Bounds:
        """From nothing left of a right answer to all that the greatest target leaves."""
        least = -1.0 if self.alpha > 0 else self.delta - 1.0
        return Bounds((self.weight * least, self.weight * (self._share(self.high) - 1.0)), (0.0, 0.0))

    def value(self, finished: Finished) -> float:
        """What a right answer loses."""
        if not finished.right:
            return 0.0
        return self.weight * (self._share(self._target - self.length_of(finished)) - 1.0) + 0.0  # Not -0.0.

    def _share(self, spare: int) -> float:
        return min(1.0, max(0.0, self.alpha * spare + self.delta))


class DiscreteTargets(LengthTarget):
    """As long as the prompt asks for, where there are only a few lengths to ask for.

    Formula: `max(floor, -alpha * |target - length|)`, for right and wrong answers alike.

    Args:
        lengths: The targets, all equally often.
        alpha: Price of each token more or less; 0 switches the term off.
        floor: The least that the term can come to, at most 0: -0.5, and -9.6 with `preset="paper"`, which is 32,000
            tokens off.
        template: What is said, with `{target}` in it.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[floor, 0]`, right or wrong. Falls with the distance from the target, down to the floor. Commutes with
    every term that does not look at the total.

    Source: INTELLECT-2 (arXiv 2505.07291). The floor is ours: the formula has none.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length_targets import DiscreteTargets
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = DiscreteTargets(env, lengths=[7], alpha=0.01, counter="rlvr.wrappers.counting:words")
        >>> env.reset(seed=0)[0][-1]["content"].endswith("Think for 7 tokens before giving a response.")
        True
        >>> env.step("no idea")[1]
        -0.05
    """

    term_name = "length_target"
    lengths: list[int]
    alpha: float
    floor: float

    def __init__(
        self,
        env: Env,
        *,
        lengths: Sequence[int] = (2000, 4000, 6000, 8000, 10000),
        alpha: float = 3e-4,
        floor: float | None = None,
        template: str = "Think for {target} tokens before giving a response.",
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        if not isinstance(lengths, (list, tuple)) or not lengths:
            raise ValueError(f"Expected lengths to be a list of at least one length, actually: {lengths!r}.")
        for one in lengths:
            require_count("each of lengths", one, 1)
        floor = by_preset(floor, common, rlvr=-0.5, paper=-9.6)
        require_number("alpha", alpha, low=0.0)
        require_number("floor", floor, high=0.0)
        super().__init__(env, lengths=list(lengths), alpha=alpha, floor=floor, template=template, **common)

    def draw_arguments(self) -> list[int]:
        """The list."""
        return self.lengths

    def targets(self) -> Sequence[int]:
        """The list."""
        return self.lengths

    def bounds(self) -> Bounds:
        """From the floor to 0."""
        return penalty_bounds(self.alpha, self.floor)

    def value(self, finished: Finished) -> float:
        """The price of the distance from the target."""
        return penalty(abs(self._target - self.length_of(finished)), self.alpha, self.floor)


def _require_range(low: int, high: int) -> None:
    require_count("low", low, 1)
    require_count("high", high, 1)
    if high < low or high >= 1 << 31:
        raise ValueError(f"Expected high to be from low={low} to below 2**31, actually: {high}.")
