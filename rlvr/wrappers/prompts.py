"""What the model is asked, said in another way: only the opening messages change, never the task or its verdict.

- `PromptTemplate`: the question in a template of your own, the system prompt replaced or extended.
- `FewShot`: worked examples before the question.
- `Hint`: a hint after the question, in a share of the tasks.

The conversation is what these wrappers show. The environment's own `transcript` and `render()` are what it said itself.
Everything is a function of the task, so that all members of a group are shown the same, and a task that is asked again
is shown as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Info, Message, Observation, Task, VerifiableEnv
from rlvr.seeding import StreamKey
from rlvr.wrappers.base import require_number
from rlvr.wrappers.messages import appended, filled, question, replaced, require_messages, require_text

QUESTION, SYSTEM = "{question}", "{system}"

_DRAWS = 1000
"""Draws after which a source is taken to have too few different examples."""


class PromptTemplate(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Put the question into a template, and replace or extend the system prompt.

    Every user message of the opening is rewritten; there is only one, unless `FewShot` is inside: then the examples are
    asked in the same form. Replies in later turns stay as they are. Markers are replaced, nothing is formatted: other
    braces stay, and those of a question are never read.

    Args:
        user: What a user message becomes, with the marker `{question}` where the question goes.
        system: The system prompt. The marker `{system}` stands for the environment's own, so that
            `"{system}\n\nBe brief."` extends it; without it, it is replaced. `""` removes it, `None` leaves it alone.

    Raises:
        TypeError: The environment does not observe messages.
        ValueError: `user` has no marker, or an argument is no text.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.prompts import PromptTemplate
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = PromptTemplate(env, user="Compute: {question}", system="You add {numbers}.")
        >>> [message["content"] for message in env.reset(seed=1)[0]]
        ['You add {numbers}.', 'Compute: 20+11=?']
    """

    def __init__(self, env: gym.Env[Observation, str], *, user: str = QUESTION, system: str | None = None) -> None:
        """Wrap `env`; see the class."""
        RecordConstructorArgs.__init__(self, user=user, system=system)
        gym.Wrapper.__init__(self, env)
        require_messages(env, "PromptTemplate")
        require_text("user", user, marker=QUESTION)
        if not isinstance(system, str | None):
            raise ValueError(f'Expected system to be a str, "" for none, or None to leave it, actually: {system!r}.')
        self.user = user
        self.system = system

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, by the template."""
        observation, info = self.env.reset(seed=seed, options=options)
        for index, message in enumerate(observation):
            if message["role"] == "user":
                observation = replaced(observation, index, filled(self.user, QUESTION, message["content"]))
        return self._with_system(observation), info

    def _with_system(self, observation: Observation) -> Observation:
        if self.system is None:
            return observation
        if observation and observation[0]["role"] == "system":
            content = filled(self.system, SYSTEM, observation[0]["content"])
            observation = observation[1:]
        else:
            content = self.system.replace(SYSTEM, "").strip()  # There is nothing to extend: no empty lines either.
        return ({"role": "system", "content": content}, *observation) if content else observation


class FewShot(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Put worked examples before the question, each as a user's message and the assistant's answer.

    The examples are given, or drawn: `k` tasks of the environment's own training split, with its `solution` of them.
    They are drawn from a hash stream; none asks what the question asks, and no two ask the same.

    Args:
        examples: Pairs of a question and an answer, shown as they are.
        k: How many examples to draw instead.
        seed: Of the drawing.
        per_task: Draw afresh for every task. With `False` all tasks have the same examples, but for one that is the
            question itself: it gives way to the next; a prefix that stays is one that an engine's cache can keep.
        drawn_from: Arguments that make another environment of the wrapped one's id, to draw from; by default none if
            this one's split is `train`, else `{"split": "train"}`. Examples never come from a test split by themselves.

    Raises:
        TypeError: The environment does not observe messages, or is no `VerifiableEnv` to draw from.
        ValueError: There are neither examples nor a number of them, or both; or none can be drawn.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.prompts import FewShot
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = FewShot(env, examples=[["1+1=?", r"\boxed{2}"]])
        >>> [(message["role"], message["content"]) for message in env.reset(seed=1)[0]]
        [('user', '1+1=?'), ('assistant', '\\boxed{2}'), ('user', '20+11=?')]
    """

    def __init__(
        self,
        env: gym.Env[Observation, str],
        *,
        examples: Sequence[Sequence[str]] | None = None,
        k: int | None = None,
        seed: int = 0,
        per_task: bool = True,
        drawn_from: Mapping[str, Any] | None = None,
    ) -> None:
        """Wrap `env`; see the class."""
        drawing = {"seed": seed, "per_task": per_task, "drawn_from": drawn_from}
        RecordConstructorArgs.__init__(self, **({"examples": examples} if k is None else {"k": k, **drawing}))
        gym.Wrapper.__init__(self, env)
        require_messages(env, "FewShot")
        if (examples is None) == (k is None):
            raise ValueError(f"Expected either examples or k, actually: examples={examples!r:.80}, k={k!r}.")
        self.k = k
        self.seed = seed
        self.per_task = per_task
        self._examples = _require_pairs(examples or ())
        self._teacher: VerifiableEnv | None = None
        if k is not None:
            for name, value, least in (("k", k, 1), ("seed", seed, 0)):
                if type(value) is not int or value < least:
                    raise ValueError(f"Expected {name} to be an integer of at least {least}, actually: {value!r}.")
            if not isinstance(per_task, bool):
                raise ValueError(f"Expected per_task to be True or False, actually: {per_task!r}.")
            self._teacher = _teacher(env, drawn_from)
            self._example(self._source().draw_task(0, 0))  # Without a solution nothing can be drawn: say so now.

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, after its examples."""
        observation, info = self.env.reset(seed=seed, options=options)
        at = max(0, question(observation))
        shots: list[Message] = []
        for asked, answer in self._examples or self._drawn(info["task"]):
            shots += [{"role": "user", "content": asked}, {"role": "assistant", "content": answer}]
        return (*observation[:at], *shots, *observation[at:]), info

    def close(self) -> None:
        """Close the environment, and the one that examples are drawn from."""
        if self._teacher is not None:
            self._teacher.close()
        super().close()

    def _drawn(self, task: str) -> list[tuple[Any, str]]:
        """The examples of a task: a pure function of its id and the seed."""
        base: Any = self.unwrapped
        source = self._source()
        stream = StreamKey("rlvr.wrappers.FewShot", task if self.per_task else "").at(self.seed, 0)
        prompts = {base.task.prompt}
        examples: list[tuple[Any, str]] = []
        for _ in range(_DRAWS):
            if len(examples) == self.k:
                return examples
            drawn = source.draw_task(stream.below(1 << 32), 0)
            if drawn.prompt not in prompts:
                prompts.add(drawn.prompt)
                examples.append(self._example(drawn))
        raise ValueError(
            f"Expected {self.k} different examples besides task {task!r}, actually: {_DRAWS} draws met "
            f"{len(examples)}. Lower k, or give drawn_from another level or source."
        )

    def _example(self, task: Task) -> tuple[Any, str]:
        source = self._source()
        opening = tuple(source.open(task))
        return opening[question(opening)]["content"], source.solution(task)

    def _source(self) -> VerifiableEnv:
        if self._teacher is not None:
            return self._teacher
        base = self.unwrapped
        assert isinstance(base, VerifiableEnv)
        return base


def _require_pairs(examples: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    pairs = []
    for pair in examples:
        if isinstance(pair, str) or len(pair) != 2 or not all(isinstance(text, str) for text in pair):
            raise ValueError(f"Expected examples to be pairs of a question and an answer, actually: {pair!r:.200}.")
        pairs.append((pair[0], pair[1]))
    return pairs


def _teacher(env: gym.Env[Any, Any], drawn_from: Mapping[str, Any] | None) -> VerifiableEnv | None:
    """The environment that examples are drawn from, or `None` where it is the wrapped one itself."""
    base = env.unwrapped
    if not isinstance(base, VerifiableEnv):
        raise TypeError(
            f"Expected a VerifiableEnv to draw examples from, actually: {type(base).__name__}. Give examples=[...]."
        )
    split = getattr(getattr(base, "source", None), "split", "train")
    if drawn_from is None and split == "train":
        return None
    if base.spec is None:
        raise ValueError(
            f"Expected an environment from gym.make, to make its like on the training split, actually: {base} without "
            "a spec. Give examples=[...]."
        )
    try:
        made = gym.make(base.spec, disable_env_checker=True, **(drawn_from or {"split": "train"})).unwrapped
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{error} FewShot draws from there: name others in drawn_from, or give examples.") from error
    assert isinstance(made, VerifiableEnv)
    return made


class Hint(gym.Wrapper[Observation, str, Observation, str], RecordConstructorArgs):
    r"""Append a hint to the question, in a share of the tasks.

    Whether a task has its hint is drawn from a hash stream keyed by the task's id: all members of a group share it, and
    a task that is asked again has it again. `info["hint"]` says so, on `reset` and on every step.

    Args:
        text: The hint; it follows the question after an empty line.
        share: The share of the tasks that have it, from 0.0 to 1.0.
        seed: Of the drawing.

    Raises:
        TypeError: The environment does not observe messages.
        ValueError: An argument is out of range.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers.prompts import Hint
        >>> env = gym.make("rlvr/Math-v0", families="sum", level=2, instruction="")
        >>> env = Hint(env, text="Mind the carry.", share=0.5)
        >>> env.reset(seed=1)[0][0]["content"]
        '20+11=?\n\nMind the carry.'
        >>> [env.reset()[1]["hint"] for _ in range(5)]
        [False, False, False, True, True]
    """

    def __init__(self, env: gym.Env[Observation, str], *, text: str, share: float = 1.0, seed: int = 0) -> None:
        """Wrap `env`; see the class."""
        RecordConstructorArgs.__init__(self, text=text, share=share, seed=seed)
        gym.Wrapper.__init__(self, env)
        require_messages(env, "Hint")
        require_text("text", text)
        require_number("share", share, 0.0, 1.0)
        if type(seed) is not int or seed < 0:
            raise ValueError(f"Expected seed to be an integer of at least 0, actually: {seed!r}.")
        self.text = text
        self.share = share
        self.seed = seed
        self._shown = False

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        """Ask the next task, with or without the hint."""
        observation, info = self.env.reset(seed=seed, options=options)
        stream = StreamKey("rlvr.wrappers.Hint", info["task"]).at(self.seed, 0)
        self._shown = bool(observation) and stream.random() < self.share
        if self._shown:
            at = question(observation)
            observation = replaced(observation, at, appended(observation[at]["content"], self.text))
        return observation, {**info, "hint": self._shown}

    def step(self, action: str) -> tuple[Observation, Any, bool, bool, Info]:
        """Step."""
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, reward, terminated, truncated, {**info, "hint": self._shown}
