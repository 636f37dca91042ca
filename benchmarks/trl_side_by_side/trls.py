"""TRL's `GRPOTrainer` as a contender: the same model, prompts, verifier, batch and optimizer.

Set against its defaults, which would be another job: float32 for bf16, no gradient checkpointing (it costs a third
more time), `top_k=0` (transformers' own default samples from the 50 likeliest tokens). Nothing is logged, saved or
reported.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from typing import Any

import gymnasium as gym
import torch
import transformers
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

import rlvr
from benchmarks.clock import Clock
from benchmarks.trl_side_by_side.gate import WAITING
from benchmarks.trl_side_by_side.job import ENV, KWARGS, SEED, Job, Outcome, peak_megabytes


class Judge:
    """The reward function: the environment's own verifier. Counts lengths and rewards on the way."""

    __name__ = "correct"

    def __init__(self) -> None:
        """Begin."""
        self.lengths: list[float] = []
        self.rewards: list[float] = []

    def __call__(
        self, completions: list[Any], completion_ids: list[list[int]], reference: list[str], **_: Any
    ) -> list[float]:
        """The score of each completion."""
        verdicts = rlvr.verify_many("math", [messages[0]["content"] for messages in completions], reference)
        scores = [verdict.score for verdict in verdicts]
        self.lengths.append(sum(map(len, completion_ids)) / len(completion_ids))
        self.rewards.append(sum(scores) / len(scores))
        return scores


class Times(TrainerCallback):
    """How long each batch took, once the gate was open."""

    def __init__(self, job: Job, gate: Callable[[], None], clock: Clock) -> None:
        """Begin."""
        self.job = job
        self.gate = gate
        self.clock = clock
        self.seconds: list[float] = []
        self.cpu = 0.0
        self._since = 0.0

    def wait(self) -> None:
        """At the gate, outside of what is timed."""
        if len(self.seconds) == self.job.warmup:
            self.clock.restart()
            self.cpu = time.process_time()
        with self.clock.phase(WAITING):
            self.gate()
        self._since = time.perf_counter()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """After an optimizer step."""
        if state.global_step % self.job.updates == 0:
            self.seconds.append(time.perf_counter() - self._since)
            if len(self.seconds) < self.job.warmup + self.job.steps:
                self.wait()


def prompts(job: Job) -> Dataset:
    """The tasks that the other contender's environments draw, as rows."""
    env: Any = gym.make(ENV, disable_env_checker=True, **KWARGS).unwrapped
    tasks = [env.draw_task(SEED, episode) for episode in range((job.warmup + job.steps) * job.groups)]
    return Dataset.from_list(
        [{"prompt": [{"role": "user", "content": one.prompt}], "reference": one.reference} for one in tasks]
    )


def config(job: Job, folder: str) -> GRPOConfig:
    """The job in TRL's words."""
    return GRPOConfig(
        output_dir=folder,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        per_device_train_batch_size=job.batch // job.updates,
        gradient_accumulation_steps=1,
        steps_per_generation=job.updates,
        num_iterations=1,
        num_generations=job.group_size,
        max_completion_length=job.max_new_tokens,
        max_steps=(job.warmup + job.steps) * job.updates,
        shuffle_dataset=False,
        temperature=1.0,
        top_k=0,
        loss_type="dapo",
        beta=0.0,
        epsilon=job.clip[0],
        epsilon_high=job.clip[1],
        learning_rate=job.learning_rate,
        lr_scheduler_type="constant",
        adam_beta1=job.betas[0],
        adam_beta2=job.betas[1],
        weight_decay=0.0,
        max_grad_norm=1.0,
        seed=SEED,
        logging_strategy="no",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )


def measure(job: Job, wait: Callable[[], None]) -> Outcome:
    """Run the job, each step when `wait` returns."""
    transformers.logging.set_verbosity_error()
    model = AutoModelForCausalLM.from_pretrained(job.policy, dtype=torch.float32)
    judge = Judge()
    with tempfile.TemporaryDirectory() as folder, Clock() as clock:
        times = Times(job, wait, clock)
        trainer = GRPOTrainer(
            model=model,
            reward_funcs=judge,
            args=config(job, folder),
            train_dataset=prompts(job),
            processing_class=AutoTokenizer.from_pretrained(job.policy),
            callbacks=[times],
        )
        before = peak_megabytes()
        clock.around_torch()
        clock.around(trainer, "_generate", "sampling")
        clock.around(trainer, "_calculate_rewards", "tasks and verdicts")
        clock.around(trainer, "compute_loss", "forward and loss")
        clock.around(trainer, "_get_per_token_logps_and_entropies", _forward)
        times.wait()
        trainer.train()
        phases = clock.stop()
        del phases[WAITING]
        cpu = time.process_time() - times.cpu
    return Outcome(
        seconds=times.seconds[job.warmup :],
        cpu_seconds=cpu,
        phases=phases,
        length=sum(judge.lengths[job.warmup :]) / job.steps,
        reward=sum(judge.rewards[job.warmup :]) / job.steps,
        megabytes_before=before,
        megabytes=peak_megabytes(),
    )


def _forward() -> str:
    return "forward and loss" if torch.is_grad_enabled() else "scoring"
