"""Advantages: how much better an episode did than it was expected to.

- `group_relative`: GRPO and Dr. GRPO.
"""

from __future__ import annotations

from torch import Tensor


def group_relative(rewards: Tensor, *, normalise_std: bool = True, epsilon: float = 1e-6) -> Tensor:
    """Reward minus the group's mean, over the group's standard deviation.

    `A = (R - mean_g) / (std_g + epsilon)` with the unbiased (n - 1) standard deviation: GRPO, Shao et al. 2024
    (arXiv 2402.03300), section 4.1.2. Without the division: Dr. GRPO, Liu et al. 2025 (arXiv 2503.20783), section 3.2.

    Args:
        rewards: `[groups, group_size]`.
        normalise_std: Whether to divide.
        epsilon: Added to the standard deviation. Reference trainers differ: 1e-6 in verl, 1e-4 in TRL.

    Returns:
        `[groups, group_size]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members, so there is nothing to compare.
    """
    if rewards.ndim != 2 or rewards.shape[1] < 2:
        raise ValueError(f"Expected rewards [groups, group_size >= 2], actually: {tuple(rewards.shape)}.")
    centred = rewards - rewards.mean(1, keepdim=True)
    return centred / (rewards.std(1, keepdim=True) + epsilon) if normalise_std else centred
