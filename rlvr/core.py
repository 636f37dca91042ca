"""The vocabulary that every floor of `rlvr` speaks.

- `Message`: one chat message; a conversation is the observations and actions in order.
- `Completion`: a `str` that remembers the tokens it was sampled as.
- `Task`: one question with its reference.
- `Status`, `Verdict`, `Check`: what a verifier says, and a call that makes one say it.
- `Turn`, `Episode`: what a learner consumes.
- `VerifiableEnv`: the contract of every environment, checking split from stepping.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, NotRequired, Protocol, Self, TypedDict

import gymnasium as gym
from gymnasium.error import ResetNeeded

from rlvr.spaces import AnyText, Messages

Info = dict[str, Any]
Observation = tuple["Message", ...]


class Message(TypedDict):
    """One chat message, as chat templates take it."""

    role: str
    """Who speaks: `"system"`, `"user"`, `"assistant"` or `"tool"`."""
    content: Any
    """A `str`, or a list of parts such as `{"type": "text", "text": ...}`."""
    name: NotRequired[str]
    """The speaker's name, where several share a role."""


class FinishReason(StrEnum):
    """Why a sample ended."""

    STOP = "stop"
    """The policy sampled its end-of-turn token, or a stop string."""
    LENGTH = "length"
    """The token budget ran out: the sample is cut."""


class Completion(str):
    """The model's text, with the tokens it was sampled as.

    It is a plain `str` to whoever does not care; equality, hashing and slicing are `str`'s. Batches of completions are
    tuples or lists: a NumPy array would drop everything but the characters.

    Attributes:
        token_ids: The sampled ids, end-of-turn token included, or `None` for text that was not sampled here.
        logprobs: Natural-log probability of each sampled id under the sampling distribution, as long as `token_ids`.
        prompt_ids: The ids the sample was conditioned on, or `None`.
        finish_reason: A `FinishReason`, or `None` where it is not known.
    """

    token_ids: tuple[int, ...] | None
    logprobs: tuple[float, ...] | None
    prompt_ids: tuple[int, ...] | None
    finish_reason: FinishReason | None

    def __new__(
        cls,
        text: str = "",
        *,
        token_ids: Sequence[int] | None = None,
        logprobs: Sequence[float] | None = None,
        prompt_ids: Sequence[int] | None = None,
        finish_reason: str | None = None,
    ) -> Self:
        """Make a completion; from text alone it equals that text.

        Raises:
            ValueError: `logprobs` is given without ids or with another length, or `finish_reason` is unknown.
        """
        if logprobs is not None and (token_ids is None or len(logprobs) != len(token_ids)):
            have = "no token_ids" if token_ids is None else f"{len(token_ids)} token_ids"
            raise ValueError(f"Expected one logprob for each token id, actually: {len(logprobs)} logprobs, {have}.")
        self = super().__new__(cls, text)
        self.token_ids = None if token_ids is None else tuple(token_ids)
        self.logprobs = None if logprobs is None else tuple(logprobs)
        self.prompt_ids = None if prompt_ids is None else tuple(prompt_ids)
        try:
            self.finish_reason = None if finish_reason is None else FinishReason(finish_reason)
        except ValueError as error:
            reasons = ", ".join(f'"{reason}"' for reason in FinishReason)
            raise ValueError(f"Expected finish_reason to be {reasons} or None, actually: {finish_reason!r}.") from error
        return self

    def with_text(self, text: str) -> Completion:
        """Other text, same finish reason; the tokens are dropped because they no longer spell it."""
        return Completion(text, finish_reason=self.finish_reason)


@dataclass(frozen=True, slots=True, init=False)
class Task:
    """One question with everything needed to judge an answer to it."""

    id: str
    """Unique within its environment's configuration; `reset(options={"task": id})` asks for it again."""
    prompt: str
    """What the user message says."""
    reference: Any
    """The gold: JSON data that the family's verifier reads. Never shown to the model."""
    tags: Mapping[str, Any] = field(default_factory=dict)
    """What reports group by: family, level, subject, year."""

    def __init__(self, id: str, prompt: str, reference: Any, tags: Mapping[str, Any] | None = None) -> None:
        """Make a task."""
        # Every reset makes one; the generated __init__ of a frozen class takes twice as long.
        _set_id(self, id)
        _set_prompt(self, prompt)
        _set_reference(self, reference)
        _set_tags(self, {} if tags is None else tags)


