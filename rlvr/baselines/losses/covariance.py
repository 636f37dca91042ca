"""Tokens that make the policy certain: those whose log-probability and advantage vary together.

Cui et al. 2025, "The entropy mechanism of reinforcement learning for reasoning language models" (arXiv 2505.22617),
section 4.2: the entropy falls with the covariance of the two, and few tokens make up most of it.

- `token_covariances`: each token's part of the covariance.
- `clip_cov_selection`: tokens that are to bear no loss (Clip-Cov).
- `kl_cov_selection`, `kl_cov_penalty`: tokens that are to be held where they were (KL-Cov).

Select from all tokens of an optimizer step, not of a micro-batch: the shares are of a few tokens in ten thousand.
"""

from __future__ import annotations

import torch
from torch import Tensor


@torch.no_grad()
def token_covariances(logprobs: Tensor, advantages: Tensor) -> Tensor:
    """`(logprobs - mean) * (A - mean)`, [N]; their mean is the covariance."""
    return (logprobs - logprobs.mean()) * (advantages - advantages.mean())


@torch.no_grad()
def clip_cov_selection(
    logprobs: Tensor,
    advantages: Tensor,
    clipped: Tensor,
    *,
    fraction: float,
    low: float,
    high: float,
    generator: torch.Generator,
) -> Tensor:
    """Tokens to drop, [N] bool: `fraction` of all, at random among those with a covariance in (low, high).

    Clip-Cov; at least one token, if there is a candidate, as in the authors' code.

    Args:
        logprobs: [N], under the policy that learns.
        advantages: [N].
        clipped: [N] bool, tokens that the policy loss cut off already: they are no candidates.
        fraction: Of all N tokens.
        low: Covariances above this are candidates.
        high: Covariances below this are candidates.
        generator: Of the random choice.
    """
    selected = torch.zeros_like(clipped, dtype=torch.bool)
    covariances = token_covariances(logprobs, advantages)
    candidates = ((covariances > low) & (covariances < high) & ~clipped).nonzero().squeeze(-1)
    order = torch.randperm(len(candidates), generator=generator, device=generator.device)
    selected[candidates[order[: _share(fraction, len(logprobs))].to(candidates.device)]] = True
    return selected


@torch.no_grad()
def kl_cov_selection(logprobs: Tensor, advantages: Tensor, *, fraction: float) -> Tensor:
    """Tokens to hold, [N] bool: the `fraction` of all with the highest covariance, at least one. KL-Cov."""
    selected = torch.zeros_like(logprobs, dtype=torch.bool)
    if len(logprobs):
        covariances = token_covariances(logprobs, advantages)
        selected[torch.topk(covariances, _share(fraction, len(logprobs))).indices] = True
    return selected


def kl_cov_penalty(logprobs: Tensor, old: Tensor, selected: Tensor, *, coefficient: float) -> Tensor:
    """`coefficient * |logprobs - old|` at selected tokens, else 0: loss values [N], to be added to the policy's.

    The paper writes KL(old, new); this is what the authors' code takes for it. Their policy loss beside it is the
    ratio's without a clip.
    """
    return torch.where(selected, coefficient * (logprobs - old).abs(), 0.0)


def _share(fraction: float, count: int) -> int:
    return max(1, int(fraction * count))
