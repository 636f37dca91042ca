"""Runs that are killed with SIGKILL and resumed, by the command line, as a user would."""

import random
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from rlvr.baselines.grpo import GRPOConfig
from rlvr.baselines.learner.reference import ReferenceConfig
from rlvr.baselines.losses import EntropyConfig, KLConfig
from rlvr.baselines.policy import PolicyConfig
from rlvr.baselines.ppo import PPOConfig
from rlvr.baselines.reinforce import ReinforceConfig
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.run import Run, checkpoint
from rlvr.baselines.settings import ColdStartConfig, EnvConfig, EvaluationConfig, TrainConfig
from rlvr.baselines.sft import SFTConfig
from rlvr.baselines.training import train
from rlvr.baselines.values.critic import CriticConfig

CONFIG = TrainConfig(
    threads=1,
    env=EnvConfig("tests.toys:toy/Successor-v0", kwargs={"max_turns": 2}, held_out={}),
    policy=PolicyConfig(width=32, layers=1),
    cold_start=ColdStartConfig(answers="tests.toys:worked_answer", sft=SFTConfig(steps=6, batch_size=4)),
    evaluation=EvaluationConfig(episodes=8, every=3),
    checkpoint_every=2,
    # Everything that has a state: a reference that follows, buffered batches, an easy pool, a moving coefficient.
    grpo=GRPOConfig(
        steps=8,
        groups=3,
        group_size=4,
        max_new_tokens=6,
        kl=KLConfig(coefficient=0.01),
        reference=ReferenceConfig(ema_decay=0.9),
        entropy=EntropyConfig(adaptive=True, coefficient=0.01, target=2.0),
        data=DataConfig(dynamic_sampling=True, max_refills=2, easy_pool_share=0.3, lag=1),
    ),
    ppo=PPOConfig(steps=8, groups=6, max_new_tokens=6, critic=CriticConfig(pretrain_steps=2)),
    reinforce=ReinforceConfig(
        steps=8, groups=3, group_size=4, max_new_tokens=6, baseline="remax", data=DataConfig(skip_flat_groups=False)
    ),
)
LINES = 6 + 8 + 2 * 4


def numbers(run):
    """Metrics without clocks."""
    return [{name: value for name, value in line.items() if "second" not in name} for line in run.metrics()]


def start(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "rlvr", "train", *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def lines_of(run):
    path = run.path / "metrics.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def kill_after(process, run, lines, delay):
    """SIGKILL once the run has logged so many lines, and a little later; whether it was still there to be killed."""
    while process.poll() is None and lines_of(run) < lines:
        time.sleep(0.002)
    time.sleep(delay)
    process.kill()
    _, errors = process.communicate()
    assert process.returncode in (0, -9), errors
    return process.returncode == -9


@pytest.mark.parametrize(
    ("algorithm", "kills"),
    [
        ("grpo", (4, 17)),
        *(pytest.param(name, (2, 9, 13, 20), marks=pytest.mark.slow) for name in ("grpo", "ppo", "reinforce")),
    ],
)
def test_a_run_that_is_killed_and_resumed_gives_the_same_numbers_bit_for_bit(algorithm, kills, tmp_path):
    config = replace(CONFIG, algorithm=algorithm)
    straight = Run.create(tmp_path / "straight", config)
    assert train(config, straight)
    assert lines_of(straight) == LINES
    draws = random.Random(f"{algorithm}{kills}")
    run = Run.create(tmp_path / "run", config)  # What `rlvr train` makes first; killed before its first checkpoint.
    for lines in kills:
        kill_after(start("--resume", run.path), run, lines, draws.random() * 0.05)
        for path in checkpoint.names(run.checkpoints):
            assert checkpoint.is_whole(path)
    last = start("--resume", run.path)
    _, errors = last.communicate()
    assert last.returncode == 0, errors
    assert numbers(run) == numbers(straight)
    assert list(run.episodes()) == list(straight.episodes())
