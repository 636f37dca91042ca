"""Outcome advantages from the rewards of one prompt's samples.

- `group_relative`: GRPO and Dr. GRPO. `rloo`: leave one out. `remax`: against the greedy sample.
- `opo`: the mean weighted by length. `maxrl`: over the mean. `gpg`: made up for groups without spread.
- `gdpo`: each term of the reward normalised for itself.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

from rlvr.baselines.advantages.checks import check_finite, check_lengths, check_rewards
from rlvr.baselines.advantages.whitening import centre, divide, standardise


def group_relative(
    rewards: Tensor, *, normalise_std: bool = True, epsilon: float = 1e-6, unbiased: bool = True
) -> Tensor:
    """Reward minus the group's mean, over the group's standard deviation.

    `A = (R - mean_g) / (std_g + epsilon)`: GRPO, Shao et al. 2024 (arXiv 2402.03300), section 4.1.2. Without the
    division: Dr. GRPO, Liu et al. 2025 (arXiv 2503.20783), section 3.2.

    Args:
        rewards: `[G, S]`, groups by samples.
        normalise_std: Whether to divide.
        epsilon: Added to the standard deviation. Reference trainers differ: 1e-6 in verl, 1e-4 in TRL, 1e-9 in OpenRLHF
            (`group_norm`), 1e-8 in understand-r1-zero, 1e-4 in GRPO-Zero.
        unbiased: Whether the variance is over `S - 1`, as in verl, TRL and OpenRLHF, or over `S`, as in GRPO-Zero.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members, so there is nothing to compare. (verl gives such a group its
            reward as the advantage, which `reinforce` says openly.)
    """
    check_rewards(rewards, least=2)
    centred = centre(rewards)
    if not normalise_std:
        return centred
    return divide(centred, rewards.std(1, keepdim=True, correction=int(unbiased)), epsilon)


def rloo(rewards: Tensor) -> Tensor:
    """Reward minus the mean of the other samples: `A_i = R_i - mean(R_j, j != i) = S / (S - 1) (R_i - mean_g)`.

    Kool et al. 2019 ("Buy 4 REINFORCE samples, get a baseline for free!"); for language models Ahmadian
    et al. 2024 (arXiv 2402.14740), the REINFORCE leave-one-out estimator. The others do not depend on the sample, so
    the gradient is unbiased; with GRPO's mean it is short by the factor `(S - 1) / S`.

    Args:
        rewards: `[G, S]`.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members.
    """
    check_rewards(rewards, least=2)
    size = rewards.shape[1]
    return centre(rewards) * (size / (size - 1))


def remax(rewards: Tensor, greedy: Tensor) -> Tensor:
    """Reward minus the reward of the greedy sample of the same prompt.

    ReMax, Li et al. 2023 (arXiv 2310.10505). The one estimator for which one sample a prompt, beside the
    greedy one, is enough to compare.

    Args:
        rewards: `[G, S]`.
        greedy: `[G]`, the reward of the sample at temperature 0. It is not trained on.

    Returns:
        `[G, S]`.

    Raises:
        ValueError: A shape is wrong.
    """
    check_rewards(rewards)
    if greedy.shape != rewards.shape[:1]:
        raise ValueError(f"Expected greedy [groups = {rewards.shape[0]}], actually: {tuple(greedy.shape)}.")
    check_finite("greedy", greedy)
    return rewards - greedy[:, None]


def opo(rewards: Tensor, lengths: Tensor) -> Tensor:
    """Reward minus the group's mean weighted by length: `A_i = R_i - sum_j(l_j R_j) / sum_j(l_j)`.

    OPO, Hao et al. 2025 (arXiv 2505.23585), the optimal baseline: the one of least variance if the squared norm of a
    sample's score grows with its length.

    Args:
        rewards: `[G, S]`.
        lengths: `[G, S]`, sampled tokens of each; the environment's do not count.

    Returns:
        `[G, S]`, each row with mean zero when weighted by length.

    Raises:
        ValueError: A shape is wrong, a group has fewer than two members, a length is negative, or a group has no token.
    """
    check_rewards(rewards, least=2)
    check_lengths(lengths, rewards)
    weights = lengths.to(rewards.dtype)
    if (weights.sum(1) == 0).any():
        raise ValueError("Expected a sampled token in each group, actually: a group of lengths 0.")
    # Taken from the group's mean, so that equal rewards give exactly 0.
    centred = centre(rewards)
    return centred - (weights * centred).sum(1, keepdim=True) / weights.sum(1, keepdim=True)


def maxrl(rewards: Tensor) -> Tensor:
    """Reward minus the group's mean, over the group's mean: `A = (R - mean_g) / mean_g`, and 0 where the mean is 0.

    MaxRL, Tajwar et al. 2026 (arXiv 2602.02710). With rewards 0 and 1 the average over the group is the mean score of
    the right samples, whose expectation is the gradient of the log-likelihood of success, cut after S terms; less the
    mean score of all samples, as control variate.

    Args:
        rewards: `[G, S]`, none negative.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members, or a reward is negative: a mean below 0 would turn the sign.
    """
    check_rewards(rewards, least=2)
    if (rewards < 0).any():
        raise ValueError(
            f"Expected rewards of at least 0 for maxrl (shift them, or take group_relative), "
            f"actually: {rewards.min().item()}."
        )
    return divide(centre(rewards), rewards.mean(1, keepdim=True), 0.0)


def gpg(rewards: Tensor, *, scale: Literal["groups", "nonzero"] = "groups") -> Tensor:
    """`A = alpha (R - mean_g)`, where alpha makes up for samples that give no gradient.

    GPG, Chu et al. 2025 (arXiv 2504.02546), accurate gradient estimation, with `F_norm = 1`.

    Args:
        rewards: `[G, S]`.
        scale: What alpha is. "groups": all groups over groups with spread, `B / (B - M)`, as in the paper. "nonzero":
            all samples over samples whose reward is not 0, as in verl.

    Returns:
        `[G, S]`, each row with mean zero.

    Raises:
        ValueError: A group has fewer than two members, or `scale` is unknown.
    """
    check_rewards(rewards, least=2)
    if scale == "groups":
        total, useful = rewards.shape[0], int((rewards.amax(1) > rewards.amin(1)).sum())
    elif scale == "nonzero":
        total, useful = rewards.numel(), int(rewards.count_nonzero())
    else:
        raise ValueError(f"Expected scale to be 'groups' or 'nonzero', actually: {scale!r}.")
    return centre(rewards) * (total / max(useful, 1))


def gdpo(
    rewards: Tensor,
    weights: Tensor,
    *,
    lengths: Tensor | None = None,
    normalise_batch: bool = True,
    epsilon: float = 1e-6,
    unbiased: bool = True,
) -> Tensor:
    """Each term of the reward relative to its group, then the weighted sum, then the batch to mean 0 and deviation 1.

    GDPO, Liu et al. 2026 (arXiv 2601.05242), group reward-decoupled normalisation. Summed first, different mixtures of
    terms with one sum would have one advantage.

    Args:
        rewards: `[G, S, terms]`.
        weights: `[terms]`, of the normalised terms.
        lengths: `[G, S]`, sampled tokens of each. With them the batch is normalised over tokens, as in verl; without,
            over samples, as in the paper.
        normalise_batch: Whether to normalise the batch.
        epsilon: Added to each standard deviation.
        unbiased: Whether each variance is over the count minus 1.

    Returns:
        `[G, S]`.

    Raises:
        ValueError: A shape is wrong, or a group has fewer than two members.
    """
    if rewards.ndim != 3 or rewards.shape[2] < 1:
        raise ValueError(f"Expected rewards [groups, group_size, terms >= 1], actually: {tuple(rewards.shape)}.")
    if weights.shape != rewards.shape[2:]:
        raise ValueError(f"Expected weights [terms = {rewards.shape[2]}], actually: {tuple(weights.shape)}.")
    terms = [group_relative(term, epsilon=epsilon, unbiased=unbiased) for term in rewards.unbind(2)]
    summed = (torch.stack(terms, dim=2) * weights.to(rewards.dtype)).sum(2)
    if lengths is not None:
        check_lengths(lengths, summed)
    if not normalise_batch:
        return summed
    counts = torch.ones_like(summed) if lengths is None else lengths.to(summed.dtype)
    return standardise(summed, counts, unbiased=unbiased, epsilon=epsilon)
