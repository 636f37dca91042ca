"""Advantages: how much better an episode, a turn or a token did than it was expected to. Pure functions on tensors.

- `outcome`: `outcome_advantages`, the outcome estimators by name.
- `group`: estimators that compare the samples of one prompt. `batch`: estimators with statistics of the whole batch.
  `best_of_k`: estimators for the best of k. They map rewards `[G, S]`, groups by samples, to advantages `[G, S]`.
- `rewards`: rewards on tokens. `returns`, `generalised`, `vine_ppo`, `distillation`: estimators of one value a token,
  on padded rows `[B, T]` with a mask that is 1 where the model sampled the token.
- `whitening`: the means, deviations and whitening that they share. `checks`: what they refuse.

Nothing here keeps a gradient, and the results have the type of the rewards: give float64. A position that the mask
leaves out may hold anything in `values`, `kl` or log-probabilities, and is 0 in every result.
"""

from rlvr.baselines.advantages.batch import (
    batch_relative,
    lite_ppo,
    magistral,
    reinforce,
    reinforce_plus_plus_baseline,
    reinforce_plus_plus_outcome,
)
from rlvr.baselines.advantages.best_of_k import best_of_group, pass_at_k
from rlvr.baselines.advantages.distillation import on_policy_distillation
from rlvr.baselines.advantages.generalised import gae, length_adaptive_lambda
from rlvr.baselines.advantages.group import gdpo, gpg, group_relative, maxrl, opo, remax, rloo
from rlvr.baselines.advantages.outcome import OUTCOME_KINDS, OutcomeKind, outcome_advantages
from rlvr.baselines.advantages.returns import discounted_returns, reinforce_plus_plus
from rlvr.baselines.advantages.rewards import penalise_kl, place_rewards
from rlvr.baselines.advantages.vine_ppo import vine
from rlvr.baselines.advantages.whitening import whiten

__all__ = [
    "OUTCOME_KINDS",
    "OutcomeKind",
    "batch_relative",
    "best_of_group",
    "discounted_returns",
    "gae",
    "gdpo",
    "gpg",
    "group_relative",
    "length_adaptive_lambda",
    "lite_ppo",
    "magistral",
    "maxrl",
    "on_policy_distillation",
    "opo",
    "outcome_advantages",
    "pass_at_k",
    "penalise_kl",
    "place_rewards",
    "reinforce",
    "reinforce_plus_plus",
    "reinforce_plus_plus_baseline",
    "reinforce_plus_plus_outcome",
    "remax",
    "rloo",
    "vine",
    "whiten",
]
