"""One run of a program, seen from the process that has the expected outputs.

- `Run`: speak with it by messages under a deadline, and `end` it.

What a run says and prints may be anything, and as much as it can. All of it is bounded here, in bytes and in time.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import struct
import sys
import time
from typing import TYPE_CHECKING, Any

from rlvr.envs.sandbox.clock import is_stopped, waited_for_cpu
from rlvr.envs.sandbox.guest.values import loads
from rlvr.envs.sandbox.limits import Cause, Ended, Limits, SandboxFailed
from rlvr.envs.verification.frames import CHUNK, Frames, encode

if TYPE_CHECKING:
    from rlvr.envs.sandbox.supervisor import Sandbox

PATIENCE = 10.0
"""How many times its wall time a run may take when the machine gives it no CPU, before the sandbox has failed."""

MOST_ANSWER, MOST_ANSWERS = 8 << 20, 16 << 20
"""Bytes of one answer of a program, and of all; more is too much output."""

CPU_SHARE = 0.75
"""A run that the kernel killed is taken to have ignored SIGXCPU and used up its CPU time if it used this share of it:
for its limit the kernel counts in ticks, which on a busy machine is more than the time that it tells afterwards."""

GRACE_SECONDS = 2.0
"""How long a run may take to be gone after it has closed its channel, before it is killed. A program that closes it and
goes on is as hostile as rare; one that is dying takes a millisecond, and longer on a busy machine."""

_CREDENTIALS = struct.Struct("3i")  # unix(7): pid, uid, gid; the kernel translates the pid from its namespace to ours.
_READY = encode({"ready": True})
_LINUX = sys.platform == "linux"


class Run:
    """One process of the sandbox, made by `Sandbox.start`. If it is dropped but not ended, the zygote goes with it."""

    def __init__(self, sandbox: Sandbox, limits: Limits) -> None:
        """A run that has yet to be forked."""
        self.pid: int | None = None
        """As the zygote sees it."""
        self.zygote = sandbox.pid
        """Which zygote was asked for it: a pid means nothing to another one."""
        self.refusal = ""
        """Why the zygote could not fork it."""
        self.output = bytearray()
        """What it has printed so far, if that is captured."""
        self._sandbox = sandbox
        self._limits = limits
        self._channel: socket.socket | None = None
        self._stdout = -1
        self._frames = Frames(MOST_ANSWER)
        self._arrived = 0  # Bytes of its answers.
        self._unsent = bytearray()
        self._host_pid = -1
        self._process = -1  # A descriptor of its process (pidfd_open(2)).
        self._confined = False  # It has said so; from there on, all it says may be the program's.
        self._gone = False  # It has closed its end of the channel.
        self._ended = False
        self._last = False  # Close our direction once all is sent.
        self._stopped: Cause | None = None
        self._partner: Run | None = None
        self._poll = select.poll()
        self._clock = sandbox.clock
        self._waited = 0.0  # Seconds that it is known to have waited for a CPU.
        self.begin()

    def begin(self) -> None:
        """Count its wall time from now on."""
        self._clock.begin()
        self._began = time.monotonic() - self._clock.stalled

    @property
    def alive(self) -> bool:
        """Whether it has not closed its channel, so far as can be seen without reading."""
        assert self._channel is not None
        return not dict(self._poll.poll(0)).get(self._channel.fileno(), 0) & (select.POLLHUP | select.POLLERR)

    def capture(self, descriptor: int) -> None:
        """Take what it prints from `descriptor`."""
        self._stdout = descriptor
        os.set_blocking(descriptor, False)
        self._poll.register(descriptor, select.POLLIN)

    def attach(self, channel: socket.socket) -> None:
        """Speak with it over `channel`."""
        self._channel = channel
        if _LINUX:
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        channel.setblocking(False)
        self._poll.register(channel, select.POLLIN)

    def wait_for(self, partner: Run) -> None:
        """This run waits for another: what that one waits for a CPU counts for both, and its output has to be taken."""
        self._partner = partner
        if partner._stdout >= 0:
            self._poll.register(partner._stdout, select.POLLIN)

    def send(self, *messages: dict[str, Any]) -> None:
        """Send messages: what does not fit at once, while an answer is waited for."""
        assert self._channel is not None
        begun = bool(self._unsent)
        for message in messages:
            self._unsent += encode(message)
        if not begun and not self._gone:
            self._push(self._channel)

    def receive(self) -> dict[str, Any] | None:
        """Its next message; `None` if it has ended or hit a limit, which `end` tells.

        Raises:
            SandboxFailed: It could not be confined, or was stopped, or the machine gave it no time to run.
        """
        while not self._stopped:
            try:
                body = self._frames.take()
                message = None if body is None else loads(body)
            except ValueError:  # Noise: nothing but the program can have made it.
                self._stopped = Cause.OUTPUT
                return None
            if isinstance(message, dict):
                return message
            if body is not None:
                self._stopped = Cause.OUTPUT
            elif self._gone or (self._partner is not None and self._partner._stopped):
                return None
            else:
                self._step()
        return None

    def drain(self) -> dict[str, Any] | None:
        """Take all that it says and prints until it has ended or hit a limit; the last thing it said.

        It is told that nothing more will come.

        Raises:
            SandboxFailed: As for `receive`.
        """
        last = None
        assert self._channel is not None
        if self._unsent:
            self._last = True
        else:
            self._close_our_direction(self._channel)
        while (message := self.receive()) is not None:
            last = message
        while self._stdout >= 0 and not self._stopped:  # Its end of the pipe is closed when it has ended.
            self._step()
        return last

    def kill(self) -> bool:
        """Kill it without the zygote's help; whether that could be done."""
        if self._process < 0:
            return False
        try:
            signal.pidfd_send_signal(self._process, signal.SIGKILL)
        except OSError as error:
            return isinstance(error, ProcessLookupError)  # It has ended already.
        return True

    def release(self) -> Ended:
        """Kill it: it has answered all that it was asked. How it would have ended is not waited for.

        Raises:
            SandboxFailed: The zygote is lost.
        """
        if self._stopped:
            return self.end()
        self._sandbox.release(self)
        self.forget()
        return Ended(Cause.EXIT, detail="It had answered.")

    def end(self, *, leaving: bool = False) -> Ended:
        """Kill it unless it has ended, and say how it did.

        Args:
            leaving: It has nothing left to wait for, so it is given time to end by itself. What has killed it, if
                anything did, is told only by itself.

        Raises:
            SandboxFailed: Something else has killed it, or the zygote is lost.
        """
        gone = self._gone and not self._stopped
        code, cpu, killed = self._sandbox.end(self, GRACE_SECONDS if gone or leaving else 0.0)
        self.forget()
        if not self._confined and (gone or not killed):
            raise SandboxFailed(f"A process of the sandbox ended before it was confined (code {code}).")
        used_up = cpu >= CPU_SHARE * self._limits.cpu_seconds and -code == signal.SIGKILL
        if not killed and (used_up or -code == signal.SIGXCPU):
            return Ended(Cause.CPU, cpu, f"It used up its {self._limits.cpu_seconds} s of CPU time.")
        if self._stopped is Cause.WALL:
            return Ended(Cause.WALL, cpu, f"It was not done after {self._limits.wall_seconds:.0f} s.")
        if self._stopped is Cause.OUTPUT:
            return Ended(Cause.OUTPUT, cpu, "It printed or returned too much.")
        if code < 0 and not killed:
            if -code == signal.SIGKILL:  # No program can send it, and it is none of ours.
                raise SandboxFailed("A process of the sandbox was killed by something else.")
            return Ended(Cause.CRASH, cpu, f"It crashed (signal {-code}).")
        return Ended(Cause.EXIT, cpu, "It ended.")

    def forget(self) -> None:
        """Close all that speaks with it: the zygote is gone, or sees to its end."""
        self._ended = True
        self.drop()

    def drop(self) -> None:
        """Close all that speaks with it. If nobody has ended it, nobody will: the zygote goes, and it with it."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._stdout >= 0:
            os.close(self._stdout)
            self._stdout = -1
        if self._process >= 0:
            os.close(self._process)
            self._process = -1
        if not self._ended:
            self._ended = True
            self._sandbox.close()

    def _step(self) -> None:
        """Wait for something to read or to write, or for the deadline, and do it."""
        left = self._limits.wall_seconds + self._waited - self._elapsed()
        if left <= 0:  # Even if there is something to read: a program that always has more must come to an end too.
            return self._late()
        ready = self._clock.wait(self._poll, left)
        assert self._channel is not None
        if not self._gone and self._channel.fileno() in ready:
            self._exchange(self._channel, ready[self._channel.fileno()])
        for run in (self, self._partner):
            if run is not None and run._stdout in ready:
                run._take_output([self._poll, run._poll])

    def _exchange(self, channel: socket.socket, events: int) -> None:
        if events & select.POLLOUT:
            self._push(channel)
        if events & ~select.POLLOUT:
            try:
                chunk = channel.recv(CHUNK) if self._confined else self._first(channel)
            except BlockingIOError:
                return
            except ConnectionError:
                chunk = b""
            if chunk == _READY and not self._confined:
                self._confined = True
                return
            self._arrived += len(chunk)
            if self._arrived > MOST_ANSWERS:
                self._stopped = Cause.OUTPUT
            elif chunk:
                self._frames.feed(chunk)
            else:
                self._gone = True
                self._poll.unregister(channel)

    def _push(self, channel: socket.socket) -> None:
        try:
            del self._unsent[: channel.send(self._unsent)]
        except BlockingIOError:
            pass  # It is full, and poll says when it is not.
        except ConnectionError:  # It reads no more. Whether it has ended is seen when reading.
            self._unsent.clear()
        self._poll.modify(channel, select.POLLIN | select.POLLOUT if self._unsent else select.POLLIN)
        if self._last and not self._unsent:
            self._close_our_direction(channel)

    def _close_our_direction(self, channel: socket.socket) -> None:
        with contextlib.suppress(OSError):  # It is gone already.
            channel.shutdown(socket.SHUT_WR)

    def _first(self, channel: socket.socket) -> bytes:
        """The message that says that it is confined and about to begin. With it the kernel tells the pid."""
        chunk, ancillary, _, _ = channel.recvmsg(len(_READY), socket.CMSG_SPACE(_CREDENTIALS.size) if _LINUX else 0)
        for _, _, data in ancillary:
            self._host_pid = _CREDENTIALS.unpack(data[: _CREDENTIALS.size])[0]
            if self._process < 0:
                self._process = self._opened(self._host_pid)
        return chunk

    def _opened(self, pid: int) -> int:
        """A descriptor of its process; -1 where there are none. While its channel is open, it is no other's."""
        if not hasattr(os, "pidfd_open"):
            return -1
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:  # It has ended, or a filter of system calls around this process does not know the call.
            return -1
        if self.alive:
            return descriptor
        os.close(descriptor)
        return -1

    def _take_output(self, polls: list[select.poll]) -> None:
        chunk = os.read(self._stdout, CHUNK)
        if not chunk:
            for poll in polls:
                with contextlib.suppress(KeyError):  # The same one twice, or one that never watched it.
                    poll.unregister(self._stdout)
            os.close(self._stdout)
            self._stdout = -1
        self.output += chunk
        if len(self.output) > self._limits.output_bytes:
            self._stopped = Cause.OUTPUT

    def _elapsed(self) -> float:
        """Seconds since it began in which this process could look after it."""
        return time.monotonic() - self._began - self._clock.stalled

    def _late(self) -> None:
        """The deadline has passed: its own fault, unless it waited for a CPU or was stopped."""
        if not self._confined:
            raise SandboxFailed("A process of the sandbox was not confined in time.")
        runs = [run for run in (self, self._partner) if run is not None]
        if any(is_stopped(run._host_pid) for run in runs):
            raise SandboxFailed("A process of the sandbox was stopped by something else.")
        elapsed = self._elapsed()
        waited = min(elapsed, sum(waited_for_cpu(run._host_pid) for run in runs))
        if elapsed - waited >= self._limits.wall_seconds:
            self._stopped = Cause.WALL
        elif elapsed >= PATIENCE * self._limits.wall_seconds:
            raise SandboxFailed(f"A process of the sandbox waited {waited:.1f} s of {elapsed:.1f} s for a CPU.")
        else:
            self._waited = waited
