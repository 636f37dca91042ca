"""The fork server, seen from the pool: started when it is needed, and again when it was lost.

- `ForkServer`: `fork` a worker, `end` one, `close` it with all its workers.
- `Fork`: a worker's process id and the ends of its pipes.
- `ServerLost`: it could not be started, or ended or hung under a request.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlvr.envs.verification.frames import CHUNK, Frames, decode, encode

LOAD_SECONDS = 60.0
"""Wall time in which modules have to be imported, by the fork server or by a worker."""

CLOSE_SECONDS = 2.0
"""Wall time in which a fork server has to end its workers and itself, before it is killed."""

_TICK_SECONDS = 0.25
"""How often a silent server is looked after: a process that was forked from this one may hold its socket open."""

_LOG = logging.getLogger("rlvr.verification")


class ServerLost(Exception):
    """The fork server could not be started, or it ended or hung under a request."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A worker that was forked."""

    pid: int
    requests: int
    """Descriptor to write requests to; never blocks."""
    replies: int
    """Descriptor to read replies from."""
    path: list[str]
    """Its `sys.path`."""
    modules: frozenset[str]
    """What the fork server had been asked to import before."""
    server: object
    """The one process that has forked it."""

    def close(self) -> None:
        """Close both pipes, which ends an idle worker."""
        os.close(self.requests)
        os.close(self.replies)


class ForkServer:
    """Forks the workers of one pool. Safe to use from any thread of the process that made it."""

    def __init__(self, preload: Iterable[str] = ()) -> None:
        """Have it import the modules `preload`, and `rlvr.core`, which every verifier needs."""
        self._modules = dict.fromkeys(["rlvr.core", *preload])  # A set that keeps its order.
        self._failed: set[str] = set()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id, or `None` while there is no process."""
        process = self._process
        return None if process is None else process.pid

    def fork(self, memory_bytes: int, module: str | None = None) -> Fork:
        """A fresh worker whose checks may use `memory_bytes` each, with `module` imported if that can be.

        Raises:
            ServerLost: There is none to be had, not from a second server either.
        """
        with self._lock:
            if module is not None:
                self._modules[module] = None
            try:
                return self._fork(memory_bytes)
            except ServerLost:
                if self._closed or self._process is not None:  # It has answered, and another would answer the same.
                    raise
                return self._fork(memory_bytes)

    def end(self, fork: Fork) -> tuple[int, float] | None:
        """Kill a worker unless it has ended; its return code, and the CPU seconds that it and its children used.

        `None` if its fork server was lost: then the worker dies too, and how is not known.
        """
        with self._lock:
            if fork.server is not self._process:
                return None
            try:
                reply, _ = self._request({"end": fork.pid})
            except ServerLost:
                return None
            return (reply["code"], reply["cpu"]) if "code" in reply else None

    def close(self) -> None:
        """End the workers and the server, and wait until they are gone."""
        self._closed = True
        if self._lock.acquire(timeout=CLOSE_SECONDS):
            self._lock.release()
        elif (process := self._process) is not None:
            process.kill()  # It is busy, with an import perhaps; the thread that waits for it will find it dead.
        with self._lock:
            self._drop()

    def _fork(self, memory_bytes: int) -> Fork:
        if self._process is None:
            self._start()
        path = absolute_path()
        reply, descriptors = self._request({"fork": memory_bytes, "path": path, "modules": list(self._modules)})
        if "pid" not in reply or len(descriptors) != 2:
            for descriptor in descriptors:
                os.close(descriptor)
            raise ServerLost(f"The fork server could not fork ({reply.get('error', reply)}).")
        for module in reply["failed"].keys() - self._failed:
            _LOG.warning(
                "The fork server cannot import %s (%s). Workers try it again.", module, reply["failed"][module]
            )
            self._failed.add(module)
        requests, replies = descriptors
        os.set_blocking(requests, False)
        return Fork(reply["pid"], requests, replies, path, frozenset(self._modules), self._process)

    def _start(self) -> None:
        if self._closed:
            raise ServerLost("The pool of workers is closed.")
        # One thread a worker, and one hash seed for all, so that a verdict cannot depend on which worker gave it.
        environment = dict(os.environ, PYTHONHASHSEED="0", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        program = str(Path(__file__).with_name("forkserver.py"))
        ours, theirs = socket.socketpair()
        try:
            # -P: the package's own folder must not be searched for modules.
            self._process = subprocess.Popen(
                [sys.executable, "-P", program, str(theirs.fileno()), str(os.getpid()), json.dumps(absolute_path())],
                stdin=subprocess.DEVNULL,  # What a verifier prints must reach nobody; what it reads is empty.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent.
            )
        except OSError as error:
            ours.close()
            raise ServerLost(f"The fork server could not be started ({error}).") from error
        finally:
            theirs.close()
        ours.settimeout(_TICK_SECONDS)
        self._socket = ours

    def _request(self, message: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """Ask, and wait for the answer and its descriptors. Needs the lock."""
        assert self._process is not None and self._socket is not None
        deadline = time.monotonic() + LOAD_SECONDS
        frames = Frames()
        descriptors: list[int] = []
        try:
            self._socket.sendall(encode(message))
            while (body := frames.take()) is None:
                try:
                    chunk, received, _, _ = socket.recv_fds(self._socket, CHUNK, 2, _CLOSE_ON_EXEC)
                except TimeoutError:
                    if self._process.poll() is not None:
                        raise ServerLost("The fork server has ended.") from None
                    if time.monotonic() >= deadline:
                        raise ServerLost(f"The fork server did not answer within {LOAD_SECONDS:.0f} s.") from None
                    continue
                descriptors += received
                if not chunk:
                    raise ServerLost("The fork server has closed its socket.")
                frames.feed(chunk)
        except (ServerLost, OSError) as error:
            for descriptor in descriptors:
                os.close(descriptor)
            self._drop()
            raise ServerLost(str(error)) from error
        for descriptor in descriptors:
            os.set_inheritable(descriptor, False)
        return decode(body), descriptors

    def _drop(self) -> None:
        """Leave no process behind. Needs the lock."""
        process, self._process = self._process, None
        ours, self._socket = self._socket, None
        if ours is not None:
            with contextlib.suppress(OSError):  # The other end is gone.
                ours.shutdown(socket.SHUT_RDWR)  # Closing is not enough: whoever was forked from us may have it open.
            ours.close()
        if process is None:
            return
        try:
            process.wait(CLOSE_SECONDS if self._closed else 0)
        except subprocess.TimeoutExpired:
            process.kill()  # Its workers die with it.
            process.wait()


_CLOSE_ON_EXEC: int = getattr(socket, "MSG_CMSG_CLOEXEC", 0)


def absolute_path() -> list[str]:
    """`sys.path` as another process has to have it: an empty entry stands for the working directory."""
    return [entry or os.getcwd() for entry in sys.path]
