"""GRPO: group relative policy optimization.

Shao et al. 2024 (arXiv 2402.03300), with DAPO's clip-higher and token-level loss (Yu et al. 2025, arXiv 2503.14476).
A group of answers to one task is its own baseline, so there is no value model. The KL term to a reference model is off
by default, as in recent practice, and then no reference model is made.

What is compared within a group or a batch is `advantage`, what a token is worth is `loss`, how tokens are averaged is
`aggregation`: `docs/baselines/grpo.md` names the published methods that they make.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from rlvr.baselines.advantages import outcome_advantages
from rlvr.baselines.algorithm import Algorithm, AlgorithmConfig
from rlvr.baselines.config import require_at_least
from rlvr.baselines.experience import Experience

Comparison = Literal["grpo", "dr_grpo", "lite_ppo", "magistral", "maxrl", "gpg", "pass_at_k", "best_of_group"]
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
        if self.advantage == "maxrl" and self.kl.coefficient and self.kl.where == "reward":
            raise ValueError(
                'grpo.advantage "maxrl" divides by the mean reward, which a penalty in it could make negative. Set '
                'grpo.kl.where to "loss".'
            )


class GRPO(Algorithm):
    """One step after another: sample groups, compare within them, learn."""

    config: GRPOConfig

    def estimate(self, experience: Experience) -> dict[str, float]:
        """Every token of an answer is as good as the answer is beside the others."""
        config = self.config
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
