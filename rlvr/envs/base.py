"""`TaskEnv`: a `VerifiableEnv` that draws its tasks from a source and has its checks run by the worker pool.

Families subclass it and say only what to check and what to reply.
"""

from __future__ import annotations

from typing import Protocol

from rlvr.core import Check, Message, Task, Verdict, VerifiableEnv
from rlvr.envs import verification
from rlvr.envs.tools.base import Toolbox


class TaskSource(Protocol):
    """Where tasks come from. Sources are immutable and shared: they pickle and deep-copy by name, not by content."""

    name: str
    """As the registry knows it."""
    split: str
    size: int | None
    """Number of tasks, or `None` where they are generated without end."""

    def draw(self, seed: int, episode: int) -> Task:
        """The task of the `episode`-th reset under `seed`: a pure function."""
        ...

    def find(self, key: int | str, seed: int) -> Task:
        """The task with that id or index.

        Raises:
            ValueError: There is none; the message names the value and what there is.
        """
        ...


class TaskEnv(VerifiableEnv):
    """An environment over a `TaskSource`, with tools or without."""

    toolbox: Toolbox | None

    def __init__(
        self,
        source: TaskSource,
        *,
        max_turns: int = 1,
        system_prompt: str | None = None,
        toolbox: Toolbox | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Ask the tasks of `source`, each opened by `system_prompt` if there is one.

        With a `toolbox` the model may call tools before it answers: the question says so, and a call is answered with
        what came of it. A family need do no more than take the arguments and pass `rlvr.envs.tools.toolbox(...)` on.

        Raises:
            ValueError: An argument is not what it has to be.
        """
        super().__init__(max_turns=max_turns, render_mode=render_mode)
        if not isinstance(system_prompt, str | None):
            raise ValueError(f"Expected system_prompt to be a str, None for none, actually: {system_prompt!r}.")
        self.source = source
        self.system_prompt = system_prompt
        self.toolbox = toolbox

    def draw_task(self, seed: int, episode: int) -> Task:
        """See `VerifiableEnv.draw_task`."""
        return self.source.draw(seed, episode)

    def find_task(self, key: int | str, seed: int) -> Task:
        """See `VerifiableEnv.find_task`."""
        return self.source.find(key, seed)

    def question(self, task: Task) -> str:
        """What the user's first message says: a pure function."""
        return task.prompt

    def open(self, task: Task) -> list[Message]:
        """The system prompt, if any, and the question, with a word on the tools there are."""
        question: Message = {"role": "user", "content": self.question(task)}
        if self.toolbox is not None:
            question["content"] = self.toolbox.told(question["content"])
        if self.system_prompt is None:
            return [question]
        return [{"role": "system", "content": self.system_prompt}, question]

    def judge(self, check: Check) -> Verdict:
        """See `VerifiableEnv.judge`."""
        verdict = verification.judge(check)
        return verdict if self.toolbox is None else self.toolbox.judged(check, verdict)

    def prefetch_check(self, check: Check) -> None:
        """See `VerifiableEnv.prefetch_check`."""
        verification.prefetch(check)
