"""Published methods as settings: what each changes in a configuration, with its source.

`rlvr train thinking --preset dapo` is the recipe `thinking`, learned by DAPO. A preset says what a method is, not how
long it trains: steps, batch, budget and learning rate stay the recipe's, and flags win over the preset. Terms of the
reward (soft overlong punishment, length, format) are wrappers: see `docs/wrappers.md`.

- `Preset`: changes and their source.
- `PRESETS`: by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from rlvr.baselines.config import merge

C = TypeVar("C")

_ALL_GROUPS = {"skip_flat_groups": False}
_PER_SEQUENCE = {"kind": "sequence_mean_token_mean"}
_SYMMETRIC = {"clip_low": 0.2, "clip_high": 0.2}
_ON_POLICY = {"loss": {"kind": "policy_gradient"}, "mini_batches": 1}
_DYNAMIC = {"dynamic_sampling": True, "flat_by": "score"}


@dataclass(frozen=True)
class Preset:
    """A published method."""

    algorithm: str
    """A section of `TrainConfig`."""
    source: str
    """Who published it, and where."""
    changes: Mapping[str, Any]
    """To the section of the algorithm."""

    def apply(self, config: C) -> C:
        """A training configuration with this method in it.

        Raises:
            ConfigError: The changes do not fit what the configuration has already.
        """
        return merge(config, {"algorithm": self.algorithm, self.algorithm: dict(self.changes)})


def _grpo(source: str, **changes: Any) -> Preset:
    return Preset("grpo", source, changes)


def _reinforce(source: str, **changes: Any) -> Preset:
    return Preset("reinforce", source, changes)


def _expert(source: str, **changes: Any) -> Preset:
    return Preset("expert_iteration", source, changes)


def _ppo(source: str, **changes: Any) -> Preset:
    return Preset("ppo", source, changes)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "grpo": _grpo(
            "DeepSeekMath, arXiv 2402.03300",
            loss=_SYMMETRIC,
            aggregation=_PER_SEQUENCE,
            kl={"coefficient": 0.04, "estimator": "k3"},
            data=_ALL_GROUPS,
        ),
        "dr_grpo": _grpo(
            "Understanding R1-Zero-like training, arXiv 2503.20783",
            advantage="dr_grpo",
            loss=_SYMMETRIC,
            aggregation={"kind": "constant"},
            data=_ALL_GROUPS,
        ),
        "dapo": _grpo(
            "DAPO, arXiv 2503.14476; with the wrapper SoftOverlong",
            loss={"clip_low": 0.2, "clip_high": 0.28},
            data=_DYNAMIC,
        ),
        "lite_ppo": _grpo(
            "Tricks or traps?, arXiv 2508.08221", advantage="lite_ppo", loss=_SYMMETRIC, data=_ALL_GROUPS
        ),
        "magistral": _grpo(
            "Magistral, arXiv 2506.10910; advantages are normalised over the batch, there over the mini-batch",
            advantage="magistral",
            loss={"clip_high": 0.26},
            aggregation={"kind": "prompt_mean"},
        ),
        "maxrl": _grpo("Maximum likelihood RL, arXiv 2602.02710", advantage="maxrl", **_ON_POLICY),
        "gpg": _grpo("GPG, arXiv 2504.02546", advantage="gpg", data=_ALL_GROUPS, **_ON_POLICY),
        "gdpo": _grpo(
            "GDPO, arXiv 2601.05242; with several terms in the reward",
            advantage="gdpo",
            loss=_SYMMETRIC,
            aggregation=_PER_SEQUENCE,
            data=_ALL_GROUPS,
        ),
        "pass_at_k": _grpo("Pass@k training, arXiv 2508.10751", advantage="pass_at_k"),
        "intellect_2": _grpo(
            "INTELLECT-2, arXiv 2505.07291, section 4.1; without its entropy bonus",
            loss={"kind": "two_sided", "delta": 4.0},
            kl={"coefficient": 0.001},
        ),
        "gspo": _grpo("GSPO, arXiv 2507.18071", loss={"kind": "gspo"}, aggregation=_PER_SEQUENCE),
        "luspo": _grpo(
            "LUSPO, arXiv 2602.05261",
            loss={"kind": "gspo", "clip_low": 2e-3, "clip_high": 2.5e-3},
            aggregation={"kind": "sequence_mean_token_sum"},
        ),
        "gmpo": _grpo("GMPO, arXiv 2507.20673", loss={"kind": "gmpo"}, aggregation=_PER_SEQUENCE),
        "cispo": _grpo("MiniMax-M1, arXiv 2506.13585; the cap of the ratio is ScaleRL's", loss={"kind": "cispo"}),
        "scale_rl": _grpo(
            "The art of scaling RL compute, arXiv 2510.13786; without interruptions and no-positive-resampling",
            advantage="magistral",
            loss={"kind": "cispo", "cispo_bounds": "absolute", "clip_high": 5.0},
            aggregation={"kind": "prompt_mean"},
        ),
        "sapo": _grpo("SAPO, arXiv 2511.20347", loss={"kind": "sapo"}, aggregation=_PER_SEQUENCE),
        "vespo": _grpo("VESPO, arXiv 2602.10693", loss={"kind": "vespo"}),
        "dppo": _grpo("DPPO, arXiv 2602.04879", loss={"kind": "dppo_tv"}),
        "kimi_k1.5": _grpo(
            "Kimi k1.5, arXiv 2501.12599; with the wrapper KimiLength, without its reset of the optimizer",
            advantage="dr_grpo",
            loss={"kind": "kimi"},
            aggregation={"kind": "sequence_mean_token_sum"},
            data=_ALL_GROUPS,
        ),
        "olmo_3": _grpo(
            "Olmo 3 Think, arXiv 2512.13961",
            advantage="dr_grpo",
            loss={"clip_low": 0.2, "clip_high": 0.272},
            old_logprobs="trainer",
            off_policy={"weight": "token"},
            data={"dynamic_sampling": True},
        ),
        "icepop": _grpo(
            "Ring-1T, arXiv 2510.18855",
            old_logprobs="trainer",
            off_policy={"weight": "token", "weight_high": 5.0, "reject": "token"},
            aggregation={"count_rejected": True},
        ),
        "areal": _grpo(
            "AReaL, arXiv 2505.24298; the cap of the weights is its code's",
            loss=_SYMMETRIC,
            old_logprobs="trainer",
            off_policy={"weight": "token", "weight_high": 5.0, "reject": "token", "reject_low": 0.0},
            data={"lag": 2, "max_staleness": 8, **_ALL_GROUPS},
        ),
        "skywork_or1": _grpo(
            "Skywork-OR1, arXiv 2505.22312",
            loss=_SYMMETRIC,
            mini_batches=1,
            entropy={"adaptive": True, "coefficient": 0.0, "target": 0.2, "delta": 0.005},
        ),
        "high_entropy": _grpo(
            "Beyond the 80/20 rule, arXiv 2506.01939, upon DAPO; with the wrapper SoftOverlong",
            loss={"clip_low": 0.2, "clip_high": 0.28},
            entropy={"top_fraction": 0.2},
            data=_DYNAMIC,
        ),
        "clip_cov": _grpo("The entropy mechanism, arXiv 2505.22617", loss=_SYMMETRIC, entropy={"covariance": "clip"}),
        "kl_cov": _grpo(
            "The entropy mechanism, arXiv 2505.22617",
            loss={"clip_low": 1.0, "clip_high": 1e9},
            entropy={"covariance": "kl", "covariance_fraction": 2e-3},
        ),
        "mimo": _grpo(
            "MiMo, arXiv 2505.07608",
            loss={"clip_low": 0.2, "clip_high": 0.28},
            data={"dynamic_sampling": True, "easy_pool_share": 0.1},
        ),
        "reinforce": _reinforce("Williams 1992", baseline="none", data=_ALL_GROUPS),
        "rloo": _reinforce("RLOO, arXiv 2402.14740", baseline="rloo", data=_ALL_GROUPS),
        "remax": _reinforce("ReMax, arXiv 2310.10505", baseline="remax", data=_ALL_GROUPS),
        "opo": _reinforce("OPO, arXiv 2505.23585", baseline="opo", data=_ALL_GROUPS),
        "reinforce++": _reinforce(
            "REINFORCE++, arXiv 2501.03262",
            baseline="reinforce++",
            loss={"kind": "clip", **_SYMMETRIC},
            kl={"coefficient": 0.01, "estimator": "k1", "where": "reward"},
            data=_ALL_GROUPS,
        ),
        "reinforce++_baseline": _reinforce(
            "REINFORCE++, arXiv 2501.03262",
            baseline="reinforce++_baseline",
            loss={"kind": "clip", **_SYMMETRIC},
            kl={"coefficient": 0.01, "estimator": "k2"},
            data=_ALL_GROUPS,
        ),
        "ppo": _ppo("Schulman et al. 2017, arXiv 1707.06347", loss=_SYMMETRIC, gae_lambda=0.95, critic_lambda=0.95),
        "orz": _ppo(
            "Open-Reasoner-Zero, arXiv 2503.24290",
            loss=_SYMMETRIC,
            mini_batches=1,
            critic={"mini_batches": 12},
        ),
        "vc_ppo": _ppo(
            "VC-PPO, arXiv 2503.01491",
            loss=_SYMMETRIC,
            gae_lambda=0.95,
            critic={"pretrain_steps": 10},
        ),
        "vapo": _ppo(
            "VAPO, arXiv 2504.05118",
            loss={"clip_low": 0.2, "clip_high": 0.28},
            gae_lambda=None,
            positive_likelihood=0.1,
            critic={"pretrain_steps": 10},
        ),
        "vine_ppo": _ppo(
            "VinePPO, arXiv 2410.01679",
            loss=_SYMMETRIC,
            values="vine",
            epochs=2,
            kl={"coefficient": 1e-4, "estimator": "k3"},
        ),
        "raft": _expert("RAFT, arXiv 2304.06767", prefer="best", per_task=1),
        "rest_em": _expert("ReST-EM, arXiv 2312.06585", restart=True, batches_per_round=20, per_task=10),
        "star": _expert(
            "STaR, arXiv 2203.14465",
            restart=True,
            batches_per_round=20,
            hint="{prompt}\n(The answer is {reference}. Show how one finds it.)",
        ),
    }
)
"""Published methods by name."""
