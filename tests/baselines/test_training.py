import dataclasses
import json

import pytest

from rlvr.baselines.config import ConfigError, merge
from rlvr.baselines.grpo import GRPOConfig
from rlvr.baselines.policy import PolicyConfig
from rlvr.baselines.run import Run, RunError, checkpoint
from rlvr.baselines.run.episodes import replay
from rlvr.baselines.settings import ColdStartConfig, EnvConfig, EvaluationConfig, TrainConfig, check
from rlvr.baselines.sft import SFTConfig
from rlvr.baselines.training import train

CONFIG = TrainConfig(
    threads=1,
    env=EnvConfig("tests.toys:toy/Successor-v0", kwargs={}, held_out={}),
    policy=PolicyConfig(width=32, layers=1),
    cold_start=ColdStartConfig(answers="tests.toys:worked_answer", sft=SFTConfig(steps=6, batch_size=4)),
    grpo=GRPOConfig(steps=5, groups=3, group_size=4, max_new_tokens=10),
    evaluation=EvaluationConfig(episodes=8, every=2),
    checkpoint_every=2,
)


class StopAfter:
    """Interrupts after so many steps."""

    def __init__(self, steps):
        self.left = steps

    def __call__(self):
        self.left -= 1
        return self.left <= 0


def numbers(run):
    """Metrics without clocks."""
    return [{name: value for name, value in line.items() if "second" not in name} for line in run.metrics()]


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    run = Run.create(tmp_path_factory.mktemp("runs") / "straight", CONFIG)
    assert train(CONFIG, run)
    return run


def test_a_run_leaves_config_metrics_episodes_and_checkpoints(straight):
    assert json.loads((straight.path / "config.json").read_text())["grpo"]["steps"] == 5
    phases = [(line["phase"], line["step"], line.get("decoding")) for line in straight.metrics()]
    assert phases[:6] == [("cold_start", step, None) for step in range(1, 7)]
    assert [step for phase, step, _ in phases if phase == "grpo"] == [1, 2, 3, 4, 5]
    assert [(step, how) for phase, step, how in phases if phase == "evaluation"] == [
        (step, how) for step in (0, 2, 4, 5) for how in ("sampled", "greedy")
    ]
    assert checkpoint.latest(straight.checkpoints).name == "grpo-000005"


def test_every_logged_episode_replays_to_the_same_verdicts(straight):
    replayed = list(replay(straight.path / "episodes.jsonl"))
    assert len(replayed) == 5 * 3 * 4 + 2 * 2 * 8
    assert not any(differences for _, differences in replayed)


@pytest.mark.parametrize("steps", [1, 4, 6, 7, 9, 11])
def test_an_interrupted_run_resumes_to_the_same_numbers(straight, tmp_path, steps):
    run = Run.create(tmp_path / "run", CONFIG)
    finished = train(CONFIG, run, stop=StopAfter(steps))
    assert finished is (steps > 11)
    assert train(CONFIG, run, resume_from=checkpoint.latest(run.checkpoints))
    assert numbers(run) == numbers(straight)
    assert list(run.episodes()) == list(straight.episodes())


def test_a_run_with_adapters_saves_them_alone_and_resumes_to_the_same_numbers(tmp_path):
    pytest.importorskip("peft")
    config = merge(CONFIG, {"policy": {"lora": {"rank": 2}}})
    whole, cut = (Run.create(tmp_path / name, config) for name in ("whole", "cut"))
    assert train(config, whole)
    train(config, cut, stop=StopAfter(9))
    newest = checkpoint.latest(cut.checkpoints)
    assert (newest / "adapter_model.safetensors").exists() and not (newest / "model.safetensors").exists()
    assert train(config, cut, resume_from=newest)
    assert numbers(cut) == numbers(whole)


def test_resuming_from_an_older_checkpoint_drops_what_came_after_it(straight, tmp_path):
    run = Run.create(tmp_path / "run", CONFIG)
    train(CONFIG, run)
    older = sorted(run.checkpoints.iterdir())[0]
    assert older.name == "grpo-000004"
    assert train(CONFIG, run, resume_from=older)
    assert numbers(run) == numbers(straight)


def test_a_run_has_one_writer_at_a_time(straight):
    run = straight
    before = (run.path / "metrics.jsonl").read_bytes()
    with run.claimed(), pytest.raises(RunError, match=r"Another process is training .* Wait for it, or stop it"):
        train(CONFIG, Run.open(run.path), resume_from=checkpoint.latest(run.checkpoints))
    assert (run.path / "metrics.jsonl").read_bytes() == before


def test_resuming_a_finished_run_changes_nothing(straight):
    before = {path: path.read_bytes() for path in straight.path.rglob("*") if path.is_file()}
    assert train(CONFIG, straight, resume_from=checkpoint.latest(straight.checkpoints))
    after = {path: path.read_bytes() for path in straight.path.rglob("*") if path.is_file()}
    assert before == after


