"""Estimates of the KL divergence to a reference policy, from the sampled tokens.

With `d = logprobs - ref`, Schulman 2020 (joschu.net/blog/kl-approx.html):

| estimator | value | gradient in the loss, on policy |
|---|---|---|
| k1 | d | 0 on average: of use in the reward only |
| k2 | d**2 / 2 | that of KL(policy, ref) |
| k3 | exp(-d) - 1 + d | that of KL(ref, policy): GRPO's, arXiv 2402.03300, equation 4 |
| unbiased_k3 | (policy / old) k3 | that of KL(policy, ref), off policy too: DeepSeek-V3.2, arXiv 2512.02556 |
| k3_k2_gradient | k3 | that of k2: verl's "k3+" |

Both k1 and k3 estimate the value without bias; k3 is never negative and varies less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.config import require_at_least
from rlvr.baselines.losses.ratios import log_ratio

KLEstimator = Literal["k1", "k2", "k3", "unbiased_k3", "k3_k2_gradient"]


@dataclass(frozen=True)
class KLConfig:
    """The KL divergence to a reference policy."""

    coefficient: float = 0.0
    """Its weight; 0 is off, and no reference policy is loaded."""
    estimator: KLEstimator = "k3"
    """See `rlvr.baselines.losses.kl`; "k1" is for the reward, "unbiased_k3" for the loss."""
    where: Literal["loss", "reward"] = "loss"
    """A term of the loss, or taken from the reward of each token."""
    log_ratio_bound: float | None = 20.0
    """The exponents of k3 are clamped to plus or minus this (verl, NeMo RL: 20; open-instruct: 40)."""
    value_bound: float | None = None
    """k3 is clamped to at most this (verl, NeMo RL: 10); tokens beyond it get no gradient from it."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("kl", self, coefficient=0.0)
        for name in ("log_ratio_bound", "value_bound"):
            value = getattr(self, name)
            if value is not None and not value > 0.0:
                raise ValueError(f"Expected kl.{name} to be above 0, actually: {value}.")
        if self.where == "reward" and self.estimator == "unbiased_k3":
            raise ValueError(
                'Expected kl.estimator to be "k1", "k2" or "k3" where kl.where is "reward": "unbiased_k3" corrects a '
                f"gradient, and rewards have none; actually: {self.estimator!r}."
            )


def kl(
    kind: KLEstimator,
    logprobs: Tensor,
    ref: Tensor,
    old: Tensor | None = None,
    *,
    log_ratio_bound: float | None = None,
    value_bound: float | None = None,
) -> Tensor:
    """The estimate at each token, with graph.

    Args:
        kind: See the table above.
        logprobs: [N], under the policy that learns.
        ref: [N], under the reference policy.
        old: [N], under the policy that sampled; "unbiased_k3" needs it.
        log_ratio_bound: Clamps the exponents of k3 and of the ratio; above 0. k1 and k2 cannot overflow.
        value_bound: Clamps k3; above 0.

    Raises:
        ValueError: "unbiased_k3" without `old`.
    """
    difference = logprobs - ref
    if kind == "k1":
        return difference
    k2 = 0.5 * difference.square()
    if kind == "k2":
        return k2
    difference = log_ratio(logprobs, ref, log_ratio_bound)
    k3 = torch.expm1(-difference) + difference
    if value_bound is not None:
        k3 = k3.clamp(max=value_bound)
    if kind == "k3":
        return k3
    if kind == "k3_k2_gradient":
        return k2 - k2.detach() + k3.detach()
    if old is None:
        raise ValueError('Expected old log-probabilities for the estimator "unbiased_k3", actually: None.')
    return torch.exp(log_ratio(logprobs, old, log_ratio_bound)) * k3
