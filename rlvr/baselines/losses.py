"""Losses a token, before any weighting or averaging.

- `clipped_surrogate`: PPO's clipped objective with separate lower and upper bounds.
- `negative_log_likelihood`: supervised learning.

They return per-token values; whoever sums them folds the denominator of the global batch into the weights, so that
micro-batches cannot change the gradient.
"""

from __future__ import annotations

import torch
from torch import Tensor


def clipped_surrogate(
    logprobs: Tensor, old_logprobs: Tensor, advantages: Tensor, *, clip_low: float = 0.2, clip_high: float = 0.2
) -> tuple[Tensor, Tensor]:
    """`-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A)` with `r = exp(logprobs - old_logprobs)`.

    PPO, Schulman et al. 2017 (arXiv 1707.06347), equation 7; a larger upper bound is DAPO's clip-higher, Yu et al. 2025
    (arXiv 2503.14476), section 3.1.

    Args:
        logprobs: Of the sampled tokens under the policy that learns, any shape.
        old_logprobs: Under the policy that sampled, same shape.
        advantages: Same shape, or one that broadcasts to it.
        clip_low: In [0, 1].
        clip_high: At least 0.

    Returns:
        The loss of each token, and whether the clip cut its gradient off.
    """
    ratio = torch.exp(logprobs - old_logprobs)
    unclipped = ratio * advantages
    clipped = ratio.clamp(1.0 - clip_low, 1.0 + clip_high) * advantages
    return -torch.minimum(unclipped, clipped), clipped < unclipped


def negative_log_likelihood(logprobs: Tensor) -> Tensor:
    """`-logprobs`: cross-entropy against the token that stands there."""
    return -logprobs
