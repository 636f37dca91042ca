"""Terms for how long an answer is beside the others to the same task.

- `KimiLength`: the shortest gains what the longest loses.
- `ShorterBetter`: distance from the shortest right answer.
- `AroraZanette`: right answers lose by how long they are among the right ones.
- `GRPOLambda`: the same, in groups that are mostly right.
- `GroupNormalisedCost`: a share of the longest, times how well the group does.
- `O1Pruner`: beside reference lengths, which are measured beforehand.

All but the last wait for the whole group: `step` gives 0.0, and `rlvr.wrappers.groups.settle` adds the term.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from rlvr.core import Info, Observation
from rlvr.wrappers.base import require_number
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.counting import counter as counter_named
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.groups import GroupTerm, Member
from rlvr.wrappers.length import Env, LengthTerm, Scheduled, by_preset, penalty


class GroupLengthTerm(GroupTerm):
    """A group term with a checked `counter`, for actions that do not know their tokens."""

    def __init__(self, env: Env, *, counter: str | None = None, **arguments: Any) -> None:
        """Wrap `env`.

        Raises:
            ValueError: `counter` names nothing that counts.
        """
        if counter is not None:
            counter_named(counter)
        super().__init__(env, counter=counter, **arguments)


class KimiLength(Scheduled, GroupLengthTerm):
    """Kimi k1.5's length reward: the shortest of a group gains, the longest loses, wrong answers never gain.

    Formula: `share = 0.5 - (length - min) / (max - min)`, over all answers of the group; `weight * share` for right
    answers, `weight * min(0, share)` for all others, 0 where all are equally long.

    Args:
        weight: Factor of the term: 0.2, and 1.0 with `preset="paper"`, whose source does not give its weight.
        warmup: Share of training, in [0, 1], before which the term is 0: the source first trains without it.
        progress: How far training is when the wrapper is made; the learner moves it by `set_progress`.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[-weight / 2, weight / 2]` for right answers, `[-weight / 2, 0]` for all others. Never rises with the
    length. Commutes with every term that does not look at the total.

    Source: Kimi k1.5, section 2.3.3 (arXiv 2501.12599).

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.groups import Member
        >>> from rlvr.wrappers.length_group import KimiLength
        >>> env = KimiLength(gym.make("rlvr/Math-v0"), weight=1)
        >>> env.values([Member(True, 10, 1.0), Member(True, 20, 1.0), Member(False, 10, 0.0)])
        [0.5, -0.5, 0.0]
    """

    term_name = "kimi_length"
    weight: float
    warmup: float

    def __init__(
        self, env: Env, *, weight: float | None = None, warmup: float = 0.0, progress: float = 0.0, **common: Any
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        weight = by_preset(weight, common, rlvr=0.2, paper=1.0)
        require_number("weight", weight, low=0.0)
        require_number("warmup", warmup, 0.0, 1.0)
        require_number("progress", progress, 0.0, 1.0)
        super().__init__(env, weight=weight, warmup=warmup, progress=progress, **common)

    def bounds(self) -> Bounds:
        """Half the weight either way; no gain for wrong answers."""
        half = self.weight / 2
        return Bounds((-half, half), (-half, 0.0))

    def values(self, group: Sequence[Member]) -> list[float]:
        """Where each length is between the least and the greatest."""
        lengths = [member.length for member in group]
        low, high = min(lengths), max(lengths)
        if low == high or self.progress < self.warmup:
            return [0.0] * len(group)
        shares = [0.5 - (tokens - low) / (high - low) for tokens in lengths]
        return [
            self.weight * (share if member.right else min(0.0, share)) + 0.0  # Not -0.0, which prints.
            for member, share in zip(group, shares, strict=True)
        ]


class ShorterBetter(GroupLengthTerm):
    """Distance from the sample optimal length: that of the shortest right answer, else the mean of all.

    Formula: `(alpha - 1) * right + max(floor, -beta * |length - optimal|)`, so that the reward is
    `alpha * right - beta * |length - optimal|`.

    Args:
        alpha: What a right answer is worth: 1.0, and 2.0 with `preset="paper"`.
        beta: Price of each token more or less: 5e-4, and 1e-3 with `preset="paper"`, the same beside `alpha`. With
            `alpha` 1, 0 switches the term off.
        floor: The least that the price can come to, at most 0: -0.2, and -32.0 with `preset="paper"`, which is 32,000
            tokens off.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[alpha - 1 + floor, alpha - 1]` for right answers, `[floor, 0]` for all others. Right answers are never
    shorter than the optimal length, so for them it never rises with the length. Commutes with every term that does not
    look at the total.

    Source: ShorterBetter (arXiv 2504.21370) and its code. The floor is ours: the formula has none.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.groups import Member
        >>> from rlvr.wrappers.length_group import ShorterBetter
        >>> env = ShorterBetter(gym.make("rlvr/Math-v0"), beta=0.01)
        >>> env.values([Member(True, 10, 1.0), Member(True, 20, 1.0), Member(False, 5, 0.0)])
        [0.0, -0.1, -0.05]
    """

    term_name = "shorter_better"
    alpha: float
    beta: float
    floor: float

    def __init__(
        self,
        env: Env,
        *,
        alpha: float | None = None,
        beta: float | None = None,
        floor: float | None = None,
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class."""
        alpha = by_preset(alpha, common, rlvr=1.0, paper=2.0)
        beta = by_preset(beta, common, rlvr=5e-4, paper=1e-3)
        floor = by_preset(floor, common, rlvr=-0.2, paper=-32.0)
        require_number("alpha", alpha, low=0.0)
        require_number("beta", beta, low=0.0)
        require_number("floor", floor, high=0.0)
        super().__init__(env, alpha=alpha, beta=beta, floor=floor, **common)

    def bounds(self) -> Bounds:
        """The floor below what the answer is worth beyond its correctness."""
        low = self.floor if self.beta > 0 else 0.0
        return Bounds((self.alpha - 1.0 + low, self.alpha - 1.0), (low, 0.0))

    def values(self, group: Sequence[Member]) -> list[float]:
        """The price of each distance from the optimal length."""
        right = [member.length for member in group if member.right]
        optimal = min(right) if right else math.fsum(member.length for member in group) / len(group)
        return [
            (self.alpha - 1.0 if member.right else 0.0) + penalty(abs(member.length - optimal), self.beta, self.floor)
            for member in group
        ]


