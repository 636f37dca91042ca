"""Hash streams: every random choice an environment makes, as a pure function of a key.

A draw depends on nothing but its key (environment, version, split, seed, index), so interleaving, process boundaries
and the order of calls cannot change it, and no global random state is read or set.

- `StreamKey`: the fixed part of a key; `StreamKey.at(seed, index)` gives the stream.
- `Stream`: uniform draws from one key.
- `in_test_split`: which side of the train/test line a problem's parameters fall on.
- `permuted`: the n-th element of a keyed shuffle, without storing the shuffle.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

TEST_SHARE = 10
"""Percentage of a generated family's problems that belong to its test split."""

_UNPACK = struct.Struct("<8Q").unpack
_SPLIT = blake2b(digest_size=8, person=b"rlvr split")


class StreamKey:
    """The part of a key that stays the same for an environment's whole life."""

    __slots__ = ("_hash", "_name")

    def __init__(self, *parts: str) -> None:
        """Fix the parts; they are joined with NUL, which none of them may contain."""
        self._name = "\0".join(parts)
        if self._name.count("\0") != len(parts) - 1:
            raise ValueError(f"Expected parts without NUL characters, actually: {parts!r}.")
        self._hash = blake2b(self._name.encode())

    def at(self, seed: int, index: int) -> Stream:
        """The stream of the `index`-th episode under `seed`."""
        keyed = self._hash.copy()
        keyed.update(b"\0%d\0%d" % (seed, index))
        return Stream(keyed.digest())

    def __reduce__(self) -> tuple[type[StreamKey], tuple[str, ...]]:
        """Hash objects do not pickle; their input does."""
        return StreamKey, tuple(self._name.split("\0"))


class Stream:
    """Uniform draws from the BLAKE2b digests of one key, 64 bits each."""

    __slots__ = ("_block", "_words")
    _words: list[int]

    def __init__(self, block: bytes) -> None:
        """Start from a 64-byte digest."""
        self._block = block
        self._words = list(_UNPACK(block))

    def below(self, n: int) -> int:
        """An integer in [0, n), for n up to 2**32, with bias under 2**-32."""
        words = self._words
        if not words:
            self._block = blake2b(self._block).digest()
            words = self._words = list(_UNPACK(self._block))
        return words.pop() * n >> 64

    def integer(self, low: int, high: int) -> int:
        """An integer in [low, high], both ends included."""
        return low + self.below(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """One of `items`."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], k: int) -> list[T]:
        """`k` distinct positions of `items`, in random order."""
        pool = list(items)
        for i in range(k):
            j = i + self.below(len(pool) - i)
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]

    def random(self) -> float:
        """A float in [0, 1) with 53 random bits."""
        return (self.below(1 << 32) * (1 << 21) + self.below(1 << 21)) / (1 << 53)


def in_test_split(canonical: str) -> bool:
    """Whether a problem with these canonical parameters belongs to the test split.

    Commutative operands must be sorted by the caller, so that one problem cannot fall on both sides.
    """
    keyed = _SPLIT.copy()
    keyed.update(canonical.encode())
    return int.from_bytes(keyed.digest(), "little") % 100 < TEST_SHARE


def permuted(key: StreamKey, seed: int, index: int, size: int) -> int:
    """Where the `index`-th visit goes, when every `size` visits see each of `size` rows once, in a keyed order.

    A four-round Feistel network over the smallest even number of bits that holds `size`, walked until it lands inside
    (Black and Rogaway 2002, "Ciphers with Arbitrary Finite Domains", section 4). Each pass has its own order.
    """
    epoch, value = divmod(index, size)
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    stream = key.at(seed, epoch)
    round_keys = [stream.below(1 << 32) for _ in range(4)]
    while True:
        left, right = value >> half, value & mask
        for round_key in round_keys:
            digest = blake2b(b"%d %d" % (round_key, right), digest_size=8).digest()
            left, right = right, left ^ (int.from_bytes(digest, "little") & mask)
        value = left << half | right
        if value < size:
            return value
