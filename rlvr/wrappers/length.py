"""Terms for the length of one episode, and what the other length terms share.

- `LengthPenalty`: a price for every token beyond a target.
- `SoftOverlong`: DAPO's ramp before the limit.
- `Cosine`: a cosine schedule, one for right answers and one for wrong ones.
- `GrowingTarget`: `LengthPenalty` with a target that moves while training goes on.
- `LengthTerm`, `Scheduled`: bases, for terms that look at the length and for terms that follow training.

Length is the number of sampled tokens over all turns where the actions know them (`Completion.token_ids`), else what
`counter` makes of their texts (`rlvr.wrappers.counting`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import gymnasium as gym

from rlvr.core import Observation
from rlvr.wrappers.base import RewardTerm, require_number
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.counting import counter as counter_named
from rlvr.wrappers.counting import length
from rlvr.wrappers.finished import Finished

Env = gym.Env[Observation, str]


class LengthTerm(RewardTerm):
    """A term that looks at how long the episode's actions are, all turns together.

    Args of the base: those of `RewardTerm`, and `counter` for actions that do not know their tokens.
    """

    counter: str | None

    def __init__(self, env: Env, *, counter: str | None = None, **arguments: Any) -> None:
        """Wrap `env`.

        Raises:
            ValueError: `counter` names nothing that counts.
        """
        if counter is not None:
            counter_named(counter)
        super().__init__(env, counter=counter, **arguments)

    def length_of(self, finished: Finished) -> int:
        """Tokens of the episode's actions."""
        return length(finished.actions, None if self.counter is None else counter_named(self.counter))


class Scheduled(RewardTerm):
    """A term that depends on how far training is. The learner says so (`report_progress`); nothing else moves it."""

    progress: float
    """Share of training that is done, in [0, 1]. A spec has what the wrapper was made with."""

    def set_progress(self, fraction: float) -> None:
        """Say how far training is.

        Raises:
            ValueError: `fraction` is not between 0 and 1.
        """
        require_number("fraction", fraction, 0.0, 1.0)
        self.progress = float(fraction)


