"""The red team: no program gets a reward for nothing, learns what it should not, or leaves anything behind."""

from __future__ import annotations

import os
import platform
import site
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

import rlvr
from rlvr.core import Check, Status, Verdict
from rlvr.envs.code.judging import REWARDS, judge
from rlvr.envs.sandbox import Level, Limits, Sandbox, available, current, run_calls
from rlvr.envs.sandbox.guest.values import decode
from rlvr.envs.verification.pool import Pool
from tests.envs.sandbox.attack import NUMBER, TASKS, Attack, Probe, right_program
from tests.envs.sandbox.attacks import ATTACKS, LEFTOVERS, PROBES

JUDGE = "rlvr.envs.code.judging:judge"
AT_ONCE = 6
"""Slow attacks at a time: most of them sleep."""

SLOW = [attack for attack in ATTACKS if attack.slow]
PLAIN = [probe for probe in PROBES if probe.plain and not probe.namespaces]


def _id(case):
    return case.name


def _names(folder: Path) -> dict:
    (folder / "file").write_text("secret")
    families = Path(rlvr.__file__).parent / "envs" / "code" / "families"
    return {
        "victim": str(folder),
        "socket": str(folder / "socket"),
        "secrets": [rlvr.__file__, __file__, pytest.__file__, *map(str, families.glob("*.py"))],
        "paths": [str(Path(rlvr.__file__).parents[1]), *site.getsitepackages()],
    }


def _returned(sandbox: Sandbox, program: str, *arguments, preamble: str = ""):
    called = run_calls(sandbox, program, [{"call": "f", "args": list(arguments)}], Limits(), preamble=preamble)
    assert called.loaded is not None and "defined" in called.loaded, called
    assert called.answers and "returned" in called.answers[0], called
    return decode(called.answers[0]["returned"])


def _scores_nothing(verdict: Verdict) -> None:
    assert verdict.status in (Status.WRONG, Status.TIMEOUT), verdict
    assert verdict.score == 0.0
    assert str(NUMBER) not in verdict.reason


def _still_works(level: Level, task: str) -> None:
    verdict = judge(right_program(task), TASKS[task], isolation=level)
    assert (verdict.status, verdict.score) == (Status.CORRECT, 1.0), verdict


def test_there_are_enough_attacks():
    names = [case.name for case in [*ATTACKS, *PROBES, *LEFTOVERS]]
    assert len(names) >= 90
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("task", TASKS)
def test_the_tasks_can_be_solved(level, task):
    _still_works(level, task)


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if not attack.slow], ids=_id)
def test_an_attack_scores_nothing_and_counts(level: Level, attack: Attack):
    if attack.machines and platform.machine() not in attack.machines:
        pytest.skip(f"written for {', '.join(attack.machines)}")
    for task in attack.tasks:
        for reward in REWARDS:  # With `gate`, calls are sent and answered all at once.
            _scores_nothing(judge(attack.program, TASKS[task], isolation=level, reward=reward, cpu_seconds=1))
        _still_works(level, task)


@pytest.fixture(scope="module")
def slow_verdicts() -> Iterator[dict[str, list[Future[Verdict]]]]:
    """Verdicts on slow attacks, and after each one on a right program, given by workers beside each other."""
    if available().level is Level.NONE:
        pytest.skip(f"no isolation: {dict(available().missing)}")
    with closing(Pool(workers=AT_ONCE)) as pool:

        def submitted(program: str, task: str) -> Future[Verdict]:
            options = {"isolation": available().level.value, "reward": "fraction", "cpu_seconds": 1}
            return pool.submit(Check(JUDGE, (program, TASKS[task]), options, cpu_seconds=30))

        yield {
            attack.name: [
                submitted(program, task) for task in attack.tasks for program in (attack.program, right_program(task))
            ]
            for attack in SLOW
        }


@pytest.mark.parametrize("attack", SLOW, ids=_id)
def test_a_slow_attack_scores_nothing_and_counts(slow_verdicts, attack: Attack):
    verdicts = [future.result() for future in slow_verdicts[attack.name]]
    for verdict, right in zip(verdicts[::2], verdicts[1::2], strict=True):
        _scores_nothing(verdict)
        assert right.score == 1.0, right


DEEP = """
import os, struct
def f(depth):
    body = b'{"returned":' + b'[' * depth + b']' * depth + b'}'
    os.write(3, struct.pack(">I", len(body)) + body)
"""


