"""Log-likelihoods times a weight that carries no gradient.

- `negative_log_likelihood`: supervised learning; the weight is 1.
- `policy_gradient`: the weight is the advantage.
- `cispo`: the advantage times a bounded ratio: no token loses its gradient.
- `dppo`: the same, but tokens whose probability has moved too far lose theirs.
- `vespo`: the advantage times a smooth weight of the whole sequence's ratio.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.losses.ratios import PolicyLoss, log_ratio, sequence_sum


def negative_log_likelihood(logprobs: Tensor) -> Tensor:
    """`-logprobs`: cross-entropy against the token that stands there."""
    return -logprobs


def policy_gradient(logprobs: Tensor, advantages: Tensor) -> PolicyLoss:
    """`-A logprobs`: REINFORCE, Williams 1992. Right on policy only."""
    return PolicyLoss(-advantages * logprobs, torch.zeros_like(logprobs, dtype=torch.bool))


def cispo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    clip_low: float = 1.0,
    clip_high: float = 4.0,
    bounds: Literal["relative", "absolute"] = "relative",
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-sg(clip(r)) A logprobs`.

    Clipped IS-weight policy optimization, MiniMax 2025 (arXiv 2506.13585), section 3.1, equations 4 and 5.

    Trainers mean different things by the same number. "relative": r in [1 - clip_low, 1 + clip_high], as in the paper,
    verl, NeMo RL and slime; the paper uses no lower bound, which is `clip_low >= 1` (open-instruct never has one).
    "absolute": r at most `clip_high` and no lower bound, as in TRL; ScaleRL's 5.0 (arXiv 2510.13786) is of this kind.

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        clip_low: At least 0; unused if bounds are absolute.
        clip_high: At least 0.
        bounds: What the two numbers mean.
        log_ratio_bound: Clamps `log r`; above 0.
    """
    ratio = torch.exp(log_ratio(logprobs, old, log_ratio_bound)).detach()
    low, high = (1.0 - clip_low, 1.0 + clip_high) if bounds == "relative" else (0.0, clip_high)
    return PolicyLoss(-ratio.clamp(low, high) * advantages * logprobs, (ratio < low) | (ratio > high))


def dppo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    *,
    divergence: Literal["tv", "kl"] = "tv",
    clip_low: float = 0.15,
    clip_high: float = 0.15,
    truncation: float = 20.0,
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-sg(min(r, truncation)) A logprobs`, and 0 for a token that the update would push out of its trust region.

    Divergence PPO, Qi et al. 2026 (arXiv 2602.04879); section 5.4 on the truncation. The divergence is that of the two
    choices "this token" and "any other": "tv" is |p - p_old|, "kl" is KL(p_old || p). A token is out if it diverges by
    more than `clip_high` upwards where A > 0, or by more than `clip_low` downwards where A <= 0.
    """
    with torch.no_grad():
        up = logprobs > old
        if divergence == "tv":
            distance = (torch.exp(logprobs) - torch.exp(old)).abs()
        else:
            rest, rest_old = _log_rest(logprobs), _log_rest(old)
            distance = torch.exp(old) * (old - logprobs) + torch.exp(rest_old) * (rest_old - rest)
        positive = advantages > 0
        out = torch.where(positive, up & (distance > clip_high), (logprobs < old) & (distance > clip_low))
        ratio = torch.exp(log_ratio(logprobs, old, log_ratio_bound)).clamp(max=truncation)
        weight = torch.where(out, 0.0, ratio * advantages)
    return PolicyLoss(-weight * logprobs, out)


def vespo(
    logprobs: Tensor,
    old: Tensor,
    advantages: Tensor,
    sequence: Tensor,
    count: int,
    *,
    positive: tuple[float, float] = (2.0, 3.0),
    negative: tuple[float, float] = (3.0, 2.0),
    log_ratio_bound: float | None = None,
) -> PolicyLoss:
    """`-sg(phi(W)) A logprobs` with `phi(W) = W^k exp(lambda (1 - W))`, W the product of the ratios of a sequence.

    Variational sequence-level soft policy optimization, Shen et al. 2026 (arXiv 2602.10693); numbers, bounds and the
    sign of A = 0 as in the authors' code. `phi(1) = 1`, so on policy it is REINFORCE; it fades out on both sides, and
    nothing is clipped. W is meant to be to the policy that sampled: with the sampler's logprobs as `old` it is, and
    needs no further correction.

    Args:
        logprobs: [N], with graph.
        old: [N].
        advantages: [N].
        sequence: [N] long, the row of each token.
        count: Rows.
        positive: k, at least 0, and lambda, above 0, where A >= 0.
        negative: k and lambda where A < 0.
        log_ratio_bound: Clamps `log r` of a token, and `log W`; above 0.
    """
    with torch.no_grad():
        log_w = sequence_sum(log_ratio(logprobs, old, log_ratio_bound), sequence, count)[sequence]
        if log_ratio_bound is not None:
            log_w = log_w.clamp(-log_ratio_bound, log_ratio_bound)
        (k, decay), (k_negative, decay_negative) = positive, negative
        bad = advantages < 0
        powers = torch.full_like(log_w, k).masked_fill(bad, k_negative)
        decays = torch.full_like(log_w, decay).masked_fill(bad, decay_negative)
        weight = torch.exp(powers * log_w - decays * torch.expm1(log_w))
    return PolicyLoss(-weight * advantages * logprobs, torch.zeros_like(bad))


def _log_rest(logprobs: Tensor) -> Tensor:
    """`log(1 - p)`, finite where p rounds to 1."""
    return torch.log(-torch.expm1(logprobs).clamp(max=-torch.finfo(logprobs.dtype).tiny))
