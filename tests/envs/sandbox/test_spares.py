"""Runs that are forked ahead, several at once: each is its own, and gone when it is not wanted."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from rlvr.envs.sandbox import Level, Limits, Sandbox, run, run_calls, supervisor
from rlvr.envs.sandbox.guest import memory
from tests.envs.sandbox.processes import CALL, LIMITS, STRONGEST, answer, descendants, parent_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: looks into /proc")


@pytest.fixture
def sandbox():
    sandbox = Sandbox(STRONGEST)
    yield sandbox
    sandbox.close()


def forked(sandbox):
    """Processes that the zygote has forked and that have not ended."""
    zygote = sandbox.pid
    if sandbox.level is Level.NAMESPACES:
        zygote = min(pid for pid in descendants(zygote) if parent_of(pid) == zygote)
    return {pid for pid in descendants(zygote) if parent_of(pid) == zygote}


def settled(sandbox, number, seconds=20.0):
    """Whether so many runs are left in a while: those that were killed may take their time."""
    end = time.monotonic() + seconds
    while len(forked(sandbox)) != number and time.monotonic() < end:
        time.sleep(0.01)
    return len(forked(sandbox)) == number


def test_runs_of_a_kind_are_forked_ahead_once_it_was_asked_for_twice(sandbox):
    answer(sandbox)
    assert settled(sandbox, 0)
    answer(sandbox)
    assert settled(sandbox, supervisor.SPARES)
    for left in range(supervisor.SPARES - 1, 0, -1):
        answer(sandbox)
        assert settled(sandbox, left)
    answer(sandbox)
    assert settled(sandbox, supervisor.SPARES)


def test_kinds_that_were_not_asked_for_lately_are_given_up(sandbox):
    kinds = [Limits(cpu_seconds=1, output_bytes=1000 + number) for number in range(supervisor.MOST_KINDS + 2)]
    for limits in kinds:
        answer(sandbox, limits=limits)
        answer(sandbox, limits=limits)
    assert settled(sandbox, supervisor.MOST_KINDS * supervisor.SPARES)


OPEN = """
import os
def is_open(number):
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
def f(x):
    return os.getpid(), list(filter(is_open, range(64)))
"""


def test_runs_that_were_forked_at_once_have_each_their_own_process_and_channel(sandbox):
    given = [answer(sandbox, OPEN)["$tuple"] for _ in range(3 * supervisor.SPARES)]
    assert len({pid for pid, _ in given}) == len(given)
    assert all(descriptors == [0, 1, 2, 3] for _, descriptors in given)


def test_a_spare_that_was_killed_is_replaced(sandbox):
    answer(sandbox)
    answer(sandbox)
    assert settled(sandbox, supervisor.SPARES)
    for pid in forked(sandbox):
        os.kill(pid, signal.SIGKILL)
    assert settled(sandbox, 0)
    assert [answer(sandbox) for _ in range(3)] == [2, 2, 2]


ENDLESS = """
import threading
def f(x):
    return x + 1
def g():
    while True:
        pass
threading.Thread(target=g).start()
"""


@pytest.mark.parametrize("has_descriptors", [True, False])
def test_a_run_that_has_answered_is_killed_with_the_zygotes_help_and_without(sandbox, monkeypatch, has_descriptors):
    if not has_descriptors:
        monkeypatch.delattr(run.os, "pidfd_open")
    for at_once in (True, False, True, False):
        called = run_calls(sandbox, ENDLESS, [CALL], LIMITS, at_once=at_once)
        assert called.answers == [{"returned": 2}]
    (spares,) = sandbox._spares.values()
    assert settled(sandbox, len(spares))


@pytest.mark.parametrize("capture", [True, False])
def test_standard_output_looks_the_same_whether_it_is_captured_or_not(sandbox, capture):
    program = "import sys\ndef f(x):\n    return [sys.stdout.seekable(), sys.stdout.encoding, sys.stdout.fileno()]"
    for _ in range(2):
        called = run_calls(sandbox, program, [CALL], LIMITS, capture=capture)
        assert called.answers == [{"returned": [False, "utf-8", 1]}]


def test_without_huge_pages_there_is_no_place_for_them(monkeypatch):
    monkeypatch.setattr(memory, "_SIZE", "/nowhere")
    assert memory.places() == []
    memory.collapse([])


def test_places_for_huge_pages_are_aligned():
    size = int(Path(memory._SIZE).read_text()) if os.path.exists(memory._SIZE) else 1
    assert all(start < end and start % size == end % size == 0 for start, end in memory.places())
