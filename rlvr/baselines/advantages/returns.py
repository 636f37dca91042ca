"""Returns of tokens, and REINFORCE++ which whitens them.

Only sampled tokens are steps. The environment's tokens between two turns neither discount nor end anything: what
comes after them reaches the turn before as if they were not there.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_fraction, check_token_rewards
from rlvr.baselines.advantages.whitening import whiten


def discounted_returns(rewards: Tensor, mask: Tensor, *, gamma: float = 1.0) -> Tensor:
    """`G_t = r_t + gamma G_u` where u is the next sampled token.

    verl's REINFORCE++ sets the return to 0 at a masked token, so that a turn does not learn from later ones; here it is
    carried through.

    Args:
        rewards: `[B, T]`, on sampled tokens.
        mask: `[B, T]`, 1 where the model sampled the token.
        gamma: Discount a sampled token, in [0, 1].

    Returns:
        `[B, T]`, 0 where the mask is.

    Raises:
        ValueError: A shape is wrong, a reward lies where `mask` is 0, or gamma is out of range.
    """
    kept = check_token_rewards(rewards, mask)
    check_fraction("gamma", gamma)
    returns = torch.zeros_like(rewards)
    carried = rewards.new_zeros(rewards.shape[0])  # [B]
    for t in reversed(range(rewards.shape[1])):
        carried = torch.where(kept[:, t], rewards[:, t] + gamma * carried, carried)
        returns[:, t] = torch.where(kept[:, t], carried, 0.0)
    return returns


def reinforce_plus_plus(
    rewards: Tensor, mask: Tensor, *, gamma: float = 1.0, epsilon: float = 1e-8, unbiased: bool = True
) -> Tensor:
    """Discounted returns of tokens, whitened over all sampled tokens of the global batch.

    REINFORCE++, Hu et al. 2025 (arXiv 2501.03262), whose token rewards are the outcome on the last token
    (`place_rewards`) minus a KL penalty on each (`penalise_kl`).

    Args:
        rewards: `[B, T]`, on sampled tokens.
        mask: `[B, T]`, 1 where the model sampled the token.
        gamma: Discount a sampled token, in [0, 1].
        epsilon: Added to the variance.
        unbiased: Whether the variance is over the number of tokens minus 1 (verl), or that number (OpenRLHF).

    Returns:
        `[B, T]`, with mean 0 over the sampled tokens, and 0 elsewhere.

    Raises:
        ValueError: As `discounted_returns` and `whiten`.
    """
    return whiten(discounted_returns(rewards, mask, gamma=gamma), mask, unbiased=unbiased, epsilon=epsilon)
