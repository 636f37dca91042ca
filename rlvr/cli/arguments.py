"""What the subcommands' arguments have in common."""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any, ClassVar, Self

import gymnasium as gym
import tyro
from rich.console import Console

from rlvr.cli import UsageError
from rlvr.core import VerifiableEnv
from rlvr.registry.names import unknown


class Parsed:
    """A dataclass that tyro fills from the command line."""

    command: ClassVar[str]

    @classmethod
    def parse(cls, arguments: list[str]) -> Self:
        """Read the arguments after the subcommand's name; exits with usage on a wrong flag."""
        parsed: Self = tyro.cli(cls, args=arguments, prog=f"rlvr {cls.command}")
        return parsed

    def run(self) -> int:
        """Do it; the exit status."""
        raise NotImplementedError(f"{type(self).__name__} must say what `rlvr {self.command}` does.")


class _Console(Console):
    """One whose reader may go away: that is an error like another, where rich would end the thread with status 1."""

    def on_broken_pipe(self) -> None:
        """Called by rich while it handles a `BrokenPipeError`."""
        raise BrokenPipeError("Nobody reads what is printed.")


def console() -> Console:
    """Where tables and panels go: as wide as the terminal, or wide enough for a log."""
    return _Console(file=sys.stdout, width=None if sys.stdout.isatty() else 120, highlight=False)


def environment_id(name: str) -> str:
    """A registered id; `Math-v0` is short for `rlvr/Math-v0`, and `module:id` imports the module first.

    Raises:
        UsageError: There is no such id, or no such module.
    """
    import rlvr  # noqa: F401  # Registers the ids.

    module, _, bare = name.rpartition(":")
    if module:
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise UsageError(f"Cannot import {module!r}, which {name!r} asks for: {error}.") from error
    for candidate in (bare, f"rlvr/{bare}"):
        if candidate in gym.registry:
            return candidate if not module else f"{module}:{candidate}"
    raise UsageError(unknown("environment", name, [known for known in gym.registry if known.startswith("rlvr/")]))


def environment_kwargs(text: str) -> dict[str, Any]:
    """Arguments of an environment, written as a JSON object.

    Raises:
        UsageError: It is not one.
    """
    try:
        kwargs = json.loads(text)
    except ValueError as error:
        raise UsageError(
            f"Expected --kwargs to be a JSON object such as '{{\"level\": 2}}', actually: {text!r} ({error})."
        ) from error
    if not isinstance(kwargs, dict):
        raise UsageError(f"Expected --kwargs to be a JSON object such as '{{\"level\": 2}}', actually: {text!r}.")
    return kwargs


def make_environment(name: str, kwargs: dict[str, Any], **more: Any) -> gym.Env[Any, Any]:
    """`gym.make` whose complaints about arguments are the user's to mend.

    Raises:
        UsageError: The id is unknown, it does not take these arguments, or it verifies nothing.
    """
    env_id = environment_id(name)
    try:
        env: gym.Env[Any, Any] = gym.make(env_id, disable_env_checker=True, **kwargs, **more)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{env_id} with {kwargs}: {error}") from error
    if not isinstance(env.unwrapped, VerifiableEnv):
        raise UsageError(f"Expected an environment that verifies answers, actually: {name}.")
    return env
