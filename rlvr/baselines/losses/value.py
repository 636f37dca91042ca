"""The loss of a value head."""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.losses.ratios import PolicyLoss


def value_loss(values: Tensor, old_values: Tensor, returns: Tensor, *, clip: float | None = None) -> PolicyLoss:
    """`max((V - R)**2, (clip(V, V_old - clip, V_old + clip) - R)**2) / 2`; without `clip`, `(V - R)**2 / 2`.

    Schulman et al. 2016 (arXiv 1506.02438), section 5; the clip is of OpenAI's PPO code and in no paper of theirs
    (Engstrom et al. 2020, arXiv 2005.12729, section 3).

    Args:
        values: [N], of the value head that learns, with graph.
        old_values: [N], at the time of sampling.
        returns: [N], what to predict.
        clip: How far a value may move before its gradient is cut; above 0, in units of the reward.

    Returns:
        The loss of each token, unweighted, and whether the clip cut its gradient off.
    """
    plain = (values - returns).square()
    if clip is None:
        return PolicyLoss(0.5 * plain, torch.zeros_like(values, dtype=torch.bool))
    clipped = (values.clamp(old_values - clip, old_values + clip) - returns).square()
    return PolicyLoss(0.5 * torch.maximum(plain, clipped), clipped > plain)
