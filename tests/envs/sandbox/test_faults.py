"""A fault of the sandbox is never the program's: nothing is judged wrong, lost or left behind, whatever is killed."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from rlvr.core import Status
from rlvr.envs.sandbox import Cause, Level, Limits, Sandbox, SandboxFailed, run_calls, run_tests, supervisor, zygote
from rlvr.envs.verification.frames import encode
from rlvr.envs.verification.pool import Pool
from tests.envs.sandbox.processes import (
    CALL,
    LIMITS,
    STRONGEST,
    Quick,
    adds,
    adopt_orphans,
    answer,
    check,
    descendants,
    nothing_left,
    parent_of,
    send,
    side_by_side,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: looks into /proc, adopts orphans")

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def leaves_no_process():
    """Whatever a test kills, in the end all that it had started has ended."""
    adopt_orphans()
    before = descendants(os.getpid())
    yield
    assert nothing_left(before)


@pytest.fixture(params=[Level.NONE, STRONGEST] if STRONGEST is not Level.NONE else [Level.NONE], ids=str)
def level_or_none(request):
    """Without isolation, and with all there is."""
    return request.param


@pytest.fixture
def sandbox(level_or_none):
    sandbox = Sandbox(level_or_none)
    yield sandbox
    sandbox.close()


def zygotes(sandbox):
    """The process that was started, and with namespaces the one that forks."""
    children = [pid for pid in descendants(sandbox.pid) if parent_of(pid) == sandbox.pid]
    return [sandbox.pid, min(children)] if sandbox.level is Level.NAMESPACES else [sandbox.pid]


class Killer(threading.Thread):
    """Signals processes below this one, drawn by chance, until it is told to end."""

    def __init__(self, seed, spared, pause=0.25, stopped_for_good=2):
        super().__init__(daemon=True)
        self._stream = random.Random(seed)
        self._spared = spared
        self._pause = pause
        self._stopped_for_good = stopped_for_good  # At most: each is found out by a deadline.
        self._over = threading.Event()
        self.sent = Counter()

    def run(self):
        while not self._over.wait(self._stream.uniform(0, 2 * self._pause)):
            below = [pid for pid in descendants(os.getpid()) if pid not in self._spared()]
            if not below:
                continue
            victim = self._stream.choice(below)
            parent = parent_of(victim)
            if self._stream.random() < 0.8:
                self.sent[signal.SIGKILL] += send(victim, signal.SIGKILL, parent)
            elif send(victim, signal.SIGSTOP, parent):
                self.sent[signal.SIGSTOP] += 1
                if self.sent[signal.SIGSTOP] > self._stopped_for_good:
                    self._over.wait(self._stream.uniform(0, 0.1))
                    send(victim, signal.SIGCONT, parent)

    def end(self):
        self._over.set()
        self.join()


def test_7000_checks_under_random_kills_are_all_judged_once_and_never_wrongly():
    """Workers, zygotes and runs die; with 3,000 direct runs below, 10,000 in all."""
    before = descendants(os.getpid())
    pool = Pool(workers=2, wall_factor=6, remembered=0)
    done = Counter()
    pool.submit(check(-1, 0)).result()
    killer = Killer(0, lambda: {*before, pool.server_pid})
    killer.start()
    futures = []
    for number in range(7000):
        right = number % 2 == 0
        future = pool.submit(check(number, number + 1 if right else number))
        future.add_done_callback(lambda future, number=number: done.update([number]))
        futures.append((Status.CORRECT if right else Status.WRONG, future))
    verdicts = [(expected, future.result().status) for expected, future in futures]
    killer.end()
    assert all(status in (expected, Status.ERROR) for expected, status in verdicts), Counter(verdicts)
    assert done == Counter(range(7000))
    assert killer.sent[signal.SIGKILL] > 10
    assert sum(status is Status.ERROR for _, status in verdicts) < 700
    pool.close()


def test_3000_runs_under_random_kills_give_the_right_value_or_a_failure(monkeypatch):
    monkeypatch.setattr(zygote, "START_SECONDS", 3.0)
    before = descendants(os.getpid())
    sandbox = Sandbox(STRONGEST)
    killer = Killer(1, lambda: before)
    killer.start()
    failed = 0
    for number in range(3000):
        try:
            if number % 5:
                called = run_calls(sandbox, adds(number), [CALL], LIMITS)
                assert (called.answers, called.ended.cause) == ([{"returned": number + 1}], Cause.EXIT)
            else:
                tests = [f"assert f(1) == {number + 1}", f"assert f(1) == {number}"]
                tested = run_tests(sandbox, adds(number), tests, LIMITS, entry_point="f")
                assert [result["passed"] for result in tested.results] == [True, False]
                assert tested.ended.cause is Cause.EXIT
        except SandboxFailed:
            failed += 1
    killer.end()
    sandbox.close()
    assert killer.sent[signal.SIGKILL] > 10
    assert 0 < failed < 1000


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_zygote_that_dies_between_two_runs_is_replaced(sandbox, number):
    answer(sandbox)
    os.kill(sandbox.pid, number)
    os.waitpid(sandbox.pid, 0)
    with contextlib.suppress(SandboxFailed):  # The first to meet it may fail.
        assert answer(sandbox) == 2
    assert answer(sandbox) == 2


def test_a_zygote_that_dies_under_a_run_is_a_failure_and_takes_the_run_with_it(sandbox):
    answer(sandbox)
    forker = zygotes(sandbox)[-1]
    timer = threading.Timer(0.3, os.kill, (forker, signal.SIGKILL))
    timer.start()
    with pytest.raises(SandboxFailed):
        run_calls(sandbox, "while True: pass", [CALL], Limits(cpu_seconds=5))
    timer.join()
    assert answer(sandbox) == 2


def test_a_zygote_that_is_stopped_is_a_failure(sandbox, monkeypatch):
    monkeypatch.setattr(zygote, "START_SECONDS", 1.0)
    sandbox.close()  # The next one has that limit.
    answer(sandbox)
    os.kill(zygotes(sandbox)[-1], signal.SIGSTOP)
    with pytest.raises(SandboxFailed, match=r"not confined in time|was lost"):
        run_calls(sandbox, adds(1), [CALL], Quick())
    assert answer(sandbox) == 2


SLEEPS = "import time\ntime.sleep(1000)"
SIGNALLED = [
    (number, program)
    for number in (signal.SIGKILL, signal.SIGSTOP)
    for program in ("while True: pass", SLEEPS, "def f(x):\n    import time; time.sleep(1000)")
]


def is_signalled(sandbox, number, program):
    """What the run of a program raises that gets this signal from something else; an answer of the next run."""
    answer(sandbox)
    known = set(descendants(sandbox.pid))

    def act():
        while not (found := set(descendants(sandbox.pid)) - known):
            time.sleep(0.01)
        os.kill(min(found), number)  # Under tests, the program was forked first.

    timer = threading.Timer(0.3, act)
    timer.start()
    with pytest.raises(SandboxFailed) as raised:
        if program.startswith("def f"):
            run_tests(sandbox, program, ["assert f(1) == 2"], LIMITS, entry_point="f")
        else:
            run_calls(sandbox, program, [CALL], Limits(cpu_seconds=1, output_bytes=1))  # Of a kind that none waits for.
    timer.join()
    return str(raised.value), answer(sandbox)


def test_a_program_that_something_else_kills_or_stops_is_a_failure(level_or_none):
    """Programs and those under test, beside each other: one that is stopped is found out when its time is over."""
    for run in side_by_side([(is_signalled, *case) for case in SIGNALLED], level_or_none).values():
        reason, later = run.result()
        assert "something else" in reason
        assert later == 2


def test_a_socket_that_is_cut_is_a_failure(sandbox):
    answer(sandbox)
    sandbox._zygote.control.shutdown(socket.SHUT_RDWR)
    with pytest.raises(SandboxFailed, match="lost"):
        answer(sandbox)
    assert answer(sandbox) == 2


@pytest.mark.parametrize("reply", [b"\0\0\0\2{]", b"\0\0\0\2[]", encode({"pid": None})])
def test_a_reply_that_makes_no_sense_is_a_failure(sandbox, monkeypatch, reply):
    answer(sandbox)
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(sandbox._zygote, "control", ours)
    ours.settimeout(1.0)
    theirs.sendall(reply * 2)
    with pytest.raises(SandboxFailed):
        run_calls(sandbox, adds(1), [CALL], Quick())
    theirs.close()
    assert answer(sandbox) == 2


def test_a_refused_fork_is_a_failure(sandbox, monkeypatch):
    """The zygote's answer, and the channel that it closes, come from a fake one: root has no limit of processes."""
    answer(sandbox)
    ours, theirs = socket.socketpair()
    ours.settimeout(10.0)
    monkeypatch.setattr(sandbox._zygote, "control", ours)

    def refuse():
        while True:
            chunk, descriptors, _, _ = socket.recv_fds(theirs, 65536, 4)
            if not chunk:
                return
            for descriptor in descriptors:
                os.close(descriptor)
            theirs.sendall(encode({"error": "fork: Resource temporarily unavailable"}))

    zygote = threading.Thread(target=refuse)
    zygote.start()
    with pytest.raises(SandboxFailed, match=r"could not fork .*Resource temporarily unavailable"):
        answer(sandbox)
    zygote.join()
    theirs.close()
    assert answer(sandbox) == 2


