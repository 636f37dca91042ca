"""Runs that one request has forked wait beside each other: none has anything of another's, nor of the zygote's."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from rlvr.envs.sandbox import Cause, Limits, Sandbox, SandboxFailed, run_calls, run_tests, supervisor
from tests.envs.sandbox.processes import CALL, LIMITS, adopt_orphans, answer, descendants, nothing_left, stat
from tests.envs.sandbox.test_spares import forked, settled

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only: looks into /proc")

ROOT = Path(__file__).parents[3]


@pytest.fixture
def sandbox(level):
    adopt_orphans()
    before = descendants(os.getpid())
    sandbox = Sandbox(level)
    yield sandbox
    sandbox.close()
    assert nothing_left(before)


def captured(sandbox, program, *, calls=(CALL,), at_once=False):
    return run_calls(sandbox, program, list(calls), LIMITS, capture=True, at_once=at_once)


def waiting(sandbox):
    """Runs that have been forked ahead, confined, of a kind whose output is captured."""
    for _ in range(2):
        assert captured(sandbox, "def f(x): return x").answers == [{"returned": 1}]
    assert settled(sandbox, supervisor.SPARES)
    (spares,) = sandbox._spares.values()
    for spare in spares:
        assert spare._poll.poll(20_000)  # It has said that it is confined.
    return forked(sandbox)


def opened(pid):
    """What a process has open, but for the null device."""
    links = [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    return [link for link in links if link.startswith(("socket:", "pipe:"))]


def test_no_two_runs_and_no_zygote_have_a_socket_or_a_pipe_in_common(sandbox):
    spares = waiting(sandbox)
    found = {pid: opened(pid) for pid in (*spares, stat(min(spares))[1])}
    assert [len(found[pid]) for pid in spares] == [2] * len(spares)
    assert set(Counter(link for links in found.values() for link in links).values()) == {1}


def test_no_memory_that_can_be_written_is_shared(sandbox):
    for pid in waiting(sandbox):
        flags = [line.split()[1] for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
        assert "rw-p" in flags
        assert not [flag for flag in flags if "w" in flag and flag.endswith("s")]


def test_each_run_is_a_group_of_its_own_in_a_session_without_a_terminal(sandbox):
    spares = waiting(sandbox)
    fields = [stat(pid) for pid in spares]
    assert {os.getpgid(pid) for pid in spares} == spares
    assert {int(one[4]) for one in fields} == {0}  # proc(5): tty_nr.
    assert {os.getsid(pid) for pid in spares} == {sandbox.pid}


def test_a_run_has_the_limits_that_it_was_asked_for_with(sandbox):
    program = (
        "import resource\ndef f(x):\n"
        "    return [resource.getrlimit(getattr(resource, 'RLIMIT_' + n))[0] for n in ('CPU', 'NOFILE', 'AS')]"
    )
    kinds = [Limits(cpu_seconds=n, descriptors=50 + n, memory_bytes=(200 + n) << 20) for n in (1, 2, 3)]
    found = [[answer(sandbox, program, limits) for limits in kinds] for _ in range(2 * supervisor.SPARES)]
    spaces = [space for _, _, space in found[0]]
    assert spaces == [spaces[0], spaces[0] + (1 << 20), spaces[0] + (2 << 20)]
    assert found == [[[n, 50 + n, space] for n, space in enumerate(spaces, start=1)]] * len(found)


def test_what_runs_print_is_never_mixed(sandbox):
    for number in range(2 * supervisor.SPARES):
        program = f"def f(x):\n    print('{number}', end='')\n    return x"
        assert captured(sandbox, program, at_once=number % 2 == 0).output == str(number)
        lost = "import os\ndef f(x):\n    print('unsaid', end='')\n    os._exit(0)"
        assert captured(sandbox, lost, at_once=number % 2 == 0).output == ""


ENDS = [
    ("import os\nos._exit(0)", "loaded"),
    ("raise SystemExit(0)", "raised"),
    ("import os\ndef f(x):\n    if x == 2: os._exit(0)\n    return x", "answers"),
    ("import os\ndef f(x):\n    if x == 2: os.close(3)\n    return x", "answers"),
    ("import os\nos.close(3)\ndef f(x): return x", "loaded"),
    ("def f(x): return 'x' * (9 << 20)", "answers"),
]


@pytest.mark.parametrize(("program", "lacks"), ENDS)
def test_a_program_that_ends_before_its_calls_are_made_has_answered_none_of_them(sandbox, program, lacks):
    calls = [{"call": "f", "args": [number]} for number in (1, 2, 3)]
    for _ in range(3):
        called = captured(sandbox, program, calls=calls, at_once=True)
        assert len(called.answers) < len(calls) or {"returned": 2} not in called.answers
        if lacks == "raised":
            assert called.loaded["raised"][0] == "SystemExit"
        assert called.ended.cause in (Cause.EXIT, Cause.OUTPUT)
        assert answer(sandbox) == 2


def test_calls_that_raise_do_not_keep_others_from_being_made(sandbox):
    program = "def f(x):\n    if x == 2: raise SystemExit\n    return x"
    calls = [{"call": "f", "args": [number]} for number in (1, 2, 3)]
    first, second, third = captured(sandbox, program, calls=calls, at_once=True).answers
    assert (first, third) == ({"returned": 1}, {"returned": 3})
    assert second["raised"][0] == "SystemExit"


def forks_only(number, monkeypatch):
    """Of those that are asked for at once, so many are forked from here on."""
    ask_for = Sandbox._ask_for

    def asked(sandbox, role, limits, names, count, given):
        fewer = min(count, number)
        ask_for(sandbox, role, limits, names, fewer, given[: fewer * len(names)])

    monkeypatch.setattr(Sandbox, "_ask_for", asked)


@pytest.mark.parametrize("number", [1, 2])
def test_runs_that_could_not_be_forked_ahead_are_missed_by_nobody(sandbox, monkeypatch, number):
    forks_only(number, monkeypatch)
    answer(sandbox)
    first = sandbox.pid
    assert [answer(sandbox) for _ in range(3 * supervisor.SPARES)] == [2] * 3 * supervisor.SPARES
    kinds = [Limits(cpu_seconds=1, output_bytes=1000 + number) for number in range(supervisor.MOST_KINDS + 2)]
    for limits in kinds:  # Those of other kinds are given up meanwhile.
        assert answer(sandbox, limits=limits) == answer(sandbox, limits=limits) == 2
    assert sandbox.pid == first


def test_where_nothing_can_be_forked_runs_fail_and_later_ones_do_not(sandbox, monkeypatch):
    with monkeypatch.context() as patch:
        answer(sandbox)
        forks_only(0, patch)
        for _ in range(3):
            with pytest.raises(SandboxFailed, match="could not fork"):
                answer(sandbox)
    assert answer(sandbox) == 2


def test_a_zygote_that_dies_takes_the_runs_that_wait_with_it(sandbox):
    spares = waiting(sandbox)
    zygote = int(stat(min(spares))[1])
    os.kill(zygote, signal.SIGKILL)
    assert nothing_left({pid for pid in descendants(os.getpid()) if pid not in {*spares, zygote}})
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(captured(sandbox, "def f(x): return x").answers)
        except SandboxFailed:
            outcomes.append(None)
    assert outcomes[1:] == [[{"returned": 1}]] * 2


def test_a_run_of_a_zygote_that_is_gone_is_not_taken_for_one_of_the_next(sandbox):
    kind = ("program", LIMITS)
    earlier = sandbox.start(*kind)
    sandbox._pid_of(earlier)
    sandbox.close()
    later = sandbox.start(*kind)
    sandbox._pid_of(later)
    with pytest.raises(SandboxFailed, match="gone"):
        earlier.end()
    with pytest.raises(SandboxFailed, match="gone"):
        earlier.release()
    later.send({"preamble": "", "program": "x = 1", "calls": []})
    assert later.receive() == {"defined": ["x"]}
    later.release()
    earlier.forget()


FEW = """
import json, os, resource, sys
from rlvr.envs.sandbox import Level, Limits, Sandbox, SandboxFailed, run_calls, run_tests
from tests.envs.sandbox.processes import adds
sandbox = Sandbox(Level(sys.argv[1]))
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
found = {"right": 0, "failed": 0, "wrong": []}
def run(number, limits):
    if number % 3:
        return run_calls(sandbox, adds(number), [{"call": "f", "args": [1]}], limits, capture=True).answers
    tests = [f"assert f(1) == {number + 1}"]
    return run_tests(sandbox, adds(number), tests, limits, entry_point="f", capture=True).results
