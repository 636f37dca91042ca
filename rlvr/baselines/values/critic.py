"""The critic: a model of its own, or a head on the policy's trunk, that predicts returns.

- `CriticConfig`: which, and how it learns.
- `Critic`: a value model with its own optimizer.
- `value_columns`, `value_term`: the value loss of a token, for a critic of either kind.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor

from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.experience import Experience
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.distributed import World, full_state_dict, shard_like
from rlvr.baselines.learner.forward import add_value_head
from rlvr.baselines.learner.sequences import Outputs, Tokens
from rlvr.baselines.losses import value_loss


@dataclass(frozen=True)
class CriticConfig:
    """The value function of PPO."""

    trunk: Literal["own", "policy"] = "own"
    """A model of its own, which begins with the policy's weights, or a linear head on the policy's last hidden state,
    which moves with the policy by one optimizer."""
    mini_batches: int = 2
    """Own trunk: optimizer steps a pass over the batch. Open-Reasoner-Zero takes 12 where the policy takes 1."""
    epochs: int = 1
    """Own trunk: passes over a batch."""
    clip: float | None = None
    """How far a value may move from that at the time of sampling before its gradient is cut; none: no such clip."""
    coefficient: float = 0.5
    """Policy's trunk: weight of the value loss beside the policy's."""
    pretrain_steps: int = 0
    """Batches that the critic learns from alone, before the policy moves (VC-PPO, Yuan et al. 2025, arXiv 2503.01491,
    section 4.1)."""
    optimizer: OptimizerConfig = field(default_factory=lambda: OptimizerConfig(lr=3e-3, warmup_steps=5))
    """Own trunk: how its weights move."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("critic", self, mini_batches=1, epochs=1, coefficient=0.0, pretrain_steps=0)
        if self.trunk == "policy" and self.pretrain_steps:
            raise ValueError(
                f'Expected critic.pretrain_steps to be 0 with critic.trunk "policy", actually: {self.pretrain_steps}. '
                "The policy would move with it; give the critic a trunk of its own."
            )
        if self.trunk == "policy":
            refuse_idle("critic", self, 'with critic.trunk "policy"', "mini_batches", "epochs")
        else:
            refuse_idle("critic", self, 'with critic.trunk "own"', "coefficient")
        if self.clip is not None and not self.clip > 0.0:
            raise ValueError(f"Expected critic.clip to be above 0, actually: {self.clip}.")


def value_columns(chunk: Experience) -> None:
    """Fill in `value_weights`: the value loss is a mean over all trained tokens of the mini-batch."""
    tokens = sum(one.tokens for one in chunk.trained)
    for one in chunk.trained:
        one.fill("value_weights", [1.0 / tokens] * one.tokens)


def value_term(outputs: Outputs, tokens: Tokens, clip: float | None) -> Tensor:
    """The value loss of each token, weighted, `[N]`."""
    assert outputs.values is not None
    return value_loss(outputs.values, tokens["values"], tokens["returns"], clip=clip).values * tokens["value_weights"]


class Critic:
    """A value model with its own optimizer."""

    def __init__(self, policy: Any, config: CriticConfig, *, total_steps: int, pad_id: int, world: World) -> None:
        """Begin with the policy's weights; the schedule spans `total_steps` optimizer steps.

        The policy must not be in shards yet: FSDP copies no model that is.
        """
        self.config = config
        model = copy.deepcopy(policy)
        add_value_head(model)
        self.learner = Learner(model, config.optimizer, total_steps, pad_id, world=world)

    def learn(self, experience: Experience) -> dict[str, float]:
        """Optimizer steps on a batch with the columns `values` and `returns`; metrics are averages over the steps."""
        steps = []
        for _ in range(self.config.epochs):
            for chunk in experience.mini_batches(self.config.mini_batches):
                if chunk.trained:
                    value_columns(chunk)
                    steps.append(self.learner.step(chunk.rows(), self._loss, logprobs=False))
        return {
            f"critic_{name}": sum(step[name] for step in steps) / len(steps) for name in ("loss", "grad_norm", "lr")
        }

    def _loss(self, outputs: Outputs, tokens: Tokens) -> tuple[Tensor, dict[str, Tensor]]:
        return value_term(outputs, tokens, self.config.clip), {}

    def state_dict(self) -> dict[str, Any]:
        """Weights and optimizer; all processes must call it."""
        return {"model": full_state_dict(self.learner.model), "learner": self.learner.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self._take(state["model"])
        self.learner.load_state_dict(state["learner"])

    def follow(self, policy: Any) -> None:
        """Take the policy's weights as they are now, all but the head; all processes must call it."""
        self._take(full_state_dict(policy))

    @torch.no_grad()
    def _take(self, weights: Mapping[str, Tensor]) -> None:
        for name, weight in self.learner.model.state_dict().items():
            if name in weights:
                weight.copy_(shard_like(weights[name], weight))