def test_an_answer_that_can_be_read_and_not_written_again_is_wrong(level: Level):
    # Somewhere here json reads a value for the judge and cannot write it for the checker, some frames further down.
    depths = [*range(850, 1000), *[0] * 150]  # Each call has two answers, so half of the calls bring in all of them.
    calls = [{"call": "f", "args": [depth], "expected": NUMBER} for depth in depths]
    _scores_nothing(judge(DEEP, {**TASKS["checker"], "tests": calls}, isolation=level, reward="fraction"))


@pytest.mark.parametrize("probe", PROBES, ids=_id)
def test_a_probe_manages_nothing(level: Level, probe: Probe, tmp_path):
    if probe.namespaces and level is not Level.NAMESPACES:
        pytest.skip("only namespaces prevent it")
    names = _names(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outside:
        outside.bind(names["socket"])
        assert _returned(current(level), probe.program, names) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "socket"]
    assert (tmp_path / "file").read_text() == "secret"


@pytest.mark.parametrize("probe", PLAIN, ids=_id)
def test_a_probe_manages_something_without_isolation(probe: Probe, tmp_path):
    names = _names(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as outside:
        outside.bind(names["socket"])
        assert _returned(current(Level.NONE), probe.program, names) != []


@pytest.mark.parametrize("leftover", LEFTOVERS, ids=_id)
def test_nothing_is_left_for_the_next_run(level: Level, leftover):
    sandbox = current(level)
    before = _returned(sandbox, leftover.look)
    _returned(sandbox, f"{leftover.plant}\ndef f(): return None")
    assert _returned(sandbox, leftover.look) == before == []


OPEN = """
import os
def f():
    found = []
    for number in range(5000):
        try: os.fstat(number)
        except OSError: continue
        found.append(number)
    return found
"""


def test_no_descriptor_is_left_to_a_program_when_this_process_has_many(level: Level):
    held = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        sandbox = Sandbox(level)
        program = OPEN
        assert _returned(sandbox, program) == [0, 1, 2, 3]
        sandbox.close()
    finally:
        for descriptor in held:
            os.close(descriptor)


HONEST = {
    "asyncio": (
        "import asyncio\nasync def g():\n    await asyncio.sleep(0.001)\n    return x\ndef f():\n"
        "    async def h(): return [await asyncio.sleep(0.001, n) for n in (1, 2)]\n"
        "    return asyncio.run(h())"
    ),
    "threads": (
        "from concurrent.futures import ThreadPoolExecutor as Pool\ndef f():\n"
        "    with Pool(10) as pool: return list(pool.map(abs, [-1, 2]))"
    ),
    "null device": (
        "import contextlib, os\ndef f():\n"
        "    with open(os.devnull, 'w') as null, contextlib.redirect_stdout(null): print('x')\n"
        "    return [1, 2]"
    ),
    "larger stacks": (
        "import sys, threading\nsys.setrecursionlimit(10**5)\nthreading.stack_size(1 << 26)\ndef f():\n"
        "    r = []\n    def deep(n): return 0 if n == 0 else 1 + deep(n - 1)\n"
        "    t = threading.Thread(target=lambda: r.append(deep(20000))); t.start(); t.join()\n"
        "    return [1, 2] if r == [20000] else r"
    ),
    "itself": (
        "import os, socket, time\ndef f():\n"
        "    a, b = socket.socketpair()\n    a.sendall(b'12')\n"
        "    os.getpgid(0), os.getsid(0), os.sched_getaffinity(0), os.sched_getscheduler(0), os.cpu_count()\n"
        "    time.process_time(), time.thread_time(), time.get_clock_info('monotonic'), time.sleep(0.001)\n"
        "    return [int(one) for one in b.recv(2).decode()]"
    ),
    "standard input": "import sys\ndef f(): return [1, 2] if sys.stdin.read() == '' else []",
}


@pytest.mark.parametrize("name", HONEST)
def test_what_honest_programs_do_still_works(level: Level, name):
    assert _returned(current(level), HONEST[name]) == [1, 2]


def test_the_public_door_gives_the_same_verdicts(level: Level):
    row = {"prompt": "f", "entry_point": "f", "tests": [f"assert f(3) == {NUMBER}", f"assert f(3) > {NUMBER - 1}"]}
    for name in ("exit at import", "equal to everything, an object", "says verdicts", "names of the tests"):
        program = next(one.program for one in ATTACKS if one.name == name)
        verdict = rlvr.verify("code", f"```python\n{program}\n```", row, isolation=level.value, cpu_seconds=1)
        assert (verdict.status, verdict.score) == (Status.WRONG, 0.0), (name, verdict)
    right = rlvr.verify("code", f"```python\ndef f(x): return {NUMBER}\n```", row, isolation=level.value)
    assert right.score == 1.0, right
