"""A whole training run: policy, cold start, reinforcement learning, evaluations, checkpoints.

- `train`: begin or resume a run in its folder.

Under torchrun every process runs this, samples its share, evaluates its share and computes its share of each optimizer
step; the first one writes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch

from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.config import ConfigError
from rlvr.baselines.examples.traces import read, shuffled
from rlvr.baselines.held_out import held_out
from rlvr.baselines.learner.distributed import World, full_state_dict, gathered
from rlvr.baselines.policy import load_policy, restore
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.rollout.levels import without_curriculum
from rlvr.baselines.run import Run, checkpoint
from rlvr.baselines.run.episodes import record
from rlvr.baselines.run.trackers import tracker
from rlvr.baselines.settings import ALGORITHMS, TrainConfig
from rlvr.baselines.sft import SFT, Example
from rlvr.registry import resolve

_COLD_START_STREAM = 1 << 40
"""Added to the seed for the cold start's tasks: another stream than RL's."""


class Training:
    """A run in progress. Every step is whole: `stop` is asked between steps and answered with a checkpoint."""

    def __init__(
        self, config: TrainConfig, run: Run, *, resume_from: Path | None = None, world: World | None = None
    ) -> None:
        """Build everything; with `resume_from`, as that checkpoint left it."""
        self.config = config
        self.run = run
        self.world = world or World()
        state: Mapping[str, Any] | None = None
        self.model, self.tokenizer = load_policy(config.policy, seed=config.seed)
        if resume_from is not None:
            state = checkpoint.load(resume_from)
            if state["phase"] not in ("cold_start", config.algorithm):
                raise checkpoint.CheckpointError(
                    f"Expected {resume_from} to be a checkpoint of {config.algorithm}, the run's algorithm, actually: "
                    f"of {state['phase']}. Set algorithm back in config.json, or resume the cold start's checkpoint."
                )
            restore(self.model, resume_from)
        groups = len(range(self.world.rank, config.rl.groups, self.world.size))
        count = groups * config.rl.group_size
        envs = make_envs(config.env.id, config.env.kwargs, count, config.env.wrappers)
        # Before the cold start's learner: what an algorithm adds to the model must be there when it is sharded.
        self.rl = ALGORITHMS[config.algorithm](
            self.model, self.tokenizer, envs, config.rl, seed=config.seed, world=self.world
        )
        self.sft = SFT(
            self.model,
            self.tokenizer,
            self._example_stream(make_envs(config.env.id, config.env.kwargs, 1, config.env.wrappers)[0]),
            config.sft,
            history=config.rl.history,
            chat_template_kwargs=config.rl.chat_template_kwargs,
            world=self.world,
        )
        self.seconds = 0.0
        if resume_from is not None and state is not None:
            self.seconds = state["seconds"]
            self.sft.step_count = state["cold_start_steps"]
            if state["phase"] == "cold_start":
                self.sft.load_state_dict(state["algorithm"])
            else:
                self.rl.load_state_dict(state["algorithm"])
            # Checkpoints go before lines: whoever is killed in between finds this checkpoint the last one. And both go
            # last: nothing may fail after something is gone.
            run.rewind(lambda line: is_before(line, state), first=lambda: checkpoint.drop_after(resume_from))

    def _example_stream(self, env: Any) -> Callable[[int], Example]:
        config = self.config.cold_start
        seed = self.config.seed + _COLD_START_STREAM
        path = config.traces
        if path is not None:
            # Read when it is needed: a run that resumes after its cold start does without.
            stream = cache(lambda: shuffled(read(path, per_task=config.per_task), seed=seed))
            return lambda index: stream()(index)
        work_out = resolve(config.answers)

        def example(index: int) -> Example:
            opening, _ = env.reset(seed=seed, options={"episode": index})  # As the wrappers ask it.
            answer = work_out(env.unwrapped.task, share=config.share, seed=seed, index=index)
            return [*opening, {"role": "assistant", "content": answer}]

        return example

    def go(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Train to the end, or until `stop` says so.

        Returns:
            Whether the end was reached.
        """
        with torch_threads(self.config.threads):
            return self._go(stop)

    def _go(self, stop: Callable[[], bool]) -> bool:
        while self.sft.step_count < self.config.cold_start.sft.steps:
            started = time.perf_counter()
            metrics = self.sft.step()
            self.seconds += time.perf_counter() - started
            self.run.log("cold_start", self.sft.step_count, metrics)
            stopped = self._agreed(stop)
            if stopped or self._due(self.sft.step_count):
                self._save("cold_start", self.sft)
            if stopped:
                return False
        if self.rl.step_count == 0:
            if self.sft.step_count:
                self._save("cold_start", self.sft)
            self._evaluate()
        while self.rl.step_count < self.config.rl.steps:
            self._rl_step()
            if self._agreed(stop):
                self._save(self.config.algorithm, self.rl)
                return False
        return True

    def _agreed(self, stop: Callable[[], bool]) -> bool:
        """Whether any process was asked to stop: all of them go on, or none."""
        return any(one for of_rank in self.world.gather([stop()]) for one in of_rank)

    def _rl_step(self) -> None:
        started = time.perf_counter()
        metrics, groups = self.rl.step()
        self.seconds += time.perf_counter() - started
        step = self.rl.step_count
        self.run.log(self.config.algorithm, step, metrics)
        assert self.rl.batch is not None
        logged = [
            (episode, progress)
            for group, progress in zip(groups[: self.config.log_groups], self.rl.batch.progress, strict=False)
            for episode in group
        ]
        env = self.config.env
        self.run.log_episodes(
            [
                record(
                    one,
                    env_id=env.id,
                    kwargs=env.kwargs,
                    wrappers=env.wrappers,
                    phase=self.config.algorithm,
                    step=step,
                    progress=progress,
                )
                for one, progress in logged
            ]
        )
        last = step == self.config.rl.steps
        if last or (self.config.evaluation.every and step % self.config.evaluation.every == 0):
            self._evaluate()
        if last or self._due(step):
            self._save(self.config.algorithm, self.rl)

    def _due(self, step: int) -> bool:
        """Whether it is time for a checkpoint."""
        return bool(self.config.checkpoint_every and step % self.config.checkpoint_every == 0)

    def _evaluate(self) -> None:
        step = self.rl.step_count
        with gathered(self.model):
            results = held_out(self.config, self.model, self.tokenizer, world=self.world)
        for decoding, result in results.items():
            self.run.log("evaluation", step, {**result.metrics, "training_seconds": self.seconds}, decoding=decoding)
            if step in (0, self.config.rl.steps):
                env = self.config.env
                self.run.log_episodes(
                    [
                        record(
                            one,
                            env_id=env.id,
                            kwargs={**env.kwargs, **env.held_out},
                            wrappers=without_curriculum(env.wrappers),
                            phase="evaluation",
                            step=step,
                            decoding=decoding,
                        )
                        for one in result.episodes
                    ]
                )

    def _save(self, phase: str, algorithm: SFT | Algorithm) -> None:
        # In shards, all processes have to bring theirs.
        weights = {
            name: weight for name, weight in full_state_dict(self.model).items() if not name.startswith("value_head.")
        }
        state = {
            "phase": phase,
            "cold_start_steps": self.sft.step_count,
            "seconds": self.seconds,
            "algorithm": algorithm.state_dict(),
        }
        if self.world.is_first:
            checkpoint.save(
                self.run.checkpoints,
                f"{phase}-{algorithm.step_count:06d}",
                model=self.model,
                tokenizer=self.tokenizer,
                weights=weights,
                state=state,
            )


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """Have torch use `count` threads for a while; 0 changes nothing."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def train(
    config: TrainConfig,
    run: Run,
    *,
    resume_from: Path | None = None,
    stop: Callable[[], bool] = lambda: False,
    world: World | None = None,
) -> bool:
    """Begin a run, or go on from one of its checkpoints.

    Args:
        config: The run's configuration; when resuming, the one in its folder.
        run: The folder.
        resume_from: A checkpoint of that run, or `None`.
        stop: Asked after every step; true saves a checkpoint and ends.
        world: The processes that learn together; all of them make this call.

    Returns:
        Whether the run reached its end.

    Raises:
        CheckpointError: The checkpoint is damaged.
        ConfigError: Model, tokenizer, environment and settings do not fit together.
        RunError: Another process is training this run.
        VerifierFailure: Verifiers fail too often; the last checkpoint is whole.
    """
    with run.claimed():
        try:
            training = Training(config, run, resume_from=resume_from, world=world)
        except ConfigError:
            raise
        except ValueError as error:  # Of what fits together only now: a model, its tokenizer, the environment.
            raise ConfigError(str(error)) from error
        if run.writes:
            run.listeners.extend(tracker(name, run) for name in config.trackers)
        return training.go(stop)


def is_before(line: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """Whether a logged line was written before the checkpoint with this state."""
    step = state["algorithm"]["step"]
    if state["phase"] == "cold_start":
        return bool(line["phase"] == "cold_start" and line["step"] <= step)
    return bool(line["phase"] == "cold_start" or line["step"] <= step)
