"""Outcome advantages with statistics of the whole batch.

- `reinforce`: the reward itself, or minus the batch's mean.
- `batch_relative`: batch mean and deviation. `lite_ppo`: group mean, batch deviation.
- `magistral`: group mean, then mean and deviation of the advantages.
- `reinforce_plus_plus_baseline`: group mean, then whitened over tokens. `reinforce_plus_plus_outcome`: whitened only.

The batch is what one optimizer step learns from, on all ranks.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_lengths, check_rewards
from rlvr.baselines.advantages.whitening import centre, divide, standardise, whiten_weighted


def reinforce(rewards: Tensor, *, baseline: Literal["none", "batch"] = "none") -> Tensor:
    """The reward, or the reward minus the batch's mean.

    REINFORCE, Williams 1992, section 4, without or with reinforcement baseline. With the batch's mean and one sample a
    prompt: "FlashREINFORCE" in OpenRLHF.

    Args:
        rewards: `[G, S]`.
        baseline: What to subtract: nothing, or the mean of all `G S` rewards.

    Returns:
        `[G, S]`.

    Raises:
        ValueError: The shape is wrong, or `baseline` is unknown.
    """
    check_rewards(rewards)
    if baseline == "none":
        return rewards.clone()
    if baseline != "batch":
        raise ValueError(f"Expected baseline to be 'none' or 'batch', actually: {baseline!r}.")
    return centre(rewards.flatten()[None]).view_as(rewards)


def batch_relative(rewards: Tensor, *, epsilon: float = 1e-6, unbiased: bool = True) -> Tensor:
    """`A = (R - mean_batch) / (std_batch + epsilon)`, whatever the groups are.

    Batch-level normalisation in Liu et al. 2025 (arXiv 2508.08221); in AReaL mean and deviation at level "batch".

    Args:
        rewards: `[G, S]`.
        epsilon: Added to the standard deviation.
        unbiased: Whether the variance is over `G S - 1`.

    Returns:
        `[G, S]`, with mean zero over the batch.

    Raises:
        ValueError: The shape is wrong.
    """
    check_rewards(rewards)
    return standardise(rewards, torch.ones_like(rewards), unbiased=unbiased, epsilon=epsilon)


def lite_ppo(rewards: Tensor, *, epsilon: float = 1e-6, unbiased: bool = True) -> Tensor:
    """`A = (R - mean_g) / (std_batch + epsilon)`, the deviation of all rewards of the batch.

    Lite PPO, Liu et al. 2025 (arXiv 2508.08221), group-level mean and batch-level standard deviation: a group of almost
    equal rewards is not blown up. TRL: `scale_rewards="batch"`, with epsilon 1e-4.

    Args:
        rewards: `[G, S]`.
        epsilon: Added to the standard deviation.
        unbiased: Whether the variance is over `G S - 1`.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members.
    """
    check_rewards(rewards, least=2)
    return divide(centre(rewards), rewards.std(correction=int(unbiased)), epsilon)


def magistral(rewards: Tensor, *, epsilon: float = 1e-6, unbiased: bool = True) -> Tensor:
    """`A = (a - mean_batch(a)) / (std_batch(a) + epsilon)` with `a = R - mean_g`, counted a sequence at a time.

    Magistral, Mistral AI 2025 (arXiv 2506.10910), section 2.1, advantage normalisation. `lite_ppo` divides by the
    spread of rewards, which easy and hard prompts widen; this divides by the spread within groups.

    Args:
        rewards: `[G, S]` of one minibatch.
        epsilon: Added to the standard deviation; the paper has none.
        unbiased: Whether the variance is over `G S - 1`; the paper does not say.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members.
    """
    check_rewards(rewards, least=2)
    centred = centre(rewards)
    return standardise(centred, torch.ones_like(centred), unbiased=unbiased, epsilon=epsilon)


def reinforce_plus_plus_baseline(
    rewards: Tensor, lengths: Tensor, *, epsilon: float = 1e-8, unbiased: bool = True
) -> Tensor:
    """Reward minus the group's mean, on every token, whitened over all tokens of the batch.

    REINFORCE++-baseline, Hu et al. 2025 (arXiv 2501.03262). All tokens of a sample have one value, so the lengths are
    enough: `whiten` on the tokens gives the same. `magistral` is this with every length 1, up to epsilon.

    Args:
        rewards: `[G, S]`.
        lengths: `[G, S]`, sampled tokens of each.
        epsilon: Added to the variance.
        unbiased: Whether the variance is over the number of tokens minus 1 (verl), or that number (OpenRLHF).

    Returns:
        `[G, S]`, with mean zero over the tokens of the batch.

    Raises:
        ValueError: A shape is wrong, or a group has fewer than two members.
    """
    check_rewards(rewards, least=2)
    return _over_tokens(centre(rewards), lengths, epsilon=epsilon, unbiased=unbiased)


def reinforce_plus_plus_outcome(
    rewards: Tensor, lengths: Tensor, *, epsilon: float = 1e-8, unbiased: bool = True
) -> Tensor:
    """The reward on every token, whitened over all tokens of the batch.

    REINFORCE++ as in `returns.reinforce_plus_plus`, where the discount is 1 and the reward holds no KL penalty: then
    every token of a sample returns the same, and the lengths are enough.

    Args:
        rewards: `[G, S]`.
        lengths: `[G, S]`, sampled tokens of each.
        epsilon: Added to the variance.
        unbiased: Whether the variance is over the number of tokens minus 1 (verl), or that number (OpenRLHF).

    Returns:
        `[G, S]`, with mean zero over the tokens of the batch.

    Raises:
        ValueError: A shape is wrong.
    """
    check_rewards(rewards)
    return _over_tokens(rewards, lengths, epsilon=epsilon, unbiased=unbiased)


def _over_tokens(values: Tensor, lengths: Tensor, *, epsilon: float, unbiased: bool) -> Tensor:
    check_lengths(lengths, values)
    return whiten_weighted(values, lengths.to(values.dtype), unbiased=unbiased, epsilon=epsilon)
