"""Surrogates of one ratio a sequence: the geometric mean of the ratios of its tokens.

- `gspo`: clips the sequence's ratio.
- `gmpo`: clips the tokens' ratios, then takes their mean.

Both are written in token form, `sg(ratio of the sequence) * (ratio of the token to itself without gradient)`: the value
is the sequence's, and each token keeps a gradient, advantage and weight of its own. With one advantage a sequence and
the aggregation "sequence_mean_token_mean" this is the sequence form of the papers, value and gradient.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.losses.ratios import PolicyLoss, sequence_mean
from rlvr.baselines.losses.surrogates import clipped_ratio


def gspo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    sequence: Tensor,
    count: int,
    *,
    clip_low: float = 3e-4,
    clip_high: float = 4e-4,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-min(s A, clip(s, 1 - clip_low, 1 + clip_high) A)` with `s = exp(mean over the sequence of logprobs - old)`.

    Group sequence policy optimization, Zheng et al. 2025 (arXiv 2507.18071), section 4.1; as GSPO-token, section 4.3.

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        sequence: [N] long, the row of each token.
        count: Rows.
        clip_low: Of the sequence's ratio, hence so small (section 5.1).
        clip_high: Likewise.
        log_ratio_bound: Clamps `log s`; above 0.
    """
    mean = sequence_mean((logprobs - old).detach(), sequence, count)[sequence]
    ratio = torch.exp(_bounded(mean + _gradient_only(logprobs), log_ratio_bound))
    return clipped_ratio(ratio, advantages, clip_low, clip_high)


def gmpo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    sequence: Tensor,
    count: int,
    *,
    clip_low: float = 0.4,
    clip_high: float = 0.4,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-A exp(mean over the sequence of c)`, `c = min(log r, clip_high)` if A > 0, else `max(log r, -clip_low)`.

    Geometric-mean policy optimization, Zhao et al. 2025 (arXiv 2507.20673), section 3; the bounds are of log-ratios,
    so ratios are clipped to [exp(-clip_low), exp(clip_high)] (section 4).

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        sequence: [N] long, the row of each token.
        count: Rows.
        clip_low: At least 0.
        clip_high: At least 0.
        log_ratio_bound: Clamps the mean of c; above 0.
    """
    difference = logprobs - old
    positive = advantages > 0
    kept = torch.where(positive, difference.clamp(max=clip_high), difference.clamp(min=-clip_low))
    mean = sequence_mean(kept.detach(), sequence, count)[sequence]
    ratio = torch.exp(_bounded(mean + _gradient_only(kept), log_ratio_bound))
    clipped = torch.where(positive, difference > clip_high, (difference < -clip_low) & (advantages < 0))
    return PolicyLoss(-ratio * advantages, clipped.detach())


def _gradient_only(value: Tensor) -> Tensor:
    """Exactly 0, with the gradient of `value`; taken first, since `1e-4 + value - value` is off by a percent at -20."""
    return value - value.detach()


def _bounded(value: Tensor, bound: float | None) -> Tensor:
    return value if bound is None else value.clamp(-bound, bound)
