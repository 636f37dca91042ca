"""`step_many`: step several environments with their checks side by side.

Checking is split from stepping: every environment is first told what it will be asked to judge, and starts its check in
the pool of workers; then each is stepped in turn and collects its verdict. The environments stay plain Gymnasium
environments, wrapped or not, and the outcome is the one of `[env.step(action) for env, action in zip(envs, actions)]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gymnasium as gym

from rlvr.core import Info

Step = tuple[Any, Any, bool, bool, Info]
"""Observation, reward, terminated, truncated, info."""

Prefetch = Callable[[Any], None]


def step_many(envs: Sequence[gym.Env[Any, Any]], actions: Sequence[Any]) -> list[Step]:
    """Step each environment with its action; all checks start before any is waited for.

    Args:
        envs: N environments, each once. Those without a `prefetch(action)`, their own or a wrapper's, are just stepped.
        actions: N actions. A sequence, not an array of characters: completions must keep their tokens.

    Returns:
        What each `step` returned, in order.

    Raises:
        ValueError: There are not as many actions as environments, or one environment is named twice.
    """
    if isinstance(actions, str):
        raise ValueError(f"Expected a sequence of actions, actually: the one str {actions!r:.80}.")
    if len(envs) != len(actions):
        raise ValueError(
            f"Expected one action for each environment, actually: {len(envs)} environments, {len(actions)} actions."
        )
    require_distinct(envs)
    return step_prefetched(envs, [prefetcher(env) for env in envs], actions)


def prefetcher(env: gym.Env[Any, Any]) -> Prefetch | None:
    """The outermost `prefetch` of a wrapped environment: a wrapper that changes actions forwards the changed one."""
    return env.get_wrapper_attr("prefetch") if env.has_wrapper_attr("prefetch") else None


def require_distinct(envs: Sequence[gym.Env[Any, Any]]) -> None:
    """Raise `ValueError` if two of `envs` are, or wrap, the same environment: it cannot be stepped twice at once."""
    seen: dict[int, int] = {}
    for index, env in enumerate(envs):
        first = seen.setdefault(id(env.unwrapped), index)
        if first != index:
            raise ValueError(f"Expected distinct environments, actually: {first} and {index} are the same, {env}.")


def step_prefetched(
    envs: Iterable[gym.Env[Any, Any]], prefetches: Iterable[Prefetch | None], actions: Sequence[Any]
) -> list[Step]:
    """`step_many` without its checks of the arguments, for callers that step the same environments again and again."""
    for prefetch, action in zip(prefetches, actions, strict=True):
        if prefetch is not None:
            prefetch(action)
    return [env.step(action) for env, action in zip(envs, actions, strict=True)]
