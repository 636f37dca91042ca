"""The sandbox, seen from the process that has the expected outputs: a zygote that forks a process for every run.

- `Sandbox`: `start` a run; started when it is first needed, ended by `close` or with this process.
- `paired()`: a socket pair, for two runs that speak with each other.

While a run of a kind that was asked for before is at work, the next ones are forked: confined, and waiting for a
program. So a program starts without waiting for a fork, which is most of what a short one takes.

Used by one thread. A lost zygote, a refusal of the kernel, a machine too busy to run anything: `SandboxFailed`. All
else that can happen is the program's doing.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rlvr.envs.sandbox import filters
from rlvr.envs.sandbox.clock import Clock
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.limits import Limits, SandboxFailed
from rlvr.envs.sandbox.run import Run
from rlvr.envs.verification.frames import CHUNK, Frames, decode, encode

__all__ = ["Run", "Sandbox", "paired"]

START_SECONDS = 30.0
"""Wall time in which a zygote has to start, or answer."""

SPARES = 4
"""Runs of a kind that are forked ahead, at once."""

MOST_KINDS = 2
"""Kinds of runs of which some are kept waiting; those used least recently are given up."""

_Kind = tuple[str, Limits, bool]  # Role, limits, and whether what it prints is captured.

_OPTIONS = ("-s", "-P", "-S", "-B", "-X", "utf8")  # Nothing of a user's or of site-packages, nothing written.
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
        self._preload = dict(preload or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._frames = Frames()
        self._forking: deque[list[Run]] = deque()  # Asked for; the zygote has yet to tell their pids, in this order.
        self._over: list[int] = []  # Pids of runs that were killed, and that the zygote has yet to be told of.
        self._spares: dict[_Kind, deque[Run]] = {}
        self._recent: deque[_Kind] = deque(maxlen=2 * MOST_KINDS)
        self.clock = Clock()

    @property
    def pid(self) -> int | None:
        """Process id of the zygote, or of the process that waits for it; `None` while there is none."""
        return None if self._process is None else self._process.pid

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
        if self._process is not None and self._process.poll() is not None:
            self.close()  # It has died in its sleep.
        if self._process is None:
            self._start()
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
        process, self._process = self._process, None
        control, self._control = self._control, None
        if control is not None:
            control.close()
        if process is not None:
            process.kill()  # What it has forked dies with it.
            process.wait()
        self._frames = Frames()
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
        self._send({"end": pid, "grace": grace})
        reply = self._reply()
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
            self._send({"over": self._over})
            self._over = []

    def _give_up(self, spares: Sequence[Run]) -> None:
        """Have these killed; nobody has missed those that could not be forked."""
        for spare in spares:
            spare.forget()
        pids = [self._told_pid(spare) for spare in spares]
        self._send({"over": [pid for pid in pids if pid is not None]})

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
        try:
            assert self._control is not None
            socket.send_fds(self._control, [encode(request)], given)
        except OSError as error:
            raise self._lost(str(error)) from error
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
        reply = self._reply()
        pids = reply.get("pids", ())
        for place, run in enumerate(self._forking.popleft()):
            run.pid = pids[place] if place < len(pids) else None
            run.refusal = str(reply.get("error", reply))

    def _send(self, message: dict[str, Any]) -> None:
        if self._control is None:
            raise SandboxFailed("The zygote is gone.")
        try:
            self._control.sendall(encode(message))
        except OSError as error:
            raise self._lost(str(error)) from error

    def _reply(self) -> dict[str, Any]:
        if self._control is None:
            raise SandboxFailed("The zygote is gone.")
        try:
            while (body := self._frames.take()) is None:
                chunk = self._control.recv(CHUNK)
                if not chunk:
                    raise self._lost("it has ended")
                self._frames.feed(chunk)
            reply = decode(body)
        except (OSError, ValueError) as error:
            raise self._lost(str(error) or type(error).__name__) from error
        return reply if isinstance(reply, dict) else {}

    def _lost(self, reason: str) -> SandboxFailed:
        self.close()
        return SandboxFailed(f"The zygote was lost: {reason}.")

    def _start(self) -> None:
        program = Path(__file__).parent / "guest" / "start.py"
        ours, theirs = paired()
        given = [theirs.fileno()]
        packages = [Path(path) / name for name, path in self._preload.items()]
        # A module of one file is imported before anything is confined, and so need not be readable.
        folders = filters.readable_folders() + [str(package) for package in packages if package.is_dir()]
        settings: dict[str, Any] = {
            "namespaces": self.level is Level.NAMESPACES,
            "readable": folders,
            "preload": self._preload,
            "filter": None,
            "rules": None,
        }
        try:
            if self.level is not Level.NONE:
                settings["filter"] = filters.system_calls()
                given.append(settings["filter"])
                settings["rules"] = filters.file_rules(folders)
                given.append(settings["rules"])
            self._process = subprocess.Popen(
                # One hash seed for all: the order of a set must not depend on which zygote ran the program.
                [sys.executable, *_OPTIONS, str(program), str(given[0]), json.dumps(settings)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=given,
                env={"PYTHONHASHSEED": "0", "LD_BIND_NOW": "1"},  # Bound once, not by every child.
                cwd="/",
                start_new_session=True,  # No terminal. Not one a run: to the scheduler, each session is a group.
            )
        except (OSError, ImportError, RuntimeError) as error:  # pyseccomp's, without libseccomp, is the last.
            ours.close()
            raise SandboxFailed(f"The zygote could not be started ({type(error).__name__}: {error}).") from error
        finally:
            theirs.close()
            for descriptor in given[1:]:
                os.close(descriptor)
        ours.settimeout(START_SECONDS)
        self._control = ours
        reply = self._reply()
        if "ready" not in reply:
            raise self._lost(str(reply.get("error", reply)))


def paired() -> tuple[socket.socket, socket.socket]:
    """Two ends of a stream.

    Raises:
        SandboxFailed: There is no descriptor or memory left.
    """
    try:
        return socket.socketpair()
    except OSError as error:
        raise SandboxFailed(f"A socket could not be made ({type(error).__name__}: {error}).") from error


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
