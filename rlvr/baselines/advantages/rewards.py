"""Rewards on tokens: where they lie, and the KL penalty in them.

- `place_rewards`: the reward of an episode, or of each of its turns, on the token that earned it.
- `penalise_kl`: the KL penalty of RLHF, inside of the reward.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_finite, check_mask, check_same_shape, check_token_rewards


def place_rewards(rewards: Tensor, mask: Tensor, turns: Tensor | None = None) -> Tensor:
    """Each reward on the last token that the model sampled for it; no reward is lost.

    A row of several turns often ends with tokens of the environment. Put on the last token of the row, the reward
    would lie where the mask is 0, and every estimator steps over it. A turn in which nothing was sampled gives its
    reward to the last token sampled before it, or else to the first one of the row.

    Args:
        rewards: `[B]` of whole rows, or `[B, turns]` of their turns.
        mask: `[B, T]`, 1 where the model sampled the token.
        turns: `[B, T]` integers, with rewards of turns: the turn of each token. Only read where `mask` is 1, and does
            not fall along a row.

    Returns:
        `[B, T]`, whose rows sum to the rewards of the rows.

    Raises:
        ValueError: A shape is wrong, `turns` is missing, out of range or falls, or a row with a reward has no
            sampled token.
    """
    kept = check_mask(mask)
    check_finite("rewards", rewards)
    if rewards.ndim == 1 and turns is None:
        rewards, turns = rewards[:, None], torch.zeros_like(mask, dtype=torch.long)
    if turns is None or rewards.ndim != 2:
        raise ValueError(
            f"Expected rewards [rows] without turns, or [rows, turns] with turns [rows, tokens], actually: "
            f"{tuple(rewards.shape)} with turns {None if turns is None else tuple(turns.shape)}."
        )
    if rewards.shape[0] != mask.shape[0]:
        raise ValueError(f"Expected rewards of {mask.shape[0]} rows, as mask, actually: {rewards.shape[0]}.")
    check_same_shape("turns", turns, "mask", mask)
    _check_turns(turns, kept, rewards.shape[1])
    homeless = (rewards != 0).any(1) & ~kept.any(1)
    if homeless.any():
        raise ValueError(
            f"Expected a sampled token in every row with a reward, actually: none in row {int(homeless.nonzero()[0])}."
        )
    placed = rewards.new_zeros(mask.shape)
    if not placed.numel():
        return placed
    positions = torch.arange(mask.shape[1], device=mask.device)
    first = kept.int().argmax(1, keepdim=True)  # [B, 1]
    for turn in range(rewards.shape[1]):
        earlier = kept & (turns <= turn)  # [B, T]
        last = torch.where(earlier, positions, first).amax(1, keepdim=True)
        placed.scatter_add_(1, last, rewards[:, turn : turn + 1])
    return placed


def _check_turns(turns: Tensor, kept: Tensor, count: int) -> None:
    if turns.is_floating_point():
        raise ValueError(f"Expected turns as integers, actually: {turns.dtype}.")
    sampled = turns[kept]
    if sampled.numel() and not 0 <= int(sampled.min()) <= int(sampled.max()) < count:
        raise ValueError(
            f"Expected turns in 0..{count - 1}, one for each column of rewards, actually: "
            f"{int(sampled.min())}..{int(sampled.max())}."
        )
    highest = torch.where(kept, turns, turns.new_zeros(())).cummax(1).values
    if (kept & (turns < highest)).any():
        raise ValueError("Expected turns that never fall along the sampled tokens of a row, actually: they do.")


def penalise_kl(rewards: Tensor, kl: Tensor, mask: Tensor, *, coefficient: float) -> Tensor:
    """`r_t - coefficient * kl_t` on every sampled token.

    Ziegler et al. 2019 (arXiv 1909.08593), equation 2; Stiennon et al. 2020 (arXiv 2009.01325), section 3.4. The
    estimate of the KL divergence is usually k1, `logprob - reference logprob` of the token.

    Args:
        rewards: `[B, T]`, on sampled tokens.
        kl: `[B, T]`, estimates a token.
        mask: `[B, T]`, 1 where the model sampled the token.
        coefficient: At least 0.

    Returns:
        `[B, T]`.

    Raises:
        ValueError: A shape is wrong, a reward lies where `mask` is 0, an estimate is not finite, or the coefficient is
            negative.
    """
    kept = check_token_rewards(rewards, mask)
    check_same_shape("kl", kl, "mask", mask)
    check_finite("kl", kl[kept])
    if not coefficient >= 0:
        raise ValueError(f"Expected coefficient to be at least 0, actually: {coefficient}.")
    return torch.where(kept, rewards - coefficient * kl.detach(), rewards)
