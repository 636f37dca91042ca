"""For your own tests: strategies for spaces, a state machine over an environment, and a stricter `check_env`.

- `from_space(space)`: a Hypothesis strategy for the members of a Gymnasium space.
- `env_machine(make)`: a Hypothesis state machine that drives two twins of an environment and compares all they say.
- `check_env(env)`: Gymnasium's checks and what this suite promises beyond them.

Example:
    >>> import gymnasium as gym, rlvr
    >>> from rlvr.testing import check_env, env_machine
    >>> check_env(gym.make("rlvr/Math-v0").unwrapped)
    >>> TestMath = env_machine(lambda: gym.make("rlvr/Math-v0")).TestCase
"""

from __future__ import annotations

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError as error:
    raise ImportError('rlvr.testing needs Hypothesis. Install it with: pip install "rlvr[testing]".') from error

from rlvr.testing.contract import check_env
from rlvr.testing.machine import env_machine
from rlvr.testing.strategies import from_space

__all__ = ["check_env", "env_machine", "from_space"]
