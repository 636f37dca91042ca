r"""Environments for reinforcement learning of language models with verifiable rewards.

Importing `rlvr` registers its environments with Gymnasium and costs little more than importing Gymnasium; torch is
never imported by it.

- `verify(family, completion, reference, **options)`: judge one completion; `verify_many` a batch, in parallel.
- `Completion`, `Verdict`, `Status`, `Task`, `Episode`: the vocabulary, from `rlvr.core`.
- `step_many(envs, actions)`: step several environments with their checks side by side.

Example:
    >>> import gymnasium as gym, rlvr
    >>> env = gym.make("rlvr/Math-v0")
    >>> observation, info = env.reset(seed=0)
    >>> observation, reward, terminated, truncated, info = env.step(r"I would guess \boxed{1}.")
    >>> info["verdict"]["status"]
    'wrong'
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rlvr.core import Completion, Episode, Status, Task, Verdict
from rlvr.registry.environments import register_environments

if TYPE_CHECKING:
    from rlvr.envs.stepping import step_many
    from rlvr.envs.verification import verify, verify_many

__version__ = "0.1.0"
__all__ = ["Completion", "Episode", "Status", "Task", "Verdict", "step_many", "verify", "verify_many"]

_LAZY = {
    "step_many": "rlvr.envs.stepping",
    "verify": "rlvr.envs.verification",
    "verify_many": "rlvr.envs.verification",
}

register_environments()


def __getattr__(name: str) -> Any:
    """Import the doors to the upper floors when they are first used."""
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'rlvr' has no attribute {name!r}; it has {', '.join(__all__)}.")
