"""One worker, seen from the pool: forked when it is needed, asked one check at a time, killed when it is late.

- `WorkerProcess`: `ask(check, payload)` gives a verdict, or raises `CheckFailed` where running it again may help.
- `CheckFailed`: the verifier could not run; says nothing about the answer.
"""

from __future__ import annotations

import logging
import math
import os
import select
import signal
import time
from typing import Any

from rlvr.core import Check, Status, Verdict
from rlvr.envs.verification.forkserver import CRASHES
from rlvr.envs.verification.frames import CHUNK, HEADER, Frames, decode, encode
from rlvr.envs.verification.server import LOAD_SECONDS, Fork, ForkServer, ServerLost, absolute_path

REPLY_BYTES = 64 << 20
"""Longer replies are taken for noise on the pipe."""

CPU_SHARE = 0.9
"""SIGXCPU is believed if the check used this share of its CPU limit; the kernel enforces it by coarser clocks."""

_LOG = logging.getLogger("rlvr.verification")


class CheckFailed(Exception):
    """The verifier could not run: its worker was lost, or it raised. A fresh worker may do better.

    `crash` is the signal if the worker crashed under the check. If it does so again, it is the check's doing.
    """

    def __init__(self, reason: str, *, crash: signal.Signals | None = None) -> None:
        super().__init__(reason)
        self.crash = crash


class _PipeClosed(Exception):
    """The worker has ended, it seems."""


