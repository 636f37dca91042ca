"""The policy loss that a configuration names.

- `LossConfig`: which, and its numbers.
- `policy_loss`: its values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from rlvr.baselines.config import refuse_idle, require_at_least
from rlvr.baselines.losses.likelihood import cispo, dppo, policy_gradient, vespo
from rlvr.baselines.losses.mirror_descent import dro, kimi
from rlvr.baselines.losses.ratios import PolicyLoss
from rlvr.baselines.losses.sequence_ratios import gmpo, gspo
from rlvr.baselines.losses.surrogates import clipped_surrogate, dual_clip_surrogate, sapo, two_sided_surrogate

PolicyLossKind = Literal[
    "clip",
    "dual_clip",
    "two_sided",
    "gspo",
    "gmpo",
    "sapo",
    "cispo",
    "dppo_tv",
    "dppo_kl",
    "vespo",
    "policy_gradient",
    "kimi",
    "dro",
]

_PUBLISHED: dict[PolicyLossKind, tuple[float, float]] = {
    "clip": (0.2, 0.28),  # DAPO
    "dual_clip": (0.2, 0.28),
    "two_sided": (0.2, 0.2),  # INTELLECT-2
    "gspo": (3e-4, 4e-4),
    "gmpo": (0.4, 0.4),
    "cispo": (1.0, 4.0),  # ScaleRL's cap of 5, no lower bound
    "dppo_tv": (0.15, 0.15),  # the authors' runs, as in verl's example
    "dppo_kl": (0.05, 0.05),
}

_CLIPS = ("clip_low", "clip_high")
_READS: dict[PolicyLossKind, tuple[str, ...]] = {
    "clip": _CLIPS,
    "dual_clip": (*_CLIPS, "dual_clip"),
    "two_sided": (*_CLIPS, "delta"),
    "gspo": _CLIPS,
    "gmpo": _CLIPS,
    "sapo": ("positive_temperature", "negative_temperature"),
    "cispo": (*_CLIPS, "cispo_bounds"),
    "dppo_tv": (*_CLIPS, "truncation"),
    "dppo_kl": (*_CLIPS, "truncation"),
    "vespo": ("positive_shape", "negative_shape"),
    "policy_gradient": (),
    "kimi": ("tau",),
    "dro": ("tau",),
}
"""What each kind looks at, besides `log_ratio_bound`."""


@dataclass(frozen=True)
class LossConfig:
    """The policy loss."""

    kind: PolicyLossKind = "clip"
    """Which; "clip" is PPO's and GRPO's."""
    clip_low: float | None = None
    """Lower bound of the ratio, in the kind's own meaning; none: the value its paper used (0.2 for "clip")."""
    clip_high: float | None = None
    """Upper bound of the ratio, in the kind's own meaning; none: the value its paper used (0.28 for "clip", DAPO's)."""
    dual_clip: float = 3.0
    """Kind "dual_clip": a bad token costs at most this many times its advantage; above 1."""
    delta: float = 4.0
    """Kind "two_sided": bound of the ratio where the advantage is negative; at least 1 + clip_high."""
    cispo_bounds: Literal["relative", "absolute"] = "relative"
    """Kind "cispo": ratios in [1 - clip_low, 1 + clip_high] (paper, verl), or at most clip_high (TRL, ScaleRL)."""
    truncation: float = 20.0
    """Kinds "dppo_tv" and "dppo_kl": bound of the ratio that multiplies the advantage."""
    positive_temperature: float = 1.0
    """Kind "sapo": tau where the advantage is positive."""
    negative_temperature: float = 1.05
    """Kind "sapo": tau elsewhere."""
    positive_shape: tuple[float, float] = (2.0, 3.0)
    """Kind "vespo": k and lambda of the weight `W^k exp(lambda (1 - W))` where the advantage is at least 0."""
    negative_shape: tuple[float, float] = (3.0, 2.0)
    """Kind "vespo": k and lambda elsewhere."""
    tau: float = 0.1
    """Kinds "kimi" and "dro": weight of the squared log-ratio."""
    log_ratio_bound: float | None = 20.0
    """Log-ratios (of "gspo" and "gmpo" the sequence's, of "vespo" both) are clamped to plus or minus this: no ratio
    overflows."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        if self.kind not in _READS:
            raise ValueError(f"Expected loss.kind to be one of {', '.join(_READS)}, actually: {self.kind!r}.")
        idle = {name for names in _READS.values() for name in names} - set(_READS[self.kind])
        if self.kind == "cispo" and self.cispo_bounds == "absolute":
            idle.add("clip_low")
        refuse_idle("loss", self, f'with loss.kind "{self.kind}"', *sorted(idle))
        for name in ("clip_low", "clip_high"):
            if getattr(self, name) is not None:
                require_at_least("loss", self, **{name: 0.0})
        require_at_least("loss", self, tau=0.0)
        positive = ["truncation", "positive_temperature", "negative_temperature"]
        for name in [*positive, "log_ratio_bound"] if self.log_ratio_bound is not None else positive:
            if not getattr(self, name) > 0.0:
                raise ValueError(f"Expected loss.{name} to be above 0, actually: {getattr(self, name)}.")
        for name in ("positive_shape", "negative_shape"):
            shape = getattr(self, name)
            if len(shape) != 2 or not (shape[0] >= 0.0 and shape[1] > 0.0):
                raise ValueError(
                    f"Expected loss.{name} to be k, at least 0, and lambda, above 0, actually: {list(shape)}."
                )
        if not self.dual_clip > 1.0:
            raise ValueError(f"Expected loss.dual_clip to be above 1, actually: {self.dual_clip}.")
        if self.kind == "two_sided" and not self.delta >= 1.0 + self.bounds[1]:
            least = f"at least 1 + loss.clip_high = {1.0 + self.bounds[1]}"
            raise ValueError(f"Expected loss.delta to be {least}, actually: {self.delta}. Below, it would be the clip.")

    @property
    def bounds(self) -> tuple[float, float]:
        """`clip_low` and `clip_high`, the published ones where none is given; (1, inf) for kinds that never clip."""
        low, high = _PUBLISHED.get(self.kind, (1.0, math.inf))
        if self.kind == "cispo" and self.cispo_bounds == "absolute":
            high += 1.0  # The same cap, said the other way.
        return low if self.clip_low is None else self.clip_low, high if self.clip_high is None else self.clip_high


def policy_loss(
    config: LossConfig, logprobs: Tensor, old: Tensor, advantages: Tensor, sequence: Tensor, count: int
) -> PolicyLoss:
    """The loss of each token, unweighted, to be minimised.

    Args:
        config: Which loss.
        logprobs: [N], under the policy that learns, with graph.
        old: [N], under the policy of the last sampling.
        advantages: [N].
        sequence: [N] long, the row of each token, 0 to count - 1.
        count: Rows.
    """
    low, high = config.bounds
    bound = config.log_ratio_bound
    args = (logprobs, old, advantages)
    match config.kind:
        case "clip":
            return clipped_surrogate(*args, clip_low=low, clip_high=high, log_ratio_bound=bound)
        case "dual_clip":
            return dual_clip_surrogate(
                *args, clip_low=low, clip_high=high, dual_clip=config.dual_clip, log_ratio_bound=bound
            )
        case "two_sided":
            return two_sided_surrogate(*args, clip_low=low, clip_high=high, delta=config.delta, log_ratio_bound=bound)
        case "gspo":
            return gspo(*args, sequence, count, clip_low=low, clip_high=high, log_ratio_bound=bound)
        case "gmpo":
            return gmpo(*args, sequence, count, clip_low=low, clip_high=high, log_ratio_bound=bound)
        case "sapo":
            return sapo(
                *args,
                positive_temperature=config.positive_temperature,
                negative_temperature=config.negative_temperature,
                log_ratio_bound=bound,
            )
        case "cispo":
            return cispo(*args, clip_low=low, clip_high=high, bounds=config.cispo_bounds, log_ratio_bound=bound)
        case "dppo_tv" | "dppo_kl":
            return dppo(
                *args,
                divergence="tv" if config.kind == "dppo_tv" else "kl",
                clip_low=low,
                clip_high=high,
                truncation=config.truncation,
                log_ratio_bound=bound,
            )
        case "vespo":
            return vespo(
                *args,
                sequence,
                count,
                positive=config.positive_shape,
                negative=config.negative_shape,
                log_ratio_bound=bound,
            )
        case "policy_gradient":
            return policy_gradient(logprobs, advantages)
        case "kimi":
            return kimi(*args, sequence, count, tau=config.tau)
        case "dro":
            return dro(*args, tau=config.tau)
