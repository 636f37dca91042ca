"""The two spaces of the suite: what a model says, and what it is told.

- `AnyText`: any `str`. One parameter-free space, so that different tasks share one vector environment.
- `Messages`: a tuple of chat messages.

`gymnasium.spaces.Text` is not usable here: a Unicode charset takes seconds to build and megabytes to pickle.
`iterate` is deliberately not registered for these spaces: Gymnasium would then iterate over the characters of a
batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium.spaces import Space

ROLES = ("system", "user", "assistant", "tool")

# Code points that find bugs: ASCII, controls, combining marks, right-to-left, CJK, wide digits, astral planes.
_RANGES = (
    (0x20, 0x7F),
    (0x20, 0x7F),
    (0x00, 0x20),
    (0xA0, 0x250),
    (0x300, 0x370),
    (0x590, 0x700),
    (0x4E00, 0x9FFF),
    (0xFF10, 0xFF1A),
    (0x1F300, 0x1F700),
)


def _no_masks(mask: Any, probability: Any) -> None:
    if mask is not None or probability is not None:
        raise ValueError("Text has no finite set of actions: expected mask=None and probability=None.")


class AnyText(Space[str]):
    """Every Python string, the empty one included.

    Example:
        >>> AnyText().contains("so x = 3 ✓")
        True
    """

    def __init__(self, seed: int | np.random.Generator | None = None) -> None:
        """Make the space; it has no parameter but the seed of `sample`."""
        super().__init__(shape=None, dtype=None, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: a string has no fixed-size vector."""
        return False

    def sample(self, mask: Any = None, probability: Any = None) -> str:
        """A string of 0 to 32 characters from all over Unicode."""
        _no_masks(mask, probability)
        rng = self.np_random
        kinds = rng.integers(len(_RANGES), size=int(rng.integers(33)))
        return "".join(chr(int(rng.integers(*_RANGES[kind]))) for kind in kinds)

    def contains(self, x: Any) -> bool:
        """Whether `x` is a `str` (or a subclass such as `Completion`)."""
        return isinstance(x, str)

    def to_jsonable(self, sample_n: Iterable[str]) -> list[Any]:
        """The strings, as JSON takes them."""
        return [str(sample) for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[str]:
        """The inverse of `to_jsonable`."""
        return list(sample_n)

    def __eq__(self, other: object) -> bool:
        """All text spaces are the same space."""
        return type(other) is type(self)

    def __repr__(self) -> str:
        """`AnyText()`."""
        return "AnyText()"


class Messages(Space[tuple[dict[str, Any], ...]]):
    """Tuples of chat messages, `{"role": str, "content": str or parts}`, the empty tuple included."""

    def __init__(self, seed: int | np.random.Generator | None = None) -> None:
        """Make the space; it has no parameter but the seed of `sample`."""
        super().__init__(shape=None, dtype=None, seed=seed)
        self._text = AnyText()

    @property
    def is_np_flattenable(self) -> bool:
        """False: a conversation has no fixed-size vector."""
        return False

    def seed(self, seed: Any = None) -> Any:
        """Seed `sample`, its texts included."""
        result = super().seed(seed)
        self._text = AnyText(seed=self.np_random)
        return result

    def sample(self, mask: Any = None, probability: Any = None) -> tuple[dict[str, Any], ...]:
        """Up to three messages with random roles and texts."""
        _no_masks(mask, probability)
        rng = self.np_random
        self._text = AnyText(seed=rng)
        return tuple(
            {"role": ROLES[int(rng.integers(len(ROLES)))], "content": self._text.sample()}
            for _ in range(int(rng.integers(4)))
        )

    def contains(self, x: Any) -> bool:
        """Whether `x` is a tuple of dicts that each have a `role` and a `content` a chat template can read."""
        return isinstance(x, tuple) and all(_is_message(message) for message in x)

    def to_jsonable(self, sample_n: Iterable[tuple[dict[str, Any], ...]]) -> list[Any]:
        """Lists of messages, as JSON takes them."""
        return [[dict(message) for message in sample] for sample in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[tuple[dict[str, Any], ...]]:
        """The inverse of `to_jsonable`."""
        return [tuple(sample) for sample in sample_n]

    def __eq__(self, other: object) -> bool:
        """All message spaces are the same space."""
        return type(other) is type(self)

    def __repr__(self) -> str:
        """`Messages()`."""
        return "Messages()"


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str) or not message["role"]:
        return False
    content = message.get("content", 0)
    if isinstance(content, (list, tuple)):
        return all(isinstance(part, dict) and isinstance(part.get("type"), str) for part in content)
    return content is None or isinstance(content, str)
