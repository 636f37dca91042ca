r"""The Python tool: the model ends its message with a program, which is run, and reads what it printed.

- `Python`: the tool.
- `run(code, ...)`: what a worker does, which runs no program itself: its sandbox does.

**What is a call.** The answer part of a message (after `</think>`) that ends with a closed fenced block tagged
`python`, `py` or `python3`; only white space may follow. A message with anything behind its last block, or whose last
block is not closed, is an answer, and so is one that was cut, or that goes on with a role marker and a made-up
dialogue. With `within_think` a call may also stand inside of a think that is still open.

**What is shown.** What the program printed (its standard output and error), then the value of its last expression as a
notebook shows it, then a short traceback if it raised; all of it bounded, with the middle left out. Every call is a
process of its own: nothing is kept from one call to the next. Addresses of objects are left out, so that a program
which asks neither the time nor for random bytes of the system gives the same text again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from rlvr.core import Check, Completion, FinishReason, Status, Verdict
from rlvr.envs import sandbox
from rlvr.envs.answer_part import WINDOW, answer_part
from rlvr.envs.fences import blocks
from rlvr.envs.sandbox import Cause, Level, Limits, require
from rlvr.envs.tools.base import Tool
from rlvr.envs.verification.pool import WALL_FACTOR

INSTRUCTION = (
    "You may run Python before you answer: end your message with one block that begins with ```{tag} and ends with "
    "```, and what it prints is shown to you. Nothing is kept from one block to the next. You have {calls}."
)
"""What the model is told, with `{tag}` and `{calls}`."""

NAME = "python"
TAGS = frozenset({"python", "py", "python3"})
ROLES = ("tool", "user")
SPARE_SECONDS = 30.0
"""Wall time of a check on top of what its run may take: a zygote to start, a busy machine."""

_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]+\b")
_TICKS = re.compile(r"`{3,}")


class Python(Tool):
    """Runs Python in the sandbox.

    Args:
        tag: How a block is tagged that is a call; `python` also stands for `py` and `python3`. Another one, such as
            `run`, leaves Python blocks to answers that are programs.
        within_think: Whether a message that ends with a block inside of its think is a call.
        opened_think: The chat template ends the prompt with `<think>`.
        role: Whose messages show the output: `tool`, or `user` for chat templates that know no tools.
        instruction: What the model is told, with `{tag}` and `{calls}` where they go; `""` for nothing.
        isolation: `auto`, or the level of the sandbox that is demanded; see `rlvr.envs.sandbox.levels`.
        packages: Packages besides the standard library that programs may import.
        cpu_seconds: CPU time that one program may use.
        memory_bytes: Memory that one program may use.
        most: Characters of its output that are shown.

    Raises:
        ValueError: A value is none of those that it can be.
        SandboxUnavailable: This machine cannot isolate programs as asked.
    """

    name = NAME
    function = f"{__name__}:run"

    def __init__(
        self,
        *,
        tag: str = NAME,
        within_think: bool = False,
        opened_think: bool = False,
        role: str = "tool",
        instruction: str = INSTRUCTION,
        isolation: str = "auto",
        packages: Sequence[str] = (),
        cpu_seconds: int = 5,
        memory_bytes: int = 512 << 20,
        most: int = 2000,
    ) -> None:
        """Check the settings; see the class."""
        if not isinstance(tag, str) or not re.fullmatch(r"[a-z][a-z0-9_+-]*", tag):
            raise ValueError(f"Expected tag to be a word in small letters, such as 'python', actually: {tag!r}.")
        for option, flag in (("within_think", within_think), ("opened_think", opened_think)):
            if not isinstance(flag, bool):
                raise ValueError(f"Expected {option} to be True or False, actually: {flag!r}.")
        if role not in ROLES:
            raise ValueError(f"Expected role to be one of {', '.join(ROLES)}, actually: {role!r}.")
        if not isinstance(instruction, str):
            raise ValueError(f'Expected instruction to be a str, "" for none, actually: {instruction!r}.')
        if isinstance(packages, str) or not isinstance(packages, Sequence):
            raise ValueError(f'Expected packages to be several names, such as ("numpy",), actually: {packages!r}.')
        for package in packages:
            if not isinstance(package, str) or not package.isidentifier():
                raise ValueError(f"Expected packages to be names such as 'numpy', actually: {package!r}.")
        if type(most) is not int or most < 1:
            raise ValueError(f"Expected most to be an integer of at least 1, actually: {most!r}.")
        limits = Limits(cpu_seconds=cpu_seconds, memory_bytes=memory_bytes)
        self.within_think = within_think
        self.opened_think = opened_think
        self.role = role
        self.instruction = instruction.replace("{tag}", tag)
        self.isolation = require(isolation).value
        self._tags = TAGS if tag in TAGS else frozenset({tag})
        self._options = {
            "isolation": self.isolation,
            "packages": list(packages),
            "cpu_seconds": cpu_seconds,
            "memory_bytes": memory_bytes,
            "most": most,
        }
        self._check_seconds = math.ceil((2 * limits.wall_seconds + SPARE_SECONDS) / WALL_FACTOR)

    def find(self, action: str) -> str | None:
        r"""The program that a message ends with.

        Example:
            >>> tool = Python(isolation="none")
            >>> tool.find("Let me see.\n```python\nprint(6 * 7)\n```\n")
            'print(6 * 7)\n'
            >>> tool.find("```python\nprint(6 * 7)\n```\nThis gives \\boxed{42}.") is None
            True
        """
        if not action.rstrip().endswith(("```", "~~~")):
            return None
        if isinstance(action, Completion) and action.finish_reason is FinishReason.LENGTH:
            return None
        if self.within_think:
            part: str | None = action.rstrip()[-WINDOW:]
        else:
            part, ended = answer_part(action, self.opened_think)
            if ended:
                return None
        if part is None:
            return None
        last = list(blocks(part))[-1:]
        if not last or not last[0].closed or last[0].tag not in self._tags or part[last[0].end :].strip():
            return None
        return last[0].text if last[0].text.strip() else None

    def check(self, call: str) -> Check:
        """Run the program; what it gives is remembered, as equal programs give equal output."""
        return Check(self.function, (call,), dict(self._options), cpu_seconds=self._check_seconds, pure=True)

    def shown(self, verdict: Verdict) -> str:
        """The output in a fenced block that nothing in it can end, and what there is to say of the run."""
        output = verdict.answer or ""
        reason = verdict.reason if output or verdict.reason else "It printed nothing."
        longest = max((len(ticks) for ticks in _TICKS.findall(output)), default=2)
        fence = "`" * (longest + 1)
        return "\n".join(([f"{fence}output\n{output}\n{fence}"] if output else []) + ([reason] if reason else []))


def run(
    code: str, *, isolation: str, packages: Sequence[str], cpu_seconds: int, memory_bytes: int, most: int
) -> Verdict:
    """Run a program as a cell of a notebook: a verdict that is `pending`, with its output as the answer.

    Raises:
        SandboxFailed: It could not be run.
    """
    limits = Limits(cpu_seconds=cpu_seconds, memory_bytes=memory_bytes)
    process = sandbox.current(Level(isolation), packages).start("notebook", limits, stdout=True)
    try:
        process.send({"program": code})
        process.drain()
        ended = process.end()
    finally:
        process.drop()
    told = {
        Cause.CPU: f"It used up its {cpu_seconds} s of CPU time, and was ended.",
        Cause.WALL: "It waited for too long, and was ended.",
        Cause.OUTPUT: "It printed too much, and was ended.",
        Cause.CRASH: "It crashed.",
    }
    printed = process.output[: limits.output_bytes].decode("utf-8", "replace")  # How much more came is chance.
    output = bounded(_ADDRESS.sub("at 0x...", printed).rstrip("\n"), most)
    return Verdict(Status.PENDING, 0.0, output, NAME, told.get(ended.cause, ""))


def bounded(text: str, most: int) -> str:
    """At most so many characters of a text, half from its beginning and half from its end, and a note between them."""
    if len(text) <= most:
        return text
    tail = most // 2
    left_out = len(text) - most
    return f"{text[: most - tail]}\n... ({left_out} characters left out) ...\n{text[len(text) - tail :]}"
