"""The protocol of an agent, and how agents are shown the environments they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import gymnasium as gym

from rlvr.core import Completion, Message

Conversation = Sequence[Message]
"""The observations and actions of an episode in order; a sampled answer is there as the `Completion` it was."""


class Agent(Protocol):
    """Whoever answers."""

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Answer each conversation; the batch may hold any number of them, at any turn."""
        ...


@runtime_checkable
class SeesEnvironments(Protocol):
    """An agent that may look behind the question: scripted ones do, policies do not."""

    def see(self, envs: Sequence[gym.Env[Any, Any]]) -> None:
        """Called before `act` with the environments of its conversations, in the same order."""
        ...
