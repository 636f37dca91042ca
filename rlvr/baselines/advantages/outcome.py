"""The outcome estimators by name, so that a configuration can choose one.

| kind | advantage | of |
|---|---|---|
| grpo | `(R - mean_g) / (std_g + epsilon)` | `group.group_relative` |
| dr_grpo | `R - mean_g` | `group.group_relative` |
| rloo | `R - mean of the others` | `group.rloo` |
| remax | `R - R_greedy` | `group.remax` |
| opo | `R - mean_g weighted by length` | `group.opo` |
| maxrl | `(R - mean_g) / mean_g` | `group.maxrl` |
| gpg | `B / (B - M) (R - mean_g)` | `group.gpg` |
| batch | `(R - mean_batch) / (std_batch + epsilon)` | `batch.batch_relative` |
| lite_ppo | `(R - mean_g) / (std_batch + epsilon)` | `batch.lite_ppo` |
| magistral | `R - mean_g`, normalised over samples | `batch.magistral` |
| reinforce++ | `R`, normalised over tokens | `batch.reinforce_plus_plus_outcome` |
| reinforce++_baseline | `R - mean_g`, normalised over tokens | `batch.reinforce_plus_plus_baseline` |
| none | `R` | `batch.reinforce` |
| batch_mean | `R - mean_batch` | `batch.reinforce` |
| pass_at_k | how much better the best of k is with this sample | `best_of_k.pass_at_k` |
| best_of_group | `(R_best - R_second) / (std_g + epsilon)`, of the best | `best_of_k.best_of_group` |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from torch import Tensor

from rlvr.baselines.advantages.batch import (
    batch_relative,
    lite_ppo,
    magistral,
    reinforce,
    reinforce_plus_plus_baseline,
    reinforce_plus_plus_outcome,
)
from rlvr.baselines.advantages.best_of_k import best_of_group, pass_at_k
from rlvr.baselines.advantages.checks import check_lengths, check_rewards
from rlvr.baselines.advantages.group import gpg, group_relative, maxrl, opo, remax, rloo

OutcomeKind = Literal[
    "grpo",
    "dr_grpo",
    "rloo",
    "remax",
    "opo",
    "maxrl",
    "gpg",
    "batch",
    "lite_ppo",
    "magistral",
    "reinforce++",
    "reinforce++_baseline",
    "none",
    "batch_mean",
    "pass_at_k",
    "best_of_group",
]
"""How rewards of groups become advantages."""

OUTCOME_KINDS: tuple[OutcomeKind, ...] = get_args(OutcomeKind)
"""Every name that `outcome_advantages` knows."""


def outcome_advantages(
    kind: OutcomeKind,
    rewards: Tensor,
    lengths: Tensor,
    *,
    greedy: Tensor | None = None,
    epsilon: float = 1e-6,
    unbiased: bool = True,
    k: int = 4,
) -> Tensor:
    """Advantages of samples from their rewards, by the estimator of that name.

    Args:
        kind: Which estimator; the table at the head of this module lists them.
        rewards: `[G, S]`, groups by samples.
        lengths: `[G, S]`, sampled tokens of each.
        greedy: `[G]`, rewards of the greedy samples, for "remax" only.
        epsilon: Added to a standard deviation, where one divides; to the variance with "reinforce++" and its baseline.
        unbiased: Whether variances are over the count minus 1; "pass_at_k" has all choices before it and takes the
            biased one.
        k: For "pass_at_k" only: how many attempts count as one.

    Returns:
        `[G, S]`: the advantage of every token of that sample.

    Raises:
        ValueError: The kind is unknown, a shape is wrong, something the estimator needs is missing, or there is
            nothing to compare.
    """
    if kind not in OUTCOME_KINDS:
        raise ValueError(f"Expected kind to be one of {', '.join(OUTCOME_KINDS)}, actually: {kind!r}.")
    check_rewards(rewards)
    check_lengths(lengths, rewards)
    if kind == "remax":
        if greedy is None:
            raise ValueError("Expected greedy [groups] with kind 'remax', actually: None.")
        return remax(rewards, greedy)
    if kind == "pass_at_k":
        return pass_at_k(rewards, k, epsilon=epsilon)
    estimators: dict[str, Callable[[], Tensor]] = {
        "grpo": lambda: group_relative(rewards, epsilon=epsilon, unbiased=unbiased),
        "dr_grpo": lambda: group_relative(rewards, normalise_std=False),
        "rloo": lambda: rloo(rewards),
        "opo": lambda: opo(rewards, lengths),
        "maxrl": lambda: maxrl(rewards),
        "gpg": lambda: gpg(rewards),
        "batch": lambda: batch_relative(rewards, epsilon=epsilon, unbiased=unbiased),
        "lite_ppo": lambda: lite_ppo(rewards, epsilon=epsilon, unbiased=unbiased),
        "magistral": lambda: magistral(rewards, epsilon=epsilon, unbiased=unbiased),
        "reinforce++": lambda: reinforce_plus_plus_outcome(rewards, lengths, epsilon=epsilon, unbiased=unbiased),
        "reinforce++_baseline": lambda: reinforce_plus_plus_baseline(
            rewards, lengths, epsilon=epsilon, unbiased=unbiased
        ),
        "none": lambda: reinforce(rewards),
        "batch_mean": lambda: reinforce(rewards, baseline="batch"),
        "best_of_group": lambda: best_of_group(rewards, epsilon=epsilon, unbiased=unbiased),
    }
    return estimators[kind]()
