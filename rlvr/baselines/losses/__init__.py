"""Losses a token, and what each token weighs: pure functions on flat tokens.

- `policy`: `LossConfig` and `policy_loss`, the choice among the policy losses below.
- `surrogates`: token ratios: PPO's clip, dual clip, two-sided clip, SAPO.
- `sequence_ratios`: GSPO and GMPO.
- `likelihood`: weighted log-likelihoods: plain policy gradient, CISPO, DPPO, VESPO; and supervised learning.
- `mirror_descent`: Kimi k1.5 and DRO.
- `aggregation`: the weight of a token in the loss of a batch.
- `kl`, `entropy`, `adaptive_entropy`, `covariance`, `off_policy`, `value`: the other terms.

Tokens are those the model sampled, without padding: `logprobs`, `old`, `advantages` are [N], `sequence` [N] says which
of `count` rows a token belongs to. Losses return values to be minimised, one a token, not yet weighted: whoever sums
them folds the denominator of the whole batch into the weights, so that micro-batches cannot change the gradient.
"""

from rlvr.baselines.losses.adaptive_entropy import EntropyCoefficient
from rlvr.baselines.losses.aggregation import Aggregation, aggregation_weights
from rlvr.baselines.losses.covariance import clip_cov_selection, kl_cov_penalty, kl_cov_selection, token_covariances
from rlvr.baselines.losses.entropy import EntropyConfig, entropy_bonus, entropy_threshold, top_entropy_mask
from rlvr.baselines.losses.kl import KLConfig, KLEstimator, kl
from rlvr.baselines.losses.likelihood import cispo, dppo, negative_log_likelihood, policy_gradient, vespo
from rlvr.baselines.losses.mirror_descent import dro, kimi
from rlvr.baselines.losses.off_policy import (
    PUBLISHED_CORRECTIONS,
    OffPolicyConfig,
    decoupled_loss,
    importance_weights,
    interpolated,
    off_policy_sequence_mask,
)
from rlvr.baselines.losses.policy import LossConfig, PolicyLossKind, policy_loss
from rlvr.baselines.losses.ratios import PolicyLoss, log_ratio, sequence_mean, sequence_sum
from rlvr.baselines.losses.sequence_ratios import gmpo, gspo
from rlvr.baselines.losses.surrogates import clipped_surrogate, dual_clip_surrogate, sapo, two_sided_surrogate
from rlvr.baselines.losses.value import value_loss

__all__ = [
    "PUBLISHED_CORRECTIONS",
    "Aggregation",
    "EntropyCoefficient",
    "EntropyConfig",
    "KLConfig",
    "KLEstimator",
    "LossConfig",
    "OffPolicyConfig",
    "PolicyLoss",
    "PolicyLossKind",
    "aggregation_weights",
    "cispo",
    "clip_cov_selection",
    "clipped_surrogate",
    "decoupled_loss",
    "dppo",
    "dro",
    "dual_clip_surrogate",
    "entropy_bonus",
    "entropy_threshold",
    "gmpo",
    "gspo",
    "importance_weights",
    "interpolated",
    "kimi",
    "kl",
    "kl_cov_penalty",
    "kl_cov_selection",
    "log_ratio",
    "negative_log_likelihood",
    "off_policy_sequence_mask",
    "policy_gradient",
    "policy_loss",
    "sapo",
    "sequence_mean",
    "sequence_sum",
    "token_covariances",
    "top_entropy_mask",
    "two_sided_surrogate",
    "value_loss",
    "vespo",
]
