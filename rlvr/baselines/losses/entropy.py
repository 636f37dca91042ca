"""The entropy of the policy: a bonus for it, and learning at its uncertain tokens only.

- `EntropyConfig`: all that is done about entropy; the controller is in `adaptive_entropy`, covariances in `covariance`.
- `entropy_bonus`: the term of the loss.
- `entropy_threshold`, `top_entropy_mask`: the most uncertain tokens of a batch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.config import refuse_idle, require_at_least


@dataclass(frozen=True)
class EntropyConfig:
    """What keeps the policy from becoming certain too early."""

    coefficient: float = 0.0
    """Weight of the mean entropy in the loss; where adaptive, its start."""
    adaptive: bool = False
    """Move the coefficient towards a target entropy (Skywork-OR1)."""
    target: float = 0.2
    """Adaptive: nats a token; the bonus is paid only at or below it. Measure the entropy of the first steps first."""
    delta: float = 0.005
    """Adaptive: how far the coefficient moves a step."""
    minimum: float = 0.0
    """Adaptive: least coefficient."""
    maximum: float = 1.0
    """Adaptive: largest coefficient."""
    top_fraction: float = 1.0
    """Learn from this share of the batch's tokens, those of highest entropy; 1 is all, 0.2 the paper's."""
    covariance: Literal["none", "clip", "kl"] = "none"
    """Tokens with high covariance of logprob and advantage: "clip" drops some (Clip-Cov), "kl" holds them (KL-Cov)."""
    covariance_fraction: float = 2e-4
    """Share of the batch's tokens so treated, at least one token; the paper's KL-Cov has 2e-3 for its 7B model."""
    covariance_low: float = 1.0
    """Clip-Cov: covariances above this are candidates; the paper's is a few hundred times the mean."""
    covariance_high: float = 5.0
    """Clip-Cov: covariances below this are candidates."""
    covariance_coefficient: float = 1.0
    """KL-Cov: weight of the penalty."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("entropy", self, coefficient=0.0, delta=0.0, minimum=0.0, covariance_coefficient=0.0)
        require_at_least("entropy", self, maximum=self.minimum, covariance_high=self.covariance_low)
        for name in ("top_fraction", "covariance_fraction"):
            if not 0.0 < getattr(self, name) <= 1.0:
                raise ValueError(f"Expected entropy.{name} to be in (0, 1], actually: {getattr(self, name)}.")
        if not self.adaptive:
            refuse_idle("entropy", self, "without entropy.adaptive", "target", "delta", "minimum", "maximum")
        of_kind = {
            "none": ("covariance_fraction", "covariance_low", "covariance_high", "covariance_coefficient"),
            "clip": ("covariance_coefficient",),
            "kl": ("covariance_low", "covariance_high"),
        }
        refuse_idle("entropy", self, f'with entropy.covariance "{self.covariance}"', *of_kind[self.covariance])
        if self.adaptive and not self.minimum <= self.coefficient <= self.maximum:
            span = f"[{self.minimum}, {self.maximum}]"
            raise ValueError(f"Expected entropy.coefficient to start in {span}, actually: {self.coefficient}.")

    @property
    def needs(self) -> Literal["none", "detached", "graph"]:
        """What of the model's entropies this needs computed: nothing, their values, or their gradient too."""
        if self.coefficient > 0.0 or self.adaptive:
            return "graph"
        return "detached" if self.top_fraction < 1.0 else "none"


def entropy_bonus(entropies: Tensor, coefficient: float) -> Tensor:
    """`-coefficient * entropies`: [N] nats to loss values, to be weighted like the others.

    Mnih et al. 2016 (arXiv 1602.01783), section 4.
    """
    return -coefficient * entropies


def entropy_threshold(entropies: Tensor, fraction: float) -> float:
    """The entropy that the top `fraction` of tokens reach: their quantile `1 - fraction`, nats.

    Wang et al. 2025, "Beyond the 80/20 rule" (arXiv 2506.01939), section 5. It is of the whole batch: take the
    entropies of all micro-batches. Without tokens it is infinite. Of the two tokens that a quantile falls between this
    is the higher one, which selects the same tokens; `torch.quantile` takes at most 2**24.

    Args:
        entropies: [N] nats.
        fraction: In (0, 1].
    """
    count = entropies.numel()
    if count == 0:
        return math.inf
    rank = math.ceil(round((1.0 - fraction) * (count - 1), 6))  # Rounded, so that 0.7 of 10 is not 3.0000000000000004.
    return float(torch.kthvalue(entropies.detach().flatten(), rank + 1).values)


def top_entropy_mask(entropies: Tensor, fraction: float) -> Tensor:
    """Which tokens are among the top `fraction` by entropy, [N] bool; ties at the threshold are all in."""
    return entropies.detach() >= entropy_threshold(entropies, fraction)
