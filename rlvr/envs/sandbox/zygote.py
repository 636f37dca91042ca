"""The zygote, seen from outside: a process that imports what programs may need, and then forks on request.

- `Zygote`: starts it, talks to it, ends it.
- `paired()`: a socket pair.

Requests and answers are frames of JSON over a socket; answers come in the order of the requests.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rlvr.envs.sandbox import filters
from rlvr.envs.sandbox.level import Level
from rlvr.envs.sandbox.limits import SandboxFailed
from rlvr.envs.verification.frames import CHUNK, Frames, decode, encode

START_SECONDS = 30.0
"""Wall time in which a zygote has to start, or answer."""

_OPTIONS = ("-s", "-P", "-S", "-B", "-X", "utf8")  # Nothing of a user's or of site-packages, nothing written.


class Zygote:
    """One zygote at a time; a new one can be started where the one before has ended or was lost.

    Args:
        level: How what it forks is isolated.
        preload: Packages that it imports, each with the folder that it is installed in.
        gone: Called whenever there is no zygote any more: nothing of what it forked is left.
    """

    def __init__(self, level: Level, preload: Mapping[str, str], gone: Callable[[], None]) -> None:
        """Start none yet."""
        self._level = level
        self._preload = dict(preload)
        self._gone = gone
        self._process: subprocess.Popen[bytes] | None = None
        self._frames = Frames()
        self.control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the zygote, or of the process that waits for it; `None` while there is none."""
        return None if self._process is None else self._process.pid

    def ensure(self) -> None:
        """Have one.

        Raises:
            SandboxFailed: It does not start.
        """
        if self._process is not None and self._process.poll() is not None:
            self.close()  # It has died in its sleep.
        if self._process is None:
            self._start()

    def close(self) -> None:
        """Kill it, and with it all that it has forked."""
        process, self._process = self._process, None
        control, self.control = self.control, None
        if control is not None:
            control.close()
        if process is not None:
            process.kill()  # What it has forked dies with it.
            process.wait()
        self._frames = Frames()
        self._gone()

    def send(self, message: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Ask for something, and hand descriptors over.

        Raises:
            SandboxFailed: It is lost.
        """
        if self.control is None:
            raise SandboxFailed("The zygote is gone.")
        try:
            if descriptors:
                socket.send_fds(self.control, [encode(message)], descriptors)
            else:
                self.control.sendall(encode(message))
        except OSError as error:
            raise self._lost(str(error)) from error

    def reply(self) -> dict[str, Any]:
        """Its next answer.

        Raises:
            SandboxFailed: It is lost, or silent for `START_SECONDS`.
        """
        if self.control is None:
            raise SandboxFailed("The zygote is gone.")
        try:
            while (body := self._frames.take()) is None:
                chunk = self.control.recv(CHUNK)
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
            "namespaces": self._level is Level.NAMESPACES,
            "readable": folders,
            "preload": self._preload,
            "filter": None,
            "rules": None,
        }
        try:
            if self._level is not Level.NONE:
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
        self.control = ours
        reply = self.reply()
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
