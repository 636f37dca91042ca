r"""`MathEnv`: the environment of mathematics, and its vector entry point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from rlvr import registry
from rlvr.core import Check, Status, Task, Verdict
from rlvr.envs.arguments import check_flags, check_texts, source_options
from rlvr.envs.base import TaskEnv
from rlvr.envs.math.exact import parse_number
from rlvr.envs.math.extraction import CONVENTIONS
from rlvr.envs.math.verifier import planned
from rlvr.envs.tools import toolbox
from rlvr.envs.vector import make_batched
from rlvr.registry.names import unknown

DEFAULT_INSTRUCTION = r"Put the final answer in \boxed{}."

MAX_CALLS = 4
"""Calls of tools in an episode, unless an argument says otherwise."""

_FORMS = {
    "auto": r"\boxed{%s}",
    "boxed": r"\boxed{%s}",
    "answer": "<answer>%s</answer>",
    "hash": "#### %s",
    "phrase": "The answer is %s",
    "whole": "%s",
}

_NOT_RIGHT = "That answer is not right. Check your work and answer again."
_NOT_CHECKED = "That answer was too complicated to be checked. Simplify it and answer again."
_NOT_FOUND = "No answer was found in that. Answer again, and mark the final answer like this: "


class MathEnv(TaskEnv):
    r"""Answer a mathematical question; the answer is compared with the gold, exactly.

    ## Description
    Each episode is one problem: generated (`source="generated"`, 14 families in levels, each with a training and a
    test split that share no problem) or read from GSM8K, MATH-500, AIME or SVAMP. The model reasons in free text and
    marks its final answer. With `max_turns` above 1 it is told if the answer was not right, or not found, and tries
    again. With `tools` it may compute before it answers: a message that ends with a block of Python is run in a sandbox
    and answered with its output.

    ## Action Space
    `AnyText()`: the model's text. A `Completion` also brings its finish reason: a sample that was cut is judged only if
    its answer cannot have been cut.

    ## Observation Space
    `Messages()`: the messages that are new. After `reset` the system prompt, if there is one, and the question followed
    by `instruction` and a word on the tools; after a wrong answer that is not the last one, a reply that does not leak
    the gold; after the call of a tool, what it gave; at the end nothing.

    ## Starting State
    The problem is a pure function of the source and its options, the seed, and the number of resets since that seed.
    `reset(options={"task": id})` or `{"task": n}` asks for one problem, `{"episode": n}` for the n-th of the stream.

    ## Rewards
    One term, `"correct"`: 1.0 on the last turn if its answer equals the gold, else 0.0. Answers are compared exactly,
    by the stages of `rlvr.envs.math.equivalence`; with `strict` an answer also has to be one, and worked out.

    ## Episode End
    Terminated by a right answer, by a sample that was cut, or after `max_turns` answers; calls of tools are no answers.
    Truncated only if the verifier, or a tool, itself failed twice (status `error`).

    ## Information
    `reset` gives `{"task": id}`. `step` gives `"task"`, `"turn"` (from 1), `"reward_terms"` and `"verdict"`, a dict of
    `status` (`correct`, `wrong`, `unparsable`, `truncated`, `timeout`, `error`, or `pending` before the last turn),
    `score`, `answer` as it was extracted, `extraction` (`boxed`, `answer`, `hash` or `phrase`), and `reason`. With
    `tools` also `"calls"`, how many there were so far, `"isolation"`, the level of the sandbox that is in force, and,
    where the action was a call, `"tool"`, the name of the tool.

    ## Arguments
    - `source` (`"generated"`): a task source of the family `math`, as `rlvr.registry.sources("math")` lists them.
    - `split` (`"train"`): `train` or `test`; for `aime`, `2024` or `2025`; for `math500` and `svamp`, `test`.
    - `families` (`None`: all), `level` (1): which generated families, by name, and which level of each.
    - `max_turns` (1): how many answers the model has.
    - `instruction` (asks for `\boxed{}`): follows the question after an empty line; `""` leaves the question bare.
    - `system_prompt` (`None`): opens the conversation.
    - `convention` (`"auto"`): how the answer is marked, one of `boxed`, `answer`, `hash`, `phrase`; `auto` tries them
      in this order. `whole`: the action is the answer.
    - `strict` (`True`): refuse what equals the gold but is not worked out (`6 \cdot 7` for 42), echoes of the problem,
      and two different boxes. `False` asks for equality alone, as evaluations do.
    - `opened_think` (`False`): the chat template ends the prompt with `<think>`, so an answer counts only after
      `</think>`.
    - `tools` (`()`): what the model may call before it answers: `("python",)`, or with options of the tool's own,
      `[{"name": "python", "role": "user"}]`; see `rlvr.envs.tools`.
    - `max_calls` (4): how often it may call tools in an episode. What looks like a further call is an answer.
    - `isolation` (`"auto"`): of tools: `auto` takes the strongest level of the sandbox that works on this machine, and
      refuses if none does; `namespaces` and `landlock` demand one; `none` runs programs without isolation.
    - `data` (`None`): the folder with the data files of a real source; by default `RLVR_DATA` or `../shared/data`.
    - `render_mode` (`None`): `"ansi"` makes `render()` return the conversation.

    ## References
    Cobbe et al. 2021 (GSM8K, arXiv:2110.14168); Hendrycks et al. 2021 (MATH, arXiv:2103.03874); Lightman et al. 2023
    (MATH-500, arXiv:2305.20050); Patel et al. 2021 (SVAMP, arXiv:2103.07191).

    ## Version History
    - v0: initial version.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> observation, info = env.reset(seed=1)
        >>> info["task"], observation[0]["content"]
        ('sum-2/train/1/0', '20+11=?')
        >>> observation, reward, terminated, truncated, info = env.step(r"That makes \boxed{0}.")
        >>> reward, terminated, info["verdict"]["status"]
        (0.0, True, 'wrong')
    """

    def __init__(
        self,
        *,
        source: str = "generated",
        split: str = "train",
        families: str | Sequence[str] | None = None,
        level: int = 1,
        max_turns: int = 1,
        instruction: str = DEFAULT_INSTRUCTION,
        system_prompt: str | None = None,
        convention: str = "auto",
        strict: bool = True,
        opened_think: bool = False,
        tools: Sequence[str | Mapping[str, Any]] = (),
        max_calls: int = MAX_CALLS,
        isolation: str = "auto",
        data: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Make the environment; see the class for the arguments.

        Raises:
            ValueError: A name, a level or a value does not exist, or does not go with the source.
            FileNotFoundError: The source's data is nowhere to be found.
            SandboxUnavailable: This machine cannot isolate the programs of a tool as asked.
        """
        check_texts(source=source, split=split, convention=convention)
        if convention not in _FORMS:
            raise ValueError(unknown("convention", convention, ("auto", *CONVENTIONS)))
        if not isinstance(instruction, str):
            raise ValueError(f'Expected instruction to be a str, "" for none, actually: {instruction!r}.')
        check_flags(strict=strict, opened_think=opened_think)
        options = source_options(source, split, data, families=(families, None), level=(level, 1))
        tasks = registry.source("math", source)(**options)
        called = toolbox(tools, max_calls=max_calls, isolation=isolation, opened_think=opened_think)
        if called is None and (type(max_calls) is not int or max_calls != MAX_CALLS or isolation != "auto"):
            raise ValueError(
                f"Expected max_calls and isolation with tools only, actually: tools={tools!r}, "
                f"max_calls={max_calls!r}, isolation={isolation!r}."
            )
        super().__init__(
            tasks, max_turns=max_turns, system_prompt=system_prompt, toolbox=called, render_mode=render_mode
        )
        self.instruction = instruction
        self.convention = convention
        self.strict = strict
        self.opened_think = opened_think
        self._suffix = f"\n\n{instruction}" if instruction else ""

    def question(self, task: Task) -> str:
        """The question with the instruction."""
        return task.prompt + self._suffix

    def check(self, task: Task, action: str) -> Verdict | Check:
        """See `rlvr.envs.math.verifier.plan`."""
        return planned(action, task.reference, None, self.convention, self.opened_think, self.strict, task.prompt)

    def feedback(self, task: Task, verdict: Verdict) -> str:
        """One of three fixed sentences: nothing of the gold can leak."""
        if verdict.status is Status.UNPARSABLE:
            return _NOT_FOUND + _FORMS[self.convention] % "..."
        return _NOT_CHECKED if verdict.status is Status.TIMEOUT else _NOT_RIGHT

    def solution(self, task: Task) -> str:
        """The gold, marked as the convention asks."""
        return self._marked(task.reference)

    def mistake(self, task: Task) -> str:
        """The gold plus one, marked alike."""
        number = parse_number(task.reference)
        return self._marked(f"{task.reference} + 1" if number is None else str(number + 1))

    def _marked(self, answer: str) -> str:
        return ("</think>" if self.opened_think else "") + _FORMS[self.convention] % answer


make_vector = partial(make_batched, MathEnv)
"""What `gym.make_vec` calls, with `num_envs`, `group_size`, `env_wrappers` and the environment's own arguments."""
