"""`StructuredEnv`: the environment of structured output, and its vector entry point."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rlvr import registry
from rlvr.core import Check, Status, Task, Verdict
from rlvr.envs.arguments import check_flags, check_texts, instruction_or
from rlvr.envs.base import TaskEnv
from rlvr.envs.structured.families import FAMILIES
from rlvr.envs.structured.judging import REWARDS
from rlvr.envs.structured.verifier import planned
from rlvr.envs.vector import make_batched
from rlvr.registry.names import unknown

INSTRUCTION = "Put your answer, and nothing else, into one block that begins and ends with a line ```."
"""What follows the task by default."""

_NOT_FOUND = "There was no answer that can be read. {reason} Answer again."
_MISSHAPEN = "That answer does not have the form that was asked for. {reason} Correct it and answer again."
_NOT_RIGHT = "That answer has the right form, but not all of it is right. Correct it and answer again."
_TOO_SLOW = "It took too long to check that answer. Answer again, with a simpler one."


class StructuredEnv(TaskEnv):
    """Write text of a form that programs read, with the right values in it.

    ## Description
    Each episode is one task: facts in a text as JSON that is valid against a given schema (`json`), a request as calls
    of the functions that are offered (`call`), a description of texts as a regular expression (`regex`), records as a
    Markdown table with given columns (`table`), as `csv` or as `xml`, dates in another format (`date`). All that a
    right answer needs is in the prompt, and one value is right wherever a value is asked for; only a regular expression
    may be spelled in many ways. With `max_turns` above 1, an answer that is not right is answered with what is wrong
    with its form, and the model tries again.

    ## Action Space
    `AnyText()`: the model's text. A `Completion` also brings its finish reason: a sample that was cut is judged only if
    its answer cannot have been cut.

    ## Observation Space
    `Messages()`: the messages that are new. After `reset` the system prompt, if there is one, and the task followed by
    `instruction`; after an answer that is not right, what is wrong with its form, or that values are; at the end
    nothing.

    ## Starting State
    The task is a pure function of the arguments, the seed, and the number of resets since that seed.
    `reset(options={"task": id})` or `{"task": n}` asks for one task, `{"episode": n}` for the n-th of the stream.

    ## Rewards
    One term, `"correct"`, on the last turn: with `reward="gate"` 1.0 if form and values are right, else 0.0; with
    `"fraction"` 0.5 for the form and 0.5 times the share of values that are right.

    ## Episode End
    Terminated by a right answer, by a sample that was cut, or after `max_turns` answers. Truncated only if the verifier
    failed twice (status `error`).

    ## Information
    `reset` gives `{"task": id}`. `step` gives `"task"`, `"turn"` (from 1), `"reward_terms"` and `"verdict"`, a dict of
    `status` (`correct`, `partial`, `wrong`, `unparsable` for what cannot be read as its kind, `truncated`, `timeout`,
    `error`, or `pending` before the last turn), `score`, `answer` (its beginning), `extraction` (`fenced` or `whole`),
    `reason`, and `parts`: `form`, 1.0 or 0.0, and `values`, the share that is right, once the form is.

    ## Arguments
    - `source` (`"generated"`): a task source of the family `structured`, as `rlvr.registry.sources("structured")` lists
      them.
    - `split` (`"train"`): `train` or `test`.
    - `families` (`None`: all), `level` (1): which families, by name, and which level of each, 1 to 3.
    - `max_turns` (1): how many answers the model has.
    - `reward` (`"gate"`): `gate` or `fraction`.
    - `instruction` (`None`: asks for a fenced block): follows the task after an empty line; `""` leaves the task bare.
    - `system_prompt` (`None`): opens the conversation.
    - `opened_think` (`False`): the chat template ends the prompt with `<think>`, so an answer counts only after
      `</think>`.
    - `render_mode` (`None`): `"ansi"` makes `render()` return the conversation.

    ## References
    RFC 8259 (JSON), JSON Schema 2020-12, RFC 4180 (CSV), XML 1.0, GitHub Flavored Markdown 0.29 (tables).

    ## Version History
    - v0: initial version.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> env = gym.make("rlvr/Structured-v0", families="date")
        >>> observation, info = env.reset(seed=0)
        >>> task = env.unwrapped.task
        >>> observation, reward, terminated, truncated, info = env.step(env.unwrapped.solution(task))
        >>> reward, terminated, info["verdict"]["parts"]
        (1.0, True, {'form': 1.0, 'values': 1.0})
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
        opened_think: bool = False,
        render_mode: str | None = None,
    ) -> None:
        """Make the environment; see the class for the arguments.

        Raises:
            ValueError: A name, a level or a value does not exist.
        """
        check_texts(source=source, split=split)
        if reward not in REWARDS:
            raise ValueError(unknown("reward", reward, REWARDS))
        instruction = instruction_or(INSTRUCTION, instruction)
        check_flags(opened_think=opened_think)
        tasks = registry.source("structured", source)(split=split, families=families, level=level)
        super().__init__(tasks, max_turns=max_turns, system_prompt=system_prompt, render_mode=render_mode)
        self.reward = reward
        self.instruction = instruction
        self.opened_think = opened_think
        self._suffix = f"\n\n{instruction}" if instruction else ""

    def question(self, task: Task) -> str:
        """The task with the instruction."""
        return task.prompt + self._suffix

    def check(self, task: Task, action: str) -> Verdict | Check:
        """See `rlvr.envs.structured.verifier.plan`."""
        return planned(action, task.reference, opened_think=self.opened_think, reward=self.reward)

    def feedback(self, task: Task, verdict: Verdict) -> str:
        """What is wrong with the form, which the prompt has said; of values only that some are not right."""
        if verdict.status is Status.TIMEOUT:
            return _TOO_SLOW
        if verdict.status is Status.UNPARSABLE:
            return _NOT_FOUND.format(reason=verdict.reason)
        if verdict.parts.get("form") == 1.0:
            return _NOT_RIGHT
        return _MISSHAPEN.format(reason=verdict.reason)

    def solution(self, task: Task) -> str:
        """An answer that is right, in a fenced block."""
        return self._fenced(task, FAMILIES[task.reference["kind"]].write(task.reference))

    def mistake(self, task: Task) -> str:
        """An answer of the right form with a wrong value."""
        return self._fenced(task, FAMILIES[task.reference["kind"]].mistake(task.reference))

    def _fenced(self, task: Task, text: str) -> str:
        block = f"```{FAMILIES[task.reference['kind']].tag}\n{text}\n```"
        return f"</think>{block}" if self.opened_think else block


make_vector = partial(make_batched, StructuredEnv)
"""What `gym.make_vec` calls, with `num_envs`, `group_size`, `env_wrappers` and the environment's own arguments."""
