"""What one check may use, enforced by the kernel: CPU time and memory.

- `Limits`: `set` before a check, `lift` after it; both together cost a few microseconds.

CPU time is limited by `RLIMIT_CPU`. Its signal is left at its default and kills, so no text of a model's can catch or
out-last the limit, nor can C code that never looks at Python's signals. A verifier could, by ignoring the signal; such
a one is ended by the wall clock, which is the parent's business.

Memory is limited by `RLIMIT_AS`: a check may add so much to the address space that its worker has when it starts.
What earlier checks hoarded is thus not held against a later one, and a worker that has hoarded much is `worn`: its
parent replaces it, so that what all of them use together stays bounded.
"""

from __future__ import annotations

import math
import os
import resource
import sys

WORN_SHARE = 0.25
"""A worker is worn when its checks have left this share of one check's memory behind."""

WORN_LEAST = 64 << 20
"""Bytes that a worker may keep in any case: allocators give freed memory back when it suits them."""


def cpu_used() -> float:
    """Seconds of CPU time that this process and the children it waited for have used, as `os.wait4` will tell it."""
    return sum(os.times()[:4])


class Limits:
    """The limits of the checks that this process runs, one after the other."""

    def __init__(self, memory_bytes: int) -> None:
        """Let each check add `memory_bytes` to the address space."""
        self._memory_bytes = memory_bytes
        self._most_left = max(int(WORN_SHARE * memory_bytes), WORN_LEAST)
        self._hard_cpu = resource.getrlimit(resource.RLIMIT_CPU)[1]
        self._hard_memory = resource.getrlimit(resource.RLIMIT_AS)[1]
        self._page = resource.getpagesize()
        try:
            self._statm = os.open("/proc/self/statm", os.O_RDONLY)
        except OSError:
            self._statm = -1  # Nothing tells the size: it is taken for one check's memory.
        self._size = self._own_size = self._address_space()
        self._first = True
        self.whole = True
        """Whether the check that ran last could have all its memory, whatever ran before it."""

    def loaded(self) -> None:
        """What was added since the last check is a verifier's module, and no hoard."""
        size = self._address_space()
        self._own_size += size - self._size
        self._size = size

    def set(self, cpu_seconds: int) -> None:
        """Let the kernel end this process after so much more CPU time, and refuse it so much more memory."""
        used = os.times()
        soft = math.ceil(used.user + used.system + cpu_seconds)
        if self._hard_cpu != resource.RLIM_INFINITY:
            soft = min(soft, self._hard_cpu)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, self._hard_cpu))
        if sys.platform != "linux":
            return  # macOS has RLIMIT_AS and refuses the call.
        size = self._size + self._memory_bytes
        cut = self._hard_memory != resource.RLIM_INFINITY and size > self._hard_memory
        resource.setrlimit(resource.RLIMIT_AS, (self._hard_memory if cut else size, self._hard_memory))
        self.whole = self._first or not (cut or self._statm < 0)
        self._first = False

    def lift(self) -> None:
        """End both limits: what happens between two checks is nobody's fault."""
        resource.setrlimit(resource.RLIMIT_CPU, (self._hard_cpu, self._hard_cpu))
        if sys.platform == "linux":
            resource.setrlimit(resource.RLIMIT_AS, (self._hard_memory, self._hard_memory))
            self._size = self._address_space()

    @property
    def worn(self) -> bool:
        """Whether the checks so far have left too much behind."""
        return self._size - self._own_size > self._most_left

    def _address_space(self) -> int:
        """Bytes of address space, as `RLIMIT_AS` counts them."""
        if self._statm < 0:
            return self._memory_bytes
        return int(os.pread(self._statm, 64, 0).split(b" ", 1)[0]) * self._page  # proc(5): the first field is the size.
