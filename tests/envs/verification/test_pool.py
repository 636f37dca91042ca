import asyncio
import contextlib
import os
import signal
import threading
import time
from concurrent.futures import CancelledError, Future

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.core import Check, Status
from rlvr.envs.verification.pool import Pool
from tests.envs.verification.processes import PREAMBLE, check, gone, script


@pytest.fixture(scope="module")
def pool():
    pool = Pool(workers=2)  # Two, whatever the machine.
    yield pool
    pool.close()


TEXTS = st.text(st.characters(), max_size=200)


@settings(max_examples=60)
@given(TEXTS)
def test_every_text_arrives_as_it_is_surrogates_and_nul_included(pool, text):
    verdict = pool.submit(check("codepoints", text)).result()
    assert verdict.answer == " ".join(format(ord(character), "x") for character in text)
    assert pool.submit(check("echo", text)).result().answer == text


@pytest.mark.parametrize("text", ["\ud83d\ude00", "\ud800", "\udc00\ud800", "\0", "", "x" * 3_000_000])
def test_texts_that_break_encodings_arrive(pool, text):
    assert pool.submit(check("echo", text)).result().answer == text


def test_halves_of_a_pair_are_another_check_than_the_character():
    assert check("echo", "\ud83d\ude00").key() != check("echo", "\U0001f600").key()


def test_options_arrive_by_name(pool):
    assert pool.submit(check("echo", "x", b=1, a=[None, {"c": 2.5}])).result().reason == "['a', 'b']"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("loops", "used up its 1 s of CPU time"),
        ("loops_through_signals", "used up its 1 s of CPU time"),
        ("allocates", "out of memory"),
        ("recurses", "recursed too deeply"),
        ("aborts", "SIGABRT"),
        ("segfaults", "SIGSEGV"),
    ],
)
def test_a_limit_that_the_check_itself_hits_is_a_timeout(name, reason):
    pool = Pool(workers=1, wall_factor=60)
    verdict = pool.submit(check(name)).result()
    assert verdict.status is Status.TIMEOUT
    assert verdict.score == 0.0
    assert reason in verdict.reason
    assert pool.statistics().retries == ("SIG" in reason)  # A crash must repeat itself.
    assert pool.submit(check("echo", "next")).result().answer == "next"
    pool.close()


CRASHES = [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE]
NAMELESS = [signal.SIGRTMAX - 1] if hasattr(signal, "SIGRTMAX") else []


def kill_once_it_exists(pool, marker, number):
    while not marker.exists():
        time.sleep(0.01)
    (pid,) = pool.pids()
    os.kill(pid, number)


@pytest.mark.parametrize("number", [*CRASHES, signal.SIGXCPU, signal.SIGTERM, *NAMELESS])
def test_a_signal_from_outside_changes_no_verdict(number, tmp_path):
    pool = Pool(workers=1, wall_factor=60)
    future = pool.submit(check("waits_once", str(tmp_path / "marker")))
    kill_once_it_exists(pool, tmp_path / "marker", number)
    assert future.result().status is Status.CORRECT
    assert (pool.statistics().retries, pool.statistics().errors) == (1, 0)
    pool.close()


def test_cpu_time_of_earlier_checks_does_not_make_sigxcpu_from_outside_a_timeout(tmp_path):
    pool = Pool(workers=1, wall_factor=60)
    (tmp_path / "before").touch()
    pool.submit(check("waits_once", str(tmp_path / "before")))  # The function is loaded before the time is used.
    burning = Check("tests.planted_verifiers:burns", (1.5,), cpu_seconds=5)
    assert pool.submit(burning).result().status is Status.CORRECT
    future = pool.submit(check("waits_once", str(tmp_path / "marker")))
    kill_once_it_exists(pool, tmp_path / "marker", signal.SIGXCPU)
    assert future.result().status is Status.CORRECT
    pool.close()


def test_crashes_of_different_kinds_and_sigxcpu_with_time_left_are_errors(pool, tmp_path):
    different = pool.submit(check("dies_by_turns", str(tmp_path / "1"), signal.SIGSEGV, signal.SIGABRT)).result()
    assert (different.status, different.reason) == (Status.ERROR, "The worker was lost (SIGABRT).")
    early = pool.submit(check("dies_by_turns", str(tmp_path / "2"), signal.SIGXCPU, signal.SIGXCPU)).result()
    assert (early.status, early.reason) == (Status.ERROR, "The worker was lost (SIGXCPU).")


