"""What the configuration of every algorithm says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from rlvr.agents.conversation import History
from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.learner import OptimizerConfig
from rlvr.baselines.learner.reference import ReferenceConfig
from rlvr.baselines.losses import EntropyConfig, KLConfig, LossConfig, OffPolicyConfig
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.weighing import AggregationConfig


@dataclass(frozen=True)
class AlgorithmConfig:
    """What GRPO, PPO and REINFORCE have in common."""

    steps: int = 60
    """Batches sampled and learned from."""
    groups: int = 32
    """Tasks a batch."""
    group_size: int = 8
    """Answers a task."""
    mini_batches: int = 2
    """Optimizer steps a pass over the batch, each on its share of the groups."""
    epochs: int = 1
    """Passes over a batch."""
    temperature: float = 1.0
    """Of the sampling, and of the distribution that learns."""
    max_new_tokens: int = 48
    """Budget of one answer."""
    history: History = "sampled"
    """What a later turn is conditioned on where the chat template rewrites earlier answers: what was sampled, or what
    the template makes of it (`docs/baselines/multi-turn.md`)."""
    chat_template_kwargs: dict[str, Any] = field(default_factory=dict)
    """Handed to the chat template, such as `enable_thinking`."""
    old_logprobs: Literal["sampler", "trainer", "interpolated"] = "sampler"
    """Whose log-probabilities the ratio is to: the sampler's, or those of the policy that the batch begins with. The
    trainer computes these in a forward pass; `interpolated` estimates them by the samples' age (AReaL). What is then
    between that policy and the sampler's, `off_policy` corrects."""
    loss: LossConfig = field(default_factory=LossConfig)
    """The objective of a token."""
    aggregation: AggregationConfig = field(default_factory=AggregationConfig)
    """How the losses of tokens become one number."""
    kl: KLConfig = field(default_factory=KLConfig)
    """The penalty for leaving a reference model; off with coefficient 0."""
    reference: ReferenceConfig = field(default_factory=ReferenceConfig)
    """That reference model; none is made while the penalty is off."""
    entropy: EntropyConfig = field(default_factory=EntropyConfig)
    """What keeps the policy random."""
    off_policy: OffPolicyConfig = field(default_factory=OffPolicyConfig)
    """What is done about samples of another policy than the one that learns."""
    data: DataConfig = field(default_factory=DataConfig)
    """Which groups are trained on."""
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(lr=3e-4, warmup_steps=10))
    """How the weights move."""

    section: ClassVar[str] = ""
    """The name that errors call the configuration by."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least(self.section, self, steps=0, groups=1, group_size=1, mini_batches=1, epochs=1)
        require_at_least(self.section, self, max_new_tokens=1)
        if not self.temperature > 0.0:
            raise ValueError(f"Expected {self.section}.temperature to be above 0, actually: {self.temperature}.")
        if not self.kl.coefficient:
            refuse_idle("reference", self.reference, "with kl.coefficient 0", "ema_decay", "ema_every", "reset_every")
        if self.off_policy.reject == "none":
            refuse_idle("aggregation", self.aggregation, "where nothing is rejected", "count_rejected")
        if self.old_logprobs == "interpolated" and self.history == "template":
            for name in ("weight", "reject"):
                if getattr(self.off_policy, name) in ("sequence", "geometric"):
                    raise ValueError(
                        f"{self.section}.off_policy.{name} of whole sequences needs all rows of an episode at once, "
                        f'which history "template" cuts up. Set {self.section}.old_logprobs to "trainer".'
                    )
        if self.old_logprobs == "sampler" and self.off_policy.corrects:
            raise ValueError(
                f"{self.section}.off_policy weighs the trainer's log-probabilities against the sampler's, and "
                f'{self.section}.old_logprobs is "sampler". Set it to "trainer".'
            )
        if self.old_logprobs == "interpolated" and self.entropy.covariance != "none":
            raise ValueError(
                f"{self.section}.entropy.covariance looks at a mini-batch before its step, when there is nothing to "
                f'interpolate. Set {self.section}.old_logprobs to "trainer".'
            )
        if (
            self.old_logprobs == "interpolated"
            and self.off_policy.reject != "none"
            and not self.aggregation.count_rejected
        ):
            raise ValueError(
                f"{self.section}.aggregation.count_rejected=false needs to know what is rejected before the step. Set "
                f'{self.section}.old_logprobs to "trainer", or count_rejected to true.'
            )
        bound, stale = self.data.max_staleness, self.data.lag * self.steps_a_batch
        if bound is not None and bound < stale and not self.data.dynamic_sampling:
            raise ValueError(
                f"Expected {self.section}.data.max_staleness to be at least {stale}, the optimizer steps of "
                f"{self.data.lag} batches (data.lag), actually: {bound}. Every batch would be left out as too old."
            )

    @property
    def steps_a_batch(self) -> int:
        """Optimizer steps that a full batch is learned in."""
        return self.epochs * min(self.mini_batches, self.groups)

    @property
    def updates(self) -> int:
        """Optimizer steps of the whole run."""
        return self.steps * self.steps_a_batch
