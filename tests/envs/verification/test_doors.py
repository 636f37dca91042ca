import asyncio
from concurrent.futures import Future

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlvr
from rlvr import registry
from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs import verification
from rlvr.envs.verification import doors


def plan_with_a_fault(completion, reference, *, where="here"):
    return len(7)


def plan(completion, reference, *, where="here"):
    """Right if the completion is the reference; judged here or by a worker."""
    if completion == "no reference":
        raise ValueError("There is no reference for it.")
    if where in ("worker", "worker, pure"):
        return Check("tests.planted_verifiers:same", (completion, reference), pure=where == "worker, pure")
    return Verdict(Status.CORRECT, 1.0) if completion == reference else Verdict(Status.WRONG)


@pytest.fixture(scope="module", autouse=True)
def planted_family():
    registry.register_verifier("planted", f"{__name__}:plan")
    registry.register_verifier("faulty", f"{__name__}:plan_with_a_fault")
    yield
    del registry.catalogue._VERIFIERS["planted"], registry.catalogue._VERIFIERS["faulty"]


@pytest.mark.parametrize("where", ["here", "worker"])
def test_verify_judges_one_completion_wherever_its_check_runs(where):
    assert rlvr.verify("planted", "7", "7", where=where).status is Status.CORRECT
    assert rlvr.verify("planted", Completion("8"), "7", where=where).status is Status.WRONG


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("ab")), max_size=12), st.sampled_from(["here", "worker"])
)
def test_verify_many_is_verify_of_each(pairs, where):
    completions, references = [c for c, _ in pairs], [r for _, r in pairs]
    verdicts = rlvr.verify_many("planted", completions, references, where=where)
    assert [verdict.status for verdict in verdicts] == [
        Status.CORRECT if completion == reference else Status.WRONG for completion, reference in pairs
    ]


@pytest.mark.parametrize(("where", "runs"), [("worker, pure", 2), ("worker", 10)])
def test_equal_checks_of_one_batch_run_once_if_they_are_pure(where, runs):
    before = verification.statistics().checks
    rlvr.verify_many("planted", ["7"] * 9 + ["8"], ["7"] * 10, where=where)
    assert verification.statistics().checks - before == runs


def test_changing_one_verdict_of_a_batch_changes_no_other():
    first, second = rlvr.verify_many("planted", ["changed"] * 2, ["changed"] * 2, where="worker, pure")
    first.parts["a"] = 1.0
    assert second.parts == {}


def test_an_event_loop_can_wait_for_verdicts_in_threads():
    async def judge_all():
        verdicts = (asyncio.to_thread(rlvr.verify, "planted", text, "7", where="worker") for text in "78")
        return [verdict.status for verdict in await asyncio.gather(*verdicts)]

    assert asyncio.run(judge_all()) == [Status.CORRECT, Status.WRONG]


def test_a_batch_that_is_given_up_leaves_no_checks_behind(monkeypatch):
    submitted = []

    def keep(one):
        submitted.append(Future())
        return submitted[-1]

    monkeypatch.setattr(doors, "submit", keep)
    with pytest.raises(ValueError, match="no reference"):
        rlvr.verify_many("planted", ["7", "8", "no reference"], ["7", "8", "9"], where="worker")
    assert len(submitted) == 2 and all(future.cancelled() for future in submitted)


def test_an_unknown_family_is_named_with_the_nearest_one():
    with pytest.raises(ValueError, match=r"Unknown verifier 'plantd'\. Perhaps you meant 'planted'"):
        rlvr.verify("plantd", "7", "7")


@pytest.mark.parametrize("option", ["wher", "reference"])
def test_an_option_that_is_not_the_familys_is_named_with_those_there_are(option):
    with pytest.raises(ValueError, match=f"option of verifier 'planted' to be one of where, actually: '{option}'"):
        rlvr.verify_many("planted", [], [], **{option: 3})


def test_a_type_error_inside_plan_is_not_taken_for_a_bad_option():
    with pytest.raises(TypeError, match="has no len"):
        rlvr.verify("faulty", "7", "7", where="here")


@pytest.mark.parametrize("completion", [None, b"7", 7, ["7"]])
def test_a_completion_that_is_no_string_is_refused(completion):
    with pytest.raises(TypeError, match="Expected the completion to be a str, actually: "):
        rlvr.verify("planted", completion, "7")


def test_sequences_of_other_lengths_and_a_lone_string_are_refused():
    with pytest.raises(ValueError, match="2 completions, 1 references"):
        rlvr.verify_many("planted", ["7", "8"], ["7"])
    with pytest.raises(TypeError, match=r"a str\. Pass lists, or use verify for one"):
        rlvr.verify_many("planted", "7", ["7"])


@pytest.mark.parametrize("batches", [((text for text in "78"), ["7", "8"]), (["7", "8"], (text for text in "78"))])
def test_a_generator_in_place_of_a_list_is_refused_with_the_remedy(batches):
    with pytest.raises(TypeError, match=r"actually: a generator\. Pass lists"):
        rlvr.verify_many("planted", *batches)


def test_statistics_are_frozen_counts():
    statistics = verification.statistics()
    with pytest.raises(AttributeError):
        statistics.checks = 0
    assert min(statistics.checks, statistics.hits, statistics.misses, statistics.retries, statistics.restarts) >= 0
