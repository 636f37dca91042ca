"""A whole training run: policy, cold start, GRPO, evaluations, checkpoints.

- `TrainConfig`: everything a run depends on; with the same one, a run gives the same numbers on one machine.
- `check`: whether a configuration can be run at all.
- `train`: begin or resume a run in its folder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from gymnasium.error import Error as GymnasiumError

from rlvr.agents.transformers_agent import TransformersAgent, load_pretrained
from rlvr.baselines import checkpoint
from rlvr.baselines.config import ConfigError, require_at_least
from rlvr.baselines.episodes import record
from rlvr.baselines.evaluation import Evaluation, evaluate
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.levels import without_curriculum
from rlvr.baselines.policy import PolicyConfig, load_policy
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.run import Run
from rlvr.baselines.sft import SFT, Example, SFTConfig
from rlvr.core import VerifiableEnv
from rlvr.registry import resolve

_COLD_START_STREAM = 1 << 40
"""Added to the seed for the cold start's tasks: another stream than RL's."""


@dataclass(frozen=True)
class EnvConfig:
    """What is asked."""

    id: str = "rlvr/Math-v0"
    """A registered id."""
    kwargs: dict[str, Any] = field(default_factory=dict)
    """Its arguments while training. In a file they replace the recipe's as a whole."""
    held_out: dict[str, Any] = field(default_factory=lambda: {"split": "test"})
    """Arguments that differ when evaluating."""
    wrappers: tuple[dict[str, Any], ...] = ()
    """Wrappers, innermost first: `{"name": "SoftOverlong", "kwargs": {...}}`. Evaluations have the same, so that the
    policy is asked as it was trained, but for `Curriculum`."""


@dataclass(frozen=True)
class ColdStartConfig:
    """Worked examples before RL."""

    answers: str = "rlvr.baselines.thinking:worked_answer"
    """`module:function(task, share=, seed=, index=)` that works an example out."""
    share: float = 0.3
    """Share of the examples that think."""
    sft: SFTConfig = field(default_factory=SFTConfig)
    """How they are learned."""

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0.0 <= self.share <= 1.0:
            raise ValueError(f"Expected cold_start.share to be in [0, 1], actually: {self.share}.")


@dataclass(frozen=True)
class EvaluationConfig:
    """Held-out evaluation, sampled at temperature 1 and greedy."""

    episodes: int = 256
    """Tasks, the same ones every time."""
    every: int = 10
    """RL steps between evaluations; there is always one before and one after."""
    seed: int = 0
    """Of the held-out stream."""

    def __post_init__(self) -> None:
        """Refuse what measures nothing."""
        require_at_least("evaluation", self, episodes=1, every=0, seed=0)


