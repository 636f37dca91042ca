"""The sandbox, seen from the process that has the expected outputs: a zygote that forks a process for every run.

- `Sandbox`: `start` a run; started when it is first needed, ended by `close` or with this process.

While a run of a kind that was asked for before is at work, the next ones are forked: confined, and waiting for a
program. So a program starts without waiting for a fork, which is most of what a short one takes.

Used by one thread. A lost zygote, a refusal of the kernel, a machine too busy to run anything: `SandboxFailed`. All
else that can happen is the program's doing.
"""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence

from rlvr.envs.sandbox.clock import Clock
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.limits import Limits, SandboxFailed
from rlvr.envs.sandbox.run import Run
from rlvr.envs.sandbox.zygote import Zygote, paired

__all__ = ["Run", "Sandbox"]

SPARES = 4
"""Runs of a kind that are forked ahead, at once."""

MOST_KINDS = 2
"""Kinds of runs of which some are kept waiting; those used least recently are given up."""

_Kind = tuple[str, Limits, bool]  # Role, limits, and whether what it prints is captured.

_LINUX = sys.platform == "linux"


class Sandbox:
    """Runs programs, each in a fresh process that is confined before it begins."""

    def __init__(self, level: Level, preload: Mapping[str, str] | None = None) -> None:
        """Isolate programs as `level` says.

        Args:
            level: From `rlvr.envs.sandbox.levels.require`.
            preload: Packages besides the standard library that programs may import, each with the folder that it is
                installed in. They are imported once, before anything is confined.
        """
        self.level = level
        self._zygote = Zygote(level, preload or {}, self._forget)
        self._forking: deque[list[Run]] = deque()  # Asked for; the zygote has yet to tell their pids, in this order.
        self._over: list[int] = []  # Pids of runs that were killed, and that the zygote has yet to be told of.
        self._spares: dict[_Kind, deque[Run]] = {}
        self._recent: deque[_Kind] = deque(maxlen=2 * MOST_KINDS)
        self.clock = Clock()

    @property
    def pid(self) -> int | None:
        """Process id of the zygote, or of the process that waits for it; `None` while there is none."""
        return self._zygote.pid

    def start(
        self, role: str, limits: Limits, *, stdin: bytes | None = None, stdout: bool = False, peer: int | None = None
    ) -> Run:
        """Fork a process for a role of the guest's: `program`, `script` or `tester`.

        Args:
            role: What the process does.
            limits: What it may use.
            stdin: What it can read from standard input; nothing by default.
            stdout: Whether what it prints is captured.
            peer: One end of a socket pair to another run; it stays open here.

        Raises:
            SandboxFailed: There is no zygote to be had, or no descriptor or memory.
        """
        self._zygote.ensure()
        kind = (role, limits, stdout)
        if stdin is not None or peer is not None:
            return self._fork(kind, 1, stdin, peer)[0]
        run = self._spare(kind) or self._fork(kind)[0]
        run.begin()
        if kind not in self._recent:
            self._recent.append(kind)
        elif not self._spares.get(kind):
            try:
                self._fork_ahead(kind)
            except BaseException:
                run.drop()
                raise
        return run

    def _spare(self, kind: _Kind) -> Run | None:
        """One that waits, if there is one."""
        waiting = self._spares.get(kind)
        while waiting:
            pid = self._told_pid(waiting[0])
            run = waiting.popleft()
            if pid is not None and run.alive:
                return run
            self._give_up([run])
        return None

    def _fork_ahead(self, kind: _Kind) -> None:
        self._spares.pop(kind, None)
        while len(self._spares) >= MOST_KINDS:
            self._give_up(self._spares.pop(next(iter(self._spares))))
        self._spares[kind] = deque(self._fork(kind, SPARES))

    def close(self) -> None:
        """Kill the zygote and all that it has forked."""
        self._zygote.close()

    def _forget(self) -> None:
        self._forking.clear()
        self._over.clear()
        while self._spares:
            for spare in self._spares.popitem()[1]:
                spare.forget()

    def end(self, run: Run, grace: float) -> tuple[int, float, bool]:
        """Kill a run unless it has ended: its return code, the CPU seconds that it used, whether it had to be killed.

        Args:
            run: Which.
            grace: Seconds to wait for one that seems to be ending by itself.

        Raises:
            SandboxFailed: The zygote is lost, or could not fork it.
        """
        pid = self._pid_of(run)
        while self._forking:  # Asked for before, and so answered before.
            self._learn_pids()
        self._zygote.send({"end": pid, "grace": grace})
        reply = self._zygote.reply()
        if "code" not in reply:
            raise SandboxFailed(f"The zygote could not end a run ({reply.get('error', reply)}).")
        return reply["code"], reply["cpu"], reply["killed"]

    def release(self, run: Run) -> None:
        """Have a run killed, and not wait for that.

        Raises:
            SandboxFailed: The zygote is lost, or could not fork it.
        """
        self._over.append(self._pid_of(run))
        if not run.kill():
            self._zygote.send({"over": self._over})
            self._over = []

    def _give_up(self, spares: Sequence[Run]) -> None:
        """Have these killed; nobody has missed those that could not be forked."""
        for spare in spares:
            spare.forget()
        pids = [self._told_pid(spare) for spare in spares]
        self._zygote.send({"over": [pid for pid in pids if pid is not None]})

    def _fork(self, kind: _Kind, count: int = 1, stdin: bytes | None = None, peer: int | None = None) -> list[Run]:
        role, limits, stdout = kind
        runs: list[Run] = []
        given: list[int] = []  # One run's after the other's.
        try:
            for _ in range(count):
                runs.append(Run(self, limits))
                names = ["channel"]
                ours, theirs = paired()
                runs[-1].attach(ours)
                given.append(theirs.detach())
                if stdin is not None:
                    given.append(_readable(stdin))
                    names.append("stdin")
                if stdout:
                    reading, writing = os.pipe()
                    given.append(writing)
                    names.append("stdout")
                    runs[-1].capture(reading)
            if peer is not None:
                names.append("peer")
            self._ask_for(role, limits, names, count, given if peer is None else [*given, peer])
        except BaseException as error:
            for run in runs:
                run.drop()
            if isinstance(error, OSError):
                raise SandboxFailed(f"A run could not be started ({type(error).__name__}: {error}).") from error
            raise
        finally:
            for descriptor in given:
                os.close(descriptor)
        self._forking.append(runs)
        return list(runs)

    def _ask_for(self, role: str, limits: Limits, names: list[str], count: int, given: list[int]) -> None:
        request = {
            "run": role,
            "fds": names,
            "count": count,
            "limits": {"cpu": limits.cpu_seconds, "memory": limits.memory_bytes, "descriptors": limits.descriptors},
            "over": self._over,
        }
        self._zygote.send(request, given)
        self._over = []

    def _pid_of(self, run: Run) -> int:
        """The pid of a run, unless the zygote is gone, or could not fork it."""
        if run.zygote != self.pid:
            raise SandboxFailed("The zygote that forked a run is gone.")
        pid = self._told_pid(run)
        if pid is None:
            raise SandboxFailed(f"The zygote could not fork ({run.refusal or 'it is gone'}).")
        return pid

    def _told_pid(self, run: Run) -> int | None:
        """What the zygote has told or tells now of a run; it answers in order."""
        while run.pid is None and self._forking:
            self._learn_pids()
        return run.pid

    def _learn_pids(self) -> None:
        reply = self._zygote.reply()
        pids = reply.get("pids", ())
        for place, run in enumerate(self._forking.popleft()):
            run.pid = pids[place] if place < len(pids) else None
            run.refusal = str(reply.get("error", reply))


def _readable(content: bytes) -> int:
    """A descriptor from which `content` can be read, and that nobody can change."""
    if not _LINUX:
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            return os.dup(file.fileno())
    descriptor = os.memfd_create("rlvr-stdin", os.MFD_ALLOW_SEALING)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(descriptor, left) :]
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