class AroraZanette(GroupLengthTerm):
    """Right answers lose by how long they are among the right answers of their group; wrong answers lose nothing.

    Formula: `-alpha * sigmoid((length - mean) / std)` for right answers, with the mean and the population standard
    deviation over the group's right answers, and the argument 0 where that is 0; for all others 0. The reward is then
    the paper's `right * (1 - alpha * sigmoid(...))`.

    Args:
        alpha: The most that a right answer can lose, at most 1; 0 switches the term off.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[-alpha, 0]` for right answers, approached in groups that grow without end; 0 for all others. Falls with
    the length within a group. Commutes with every term that does not look at the total.

    Source: Arora and Zanette, "Training Language Models to Reason Efficiently" (arXiv 2502.04463).

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.groups import Member
        >>> from rlvr.wrappers.length_group import AroraZanette
        >>> env = AroraZanette(gym.make("rlvr/Math-v0"))
        >>> env.values([Member(True, 10, 1.0), Member(True, 10, 1.0), Member(False, 90, 0.0)])
        [-0.1, -0.1, 0.0]
    """

    term_name = "arora_zanette"
    alpha: float

    def __init__(self, env: Env, *, alpha: float = 0.2, **common: Any) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_number("alpha", alpha, 0.0, 1.0)
        super().__init__(env, alpha=alpha, **common)

    def bounds(self) -> Bounds:
        """What a right answer can lose."""
        return Bounds((0.0 - self.alpha, 0.0), (0.0, 0.0))

    def values(self, group: Sequence[Member]) -> list[float]:
        """What each right answer loses."""
        right = [member.length for member in group if member.right]
        if not right:
            return [0.0] * len(group)
        mean = math.fsum(right) / len(right)
        std = math.sqrt(math.fsum((tokens - mean) ** 2 for tokens in right) / len(right))
        return [
            0.0 - self.alpha * _sigmoid((member.length - mean) / std if std > 0 else 0.0) if member.right else 0.0
            for member in group
        ]


