"""What a tool is, and the tools that an environment has.

- `Tool`: finds a call in what the model said, says what to run, and what to show of it.
- `Toolbox`: tools, and how often they may be called in an episode.

A call is checked like an answer: its run is a `Check`, so it happens in a worker under limits, beside those of other
environments, and is run once more if the infrastructure fails. What comes of it is a verdict with the status `pending`:
its `answer` is what the tool gave, its `reason` what there is to say of the run, its `extraction` the tool's name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from rlvr.core import Check, Info, Message, Status, Verdict

LAST_CALL = "That was the last call: answer now."


class Tool(ABC):
    """Something that a model can call.

    It holds nothing but its settings, so that it may be shared, copied and pickled. Its constructor takes keywords that
    are JSON data, among them `opened_think` (the prompt ends with `<think>`) and `isolation` (the level of the sandbox
    that runs what it runs).
    """

    name: str
    """What `info["tool"]` says."""
    function: str
    """What all its checks run, `"package.module:function"`: it returns a verdict with the status `pending`."""
    role: str
    """Whose messages show what it gave."""
    instruction: str
    """What the model is told of it; `{calls}` stands for the number of calls. Empty for nothing."""
    isolation: str
    """The level of the sandbox that is in force."""

    @abstractmethod
    def find(self, action: str) -> str | None:
        """The call in what the model said, or `None` if there is none; never in a sample that was cut."""

    @abstractmethod
    def check(self, call: str) -> Check:
        """What to run for a call."""

    @abstractmethod
    def shown(self, verdict: Verdict) -> str:
        """What the model is shown of a call."""


class Toolbox:
    """The tools of an environment."""

    def __init__(self, tools: Sequence[Tool], max_calls: int) -> None:
        """Let the model call `tools`, of different names, so often in an episode.

        Raises:
            ValueError: `max_calls` is not an integer of at least 1, or two tools have one name.
        """
        if type(max_calls) is not int or max_calls < 1:
            raise ValueError(f"Expected max_calls to be an integer of at least 1, actually: {max_calls!r}.")
        names = [tool.name for tool in tools]
        if len(set(names)) < len(names):
            raise ValueError(f"Expected tools of different names, actually: {names}.")
        self.tools = {tool.name: tool for tool in tools}
        self.max_calls = max_calls
        texts = [tool.instruction for tool in tools if tool.instruction]
        self.instruction = "\n\n".join(texts).replace("{calls}", "1 call" if max_calls == 1 else f"{max_calls} calls")

    def told(self, question: str) -> str:
        """A question, and after an empty line what the model is told of its tools."""
        return f"{question}\n\n{self.instruction}" if self.instruction else question

    def plan(self, action: str, calls: int) -> Check | None:
        """See `rlvr.core.Tools`; the first tool that finds a call is called."""
        if calls >= self.max_calls:
            return None
        for tool in self.tools.values():
            call = tool.find(action)
            if call is not None:
                return tool.check(call)
        return None

    def judged(self, check: Check, verdict: Verdict) -> Verdict:
        """The verdict of a check, a tool's or not: a call that hits a limit of its worker is still no answer."""
        if verdict.status is not Status.TIMEOUT:
            return verdict
        for tool in self.tools.values():
            if tool.function == check.function:
                return Verdict(Status.PENDING, 0.0, "", tool.name, verdict.reason)
        return verdict

    def reply(self, verdict: Verdict, calls: int) -> Message:
        """See `rlvr.core.Tools`."""
        assert verdict.extraction is not None
        tool = self.tools[verdict.extraction]
        shown = tool.shown(verdict)
        return {"role": tool.role, "content": shown if calls < self.max_calls else f"{shown}\n{LAST_CALL}"}

    def info(self, calls: int) -> dict[str, Any]:
        """See `rlvr.core.Tools`: the calls so far, and the level of the sandbox."""
        info: Info = {"calls": calls}
        for tool in self.tools.values():
            info["isolation"] = tool.isolation
        return info
