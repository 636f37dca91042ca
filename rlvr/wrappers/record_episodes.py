"""`RecordEpisodes`: finished episodes as JSON lines, from any number of environments into one file."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs
from gymnasium.wrappers import OrderEnforcing, PassiveEnvChecker

from rlvr.core import Completion, Info, Message, Observation, VerifiableEnv
from rlvr.wrappers.curriculum import Curriculum
from rlvr.wrappers.messages import require_messages

_UNSAID = (Curriculum, OrderEnforcing, PassiveEnvChecker)
"""Wrappers that a replay does without: guards, and what only chooses the environment, which the line names itself."""


class RecordEpisodes(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Append every finished episode to a file, as one line of JSON.

    The lines are those of a run's `episodes.jsonl`: `rlvr replay FILE` judges them again. Each has

    - `env`: the `id`, `kwargs` and inner `wrappers` that make the environment again;
    - `seed`, `episode`, `task`: where the task stands in its stream;
    - `terminated`, `truncated`, `reward` (the return);
    - `messages`: the conversation as it was shown, inside of this wrapper;
    - `turns`: for each answer its `text`, `token_ids`, `logprobs` and `finish_reason` (`null` where they are not
      known), `reward`, `verdict` and `reward_terms`;
    - `info`: what else the last info says, such as a wrapper's `hint` or `level`.

    There are no clocks: the same episodes give the same lines. A line is written by one call to the operating system,
    at the end of the file (`O_APPEND`), so that environments of many processes may share a file on a local disk, and
    nothing is left in a buffer if the process dies. Episodes that are given up before their end are not recorded.

    It goes outside of the wrappers whose terms it is to record, and inside of `TextObservation` and `TokenEnv`. Terms
    that wait for the group are recorded as 0.0: they come later. An environment that `gym.make` did not make has no
    name: its lines have the id `null`, for reading and not for replay; `rlvr.envs.vector.make_mixture` names its slots.

    Args:
        path: The file; it and its folder are made if they are not there.
        every: Record only episodes whose number in the stream is a multiple of it, so that of a group all members or
            none are recorded.

    Raises:
        TypeError: The environment is no `VerifiableEnv` that observes messages.
        ValueError: An argument is not what it has to be.
        OSError: The file cannot be written.

    Example:
        >>> import json, tempfile, gymnasium as gym, rlvr
        >>> from rlvr.wrappers.record_episodes import RecordEpisodes
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     env = RecordEpisodes(gym.make("rlvr/Math-v0", families="sum"), path=f"{folder}/episodes.jsonl")
        ...     _ = env.reset(seed=7)
        ...     _ = env.step(r"\boxed{1}")
        ...     line = json.loads(open(f"{folder}/episodes.jsonl").read())
        >>> line["task"], line["seed"], line["turns"][0]["verdict"]["answer"]
        ('sum-1/train/7/0', 7, '1')
    """

    def __init__(self, env: gym.Env[Observation, str], *, path: str, every: int = 1) -> None:
        """Wrap `env`; see the class."""
        path = os.fspath(path)  # The spec holds it, and has to stay JSON.
        RecordConstructorArgs.__init__(self, path=path, every=every)
        gym.Wrapper.__init__(self, env)
        require_messages(env, "RecordEpisodes")
        self._base()
        if not isinstance(path, str) or not path:
            raise ValueError(f"Expected path to be the name of a file, actually: {path!r}.")
        if type(every) is not int or every < 1:
            raise ValueError(f"Expected every to be an integer of at least 1, actually: {every!r}.")
        self.path = path
        self.every = every
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        append_line(path, b"")  # A file that cannot be written is found out now, not after the first episode.
        self._messages: list[Message] = []
        self._progress = 0.0
        self._turns: list[dict[str, Any]] = []
        self._asked: Info = {}

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task."""
        observation, info = self.env.reset(seed=seed, options=options)
        self._asked = {"options": {"task": options["task"]}} if options and "task" in options else {}
        self._messages = [message.copy() for message in observation]
        self._turns = []
        return observation, info

    def step(self, action: str) -> tuple[Observation, Any, bool, bool, Info]:
        """Step, and write the line if the episode ends."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        known = action if isinstance(action, Completion) else Completion(action)
        self._messages += [{"role": "assistant", "content": str(action)}, *(message.copy() for message in observation)]
        self._turns.append(
            {
                "text": str(action),
                "token_ids": None if known.token_ids is None else list(known.token_ids),
                "logprobs": None if known.logprobs is None else list(known.logprobs),
                "finish_reason": known.finish_reason,
                "reward": float(reward),
                "verdict": dict(info["verdict"]),
                "reward_terms": dict(info["reward_terms"]),
            }
        )
        if (terminated or truncated) and self._base().episode % self.every == 0:
            line = json.dumps(self._record(terminated, truncated, info)) + "\n"
            append_line(self.path, line.encode())
        return observation, reward, terminated, truncated, info

    def set_progress(self, fraction: float) -> None:
        """Remember how far training is: a replay needs it for terms that depend on it."""
        self._progress = float(fraction)

    def _record(self, terminated: bool, truncated: bool, info: Info) -> dict[str, Any]:
        base = self._base()
        spec = base.spec
        return {
            "env": {
                "id": None if spec is None else spec.id,
                "kwargs": {} if spec is None else dict(spec.kwargs),
                "wrappers": list(_wrappers(self.env))[::-1],
            },
            "seed": base.stream_seed,
            "episode": base.episode,
            **self._asked,
            "task": info["task"],
            "progress": self._progress,
            "terminated": terminated,
            "truncated": truncated,
            "reward": math.fsum(turn["reward"] for turn in self._turns),
            "messages": self._messages,
            "turns": self._turns,
            "info": {key: info[key] for key in info.keys() - {"task", "turn", "verdict", "reward_terms"}},
        }

    def _base(self) -> VerifiableEnv:
        base = self.unwrapped
        if not isinstance(base, VerifiableEnv):
            raise TypeError(
                f"Expected RecordEpisodes around a VerifiableEnv, whose seed and episode name a task, actually: {base}."
            )
        return base


def _wrappers(env: gym.Env[Any, Any]) -> Iterator[dict[str, Any]]:
    """The wrappers of an environment that a replay needs, outermost first, as `rlvr.envs.wrapping` reads them."""
    while isinstance(env, gym.Wrapper):
        if not isinstance(env, (*_UNSAID, RecordEpisodes)):
            kind = type(env)
            recorded = env._saved_kwargs if isinstance(env, RecordConstructorArgs) else None
            yield {"name": kind.__name__, "entry_point": f"{kind.__module__}:{kind.__name__}", "kwargs": recorded}
        env = env.env


def append_line(path: str, line: bytes) -> None:
    """Append a whole line to a file with one write, so that no other writer's line comes in between.

    Raises:
        OSError: It cannot be written, or only in part.
    """
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o644)
    try:
        written = os.write(file, line)
    finally:
        os.close(file)
    if written < len(line):
        raise OSError(
            f"Only {written} of {len(line)} bytes could be appended to {path}. Make room on the disk, and remove the "
            "line that was cut."
        )
