"""Means, deviations and whitening that advantage estimators share.

Where everything is equal there is nothing to prefer: such a group or batch gets 0, exactly, whatever `epsilon` is, and
so does a batch of which a single value is left: verifiers that fail must not end a training run this way. A mean in
floating point is off by a rounding error, and that error over a small deviation would be an advantage.
"""

from __future__ import annotations

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_epsilon, check_finite, check_mask, check_same_shape


def centre(rewards: Tensor) -> Tensor:
    """Rewards `[G, S]` minus the mean of their group; exactly 0 in a group whose rewards are all equal."""
    flat = rewards.amax(1, keepdim=True) == rewards.amin(1, keepdim=True)
    return (rewards - rewards.mean(1, keepdim=True)).masked_fill(flat, 0.0)


def divide(values: Tensor, deviation: Tensor, epsilon: float) -> Tensor:
    """`values / (deviation + epsilon)`, and 0 where that would be a division by zero.

    Raises:
        ValueError: `epsilon` is negative.
    """
    check_epsilon(epsilon)
    denominator = deviation + epsilon
    return torch.where(denominator > 0, values / denominator, torch.zeros_like(values))


def standardise(values: Tensor, weights: Tensor, *, unbiased: bool, epsilon: float) -> Tensor:
    """Values minus their mean, over their standard deviation plus `epsilon`, where a value counts `weight` times.

    Args:
        values: Any shape.
        weights: Same shape: how often each value stands in the population.
        unbiased: Whether the variance is over the count minus 1.
        epsilon: Added to the standard deviation.

    Returns:
        Same shape, 0 where the weight is, and everywhere in a population of fewer than two.
    """
    centred, variance = _moments(values, weights, unbiased=unbiased)
    return divide(centred, variance.sqrt(), epsilon)


def whiten_weighted(values: Tensor, weights: Tensor, *, unbiased: bool, epsilon: float) -> Tensor:
    """As `standardise`, with `epsilon` added to the variance. With lengths as weights: whitening without the tokens."""
    check_epsilon(epsilon)
    centred, variance = _moments(values, weights, unbiased=unbiased)
    return divide(centred, (variance + epsilon).sqrt(), 0.0)


def _moments(values: Tensor, weights: Tensor, *, unbiased: bool) -> tuple[Tensor, Tensor]:
    """Values minus the weighted mean, and the weighted variance."""
    count = weights.sum()
    counted = values[weights > 0]
    if count < 2 or counted.max() == counted.min():
        return torch.zeros_like(values), values.new_zeros(())
    centred = torch.where(weights > 0, values - (weights * values).sum() / count, 0.0)
    return centred, (weights * centred**2).sum() / (count - 1 if unbiased else count)


def whiten(values: Tensor, mask: Tensor, *, unbiased: bool = True, epsilon: float = 1e-8) -> Tensor:
    """`(values - mean) / sqrt(variance + epsilon)` over all sampled tokens of the batch.

    Advantage normalisation of PPO, Andrychowicz et al. 2020 (arXiv 2006.05990), and of REINFORCE++, Hu et al. 2025
    (arXiv 2501.03262). Reference trainers differ: verl has the unbiased variance plus 1e-8; OpenRLHF the biased one,
    raised to at least 1e-8.

    Args:
        values: `[B, T]`.
        mask: `[B, T]`, 1 where the model sampled the token. Give all rows of the optimizer step: statistics of a
            micro-batch would make the gradient depend on how the step is cut.
        unbiased: Whether the variance is over the number of tokens minus 1.
        epsilon: Added to the variance.

    Returns:
        `[B, T]`, with mean 0 over the sampled tokens, and 0 elsewhere.

    Raises:
        ValueError: The shapes differ, or a sampled value is not finite.
    """
    kept = check_mask(mask)
    check_same_shape("values", values, "mask", mask)
    sampled = values[kept].detach()
    check_finite("values", sampled)
    whitened = torch.zeros_like(values)
    whitened[kept] = whiten_weighted(sampled, torch.ones_like(sampled), unbiased=unbiased, epsilon=epsilon)
    return whitened
