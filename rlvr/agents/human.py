"""`HumanAgent`: a person at the terminal answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rlvr.agents.base import Conversation
from rlvr.core import Completion, FinishReason

_FENCE = re.compile(r"\s*(`{3,}|~{3,})")


class HumanAgent:
    """Shows what is new in a conversation and reads one answer.

    An empty line ends an answer of several lines, but not inside a block that begins with three backticks or tildes.
    """

    def __init__(self, *, ask: Callable[[str], str] = input, show: Callable[[str], None] = print) -> None:
        """Read with `ask` (a prompt to a line, `EOFError` at the end) and write with `show`."""
        self._ask = ask
        self._show = show

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Ask for an answer to each conversation in turn."""
        return [self._answer(conversation) for conversation in conversations]

    def _answer(self, conversation: Conversation) -> Completion:
        new = list(conversation)
        for position, message in enumerate(conversation):
            if message["role"] == "assistant":
                new = list(conversation[position + 1 :])
        for message in new:
            self._show(f"{message['role']}: {message['content']}")
        lines = [self._ask("you> ")]
        while lines[-1] or _is_open(lines):
            # Only a pasted or typed continuation gets here: one-line answers end with the empty line.
            lines.append(self._ask("...> "))
        return Completion("\n".join(lines).strip(), finish_reason=FinishReason.STOP)


def _is_open(lines: Sequence[str]) -> bool:
    """Whether a fenced block has begun and not ended: programs have empty lines."""
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if found is None:
            continue
        rest = line[found.end() :].strip()
        if not fence:
            fence = "" if "`" in rest else found[1]  # Inline code that begins a line is no fence.
        elif found[1].startswith(fence) and not rest:
            fence = ""
    return bool(fence)
