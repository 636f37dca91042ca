"""Memory that one micro-batch frees and the next one takes again.

glibc hands it back to the system in between, so that every page of it is faulted in anew: a twentieth of a small
model's step on a CPU. It keeps twice the size of the largest block of up to 32 MB that it ever saw freed
(`mallopt(3)`, dynamic adjustment of the mmap threshold), so showing it one such block is enough. Elsewhere, and where
`MALLOC_TRIM_THRESHOLD_` or `MALLOC_MMAP_THRESHOLD_` are set, this changes nothing.

- `keep_freed_memory`: have it keep 64 MB.
"""

from __future__ import annotations

import torch

_BLOCK = 32 * 1024 * 1024 - 64 * 1024
"""Bytes: as much as glibc learns from, less what it and torch add."""


def keep_freed_memory() -> None:
    """Take a block that is never written to, and give it back."""
    torch.empty(_BLOCK, dtype=torch.uint8, device="cpu")