@dataclass(frozen=True)
class TrainConfig:
    """A training run."""

    seed: int = 0
    """Of weights, tasks and sampling."""
    threads: int = 0
    """Threads of torch on the CPU; 0 leaves the number as it is. Sums round by it, so it belongs to "same seed"."""
    env: EnvConfig = field(default_factory=EnvConfig)
    policy: PolicyConfig = field(default_factory=PolicyConfig)
    cold_start: ColdStartConfig = field(default_factory=ColdStartConfig)
    grpo: GRPOConfig = field(default_factory=GRPOConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    checkpoint_every: int = 20
    """RL steps between checkpoints; there is always one at the end, and one when the run is interrupted."""
    log_groups: int = 4
    """Groups of each RL step whose episodes are logged."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        require_at_least("", self, seed=0, threads=0, checkpoint_every=0, log_groups=0)


def check(config: TrainConfig) -> None:
    """Find out before a run begins whether its environments can be made and its examples worked out.

    Raises:
        ConfigError: Something does not exist or does not fit; the message says what.
    """
    training, evaluation = config.env.kwargs, {**config.env.kwargs, **config.env.held_out}
    for section, kwargs in (("env.kwargs", training), ("env.held_out", evaluation)):
        wrappers = config.env.wrappers if section == "env.kwargs" else without_curriculum(config.env.wrappers)
        try:
            env = make_envs(config.env.id, kwargs, 1, wrappers)[0]
        except (GymnasiumError, ImportError, OSError, TypeError, ValueError) as error:
            raise ConfigError(
                f"Cannot make {config.env.id} with {section} {kwargs}{_around(wrappers)}: {error}"
            ) from error
        if not isinstance(env.unwrapped, VerifiableEnv):
            raise ConfigError(f"Expected {config.env.id} to be a VerifiableEnv, actually: {env.unwrapped}.")
        if section == "env.kwargs" and config.cold_start.sft.steps:
            try:
                resolve(config.cold_start.answers)(env.unwrapped.draw_task(0, 0), share=1.0, seed=0, index=0)
            except (ImportError, TypeError, ValueError) as error:
                raise ConfigError(f"Cannot work examples out by {config.cold_start.answers!r}: {error}") from error
        env.close()


def _around(wrappers: Sequence[Mapping[str, Any]]) -> str:
    return f" and the wrappers {', '.join(str(one.get('name', one)) for one in wrappers)}" if wrappers else ""


class Training:
    """A run in progress. Every step is whole: `stop` is asked between steps and answered with a checkpoint."""

    def __init__(self, config: TrainConfig, run: Run, *, resume_from: Path | None = None) -> None:
        """Build everything; with `resume_from`, as that checkpoint left it."""
        self.config = config
        self.run = run
        state: Mapping[str, Any] | None = None
        self.model, self.tokenizer = load_policy(config.policy, seed=config.seed)
        if resume_from is not None:
            state = checkpoint.load(resume_from)
            saved, _ = load_pretrained(resume_from, device=str(self.model.device), dtype=self.model.dtype)
            self.model.load_state_dict(saved.state_dict())
        count = config.grpo.groups * config.grpo.group_size
        envs = make_envs(config.env.id, config.env.kwargs, count, config.env.wrappers)
        self.sft = SFT(self.model, self.tokenizer, self._example_stream(envs[0]), config.cold_start.sft)
        self.grpo = GRPO(self.model, self.tokenizer, envs, config.grpo, seed=config.seed)
        self.seconds = 0.0
        if resume_from is not None and state is not None:
            self.seconds = state["seconds"]
            self.sft.step_count = state["cold_start_steps"]
            if state["phase"] == "cold_start":
                self.sft.load_state_dict(state["algorithm"])
            else:
                self.grpo.load_state_dict(state["algorithm"])
            run.rewind(lambda line: is_before(line, state))
            checkpoint.drop_after(resume_from)  # Last: nothing before it may fail after something is gone.

    def _example_stream(self, env: Any) -> Callable[[int], Example]:
        config = self.config.cold_start
        work_out = resolve(config.answers)
        seed = self.config.seed + _COLD_START_STREAM

        def example(index: int) -> Example:
            opening, _ = env.reset(seed=seed, options={"episode": index})  # As the wrappers ask it.
            return list(opening), work_out(env.unwrapped.task, share=config.share, seed=seed, index=index)

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
            if stop():
                self._save("cold_start", self.sft)
                return False
        if self.grpo.step_count == 0:
            if self.sft.step_count:
                self._save("cold_start", self.sft)
            self._evaluate()
        while self.grpo.step_count < self.config.grpo.steps:
            self._rl_step()
            if stop():
                self._save("grpo", self.grpo)
                return False
        return True

    def _rl_step(self) -> None:
        started = time.perf_counter()
        metrics, groups = self.grpo.step()
        self.seconds += time.perf_counter() - started
        step = self.grpo.step_count
        self.run.log("grpo", step, metrics)
        logged = [episode for group in groups[: self.config.log_groups] for episode in group]
        env = self.config.env
        self.run.log_episodes(
            [
                record(
                    one,
                    env_id=env.id,
                    kwargs=env.kwargs,
                    wrappers=env.wrappers,
                    phase="grpo",
                    step=step,
                    progress=self.grpo.progress,
                )
                for one in logged
            ]
        )
        last = step == self.config.grpo.steps
        if last or (self.config.evaluation.every and step % self.config.evaluation.every == 0):
            self._evaluate()
        if last or (self.config.checkpoint_every and step % self.config.checkpoint_every == 0):
            self._save("grpo", self.grpo)

    def _evaluate(self) -> None:
        step = self.grpo.step_count
        for decoding, result in held_out(self.config, self.model, self.tokenizer).items():
            self.run.log("evaluation", step, {**result.metrics, "training_seconds": self.seconds}, decoding=decoding)
            if step in (0, self.config.grpo.steps):
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

    def _save(self, phase: str, algorithm: SFT | GRPO) -> Path:
        return checkpoint.save(
            self.run.checkpoints,
            f"{phase}-{algorithm.step_count:06d}",
            model=self.model,
            tokenizer=self.tokenizer,
            state={
                "phase": phase,
                "cold_start_steps": self.sft.step_count,
                "seconds": self.seconds,
                "algorithm": algorithm.state_dict(),
            },
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


def held_out(config: TrainConfig, model: Any, tokenizer: Any) -> dict[str, Evaluation]:
    """Evaluate a policy on the held-out tasks, `"sampled"` at temperature 1 and `"greedy"`.

    Tasks and random numbers are the same at every call, so evaluations differ by the policy alone.
    """
    results = {}
    for decoding, temperature in (("sampled", 1.0), ("greedy", 0.0)):
        agent = TransformersAgent(
            model,
            tokenizer,
            temperature=temperature,
            max_new_tokens=config.grpo.max_new_tokens,
            seed=config.evaluation.seed,
        )
        results[decoding] = evaluate(
            agent,
            config.env.id,
            {**config.env.kwargs, **config.env.held_out},
            wrappers=without_curriculum(config.env.wrappers),
            episodes=config.evaluation.episodes,
            seed=config.evaluation.seed,
        )
    return results


def train(
    config: TrainConfig, run: Run, *, resume_from: Path | None = None, stop: Callable[[], bool] = lambda: False
) -> bool:
    """Begin a run, or go on from one of its checkpoints.

    Args:
        config: The run's configuration; when resuming, the one in its folder.
        run: The folder.
        resume_from: A checkpoint of that run, or `None`.
        stop: Asked after every step; true saves a checkpoint and ends.

    Returns:
        Whether the run reached its end.

    Raises:
        CheckpointError: The checkpoint is damaged.
        VerifierFailure: Verifiers fail too often; the last checkpoint is whole.
    """
    return Training(config, run, resume_from=resume_from).go(stop)


def is_before(line: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """Whether a logged line was written before the checkpoint with this state."""
    step = state["algorithm"]["step"]
    if state["phase"] == "cold_start":
        return bool(line["phase"] == "cold_start" and line["step"] <= step)
    return bool(line["phase"] == "cold_start" or line["step"] <= step)
