"""Which errors are the user's to mend: they are shown as one line, without a traceback."""

from __future__ import annotations

import sys

from gymnasium.error import Error as GymnasiumError

from rlvr.cli import UsageError


def user_errors() -> tuple[type[Exception], ...]:
    """The error classes whose message names a value and a remedy.

    Only modules that are loaded can have raised one, so nothing is imported to find out.
    """
    # NotImplementedError: an oracle was asked about a task that comes without a solution.
    classes: list[type[Exception]] = [UsageError, GymnasiumError, OSError, FloatingPointError, NotImplementedError]
    for module, name in (
        ("rlvr.baselines.config", "ConfigError"),
        ("rlvr.baselines.run", "RunError"),
        ("rlvr.baselines.run.checkpoint", "CheckpointError"),
        ("rlvr.baselines.run.episodes", "EpisodeLogError"),
        ("rlvr.baselines.rollout", "VerifierFailure"),
        ("rlvr.envs.sandbox.levels", "SandboxUnavailable"),
    ):
        if module in sys.modules:
            classes.append(getattr(sys.modules[module], name))
    return tuple(classes)