def test_no_descriptor_left_is_a_failure(sandbox, monkeypatch):
    answer(sandbox)

    def refuse(*arguments):
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(supervisor.os, "pipe", refuse)
        with pytest.raises(SandboxFailed, match="Too many open files"):
            run_calls(sandbox, adds(1), [CALL], LIMITS, capture=True)
    assert answer(sandbox) == 2


SUPERVISOR = """
import sys, threading, time
from rlvr.envs.sandbox import Level, Limits, Sandbox, run_calls
def run(level):
    sandbox = Sandbox(level)
    run_calls(sandbox, "def f(x): return x", [{"call": "f", "args": [1]}], Limits(cpu_seconds=600))
    program = "import time\\nif {busy}:\\n    while True: pass\\ntime.sleep(1000)"
    run_calls(sandbox, program, [{"call": "f", "args": [1]}], Limits(cpu_seconds=600))
threads = [threading.Thread(target=run, args=(Level(sys.argv[1]),), daemon=True) for _ in range(3)]
for thread in threads: thread.start()
time.sleep(600)
"""


@pytest.mark.parametrize("busy", [False, True])
def test_nothing_outlives_a_supervisor_that_is_killed(sandbox, busy):
    program = SUPERVISOR.replace("{busy}", str(busy))
    owner = subprocess.Popen([sys.executable, "-c", program, sandbox.level.value], cwd=ROOT)
    processes = 3 * (2 + supervisor.SPARES + (sandbox.level is Level.NAMESPACES))  # Zygote, run, and those that wait.
    end = time.monotonic() + 60
    while len(found := descendants(owner.pid)) < processes and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.1)
    owner.kill()
    owner.wait()
    assert len(found) == processes
    assert nothing_left(set(descendants(os.getpid())) - set(found))