class WorkerProcess:
    """A killable process that runs checks. Used by one thread."""

    def __init__(self, server: ForkServer, *, memory_bytes: int, wall_factor: float) -> None:
        """Give checks so much memory each, and so many times their CPU seconds by the clock."""
        self._server = server
        self._memory_bytes = memory_bytes
        self._wall_factor = wall_factor
        self._fork: Fork | None = None
        self._lost = False
        self.restarts = 0
        """How often a worker was forked in place of one that was killed or died."""

    @property
    def pid(self) -> int | None:
        """The process id, or `None` while there is no process."""
        fork = self._fork
        return None if fork is None else fork.pid

    def ask(self, check: Check, payload: bytes) -> Verdict:
        """Run one check; `payload` is `check.key()` in UTF-8.

        Raises:
            CheckFailed: The verifier raised, its worker was lost or killed from outside, or the wall clock ran out
                while CPU time was left: it waited for the machine, not for the answer.
            ImportError: Workers cannot import the check's function.
        """
        try:
            return self._ask(check, payload)
        except CheckFailed:
            self._lose()  # What a failed check left behind must not meet the next one.
            raise

    def end(self) -> tuple[int, float] | None:
        """End the process, if there is one; as for `ForkServer.end`. The next `ask` has a fresh one."""
        fork, self._fork = self._fork, None
        if fork is None:
            return None
        ending = self._server.end(fork)
        fork.close()
        return ending

    def _lose(self) -> tuple[int, float] | None:
        self._lost = self._lost or self._fork is not None
        return self.end()

    def _ask(self, check: Check, payload: bytes) -> Verdict:
        loading = True
        try:
            self._send(check, payload)
            if check.function in self._loaded:
                reply = {"loaded": True}
            else:
                reply = self._read(LOAD_SECONDS)
            if "loaded" in reply:
                self._loaded.add(check.function)
                loading = False
                reply = self._read(check.cpu_seconds * self._wall_factor)
        except _PipeClosed:
            return self._post_mortem(check, loading=loading)
        return self._verdict(check, reply)

    def _send(self, check: Check, payload: bytes) -> None:
        """Give the check to a worker that has what can be preloaded for it: the one that runs, or a fresh one."""
        module = _preloadable(check.function)
        if self._fork is not None and module is not None and module not in self._fork.modules:
            self.end()
        if self._fork is not None:
            try:
                return self._write(payload)
            except _PipeClosed:  # It died in its sleep. The check has not begun, so this counts as no run of it.
                self._lose()
        self._start(module)
        self._write(payload)

    def _start(self, module: str | None) -> None:
        try:
            fork = self._server.fork(self._memory_bytes, module)
        except ServerLost as error:
            raise CheckFailed(f"The worker could not be started: {error}") from error
        self._fork = fork
        self._frames = Frames(REPLY_BYTES)
        self._readable = _poll(fork.replies, select.POLLIN)
        self._writable = _poll(fork.requests, select.POLLOUT)
        self._loaded: set[str] = set()
        self._path = fork.path
        self._worn = False
        self._cpu_used = 0.0  # Seconds of CPU time, as the worker last told: when the check under way began.
        self.restarts += self._lost
        self._lost = False

    def _write(self, payload: bytes) -> None:
        path = absolute_path()
        news = b"null" if path == self._path else encode(path)[HEADER.size :]
        self._path = path
        body = b'{"path": %b, "call": %b}' % (news, payload)
        left = memoryview(HEADER.pack(len(body)) + body)
        assert self._fork is not None
        deadline = time.monotonic() + LOAD_SECONDS
        while left:
            try:
                left = left[os.write(self._fork.requests, left) :]
            except BlockingIOError:
                _wait(self._writable, deadline, "The worker did not take the check.")
            except BrokenPipeError:
                raise _PipeClosed from None

    def _read(self, seconds: float) -> dict[str, Any]:
        assert self._fork is not None
        deadline = time.monotonic() + seconds
        try:
            while (body := self._frames.take()) is None:
                _wait(self._readable, deadline, "The deadline passed, and no CPU limit had ended the check.")
                chunk = os.read(self._fork.replies, CHUNK)
                if not chunk:
                    raise _PipeClosed
                self._frames.feed(chunk)
            reply = decode(body)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise CheckFailed("What came from the worker made no sense.")
        used = reply.get("cpu")
        self._cpu_used = used if isinstance(used, float) else math.inf
        self._worn = reply.get("worn") is not False
        return reply

    def _verdict(self, check: Check, reply: dict[str, Any]) -> Verdict:
        if "verdict" in reply:
            try:
                verdict = Verdict.from_dict(reply["verdict"])
            except (KeyError, TypeError, ValueError) as error:
                raise CheckFailed(f"The verifier's verdict is none: {error}") from error
            if self._worn:
                self.end()
            return verdict
        if "unimportable" in reply:
            raise ImportError(
                f"A worker cannot import {check.function!r} ({reply['unimportable']}). Put the verifier into a module "
                "that can be imported by that name from a folder on sys.path."
            )
        if "limit" in reply:
            self._lose()
            if reply["limit"] == "stack":
                return Verdict(Status.TIMEOUT, reason="The check recursed too deeply.")
            if reply.get("whole"):
                return Verdict(Status.TIMEOUT, reason="The check ran out of memory.")
            raise CheckFailed("The worker ran out of memory, which earlier checks may have used up.")
        _LOG.warning("%s failed: %s", check.function, reply.get("traceback", reply))
        raise CheckFailed(str(reply.get("error", "What came from the worker made no sense.")))

    def _post_mortem(self, check: Check, *, loading: bool) -> Verdict:
        ending = self._lose()
        if ending is None:
            raise CheckFailed("The worker was lost, and how is not known.")
        code, used = ending
        if -code not in set(signal.Signals):  # Not every real-time signal has a name.
            raise CheckFailed(f"The worker was lost ({f'signal {-code}' if code < 0 else f'exit code {code}'}).")
        cause = signal.Signals(-code)
        if not loading and cause is signal.SIGXCPU and used - self._cpu_used >= CPU_SHARE * check.cpu_seconds:
            return Verdict(Status.TIMEOUT, reason=f"The check used up its {check.cpu_seconds} s of CPU time.")
        if cause is signal.SIGKILL:  # One that only seemed to have ended was ended by us.
            raise CheckFailed("The worker was lost (SIGKILL), or had closed its pipe.")
        crash = cause if not loading and cause in CRASHES else None
        raise CheckFailed(f"The worker was lost ({cause.name}).", crash=crash)


def _preloadable(function: str) -> str | None:
    """The module of a check's function if it is ours: others may start threads when imported, and a fork loses them."""
    module = function.partition(":")[0]
    return module if module.startswith("rlvr.") else None


def _poll(descriptor: int, event: int) -> select.poll:
    poll = select.poll()
    poll.register(descriptor, event)
    return poll


def _wait(poll: select.poll, deadline: float, late: str) -> None:
    """Wait until a pipe is ready, closed included; raise `CheckFailed` if it is not by the deadline."""
    if not poll.poll(max(0, math.ceil((deadline - time.monotonic()) * 1000))):
        raise CheckFailed(late)
