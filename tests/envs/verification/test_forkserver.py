"""Workers are forked from a server that can be lost: nothing is lost with it, and nobody is left behind."""

import contextlib
import itertools
import os
import random
import signal
import threading
import time

import pytest

from rlvr.core import Check, Status
from rlvr.envs.verification import server
from rlvr.envs.verification.pool import Pool
from tests.envs.verification.processes import PREAMBLE, check, gone, script

OURS = Check("rlvr.envs.math.verifier:compare", ("x + 1", "x+1"))


def wait_for(path):
    while not path.exists() or not path.read_text():
        time.sleep(0.01)
    return path.read_text()


def test_workers_are_children_of_one_server_that_has_a_single_thread():
    pool = Pool(workers=2)
    assert pool.server_pid is None and pool.pids() == []  # Nothing starts before it is needed.
    pool.submit(OURS).result()
    parents = {pool.submit(check("parent")).result().answer for _ in range(4)}
    assert parents == {str(pool.server_pid)}
    if os.path.exists("/proc/self/task"):
        assert len(os.listdir(f"/proc/{pool.server_pid}/task")) == 1
    pool.close()
    assert pool.server_pid is None and pool.pids() == []


def test_a_fresh_worker_has_the_preloaded_modules_and_those_of_our_checks():
    pool = Pool(workers=1, preload=("wave",))
    modules = check("has", "wave", "rlvr.core", "rlvr.envs.math.verifier", "chunk_of_nothing")
    assert pool.submit(modules).result().answer == "wave rlvr.core"
    before = pool.pids()
    assert pool.submit(OURS).result().status is Status.CORRECT
    assert pool.submit(modules).result().answer == "wave rlvr.core rlvr.envs.math.verifier"
    assert pool.pids() != before  # The first worker did not have the module, and was replaced.
    assert (pool.statistics().restarts, pool.statistics().retries) == (0, 0)
    for pid in (pool.pids()[0], pool.server_pid):
        worker = pool.pids()[0]
        os.kill(pid, signal.SIGKILL)
        assert gone(pid) and gone(worker)
        assert pool.submit(modules).result().answer == "wave rlvr.core rlvr.envs.math.verifier"
    assert (pool.statistics().restarts, pool.statistics().retries) == (2, 0)  # They died in their sleep.
    pool.close()


def test_modules_of_others_are_imported_by_the_worker_itself(tmp_path, monkeypatch):
    (tmp_path / "verifier_of_others.py").write_text(
        "import os\n"
        "from tests.planted_verifiers import same\n"
        "importer = os.getpid()\n"
        "def here(): return same(str(importer), str(os.getpid()))\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    pool = Pool(workers=1)
    for _ in range(2):
        assert pool.submit(Check("verifier_of_others:here")).result().status is Status.CORRECT
        os.kill(pool.pids()[0], signal.SIGKILL)
    pool.close()


@pytest.mark.parametrize("function", ["rlvr.envs.math.verifier:none", "rlvr.no_such_module:f"])
def test_a_function_of_ours_that_is_not_there_is_refused_with_the_remedy(function):
    pool = Pool(workers=1)
    with pytest.raises(ImportError, match=r"from a folder on sys\.path"):
        pool.submit(Check(function)).result()
    assert pool.submit(OURS).result().status is Status.CORRECT
    pool.close()


def test_a_module_that_cannot_be_preloaded_harms_nobody(caplog):
    pool = Pool(workers=1, preload=("no_such_module",))
    assert pool.submit(OURS).result().status is Status.CORRECT
    assert "cannot import no_such_module (ModuleNotFoundError" in caplog.text
    pool.close()


def test_a_server_killed_under_a_running_check_costs_a_retry_and_no_verdict(tmp_path):
    pool = Pool(workers=2, wall_factor=60)
    running = [pool.submit(check("waits_once", str(tmp_path / name))) for name in "ab"]
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.01)
    old = [pool.server_pid, *pool.pids()]
    os.kill(pool.server_pid, signal.SIGKILL)
    assert [future.result().status for future in running] == [Status.CORRECT] * 2
    assert all(gone(pid) for pid in old)
    statistics = pool.statistics()
    assert (statistics.checks, statistics.retries, statistics.errors, statistics.restarts) == (2, 2, 0, 2)
    pool.close()


@pytest.mark.slow
def test_a_server_that_hangs_is_replaced(monkeypatch):
    monkeypatch.setattr(server, "LOAD_SECONDS", 6.0)
    pool = Pool(workers=1)
    pool.submit(OURS).result()
    (worker,), stopped = pool.pids(), pool.server_pid
    os.kill(stopped, signal.SIGSTOP)
    os.kill(worker, signal.SIGKILL)
    assert pool.submit(OURS).result().status is Status.CORRECT
    assert gone(stopped) and gone(worker)
    assert (pool.statistics().restarts, pool.statistics().errors) == (1, 0)
    pool.close()


def test_a_pool_closes_while_its_server_is_stopped():
    pool = Pool(workers=1)
    running = pool.submit(check("sleeps"))
    while not pool.pids():
        time.sleep(0.01)
    pids = [pool.server_pid, *pool.pids()]
    os.kill(pool.server_pid, signal.SIGSTOP)
    pool.close()
    assert running.result().status is Status.ERROR
    assert all(gone(pid) for pid in pids)


def test_what_a_check_has_started_ends_with_its_worker(tmp_path):
    pool = Pool(workers=1, wall_factor=0.5)
    future = pool.submit(check("leaves_a_child", str(tmp_path / "marker")))
    assert gone(int(wait_for(tmp_path / "marker")))
    assert future.result().status is Status.ERROR
    pool.close()


