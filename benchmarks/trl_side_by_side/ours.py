"""This project's GRPO as a contender, and the policies that both begin with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.clock import Clock
from benchmarks.trl_side_by_side.gate import WAITING
from benchmarks.trl_side_by_side.job import ENV, KWARGS, SEED, Job, Outcome, peak_megabytes
from rlvr.agents.transformers_agent import load_pretrained
from rlvr.baselines import thinking
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.learner.optimizers import OptimizerConfig
from rlvr.baselines.losses import LossConfig
from rlvr.baselines.rollout import batches, make_envs
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.run import Run
from rlvr.baselines.settings import EvaluationConfig
from rlvr.baselines.training import train


def algorithm(job: Job, *, skip_flat_groups: bool) -> GRPO:
    """GRPO as the job asks for it; what it does not speak of is as by default, but that prompts are computed once."""
    model, tokenizer = load_pretrained(job.policy, device="cpu")
    config = GRPOConfig(
        steps=job.warmup + job.steps,
        groups=job.groups,
        group_size=job.group_size,
        mini_batches=job.updates,
        max_new_tokens=job.max_new_tokens,
        loss=LossConfig(clip_low=job.clip[0], clip_high=job.clip[1]),
        data=DataConfig(skip_flat_groups=skip_flat_groups),
        # A prompt is computed once for the answers to it: what one sets where groups are large.
        optimizer=OptimizerConfig(lr=job.learning_rate, betas=job.betas, schedule="constant", layout="shared"),
    )
    return GRPO(model, tokenizer, make_envs(ENV, KWARGS, job.batch), config, seed=SEED)


def measure(job: Job, wait: Callable[[], None], *, skip_flat_groups: bool = False) -> Outcome:
    """Run the job, each step when `wait` returns."""
    grpo = algorithm(job, skip_flat_groups=skip_flat_groups)
    before = peak_megabytes()
    seconds, lengths, rewards = [], [], []
    cpu = 0.0
    with Clock() as clock:
        clock.around_torch()
        clock.around(grpo.agent, "act", "sampling")
        clock.around(batches, "collect", "tasks and verdicts")
        clock.around(grpo.learner, "step", "forward and loss")
        for step in range(job.warmup + job.steps):
            if step == job.warmup:
                clock.restart()
                cpu = time.process_time()
            with clock.phase(WAITING):
                wait()
            start = time.perf_counter()
            _, groups = grpo.step()
            seconds.append(time.perf_counter() - start)
            episodes = [episode for group in groups for episode in group]
            lengths.append(sum(episode.length for episode in episodes) / len(episodes))
            rewards.append(sum(episode.reward for episode in episodes) / len(episodes))
        phases = clock.stop()
        del phases[WAITING]
        cpu = time.process_time() - cpu
    timed = slice(job.warmup, None)
    return Outcome(
        seconds=seconds[timed],
        cpu_seconds=cpu,
        phases=phases,
        length=sum(lengths[timed]) / job.steps,
        reward=sum(rewards[timed]) / job.steps,
        megabytes_before=before,
        megabytes=peak_megabytes(),
    )


def make_policies(folder: Path, *, steps: int) -> dict[str, str]:
    """The recipe's policy after the cold start, where lengths are mixed, and after some steps of GRPO.

    Args:
        folder: Of the run; one that is there already, of so many steps, is used as it is.
        steps: Of GRPO.

    Returns:
        Where each is, by name.
    """
    recipe = thinking.config()
    config = replace(
        recipe,
        grpo=replace(recipe.grpo, steps=steps),
        evaluation=EvaluationConfig(episodes=1, every=0),
        checkpoint_every=0,
    )
    cold, last = f"cold_start-{config.cold_start.sft.steps:06d}", f"grpo-{steps:06d}"
    checkpoints = folder / "checkpoints"
    if not (checkpoints / last).exists():
        train(config, Run.create(folder, config))
    return {"cold start": str(checkpoints / cold), f"after {steps} steps": str(checkpoints / last)}
