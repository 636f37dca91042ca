"""The zygote: a tiny program that forks a process for every program of a model's, each confined before it runs a line.

The script `start` becomes it, with an empty environment: no secret is ever in its memory, and no expected output, so
that its children inherit none. It imports once what programs usually import. Requests come over a socket as frames, one
at a time:

- `{"run": role, "limits": {...}, "fds": [...], "count": n}` with n times as many descriptors: fork n children. The
  descriptors of each are, as `fds` names them, the `channel` over which the child speaks with the supervisor, its
  `stdin` and `stdout`, and the `peer` that a tester speaks with, or a program that is tested. The answer is
  `{"pids": [pid, ...]}`, and `"error": reason` if these are fewer than n.
- `{"end": pid, "grace": seconds}`: kill the child if it still runs after so long, and reap it. The answer is
  `{"code": its exit code, "cpu": seconds, "killed": whether it had to be}`.
- `"over": [pid, ...]`, alone or in a request to fork: kill these children; each is reaped when it is gone. This is not
  answered.

A child is reaped only when its end was asked for, so its pid names nobody else until then. When the socket is closed or
the supervisor is gone, everything dies.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import random
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from rlvr.envs.sandbox.guest import confine, memory, notebook, program, tester
from rlvr.envs.verification import frames

MOST_DESCRIPTORS = 64
"""That come with one request."""

TICK_SECONDS = 0.0005
"""How often a process that is about to end is looked after."""

WARM_UPS = 20
"""How often a program is run before the first fork: more than the interpreter needs to settle."""

PRELOADED = (
    "abc array bisect calendar cmath collections collections.abc contextlib copy dataclasses datetime decimal enum"
    " fractions functools hashlib heapq io itertools json locale math numbers operator os queue random re statistics"
    " string struct sys textwrap threading time traceback types typing unicodedata zlib"
).split()
"""What programs import without waiting for it. More would make every fork dearer."""

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
"""What numpy's libraries are told when they are loaded: a process with more threads than one can neither enter a user
namespace nor be forked safely."""


class Zygote:
    """Forks confined processes for one supervisor."""

    def __init__(self, control: socket.socket, confinement: Any) -> None:
        """Serve `control`; every child is confined by `confinement`."""
        self._control = control
        self._confinement = confinement
        self._pid = os.getpid()
        self._children: set[int] = set()
        self._dying: list[int] = []  # Killed, and to be reaped without anybody waiting for it.

    def run(self) -> None:
        """Answer requests until there are no more."""
        try:
            with contextlib.suppress(ConnectionError):  # The supervisor is gone: nobody is left to answer.
                self._send({"ready": True})
                for request, descriptors in self._requests():
                    for pid in request.get("over", ()):
                        self._release(pid)
                    self._reap(os.WNOHANG)
                    if "run" in request:
                        self._send(self._fork(request, descriptors))
                    elif "end" in request:
                        self._send(self._end(request["end"], request["grace"]))
        finally:
            for pid in [*self._children, *self._dying]:
                os.kill(pid, signal.SIGKILL)

    def _requests(self) -> Iterator[tuple[dict[str, Any], list[int]]]:
        """Each request with its descriptors, which only a `run` has: they arrive with its first byte or later."""
        arrived = frames.Frames()
        descriptors: list[int] = []
        while True:
            chunk, received, _, _ = socket.recv_fds(self._control, frames.CHUNK, MOST_DESCRIPTORS)
            if not chunk:
                return
            descriptors += received
            arrived.feed(chunk)
            while (body := arrived.take()) is not None:
                request = frames.decode(body)
                yield request, descriptors if "run" in request else []
                descriptors = [] if "run" in request else descriptors

    def _send(self, message: dict[str, Any]) -> None:
        self._control.sendall(frames.encode(message))

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        """Fork all at once: what this process writes to is copied once more after each time that it has forked."""
        self._confinement.limits(request["limits"])  # Remembered here, not by the child.
        width = len(request["fds"])
        pids: list[int] = []
        answer: dict[str, Any] = {"pids": pids}
        for start in range(0, width * request["count"], width):
            pid = _bare_fork()
            if pid < 0 and self._dying:  # They count until they are gone.
                self._reap(0)
                pid = _bare_fork()
            if pid == 0:
                self._become(request, descriptors[start : start + width])
            if pid < 0:  # No process or memory left.
                answer["error"] = f"fork: {os.strerror(ctypes.get_errno())}"
                break
            pids.append(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        self._children.update(pids)
        return answer

    def _become(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """What the forked child does; it never returns."""
        code = 1
        try:
            given = dict(zip(request["fds"], descriptors, strict=True))
            ends = self._confinement.enter(request["limits"], given, self._pid)
            gc.enable()
            code = ROLES[request["run"]](*ends)
        finally:
            os._exit(code)

    def _end(self, pid: int, grace: float = 0.0) -> dict[str, Any]:
        if pid not in self._children:
            return {"error": f"{pid} is no child of this zygote."}
        ended, status, usage = os.wait4(pid, os.WNOHANG)
        deadline = time.monotonic() + grace
        while not ended and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS)
            ended, status, usage = os.wait4(pid, os.WNOHANG)
        if not ended:
            os.kill(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
        self._children.remove(pid)
        code, cpu = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        return {"code": code, "cpu": cpu, "killed": not ended}

    def _reap(self, options: int) -> None:
        self._dying = [pid for pid in self._dying if not os.waitpid(pid, options)[0]]

    def _release(self, pid: int) -> None:
        if pid in self._children:
            self._children.remove(pid)
            self._dying.append(pid)
            os.kill(pid, signal.SIGKILL)


def _bare_fork() -> int:
    """fork(2) as the C library does it, without what Python has registered to run after a fork.

    This process has one thread and holds no lock, so nothing has to be mended in the child. Leaving it out saves a
    third of the pages that the child would copy, and all children draw the same numbers from `random`: what a program
    does depends on nothing but the program.
    """
    return _FORK()


ROLES = {"program": program.serve, "script": program.script, "tester": tester.serve, "notebook": notebook.serve}

_M_ARENA_MAX = -8
_PYTHON = ctypes.PyDLL(None, use_errno=True)  # Calls with the interpreter's lock held: fork must not give it away.
_FORK: Callable[[], int] = _PYTHON.fork


def main(arguments: list[str]) -> None:
    """Confine this process as far as its children may be, and serve."""
    control = socket.socket(fileno=os.dup(int(arguments[0])))  # The lowest number there is, so children close it.
    os.close(int(arguments[0]))
    settings = json.loads(arguments[1])
    _usual_signals()
    sys.path[:] = [os.path.realpath(path) for path in sys.path]  # Links are not there in a root of our own.
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    for name in settings["preload"]:  # From site-packages, which are on the path for as long as this takes.
        sys.path.append(settings["preload"][name])
        __import__(name)
        sys.path.pop()
    for name in PRELOADED:
        __import__(name)
    os.environ.clear()
    if hasattr(_PYTHON, "mallopt"):  # With an arena for each thread, 64 MiB of address space, a few fill the limit.
        _PYTHON.mallopt(_M_ARENA_MAX, 1)
    places = memory.places()
    try:
        confinement = confine.Confinement(settings)
    except OSError as error:
        control.sendall(frames.encode({"error": f"{type(error).__name__}: {error}"}))
        sys.exit(1)
    _warm_up()
    random.seed(0)
    gc.disable()
    gc.collect()
    gc.freeze()  # Collections in the children leave these pages alone, and so shared.
    memory.collapse(places)
    Zygote(control, confinement).run()


def _usual_signals() -> None:
    """Whatever the trainer was started by, such as `nohup` or a shell's `&`, programs find signals as always."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGCHLD, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def _warm_up() -> None:
    """Run a program of our own a few times, in this process.

    CPython rewrites code while it runs for the first times (PEP 659) and fills caches. Done here it is done once, and
    the pages stay shared; each child would do it in copies of its own, which cost it a tenth of its time.
    """
    output = sys.stdout
    for _ in range(WARM_UPS):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.sendall(frames.encode({"preamble": "", "program": _PROGRAM, "calls": _CALLS}))
            ours.shutdown(socket.SHUT_WR)
            program.serve(theirs.fileno())
        del sys.modules["solution"]
    sys.stdout = output


_PROGRAM = """
from typing import List
def f(values: List[int]) -> dict:
    return {"sum": sum(value for value in values), "items": [(str(value), 0.5 * value) for value in values]}
"""
_CALLS = [{"call": "f", "args": [list(range(length))], "kwargs": {}} for length in range(3)]
