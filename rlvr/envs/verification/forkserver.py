"""The fork server of a pool: a small program that imports modules once and forks workers which then have them.

The pool starts it as a script, `python -P forkserver.py SOCKET PARENT_PID SYS_PATH`, in a session of its own and with
nothing on its standard streams. The training process is never forked; this one is, and so it has a single thread and
runs no check. Requests come over `SOCKET`, one at a time, as frames:

- `{"fork": memory_bytes, "path": sys.path, "modules": [names]}`: import the modules, fork a worker. The answer is
  `{"pid": pid, "failed": {module: reason}}` and carries two descriptors, for writing requests and reading replies. The
  pipes are made here: the pool's process never holds the worker's ends, so no fork of it can keep them open.
- `{"end": pid}`: kill the worker, and what it started, if it still runs. The answer is
  `{"code": its exit code, "cpu": seconds that it and its own children used}`.

A worker is reaped here and only when its end was asked for, so its pid names nobody else until then. When the socket is
closed or the pool's process is gone, all workers are killed; if this process is killed, they die with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PARENT_POLL_MILLISECONDS = 500
"""How often the server looks for its parent where the kernel does not tell it."""

OOM_SCORE = 1000
"""proc(5), oom_score_adj: a worker is the first to go when the machine runs out of memory, before any trainer."""

CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL)
"""Signals by which the code under a check crashes. Anyone may send them, so one alone proves nothing."""


class Server:
    """The requests of one pool, and the workers forked for it."""

    def __init__(self, control: socket.socket, parent: int) -> None:
        """Serve the process `parent` over `control`."""
        self._control = control
        self._parent = parent
        self._pid = os.getpid()
        self._workers: set[int] = set()
        self._seen: dict[str, str] = {}  # Module: why it could not be imported, or "".
        self._pidfd = -1
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):  # An old kernel, or a filter of system calls: the parent is polled for.
                self._pidfd = os.pidfd_open(parent)

    def run(self) -> None:
        """Answer requests until the parent is gone or has closed the socket; then leave no worker."""
        try:
            with contextlib.suppress(ConnectionError):  # The parent is gone: nobody is left to answer.
                for request in self._requests():
                    if "fork" in request:
                        self._fork(request)
                    else:
                        self._send(self._end(request["end"]))
        finally:
            for pid in list(self._workers):
                self._end(pid)

    def _requests(self) -> Iterator[dict[str, Any]]:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        if self._pidfd >= 0:
            poll.register(self._pidfd, select.POLLIN)
        arrived = frames.Frames()
        while os.getppid() == self._parent:
            ready = dict(poll.poll(None if self._pidfd >= 0 else PARENT_POLL_MILLISECONDS))
            if self._pidfd in ready:
                return  # Whoever the parent forked may hold the socket open for ever.
            if self._control.fileno() in ready:
                chunk = self._control.recv(frames.CHUNK)
                if not chunk:
                    return
                arrived.feed(chunk)
                while (body := arrived.take()) is not None:
                    yield frames.decode(body)

    def _send(self, message: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [frames.encode(message)], descriptors)

    def _fork(self, request: dict[str, Any]) -> None:
        if request["path"] != sys.path:
            sys.path[:] = request["path"]
            importlib.invalidate_caches()
        self._import(request["modules"])
        pipes: list[int] = []
        try:
            pipes += os.pipe()
            pipes += os.pipe()
            pid = os.fork()
        except OSError as error:  # No descriptor, process or memory left; what was made is closed below.
            self._send({"error": f"{type(error).__name__}: {error}"})
        else:
            requests_out, requests_in, replies_out, replies_in = pipes
            if pid == 0:
                os.close(requests_in)
                os.close(replies_out)
                self._become_worker(requests_out, replies_in, request["fork"])
            self._workers.add(pid)
            failed = {name: self._seen[name] for name in request["modules"] if self._seen[name]}
            self._send({"pid": pid, "failed": failed}, requests_in, replies_out)
        finally:
            for descriptor in pipes:
                os.close(descriptor)

    def _import(self, modules: list[str]) -> None:
        for name in modules:
            if name not in self._seen:
                try:
                    importlib.import_module(name)
                    self._seen[name] = ""
                except BaseException as error:  # A module may raise anything; the worker will say what it was.
                    self._seen[name] = f"{type(error).__name__}: {error}"[:300]
        gc.freeze()  # Collections in the workers leave these pages alone, and so shared.

    def _become_worker(self, requests: int, replies: int, memory_bytes: int) -> None:
        """What the forked child does; it never returns."""
        code = 1
        try:
            os.setsid()  # The worker and what it starts are one group, to be killed as one.
            worker.die_with(self._pid)
            self._control.close()
            if self._pidfd >= 0:
                os.close(self._pidfd)
            with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
                file.write(str(OOM_SCORE))
            gc.enable()
            worker.serve(requests, replies, memory_bytes)
            code = 0
        finally:
            os._exit(code)

    def _end(self, pid: int) -> dict[str, Any]:
        if pid not in self._workers:
            return {"error": f"{pid} is no worker of this server."}
        os.kill(pid, signal.SIGKILL)  # One that is dying already keeps the cause it had.
        with contextlib.suppress(ProcessLookupError, PermissionError):  # It may have died before it had a group.
            os.killpg(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        self._workers.remove(pid)
        return {"code": os.waitstatus_to_exitcode(status), "cpu": usage.ru_utime + usage.ru_stime}


def main() -> None:
    """Serve the process that has started this one."""
    # A parent may have had signals ignored or blocked, and both are inherited: the limits of a check need them.
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGXCPU, *CRASHES):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    gc.disable()  # As the manual of `gc.freeze` advises; workers collect.
    Server(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])).run()


if __name__ == "__main__":
    sys.path[:] = json.loads(sys.argv[3])  # Only now can the package itself be found.
    try:
        from rlvr.envs.verification import frames, worker
    except Exception as error:
        answer = json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}).encode()
        os.write(int(sys.argv[1]), len(answer).to_bytes(4, "big") + answer)  # A frame, without the module of frames.
        sys.exit(1)
    main()
