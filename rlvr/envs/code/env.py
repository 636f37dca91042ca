"""`CodeEnv`: the environment of programs, and its vector entry point."""

from __future__ import annotations

import codeop
from collections.abc import Sequence
from functools import partial

from rlvr import registry
from rlvr.core import Check, Completion, FinishReason, Info, Observation, Status, Task, Verdict
from rlvr.envs.arguments import check_flags, check_texts, instruction_or, source_options
from rlvr.envs.base import TaskEnv
from rlvr.envs.code.verifier import Settings, names_of, planned
from rlvr.envs.vector import make_batched
from rlvr.registry.names import unknown

INSTRUCTIONS = {
    "fenced": "Put the complete program into one block that begins with ```python and ends with ```.",
    "whole": "Answer with the complete program and nothing else.",
    "continuation": "",
}
"""What follows the task by default, for each convention."""

_NOT_FOUND = "No program was found in that. Answer again, with the program in a block like this:\n```python\n...\n```"
_FAILED = "That program does not pass the public tests.\n\n{reason}\n\nCorrect it and give the complete program again."


class CodeEnv(TaskEnv):
    """Write a program; it is judged by tests that it cannot see, in a sandbox.

    ## Description
    Each episode is one programming task: generated (`source="generated"`, families in levels over strings, lists,
    numbers, dictionaries, dates, grids, graphs, parsing and dynamic programming, each with a training and a test split
    that share no problem), or read from HumanEval, MBPP or a file. The model reasons in free text and puts a program
    into a fenced block; its last one is run. With `max_turns` above 1, a program that fails the public tests is
    answered with what they showed, and the model tries again (in the manner of RLEF); one that passes them, or the last
    one, is judged by the hidden tests.

    ## Action Space
    `AnyText()`: the model's text. A `Completion` also brings its finish reason: a sample that was cut is judged only if
    its program cannot have been cut.

    ## Observation Space
    `Messages()`: the messages that are new. After `reset` the system prompt, if there is one, and the task followed by
    `instruction`; after a program that fails the public tests, what failed, bounded and without hidden tests; at the
    end nothing.

    ## Starting State
    The task is a pure function of the source and its options, the seed, and the number of resets since that seed.
    `reset(options={"task": id})` or `{"task": n}` asks for one task, `{"episode": n}` for the n-th of the stream.

    ## Rewards
    One term, `"correct"`, on the last turn: with `reward="gate"` 1.0 if all hidden tests pass, else 0.0; with
    `"fraction"` the share of them that pass.

    ## Episode End
    Terminated by a program that was judged by the hidden tests, by a sample that was cut, or after `max_turns` answers.
    Truncated only if the sandbox itself failed twice (status `error`).

    ## Information
    `reset` gives `{"task": id}`. `step` gives `"task"`, `"turn"` (from 1), `"reward_terms"`, `"isolation"` (the level
    of the sandbox that is in force) and `"verdict"`, a dict of `status` (`correct`, `partial`, `wrong`, `unparsable`,
    `truncated`, `timeout`, `error`, or `pending` before the last turn), `score`, `answer` (the program), `extraction`
    (`fenced`), `reason`, and `parts`: the shares of `public` and `hidden` tests that passed.

    ## Arguments
    - `source` (`"generated"`): a task source of the family `code`, as `rlvr.registry.sources("code")` lists them.
    - `split` (`"train"`): `train` or `test`; `mbpp` also has `validation` and `prompt`, `humaneval` only `test`.
    - `families` (`None`: all), `level` (1): which generated families, by name, and which level of each.
    - `max_turns` (1): how many answers the model has.
    - `reward` (`"gate"`): `gate` or `fraction`.
    - `instruction` (`None`: asks for what the convention says): follows the task after an empty line; `""` leaves the
      task bare.
    - `system_prompt` (`None`): opens the conversation.
    - `convention` (`"fenced"`): how the program is marked: `fenced`, `whole`, or `continuation` of the prompt, where
      that is the beginning of a program, as in HumanEval.
    - `opened_think` (`False`): the chat template ends the prompt with `<think>`, so a program counts only after
      `</think>`.
    - `isolation` (`"auto"`): `auto` takes the strongest level of the sandbox that works on this machine, and refuses if
      none does; `namespaces` and `landlock` demand one; `none` runs programs without isolation.
    - `packages` (`()`): packages besides the standard library that programs may import, such as `("numpy",)`.
    - `cpu_seconds` (5), `memory_bytes` (512 MiB): what one run of a program may use.
    - `data` (`None`): the folder with the data files of a real source, or the file of `source="file"`; by default
      `RLVR_DATA` or `../shared/data`.
    - `render_mode` (`None`): `"ansi"` makes `render()` return the conversation.

    ## References
    Chen et al. 2021 (HumanEval, arXiv:2107.03374); Austin et al. 2021 (MBPP, arXiv:2108.07732); Gehring et al. 2024
    (RLEF, arXiv:2410.02089).

    ## Version History
    - v0: initial version.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> env = gym.make("rlvr/Code-v0", families="runs", isolation="none")
        >>> observation, info = env.reset(seed=1)
        >>> info["task"]
        'runs-1/train/1/0'
        >>> observation, reward, terminated, truncated, info = env.step("I do not know.")
        >>> reward, terminated, info["verdict"]["status"]
        (0.0, True, 'unparsable')
    """

    def __init__(
        self,
        *,
        source: str = "generated",
        split: str = "train",
        families: str | Sequence[str] | None = None,
        level: int = 1,
        max_turns: int = 1,
        reward: str = "gate",
        instruction: str | None = None,
        system_prompt: str | None = None,
        convention: str = "fenced",
        opened_think: bool = False,
        isolation: str = "auto",
        packages: Sequence[str] = (),
        cpu_seconds: int = 5,
        memory_bytes: int = 512 << 20,
        data: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Make the environment; see the class for the arguments.

        Raises:
            ValueError: A name, a level or a value does not exist, or does not go with the source.
            FileNotFoundError: The source's data is nowhere to be found.
            SandboxUnavailable: This machine cannot isolate programs as asked.
        """
        check_texts(source=source, split=split, convention=convention)
        if convention not in INSTRUCTIONS:
            raise ValueError(unknown("convention", convention, INSTRUCTIONS))
        instruction = instruction_or(INSTRUCTIONS[convention], instruction)
        check_flags(opened_think=opened_think)
        settings = Settings(
            reward=reward,
            isolation=isolation,
            packages=names_of(packages),
            cpu_seconds=cpu_seconds,
            memory_bytes=memory_bytes,
        )
        options = source_options(source, split, data, families=(families, None), level=(level, 1))
        tasks = registry.source("code", source)(**options)
        if convention == "continuation":
            _check_is_beginning(tasks.draw(0, 0))
        super().__init__(tasks, max_turns=max_turns, system_prompt=system_prompt, render_mode=render_mode)
        self.settings = settings
        self.instruction = instruction
        self.convention = convention
        self.opened_think = opened_think
        self._suffix = f"\n\n{instruction}" if instruction else ""

    def question(self, task: Task) -> str:
        """The task with the instruction."""
        return task.prompt + self._suffix

    def check(self, task: Task, action: str) -> Verdict | Check:
        """See `rlvr.envs.code.verifier.plan`; before the last turn the public tests come first."""
        is_cut = isinstance(action, Completion) and action.finish_reason is FinishReason.LENGTH
        return planned(
            action,
            task.reference,
            self.settings,
            convention=self.convention,
            opened_think=self.opened_think,
            stage="hidden" if is_cut or self.turn + 1 >= self.max_turns else "public",
            prompt=task.prompt,
        )

    def is_final(self, verdict: Verdict) -> bool:
        """Whether the hidden tests have judged: they do so once an episode."""
        return "hidden" in verdict.parts

    def feedback(self, task: Task, verdict: Verdict) -> str:
        """What the public tests showed, or that there was no program."""
        if verdict.status is Status.UNPARSABLE:
            return _NOT_FOUND
        return _FAILED.format(reason=verdict.reason)

    def conclude(self, action: str, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        """See `VerifiableEnv.conclude`; adds the level of the sandbox."""
        observation, reward, terminated, truncated, info = super().conclude(action, verdict)
        info["isolation"] = self.settings.isolation
        return observation, reward, terminated, truncated, info

    def solution(self, task: Task) -> str:
        """The reference solution, marked as the convention asks.

        Raises:
            NotImplementedError: The task's row has none.
        """
        program = task.reference["solution"]
        if not program:
            raise NotImplementedError(
                f"Task {task.id!r} comes without a solution. Add the field 'solution' to its row."
            )
        return self._marked(program, task)

    def mistake(self, task: Task) -> str:
        """A program that defines what it has to, and whose answer to everything is `NotImplemented`."""
        name = task.reference["entry_point"]
        program = f"def {name}(*arguments):\n    return NotImplemented\n" if name else "print(NotImplemented)\n"
        return self._marked(program, task)

    def _marked(self, program: str, task: Task) -> str:
        if self.convention == "fenced":
            text = f"```python\n{program.rstrip()}\n```"
        elif self.convention == "continuation":
            text = program.removeprefix(task.prompt) if program.startswith(task.prompt) else f"\n{program}"
        else:
            text = program
        return f"</think>{text}" if self.opened_think else text


def _check_is_beginning(task: Task) -> None:
    """Refuse tasks in words where programs are to go on from the prompt; nothing is run.

    Raises:
        ValueError: The prompt is not the beginning of a program.
    """
    try:
        codeop.compile_command(task.prompt, "<prompt>", "exec")
    except (SyntaxError, ValueError, OverflowError) as error:
        raise ValueError(
            'Expected tasks whose prompts are beginnings of programs with convention="continuation", '
            f"actually: {task.prompt!r:.80} ({task.id}). Use another convention."
        ) from error


make_vector = partial(make_batched, CodeEnv)
"""What `gym.make_vec` calls, with `num_envs`, `group_size`, `env_wrappers` and the environment's own arguments."""
