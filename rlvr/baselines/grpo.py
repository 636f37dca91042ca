"""GRPO: group relative policy optimization.

Shao et al. 2024 (arXiv 2402.03300), with DAPO's clip-higher and token-level loss (Yu et al. 2025, arXiv 2503.14476).
A group of answers to one task is its own baseline, so there is no value model. Left out on purpose: the KL term to a
reference model (its coefficient is 0 in recent practice, so no reference model is loaded).

Old log-probabilities are those the sampler recorded: sampler and trainer agree to 1e-5 in float32.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gymnasium as gym
import torch
from torch import Tensor

from rlvr.agents.transformers_agent import TransformersAgent
from rlvr.baselines.advantages import group_relative
from rlvr.baselines.config import require_at_least
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.levels import SharedLevels
from rlvr.baselines.losses import clipped_surrogate
from rlvr.baselines.metrics import describe
from rlvr.baselines.rollout import ErrorWindow, Group, collect, split_errors
from rlvr.baselines.sequences import Batch, TokenSequence, from_episode
from rlvr.wrappers.base import report_progress


@dataclass(frozen=True)
class GRPOConfig:
    """Group relative policy optimization."""

    steps: int = 60
    """Batches sampled and learned from."""
    groups: int = 32
    """Tasks a batch."""
    group_size: int = 8
    """Answers a task; at least 2."""
    mini_batches: int = 2
    """Optimizer steps a batch, each on its share of the groups."""
    temperature: float = 1.0
    """Of the sampling, and of the distribution that learns."""
    max_new_tokens: int = 48
    """Budget of one answer."""
    clip_low: float = 0.2
    """The ratio is clipped below at 1 - clip_low."""
    clip_high: float = 0.28
    """The ratio is clipped above at 1 + clip_high."""
    normalise_std: bool = True
    """Divide advantages by the group's standard deviation; false is Dr. GRPO."""
    epsilon: float = 1e-6
    """Added to that standard deviation."""
    skip_flat_groups: bool = True
    """Leave out groups whose rewards are all equal: advantage zero, and their tokens would only dilute the mean."""
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(lr=3e-4, warmup_steps=10))
    """How the weights move."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("grpo", self, steps=0, groups=1, group_size=2, mini_batches=1, max_new_tokens=1)
        require_at_least("grpo", self, clip_low=0.0, clip_high=0.0, epsilon=0.0)
        if not self.temperature > 0.0:
            raise ValueError(f"Expected grpo.temperature to be above 0, actually: {self.temperature}.")


_ROUNDING = 1e-9  # of sums of reward terms: a gate leaves 1e-16, not 0


def _spread(rewards: Sequence[float]) -> float:
    return max(rewards) - min(rewards)


class GRPO:
    """One step after another: sample groups, compare within them, learn."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        envs: Sequence[gym.Env[Any, Any]],
        config: GRPOConfig,
        *,
        seed: int = 0,
    ) -> None:
        """Take the model and `config.groups * config.group_size` environments; `seed` is of tasks and sampling."""
        if len(envs) != config.groups * config.group_size:
            raise ValueError(f"Expected {config.groups} x {config.group_size} environments, actually: {len(envs)}.")
        self.config = config
        self.envs = envs
        self.seed = seed
        self.step_count = 0
        self.agent = TransformersAgent(
            model,
            tokenizer,
            temperature=config.temperature,
            max_new_tokens=config.max_new_tokens,
            batch_size=len(envs),
            seed=seed,
        )
        self.learner = Learner(
            model,
            config=config.optimizer,
            total_steps=config.steps * config.mini_batches,
            pad_id=tokenizer.pad_token_id or 0,
        )
        self.errors = ErrorWindow()
        self.levels = SharedLevels(envs)
        self.progress = 0.0

    def step(self) -> tuple[dict[str, float], list[Group]]:
        """Sample a batch and learn from it.

        Returns:
            The metrics, and the groups that were sampled.

        Raises:
            VerifierFailure: Verifiers fail too often to go on.
        """
        config = self.config
        started = time.perf_counter()
        self.progress = min(1.0, self.step_count / max(1, config.steps))
        for env in self.envs:
            report_progress(env, self.progress)
        self.levels.tell()
        groups = collect(
            self.envs,
            self.agent,
            seed=self.seed,
            first_episode=self.step_count * config.groups,
            group_size=config.group_size,
            policy_version=self.learner.steps,
        )
        sampled = time.perf_counter()
        errors = self.errors.add(groups)
        self.levels.add(groups)
        fit, _ = split_errors(groups)
        advantages = self._advantages(fit)  # [fit, group_size]
        kept = [
            (group, row)
            for group, row in zip(fit, advantages, strict=True)
            # By the rewards, since normalising would blow differences of rounding up.
            if (not config.skip_flat_groups or _spread([episode.reward for episode in group]) > _ROUNDING)
            and not all(episode.masked for episode in group)
        ]
        metrics = describe(groups)
        metrics["error_episodes"] = float(errors)
        metrics["trained_groups"] = float(len(kept))
        metrics["masked_episodes"] = float(sum(episode.masked for group in groups for episode in group))
        metrics.update(self._learn(kept))
        self.step_count += 1
        metrics["seconds_sampling"] = sampled - started
        metrics["seconds_learning"] = time.perf_counter() - sampled
        return metrics, groups

    def _advantages(self, groups: Sequence[Group]) -> Tensor:
        if not groups:
            return torch.zeros(0, self.config.group_size)
        rewards = torch.tensor([[episode.reward for episode in group] for group in groups], dtype=torch.float64)
        return group_relative(rewards, normalise_std=self.config.normalise_std, epsilon=self.config.epsilon)

    def _learn(self, kept: Sequence[tuple[Group, Tensor]]) -> dict[str, float]:
        """An optimizer step for each mini-batch; metrics are averages over the steps."""
        steps = []
        size = math.ceil(len(kept) / self.config.mini_batches)
        for start in range(0, len(kept), size or 1):
            rows: list[TokenSequence] = []
            chosen = kept[start : start + size]
            # Token-level loss: the mean over all sampled tokens of the mini-batch (DAPO, equation 12).
            tokens = sum(episode.length for group, _ in chosen for episode in group if not episode.masked)
            if not tokens:
                continue  # Only empty or masked answers: there is no token to learn from.
            for group, advantages in chosen:
                for episode, advantage in zip(group, advantages.tolist(), strict=True):
                    if not episode.masked:  # Overlong filtering: no loss, but its reward is in the baseline.
                        rows.extend(from_episode(episode, advantage / tokens))
            step = self.learner.step(rows, self._loss, temperature=self.config.temperature)
            for name in ("clipped", "kl", "mismatch"):
                step[name] /= tokens
            steps.append(step)
        return {name: sum(step[name] for step in steps) / len(steps) for name in steps[0]} if steps else {}

    def _loss(self, logprobs: Tensor, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        mask = batch.mask[:, 1:]
        old = batch.logprobs[:, 1:][mask]
        weights = batch.weights[:, 1:][mask]
        values, clipped = clipped_surrogate(
            logprobs, old, weights, clip_low=self.config.clip_low, clip_high=self.config.clip_high
        )
        log_ratio = (logprobs - old).detach()
        return values, {
            "clipped": clipped.sum(),
            "kl": (log_ratio.exp() - 1.0 - log_ratio).sum(),  # k3 of the sampler to the learner, Schulman 2020
            "mismatch": log_ratio.abs().sum(),
        }

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights: what makes a resumed run the same run."""
        return {
            "step": self.step_count,
            "learner": self.learner.state_dict(),
            "generator": self.agent.generator.get_state(),
            "errors": self.errors.state_dict(),
            "levels": self.levels.state_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.step_count = state["step"]
        self.learner.load_state_dict(state["learner"])
        self.agent.generator.set_state(state["generator"])
        self.errors.load_state_dict(state["errors"])
        self.levels.load_state_dict(state["levels"])
