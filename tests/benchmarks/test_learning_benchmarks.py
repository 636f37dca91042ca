"""That the benchmarks of learning run at all, at their smallest; TRL has an environment of its own and is not here."""

import json
from dataclasses import asdict, replace

import pytest
import torch

from benchmarks import gpu_step
from benchmarks.clock import Clock
from benchmarks.trl_side_by_side import __main__ as side_by_side
from benchmarks.trl_side_by_side import ours
from benchmarks.trl_side_by_side.gate import Contender
from benchmarks.trl_side_by_side.job import Job
from rlvr.agents.tiny import tiny_model, tiny_tokenizer


def test_a_step_of_the_gpu_benchmark_samples_every_token_and_knows_its_phases(tmp_path, capsys):
    log = tmp_path / "log.jsonl"
    gpu_step.main(["--tiny", "--device", "cpu", "--warmup", "1", "--steps", "2", "--log", str(log)])
    measured = json.loads(log.read_text())["measured"]
    assert len(measured["seconds"]) == 2
    assert measured["sampled"] == 2 * 2 * 16
    assert measured["positions"] > measured["sampled"]
    assert all(measured["phases"][phase] > 0.0 for phase in gpu_step.PHASES)
    assert measured["sampling_mb"] > 0.0 and measured["learning_mb"] > 0.0
    assert "sampled tokens/s" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--autocast"], ["--weights", "bfloat16", "--checkpointing"]])
def test_the_gpu_benchmark_has_options_for_what_a_gpu_does_best(tmp_path, options):
    log = tmp_path / "log.jsonl"
    gpu_step.main(["--tiny", "--device", "cpu", "--warmup", "1", "--steps", "1", "--log", str(log), *options])
    assert json.loads(log.read_text())["measured"]["sampled"] == 64


@pytest.fixture
def job(tmp_path):
    tiny_model(0, width=16, layers=1, heads=2).save_pretrained(tmp_path)
    tiny_tokenizer().save_pretrained(tmp_path)
    return Job(str(tmp_path), groups=2, group_size=2, max_new_tokens=4, warmup=1, steps=2, threads=1)


def test_our_side_does_its_job_and_leaves_torch_as_it_was(job):
    backward = torch.Tensor.backward
    outcome = ours.measure(job, lambda: None)
    assert torch.Tensor.backward is backward
    assert len(outcome.seconds) == 2
    assert outcome.phases["backward"] > 0.0 and outcome.phases["optimizer"] > 0.0
    assert sum(outcome.phases.values()) == pytest.approx(sum(outcome.seconds), rel=0.5)
    assert 1.0 <= outcome.length <= 4.0
    assert 0.0 < outcome.megabytes_before <= outcome.megabytes


def test_a_contender_makes_a_step_when_it_is_told_to(job):
    with Contender("rlvr", asdict(job)) as contender:
        assert contender.until_ready()
        assert contender.step() and contender.step()
        assert not contender.answer
        assert not contender.step()
    assert len(contender.answer["seconds"]) == 2
    assert "waiting" not in contender.answer["phases"]


def test_a_contender_that_fails_ends_the_benchmark(job):
    with Contender("rlvr", {**asdict(job), "policy": "nowhere"}) as contender, pytest.raises(SystemExit, match="rlvr"):
        contender.until_ready()


def test_the_summary_says_whether_the_target_is_met(job):
    fast = ours.measure(job, lambda: None)
    slow = replace(fast, seconds=[10.0 * second for second in fast.seconds])
    table = side_by_side.summary(
        job, {name: [fast] for name in side_by_side.CONTENDERS} | {side_by_side.TRL: [slow]}, ""
    )
    assert "10.00" in list(table.columns[1].cells)
    assert "[green]>= 1.5, aim 3[/green]" in list(table.columns[-1].cells)


def test_time_counts_for_the_innermost_phase():
    class Worker:
        def outer(self):
            self.inner()

        def inner(self):
            assert clock._stack[-2:] == ["outer", "inner"]

    worker = Worker()
    with Clock() as clock:
        clock.around(worker, "outer", "outer")
        clock.around(worker, "inner", lambda: "inner")
        worker.outer()
        assert set(clock.stop()) == {"rest", "outer", "inner"}
    assert not vars(worker)
