"""Wrappers by name: what JSON and TOML files, specs and vector environments say of them.

- `wrapping(specs)`: a function that puts wrappers around an environment.
- `Wrappers`: how they are written: Gymnasium's `WrapperSpec`, or the same as a dict. A dict of a wrapper of
  `rlvr.wrappers` needs no entry point: `{"name": "SoftOverlong", "kwargs": {"limit": 4096}}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import gymnasium as gym
from gymnasium.envs.registration import WrapperSpec

from rlvr.registry.names import resolve, unknown

Env = gym.Env[Any, Any]
Wrappers = Sequence[WrapperSpec | Mapping[str, Any]]


def wrapping(specs: Wrappers) -> Callable[[Env], Env]:
    """A function that puts the wrappers around an environment, innermost first.

    Raises:
        ImportError: An entry point names a module or an attribute that does not exist.
        ValueError: A wrapper's arguments were not recorded, or a dict does not say which wrapper it means.
    """
    if isinstance(specs, (str, Mapping)):
        raise ValueError(f"Expected a list of wrappers, actually: {specs!r:.100}. Put brackets around it.")
    makers: list[Callable[[Env], Env]] = []
    for given in specs:
        spec = given if isinstance(given, WrapperSpec) else _spec(given)
        if spec.kwargs is None:
            raise ValueError(
                f"Expected the arguments of {spec.name}, actually: kwargs=None. A wrapper that inherits "
                "RecordConstructorArgs records them; or write WrapperSpec(name, entry_point, {...})."
            )
        wrapper: Callable[..., Any] = resolve(spec.entry_point)
        makers.append(partial(wrapper, **spec.kwargs))

    def wrap(env: Env) -> Env:
        for make in makers:
            env = make(env)
        return env

    return wrap


def _spec(given: Any) -> WrapperSpec:
    sound = isinstance(given, Mapping) and not given.keys() - {"name", "entry_point", "kwargs"}
    if not sound or not ("name" in given or "entry_point" in given):
        raise ValueError(
            'Expected a wrapper as {"name": ..., "kwargs": {...}}, with an "entry_point" if it is none of '
            f"rlvr.wrappers, actually: {given!r:.100}."
        )
    entry_point = given.get("entry_point") or f"rlvr.wrappers:{_known(given['name'])}"
    name = given.get("name") or entry_point.rpartition(":")[2]
    kwargs = given.get("kwargs", {})
    if kwargs is not None and not isinstance(kwargs, Mapping):
        raise ValueError(f'Expected "kwargs" of the wrapper {name} to be a dict, actually: {kwargs!r:.100}.')
    return WrapperSpec(name, entry_point, kwargs if kwargs is None else dict(kwargs))


def _known(name: Any) -> str:
    """`name`, if a wrapper of `rlvr.wrappers` is called so."""
    wrappers = vars(import_module("rlvr.wrappers"))  # A floor above this one: by name.
    known = [one for one in wrappers["__all__"] if _is_wrapper(wrappers[one])]
    if name not in known:
        raise ValueError(f'{unknown("wrapper", name, known)} One from elsewhere needs an "entry_point".')
    return str(name)


def _is_wrapper(given: Any) -> bool:
    if not (isinstance(given, type) and issubclass(given, gym.Wrapper)):
        return False
    # Not `inspect.isabstract`: Gymnasium's wrappers have no metaclass that would know.
    return not any(getattr(getattr(given, name, None), "__isabstractmethod__", False) for name in dir(given))
