"""What a training run depends on: with the same settings, a run gives the same numbers on one machine.

- `TrainConfig`: everything, in sections.
- `ALGORITHMS`: who learns, by name.
- `check`: whether a configuration can be run at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from gymnasium.error import Error as GymnasiumError

from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.config import ConfigError, require_at_least
from rlvr.baselines.examples.traces import TraceError, read
from rlvr.baselines.expert_iteration import ExpertIteration, ExpertIterationConfig
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.policy import PolicyConfig
from rlvr.baselines.ppo import PPO, PPOConfig
from rlvr.baselines.reinforce import Reinforce, ReinforceConfig
from rlvr.baselines.rollout import make_envs
from rlvr.baselines.rollout.levels import without_curriculum
from rlvr.baselines.run.trackers import Tracker, require
from rlvr.baselines.sft import SFTConfig
from rlvr.core import VerifiableEnv
from rlvr.registry import resolve
from rlvr.spaces import Messages


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
    traces: str | None = None
    """A file of worked conversations in place of `answers`; see `rlvr.baselines.examples.traces`. They are learned pass
    after pass, each in another order: `sft.steps * sft.batch_size` examples in all."""
    per_task: int | None = None
    """Most right answers to one task that are taken of a log of episodes, the best first; by default, all."""
    share: float = 0.3
    """Share of the examples that think."""
    sft: SFTConfig = field(default_factory=SFTConfig)
    """How they are learned; `optimizer.parallel` is the algorithm's, for there is one model."""

    def __post_init__(self) -> None:
        """Refuse what is no share."""
        if not 0.0 <= self.share <= 1.0:
            raise ValueError(f"Expected cold_start.share to be in [0, 1], actually: {self.share}.")
        if self.per_task is not None:
            require_at_least("cold_start", self, per_task=1)


@dataclass(frozen=True)
class EvaluationConfig:
    """Held-out evaluation, sampled at temperature 1 and greedy."""

    episodes: int = 256
    """Tasks, the same ones every time."""
    every: int = 10
    """RL steps between evaluations; there is always one before and one after, and with 0 none between."""
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
    algorithm: Literal["grpo", "ppo", "reinforce", "expert_iteration"] = "grpo"
    """Which one learns; only its section counts."""
    grpo: GRPOConfig = field(default_factory=GRPOConfig)
    ppo: PPOConfig = field(default_factory=PPOConfig)
    reinforce: ReinforceConfig = field(default_factory=ReinforceConfig)
    expert_iteration: ExpertIterationConfig = field(default_factory=ExpertIterationConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    checkpoint_every: int = 20
    """Steps between checkpoints; there is always one at the end of a phase, and one when the run is interrupted; with 0
    no others."""
    log_groups: int = 4
    """Groups of each RL step whose episodes are logged."""
    trackers: tuple[Tracker, ...] = ()
    """Where metrics go besides the run's folder: `"tensorboard"`, `"wandb"`."""

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        require_at_least("", self, seed=0, threads=0, checkpoint_every=0, log_groups=0)

    @property
    def rl(self) -> AlgorithmConfig:
        """The section of the algorithm that learns."""
        section: AlgorithmConfig = getattr(self, self.algorithm)
        return section

    @property
    def sft(self) -> SFTConfig:
        """The cold start's section, with the model distributed over processes as the algorithm will have it."""
        sft = self.cold_start.sft
        return replace(sft, optimizer=replace(sft.optimizer, parallel=self.rl.optimizer.parallel))


ALGORITHMS: dict[str, type[Algorithm]] = {
    "grpo": GRPO,
    "ppo": PPO,
    "reinforce": Reinforce,
    "expert_iteration": ExpertIteration,
}


def check(config: TrainConfig) -> None:
    """Find out before a run begins whether its environments can be made and its examples worked out.

    Raises:
        ConfigError: Something does not exist or does not fit; the message says what.
    """
    for name in config.trackers:
        require(name)
    if config.cold_start.sft.optimizer.parallel == "fsdp" and config.rl.optimizer.parallel == "ddp":
        raise ConfigError(
            'cold_start.sft.optimizer.parallel is "fsdp", and the model is distributed as '
            f'{config.algorithm}.optimizer.parallel says, "ddp". Set that one to "fsdp".'
        )
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
        if not isinstance(env.observation_space, Messages):
            raise ConfigError(
                f"Expected an environment that observes messages, actually: {env.observation_space}{_around(wrappers)}."
                " A learner reads conversations: leave wrappers such as TextObservation and TokenEnv out."
            )
        if section == "env.kwargs" and config.cold_start.sft.steps:
            try:
                if config.cold_start.traces is not None:
                    read(config.cold_start.traces)
                else:
                    resolve(config.cold_start.answers)(env.unwrapped.draw_task(0, 0), share=1.0, seed=0, index=0)
            except TraceError as error:
                raise ConfigError(f"cold_start.traces: {error}") from error
            except (ImportError, TypeError, ValueError) as error:
                raise ConfigError(f"Cannot work examples out by {config.cold_start.answers!r}: {error}") from error
        env.close()


def _around(wrappers: Sequence[Mapping[str, Any]]) -> str:
    return f" and the wrappers {', '.join(str(one.get('name', one)) for one in wrappers)}" if wrappers else ""