for most in range(8, 48, 2):
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    run(1, Limits(cpu_seconds=5))
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    for number in range(6):
        try:
            answers = run(number, Limits(cpu_seconds=5 + number % 2))
        except SandboxFailed:
            found["failed"] += 1
        else:
            right = answers in ([{"returned": number + 1}], [{"passed": True}])
            found["right"] += right
            found["wrong"] += [] if right else [[most, number, answers]]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
sandbox.close()
found["open"] = len(os.listdir("/proc/self/fd"))
print(json.dumps(found))
"""


def test_with_too_few_descriptors_runs_fail_and_none_is_wrong_or_left(sandbox):
    output = subprocess.check_output([sys.executable, "-c", FEW, sandbox.level.value], cwd=ROOT, text=True)
    found = json.loads(output)
    assert found["wrong"] == []
    assert found["failed"] > 0
    assert found["right"] > 0
    assert found["open"] < 8


def test_programs_under_test_and_their_testers_are_of_one_zygote(sandbox):
    """And so a zygote that is lost between the two is a failure, whatever the pids of the next one are."""
    assert answer(sandbox) == 2
    start, starts = Sandbox.start, []

    def loses(self, role, *arguments, **keywords):
        starts.append(role)
        if starts == ["program", "tester"]:
            os.kill(self.pid, signal.SIGKILL)
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return start(self, role, *arguments, **keywords)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Sandbox, "start", loses)
        with pytest.raises(SandboxFailed):
            run_tests(sandbox, "def f(x): return x", ["assert f(1) == 2"], LIMITS, entry_point="f")
    assert answer(sandbox) == 2


def test_a_run_cannot_raise_what_the_zygote_has_lowered(sandbox):
    program = (
        "import resource\ndef f(x):\n    return [resource.getrlimit(getattr(resource, 'RLIMIT_' + name)) == (0, 0)"
        " for name in ('FSIZE', 'CORE', 'MEMLOCK', 'MSGQUEUE')]"
    )
    assert answer(sandbox, program) == [True] * 4
    zygote = int(stat(min(waiting(sandbox)))[1])
    assert resource.prlimit(zygote, resource.RLIMIT_FSIZE) == (0, 0)