class GRPOLambda(AroraZanette):
    """The term of `AroraZanette`, only in groups that are mostly right; where they are not, length costs nothing.

    Formula: that of `AroraZanette` where at least `threshold` of the group's answers are right, else 0.

    Args:
        alpha: The most that a right answer can lose, at most 1; 0 switches the term off.
        threshold: Share of right answers, in [0, 1], from which on length counts.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[-alpha, 0]` for right answers, approached in groups that grow without end; 0 for all others. Commutes with
    every term that does not look at the total.

    Source: GRPO-lambda, "Stable Reinforcement Learning for Efficient Reasoning" (arXiv 2505.18086), whose abstract has
    the switch by the share of right answers. A threshold for each group by itself, its number, and this form of the
    penalty are ours.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.groups import Member
        >>> from rlvr.wrappers.length_group import GRPOLambda
        >>> env = GRPOLambda(gym.make("rlvr/Math-v0"))
        >>> env.values([Member(True, 10, 1.0), Member(True, 10, 1.0)]), env.values([Member(True, 9, 1.0)])
        ([-0.1, -0.1], [-0.1])
        >>> env.values([Member(True, 10, 1.0), Member(False, 90, 0.0)])
        [0.0, 0.0]
    """

    term_name = "grpo_lambda"
    threshold: float

    def __init__(self, env: Env, *, alpha: float = 0.2, threshold: float = 0.75, **common: Any) -> None:
        """Wrap `env`; the arguments are described at the class."""
        require_number("threshold", threshold, 0.0, 1.0)
        super().__init__(env, alpha=alpha, threshold=threshold, **common)

    def values(self, group: Sequence[Member]) -> list[float]:
        """What each right answer loses, if enough of them are right."""
        if sum(member.right for member in group) / len(group) < self.threshold:
            return [0.0] * len(group)
        return super().values(group)


class GroupNormalisedCost(GroupLengthTerm):
    """A price for each answer's share of the group's longest, times how well the group does: hard tasks stay free.

    Formula: `-weight * mean * length / max`, with the mean reward of the group, cut to [0, 1], and its longest answer.

    Args:
        weight: The most that an answer can lose: 0.2, and 0.25 with `preset="paper"`; 0 switches the term off.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `[-weight, 0]`; for wrong answers the lower end is only approached, in groups that are right but for one.
    Falls with the length within a group. It looks at the rewards, which the group terms inside of it are part of, and
    so are all terms that do not wait for the group, wherever they stand. It does not commute with other group terms.

    Source: prime-rl's linear length penalty (github.com/PrimeIntellect-ai/prime-rl, pull request 2901), its term for
    sampled tokens; the ones for context and turns are left out. Cutting the mean is ours: it bounds the term.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.groups import Member
        >>> from rlvr.wrappers.length_group import GroupNormalisedCost
        >>> env = GroupNormalisedCost(gym.make("rlvr/Math-v0"))
        >>> env.values([Member(True, 10, 1.0), Member(False, 20, 0.0)])
        [-0.05, -0.1]
    """

    term_name = "length_cost"
    looks_at_total = True
    weight: float

    def __init__(self, env: Env, *, weight: float | None = None, **common: Any) -> None:
        """Wrap `env`; the arguments are described at the class."""
        weight = by_preset(weight, common, rlvr=0.2, paper=0.25)
        require_number("weight", weight, low=0.0)
        super().__init__(env, weight=weight, **common)

    def bounds(self) -> Bounds:
        """The whole weight, or nothing."""
        return Bounds((0.0 - self.weight, 0.0), (0.0 - self.weight, 0.0))

    def values(self, group: Sequence[Member]) -> list[float]:
        """The price of each answer."""
        longest = max(member.length for member in group)
        mean = min(1.0, max(0.0, math.fsum(member.reward for member in group) / len(group)))
        if longest == 0:
            return [0.0] * len(group)
        return [0.0 - self.weight * mean * member.length / longest for member in group]


