"""Whatever a program does to its channel, its streams or its time: it ends by its limits, and it is its own fault."""

import os
import time

import pytest

from rlvr.envs.sandbox import Cause, Level, Limits, Sandbox, SandboxFailed, clock, run, run_calls, run_script, run_tests
from rlvr.envs.sandbox.supervisor import SPARES
from tests.envs.sandbox.processes import CALL, LIMITS, Quick, adds, answer, descendants, side_by_side


class Busy(Limits):
    """Limits by which the CPU time is used up long before the wall time is, on any machine."""

    wall_seconds = 60.0


BUSY = Busy(cpu_seconds=1)

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="Linux only: looks into /proc")


@pytest.fixture(scope="module")
def sandbox():
    """Level `none`: what is tested here is the supervisor's doing, and the same at every level."""
    sandbox = Sandbox(Level.NONE)
    yield sandbox
    sandbox.close()


NEVER_LOAD = [
    ("import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", Cause.CPU),
    ("import threading\nfor _ in range(4): threading.Thread(target=eval, args=('9**9**9',)).start()", Cause.CPU),
    ("import time\ntime.sleep(1000)", Cause.WALL),
    ("import os\nos.read(os.pipe()[0], 1)", Cause.WALL),
    ("import os\nos._exit(0)", Cause.EXIT),
    ("import os\nos.abort()", Cause.CRASH),
    ("import os, time\nos.close(3)\ntime.sleep(1000)", Cause.EXIT),
    ("import socket, time\nsocket.socket(fileno=3).shutdown(socket.SHUT_WR)\ntime.sleep(1000)", Cause.EXIT),
    ("import os\nwhile True: os.write(3, b'x' * 65536)", Cause.OUTPUT),
    ("import os\nwhile True: os.write(3, b'\\0\\0\\0\\2[]')", Cause.OUTPUT),
    ("import os\nos.write(3, b'\\xff\\xff\\xff\\xff')\nwhile True: pass", Cause.OUTPUT),
    ("import os\nos.write(3, b'\\0\\0\\0\\2{]')", Cause.OUTPUT),
]
UNDER_TEST = [
    ("def f(x): return 3", Cause.EXIT),
    ("def f(x):\n    while True: pass", Cause.CPU),
    ("def f(x):\n    import time; time.sleep(1000)", Cause.WALL),
    ("def f(x):\n    import os; os._exit(0)", Cause.EXIT),
    ("def f(x):\n    import os; os.abort()", Cause.CRASH),
]
PAUSES = [0.0, 0.05]


def loads(sandbox, program, cause):
    return run_calls(sandbox, program, [CALL], BUSY if cause is Cause.CPU else LIMITS), answer(sandbox)


def is_tested(sandbox, program, cause):
    limits = BUSY if cause is Cause.CPU else LIMITS
    return run_tests(sandbox, program, ["assert f(1) == 2"], limits, entry_point="f")


def says_more(sandbox, pause):
    program = f"import os, time\nwhile True:\n    os.write(3, b'\\0\\0\\0\\2{{}}')\n    time.sleep({pause})"
    return run_script(sandbox, program, "", LIMITS)


def never_reads(sandbox):
    return run_calls(sandbox, "import time\ntime.sleep(1000)", [{"call": "f", "args": ["x" * 8_000_000]}], LIMITS)


def floods(sandbox):
    program = "def f(x):\n    while True: print('x' * 1000)"
    return run_tests(sandbox, program, ["assert f(1) == 2"], Limits(cpu_seconds=5), entry_point="f", capture=True)


@pytest.fixture(scope="module")
def found():
    """How the runs end that take up to seconds, by case: most of them only wait, so they do it beside each other."""
    cases = [(loads, *case) for case in NEVER_LOAD] + [(is_tested, *case) for case in UNDER_TEST]
    return side_by_side([*cases, *((says_more, pause) for pause in PAUSES), (never_reads,), (floods,)])


@pytest.mark.parametrize(("program", "cause"), NEVER_LOAD)
def test_a_program_that_never_loads_ends_by_a_limit_of_its_own(found, program, cause):
    called, later = found[loads, program, cause].result()
    assert (called.answers, called.ended.cause) == ([], cause)
    assert later == 2


def test_a_program_that_reads_no_more_costs_no_cpu_while_it_is_waited_for(sandbox):
    program = "import socket, time\nsocket.socket(fileno=3).shutdown(socket.SHUT_RD)\ntime.sleep(1000)"
    before = time.process_time()
    called = run_calls(sandbox, program, [{"call": "f", "args": ["x" * 4_000_000]}], LIMITS)
    assert called.answers == []
    assert time.process_time() - before < 0.5 * LIMITS.wall_seconds


def test_input_that_is_never_read_holds_nobody_up(found):
    assert found[never_reads,].result().ended.cause is Cause.WALL


@pytest.mark.parametrize("pause", PAUSES)
def test_a_program_that_always_has_more_to_say_comes_to_an_end(found, pause):
    assert found[says_more, pause].result().ended.cause in (Cause.WALL, Cause.CPU, Cause.OUTPUT)


def test_answers_are_bounded_in_sum(sandbox):
    length = run.MOST_ANSWER - 1000
    called = run_calls(sandbox, f"def f(x):\n    return 'x' * {length}", [CALL] * 5, Limits(cpu_seconds=5))
    assert called.ended.cause is Cause.OUTPUT
    assert 1 <= len(called.answers) <= run.MOST_ANSWERS // length


