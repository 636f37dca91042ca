"""How the pool, its fork server and its workers speak: four bytes of length (big-endian), then that many bytes of JSON.

- `encode(message)`, `decode(body)`: one frame, and back.
- `Frames`: cuts what arrives on a pipe or a socket into frames.

A model's text travels as JSON only; it is never pickled or evaluated.
"""

from __future__ import annotations

import json
import struct
from typing import Any

HEADER = struct.Struct(">I")
"""The length that comes before each frame."""

CHUNK = 1 << 16
"""Bytes to read at once: what a pipe holds."""

_TO_TEXT = json.JSONEncoder(ensure_ascii=False).encode  # Made once, which `json.dumps` does for its defaults only.
_FROM_TEXT = json.JSONDecoder().decode


def encode(message: Any) -> bytes:
    """One frame. UTF-8 with surrogates passed keeps every Python string as it is, halves of a pair included."""
    body = _TO_TEXT(message).encode("utf-8", "surrogatepass")
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> Any:
    """The inverse of `encode`, without the header."""
    return _FROM_TEXT(body.decode("utf-8", "surrogatepass"))


class Frames:
    """Bytes as they arrive, to be taken out frame by frame."""

    def __init__(self, most: int = (1 << 32) - 1) -> None:
        """Take a frame of more than `most` bytes for noise."""
        self._most = most
        self._bytes = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Add what has arrived."""
        self._bytes += chunk

    def take(self) -> bytes | None:
        """The body of the next frame, or `None` until all of it is here.

        Raises:
            ValueError: The frame is longer than any that is expected.
        """
        arrived = self._bytes
        if len(arrived) < HEADER.size:
            return None
        (size,) = HEADER.unpack_from(arrived)
        if size > self._most:
            raise ValueError(f"Expected a frame of at most {self._most} bytes, actually: {size}.")
        end = HEADER.size + size
        if len(arrived) < end:
            return None
        body = bytes(arrived[HEADER.size : end])
        del arrived[:end]
        return body
