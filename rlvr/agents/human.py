"""`HumanAgent`: a person at the terminal answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rlvr.agents.base import Conversation
from rlvr.core import Completion, FinishReason


class HumanAgent:
    """Shows what is new in a conversation and reads one answer; an empty line ends an answer of several lines."""

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
        while lines[-1]:
            # Only a pasted or typed continuation gets here: one-line answers end with the empty line.
            lines.append(self._ask("...> "))
        return Completion("\n".join(lines).strip(), finish_reason=FinishReason.STOP)
