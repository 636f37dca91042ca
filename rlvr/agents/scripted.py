"""`ScriptedAgent`: answers that are known beforehand, for tests, baselines and sanity checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

import gymnasium as gym
import numpy as np

from rlvr.agents.base import Conversation
from rlvr.core import Completion, FinishReason, Task, VerifiableEnv
from rlvr.registry.names import unknown
from rlvr.spaces import AnyText

Kind = Literal["oracle", "wrong", "random"]
SCRIPTS: tuple[Kind, ...] = get_args(Kind)
"""The scripts that have a name."""


class ScriptedAgent:
    """Answers from a script.

    `"oracle"` gives each environment's own `solution`, `"wrong"` its `mistake`, `"random"` samples the action space,
    and a function is called with each conversation.

    Example:
        >>> agent = ScriptedAgent(lambda conversation: conversation[-1]["content"].upper())
        >>> agent.act([[{"role": "user", "content": "hello"}]])
        ['HELLO']
    """

    def __init__(
        self, script: Kind | Callable[[Conversation], str] = "oracle", *, seed: int = 0, missing: str | None = None
    ) -> None:
        """Choose the script.

        Args:
            script: One of `SCRIPTS`, or a function.
            seed: Of `"random"`.
            missing: The answer to a task for which the environment has no solution, or no mistake. By default its
                `NotImplementedError` comes out of `act`.

        Raises:
            ValueError: There is no script of that name.
        """
        if not callable(script) and script not in SCRIPTS:
            raise ValueError(unknown("script", script, SCRIPTS))
        self.script = script
        self.missing = missing
        self.unanswered: dict[str, str] = {}
        """Tasks that got the answer `missing`: why, by their ids."""
        self._space = AnyText(seed=np.random.default_rng(seed))
        self._envs: list[VerifiableEnv] = []

    def see(self, envs: Sequence[gym.Env[Any, Any]]) -> None:
        """Look at the environments whose conversations come next."""
        self._envs = [env.unwrapped for env in envs]  # type: ignore[misc]

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Answer by the script.

        Raises:
            RuntimeError: The script needs the environments and was not shown one for each conversation.
            NotImplementedError: An environment has no such answer to its task, and `missing` is not given.
        """
        if callable(self.script):
            texts = [self.script(conversation) for conversation in conversations]
        elif self.script == "random":
            texts = [self._space.sample() for _ in conversations]
        else:
            texts = self._from_environments(len(conversations))
        return [Completion(text, finish_reason=FinishReason.STOP) for text in texts]

    def _from_environments(self, count: int) -> list[str]:
        if len(self._envs) != count:
            raise RuntimeError(
                f"The {self.script} agent was shown {len(self._envs)} environments for {count} conversations. "
                "Call see(envs) before act(conversations)."
            )
        texts = []
        for env in self._envs:
            if env.task is None:
                raise RuntimeError("The environment has no task yet. Call reset() before the agent acts.")
            texts.append(self._answer(env, env.task))
        return texts

    def _answer(self, env: VerifiableEnv, task: Task) -> str:
        try:
            return env.solution(task) if self.script == "oracle" else env.mistake(task)
        except NotImplementedError as error:
            if self.missing is None:
                raise
            self.unanswered[task.id] = str(error)
            return self.missing
