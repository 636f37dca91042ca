"""Two processes learn as one would; `tests/learning_together.py` is what they run, once for all tests."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.learner.distributed import World, distribute, gathered, share
from tests.token_rows import small

ROOT = Path(__file__).parents[3]
both = pytest.mark.parametrize("kind", ["ddp", "fsdp"])


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    path = tmp_path_factory.mktemp("together") / "findings.json"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, "-m", "tests.learning_together", str(path)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(path.read_text())


@both
@pytest.mark.parametrize("case", ["gradient", "values_alone", "few_rows", "many_micro_batches"])
def test_the_gradient_of_two_processes_is_that_of_one(findings, case, kind):
    for found in findings:
        assert found[f"{case} {kind}"]["gradient"] <= 1e-9
        assert found[f"{case} {kind}"]["metrics"] <= 1e-9
        assert found[f"{case} {kind}"]["names"]


@both
def test_answers_to_a_prompt_on_two_processes_have_the_gradient_of_one(findings, kind):
    # Qwen 3 rounds to float32 in its norms, here of sums over other answers.
    assert all(found[f"shared_prompts {kind}"]["gradient"] <= 1e-6 for found in findings)


@both
def test_in_float32_it_is_that_of_one_but_for_rounding(findings, kind):
    for found in findings:
        assert 0.0 < found[f"in_float32 {kind}"]["gradient"] <= 1e-4
        assert found[f"in_float32 {kind}"]["metrics"] <= 1e-3
        assert found[f"in_float32 {kind}"]["names"]


@both
def test_every_process_has_all_scores_in_order(findings, kind):
    assert all(found[f"scores {kind}"] <= 1e-12 for found in findings)


@both
def test_two_processes_go_where_one_goes(findings, kind):
    assert all(found[f"training {kind}"]["from one"] <= 1e-9 for found in findings)


@both
def test_they_resume_bit_for_bit_and_one_process_goes_on_from_their_checkpoint(findings, kind):
    for found in findings:
        assert found[f"training {kind}"]["resumed"] == 0.0
        assert found[f"training {kind}"]["resumed by one"] <= 1e-9


@both
def test_muon_orthogonalises_whole_matrices(findings, kind):
    # It computes in bfloat16, and small singular values come out as rounding has them; a step moves by up to 0.02.
    assert all(found[f"muon {kind}"] <= 5e-3 for found in findings)


@both
def test_all_processes_stop_alike_when_one_has_no_number(findings, kind):
    assert all(found[f"no_number {kind}"] == {"raised": True, "same": True, "forgotten": True} for found in findings)


@both
def test_all_processes_begin_with_the_weights_of_the_first(findings, kind):
    assert all(found[f"first_weights {kind}"] for found in findings)


@both
def test_each_process_samples_as_much_as_it_likes(findings, kind):
    assert all(found[f"sampling {kind}"] for found in findings)


@both
def test_a_reference_model_takes_the_policys_place_and_gives_it_back(findings, kind):
    for found in findings:
        assert found[f"reference {kind}"] == {"as before": True, "loaded": True, "policy": True}


def test_what_each_process_brings_is_gathered_and_put_in_turn(findings):
    for rank, found in enumerate(findings):
        assert found["world_itself ddp"] == {
            "gathered": [["a", "c", "e"], ["b", "d"]],
            "in turn": ["a", "b", "c", "d", "e"],
            "first": rank == 0,
        }


def test_one_process_is_a_world_of_its_own(monkeypatch):
    for name in ("RANK", "WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    world = World.current()
    assert world == World(0, 1) and world.is_first
    assert world.gather([1, 2]) == [[1, 2]] and world.in_turn([1, 2]) == [1, 2]
    world.close()
    model = small()
    distribute(model, world, "fsdp")
    with gathered(model):
        assert type(model) is type(small())


@given(st.lists(st.integers(1, 100), max_size=40), st.integers(1, 8))
def test_rows_are_shared_once_and_evenly(lengths, size):
    shares = share(lengths, size)
    assert sorted(i for one in shares for i in one) == list(range(len(lengths)))
    tokens = [sum(lengths[i] for i in one) for one in shares]
    # Whoever has most had the fewest before the last row came, and that row is the shortest of all so far.
    assert max(tokens) - min(tokens) <= max(lengths, default=0)
