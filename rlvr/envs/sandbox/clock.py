"""The wall time that counts against a run: not that in which nobody looked after it, nor what it waited for a CPU.

- `Clock`: of a sandbox's runs.
- `waited_for_cpu(pid)`, `is_stopped(pid)`: what Linux tells of a process.
"""

from __future__ import annotations

import contextlib
import math
import select
import time
from pathlib import Path

STALL_SECONDS = 0.5
"""If this process was this much late to look after a run, it was stopped or got no CPU: no time of the run's."""


class Clock:
    """The wall time of a sandbox's runs, without that in which this process itself was held up."""

    def __init__(self) -> None:
        """Begin to count."""
        self.stalled = 0.0
        """Seconds, so far, in which nobody could look after the runs."""
        self._looked = time.monotonic()

    def begin(self) -> None:
        """A run begins: before, there was nothing to look after."""
        self._looked = time.monotonic()

    def wait(self, poll: select.poll, seconds: float) -> dict[int, int]:
        """Poll for at most so long."""
        began = time.monotonic()
        milliseconds = math.ceil(seconds * 1000)
        ready = dict(poll.poll(milliseconds))
        ended = time.monotonic()
        for late in (began - self._looked, ended - began - milliseconds / 1000):
            if late >= STALL_SECONDS:
                self.stalled += late
        self._looked = ended
        return ready


def waited_for_cpu(pid: int) -> float:
    """Seconds that a process was ready to run while another ran: of its threads, the one that waited longest.

    Linux counts them (proc(5), `schedstat`); elsewhere, or where nothing tells, 0.
    """
    waited = [0.0]
    if pid < 0:
        return 0.0
    try:
        for path in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError, IndexError, ValueError):  # A thread may end while it is looked at.
                waited.append(int((path / "schedstat").read_bytes().split()[1]) / 1e9)
    except OSError:  # No such process, or no /proc.
        return 0.0
    return max(waited)


def is_stopped(pid: int) -> bool:
    """Whether a process is stopped by a signal or a debugger (proc(5), `stat`); `False` where nothing tells."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in ("T", "t")
    except (OSError, IndexError):
        return False