_set_id, _set_prompt, _set_reference, _set_tags = (
    vars(Task)[slot].__set__ for slot in ("id", "prompt", "reference", "tags")
)


class Status(StrEnum):
    """What became of a check."""

    CORRECT = "correct"
    """The answer is right; score 1.0."""
    PARTIAL = "partial"
    """Some of it is right; score between 0 and 1."""
    WRONG = "wrong"
    """An answer was found and is not right; score 0.0."""
    UNPARSABLE = "unparsable"
    """No answer was found; score 0.0."""
    TRUNCATED = "truncated"
    """The sample was cut before an answer stood; score 0.0."""
    TIMEOUT = "timeout"
    """The check itself hit a limit: CPU time, memory, a crash of the judged text's making; its fault, score 0.0."""
    ERROR = "error"
    """The verifier could not run. Says nothing about the answer, has no score, and no learner may train on it."""
    PENDING = "pending"
    """A turn that is not the last; its terms are 0.0."""


_CORRECT, _PARTIAL = Status.CORRECT, Status.PARTIAL


@dataclass(frozen=True, slots=True, init=False)
class Verdict:
    """What a verifier says of one completion.

    Raises:
        ValueError: `score` is not a float that fits the status.
    """

    status: Status
    score: float = 0.0
    """In [0, 1]: 1.0 for `correct`, 0.0 for everything but `correct` and `partial`."""
    answer: str | None = None
    """The answer as it was extracted, or `None`."""
    extraction: str | None = None
    """The convention by which the answer was found, such as `"boxed"`."""
    reason: str = ""
    """One sentence for a person, empty where the status says it all."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """Scores of the parts (constraints, tests) where the verifier has parts."""

    def __init__(
        self,
        status: Status,
        score: float = 0.0,
        answer: str | None = None,
        extraction: str | None = None,
        reason: str = "",
        parts: Mapping[str, float] | None = None,
    ) -> None:
        """Refuse a score that does not fit the status: a right answer that pays nothing, a wrong one that pays."""
        if type(status) is not Status or type(score) is not float:
            raise ValueError(
                f"Expected a Status and a float, actually: {status!r} and {score!r}. Use Status(...) and float(...)."
            )
        if not (score == 1.0 if status is _CORRECT else 0.0 < score < 1.0 if status is _PARTIAL else score == 0.0):
            raise ValueError(
                f"Expected a score of 1.0 for correct, between 0 and 1 for partial, and 0.0 for every other status, "
                f"actually: {score!r} for {status.value}."
            )
        # Every step makes one; the generated __init__ of a frozen class takes twice as long.
        _set_status(self, status)
        _set_score(self, score)
        _set_answer(self, answer)
        _set_extraction(self, extraction)
        _set_reason(self, reason)
        _set_parts(self, {} if parts is None else parts)

    def as_dict(self) -> Info:
        """The plain dict that `info["verdict"]` holds: JSON data, without `score` on `error`."""
        plain: Info = {"status": self.status._value_}
        if self.status is not Status.ERROR:
            plain["score"] = self.score
        plain["answer"] = self.answer
        plain["extraction"] = self.extraction
        plain["reason"] = self.reason
        if self.parts:
            plain["parts"] = dict(self.parts)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Verdict:
        """The inverse of `as_dict`."""
        known = {name: plain[name] for name in ("score", "answer", "extraction", "reason", "parts") if name in plain}
        return cls(status=Status(plain["status"]), **known)


_set_status, _set_score, _set_answer, _set_extraction, _set_reason, _set_parts = (
    vars(Verdict)[slot].__set__ for slot in ("status", "score", "answer", "extraction", "reason", "parts")
)


@dataclass(frozen=True, slots=True)
class Check:
    """A call that returns a `Verdict`, described by name so that another process can make it.

    Arguments and options are JSON data. They travel as JSON too, so a model's text is never pickled or evaluated.
    """

    function: str
    """Where the verifier is, `"package.module:function"`."""
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    cpu_seconds: int = 5
    """CPU time after which the check is killed and its verdict is `timeout`."""
    pure: bool = False
    """Whether the verdict depends on nothing but the arguments, so that it may be remembered; no part of `key()`."""

    def key(self) -> str:
        """Equal for equal calls: what prefetched results are found by.

        Options may come in any order. Keys of mappings in the arguments may not: a verdict can depend on it.
        """
        call = [self.function, self.arguments, dict(sorted(self.options.items())), self.cpu_seconds]
        return json.dumps(call, ensure_ascii=False)  # Escapes would merge two halves of a surrogate pair.


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange as tokens: what the policy saw, what it sampled, what came of it."""

    prompt_ids: tuple[int, ...]
    """Everything before the sample: previous ids, previous samples, the tokenised environment delta."""
    output_ids: tuple[int, ...]
    """The sampled ids, `[T]`."""
    output_logprobs: tuple[float, ...]
    """Log-probability of each sampled id when it was sampled, `[T]`."""
    output_mask: tuple[int, ...]
    """1 where the model sampled the id and it may enter a statistic, else 0, `[T]`."""
    reward: float
    """What `step` returned for this turn; it sits on the last sampled token of this turn."""
    info: Info
    """What `step` returned, untouched."""
    text: str = ""
    """The sample as text."""
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """One task from `reset` to its end."""

    task: str
    """The task's id."""
    group: tuple[int, int]
    """(group, episode number within the stream): episodes of one group answer the same task."""
    turns: tuple[Turn, ...]
    terminated: bool
    truncated: bool
    policy_version: int
    """Number of optimizer steps behind the policy that sampled it."""
    messages: tuple[Message, ...] = ()
    """The whole conversation as text."""
    seed: int = 0
    """The seed its environment was reset with."""

    @property
    def reward(self) -> float:
        """The undiscounted return."""
        return math.fsum(turn.reward for turn in self.turns)

    @property
    def finish_reason(self) -> str | None:
        """Why the last sample ended."""
        return self.turns[-1].finish_reason

    @property
    def verdict(self) -> Info:
        """The last verdict, as a plain dict."""
        verdict: Info = self.turns[-1].info["verdict"]
        return verdict

    @property
    def masked(self) -> bool:
        """Whether a wrapper asks learners to leave its tokens out of the loss; its reward still counts in its group."""
        return bool(self.turns[-1].info.get("masked", False))

    @property
    def length(self) -> int:
        """Number of sampled tokens over all turns."""
        return sum(sum(turn.output_mask) for turn in self.turns)