def test_output_is_bounded_and_cheap_to_take_byte_by_byte(sandbox):
    ran = run_script(
        sandbox, "import os\nwhile True: os.write(1, b'x')", "", Limits(cpu_seconds=5, output_bytes=100_000)
    )
    assert ran.ended.cause is Cause.OUTPUT
    assert len(ran.output) < 200_000


def test_what_a_program_prints_while_its_tests_wait_for_it_does_not_block_it(sandbox):
    program = "def f(x):\n    print('x' * 300_000)\n    return x + 1"
    tested = run_tests(sandbox, program, ["assert f(1) == 2"], LIMITS, entry_point="f", capture=True)
    assert tested.results == [{"passed": True}]
    assert len(tested.output) == 300_001


def test_a_flood_while_tests_wait_is_too_much_output(found):
    assert found[floods,].result().ended.cause is Cause.OUTPUT


@pytest.mark.parametrize(("program", "cause"), UNDER_TEST)
def test_what_a_program_under_test_does_is_its_own_fault(found, program, cause):
    tested = found[is_tested, program, cause].result()
    assert tested.ended.cause is cause
    assert {"passed": True} not in tested.results


@pytest.mark.parametrize("program", ["raise ValueError(3)", "def f(:", "import os; os._exit(1)"])
def test_a_program_under_test_that_does_not_load_is_no_fault_of_the_sandbox(sandbox, program):
    tested = run_tests(sandbox, program, ["assert f(1) == 2"], LIMITS, entry_point="f")
    assert (tested.results, tested.ended.cause) == ([], Cause.EXIT)
    assert tested.loaded is None or "raised" in tested.loaded


def test_a_run_that_nobody_ends_does_not_outlive_its_owner(sandbox):
    sleeping = sandbox.start("program", LIMITS)
    sleeping.send({"preamble": "", "program": "import time\ntime.sleep(1000)"})
    zygote = sandbox.pid
    sleeping.drop()
    assert zygote not in descendants(os.getpid())
    assert answer(sandbox) == 2


def test_descriptors_do_not_leak():
    sandbox = Sandbox(Level.NONE)

    def runs(number):
        for _ in range(number):
            run_script(sandbox, "print(input())", "7\n", LIMITS)
            run_tests(sandbox, adds(1), ["assert f(1) == 2"], LIMITS, entry_point="f", capture=True)
            run_calls(sandbox, "import os; os._exit(1)", [CALL], LIMITS, capture=True)
            answer(sandbox)

    before = len(os.listdir("/proc/self/fd"))
    runs(2 * SPARES)
    while_open = len(os.listdir("/proc/self/fd"))
    runs(12 * SPARES)  # 240 processes, and more that wait: as many as before.
    assert len(os.listdir("/proc/self/fd")) == while_open
    zygote = os.listdir(f"/proc/{sandbox.pid}/fd")
    assert len(zygote) < 10
    sandbox.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_program_that_waits_for_a_cpu_is_not_blamed(sandbox, monkeypatch):
    """A fake reader of `schedstat` says that all the time was spent waiting, then that no more was."""
    told = []

    def waited(pid):
        told.append(pid)
        return 0.3 * len(told)

    monkeypatch.setattr(run, "waited_for_cpu", waited)
    program = "import time\ndef f(x):\n    time.sleep(1)\n    return x + 1"
    assert answer(sandbox, program, Quick()) == 2
    assert len(told) > 1


def test_a_program_that_never_gets_a_cpu_is_a_failure_of_the_sandbox(sandbox, monkeypatch):
    monkeypatch.setattr(run, "PATIENCE", 2.0)
    monkeypatch.setattr(run, "waited_for_cpu", lambda pid: 1000.0)
    with pytest.raises(SandboxFailed, match="for a CPU"):
        run_calls(sandbox, "import time\ntime.sleep(1000)", [CALL], Quick())


def test_a_program_that_sleeps_is_blamed_however_short_it_waited(sandbox, monkeypatch):
    monkeypatch.setattr(run, "waited_for_cpu", lambda pid: 0.1)
    called = run_calls(sandbox, "import time\ntime.sleep(1000)", [CALL], Quick())
    assert called.ended.cause is Cause.WALL


def test_what_a_process_waits_for_a_cpu_is_told():
    assert 0.0 <= clock.waited_for_cpu(os.getpid()) < 1e6
    assert clock.waited_for_cpu(-1) == 0.0
    assert clock.waited_for_cpu(1 << 30) == 0.0


class LatePoll:
    """A poll that comes back so many seconds late."""

    def __init__(self, late):
        self._late = late

    def poll(self, milliseconds):
        time.sleep(milliseconds / 1000 + self._late)
        return []


def test_time_in_which_this_process_was_stopped_counts_against_nobody(monkeypatch):
    monkeypatch.setattr(clock, "STALL_SECONDS", 0.05)
    watched = clock.Clock()
    watched.wait(LatePoll(0.0), 0.01)
    assert watched.stalled == 0.0
    watched.wait(LatePoll(0.1), 0.01)
    assert watched.stalled >= 0.1
    stalled = watched.stalled
    time.sleep(0.1)
    watched.wait(LatePoll(0.0), 0.01)
    assert watched.stalled >= stalled + 0.1
    time.sleep(0.1)
    stalled = watched.stalled
    watched.begin()
    watched.wait(LatePoll(0.0), 0.01)
    assert watched.stalled == stalled
