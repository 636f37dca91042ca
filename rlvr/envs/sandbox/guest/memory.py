"""Where the zygote's memory lies, which decides what a fork costs.

For each page, fork(2) copies an entry, and the end of the child drops it again; a huge page has one entry for 512. They
are put together when all is imported, where the kernel has them (madvise(2), `MADV_COLLAPSE`, Linux 6.1); elsewhere
forks are a little slower.

- `places()`: where huge pages fit in. Asked for before the files that tell it are out of reach.
- `collapse(places)`: have huge pages there.
"""

from __future__ import annotations

import ctypes

Places = list[tuple[int, int]]
"""Beginnings and ends."""

_SIZE = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"
_MADV_COLLAPSE = 25


def places() -> Places:
    """Where whole huge pages fit into memory that was allocated; nowhere if the kernel has none."""
    try:
        with open(_SIZE, "rb") as file:
            size = int(file.read())
        with open("/proc/self/maps", "rb") as file:
            lines = [line.split() for line in file]
    except (OSError, ValueError):
        return []
    found = []
    for line in lines:
        if line[1] == b"rw-p" and (len(line) == 5 or line[5] == b"[heap]"):
            start, end = (int(place, 16) for place in line[0].split(b"-"))
            found.append((-(-start // size) * size, end // size * size))
    return [(start, end) for start, end in found if start < end]


def collapse(found: Places) -> None:
    """Put the pages there together. What cannot be put together stays as it is."""
    libc = ctypes.CDLL(None)
    for start, end in found:
        libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)
