"""`TextObservation`: observations as plain text."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.utils import RecordConstructorArgs

from rlvr.core import Message, Observation
from rlvr.spaces import AnyText, Messages


class TextObservation(gym.ObservationWrapper[str, str, Observation], RecordConstructorArgs):
    """Show the contents of the new messages as one `str`, joined by newlines, instead of the messages.

    Roles and names are not shown; at the end of an episode the text is empty. Of content that is a list of parts, the
    texts are shown, joined likewise.

    Raises:
        TypeError: The environment does not observe messages.
        ValueError: When a message has a part that is not text, such as an image.

    Example:
        >>> import gymnasium as gym, rlvr
        >>> from rlvr.wrappers import TextObservation
        >>> env = TextObservation(gym.make("rlvr/Math-v0", families="sum", level=2, instruction=""))
        >>> env.reset(seed=1)[0]
        '20+11=?'
    """

    def __init__(self, env: gym.Env[Observation, str]) -> None:
        """Wrap `env`."""
        RecordConstructorArgs.__init__(self)  # First: else the wrapper is lost from the spec.
        gym.ObservationWrapper.__init__(self, env)
        if not isinstance(env.observation_space, Messages):
            raise TypeError(f"Expected an environment that observes Messages, actually: {env.observation_space}.")
        self.observation_space = AnyText()

    def observation(self, observation: Observation) -> str:
        """The text of the new messages."""
        return "\n".join(_text(message) for message in observation)


def _text(message: Message) -> str:
    content: Any = message["content"]
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    for part in content:
        if part["type"] != "text":
            raise ValueError(
                f"Expected text, all that TextObservation can show, actually: a part of type {part['type']!r}. "
                "Use the environment without this wrapper."
            )
    return "\n".join(part["text"] for part in content)
