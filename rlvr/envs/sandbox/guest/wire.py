"""A socket that speaks frames, from inside the sandbox.

- `Wire`: `send` and `receive` one message at a time, blocking: limits are the supervisor's business.
- `READY`: the first message of every role.
"""

from __future__ import annotations

import os
from typing import Any

from rlvr.envs.verification.frames import CHUNK, Frames, decode, encode

READY = encode({"ready": True})
"""That this process is confined and about to begin. Made once: every process says it."""


class Wire:
    """One end of a stream socket."""

    def __init__(self, descriptor: int) -> None:
        """Speak over `descriptor`."""
        self._descriptor = descriptor
        self._frames = Frames()
        self._held = bytearray()

    def say_ready(self) -> None:
        """Send the first message."""
        os.write(self._descriptor, READY)

    def send(self, message: dict[str, Any]) -> None:
        """Write one frame."""
        self.hold(message)
        self.flush()

    def hold(self, message: dict[str, Any]) -> None:
        """Have one frame written by the next `flush`: each write wakes whoever reads."""
        self._held += encode(message)

    def flush(self) -> None:
        """Write the frames that were held back."""
        left = memoryview(self._held)
        self._held = bytearray()
        while left:
            left = left[os.write(self._descriptor, left) :]

    def receive(self) -> dict[str, Any] | None:
        """The next frame; `None` once the other end is closed.

        Raises:
            ValueError: What came is no message.
        """
        while (body := self._frames.take()) is None:
            chunk = os.read(self._descriptor, CHUNK)
            if not chunk:
                return None
            self._frames.feed(chunk)
        message = decode(body)
        if not isinstance(message, dict):
            raise ValueError(f"Expected an object, actually: a {type(message).__name__}.")
        return message