def test_a_verifier_that_ignores_the_cpu_limit_is_ended_by_the_clock():
    pool = Pool(workers=1, wall_factor=1.5)
    verdict = pool.submit(check("ignores_its_limit")).result()
    assert verdict.status is Status.ERROR
    assert "no CPU limit had ended the check" in verdict.reason
    pool.close()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("raises", "RuntimeError: planted"),
        ("exits", "SystemExit: 0"),
        ("exits_hard", "lost (exit code 0)"),
        ("kills_itself", "lost (SIGKILL)"),
        ("returns_a_bool", "to return a Verdict, actually: True"),
        ("closes_everything", "closed its pipe"),
        ("writes_noise", "made no sense"),
    ],
)
def test_a_verifier_that_could_not_run_is_an_error_after_one_retry(pool, name, reason):
    before = pool.statistics()
    verdict = pool.submit(check(name)).result()
    assert verdict.status is Status.ERROR
    assert reason in verdict.reason
    after = pool.statistics()
    assert (after.retries - before.retries, after.errors - before.errors) == (1, 1)
    assert pool.submit(check("echo", "next")).result().answer == "next"


def test_a_verifier_that_waits_without_computing_is_an_error_not_a_timeout():
    pool = Pool(workers=1, wall_factor=0.5)
    verdict = pool.submit(check("sleeps")).result()
    assert verdict.status is Status.ERROR
    assert "The deadline passed" in verdict.reason
    pool.close()


@pytest.mark.parametrize("name", ["raises_once", "dies_once"])
def test_what_fails_once_is_right_on_a_fresh_worker(pool, name, tmp_path):
    before = pool.statistics()
    assert pool.submit(check(name, str(tmp_path / "marker"))).result().status is Status.CORRECT
    after = pool.statistics()
    assert (after.retries - before.retries, after.errors - before.errors) == (1, 0)


def test_what_a_verifier_prints_or_reads_touches_nothing(pool, capfd):
    for text in ("x", "\0", "\n" * 10_000):
        assert pool.submit(check("prints", text)).result().answer == ""
    assert pool.submit(check("echo", "next")).result().answer == "next"
    assert capfd.readouterr() == ("", "")


def test_killing_workers_at_any_moment_loses_and_doubles_no_verdict():
    pool = Pool(workers=2)
    futures = [pool.submit(check("naps", 0.002, name)) for name in range(300)]
    killed = 0
    while not all(future.done() for future in futures):
        for pid in pool.pids():
            os.kill(pid, signal.SIGKILL)
            killed += 1
        done = sum(future.done() for future in futures)
        time.sleep(0.15)
        while sum(future.done() for future in futures) == done < 300:  # A busy machine may need longer to start one.
            time.sleep(0.01)
    verdicts = [future.result() for future in futures]
    for name, verdict in enumerate(verdicts):
        assert verdict.status is Status.ERROR or verdict.answer == str(name)
    statistics = pool.statistics()
    assert killed > 1
    assert statistics.checks == 300
    assert statistics.errors == sum(verdict.status is Status.ERROR for verdict in verdicts)
    assert statistics.errors <= statistics.retries
    pool.close()


def test_equal_prefetched_checks_run_once_and_each_asker_gets_the_verdict():
    pool = Pool(workers=2)
    for _ in range(3):
        pool.prefetch(check("pid", 1))
    answers = {pool.judge(check("pid", 1)).answer for _ in range(3)}
    assert len(answers) == 1
    statistics = pool.statistics()
    assert (statistics.checks, statistics.hits, statistics.misses) == (1, 3, 0)
    pool.judge(check("pid", 1))  # All three claims are collected: this is a new question.
    statistics = pool.statistics()
    assert (statistics.checks, statistics.hits, statistics.misses) == (2, 3, 1)
    pool.close()


def test_a_fault_of_a_prefetched_check_is_not_served_to_a_later_asker(tmp_path):
    pool = Pool(workers=1)
    for marker, ask_again in ((tmp_path / "1", False), (tmp_path / "2", True)):
        faulty = check("dies_by_turns", str(marker), signal.SIGKILL, signal.SIGKILL)
        pool.prefetch(faulty)
        pool.submit(check("echo", "after it")).result()
        if ask_again:
            pool.prefetch(faulty)
        assert pool.judge(faulty).answer == "2"
    statistics = pool.statistics()
    assert (statistics.errors, statistics.hits, statistics.misses) == (2, 1, 1)
    pool.close()


