"""Squared log-ratios in place of a clip: regression of the log-ratio on the advantage.

- `kimi`: of the whole sequence.
- `dro`: of each token.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.losses.ratios import PolicyLoss, sequence_sum


def kimi(logprobs: Tensor, old: Tensor, advantages: Tensor, sequence: Tensor, count: int, *, tau: float) -> PolicyLoss:
    """Over a sequence the values sum to `-A sum(logprobs) + tau / 2 L**2`, `L = sum(logprobs - old)`.

    Kimi k1.5 (arXiv 2501.12599), section 2.3.2, equation 3: a variant of online policy mirror descent. There A is the
    reward minus the group's mean, the batch loss is a mean over sequences of these sums (aggregation
    "sequence_mean_token_sum"), `old` is the policy at the start of the iteration, and the optimizer is reset each time.

    A token's share of `tau / 2 L**2` is `tau / 2 L (logprobs - old)`; its gradient is the paper's, `tau L`, also where
    weights differ inside a sequence. Nothing is clipped.
    """
    difference = logprobs - old
    total = sequence_sum(difference.detach(), sequence, count)[sequence]
    penalty = tau * total * difference
    values = -advantages * logprobs + penalty - 0.5 * penalty.detach()
    return PolicyLoss(values, torch.zeros_like(logprobs, dtype=torch.bool))


def dro(logprobs: Tensor, old: Tensor, advantages: Tensor, *, tau: float) -> PolicyLoss:
    """`-A logprobs + tau / 2 (logprobs - old)**2`.

    Direct reward optimization, Richemond et al. 2024 (arXiv 2405.19107), its policy gradient, a token at a time as in
    verl ("dro"). Nothing is clipped.
    """
    values = -advantages * logprobs + 0.5 * tau * (logprobs - old).square()
    return PolicyLoss(values, torch.zeros_like(logprobs, dtype=torch.bool))
