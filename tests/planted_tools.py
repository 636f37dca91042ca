"""A tool to test the machinery with: a message `call X` has a function run that its `function` names."""

from __future__ import annotations

from rlvr.core import Check, Status, Verdict
from rlvr.envs.tools import Tool


class Planted(Tool):
    name = "planted"
    role = "tool"

    def __init__(
        self,
        *,
        function: str = "tests.planted_tools:shout",
        name: str = "planted",
        instruction: str = "Say `call X`.",
        isolation: str = "auto",
        opened_think: bool = False,
    ) -> None:
        self.function = function
        self.name = name
        self.instruction = instruction
        self.isolation = "none"
        self.opened_think = opened_think

    def find(self, action: str) -> str | None:
        return action[5:] if action.startswith("call ") else None

    def check(self, call: str) -> Check:
        return Check(self.function, (call, self.name), cpu_seconds=1)

    def shown(self, verdict: Verdict) -> str:
        return verdict.answer or verdict.reason


def shout(text: str, name: str) -> Verdict:
    return Verdict(Status.PENDING, answer=text.upper(), extraction=name)


def fails(text: str, name: str) -> Verdict:
    raise RuntimeError("planted")


def overflows(text: str, name: str) -> Verdict:
    return Verdict(Status.PENDING, answer=str(len(bytearray(1 << 40))), extraction=name)