def test_an_exception_of_a_prefetched_check_is_not_served_to_a_later_asker(tmp_path, monkeypatch):
    pool = Pool(workers=1)
    monkeypatch.syspath_prepend(tmp_path)
    late = Check("verifier_written_late:echo", ("x",))
    pool.prefetch(late)
    pool.submit(check("echo", "after it")).result()
    (tmp_path / "verifier_written_late.py").write_text("from tests.planted_verifiers import echo\n")
    monkeypatch.syspath_prepend(tmp_path / "any")  # A changed path has the workers look again.
    assert pool.judge(late).answer == "x"
    pool.close()


def test_prefetched_checks_that_nobody_collects_are_bounded():
    pool = Pool(workers=1, kept=3)
    for name in range(5):
        pool.prefetch(check("naps", 0, name))
    verdicts = [pool.judge(check("naps", 0, name)) for name in range(5)]
    assert [verdict.answer for verdict in verdicts] == list("01234")
    assert (pool.statistics().hits, pool.statistics().misses) == (3, 2)
    pool.close()


def test_prefetched_checks_run_side_by_side(tmp_path):
    pool = Pool(workers=4)
    checks = [Check("tests.planted_verifiers:meets", (str(tmp_path), 4, name), cpu_seconds=30) for name in range(4)]
    for one in checks:
        pool.prefetch(one)
    assert [pool.judge(one).status for one in checks] == [Status.CORRECT] * 4
    pool.close()


def test_asyncio_can_await_a_check(pool):
    async def both():
        futures = [asyncio.wrap_future(pool.submit(check("echo", text))) for text in "ab"]
        return [verdict.answer for verdict in await asyncio.gather(*futures)]

    assert asyncio.run(both()) == ["a", "b"]


def test_many_threads_share_the_pool(pool):
    wrong = []

    def work(thread):
        for name in range(40):
            text = f"{thread} {name}"
            pool.prefetch(check("echo", text))
            if pool.judge(check("echo", text)).answer != text:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_function_of_the_main_script_is_refused_with_the_remedy(pool):
    for ask in (pool.submit, pool.prefetch, pool.judge):
        with pytest.raises(ValueError, match="move the verifier into a module of its own"):
            ask(Check("__main__:verify", ("x",)))


@pytest.mark.parametrize(
    "function", ["tests.planted_verifiers:none", "no_such_module:f", "tests.planted_verifiers", ""]
)
def test_a_function_that_workers_cannot_import_is_refused_with_the_remedy(pool, function):
    with pytest.raises(ImportError, match=r"from a folder on sys\.path"):
        pool.submit(Check(function)).result()
    assert pool.submit(check("echo", "next")).result().answer == "next"


def test_arguments_that_are_not_json_are_refused_before_they_travel(pool):
    with pytest.raises(TypeError, match="JSON"):
        pool.submit(check("echo", b"bytes"))