class Tools(Protocol):
    """What a model may call between its answers; `rlvr.envs.tools` has it."""

    def plan(self, action: str, calls: int) -> Check | None:
        """What to run for an action that calls a tool after so many `calls`; `None` if the action is an answer."""
        ...

    def reply(self, verdict: Verdict, calls: int) -> Message:
        """What the model is shown of a call that has run, the `calls`-th: its check's verdict was `pending`."""
        ...

    def info(self, calls: int) -> Info:
        """What every step's info says of the tools."""
        ...


class VerifiableEnv(gym.Env[Observation, str], ABC):
    """The contract: ask, check, advance.

    A subclass says where its tasks come from (`draw_task`, `find_task`), how they are asked (`open`), what has to be
    checked (`check`) and what it replies to an answer that is not final (`feedback`). `judge` and `prefetch_check`
    connect it to whatever runs checks. Checking is split from stepping so that many environments can have their checks
    run side by side: `prefetch(action)` plans and submits, `step(action)` collects and advances.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi"], "render_fps": 1}  # type: ignore[misc]
    observation_space: Messages  # type: ignore[assignment]  # A Message is a dict to the space, which knows no TypedDict.
    action_space: AnyText
    toolbox: Tools | None = None
    """Tools that the model may call between its answers."""

    def __init__(self, *, max_turns: int = 1, render_mode: str | None = None) -> None:
        """Make an environment that gives the policy `max_turns` answers a task."""
        if not isinstance(max_turns, int) or isinstance(max_turns, bool) or max_turns < 1:
            raise ValueError(f"Expected max_turns to be an integer of at least 1, actually: {max_turns!r}.")
        if render_mode not in (None, "ansi"):
            raise ValueError(f'Expected render_mode to be None or "ansi", actually: {render_mode!r}.')
        self.observation_space = Messages()
        self.action_space = AnyText()
        self.max_turns = max_turns
        self.render_mode = render_mode
        self.task: Task | None = None
        self.turn = 0
        self.episode = -1
        self._stream_seed: int | None = None
        self._said: tuple[Message, ...] = ()
        self._done = True
        self._hint: tuple[str, Verdict | Check] | None = None

    # What a family says.

    @abstractmethod
    def draw_task(self, seed: int, episode: int) -> Task:
        """The task of the `episode`-th reset since `seed`: a pure function of both."""

    @abstractmethod
    def find_task(self, key: int | str, seed: int) -> Task:
        """The task that `key` (an id, or an index into the source) names.

        Raises:
            ValueError: There is none; the message says what there is.
        """

    @abstractmethod
    def check(self, task: Task, action: str) -> Verdict | Check:
        """Judge a cheap case at once, or say what a worker has to run."""

    @abstractmethod
    def judge(self, check: Check) -> Verdict:
        """Run a check under its deadline, once more on a fresh worker if the first run fails."""

    @abstractmethod
    def prefetch_check(self, check: Check) -> None:
        """Start a check whose verdict `judge` will be asked for."""

    def open(self, task: Task) -> list[Message]:
        """The first messages of a conversation about `task`: a pure function, with fresh dicts each call."""
        return [{"role": "user", "content": task.prompt}]

    def feedback(self, task: Task, verdict: Verdict) -> str:
        """What the environment replies to an answer that is not final. It must not leak the reference."""
        raise NotImplementedError(f"{type(self).__name__} has max_turns={self.max_turns} but no feedback().")

    def is_final(self, verdict: Verdict) -> bool:
        """Whether this verdict ends the episode although turns are left."""
        return verdict.status is Status.CORRECT

    def solution(self, task: Task) -> str:
        """A completion that is right: what the oracle says, and what the tests hold every gold to."""
        raise NotImplementedError(f"{type(self).__name__} does not say how a right completion looks: no solution().")

    def mistake(self, task: Task) -> str:
        """A completion in the right form with a wrong answer."""
        raise NotImplementedError(f"{type(self).__name__} does not say how a wrong completion looks: no mistake().")

    # What every family inherits.

    @property
    def stream_seed(self) -> int:
        """The seed that tasks are drawn from; taken from the operating system's entropy if none was given."""
        if self._stream_seed is None:
            seed = self.np_random_seed  # Gymnasium seeds itself here if nobody did.
            self._stream_seed = seed if seed >= 0 else int(self.np_random.integers(2**62))
        return self._stream_seed

    @property
    def calls(self) -> int:
        """Calls of tools so far in this episode: what the model said that was no answer."""
        return (len(self._said) + 1) // 2 - self.turn  # Whatever it says is replied to, but for the last.

    @property
    def transcript(self) -> list[Message]:
        """The conversation so far, in fresh dicts; empty before the first reset."""
        opening = [] if self.task is None else self.open(self.task)
        return opening + [message.copy() for message in self._said]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task.

        Args:
            seed: Starts a stream of tasks; `None` goes on with the current one.
            options: `{"task": id_or_index}` asks for one task, `{"episode": n}` for the n-th of the stream.

        Returns:
            The opening messages, and `{"task": id}`.

        Raises:
            ValueError: An option is unknown, or names a task that does not exist.
        """
        if seed is not None:
            super().reset(seed=seed)
            self._stream_seed = seed
            self.episode = -1
        observation = self.begin(options)
        assert self.task is not None
        return observation, {"task": self.task.id}

    def begin(self, options: dict[str, Any] | None = None) -> Observation:
        """Ask the stream's next task: `reset` without its info, for those who step many environments at once."""
        seed = self._stream_seed
        if seed is None:
            seed = self.stream_seed
        episode = self.episode + 1
        if options:
            task, episode = self._selected_task(options, seed, episode)
        else:
            task = self.draw_task(seed, episode)
        # Nothing has changed until here: options that are refused leave the episode as it was.
        self.task = task
        self.episode = episode
        self.turn = 0
        self._said = ()
        self._done = False
        self._hint = None
        return tuple(self.open(task))

    def _selected_task(self, options: dict[str, Any], seed: int, following: int) -> tuple[Task, int]:
        """The task that was asked for, and the number of the episode it makes; `following` is the next one's."""
        if len(options) != 1 or not options.keys() <= {"task", "episode"}:
            raise ValueError(f'Expected options to have one key, "task" or "episode", actually: {sorted(options)}.')
        if "task" in options:
            return self.find_task(options["task"], seed), following
        episode = options["episode"]
        if not isinstance(episode, int) or isinstance(episode, bool) or episode < 0:
            raise ValueError(f'Expected options["episode"] to be an integer of at least 0, actually: {episode!r}.')
        return self.draw_task(seed, episode), episode

    def prefetch(self, action: str) -> None:
        """Plan `step(action)` and start its check. A hint: `step` with another action simply checks that one."""
        if self._done or not isinstance(action, str):
            return  # step() says what is wrong; a hint has nothing to say.
        outcome = self.plan(action)
        self._hint = (action, outcome)
        if isinstance(outcome, Check):
            self.prefetch_check(outcome)

    def step(self, action: str) -> tuple[Observation, float, bool, bool, Info]:
        """Judge the model's text and go on.

        Returns:
            New messages (none at the end), the reward, terminated, truncated, and
            `{"task", "turn", "verdict", "reward_terms"}`. A call of a tool belongs to the turn of the next answer.

        Raises:
            TypeError: The action is not a string.
            ResetNeeded: There is no episode, or it has ended.
        """
        hint = self._hint
        # A hint for other text is worth nothing; identity, because equal text may have another finish reason.
        outcome = hint[1] if hint is not None and hint[0] is action else self.plan(action)
        verdict = outcome if isinstance(outcome, Verdict) else self.judge(outcome)
        return self.conclude(action, verdict)

    # The parts of a step, for those who step many environments at once.

    def plan(self, action: str) -> Verdict | Check:
        """The first part of a step: what `check` says of the action.

        Raises:
            TypeError, ResetNeeded: As for `step`.
        """
        if not isinstance(action, str):
            raise TypeError(
                f"Expected the action to be a str, the model's text, actually: {type(action).__name__} "
                f"{action!r:.80}. Decode token ids first, or use rlvr.core.Completion."
            )
        if self._done:
            when = "before reset()" if self.task is None else f"after the end of task {self.task.id!r}"
            raise ResetNeeded(f"step() was called {when}. Call reset() to ask the next task.")
        assert self.task is not None
        if self.toolbox is not None and (call := self.toolbox.plan(action, self.calls)) is not None:
            return call
        return self.check(self.task, action)

    def conclude(self, action: str, verdict: Verdict) -> tuple[Observation, float, bool, bool, Info]:
        """The last part of a step: take the verdict and go on. Returns what `step` returns."""
        assert self.task is not None
        self._hint = None
        if verdict.status is Status.PENDING and self.toolbox is not None:
            return self._called(self.task, self.toolbox, action, verdict)
        self.turn += 1
        self._said += ({"role": "assistant", "content": action},)
        observation: Observation = ()
        status = verdict.status
        truncated = status is Status.ERROR
        terminated = not truncated and (self.turn >= self.max_turns or self.is_final(verdict) or _is_cut(action))
        self._done = terminated or truncated
        if not self._done:
            reply: Message = {"role": "user", "content": self.feedback(self.task, verdict)}
            self._said += (reply,)
            observation = (reply.copy(),)
            verdict = PENDING
        info = {
            "task": self.task.id,
            "turn": self.turn,
            "verdict": verdict.as_dict(),
            "reward_terms": {"correct": verdict.score},
        }
        if self.toolbox is not None:
            info |= self.toolbox.info(self.calls)
        return observation, verdict.score, terminated, truncated, info

    def _called(
        self, task: Task, toolbox: Tools, action: str, verdict: Verdict
    ) -> tuple[Observation, float, bool, bool, Info]:
        """Go on after the call of a tool, which is no answer and uses up no turn."""
        reply = toolbox.reply(verdict, self.calls + 1)
        self._said += ({"role": "assistant", "content": action}, reply)
        info = {
            "task": task.id,
            "turn": self.turn + 1,
            "verdict": PENDING.as_dict(),
            "reward_terms": {"correct": 0.0},
            **toolbox.info(self.calls),
            "tool": verdict.extraction,
        }
        return (reply.copy(),), 0.0, False, False, info

    def render(self) -> str | None:
        """The conversation so far, a line of dashes with the role above each message."""
        if self.render_mode is None:
            gym.logger.warn('render() needs render_mode="ansi": gym.make(id, render_mode="ansi").')
            return None
        return "\n".join(f"--- {message['role']}\n{message['content']}" for message in self.transcript)


def _is_cut(action: str) -> bool:
    """Whether the sample has no end-of-turn token, so that the conversation cannot go on after it."""
    return isinstance(action, Completion) and action.finish_reason is FinishReason.LENGTH


PENDING = Verdict(Status.PENDING)
