"""PPO: proximal policy optimization with a value function.

Schulman et al. 2017 (arXiv 1707.06347), for language models as Open-Reasoner-Zero has it (Hu et al. 2025, arXiv
2503.24290: gamma and lambda 1, no KL), with what came after as options: decoupled and length-adaptive lambda, value
pre-training and the likelihood of right answers (VC-PPO, arXiv 2503.01491; VAPO, arXiv 2504.05118), and Monte-Carlo
values in the critic's place (VinePPO, arXiv 2410.01679).

A token's advantage is estimated over the tokens that the policy sampled: the environment's replies between two turns
are no actions, and carry value and advantage through. `docs/baselines/ppo.md` names the published settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import gymnasium as gym
from torch import Tensor

from rlvr.baselines.advantages import gae, length_adaptive_lambda, whiten
from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.experience import Experience, fill_rows
from rlvr.baselines.learner.distributed import World, gathered
from rlvr.baselines.learner.forward import add_value_head
from rlvr.baselines.learner.sequences import Outputs, Tokens
from rlvr.baselines.rollout.batches import DataConfig
from rlvr.baselines.values.critic import Critic, CriticConfig, value_columns, value_term
from rlvr.baselines.values.vine import Vine, VineConfig, refuse_what_vine_ignores
from rlvr.core import Status


@dataclass(frozen=True)
class PPOConfig(AlgorithmConfig):
    """Proximal policy optimization."""

    groups: int = 256
    group_size: int = 1
    data: DataConfig = field(default_factory=lambda: DataConfig(skip_flat_groups=False))
    gamma: float = 1.0
    """Discount a sampled token."""
    gae_lambda: float | None = 1.0
    """Of the policy's advantages; none: VAPO's, `1 - 1 / (length_alpha * length)` for an answer of that length."""
    length_alpha: float = 0.05
    """Of that length-adaptive lambda."""
    critic_lambda: float = 1.0
    """Of the returns that the critic learns; VC-PPO keeps it at 1 whatever the policy's is."""
    whiten: bool = True
    """Subtract the mean of the batch's advantages and divide by their standard deviation, over all tokens."""
    positive_likelihood: float = 0.0
    """Weight of the negative log-likelihood of right answers (VAPO, section 4.3: 0.1)."""
    values: Literal["critic", "vine"] = "critic"
    """Whose values: a critic's, or the mean returns of fresh continuations (VinePPO), which need none."""
    critic: CriticConfig = field(default_factory=CriticConfig)
    """What predicts returns."""
    vine: VineConfig = field(default_factory=VineConfig)
    """How many continuations, and from where."""

    section: ClassVar[str] = "ppo"

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        super().__post_init__()
        require_at_least("ppo", self, gamma=0.0, critic_lambda=0.0, positive_likelihood=0.0)
        for name in ("gamma", "gae_lambda", "critic_lambda"):
            value = getattr(self, name)
            if value is not None and not 0.0 <= value <= 1.0:
                raise ValueError(f"Expected ppo.{name} to be in [0, 1], actually: {value}.")
        if not self.length_alpha > 0.0:
            raise ValueError(f"Expected ppo.length_alpha to be above 0, actually: {self.length_alpha}.")
        if self.data.skip_flat_groups and self.group_size > 1:
            raise ValueError(
                "PPO learns from groups whose answers are all right or all wrong, and ppo.data.skip_flat_groups leaves "
                "them out. Set it to false."
            )
        if self.gae_lambda is not None:
            refuse_idle("ppo", self, "with a number for ppo.gae_lambda", "length_alpha")
        if self.values == "vine":
            refuse_what_vine_ignores(self)
        elif self.critic.pretrain_steps >= self.steps > 0:
            raise ValueError(
                f"Expected ppo.critic.pretrain_steps to be less than ppo.steps {self.steps}, actually: "
                f"{self.critic.pretrain_steps}. The policy would never move."
            )

    @property
    def updates(self) -> int:
        """Optimizer steps of the policy in the whole run: none while the critic learns alone."""
        return max(0, self.steps - self.critic.pretrain_steps) * self.steps_a_batch