def test_folders_added_to_the_path_later_reach_workers_that_run_already(pool, tmp_path, monkeypatch):
    assert pool.submit(check("echo", "warm")).result().answer == "warm"
    (tmp_path / "late_verifier.py").write_text("from tests.planted_verifiers import echo\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert pool.submit(Check("late_verifier:echo", ("x",))).result().answer == "x"


def test_a_closed_pool_refuses_checks_and_leaves_no_process_and_no_waiter():
    pool = Pool(workers=1)
    running = pool.submit(check("sleeps"))
    waiting = pool.submit(check("echo", "never"))
    while not pool.pids():
        time.sleep(0.01)
    (pid,) = pool.pids()
    pool.close()
    assert running.result().status is Status.ERROR
    with pytest.raises(CancelledError):
        waiting.result(timeout=0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(check("echo", "x"))


def test_a_callback_may_close_the_pool_and_checks_that_wait_are_cancelled_without_its_lock(tmp_path):
    pool = Pool(workers=1)
    running = pool.submit(Check("tests.planted_verifiers:meets", (str(tmp_path), 2, 0), cpu_seconds=30))
    waiting = pool.submit(check("echo", "never"))
    waiting.add_done_callback(lambda future: pool.statistics())
    cancelled: Future[bool] = Future()

    def close(future):
        pool.close()
        cancelled.set_result(waiting.cancelled())

    running.add_done_callback(close)
    (tmp_path / "1").touch()  # The check that runs may end.
    assert cancelled.result(timeout=60)
    pool.close()


def test_two_callbacks_may_close_the_pool_at_once(tmp_path):
    pool = Pool(workers=2)
    closed = [Future(), Future()]
    both = threading.Barrier(2)

    def close(future, done):
        both.wait()
        pool.close()
        done.set_result(True)

    for name, done in enumerate(closed):
        future = pool.submit(Check("tests.planted_verifiers:meets", (str(tmp_path), 2, name), cpu_seconds=30))
        future.add_done_callback(lambda future, done=done: close(future, done))
    assert all(done.result(timeout=60) for done in closed)
    pool.close()


@contextlib.contextmanager
def no_thread_left():
    """As in a container with a limit on processes; the error is Python's own."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        yield


@pytest.mark.parametrize("pure", [False, True])
def test_a_pool_that_gets_no_thread_refuses_checks_and_recovers(pure):
    pool = Pool(workers=2)
    with no_thread_left():
        for ask in (pool.submit, pool.submit, pool.prefetch, pool.judge):
            with pytest.raises(RuntimeError, match=r"can't start new thread.*Let this process have more threads"):
                ask(check("echo", "x", pure=pure))
    assert pool.submit(check("echo", "x", pure=pure)).result(timeout=60).answer == "x"
    assert pool.statistics().checks == 1  # What was refused did not run.
    pool.close()


def test_a_pool_that_gets_no_more_threads_makes_do_with_those_it_has(tmp_path):
    pool = Pool(workers=2)
    busy = pool.submit(check("naps", 0.3, 0))
    with no_thread_left():
        futures = [pool.submit(check("echo", text)) for text in "abc"]
    assert busy.result(timeout=60).answer == "0"
    assert [future.result(timeout=60).answer for future in futures] == list("abc")
    meeting = [Check("tests.planted_verifiers:meets", (str(tmp_path), 2, name), cpu_seconds=30) for name in range(2)]
    futures = [pool.submit(one) for one in meeting]  # There is room for a second thread again.
    assert [future.result(timeout=60).status for future in futures] == [Status.CORRECT] * 2
    pool.close()


def test_checks_never_wait_for_a_busy_worker_while_there_may_be_more(tmp_path):
    pool = Pool(workers=3)
    pool.submit(check("echo", "one is there")).result()
    time.sleep(0.05)  # And waits.
    meeting = [Check("tests.planted_verifiers:meets", (str(tmp_path), 3, name), cpu_seconds=30) for name in range(3)]
    futures = [pool.submit(one) for one in meeting]
    assert [future.result(timeout=60).status for future in futures] == [Status.CORRECT] * 3
    pool.close()


def test_workers_are_started_as_they_are_needed():
    pool = Pool(workers=8)
    for text in "abc":
        pool.submit(check("echo", text)).result()
        time.sleep(0.02)
    assert len(pool.pids()) == 1
    pool.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("workers", 0),
        ("workers", 1.5),
        ("memory_bytes", 0),
        ("memory_bytes", 2e9),
        ("kept", 0),
        ("kept", -5),
        ("remembered", -1),
        ("remembered", 0.5),
    ],
)
def test_a_number_that_is_too_small_or_not_whole_is_refused(name, value):
    with pytest.raises(ValueError, match=rf"{name} to be a whole number of at least [01], actually: {value}"):
        Pool(**{name: value})


@pytest.mark.parametrize("factor", [0, -1, float("nan"), float("inf")])
def test_a_wall_factor_that_gives_checks_no_time_or_no_end_is_refused(factor):
    with pytest.raises(ValueError, match=f"wall_factor to be positive and finite, actually: {factor}"):
        Pool(wall_factor=factor)


def test_a_forked_child_has_a_pool_of_its_own_and_leaves_the_parents_alone():
    process = script(
        PREAMBLE
        + """
child = os.fork()
if child == 0:
    own = verification.judge(check("pid")).answer
    assert own != first and verification.statistics().checks == 1, own
    sys.exit(0)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert verification.judge(check("pid")).answer == first
assert verification.statistics().checks == 2 and verification.statistics().restarts == 0
print("done")
"""
    )
    out, err = process.communicate(timeout=60)
    assert out.strip() == "done", err
    assert err == ""


def test_the_pool_is_closed_when_the_interpreter_ends_even_with_checks_under_way():
    process = script(PREAMBLE + "verification.submit(check('sleeps')); print(first)")
    out, err = process.communicate(timeout=60)
    assert gone(int(out)) and err == ""


def test_ctrl_c_in_the_main_thread_leaves_the_pool_working():
    process = script(
        PREAMBLE
        + """
print("ready", flush=True)
try:
    verification.judge(check("naps", 2.0, 7))
except KeyboardInterrupt:
    assert verification.judge(check("pid")).answer
    assert verification.statistics().restarts == 0
    print("interrupted")
""",
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)  # As a terminal does: to the whole foreground group.
    out, err = process.communicate(timeout=60)
    assert out.strip() == "interrupted", err


def test_the_folder_of_the_worker_is_not_searched_for_modules(pool):
    assert "rlvr/envs/verification" not in pool.submit(check("path")).result().answer
