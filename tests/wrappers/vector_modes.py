"""A wrapper says the same in every vector environment: one after the other, in processes, and batched."""

from __future__ import annotations

from functools import partial

import gymnasium as gym
import numpy as np
from gymnasium.envs.registration import WrapperSpec
from gymnasium.vector import AutoresetMode

import rlvr  # noqa: F401  # registers the environments
from rlvr.envs.vector import make_mixture
from tests.comparing import require_identical

SLOTS = 2


def require_the_same_everywhere(wrapper, arguments, actions, *, shared_memory=False, **kwargs):
    """Play `actions` in every slot, and compare all that comes back."""
    made = [partial(wrapper, **arguments)]
    same_step = {"autoreset_mode": AutoresetMode.SAME_STEP}
    specs = [WrapperSpec(wrapper.__name__, f"{wrapper.__module__}:{wrapper.__name__}", arguments)]
    make = partial(gym.make_vec, "rlvr/Math-v0", num_envs=SLOTS, **kwargs)
    sync = _played(make(vectorization_mode="sync", wrappers=made, vector_kwargs=same_step), actions)
    processes = {**same_step, "shared_memory": shared_memory}
    others = _played(make(vectorization_mode="async", wrappers=made, vector_kwargs=processes), actions)
    _require_same(sync, others, key_order=False)  # Gymnasium's own order differs between the two.
    mixed = make_mixture([("rlvr/Math-v0", kwargs)], SLOTS, env_wrappers=specs)
    _require_same(sync, _played(mixed, actions))
    return partial(make, env_wrappers=specs), sync


def _played(envs, actions):
    outcomes = [envs.reset(seed=3)]
    outcomes += [envs.step((action,) * SLOTS if isinstance(action, str) else [action] * SLOTS) for action in actions]
    envs.close()
    return outcomes


def _require_same(sync, others, **options):
    for (observations, *rest), (their_observations, *their_rest) in zip(sync, others, strict=True):
        if isinstance(observations, np.ndarray):  # The batched one gives a tuple with an entry a slot.
            their_observations = np.stack(their_observations)
        require_identical(observations, their_observations, **options)
        require_identical(rest, their_rest, **options)


def require_the_same_batched(make, sync, actions):
    """`gym.make_vec` with `env_wrappers` says what the synchronous one said."""
    _require_same(sync, _played(make(), actions))
