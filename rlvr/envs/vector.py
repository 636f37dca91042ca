"""The batched vector environment: many environments stepped as one, their checks side by side, groups first-class.

- `BatchedVectorEnv`: a Gymnasium vector environment over `step_many`, with `SAME_STEP` autoreset.
- `make_batched`: one family; what `gym.make_vec("rlvr/...")` calls.
- `make_mixture`: several families in one batch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
import numpy.typing as npt
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from rlvr.core import Info
from rlvr.envs.groups import Groups, Seeds, require_group_size
from rlvr.envs.infos import batch_infos
from rlvr.envs.plain import all_end_alike, are_plain, judge_all, turn_over
from rlvr.envs.stepping import Step, prefetcher, require_distinct, step_prefetched
from rlvr.envs.wrapping import Wrappers, wrapping
from rlvr.spaces import AnyText

Env = gym.Env[Any, Any]
Flags = npt.NDArray[np.bool_]
Batch = tuple[tuple[Any, ...], npt.NDArray[np.float64], Flags, Flags, Info]


class BatchedVectorEnv(VectorEnv[tuple[Any, ...], Sequence[str], npt.NDArray[Any]]):
    """N slots in groups of `group_size`, stepped with their checks side by side.

    Slot `i` belongs to group `g = i // group_size`, which is seeded with `seed + g`. The n-th episode of every slot of
    a group is the same task, whenever the slot comes to it, and `infos["group"][i]` is `(g, n)`; that of a finished
    episode is in `infos["final_info"]`. A group is what group-relative advantages are computed over.

    An episode that ends is followed by the next one in the same step (`SAME_STEP`): the observation is the next prompt
    already, the last observation and info are in `infos["final_obs"]` and `infos["final_info"]`. (`NEXT_STEP`,
    Gymnasium's default, would throw every second generation of a single-turn environment away.) With `group_size=1`
    everything equals `gymnasium.vector.SyncVectorEnv(..., autoreset_mode="SameStep")`, to the byte.

    Observations are a tuple with one entry a slot. Rewards are `float64 [N]`, flags `bool [N]`, infos Gymnasium's dict
    of arrays with a mask `_key` beside each `key`.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> envs = gym.make_vec("rlvr/Math-v0", num_envs=4, group_size=2)
        >>> observations, infos = envs.reset(seed=0)
        >>> observations[0] == observations[1], infos["group"].tolist()
        (True, [(0, 0), (0, 0), (1, 0), (1, 0)])
    """

    def __init__(
        self, env_fns: Sequence[Callable[[], Env]], *, group_size: int = 1, env_wrappers: Wrappers = ()
    ) -> None:
        """Make one slot from each of `env_fns`.

        Args:
            env_fns: N functions that each make an environment; those of one group must make it alike.
            group_size: Number of neighbouring slots that answer the same task; it divides N. Above 1, the environments
                must be `VerifiableEnv`, whose tasks are a function of seed and episode number.
            env_wrappers: Put around each slot, innermost first; see `rlvr.envs.wrapping`.

        Raises:
            ValueError: There are no slots, `group_size` is not an integer that divides their number, or two slots are
                one environment.
            TypeError: A group's environment is not a `VerifiableEnv`.
            RuntimeError: The slots' spaces differ.
        """
        super().__init__()
        self.num_envs = len(env_fns)
        if not self.num_envs:
            raise ValueError("Expected at least one environment, actually: none.")
        wrap = wrapping(env_wrappers)
        self.envs: list[Env] = [wrap(env_fn()) for env_fn in env_fns]
        require_distinct(self.envs)
        self.groups = Groups(self.envs, group_size)
        first = self.envs[0]
        for slot, env in enumerate(self.envs):
            if env.observation_space != first.observation_space or env.action_space != first.action_space:
                raise RuntimeError(
                    f"Expected all slots to have the spaces of slot 0, {first.observation_space} and "
                    f"{first.action_space}, actually, slot {slot}: {env.observation_space} and {env.action_space}."
                )
        self.metadata = {**first.metadata, "autoreset_mode": AutoresetMode.SAME_STEP}
        self.render_mode = first.render_mode
        self.single_observation_space = first.observation_space
        self.single_action_space = first.action_space
        self.observation_space = batch_space(self.single_observation_space, self.num_envs)
        self.action_space = batch_space(self.single_action_space, self.num_envs)
        self._takes_text = isinstance(self.single_action_space, AnyText)
        self._prefetches = [prefetcher(env) for env in self.envs]
        self._plain = self.envs if are_plain(self.envs) else None
        self._observations: tuple[Any, ...] = ()

    @property
    def group_size(self) -> int:
        """Number of slots in a group."""
        return self.groups.size

    def reset(self, *, seed: Seeds = None, options: dict[str, Any] | None = None) -> tuple[tuple[Any, ...], Info]:
        """Reset the slots.

        Args:
            seed: Group `g` is reset with `seed + g`; a list or an integer array has one seed a group. `None` goes on
                with each group's stream, from entropy if it has none yet, at the episode after the latest of its slots.
            options: `"reset_mask"`, a boolean array `[N]` of the slots to reset, in whole groups; what else there is
                goes to each slot.

        Returns:
            The observations (of a slot that is not reset, its last one) and infos (of the slots that are).

        Raises:
            TypeError: A seed is not an integer, or the mask not a boolean array.
            ValueError: The list of seeds or the mask has another length, or the mask selects nothing or splits a group.
            RuntimeError: The slots of a group ask different tasks: they were not made alike.
            ResetNeeded: There is a mask, but no earlier reset of all slots.
        """
        seeds = self.groups.seeds(seed)
        slots = list(range(self.num_envs))
        observations: list[Any] = [None] * self.num_envs
        where = None
        if options is not None and "reset_mask" in options:
            slots = self.groups.selected(options["reset_mask"])
            self._require_reset("reset() with a mask")
            observations = list(deepcopy(self._observations))
            where = np.array(slots, dtype=np.intp)
            options = {name: value for name, value in options.items() if name != "reset_mask"}
        self.groups.align(slots, seeds)
        infos = []
        for slot in slots:
            observations[slot], info = self.envs[slot].reset(seed=seeds[slot // self.group_size], options=options)
            infos.append(self.groups.tag(slot, info))
        self.groups.require_same_tasks(slots)
        self._observations = tuple(observations)
        return self._observations, batch_infos(infos, where, self.num_envs)

    def step(self, actions: Sequence[str]) -> Batch:
        """Step every slot, and reset those whose episode ends.

        Raises:
            TypeError: The actions are no sequence of strings. Nothing is stepped then.
            ValueError: There are not as many actions as slots. Nothing is stepped then.
            ResetNeeded: `reset` was never called.
        """
        self._require_reset("step()")
        actions = self._require_actions(actions)
        if self._plain is None:
            return self._autoreset(step_prefetched(self.envs, self._prefetches, actions))
        verdicts = judge_all(self._plain, actions)
        if not all_end_alike(self._plain, verdicts):
            triples = zip(self._plain, actions, verdicts, strict=True)
            return self._autoreset([env.conclude(action, verdict) for env, action, verdict in triples])
        rewards = np.array([verdict.score for verdict in verdicts])
        ended = np.ones(self.num_envs, dtype=np.bool_)
        self._observations, infos = turn_over(self._plain, verdicts, self.groups)
        return self._observations, rewards, ended, ~ended, infos

    def _autoreset(self, steps: Sequence[Step]) -> Batch:
        """Reset the slots whose episode ended, and batch it all."""
        observations = [step[0] for step in steps]
        rewards = np.array([step[1] for step in steps], dtype=np.float64)
        terminated = np.array([step[2] for step in steps], dtype=np.bool_)
        truncated = np.array([step[3] for step in steps], dtype=np.bool_)
        infos = [self.groups.tag(slot, step[4]) for slot, step in enumerate(steps)]
        for slot in np.flatnonzero(terminated | truncated).tolist():
            info = {"final_obs": observations[slot], "final_info": infos[slot]}
            observations[slot], opening = self.envs[slot].reset()
            info.update(self.groups.tag(slot, opening))
            infos[slot] = info
        self._observations = tuple(observations)
        return self._observations, rewards, terminated, truncated, batch_infos(infos, None, self.num_envs)

    def render(self) -> tuple[Any, ...]:
        """What each slot renders."""
        return tuple(env.render() for env in self.envs)

    def call(self, name: str, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """Call the method `name` of each slot, or read the attribute if it is none."""
        found = [env.get_wrapper_attr(name) for env in self.envs]
        return tuple(value(*args, **kwargs) if callable(value) else value for value in found)

    def get_attr(self, name: str) -> tuple[Any, ...]:
        """The attribute `name` of each slot."""
        return self.call(name)

    def set_attr(self, name: str, values: Any) -> None:
        """Set the attribute `name` of each slot: a list or tuple has one value a slot, anything else is for all.

        Raises:
            ValueError: There are not as many values as slots.
        """
        if not isinstance(values, (list, tuple)):
            values = [values] * self.num_envs
        if len(values) != self.num_envs:
            raise ValueError(f"Expected one value for each of {self.num_envs} slots, actually: {len(values)} values.")
        for env, value in zip(self.envs, values, strict=True):
            env.set_wrapper_attr(name, value)

    @property  # type: ignore[misc]
    def np_random(self) -> tuple[np.random.Generator, ...]:  # type: ignore[override]
        """Each slot's generator, as in Gymnasium's `SyncVectorEnv`."""
        return self.get_attr("np_random")

    @property
    def np_random_seed(self) -> tuple[int, ...]:  # type: ignore[override]
        """The seed of each slot's generator."""
        return self.get_attr("np_random_seed")

    def close_extras(self, **kwargs: Any) -> None:
        """Close the slots."""
        for env in self.envs:
            env.close()

    def _require_reset(self, call: str) -> None:
        if not self._observations:
            raise ResetNeeded(f"{call} was called before reset(). Call reset() to ask the first tasks.")

    def _require_actions(self, actions: Sequence[str]) -> Sequence[str]:
        """One action a slot; nothing has been stepped yet if there are not."""
        if isinstance(actions, str):
            raise TypeError(f"Expected one action for each slot, actually: the one str {actions!r:.80}.")
        actions = list(actions)
        if len(actions) != self.num_envs:
            raise ValueError(f"Expected one action for each of {self.num_envs} slots, actually: {len(actions)}.")
        if self._takes_text:
            for slot, action in enumerate(actions):
                if not isinstance(action, str):
                    raise TypeError(
                        f"Expected every action to be a str, actually, in slot {slot}: {type(action).__name__} "
                        f"{action!r:.80}. Decode token ids first, or use rlvr.core.Completion."
                    )
        return actions


def make_batched(
    env_class: Callable[..., Env],
    num_envs: int,
    *,
    group_size: int = 1,
    env_wrappers: Wrappers = (),
    **kwargs: Any,
) -> BatchedVectorEnv:
    """`num_envs` slots of one environment: the body of a family's vector entry point.

    Args:
        env_class: Makes a slot from `kwargs`.
        num_envs: Number of slots.
        group_size: See `BatchedVectorEnv`.
        env_wrappers: See `BatchedVectorEnv`.
        kwargs: The environment's own.

    Raises:
        ValueError, TypeError, RuntimeError: See `BatchedVectorEnv`.
    """
    spec = _registered(env_class, kwargs)

    def make() -> Env:
        env = env_class(**kwargs)
        if spec is not None:  # As from gym.make: wrappers that make further environments, or name this one, ask for it.
            env.spec = spec
        return env

    return BatchedVectorEnv([make] * num_envs, group_size=group_size, env_wrappers=env_wrappers)


def _registered(env_class: Callable[..., Env], kwargs: Mapping[str, Any]) -> EnvSpec | None:
    """The registered id that has this class and the most of these arguments as its own, with all of them."""
    entry_point = f"{env_class.__module__}:{getattr(env_class, '__qualname__', '')}"
    found = [
        spec
        for spec in gym.registry.values()
        if spec.entry_point == entry_point and all(kwargs.get(name) == value for name, value in spec.kwargs.items())
    ]
    if not found:
        return None
    spec = deepcopy(max(found, key=lambda spec: len(spec.kwargs)))
    spec.kwargs |= kwargs
    spec.order_enforce, spec.disable_env_checker = False, True
    return spec


def make_mixture(
    entries: Iterable[str | EnvSpec | tuple[str, Mapping[str, Any]]],
    num_envs: int,
    *,
    group_size: int = 1,
    env_wrappers: Wrappers = (),
) -> BatchedVectorEnv:
    """Several environments in one batch, whole groups in turn: group `g` asks the tasks of entry `g % len(entries)`.

    Args:
        entries: Registered ids, specs, or pairs of an id and the arguments for `gym.make`.
        num_envs: Number of slots.
        group_size: See `BatchedVectorEnv`.
        env_wrappers: See `BatchedVectorEnv`.

    Raises:
        ValueError: There are no entries, or not enough groups for each to get one; or see `BatchedVectorEnv`.
    """
    makers = [_maker(entry) for entry in entries]
    group_size = require_group_size(group_size, num_envs)
    if not makers or num_envs // group_size < len(makers):
        raise ValueError(
            f"Expected at least one entry and a group for each, actually: {len(makers)} entries, num_envs={num_envs}, "
            f"group_size={group_size}."
        )
    env_fns = [makers[slot // group_size % len(makers)] for slot in range(num_envs)]
    return BatchedVectorEnv(env_fns, group_size=group_size, env_wrappers=env_wrappers)


def _maker(entry: str | EnvSpec | tuple[str, Mapping[str, Any]]) -> Callable[[], Env]:
    """`gym.make` without the wrappers that only guard against misuse: a vector environment makes none."""
    name, kwargs = entry if isinstance(entry, tuple) else (entry, {})
    spec = deepcopy(gym.spec(name) if isinstance(name, str) else name)
    spec.order_enforce = False
    spec.disable_env_checker = True
    return partial(gym.make, spec, **kwargs)
