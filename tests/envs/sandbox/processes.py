"""What the tests of faults share: the processes below this one, and trivial programs whose right answer is known."""

import contextlib
import ctypes
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from rlvr.envs.code.verifier import plan
from rlvr.envs.sandbox import Level, Limits, Sandbox, available, run_calls

LIMITS = Limits(cpu_seconds=1)
STRONGEST = available().level
AT_ONCE = 6
"""Runs at a time whose programs mostly wait."""
CALL = {"call": "f", "args": [1]}

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2): orphans become children of this process, not of the first one.


class Quick(Limits):
    """Limits whose wall time is over soon."""

    wall_seconds = 0.3


def adds(number):
    """A program whose `f(1)` is `1 + number`, as no other is."""
    return f"def f(x):\n    return x + {number}\n"


def answer(sandbox, program="def f(x): return x + 1", limits=LIMITS):
    """What the program's `f(1)` returns."""
    (given,) = run_calls(sandbox, program, [CALL], limits).answers
    return given["returned"]


def side_by_side(cases, level=Level.NONE):
    """What `case[0](sandbox, *case[1:])` gives or raises, of each case; in threads, with a sandbox for each."""

    def run(action, *arguments):
        with contextlib.closing(Sandbox(level)) as sandbox:
            return action(sandbox, *arguments)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return {case: threads.submit(run, *case) for case in cases}


def check(number, expected):
    """A check of the program that adds `number`, right if `f(1)` is `expected`."""
    row = {"prompt": "", "entry_point": "f", "tests": [{"args": [1], "expected": expected}]}
    return replace(plan(adds(number), row, isolation=STRONGEST.value, cpu_seconds=1), cpu_seconds=1)


def adopt_orphans():
    """From here on, what this process's descendants leave behind is found below it."""
    assert ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def stat(pid):
    """The fields of a process from its state on (proc(5), `stat`); none if there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def descendants(ancestor):
    """Pids of all processes below one, the nearest first; not those that have ended."""
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and (fields := stat(path.name)) and fields[0] not in ("Z", "X"):
            parents[int(path.name)] = int(fields[1])
    found = [ancestor]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found[1:]


def nothing_left(before=(), seconds=20.0):
    """Whether all descendants of this process but those of `before` end within so many seconds; reaps orphans."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        left = [pid for pid in descendants(os.getpid()) if pid not in before]
        if not left:
            return True
        for pid in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.02)
    return False


def send(pid, number, parent):
    """Signal a process, if it is still the one that was seen below `parent`."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        if (fields := stat(pid)) and int(fields[1]) == parent:
            signal.pidfd_send_signal(descriptor, number)
            return True
    except ProcessLookupError:
        pass  # It has ended meanwhile: there is nobody to signal.
    finally:
        os.close(descriptor)
    return False


def parent_of(pid):
    """The pid of its parent, 0 if there is no such process."""
    fields = stat(pid)
    return int(fields[1]) if fields else 0
