"""Wrappers by name: what JSON and TOML files, specs and vector environments say of them.

- `wrapping(specs)`: a function that puts wrappers around an environment.
- `Wrappers`: how they are written: Gymnasium's `WrapperSpec`, or the same as a dict. A dict of a wrapper of
  `rlvr.wrappers` needs no entry point: `{"name": "SoftOverlong", "kwargs": {"limit": 4096}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import WrapperSpec, load_env_creator

Env = gym.Env[Any, Any]
Wrappers = Sequence[WrapperSpec | Mapping[str, Any]]


def wrapping(specs: Wrappers) -> Callable[[Env], Env]:
    """A function that puts the wrappers around an environment, innermost first.

    Raises:
        ValueError: A wrapper's arguments were not recorded, or a dict does not say which wrapper it means.
    """
    makers: list[Callable[[Env], Env]] = []
    for given in specs:
        spec = given if isinstance(given, WrapperSpec) else _spec(given)
        if spec.kwargs is None:
            raise ValueError(
                f"Expected the arguments of {spec.name}, actually: kwargs=None. A wrapper that inherits "
                "RecordConstructorArgs records them; or write WrapperSpec(name, entry_point, {...})."
            )
        wrapper: Callable[..., Any] = load_env_creator(spec.entry_point)
        makers.append(partial(wrapper, **spec.kwargs))

    def wrap(env: Env) -> Env:
        for make in makers:
            env = make(env)
        return env

    return wrap


def _spec(given: Mapping[str, Any]) -> WrapperSpec:
    unknown = given.keys() - {"name", "entry_point", "kwargs"}
    if unknown or not ("name" in given or "entry_point" in given):
        raise ValueError(
            'Expected a wrapper as {"name": ..., "kwargs": {...}}, with an "entry_point" if it is none of '
            f"rlvr.wrappers, actually: {dict(given)!r:.100}."
        )
    entry_point = given.get("entry_point") or f"rlvr.wrappers:{given['name']}"
    name = given.get("name") or entry_point.rpartition(":")[2]
    return WrapperSpec(name, entry_point, given["kwargs"] if "kwargs" in given else {})
