"""One worker, seen from the parent: started when it is needed, asked one check at a time, killed when it is late.

- `WorkerProcess`: `ask(check, payload)` gives a verdict, or raises `CheckFailed` where running it again may help.
- `CheckFailed`: the verifier could not run; says nothing about the answer.
"""

from __future__ import annotations

import logging
import math
import os
import select
import signal
import subprocess
import sys
import time
from typing import Any

from rlvr.core import Check, Status, Verdict
from rlvr.envs.verification import worker

LOAD_SECONDS = 60.0
"""Wall time in which a worker has to start, and import a verifier that it has not run yet."""

REPLY_BYTES = 64 << 20
"""Longer replies are taken for noise on the pipe."""

CPU_SHARE = 0.9
"""SIGXCPU is believed if the check used this share of its CPU limit; the kernel enforces it by coarser clocks."""

# Signals by which the code under a check crashes. Anyone may send them, so one alone proves nothing.
_CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL}

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
    """A killable process that runs checks. Used by one thread; only `interrupt` may be called from another."""

    def __init__(self, *, memory_bytes: int, wall_factor: float) -> None:
        """Give workers so much address space, and checks so many times their CPU seconds by the clock."""
        self._memory_bytes = memory_bytes
        self._wall_factor = wall_factor
        self._process: subprocess.Popen[bytes] | None = None
        self._loaded: set[str] = set()
        self._path: list[str] | None = None
        self._fresh = True
        self._cpu_used = 0.0  # Seconds of CPU time, as the worker last told: when the check under way began.
        self.starts = 0
        """How often a process was started."""

    @property
    def pid(self) -> int | None:
        """The process id, or `None` while there is no process."""
        process = self._process
        return None if process is None else process.pid

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
            self.kill()  # What a failed check left behind must not meet the next one.
            raise

    def _ask(self, check: Check, payload: bytes) -> Verdict:
        loading = True
        try:
            if self._process is None:
                self._start()
            self._write(payload)
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

    def kill(self) -> None:
        """End the process, if there is one, and wait until it is gone. The next `ask` starts a fresh one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def interrupt(self) -> None:
        """Kill the process under a running `ask`, from another thread; that `ask` then raises `CheckFailed`."""
        process = self._process
        if process is not None:
            process.kill()

    def _start(self) -> None:
        # One thread a worker, and one hash seed for all, so that a verdict cannot depend on which worker gave it.
        environment = dict(os.environ, PYTHONHASHSEED="0", OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")
        # -P: the package's own folder must not be searched for modules.
        command = [sys.executable, "-P", worker.__file__, str(os.getpid()), str(self._memory_bytes)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
                env=environment,
                start_new_session=True,  # Ctrl-C in the terminal is for the parent.
            )
        except OSError as error:
            raise CheckFailed(f"The worker could not be started ({error}).") from error
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        self._loaded = set()
        self._path = None
        self._fresh = True
        self._cpu_used = 0.0
        self.starts += 1

    def _write(self, payload: bytes) -> None:
        path = [entry or os.getcwd() for entry in sys.path]  # "" stands for the working directory.
        news = b"null" if path == self._path else worker.encode(path)[worker.HEADER.size :]
        self._path = path
        body = b'{"path": %b, "call": %b}' % (news, payload)
        left = memoryview(worker.HEADER.pack(len(body)) + body)
        assert self._process is not None and self._process.stdin is not None
        descriptor = self._process.stdin.fileno()
        deadline = time.monotonic() + LOAD_SECONDS
        try:
            while left:
                _wait(descriptor, select.POLLOUT, deadline, "The worker did not take the check.")
                left = left[os.write(descriptor, left) :]
        except BrokenPipeError:
            raise _PipeClosed from None

    def _read(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        header = self._read_exactly(worker.HEADER.size, deadline)
        (size,) = worker.HEADER.unpack(header)
        try:
            reply = worker.decode(self._read_exactly(size, deadline)) if size <= REPLY_BYTES else None
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise CheckFailed("What came from the worker made no sense.")
        used = reply.get("cpu")
        self._cpu_used = used if isinstance(used, float) else math.inf
        return reply

    def _read_exactly(self, size: int, deadline: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        body = bytearray()
        while len(body) < size:
            _wait(descriptor, select.POLLIN, deadline, "The deadline passed, and no CPU limit had ended the check.")
            chunk = os.read(descriptor, size - len(body))
            if not chunk:
                raise _PipeClosed
            body += chunk
        return bytes(body)

    def _verdict(self, check: Check, reply: dict[str, Any]) -> Verdict:
        fresh, self._fresh = self._fresh, False
        if "verdict" in reply:
            try:
                return Verdict.from_dict(reply["verdict"])
            except (KeyError, TypeError, ValueError) as error:
                raise CheckFailed(f"The verifier's verdict is none: {error}") from error
        if "unimportable" in reply:
            raise ImportError(
                f"A worker cannot import {check.function!r} ({reply['unimportable']}). Put the verifier into a module "
                "that can be imported by that name from a folder on sys.path."
            )
        if "limit" in reply:
            self.kill()
            if reply["limit"] == "stack":
                return Verdict(Status.TIMEOUT, reason="The check recursed too deeply.")
            if fresh:
                return Verdict(Status.TIMEOUT, reason="The check ran out of memory.")
            raise CheckFailed("The worker ran out of memory, which earlier checks may have used up.")
        _LOG.warning("%s failed: %s", check.function, reply.get("traceback", reply))
        raise CheckFailed(str(reply.get("error", "What came from the worker made no sense.")))

    def _post_mortem(self, check: Check, *, loading: bool) -> Verdict:
        process = self._process
        assert process is not None
        code, used = _reap(process, seconds=1.0)
        self.kill()  # It is dead; this closes our ends.
        if -code not in set(signal.Signals):  # Not every real-time signal has a name.
            raise CheckFailed(f"The worker was lost ({f'signal {-code}' if code < 0 else f'exit code {code}'}).")
        cause = signal.Signals(-code)
        if not loading and cause is signal.SIGXCPU and used - self._cpu_used >= CPU_SHARE * check.cpu_seconds:
            return Verdict(Status.TIMEOUT, reason=f"The check used up its {check.cpu_seconds} s of CPU time.")
        crash = cause if not loading and cause in _CRASHES else None
        raise CheckFailed(f"The worker was lost ({cause.name}).", crash=crash)


def _reap(process: subprocess.Popen[bytes], *, seconds: float) -> tuple[int, float]:
    """Wait for the end of a process; its return code, and the CPU seconds that it and its own children used.

    `Popen.wait` would not tell the second, and what the operating system sums over all children is no worker's own.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        except ChildProcessError:  # `interrupt` looked first, or the parent ignores SIGCHLD.
            raise CheckFailed("The worker was lost, and how is not known.") from None
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage.ru_utime + usage.ru_stime
        if time.monotonic() >= deadline:
            raise CheckFailed("The worker closed its pipe.")
        time.sleep(0.001)


def _wait(descriptor: int, event: int, deadline: float, late: str) -> None:
    """Wait until a pipe is ready, closed included; raise `CheckFailed` if it is not by the deadline."""
    poll = select.poll()
    poll.register(descriptor, event)
    left = deadline - time.monotonic()
    if not poll.poll(max(0, math.ceil(left * 1000))):
        raise CheckFailed(late)
