"""Outcome advantages that ask for the best of k samples, not for each.

- `pass_at_k`: the average over all choices of k samples out of the group.
- `best_of_group`: only the best sample of the group, by how far it leads.
"""

from __future__ import annotations

from math import comb

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_rewards
from rlvr.baselines.advantages.whitening import divide


def pass_at_k(rewards: Tensor, k: int, *, epsilon: float = 1e-6) -> Tensor:
    """How much better the best of k is, over all choices of k samples, if this sample is among them.

    A choice K of k samples scores `M_K = max(R_j, j in K)`. Over all choices let `mean` and `std` (biased) be those
    of M, and `A_i = (mean(M_K, i in K) - mean) / (std + epsilon)`. For rewards 0 and 1, with N samples of which n are
    wrong, that is

        mean = 1 - C(n, k) / C(N, k),  std = sqrt(mean (1 - mean)),
        A = (1 - mean) / std for a right sample, (1 - mean - C(n-1, k-1) / C(N-1, k-1)) / std for a wrong one:

    Pass@k Training, Chen et al. 2025 (arXiv 2508.10751), the analytical derivation, with the epsilon of the authors'
    code. Other rewards are handled by the definition, in `O(S log S)`, with no choice drawn at random. `k = 1` is
    GRPO with the biased deviation.

    Args:
        rewards: `[G, S]`.
        k: In 1 .. S - 1. With `k = S` there is one choice, and nothing to compare it with.
        epsilon: Added to the standard deviation.

    Returns:
        `[G, S]`, each row with mean zero; all 0 where every choice scores the same.

    Raises:
        ValueError: The shape is wrong, or k is out of range.
    """
    check_rewards(rewards, least=2)
    size = rewards.shape[1]
    if not 1 <= k < size:
        raise ValueError(f"Expected k in 1..{size - 1}, less than the samples of a group, actually: {k}.")
    ordered, order = rewards.sort(dim=1)
    ordered = ordered - ordered[:, -1:]  # the best is 0: a flat group is then exact

    def shares(counts: list[int], total: int) -> Tensor:
        return rewards.new_tensor([count / total for count in counts])

    # By place p in ascending order, of ties any: choices in which place p is the best, among all choices; among those
    # that hold p; and choices in which p is the best among those that hold one given lower place.
    best = [comb(p, k - 1) for p in range(size)]
    best_with_lower = [comb(p - 1, k - 2) if p >= 1 and k >= 2 else 0 for p in range(size)]
    among_all = shares(best, comb(size, k))
    among_own = shares(best, comb(size - 1, k - 1))
    above = shares(best_with_lower, comb(size - 1, k - 1)) * ordered

    mean = (among_all * ordered).sum(1, keepdim=True)
    std = (among_all * (ordered - mean) ** 2).sum(1, keepdim=True).sqrt()
    higher = above.flip(1).cumsum(1).flip(1) - above  # over the places above p
    advantages = divide(among_own * ordered + higher - mean, std, epsilon)
    return torch.empty_like(rewards).scatter_(1, order, advantages)


def best_of_group(
    rewards: Tensor, *, normalise_std: bool = True, epsilon: float = 1e-6, unbiased: bool = True
) -> Tensor:
    """`(R_best - R_second) / (std_g + epsilon)` for the best sample of each group, and 0 for the others.

    Tang et al. 2025 (arXiv 2503.19595), the leave-one-out advantage of the best of all S samples: whoever is not the
    best did not change it. verl: `grpo_passk`.

    Args:
        rewards: `[G, S]`; k is S.
        normalise_std: Whether to divide.
        epsilon: Added to the standard deviation.
        unbiased: Whether the variance is over `S - 1`.

    Returns:
        `[G, S]`, none negative; all 0 where two samples share the best reward.

    Raises:
        ValueError: A group has fewer than two members.
    """
    check_rewards(rewards, least=2)
    top, places = rewards.topk(2, dim=1)
    lead = top[:, :1] - top[:, 1:]
    if normalise_std:
        lead = divide(lead, rewards.std(1, keepdim=True, correction=int(unbiased)), epsilon)
    return torch.zeros_like(rewards).scatter_(1, places[:, :1], lead)