class O1Pruner(LengthTerm):
    """Shorter than a reference policy on the same task, without being less accurate than it.

    Formula: `gain = clip(reference / length - 1 + lambda_ * (right - accuracy), low, high)`, with the mean length and
    the accuracy of the reference policy's answers to the task; the term is `weight * (gain - right)`, so that with
    weight 1 the reward is the gain. An empty answer counts as one token. It compares with what was measured
    beforehand, not with the group, so it is paid in `step` like any other term.

    Args:
        reference_length: Mean length of the reference policy's answers, for tasks that the file does not have.
        reference_accuracy: Its share of right answers, likewise.
        references: A file of JSON lines `{"task": id, "length": mean length, "accuracy": share of right answers}`. It
            is read when the wrapper is made.
        lambda_: What accuracy is worth beside length.
        low, high: What the gain is cut to: -2 and 1, and -2 and 4 with `preset="paper"`.
        weight: Factor of the term: 0.1, and 1.0 with `preset="paper"`; 0 switches it off.
        counter: How text without tokens is counted.
        common: Those of every term, see `RewardTerm`.

    Bounds: `weight` times what the formula comes to between an endless answer and one token, over all references.
    Never rises with the length. Commutes with every term that does not look at the total.

    Source: O1-Pruner (arXiv 2501.12570); the paper's cut is that of its code. What the paper's `lambda_` is was not
    checked.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.length_group import O1Pruner
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=1)
        >>> env = O1Pruner(env, reference_length=3, counter="rlvr.wrappers.counting:words")
        >>> _ = env.reset(seed=0)
        >>> env.step("no idea")[1]  # 0.1 * (3 / 2 - 1 + 2 * (0 - 0.5))
        -0.05
    """

    term_name = "o1_pruner"
    reference_length: float | None
    reference_accuracy: float
    references: str | None
    lambda_: float
    low: float
    high: float
    weight: float

    def __init__(
        self,
        env: Env,
        *,
        reference_length: float | None = None,
        reference_accuracy: float = 0.5,
        references: str | None = None,
        lambda_: float = 2.0,
        low: float = -2.0,
        high: float | None = None,
        weight: float | None = None,
        **common: Any,
    ) -> None:
        """Wrap `env`; the arguments are described at the class.

        Raises:
            ValueError: There is no reference, or a line of the file is none.
        """
        if reference_length is None and references is None:
            raise ValueError("Expected reference_length or references, actually: neither. Measure the start policy.")
        if reference_length is not None:
            require_number("reference_length", reference_length, low=1.0)
        require_number("reference_accuracy", reference_accuracy, 0.0, 1.0)
        high = by_preset(high, common, rlvr=1.0, paper=4.0)
        weight = by_preset(weight, common, rlvr=0.1, paper=1.0)
        require_number("lambda_", lambda_, low=0.0)
        require_number("low", low)
        require_number("high", high, low=low)
        require_number("weight", weight, low=0.0)
        if references is not None and not Path(str(references)).is_file():
            raise ValueError(f"Expected references to be the path of a file, actually: {references!r}.")
        self._known = {} if references is None else _references(references, Path(references).stat().st_mtime_ns)
        super().__init__(
            env,
            reference_length=reference_length,
            reference_accuracy=reference_accuracy,
            references=references,
            lambda_=lambda_,
            low=low,
            high=high,
            weight=weight,
            **common,
        )

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task.

        Raises:
            ValueError: There is no reference for it.
        """
        observation, info = super().reset(seed=seed, options=options)
        if self.reference_length is None and info["task"] not in self._known:
            raise ValueError(
                f"Expected a reference for the task {info['task']!r}, actually: {self.references} has none. "
                "Add a line for it, or give reference_length for such tasks."
            )
        return observation, info

    def bounds(self) -> Bounds:
        """What the formula comes to at the ends of the lengths, over all references."""
        known = list(self._known.values())
        if self.reference_length is not None:
            known.append((self.reference_length, self.reference_accuracy))
        right = [self._term(end, accuracy, True) for length, accuracy in known for end in (0.0, length)]
        wrong = [self._term(end, accuracy, False) for length, accuracy in known for end in (0.0, length)]
        return Bounds((min(right), max(right)), (min(wrong), max(wrong)))

    def value(self, finished: Finished) -> float:
        """The gain beyond the answer's correctness."""
        known = self._known.get(finished.task)
        if known is None:
            assert self.reference_length is not None, "reset() refuses tasks without a reference"
            known = self.reference_length, self.reference_accuracy
        return self._term(known[0] / max(1, self.length_of(finished)), known[1], finished.right)

    def _term(self, ratio: float, accuracy: float, right: bool) -> float:
        gain = ratio - 1.0 + self.lambda_ * (right - accuracy)
        return self.weight * (min(self.high, max(self.low, gain)) - right) + 0.0  # Not -0.0, which prints.


@lru_cache(maxsize=8)
def _references(path: str, modified: int) -> dict[str, tuple[float, float]]:
    """Mean length and accuracy by task; environments that read the same file share them, until it is `modified`."""
    known = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            task, tokens, accuracy = row["task"], row["length"], row["accuracy"]
            require_number("length", tokens, low=1.0)
            require_number("accuracy", accuracy, 0.0, 1.0)
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f'Expected {{"task": ..., "length": ..., "accuracy": ...}} in {path}, line {number}, actually: '
                f"{line!r:.80} ({error})."
            ) from error
        known[str(task)] = (float(tokens), float(accuracy))
    if not known:
        raise ValueError(f"Expected at least one reference in {path}, actually: none.")
    return known


def _sigmoid(x: float) -> float:
    return 0.5 * (1.0 + math.tanh(0.5 * x))
