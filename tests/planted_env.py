"""A small environment to test the machinery with, and the same with planted bugs.

It asks generated sums. `=N` is judged in-process; `half NAME` is half right, with parts; `pool N` is judged by a
worker; `fault NAME` runs the verifier of that name in `tests.planted_verifiers`, which fails in the way its name says.
"""

from __future__ import annotations

import random
from typing import Any, ClassVar

import numpy as np

from rlvr.core import Check, Info, Message, Observation, Status, Task, Verdict
from rlvr.envs.base import TaskEnv
from rlvr.envs.vector import BatchedVectorEnv, make_batched
from rlvr.seeding import StreamKey


class Sums:
    """Sums of two three-digit numbers, without end."""

    name = "sums"
    split = "train"
    size = None

    def __init__(self) -> None:
        self._key = StreamKey("planted", "sums", "train")

    def draw(self, seed: int, episode: int) -> Task:
        stream = self._key.at(seed, episode)
        return self._task(stream.integer(100, 999), stream.integer(100, 999))

    def find(self, key: int | str, seed: int) -> Task:
        if isinstance(key, int):
            return self.draw(seed, key)
        left, _, right = key.removeprefix("sum-").partition("-")
        if not (left.isdecimal() and right.isdecimal()):
            raise ValueError(f'Expected a task "sum-A-B", actually: {key!r}.')
        return self._task(int(left), int(right))

    def _task(self, left: int, right: int) -> Task:
        return Task(f"sum-{left}-{right}", f"{left} + {right} = ?", str(left + right))


class SumEnv(TaskEnv):
    """Sums, to test the machinery with.

    ## Description
    Adds two numbers.

    ## Action Space
    `AnyText`: `=N`, `half NAME`, `pool N` or `fault NAME`.

    ## Observation Space
    `Messages`.

    ## Starting State
    One user message, `A + B = ?`.

    ## Rewards
    `correct`: 1.0 for the sum, else 0.0.

    ## Episode End
    Terminated at the right answer or after `max_turns`.

    ## Information
    `task`, `turn`, `verdict`, `reward_terms`.

    ## Arguments
    `max_turns`, `system_prompt`.

    ## References
    None.

    ## Version History
    v0: first.
    """

    def __init__(self, *, max_turns: int = 1, system_prompt: str | None = None, render_mode: str | None = None) -> None:
        super().__init__(Sums(), max_turns=max_turns, system_prompt=system_prompt, render_mode=render_mode)

    def check(self, task: Task, action: str) -> Verdict | Check:
        if action.startswith("pool "):
            return Check("tests.planted_verifiers:same", (action[5:], task.reference))
        if action.startswith("fault "):
            return Check(f"tests.planted_verifiers:{action[6:]}", cpu_seconds=1)
        if action.startswith("half "):
            return Verdict(Status.PARTIAL, 0.5, action[5:], "half", "Half of it.", {action[5:]: 1.0, "rest": 0.0})
        if not action.startswith("="):
            return Verdict(Status.UNPARSABLE)
        if action[1:] == task.reference:
            return Verdict(Status.CORRECT, 1.0, action[1:], "equals")
        return Verdict(Status.WRONG, 0.0, action[1:], "equals")

    def feedback(self, task: Task, verdict: Verdict) -> str:
        return f"That is {verdict.status.value}. Try again."

    def solution(self, task: Task) -> str:
        return f"={task.reference}"

    def mistake(self, task: Task) -> str:
        return f"={task.reference}0"


def make_vector(num_envs: int, **kwargs: Any) -> BatchedVectorEnv:
    return make_batched(SumEnv, num_envs, **kwargs)


class LeakyEnv(SumEnv):
    # Planted: a counter that all instances share ends up in the info.

    total = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        observation, info = super().reset(seed=seed, options=options)
        LeakyEnv.total += 1
        return observation, {**info, "total": LeakyEnv.total}