def test_a_damaged_checkpoint_is_refused_before_anything_is_lost(tmp_path):
    run = Run.create(tmp_path / "run", CONFIG)
    train(CONFIG, run)
    newest = checkpoint.latest(run.checkpoints)
    weights = newest / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with pytest.raises(
        checkpoint.CheckpointError, match=r"model.safetensors has \d+ bytes.*Use another one \(grpo-000004\)"
    ):
        train(CONFIG, run, resume_from=newest)
    assert before == {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}


def test_without_a_cold_start_rl_begins_at_once(tmp_path):
    config = dataclasses.replace(
        CONFIG,
        cold_start=dataclasses.replace(CONFIG.cold_start, sft=SFTConfig(steps=0)),
        grpo=dataclasses.replace(CONFIG.grpo, steps=1),
    )
    run = Run.create(tmp_path / "run", config)
    assert train(config, run)
    assert {line["phase"] for line in run.metrics()} == {"evaluation", "grpo"}


def test_a_checkpoint_of_another_algorithm_is_refused_before_anything_is_lost(straight):
    before = {path: path.read_bytes() for path in straight.path.rglob("*") if path.is_file()}
    with pytest.raises(checkpoint.CheckpointError, match=r"a checkpoint of reinforce, .*, actually: of grpo"):
        train(changed(algorithm="reinforce"), straight, resume_from=straight.checkpoints / "grpo-000004")
    assert before == {path: path.read_bytes() for path in straight.path.rglob("*") if path.is_file()}


def test_a_resume_that_is_refused_for_a_damaged_log_loses_nothing(tmp_path):
    run = Run.create(tmp_path / "run", CONFIG)
    train(CONFIG, run)
    log = run.path / "episodes.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    lines[2] = b"{damaged\n"
    log.write_bytes(b"".join(lines))
    before = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with pytest.raises(RunError, match="line 3 is damaged"):
        train(CONFIG, run, resume_from=run.checkpoints / "grpo-000004")
    assert before == {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}


def changed(**sections):
    """CONFIG with changes, a dict of them for each section."""
    return merge(CONFIG, sections)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"env": {"kwargs": {"turns": 3}}}, "Cannot make tests.toys:toy/Successor-v0 with env.kwargs"),
        ({"env": {"held_out": {"max_turns": 0}}}, "with env.held_out"),
        ({"env": {"id": "toy/Sucessor-v0"}}, "Cannot make toy/Sucessor-v0"),
        ({"env": {"id": "CartPole-v1"}}, "Expected CartPole-v1 to be a VerifiableEnv"),
        ({"cold_start": {"answers": "tests.toys:nobody"}}, "Cannot work examples out by 'tests.toys:nobody'"),
        ({"cold_start": {"answers": "rlvr.baselines.thinking:worked_answer"}}, "bare column sum"),
        ({"cold_start": {"sft": {"optimizer": {"parallel": "fsdp"}}}}, 'grpo.optimizer.parallel says, "ddp"'),
    ],
)
def test_what_cannot_run_is_found_out_before_there_is_a_folder(changes, message):
    with pytest.raises(ConfigError, match=message):
        check(changed(**changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seed": -1}, "Expected seed to be at least 0, actually: -1"),
        ({"threads": -1}, "Expected threads to be at least 0"),
        ({"evaluation": {"episodes": 0}}, "Expected evaluation.episodes to be at least 1"),
        ({"cold_start": {"sft": {"batch_size": 0}}}, "Expected sft.batch_size to be at least 1"),
        ({"grpo": {"optimizer": {"lr": -1.0}}}, "Expected optimizer.lr to be at least 0.0"),
        ({"policy": {"width": 33}}, "Expected policy.width to be a multiple of 8"),
        ({"policy": {"dtype": "float13"}}, "policy.dtype to be a torch type"),
    ],
)
def test_numbers_out_of_range_are_refused_with_their_key(changes, message):
    with pytest.raises(ConfigError, match=message):
        changed(**changes)


@pytest.mark.parametrize("changes", [{"device": "abacus"}, {"path": "./nowhere"}])
def test_a_policy_that_cannot_be_loaded_is_named(changes, tmp_path):
    with pytest.raises(ConfigError, match="Cannot load policy"):
        train(changed(policy=changes), Run.create(tmp_path / "run", CONFIG))


def test_the_cold_start_distributes_the_model_as_the_algorithm_does():
    config = changed(grpo={"optimizer": {"parallel": "fsdp"}})
    assert config.sft.optimizer.parallel == "fsdp" and config.cold_start.sft.optimizer.parallel == "ddp"
    assert config.sft.steps == config.cold_start.sft.steps
