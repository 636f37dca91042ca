"""What a reward term sees: an episode that has just ended.

- `Finished`: its task, what was asked, every action, the verdict.
"""

from __future__ import annotations

from typing import NamedTuple

from rlvr.core import Info, Message, Status


class Finished(NamedTuple):
    """An episode that ended with the step under way; a named tuple, because every term makes one."""

    task: str
    """The task's id."""
    opening: tuple[Message, ...]
    """The messages that `reset` gave, as the wrapped environment gave them."""
    actions: tuple[str, ...]
    """What the model said, turn by turn; a `Completion` remembers its tokens."""
    verdict: Info
    """The last verdict, as `info` has it."""
    total: float
    """The reward so far: the sum of the terms inside of this one."""

    @property
    def text(self) -> str:
        """The last action."""
        return self.actions[-1]

    @property
    def right(self) -> bool:
        """Whether the verdict is `correct`."""
        return bool(self.verdict["status"] == Status.CORRECT)
