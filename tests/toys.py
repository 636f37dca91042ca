"""Toy environments that the tests of agents and learners share."""

from __future__ import annotations

import gymnasium as gym

from rlvr.core import Check, Task, Verdict, VerifiableEnv
from rlvr.core import Status as S
from rlvr.seeding import StreamKey

KEY = StreamKey("toy")


class Successor(VerifiableEnv):
    """A digit is shown; the next digit (0 after 9) is right. With `max_turns` above 1 it asks again."""

    def __init__(self, *, max_turns: int = 1, broken: bool = False, render_mode: str | None = None) -> None:
        super().__init__(max_turns=max_turns, render_mode=render_mode)
        self.broken = broken

    def draw_task(self, seed: int, episode: int) -> Task:
        digit = KEY.at(seed, episode).below(10)
        return Task(f"{seed}/{episode}", str(digit), str((digit + 1) % 10))

    def find_task(self, key: int | str, seed: int) -> Task:
        return self.draw_task(*map(int, str(key).split("/")))

    def check(self, task: Task, action: str) -> Verdict | Check:
        if self.broken:
            return Verdict(S.ERROR, reason="planted")
        return Verdict(S.CORRECT, 1.0) if action.strip() == task.reference else Verdict(S.WRONG)

    def feedback(self, task: Task, verdict: Verdict) -> str:
        return "Wrong, again."

    def solution(self, task: Task) -> str:
        return str(task.reference)

    def mistake(self, task: Task) -> str:
        return "x"

    def judge(self, check: Check) -> Verdict:
        raise AssertionError("every check of this toy is cheap")

    def prefetch_check(self, check: Check) -> None:
        raise AssertionError("every check of this toy is cheap")


if "toy/Successor-v0" not in gym.registry:
    gym.register("toy/Successor-v0", entry_point="tests.toys:Successor")


def worked_answer(task: Task, *, share: float, seed: int, index: int) -> str:
    """A cold start for `Successor`: right answers, a share of them with a thought."""
    thought = "<think>next</think>" if KEY.at(seed, index).random() < share else ""
    return f"{thought}{task.reference}"