class PPO(Algorithm):
    """One step after another: sample, ask the critic, learn, teach the critic."""

    config: PPOConfig

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        envs: Sequence[gym.Env[Any, Any]],
        config: PPOConfig,
        *,
        seed: int = 0,
        world: World | None = None,
    ) -> None:
        """Take the model and `config.groups * config.group_size` environments; `seed` is of tasks and sampling."""
        self._head = add_value_head(model) if config.critic.trunk == "policy" else None
        self.critic: Critic | None = None
        if self._head is None and config.values == "critic":
            pad_id = tokenizer.pad_token_id or 0
            steps = config.steps * config.critic.epochs * min(config.critic.mini_batches, config.groups)
            # Before the policy is in shards, which nothing can copy.
            self.critic = Critic(model, config.critic, total_steps=steps, pad_id=pad_id, world=world or World())
        super().__init__(model, tokenizer, envs, config, seed=seed, world=world)
        self.vine = Vine(config.vine, envs, self.agent, tokenizer, world=world) if config.values == "vine" else None
        self.update.terms = [
            *([_SharedTrunk(config.critic)] if self._head is not None else []),
            *([_RightAnswers(config.positive_likelihood)] if config.positive_likelihood else []),
        ]

    def begin(self) -> None:
        """Give the critic the weights of the policy as RL finds it."""
        super().begin()
        if self.critic is not None:
            self.critic.follow(self.learner.model)

    def estimate(self, experience: Experience) -> dict[str, float]:
        """Generalised advantage estimation over the critic's values, or VinePPO's."""
        config = self.config
        if self.vine is not None:
            with gathered(self.learner.model):
                return self.vine.estimate(experience, whitened=config.whiten)
        learner = self.learner if self.critic is None else self.critic.learner
        rows = experience.rows()
        fill_rows(rows, "values", learner.score(rows, values=True, logprobs=False), "values")
        rewards, mask = experience.token_rewards()
        values, _ = experience.padded("values")
        decay: float | Tensor
        if config.gae_lambda is None:
            decay = length_adaptive_lambda(mask.sum(1), alpha=config.length_alpha)
        else:
            decay = config.gae_lambda
        advantages, returns = gae(
            rewards, values, mask, gamma=config.gamma, actor_lambda=decay, critic_lambda=config.critic_lambda
        )
        experience.fill_padded("advantages", whiten(advantages, mask) if config.whiten else advantages)
        experience.fill_padded("returns", returns)
        spread = returns[mask].var(correction=0)
        unexplained = (returns - values)[mask].var(correction=0)
        return {
            "value": float(values[mask].mean()),
            "explained_variance": float(1.0 - unexplained / spread) if spread > 0.0 else 0.0,
        }

    def learn(self, experience: Experience) -> dict[str, float]:
        """Optimizer steps of the policy and of the critic; metrics are averages over the steps."""
        pretraining = self.step_count < self.config.critic.pretrain_steps
        if self.critic is None:
            return super().learn(experience)
        metrics = {} if pretraining else super().learn(experience)
        return {**metrics, **self.critic.learn(experience)}

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights: what makes a resumed run the same run."""
        return {**super().state_dict(), "critic": None if self.critic is None else self.critic.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
        super().load_state_dict(state)


@dataclass(frozen=True)
class _SharedTrunk:
    """The value loss of a head on the policy's trunk."""

    config: CriticConfig

    def prepare(self, chunk: Experience) -> None:
        value_columns(chunk)

    def __call__(self, outputs: Outputs, tokens: Tokens) -> Tensor:
        return self.config.coefficient * value_term(outputs, tokens, self.config.clip)


@dataclass(frozen=True)
class _RightAnswers:
    """The negative log-likelihood of right answers, a mean over their tokens in the mini-batch."""

    coefficient: float

    def prepare(self, chunk: Experience) -> None:
        right = [one.episode.verdict["status"] == Status.CORRECT for one in chunk.trained]
        tokens = sum(one.tokens for one, is_right in zip(chunk.trained, right, strict=True) if is_right)
        for one, is_right in zip(chunk.trained, right, strict=True):
            one.fill("right", [self.coefficient / tokens if is_right else 0.0] * one.tokens)

    def __call__(self, outputs: Outputs, tokens: Tokens) -> Tensor:
        return -outputs.logprobs * tokens["right"]