class CrashingEnv(SumEnv):
    # Planted: a NUL in the answer crashes the check.

    def check(self, task: Task, action: str) -> Verdict | Check:
        if "\0" in action:
            raise UnicodeError("planted: NUL")
        return super().check(task, action)


class SharedMessagesEnv(SumEnv):
    # Planted: the opening message is one dict, given out again and again.

    _message: ClassVar[Message] = {"role": "user", "content": ""}

    def open(self, task: Task) -> list[Message]:
        self._message["content"] = task.prompt
        return [self._message]


class GlobalRandomEnv(SumEnv):
    # Planted: it seeds the global generator.

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        random.seed(seed)
        return super().reset(seed=seed, options=options)


class _Stepping(SumEnv):
    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        raise NotImplementedError

    def step(self, action: str) -> Any:
        observation, *rest = super().step(action)
        return observation, *self.change(*rest)


class IntegerRewardEnv(_Stepping):
    # Planted: an int for a reward.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return int(reward), terminated, truncated, info


class UnsummedEnv(_Stepping):
    # Planted: a bonus that no term accounts for.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward + 0.5, terminated, truncated, info


class BothFlagsEnv(_Stepping):
    # Planted: terminated and truncated at once, at the end of an episode of several turns.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, terminated, terminated and self.turn > 1, info


class UnserialisableInfoEnv(_Stepping):
    # Planted: a tuple, which JSON turns into a list.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, terminated, truncated, {**info, "pair": (1, 2)}


class UnknownStatusEnv(_Stepping):
    # Planted: a status that is none.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, terminated, truncated, {**info, "verdict": {**info["verdict"], "status": "superb"}}


class EndlessEnv(SumEnv):
    # Planted: step() goes on after the end.

    def step(self, action: str) -> Any:
        outcome = super().step(action)
        self._done = False
        return outcome


class TolerantEnv(SumEnv):
    # Planted: bytes are taken for text.

    def step(self, action: Any) -> Any:
        return super().step(action if isinstance(action, str) else "")


class ForgetfulEnv(SumEnv):
    # Planted: pickling loses the turn.

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "turn": 0}

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copied = type(self)(max_turns=self.max_turns)
        copied.__dict__.update(self.__dict__)
        return copied


class UndocumentedEnv(SumEnv):
    """Planted: no page."""


class NumpyFlagsEnv(_Stepping):
    # Planted: flags that are no Python bools.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, np.bool_(terminated), truncated, info


class NotANumberEnv(_Stepping):
    # Planted: NaN in the info.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, terminated, truncated, {**info, "share": float("nan")}


class ScoredErrorEnv(_Stepping):
    # Planted: a score that does not fit the status.

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        return reward, terminated, truncated, {**info, "verdict": {**info["verdict"], "score": 0.5}}


class OutsideEnv(SumEnv):
    # Planted: an observation that is not in its space.

    def open(self, task: Task) -> Any:
        return [{"role": "user", "text": task.prompt}]


class GlobalReaderEnv(SumEnv):
    # Planted: a draw from a copy of the global generator, which moves nothing.

    def open(self, task: Task) -> list[Message]:
        generator = random.Random()
        generator.setstate(random.getstate())
        return [{"role": "user", "content": f"{task.prompt} {generator.random()}"}]


class SharedListEnv(_Stepping):
    # Planted: a list that lives on in the environment, where Gymnasium does not look.

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps: list[int] = []

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Observation, Info]:
        self.steps = []
        return super().reset(seed=seed, options=options)

    def change(self, reward: Any, terminated: Any, truncated: Any, info: Info) -> tuple[Any, Any, Any, Info]:
        self.steps.append(self.turn)
        return reward, terminated, truncated, {**info, "steps": self.steps}


class AmnesicEnv(SumEnv):
    # Planted: an id does not find its task again.

    def find_task(self, key: int | str, seed: int) -> Task:
        return self.draw_task(seed, 0)


class TakesHintsEnv(SumEnv):
    # Planted: a hint counts as a turn.

    def prefetch(self, action: str) -> None:
        super().prefetch(action)
        self.turn = 1
