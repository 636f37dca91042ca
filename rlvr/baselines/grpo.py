"""GRPO: group relative policy optimization.

Shao et al. 2024 (arXiv 2402.03300), with DAPO's clip-higher and token-level loss (Yu et al. 2025, arXiv 2503.14476).
A group of answers to one task is its own baseline, so there is no value model. The KL term to a reference model is off
by default, as in recent practice, and then no reference model is made.

What is compared within a group or a batch is `advantage`, what a token is worth is `loss`, how tokens are averaged is
`aggregation`: `docs/baselines/grpo.md` names the published methods that they make.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import gymnasium as gym
import torch

from rlvr.baselines.advantages import gdpo, outcome_advantages
from rlvr.baselines.algorithm import Algorithm
from rlvr.baselines.algorithm_config import AlgorithmConfig
from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.experience import Experience
from rlvr.baselines.learner.distributed import World
from rlvr.wrappers.base import reward_terms

Comparison = Literal["grpo", "dr_grpo", "lite_ppo", "magistral", "maxrl", "gpg", "gdpo", "pass_at_k", "best_of_group"]
"""How the answers to a task are compared; see `rlvr.baselines.advantages`."""


@dataclass(frozen=True)
class GRPOConfig(AlgorithmConfig):
    """Group relative policy optimization."""

    advantage: Comparison = "grpo"
    """How the answers to a task are compared. Kinds that look at a batch look at the groups that are trained on."""
    epsilon: float = 1e-6
    """Added to standard deviations. Reference trainers differ: 1e-6 in verl, 1e-4 in TRL."""
    unbiased: bool = True
    """Standard deviations over n - 1; over n where false."""
    k: int = 4
    """Of `pass_at_k`: answers of which one has to be right."""
    term_weights: dict[str, float] = field(default_factory=dict)
    """Of `gdpo`: what a term of the reward counts once it is normalised; 1 where nothing is said. Its own scale, by its
    wrapper's arguments, does not matter then."""

    section: ClassVar[str] = "grpo"

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        super().__post_init__()
        require_at_least("grpo", self, group_size=2, epsilon=0.0, k=1)
        if self.advantage == "pass_at_k" and self.k >= self.group_size:
            raise ValueError(
                f'Expected grpo.k to be less than grpo.group_size {self.group_size} with grpo.advantage "pass_at_k", '
                f"actually: {self.k}. There would be one choice of k answers, and nothing to compare it with."
            )
        for name, weight in self.term_weights.items():
            if not math.isfinite(weight):
                raise ValueError(f"Expected grpo.term_weights to be finite, actually: {weight} of {name!r}.")
        if self.term_weights and self.advantage != "gdpo":
            raise ValueError(
                f'grpo.term_weights are of grpo.advantage "gdpo", actually: {self.advantage!r}. Leave them out, and '
                "weigh a term by the arguments of its wrapper."
            )
        if self.advantage == "gdpo" and self.kl.coefficient and self.kl.where == "reward":
            raise ValueError(
                'grpo.advantage "gdpo" compares the terms of the reward, of which a penalty of tokens is none. Set '
                'grpo.kl.where to "loss".'
            )
        if self.advantage == "gdpo" and self.data.skip_flat_groups and self.data.flat_by == "reward":
            raise ValueError(
                'grpo.advantage "gdpo" tells mixtures of terms with one sum apart, and grpo.data.skip_flat_groups '
                "leaves groups of them out. Set it to false."
            )
        if self.advantage != "pass_at_k":
            refuse_idle("grpo", self, f'with grpo.advantage "{self.advantage}"', "k")
        if self.advantage in ("dr_grpo", "maxrl", "gpg"):
            refuse_idle("grpo", self, f'with grpo.advantage "{self.advantage}"', "epsilon", "unbiased")
        if self.advantage == "maxrl" and self.kl.coefficient and self.kl.where == "reward":
            raise ValueError(
                'grpo.advantage "maxrl" divides by the mean reward, which a penalty in it could make negative. Set '
                'grpo.kl.where to "loss".'
            )


class GRPO(Algorithm):
    """One step after another: sample groups, compare within them, learn."""

    config: GRPOConfig

    def _check(self, model: Any, envs: Sequence[gym.Env[Any, Any]], world: World) -> None:
        super()._check(model, envs, world)
        paid = ["correct", *(term.term for env in envs[:1] for term in reward_terms(env))]
        for name in self.config.term_weights:
            if name not in paid:
                raise ValueError(
                    f"Expected grpo.term_weights to name terms of the reward ({', '.join(paid)}), actually: {name!r}."
                )

    def estimate(self, experience: Experience) -> dict[str, float]:
        """Every token of an answer is as good as the answer is beside the others."""
        config = self.config
        if config.advantage == "gdpo":
            names, terms = experience.terms()
            weights = torch.tensor([config.term_weights.get(name, 1.0) for name in names], dtype=torch.float64)
            advantages = gdpo(terms, weights, epsilon=config.epsilon, unbiased=config.unbiased)
        else:
            advantages = outcome_advantages(
                config.advantage,
                experience.rewards,
                experience.lengths,
                epsilon=config.epsilon,
                unbiased=config.unbiased,
                k=config.k,
            )
        experience.fill_episodes("advantages", advantages)
        return {}
