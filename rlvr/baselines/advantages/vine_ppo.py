"""VinePPO: advantages of steps from fresh rollouts, without a critic."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_finite, check_fraction, check_mask, check_same_shape


def vine(values: Tensor, rewards: Tensor, steps: Tensor, mask: Tensor, *, gamma: float = 1.0) -> Tensor:
    """`A_k = r_k + gamma V_{k+1} - V_k` on every token of step k, where V after the last step is 0.

    VinePPO, Kazemnejad et al. 2024 (arXiv 2410.01679): a step is a line of reasoning, or a turn, and `V_k` the mean
    reward of rollouts that start where step k does.

    Args:
        values: `[B, steps]`, by rollouts from the beginning of each step. What stands after a row's last step is not
            read.
        rewards: `[B, steps]`, earned in each step.
        steps: `[B, T]` integers: the step of each token. Only read where `mask` is 1.
        mask: `[B, T]`, 1 where the model sampled the token.
        gamma: Discount a step, in [0, 1].

    Returns:
        `[B, T]`, 0 where the mask is.

    Raises:
        ValueError: A shape is wrong, a step is out of range, a value in use is not finite, gamma is out of range, or
            a reward lies after the last step of its row and would be lost.
    """
    kept = check_mask(mask)
    check_same_shape("steps", steps, "mask", mask)
    check_same_shape("values", values, "rewards", rewards)
    check_finite("rewards", rewards)
    check_fraction("gamma", gamma)
    if steps.is_floating_point():
        raise ValueError(f"Expected steps as integers, actually: {steps.dtype}.")
    if rewards.ndim != 2 or rewards.shape[0] != mask.shape[0] or rewards.shape[1] < 1:
        raise ValueError(f"Expected rewards [rows = {mask.shape[0]}, steps >= 1], actually: {tuple(rewards.shape)}.")
    sampled = steps[kept]
    if sampled.numel() and not 0 <= int(sampled.min()) <= int(sampled.max()) < rewards.shape[1]:
        raise ValueError(
            f"Expected steps in 0..{rewards.shape[1] - 1}, one for each column of rewards, actually: "
            f"{int(sampled.min())}..{int(sampled.max())}."
        )
    index = torch.arange(rewards.shape[1], device=rewards.device)
    last = torch.where(kept, steps, steps.new_full((), -1)).amax(1, keepdim=True)  # [B, 1]
    if ((rewards != 0) & (index > last)).any():
        raise ValueError("Expected rewards up to the last step of a row, actually: one after it, which would be lost.")
    check_finite("values", values[index <= last])
    # Zero before the subtraction: what stands after the last step may be undefined.
    values = torch.where(index <= last, values.detach().to(rewards.dtype), 0.0)
    following = torch.cat([values[:, 1:], torch.zeros_like(values[:, :1])], dim=1)  # 0 after the last step
    advantages = rewards + gamma * following - values  # [B, steps]
    return torch.where(kept, advantages.gather(1, torch.where(kept, steps, 0).long()), 0.0)
