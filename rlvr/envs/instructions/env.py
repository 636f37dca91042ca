"""`InstructionsEnv`: the environment of instruction following, and its vector entry point."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from rlvr import registry
from rlvr.core import Info, Observation, Status, Task, Verdict
from rlvr.envs.arguments import check_flags, check_texts, source_options
from rlvr.envs.base import TaskEnv
from rlvr.envs.instructions.composing import Contradiction, witness
from rlvr.envs.instructions.prose import prose
from rlvr.envs.instructions.rows import held
from rlvr.envs.instructions.verifier import MODES, REWARDS, judged
from rlvr.envs.vector import make_batched
from rlvr.registry.names import unknown
from rlvr.seeding import StreamKey

_NOT_FOLLOWED = "That response does not follow all instructions. Write it again, and follow each of them."
_NOT_FOUND = "There was no response. Answer again."

_OUTCOMES = (Status.CORRECT, Status.PARTIAL, Status.WRONG, Status.UNPARSABLE, Status.TRUNCATED)


class InstructionsEnv(TaskEnv):
    """Write a text that follows instructions which can be checked.

    ## Description
    Each episode is one prompt: generated (`source="generated"`, a thing to write and one to five constraints that do
    not contradict each other), or read from IFEval, IFBench or a file. What stands after the last `</think>` is the
    response. With `turns` above 1 a generated prompt goes on as a conversation (in the manner of Multi-IF): each turn
    adds a constraint or takes one back, and all that are in force have to hold in the response to it. With `max_turns`
    above 1 a response that does not follow all instructions may be written again.

    ## Action Space
    `AnyText()`: the model's text. A `Completion` also brings its finish reason: a sample that was cut is `truncated`.

    ## Observation Space
    `Messages()`: the messages that are new. After `reset` the system prompt, if there is one, and the prompt; between
    turns what changes, or that something was not followed; at the end nothing.

    ## Starting State
    The prompt is a pure function of the source and its options, the seed, and the number of resets since that seed.
    `reset(options={"task": id})` or `{"task": n}` asks for one prompt, `{"episode": n}` for the n-th of the stream.

    ## Rewards
    One term, `"correct"`, on the last turn: with `reward="all"` 1.0 if every instruction is followed, else 0.0; with
    `"fraction"` the share that is. Of a conversation it is the mean over its turns.

    ## Episode End
    Terminated by a response that follows all instructions, after `max_turns` responses, or after the last turn of a
    conversation. Never truncated: checks are decided in the step.

    ## Information
    `reset` gives `{"task": id}`. `step` gives `"task"`, `"turn"` (from 1), `"reward_terms"` and `"verdict"`, a dict of
    `status` (`correct`, `partial`, `wrong`, `unparsable`, `truncated`, or `pending` before the last turn), `score`,
    `answer` (the beginning of the response), `reason`, and `parts`: 1.0 or 0.0 for each instruction, by its id; of a
    conversation the score of each turn.

    ## Arguments
    - `source` (`"generated"`): a task source of the family `instructions`, as
      `rlvr.registry.sources("instructions")` lists them.
    - `split` (`"train"`): `train` or `test`; `ifeval` and `ifbench` only have `test`.
    - `level` (1): of generated prompts: 1 has one or two constraints, 2 two or three, 3 four or five, with larger
      parameters.
    - `turns` (1): of generated prompts: the length of the conversation, up to 8.
    - `max_turns` (1): how many responses the model has, where there is no conversation.
    - `mode` (`"strict"`): `strict` checks what the words mean, `reference` what the published checkers do.
    - `reward` (`"all"`): `all` (prompt level) or `fraction` (instruction level).
    - `loose` (`False`): an instruction counts as followed if one of eight readings of the response follows it.
    - `system_prompt` (`None`): opens the conversation.
    - `opened_think` (`False`): the chat template ends the prompt with `<think>`, so the response begins after
      `</think>`.
    - `data` (`None`): the folder with the data files of a real source, or the file of `source="file"`; by default
      `RLVR_DATA` or `../shared/data`.
    - `render_mode` (`None`): `"ansi"` makes `render()` return the conversation.

    ## References
    Zhou et al. 2023 (IFEval, arXiv:2311.07911); Pyatkin et al. 2025 (IFBench and IF-RLVR, arXiv:2507.02833); He et al.
    2024 (Multi-IF, arXiv:2410.15553).

    ## Version History
    - v0: initial version.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> env = gym.make("rlvr/Instructions-v0")
        >>> observation, info = env.reset(seed=0)
        >>> task = env.unwrapped.task
        >>> observation, reward, terminated, truncated, info = env.step(env.unwrapped.solution(task))
        >>> reward, terminated, info["verdict"]["status"]
        (1.0, True, 'correct')
    """

    def __init__(
        self,
        *,
        source: str = "generated",
        split: str = "train",
        level: int = 1,
        turns: int = 1,
        max_turns: int = 1,
        mode: str = "strict",
        reward: str = "all",
        loose: bool = False,
        system_prompt: str | None = None,
        opened_think: bool = False,
        data: str | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Make the environment; see the class for the arguments.

        Raises:
            ValueError: A name, a level or a value does not exist, or does not go with the source.
            FileNotFoundError: The source's data is nowhere to be found.
        """
        check_texts(source=source, split=split)
        check_flags(loose=loose, opened_think=opened_think)
        if mode not in MODES:
            raise ValueError(unknown("mode", mode, MODES))
        if reward not in REWARDS:
            raise ValueError(unknown("reward", reward, REWARDS))
        options = source_options(source, split, data, level=(level, 1), turns=(turns, 1))
        if turns != 1 and max_turns != 1:
            raise ValueError(
                f"Expected a conversation or further attempts, actually: turns={turns!r}, max_turns={max_turns!r}. "
                "In a conversation every turn has one response."
            )
        tasks = registry.source("instructions", source)(**options)
        super().__init__(
            tasks,
            max_turns=max_turns if turns == 1 else turns,
            system_prompt=system_prompt,
            render_mode=render_mode,
        )
        self.turns = turns
        self.mode = mode
        self.reward = reward
        self.loose = loose
        self.opened_think = opened_think
        self._turn_verdicts: list[Verdict] = []

    def check(self, task: Task, action: str) -> Verdict:
        """See `rlvr.envs.instructions.verifier.plan`; of a conversation, what is in force at this turn."""
        return judged(
            action,
            self._in_force(task),
            mode=self.mode,
            reward=self.reward,
            loose=self.loose,
            opened_think=self.opened_think,
        )

    def is_final(self, verdict: Verdict) -> bool:
        """Whether the episode ends here although turns are left: a conversation goes on."""
        return self.turns == 1 and verdict.status is Status.CORRECT

    def feedback(self, task: Task, verdict: Verdict) -> str:
        """What the next turn asks, or that something was not followed."""
        if self.turns > 1:
            said: str = task.reference["turns"][self.turn]["said"]
            return said
        return _NOT_FOUND if verdict.status is Status.UNPARSABLE else _NOT_FOLLOWED

    def conclude(self, action: str, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        """See `VerifiableEnv.conclude`; the verdict on a conversation is told at its end, over all its turns."""
        if self.turns > 1:
            self._turn_verdicts = [*self._turn_verdicts[: self.turn], verdict]
            if self.turn + 1 == self.turns or verdict.status is Status.TRUNCATED:
                verdict = _of_conversation(self._turn_verdicts, self.turns)
        return super().conclude(action, verdict)

    def solution(self, task: Task) -> str:
        """A response that follows all that is in force now, made by the constraints' writers.

        Raises:
            NotImplementedError: The writers of this prompt's constraints cannot meet them together.
        """
        return self._opened(self._solved(task))

    def mistake(self, task: Task) -> str:
        """A response that does not follow all that is in force now: a right one with one constraint spoiled."""
        constraints = held(self._in_force(task))
        stream = StreamKey("rlvr/Instructions", "v0", "mistakes", task.id).at(self.turn, 0)
        constraint, kwargs = stream.choice(constraints)
        try:
            text = self._solved(task)
        except NotImplementedError:
            text = constraint.write(prose(stream, _subject(task)), stream, **kwargs)
        return self._opened(constraint.spoil(text, stream, **kwargs))

    def _solved(self, task: Task) -> str:
        force = self._in_force(task)
        named = list(zip(force["instruction_id_list"], force["kwargs"], strict=True))
        try:
            return witness(named, _subject(task))
        except Contradiction as error:
            raise NotImplementedError(f"Task {task.id!r} comes without a solution. {error}") from error

    def _opened(self, text: str) -> str:
        return f"</think>{text}" if self.opened_think else text

    def _in_force(self, task: Task) -> dict[str, Any]:
        turns: list[dict[str, Any]] = task.reference["turns"]
        return turns[min(self.turn, len(turns) - 1)] if self.turns > 1 else turns[0]


def _subject(task: Task) -> str:
    """What the task's text is about: drawn with it, or anything where it was published."""
    subject: str = task.tags.get("subject", "a subject of your choice")
    return subject


def _of_conversation(verdicts: Sequence[Verdict], turns: int) -> Verdict:
    """The verdict on all turns: their mean; a turn that never came counts as 0."""
    parts = {f"turn {number}": verdict.score for number, verdict in enumerate(verdicts, start=1)}
    parts |= {f"turn {number}": 0.0 for number in range(len(verdicts) + 1, turns + 1)}
    score = sum(parts.values()) / turns
    last = verdicts[-1]
    reason = " ".join(f"Turn {n}: {one.reason}" for n, one in enumerate(verdicts, start=1) if one.reason)
    if score == 1.0:
        return Verdict(Status.CORRECT, 1.0, last.answer, None, "", parts)
    if score > 0.0:
        return Verdict(Status.PARTIAL, score, last.answer, None, reason, parts)
    status = last.status if last.status in _OUTCOMES else Status.WRONG
    return Verdict(status, 0.0, last.answer, None, reason, parts)


make_vector = partial(make_batched, InstructionsEnv)
"""What `gym.make_vec` calls, with `num_envs`, `group_size`, `env_wrappers` and the environment's own arguments."""
