"""Changes to chat messages that several wrappers make, always in fresh dicts.

- `require_messages(env)`: refuse an environment that observes something else.
- `question(observation)`: which of the messages asks.
- `filled(template, marker, content)`, `appended(content, text)`: a message's content, changed.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from rlvr.core import Message, Observation
from rlvr.spaces import Messages


def require_messages(env: gym.Env[Any, Any], wrapper: str) -> None:
    """Refuse an environment whose observations are not messages.

    Raises:
        TypeError: They are not; the message names the wrapper.
    """
    if not isinstance(env.observation_space, Messages):
        raise TypeError(
            f"Expected {wrapper} around an environment that observes Messages, actually: {env.observation_space}. "
            "TextObservation and TokenEnv go outside of it."
        )


def require_text(name: str, value: Any, *, marker: str | None = None) -> None:
    """Refuse an argument that is no text, or lacks its marker.

    Raises:
        ValueError: It is not; the message names it.
    """
    if not isinstance(value, str) or not value:
        raise ValueError(f"Expected {name} to be a str that is not empty, actually: {value!r}.")
    if marker is not None and marker not in value:
        raise ValueError(f"Expected {name} to have the marker {marker} in it, actually: {value!r:.200}.")


def question(observation: Observation) -> int:
    """The index of the message that asks: the last of the user's, or the last of all where the user says nothing."""
    users = [i for i, message in enumerate(observation) if message["role"] == "user"]
    return users[-1] if users else len(observation) - 1


def replaced(observation: Observation, index: int, content: Any) -> Observation:
    """The messages with another content in one of them."""
    message: Message = {**observation[index], "content": content}
    return (*observation[:index], message, *observation[index + 1 :])


def filled(template: str, marker: str, content: Any) -> Any:
    """The template with a message's content at every marker; of content in parts, its parts.

    The content is never searched for the marker, so what a task says cannot act as a template.
    """
    if content is None or isinstance(content, str):
        return template.replace(marker, content or "")
    parts: list[dict[str, Any]] = []
    for i, text in enumerate(template.split(marker)):
        if i:
            parts += [dict(part) for part in content]
        if text:
            parts.append({"type": "text", "text": text})
    return parts


def appended(content: Any, text: str) -> Any:
    """A message's content with a text after it: after an empty line, or as a part of its own."""
    if content is None or content == "":
        return text
    if isinstance(content, str):
        return f"{content}\n\n{text}"
    return [*(dict(part) for part in content), {"type": "text", "text": text}]
