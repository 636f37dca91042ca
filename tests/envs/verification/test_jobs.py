"""Verdicts of pure checks are remembered, and equal ones that are under way run once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Check, Status, Verdict
from rlvr.envs.verification.jobs import MOST_TEXT, Memory
from rlvr.envs.verification.pool import Pool
from tests.envs.verification.processes import check


@pytest.fixture
def pool():
    pool = Pool(workers=2)
    yield pool
    pool.close()


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7))), st.integers(0, 5))
def test_memory_holds_the_verdicts_that_were_used_last(calls, most):
    memory, model = Memory(most), []  # The model: keys, the last used one last.
    for keep, key in calls:
        name = bytes([key])
        if keep:
            memory.keep(name, Verdict(Status.WRONG, answer=str(key)))
            model = [other for other in model if other != key] + [key]
            model = model[len(model) - min(most, len(model)) :]
        else:
            verdict = memory.find(name)
            assert (verdict is not None) == (key in model)
            if verdict is not None:
                assert verdict.answer == str(key)
                model = [other for other in model if other != key] + [key]


@pytest.mark.parametrize("status", [Status.ERROR, Status.TIMEOUT])
def test_memory_refuses_what_says_nothing_about_the_answer(status):
    memory = Memory(5)
    memory.keep(b"key", Verdict(status))
    assert memory.find(b"key") is None


def test_memory_refuses_long_texts():
    memory = Memory(5)
    memory.keep(b"short", Verdict(Status.WRONG, answer="x" * MOST_TEXT))
    memory.keep(b"long", Verdict(Status.WRONG, answer="x" * MOST_TEXT, reason="x"))
    assert memory.find(b"short") is not None and memory.find(b"long") is None


def test_purity_is_no_part_of_the_key():
    assert Check("m:f", ("x",), pure=True).key() == Check("m:f", ("x",)).key()


def test_a_pure_check_runs_once_and_is_then_remembered_by_every_door(pool, tmp_path):
    pure = check("takes_notes", str(tmp_path / "notes"), pure=True)
    assert pool.submit(pure).result().answer == "1"
    assert pool.submit(pure).result(timeout=0).answer == "1"  # It is there at once.
    assert pool.judge(pure).answer == "1"
    pool.prefetch(pure)
    assert pool.judge(pure).answer == "1"
    statistics = pool.statistics()
    assert (statistics.checks, statistics.remembered, statistics.hits, statistics.misses) == (1, 3, 1, 0)


def test_a_check_that_is_not_pure_runs_each_time_even_if_an_equal_pure_one_is_remembered(pool, tmp_path):
    notes = str(tmp_path / "notes")
    pool.submit(check("takes_notes", notes, pure=True)).result()
    assert [pool.submit(check("takes_notes", notes)).result().answer for _ in range(2)] == ["2", "3"]
    assert pool.judge(check("takes_notes", notes)).answer == "4"
    assert pool.statistics().remembered == 0


def test_equal_pure_checks_under_way_are_joined(pool, tmp_path):
    pure = check("takes_notes", str(tmp_path / "notes"), 0.5, pure=True)
    futures = [pool.submit(pure) for _ in range(5)]
    pool.prefetch(pure)
    assert {future.result().answer for future in futures} | {pool.judge(pure).answer} == {"1"}
    assert (pool.statistics().checks, pool.statistics().remembered) == (1, 0)


def test_who_cancels_cancels_nobody_else(tmp_path):
    pool = Pool(workers=1)
    pool.submit(check("naps", 0.3, "keeps the worker busy"))
    pure = check("takes_notes", str(tmp_path / "notes"), pure=True)
    first, second = pool.submit(pure), pool.submit(pure)
    assert first.cancel()
    assert second.result().answer == "1"
    alone = check("takes_notes", str(tmp_path / "others"), pure=True)
    blocked = pool.submit(check("naps", 0.3, "again"))
    assert pool.submit(alone).cancel()
    blocked.result()
    assert pool.submit(alone).result().answer == "1"  # A run that everybody cancelled was none.
    pool.close()


@pytest.mark.parametrize("status", ["error", "timeout"])
def test_error_and_timeout_are_never_remembered(pool, tmp_path, status):
    pure = check("takes_notes", str(tmp_path / "notes"), 0.0, status, pure=True)
    assert [pool.submit(pure).result().answer for _ in range(3)] == ["1", "2", "3"]
    pool.prefetch(pure)
    assert pool.judge(pure).status is Status(status)
    assert pool.statistics().remembered == 0


def test_what_a_joined_run_raises_reaches_all_who_wait_and_is_forgotten(pool, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    busy = [pool.submit(check("naps", 0.3, name)) for name in range(2)]
    late = Check("verifier_of_jobs_written_late:echo", ("x",), pure=True)
    futures = [pool.submit(late) for _ in range(3)]
    for future in futures:
        with pytest.raises(ImportError):
            future.result()
    for future in busy:
        future.result()
    (tmp_path / "verifier_of_jobs_written_late.py").write_text("from tests.planted_verifiers import echo\n")
    monkeypatch.syspath_prepend(tmp_path / "any")  # A changed path has the workers look again.
    assert pool.submit(late).result().answer == "x"


def test_memory_is_bounded_and_can_be_switched_off(tmp_path):
    for remembered, third in ((1, "2"), (0, "2"), (2, "1")):
        pool = Pool(workers=1, remembered=remembered)
        marks = [
            check("takes_notes", str(tmp_path / f"{remembered}-{name}"), pure=True) for name in ("first", "second")
        ]
        for one in marks:
            assert pool.submit(one).result().answer == "1"
        assert pool.submit(marks[0]).result().answer == third
        pool.close()


def test_changing_a_verdict_that_was_served_changes_no_other(pool):
    for _ in range(3):
        verdict = pool.submit(check("has_parts", pure=True)).result()
        assert verdict.parts == {"a": 0.5}
        verdict.parts["a"] = 1.0
    assert pool.statistics().checks == 1


def test_changing_a_verdict_changes_none_of_those_who_joined_or_share_a_prefetched_check(pool):
    joined = [pool.submit(check("echo", "joined", pure=True)) for _ in range(2)]
    for _ in range(2):
        pool.prefetch(check("echo", "shared"))
    shared = [pool.judge(check("echo", "shared")) for _ in range(2)]
    for first, second in ([future.result() for future in joined], shared):
        first.parts["a"] = 1.0
        assert second.parts == {}


def test_a_served_verdict_without_parts_is_a_copy_too():
    memory = Memory(1)
    memory.keep(b"key", Verdict(Status.CORRECT, 1.0))
    served = memory.find(b"key")
    served.parts["a"] = 1.0
    assert memory.find(b"key").parts == {}
