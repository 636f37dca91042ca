"""Surrogate objectives of the token's probability ratio `r = exp(logprobs - old)`.

- `clipped_surrogate`: PPO's clip; with a larger upper bound DAPO's clip-higher. `clipped_ratio`: the same of any ratio.
- `dual_clip_surrogate`: bounds as well what a bad token may cost.
- `two_sided_surrogate`: INTELLECT-2's form of the same.
- `sapo`: a sigmoid in place of the clip.

`log_ratio_bound` is explained at `ratios.log_ratio`; without it these are the formulas of the papers.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.losses.ratios import PolicyLoss, log_ratio


def clipped_ratio(ratio: Tensor, advantages: Tensor, clip_low: float, clip_high: float) -> PolicyLoss:
    """`-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A)` of any ratio, a token's or a sequence's."""
    unclipped = ratio * advantages
    clipped = ratio.clamp(1.0 - clip_low, 1.0 + clip_high) * advantages
    return PolicyLoss(-torch.minimum(unclipped, clipped), clipped < unclipped)


def clipped_surrogate(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A)`.

    PPO, Schulman et al. 2017 (arXiv 1707.06347), equation 7; a larger upper bound is DAPO's clip-higher, Yu et al. 2025
    (arXiv 2503.14476), section 3.1.

    Args:
        logprobs: Of the sampled tokens under the policy that learns, any shape.
        old: Under the policy that sampled, same shape.
        advantages: Same shape, or one that broadcasts to it.
        clip_low: At least 0; from 1 on there is no lower bound.
        clip_high: At least 0.
        log_ratio_bound: Clamps `log r`; above 0.

    Returns:
        The loss of each token, and whether the clip cut its gradient off.
    """
    return clipped_ratio(torch.exp(log_ratio(logprobs, old, log_ratio_bound)), advantages, clip_low, clip_high)


def dual_clip_surrogate(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    dual_clip: float = 3.0,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """PPO's loss, and where A < 0 at most `-dual_clip A`: a bad token that became likely cannot blow the step up.

    Dual-clip PPO, Ye et al. 2020 (arXiv 1912.09729). verl has it on by default, with 3.

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        clip_low: As in `clipped_surrogate`.
        clip_high: As in `clipped_surrogate`.
        dual_clip: The paper's c; above 1, and above `1 + clip_high` if that bound is to be felt first.
        log_ratio_bound: Clamps `log r`; above 0.
    """
    values, clipped = clipped_surrogate(
        logprobs, old, advantages, clip_low=clip_low, clip_high=clip_high, log_ratio_bound=log_ratio_bound
    )
    most = -dual_clip * advantages
    cut = (advantages < 0) & (values > most)
    return PolicyLoss(torch.where(cut, most, values), clipped | cut)


def two_sided_surrogate(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    clip_low: float = 0.2,
    clip_high: float = 0.2,
    delta: float = 4.0,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-min(min(r, delta) A, clip(r, 1 - clip_low, 1 + clip_high) A)`.

    INTELLECT-2, Prime Intellect 2025 (arXiv 2505.07291), two-sided GRPO clipping. With `delta >= 1 + clip_high` it is
    dual clip with `c = delta`.

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        clip_low: As in `clipped_surrogate`.
        clip_high: As in `clipped_surrogate`.
        delta: Above `1 + clip_high`.
        log_ratio_bound: Clamps `log r`; above 0.
    """
    ratio = torch.exp(log_ratio(logprobs, old, log_ratio_bound))
    bounded = ratio.clamp(max=delta) * advantages
    clipped = ratio.clamp(1.0 - clip_low, 1.0 + clip_high) * advantages
    cut = (clipped < bounded) | ((ratio > delta) & (advantages != 0))
    return PolicyLoss(-torch.minimum(bounded, clipped), cut)


def sapo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    positive_temperature: float = 1.0,
    negative_temperature: float = 1.05,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-(4 / tau) sigmoid(tau (r - 1)) A`, where tau is one number for A > 0 and another for the rest.

    Soft adaptive policy optimization, Gao et al. 2025 (arXiv 2511.20347), section 3: the gradient fades out on both
    sides of r = 1 instead of being cut, faster for bad tokens. Nothing is clipped.
    """
    ratio = torch.exp(log_ratio(logprobs, old, log_ratio_bound))
    positive = advantages > 0
    temperature = torch.full_like(ratio, negative_temperature).masked_fill(positive, positive_temperature)
    gate = torch.sigmoid(temperature * (ratio - 1.0)) * 4.0 / temperature
    return PolicyLoss(-gate * advantages, torch.zeros_like(positive))