MEMORY = """
import json, sys
from pathlib import Path
forks = []
sys.addaudithook(lambda event, arguments: forks.append(event) if "fork" in event else None)
from rlvr.envs.sandbox import Level, Limits, Sandbox, run_calls
ballast = bytearray(500 << 20)
ballast[:: 1 << 12] = b"x" * (500 << 8)
sandbox = Sandbox(Level(sys.argv[1]))
call = [{"call": "f", "args": [1]}]
answers = run_calls(sandbox, "def f(x): return x + 1", call, Limits()).answers
lines = Path(f"/proc/{sandbox.pid}/status").read_text().splitlines()
peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
sandbox.close()
print(json.dumps({"answers": answers, "forks": forks, "peak": peak}))
"""


def test_a_process_with_much_memory_is_never_forked_and_its_memory_is_not_the_zygotes(sandbox):
    """`subprocess` starts the zygote by vfork, which copies nothing; no child of it has the parent's pages."""
    told = subprocess.check_output([sys.executable, "-c", MEMORY, sandbox.level.value], cwd=ROOT, text=True)
    found = json.loads(told)
    assert found["answers"] == [{"returned": 2}]
    assert found["forks"] == []
    assert found["peak"] < 100 << 10  # KiB.


def test_the_zygote_holds_nothing_of_its_parents_environment(sandbox, monkeypatch):
    monkeypatch.setenv("RLVR_TEST_SECRET", "open sesame")
    sandbox.close()
    answer(sandbox)
    for pid in zygotes(sandbox):
        assert b"open sesame" not in Path(f"/proc/{pid}/environ").read_bytes()
