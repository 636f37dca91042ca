"""Groups of slots: which slots answer the same task, and how they are kept on it.

A group-relative advantage compares several answers to one task, so the slots of a group must ask the same one. Slot `i`
belongs to group `g = i // group_size`, a whole group is reset with one seed, and a task is a function of seed and
episode number.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.utils import seeding

from rlvr.core import Info, VerifiableEnv
from rlvr.envs.infos import objects

Seeds = int | Sequence[int | None] | npt.NDArray[np.integer[Any]] | None
"""What `reset` takes for a seed: one that the groups count up from, or one for each group."""


class Groups:
    """The grouping of a vector environment's slots; with `size` 1 every slot is on its own."""

    def __init__(self, envs: Sequence[gym.Env[Any, Any]], size: int) -> None:
        """Group `envs` by `size` neighbours.

        Raises:
            ValueError: `size` is not an integer that divides their number.
            TypeError: `size` is above 1 and an environment is not a `VerifiableEnv`.
        """
        self.size = size = require_group_size(size, len(envs))
        self.count = len(envs) // size
        self._envs = envs
        self._bases = [_require_streams(env) for env in envs] if size > 1 else []
        self._seeded = [False] * self.count

    def tag(self, slot: int, info: Info) -> Info:
        """Add `"group": (g, n)` to a slot's info: its group, and the number of its episode in the group's stream."""
        if self._bases:
            info["group"] = (slot // self.size, self._bases[slot].episode)
        return info

    def column(self) -> Info:
        """What `tag` says, for all slots at once: an array of pairs, or nothing where there are no groups."""
        if not self._bases:
            return {}
        pairs = [(slot // self.size, base.episode) for slot, base in enumerate(self._bases)]
        return {"group": objects(pairs)}

    def seeds(self, seed: Seeds) -> list[int | None]:
        """One seed a group: `seed + g`, or those of a list or an array.

        Raises:
            TypeError: A seed is not an integer.
            ValueError: The list has another length.
        """
        if seed is None:
            return [None] * self.count
        if isinstance(seed, np.ndarray):
            seed = seed.tolist()
        if not isinstance(seed, Sequence) or isinstance(seed, str | bytes):
            first = _require_seed(seed)
            return [first + group for group in range(self.count)]
        if len(seed) != self.count:
            raise ValueError(
                f"Expected one seed for each of {self.count} groups of {self.size}, actually: {len(seed)} seeds."
            )
        return [None if one is None else _require_seed(one) for one in seed]

    def selected(self, mask: Any) -> list[int]:
        """The slots of a reset mask.

        Raises:
            TypeError: The mask is not a boolean array.
            ValueError: It has another length, selects nothing, or splits a group.
        """
        slots = self.count * self.size
        if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
            raise TypeError(f'Expected options["reset_mask"] to be a boolean NumPy array, actually: {mask!r:.80}.')
        if mask.shape != (slots,) or not mask.any():
            raise ValueError(
                f'Expected options["reset_mask"] to select some of {slots} slots, actually: {mask!r:.200}.'
            )
        by_group = mask.reshape(self.count, self.size)
        split = np.flatnonzero(by_group.any(axis=1) != by_group.all(axis=1))
        if split.size:
            raise ValueError(
                f'Expected options["reset_mask"] to select whole groups of {self.size} slots, actually: '
                f"{by_group[split[0]].tolist()} of group {split[0]}."
            )
        return [int(slot) for slot in np.flatnonzero(mask)]

    def align(self, slots: Sequence[int], seeds: list[int | None]) -> None:
        """Have the coming reset of these slots begin the same episode throughout each group.

        A group that was never seeded gets a seed from entropy, in `seeds`. Where a group goes on with its stream, each
        slot would begin its own next episode, so those that are behind are taken to the group's latest first.
        """
        if self.size == 1:
            return
        for group in dict.fromkeys(slot // self.size for slot in slots):
            if seeds[group] is None and not self._seeded[group]:
                seeds[group] = seeding.np_random()[1]
            if seeds[group] is None:
                members = range(group * self.size, (group + 1) * self.size)
                latest = max(self._bases[slot].episode for slot in members)
                for slot in members:
                    if self._bases[slot].episode < latest:
                        self._envs[slot].reset(options={"episode": latest})
            self._seeded[group] = True

    def require_same_tasks(self, slots: Sequence[int]) -> None:
        """Raise `RuntimeError` if slots of one group, just reset, ask different tasks: they were not made alike."""
        if self.size == 1:
            return
        for slot in slots:
            leader, task = self._bases[slot - slot % self.size].task, self._bases[slot].task
            assert leader is not None and task is not None
            if task.id != leader.id:
                raise RuntimeError(
                    f"Expected all slots of group {slot // self.size} to ask the same task, actually: "
                    f"{leader.id!r} and, in slot {slot}, {task.id!r}. Make the slots of a group alike."
                )


def require_group_size(size: Any, num_envs: int) -> int:
    """`size` as an `int`.

    Raises:
        ValueError: It is not an integer that divides `num_envs`.
    """
    if not isinstance(size, int | np.integer) or isinstance(size, bool) or size < 1 or num_envs % size:
        raise ValueError(
            "Expected group_size to be an integer that divides num_envs, actually: "
            f"group_size={size!r}, num_envs={num_envs}."
        )
    return int(size)


def _require_seed(seed: Any) -> int:
    """`seed` as Python's own `int`: Gymnasium seeds with nothing else."""
    try:
        return index(seed)
    except TypeError as error:
        raise TypeError(
            f"Expected seed to be an integer, a list of integers or None, actually: {seed!r:.80}."
        ) from error


def _require_streams(env: gym.Env[Any, Any]) -> VerifiableEnv:
    base = env.unwrapped
    if not isinstance(base, VerifiableEnv):
        raise TypeError(
            f"Expected the environments of a group to be VerifiableEnv, actually: {type(base).__name__}. "
            "Only there is a task a function of seed and episode number; use group_size=1."
        )
    return base