def test_ten_thousand_checks_while_workers_and_servers_are_killed_at_random():
    pool = Pool(workers=3)
    draw = random.Random(7)
    checks = 10_000
    finished = [0] * checks
    futures = []
    for name in range(checks):
        future = pool.submit(check("naps", 0, name, pure=name % 5 == 0))
        future.add_done_callback(lambda _, name=name: finished.__setitem__(name, finished[name] + 1))
        futures.append(future)
    killed = {"worker": set(), "server": set()}

    def kill(kind, pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed[kind].add(pid)

    for turn in itertools.count(1):
        if futures[-1].done():
            break
        time.sleep(draw.uniform(0.0, 0.03))
        pids, server_pid = pool.pids(), pool.server_pid
        if server_pid is not None and turn % 50 == 10:
            kill("server", server_pid)
        elif pids:
            kill("worker", draw.choice(pids))
    verdicts = [future.result(timeout=60) for future in futures]
    for name, verdict in enumerate(verdicts):
        assert verdict.status is Status.ERROR or verdict.answer == str(name)
    errors = sum(verdict.status is Status.ERROR for verdict in verdicts)
    statistics = pool.statistics()
    assert finished == [1] * checks
    assert (statistics.checks, statistics.errors) == (checks, errors)
    assert errors <= statistics.retries < checks / 10
    assert len(killed["worker"]) > 10 and killed["server"]
    leftover = [pool.server_pid, *pool.pids()]
    pool.close()
    assert all(gone(pid) for pid in {*leftover, *killed["worker"], *killed["server"]})


PORTABLE = """
import ctypes, os
ctypes.CDLL = lambda name: object()
if hasattr(os, "pidfd_open"):
    del os.pidfd_open
"""

BODIES = {
    "idle": "time.sleep(60)",
    "busy": "verification.judge(check('sleeps', cpu_seconds=60))",
    "forked": """
if os.fork() == 0:
    os.close(1); os.close(2)
    time.sleep(60)
    os._exit(0)
verification.judge(check('sleeps', cpu_seconds=60))
""",
}


@pytest.mark.parametrize("body", list(BODIES))
@pytest.mark.parametrize("kernel", ["tells", "is silent"])
def test_nobody_outlives_a_parent_that_is_killed(body, kernel, tmp_path):
    """Even with a check under way, and a child of the parent that holds every descriptor open."""
    if kernel == "is silent":  # As where there is neither pidfd_open nor prctl.
        (tmp_path / "sitecustomize.py").write_text(PORTABLE)
    process = script(
        PREAMBLE + "print(first, current().server_pid, flush=True)\n" + BODIES[body],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    pids = [int(pid) for pid in process.stdout.readline().split()]
    if os.path.exists("/proc/self/task"):
        assert len(os.listdir(f"/proc/{pids[0]}/task")) == (
            2 if kernel == "is silent" else 1
        )  # One looks for the parent.
    time.sleep(0.2)  # Let the check begin.
    process.kill()
    process.wait()
    assert len(pids) == 2 and all(gone(pid) for pid in pids)
    process.stdout.close()
    process.stderr.close()


@pytest.mark.parametrize("kernel", ["tells", "is silent"])
def test_no_worker_outlives_its_server(kernel, tmp_path):
    if kernel == "is silent":
        (tmp_path / "sitecustomize.py").write_text(PORTABLE)
    process = script(
        PREAMBLE
        + """
marker = os.environ["MARKER"]
future = verification.submit(check("waits_once", marker))
while not os.path.exists(marker):
    time.sleep(0.01)
(worker,) = current().pids()
os.kill(current().server_pid, signal.SIGKILL)
assert future.result().status == "correct"
print(worker)
""",
        env={**os.environ, "PYTHONPATH": str(tmp_path), "MARKER": str(tmp_path / "marker")},
    )
    out, err = process.communicate(timeout=60)
    assert out and gone(int(out)), err


def test_a_server_that_cannot_start_says_why(tmp_path, monkeypatch):
    (tmp_path / "rlvr").mkdir()
    (tmp_path / "rlvr" / "__init__.py").write_text("raise RuntimeError('planted')")
    pool = Pool(workers=1)
    monkeypatch.syspath_prepend(tmp_path)
    verdict = pool.submit(OURS).result()
    assert verdict.status is Status.ERROR
    assert "The worker could not be started" in verdict.reason and "RuntimeError: planted" in verdict.reason
    monkeypatch.undo()
    assert pool.submit(OURS).result().status is Status.CORRECT
    pool.close()


def test_a_pool_refuses_the_fork_of_its_process_and_cannot_be_closed_by_it():
    process = script(
        PREAMBLE
        + """
own = Pool(workers=1)
answer = own.submit(check("pid")).result().answer
child = os.fork()
if child == 0:
    try:
        own.submit(check("pid"))
    except RuntimeError as error:
        assert "Make a Pool in the child" in str(error)
        own.close()
        sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert own.submit(check("pid")).result().answer == answer
own.close()
print("done")
"""
    )
    out, err = process.communicate(timeout=60)
    assert out == "done\n", err


def test_many_processes_verify_daemonic_ones_too():
    process = script(
        """
import multiprocessing
from rlvr.core import Check
from rlvr.envs import verification
if __name__ == "__main__":
    checks = [Check("tests.planted_verifiers:echo", (str(number),)) for number in range(20)]
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        assert [verdict.answer for verdict in processes.map(verification.judge, checks)] == [*map(str, range(20))]
    print("done")
"""
    )
    out, err = process.communicate(timeout=120)
    assert out == "done\n", err


def test_a_callback_of_a_future_may_close_the_pool():
    pool = Pool(workers=1)
    closed = threading.Event()
    pool.submit(check("naps", 0.1, 1)).add_done_callback(lambda _: (pool.close(), closed.set()))
    assert closed.wait(60)
