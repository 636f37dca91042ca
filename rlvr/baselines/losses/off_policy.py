"""Corrections where the policy that sampled is not the one that the loss takes for it.

- `importance_weights`: of the trainer's policy to the sampler's: truncated weights, rejected tokens or sequences.
- `off_policy_sequence_mask`: bad samples that the policy has moved away from.
- `interpolated`: a policy between the one that sampled and the one that learns, without a forward pass.
- `decoupled_loss`: a clip about a proximal policy, times the weight of that policy to the sampler's.

A weight is the product `exp(old - sampled)` over a token alone, or over its sequence, or the sequence's geometric mean.
The product is unbiased and varies ever more with length; the geometric mean does not depend on length.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.losses.policy import LossConfig, policy_loss
from rlvr.baselines.losses.ratios import PolicyLoss, sequence_mean, sequence_sum

Level = Literal["none", "token", "sequence", "geometric"]

_SAFE = 20.0  # Ratios beyond exp(+-20) are rejected or truncated by any bound in use; verl clamps there too.


@dataclass(frozen=True)
class OffPolicyConfig:
    """Correction for a sampler that is not the trainer's policy, and for stale samples."""

    weight: Level = "none"
    """The ratio that losses are multiplied by: of the token, the sequence's product, or its geometric mean."""
    weight_low: float = 0.0
    """Weights are raised to at least this."""
    weight_high: float = 2.0
    """Weights are truncated to at most this."""
    reject: Level = "none"
    """The ratio that must lie in [reject_low, reject_high], else the token (or its sequence) is dropped."""
    reject_low: float = 0.5
    """Lower end; 0 is none."""
    reject_high: float = 5.0
    """Upper end."""
    opsm_delta: float | None = None
    """Tokens with a negative advantage are dropped where their sequence's mean of old - new logprobs is above this; not
    known at the time of `importance_weights`, so it is a matter of `off_policy_sequence_mask`, in the loss."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("off_policy", self, weight_low=0.0, reject_low=0.0)
        require_at_least("off_policy", self, weight_high=self.weight_low, reject_high=self.reject_low)
        if not self.weight_high > 0.0:
            raise ValueError(f"Expected off_policy.weight_high to be above 0, actually: {self.weight_high}.")
        if self.weight == "none":
            refuse_idle("off_policy", self, 'with off_policy.weight "none"', "weight_low", "weight_high")
        if self.reject == "none":
            refuse_idle("off_policy", self, 'with off_policy.reject "none"', "reject_low", "reject_high")
        if self.opsm_delta is not None and not self.opsm_delta > 0.0:
            raise ValueError(f"Expected off_policy.opsm_delta to be above 0, actually: {self.opsm_delta}.")

    @property
    def corrects(self) -> bool:
        """Whether losses are weighed, or tokens rejected, by the ratio to the sampler."""
        return (self.weight, self.reject) != ("none", "none")


PUBLISHED_CORRECTIONS = MappingProxyType(
    {
        # Yao et al. 2025, "Your efficient RL framework secretly brings you off-policy RL training".
        "tis": OffPolicyConfig(weight="token"),
        # IcePop, Ring-1T (arXiv 2510.18855): weights in [0.5, 5] as they are, tokens beyond dropped.
        "icepop": OffPolicyConfig(weight="token", weight_high=5.0, reject="token"),
        # Liu et al. 2025, "When speed kills stability"; TRL's "sequence_truncate" and "sequence_mask", its cap of 3.
        "sequence_tis": OffPolicyConfig(weight="sequence", weight_high=3.0),
        "sequence_mis": OffPolicyConfig(
            weight="sequence", weight_high=3.0, reject="sequence", reject_low=0.0, reject_high=3.0
        ),
        # NeMo RL "seq-mask-tis": sequences by their geometric mean, then token weights.
        "geometric_mask": OffPolicyConfig(weight="token", reject="geometric", reject_low=0.999, reject_high=1.002),
        # AReaL's cap of behaviour weights: tokens beyond dropped.
        "areal": OffPolicyConfig(weight="token", weight_high=5.0, reject="token", reject_low=0.0),
    }
)
"""Corrections by the name under which they are known."""


@torch.no_grad()
def importance_weights(
    config: OffPolicyConfig, old: Tensor, sampled: Tensor, sequence: Tensor, count: int
) -> tuple[Tensor, Tensor]:
    """What to multiply the loss of each token by.

    Args:
        config: Which ratios weigh, which reject.
        old: [N], under the trainer's policy at the time of sampling.
        sampled: [N], as the sampler recorded.
        sequence: [N] long, the row of each token.
        count: Rows.

    Returns:
        Weights [N] without graph, 0 where rejected; and which tokens were kept, [N] bool.
    """
    difference = old - sampled
    keep = torch.ones_like(difference, dtype=torch.bool)
    if config.reject != "none":
        ratio = _ratio(config.reject, difference, sequence, count)
        keep = (ratio >= config.reject_low) & (ratio <= config.reject_high)
    weights = torch.ones_like(difference)
    if config.weight != "none":
        weights = _ratio(config.weight, difference, sequence, count).clamp(config.weight_low, config.weight_high)
    return torch.where(keep, weights, 0.0), keep


@torch.no_grad()
def off_policy_sequence_mask(
    logprobs: Tensor, old: Tensor, advantages: Tensor, sequence: Tensor, count: int, *, delta: float
) -> Tensor:
    """Which tokens to keep: not those with A < 0 in a sequence where `mean(old - logprobs) > delta`.

    DeepSeek-V3.2 (arXiv 2512.02556), section 3.1, equation 9: a bad sample that the policy no longer gives teaches
    little and can do harm. Pass the sampler's logprobs as `old` where they are known: that counts both its mismatch
    and its age.

    Returns:
        [N] bool.
    """
    divergence = sequence_mean(old - logprobs, sequence, count)[sequence]
    return (advantages >= 0) | (divergence <= delta)


@torch.no_grad()
def interpolated(logprobs: Tensor, sampled: Tensor, share: Tensor) -> Tensor:
    """Log-probabilities of a policy on the way from the one that sampled to the one that learns, on a log-linear path.

    `sampled + share (logprobs - sampled)` with `share = (v - v_sampled) / (v_now - v_sampled)`, versions counted in
    optimizer steps: AReaL's approximation of the proximal policy of decoupled PPO (its documentation, "Proximal
    log-probability approximation"), which saves the forward pass that recomputes it.

    Args:
        logprobs: [N], under the policy that learns.
        sampled: [N], as the sampler recorded.
        share: [N], in [0, 1]: 0 for the policy that sampled, 1 for the one that learns.

    Returns:
        [N] without graph.
    """
    return sampled + share * (logprobs - sampled)


def decoupled_loss(
    config: LossConfig,
    correction: OffPolicyConfig,
    logprobs: Tensor,
    proximal: Tensor,
    sampled: Tensor,
    advantages: Tensor,
    sequence: Tensor,
    count: int,
) -> PolicyLoss:
    """The policy loss about `proximal`, times the weight of `proximal` to the policy that sampled.

    Decoupled PPO, Hilton et al. 2022 (arXiv 2110.00641); for stale samples AReaL, Fu et al. 2025
    (arXiv 2505.24298), section 5.2: the trust region is about a recent policy, however old the samples are.

    Args:
        config: The loss; AReaL's is "clip".
        correction: The behaviour weight; AReaL's is `PUBLISHED_CORRECTIONS["areal"]`.
        logprobs: [N], with graph.
        proximal: [N], under the policy that steps are to stay near to, usually that at the start of this batch.
        sampled: [N], as the sampler recorded.
        advantages: [N].
        sequence: [N] long, the row of each token.
        count: Rows.
    """
    values, clipped = policy_loss(config, logprobs, proximal, advantages, sequence, count)
    weights, _ = importance_weights(correction, proximal, sampled, sequence, count)
    return PolicyLoss(values * weights, clipped)


def _ratio(level: Level, difference: Tensor, sequence: Tensor, count: int) -> Tensor:
    """[N]."""
    if level == "sequence":
        difference = sequence_sum(difference, sequence, count)[sequence]
    elif level == "geometric":
        difference = sequence_mean(difference, sequence, count)[sequence]
    return torch.exp(difference.clamp(-_SAFE, _SAFE))
