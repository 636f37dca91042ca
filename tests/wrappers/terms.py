"""Terms that the tests of the base and of the rollouts share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym

from rlvr.wrappers.base import RewardTerm, require_number
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.finished import Finished
from rlvr.wrappers.groups import GroupTerm, Member


class Fixed(RewardTerm):
    """The same value for every episode."""

    term_name = "fixed"
    amount: float

    def __init__(self, env: gym.Env[Any, Any], *, amount: float = 0.1, **common: Any) -> None:
        require_number("amount", amount)
        super().__init__(env, amount=amount, **common)
        self.seen: list[Finished] = []
        self.progress = 0.0

    def bounds(self) -> Bounds:
        return Bounds((self.amount, self.amount), (self.amount, self.amount))

    def value(self, finished: Finished) -> float:
        self.seen.append(finished)
        return self.amount

    def set_progress(self, fraction: float) -> None:
        self.progress = fraction


class Gate(RewardTerm):
    """Takes everything away from answers that are too long."""

    term_name = "gate"
    looks_at_total = True
    most: int

    def __init__(self, env: gym.Env[Any, Any], *, most: int = 3, **common: Any) -> None:
        super().__init__(env, most=most, **common)

    def bounds(self) -> Bounds:
        return Bounds((-1.0, 0.0), (-1.0, 0.0))

    def extend(self, inner: Bounds) -> Bounds:
        return Bounds(
            (min(0.0, inner.right[0]), max(0.0, inner.right[1])), (min(0.0, inner.wrong[0]), max(0.0, inner.wrong[1]))
        )

    def value(self, finished: Finished) -> float:
        return -finished.total if len(finished.text) > self.most else 0.0


class Shortest(GroupTerm):
    """A bonus for the shortest of a group."""

    term_name = "shortest"
    weight: float

    def __init__(
        self, env: gym.Env[Any, Any], *, weight: float = 0.25, counter: str | None = None, **common: Any
    ) -> None:
        super().__init__(env, weight=weight, counter=counter, **common)

    def bounds(self) -> Bounds:
        return Bounds((0.0, self.weight), (0.0, self.weight))

    def values(self, group: Sequence[Member]) -> list[float]:
        least = min(member.length for member in group)
        return [self.weight if member.length == least else 0.0 for member in group]
