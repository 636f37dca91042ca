"""How the zygote answers when processes are few: fork is a stand-in, what it gives up and closes is real."""

import errno
import os
import signal
import socket
import subprocess
import sys

import pytest

from rlvr.envs.sandbox.guest import zygote

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: sets errno as its C library does")


class Unconfined:
    """A confinement that remembers what it was asked for."""

    def limits(self, limits):
        return [limits]


@pytest.fixture
def serving():
    """A zygote, and the other end of its control socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield zygote.Zygote(theirs, Unconfined())


def forks(monkeypatch, *pids):
    """What fork gives, one after the other; a negative pid says that no process is left."""
    left = list(pids)

    def fork():
        zygote.ctypes.set_errno(errno.EAGAIN)
        return left.pop(0)

    monkeypatch.setattr(zygote, "_bare_fork", fork)
    return left


def asked(serving, count):
    """The answer to a request with two descriptors a run, and whether they are open afterwards."""
    pipes = [os.pipe() for _ in range(count)]
    descriptors = [end for pipe in pipes for end in pipe]
    request = {"run": "program", "fds": ["channel", "stdout"], "count": count, "limits": {"cpu": 1}}
    answer = serving._fork(request, descriptors)
    still_open = [one for one in descriptors if os.path.exists(f"/proc/self/fd/{one}")]
    return answer, still_open


def test_a_fork_that_fails_among_several_is_told_and_no_descriptor_is_kept(serving, monkeypatch):
    left = forks(monkeypatch, 71, 72, -1, 73)
    answer, still_open = asked(serving, 4)
    assert answer == {"pids": [71, 72], "error": "fork: Resource temporarily unavailable"}
    assert (left, still_open) == ([73], [])
    assert serving._children == {71, 72}


def test_those_that_are_being_killed_are_waited_for_when_no_process_is_left(serving, monkeypatch):
    killed = subprocess.Popen(["sleep", "1000"])
    serving._children.add(killed.pid)
    serving._release(killed.pid)
    left = forks(monkeypatch, -1, 71)
    answer, _ = asked(serving, 1)
    assert (answer, left) == ({"pids": [71]}, [])
    assert serving._dying == []
    with pytest.raises(ProcessLookupError):
        os.kill(killed.pid, signal.SIGCONT)
    killed.wait()  # Reaped already: subprocess takes note.


def test_only_children_are_killed(serving):
    serving._release(os.getpid())
    assert serving._dying == []
    assert "no child" in serving._end(os.getpid())["error"]