class LengthPenalty(LengthTerm):
    """A price for every token beyond a target, up to a floor, for right and wrong answers alike.

    Formula: `max(floor, -weight * max(0, length - target) / 1000)`.

    Args:
        target: Tokens that are free.
        weight: Price of 1,000 tokens beyond it; 0 switches the term off.
        floor: The least that the term can come to, at most 0.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[floor, 0]`, right or wrong. Never rises with the length. Commutes with every term that does not look at
    the total.

    Source: the plainest form of what the others here refine; the numbers are ours.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length import LengthPenalty
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = LengthPenalty(env, target=3, weight=50, counter="rlvr.wrappers.counting:words")
        >>> _ = env.reset(seed=0)
        >>> env.step("I give up, sorry.")[4]["reward_terms"]
        {'correct': 0.0, 'length': -0.05}
    """

    term_name = "length"
    target: int
    weight: float
    floor: float

    def __init__(
        self, env: Env, *, target: int = 2048, weight: float = 0.1, floor: float = -0.2, **common: Any
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_count("target", target, 0)
        require_number("weight", weight, low=0.0)
        require_number("floor", floor, high=0.0)
        super().__init__(env, target=target, weight=weight, floor=floor, **common)

    def bounds(self) -> Bounds:
        """From the floor to 0."""
        return penalty_bounds(self.weight, self.floor)

    def value(self, finished: Finished) -> float:
        """The price of the tokens beyond the target."""
        return penalty(self.length_of(finished) - self.target, self.weight / 1000, self.floor)


class SoftOverlong(LengthTerm):
    """Soft overlong punishment: a ramp over the last tokens before the limit, for right and wrong answers alike.

    Formula, with `start = limit - buffer`: 0 up to `start`, then `weight * (start - length) / buffer`, and `-weight`
    beyond `limit`. It stays there: some implementations let the ramp go on.

    Args:
        limit: Length at which the punishment is full (L_max).
        buffer: Tokens before it over which the punishment grows (L_cache).
        weight: The full punishment: 0.2, and 1.0 with `preset="paper"`.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[-weight, 0]`, right or wrong. Never rises with the length. Commutes with every term that does not look at
    the total.

    Source: DAPO, section 3.4, equation 13 (arXiv 2503.14476), which has 20,480 and 4,096. There wrong answers score -1,
    so that a right answer with the full punishment still beats a short wrong one; here wrong answers score 0, and the
    two would be level.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length import SoftOverlong
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = SoftOverlong(env, limit=4, buffer=4, counter="rlvr.wrappers.counting:words")
        >>> _ = env.reset(seed=0)
        >>> env.step("no idea")[4]["reward_terms"]
        {'correct': 0.0, 'overlong': -0.1}
    """

    term_name = "overlong"
    limit: int
    buffer: int
    weight: float

    def __init__(
        self, env: Env, *, limit: int = 20480, buffer: int = 4096, weight: float | None = None, **common: Any
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_count("limit", limit, 1)
        require_count("buffer", buffer, 1)
        if buffer > limit:
            raise ValueError(f"Expected buffer to be at most limit={limit}, actually: {buffer}.")
        weight = by_preset(weight, common, rlvr=0.2, paper=1.0)
        require_number("weight", weight, low=0.0)
        super().__init__(env, limit=limit, buffer=buffer, weight=weight, **common)

    def bounds(self) -> Bounds:
        """From the full punishment to none."""
        return penalty_bounds(self.weight, -self.weight)

    def value(self, finished: Finished) -> float:
        """Where the length is on the ramp."""
        return penalty(self.length_of(finished) - (self.limit - self.buffer), self.weight / self.buffer, -self.weight)


class Cosine(LengthTerm):
    """A cosine schedule over the length: short right answers are worth more, and short wrong ones cost more.

    Formula: the answer comes to `long + (short - long) * (1 + cos(pi * length / limit)) / 2`, where `short` is its
    worth at length 0 and `long` at `limit`, and stays there beyond: the cosine never turns up again. With `exceed`,
    whatever reaches the limit comes to that instead, right or wrong. The term is `weight` times the difference from
    1 for right answers and from 0 for all others.

    Args:
        limit: Length at which the schedule ends, in tokens; by default the authors' generation limit.
        right_short, right_long: What a right answer comes to at length 0 and at the limit.
        wrong_short, wrong_long: The same for all others.
        exceed: What an answer that reaches the limit comes to; `None` leaves that rule out.
        weight: Factor of the term; 0 switches it off.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Defaults: right 1.0 to 0.8, wrong -0.2 to 0.0, no `exceed`. With `preset="paper"` right 2.0 to 1.0, wrong -10.0 to
    0.0, exceed -10.0, which puts a right answer that is cut below a wrong one.

    Bounds: for right answers from the least to the most of `right_short`, `right_long` and `exceed`, minus 1, times
    `weight`; for others likewise without the minus 1. Monotonic in the length between the ends. Commutes with every
    term that does not look at the total.

    Source: Yeo et al., "Demystifying Long Chain-of-Thought Reasoning in LLMs", section 4 (arXiv 2502.03373). Their code
    applies `exceed` 16 tokens early; lower `limit` for that.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length import Cosine
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = Cosine(env, limit=4, counter="rlvr.wrappers.counting:words")
        >>> _ = env.reset(seed=0)
        >>> round(env.step("no idea")[1], 3)
        -0.1
    """

    term_name = "cosine"
    limit: int
    right_short: float
    right_long: float
    wrong_short: float
    wrong_long: float
    exceed: float | None
    weight: float

    def __init__(
        self,
        env: Env,
        *,
        limit: int = 14336,
        right_short: float | None = None,
        right_long: float | None = None,
        wrong_short: float | None = None,
        wrong_long: float | None = None,
        exceed: float | None = None,
        weight: float = 1.0,
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_count("limit", limit, 1)
        right_short = by_preset(right_short, common, rlvr=1.0, paper=2.0)
        right_long = by_preset(right_long, common, rlvr=0.8, paper=1.0)
        wrong_short = by_preset(wrong_short, common, rlvr=-0.2, paper=-10.0)
        wrong_long = by_preset(wrong_long, common, rlvr=0.0, paper=0.0)
        require_number("right_short", right_short)
        require_number("right_long", right_long)
        require_number("wrong_short", wrong_short)
        require_number("wrong_long", wrong_long)
        if exceed is None and common.get("preset") == "paper":
            exceed = -10.0
        if exceed is not None:
            require_number("exceed", exceed)
        require_number("weight", weight, low=0.0)
        super().__init__(
            env,
            limit=limit,
            right_short=right_short,
            right_long=right_long,
            wrong_short=wrong_short,
            wrong_long=wrong_long,
            exceed=exceed,
            weight=weight,
            **common,
        )

    def bounds(self) -> Bounds:
        """The ends of the schedules, and `exceed`."""
        # At the limit `exceed` takes the place of the long end, which is then only approached, to within a token.
        last = () if self.exceed is None else (self.exceed,)
        right = [self.weight * (worth - 1.0) for worth in (self.right_short, self.right_long, *last)]
        wrong = [self.weight * worth for worth in (self.wrong_short, self.wrong_long, *last)]
        return Bounds((min(right), max(right)), (min(wrong), max(wrong)))

    def value(self, finished: Finished) -> float:
        """What the schedule makes of the answer, beyond its correctness."""
        tokens = self.length_of(finished)
        right = finished.right
        if self.exceed is not None and tokens >= self.limit:
            worth = self.exceed
        else:
            short, long = (self.right_short, self.right_long) if right else (self.wrong_short, self.wrong_long)
            worth = long + (short - long) * 0.5 * (1.0 + math.cos(math.pi * min(tokens, self.limit) / self.limit))
        return self.weight * (worth - 1.0 if right else worth) + 0.0  # Not -0.0, which prints.


class GrowingTarget(Scheduled, LengthTerm):
    """`LengthPenalty` with a target that moves from `start` to `end` while training goes on.

    Formula: `max(floor, -weight * max(0, length - target) / 1000)`, `target = start + progress * (end - start)`. The
    learner moves `progress` from 0 to 1 by `set_progress`; two episodes at the same progress get the same term.

    Args:
        start: Tokens that are free at the beginning of training.
        end: Tokens that are free at its end; less than `start` shrinks the target.
        weight: Price of 1,000 tokens beyond the target; 0 switches the term off.
        floor: The least that the term can come to, at most 0.
        progress: How far training is when the wrapper is made, in [0, 1].
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[floor, 0]`, right or wrong, at any progress. Never rises with the length. Commutes with every term that
    does not look at the total.

    Source: the schedule and its numbers are ours, after the practice of training with budgets that change in stages.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length import GrowingTarget
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = GrowingTarget(env, start=1, end=3, weight=50, counter="rlvr.wrappers.counting:words")
        >>> env.set_progress(0.5)
        >>> _ = env.reset(seed=0)
        >>> env.step("I give up, sorry.")[4]["reward_terms"]
        {'correct': 0.0, 'growing_target': -0.1}
    """

    term_name = "growing_target"
    start: int
    end: int
    weight: float
    floor: float

    def __init__(
        self,
        env: Env,
        *,
        start: int = 2048,
        end: int = 16384,
        weight: float = 0.1,
        floor: float = -0.2,
        progress: float = 0.0,
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_count("start", start, 0)
        require_count("end", end, 0)
        require_number("weight", weight, low=0.0)
        require_number("floor", floor, high=0.0)
        require_number("progress", progress, 0.0, 1.0)
        super().__init__(env, start=start, end=end, weight=weight, floor=floor, progress=progress, **common)

    @property
    def target(self) -> float:
        """Tokens that are free now."""
        return self.start + self.progress * (self.end - self.start)

    def bounds(self) -> Bounds:
        """From the floor to 0."""
        return penalty_bounds(self.weight, self.floor)

    def value(self, finished: Finished) -> float:
        """The price of the tokens beyond the target."""
        return penalty(self.length_of(finished) - self.target, self.weight / 1000, self.floor)


def penalty(excess: float, rate: float, floor: float) -> float:
    """A price of `rate` for each token of `excess` that is positive, down to `floor`."""
    return max(floor, -rate * excess) if excess > 0 and rate > 0 else 0.0


def penalty_bounds(rate: float, floor: float) -> Bounds:
    """The bounds of `penalty`, right or wrong, where lengths have none."""
    low = floor if rate > 0 and floor < 0 else 0.0
    return Bounds((low, 0.0), (low, 0.0))


def by_preset(value: float | None, common: Mapping[str, Any], *, rlvr: float, paper: float) -> float:
    """An argument, or what the preset among the common arguments has for it."""
    if value is not None:
        return value
    return paper if common.get("preset") == "paper" else rlvr


def require_count(name: str, value: Any, low: int) -> None:
    """Refuse an argument that is no integer of at least `low`.

    Raises:
        ValueError: It is not; the message names it.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ValueError(f"Expected {name} to be an integer of at least {low}, actually: {value!r}.")
