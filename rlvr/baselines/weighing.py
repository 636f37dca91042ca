"""What the loss of a token weighs: one over the denominator of its mini-batch.

- `AggregationConfig`: how the losses of tokens become one number.
- `weigh`: the column `weights`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from rlvr.baselines.config import refuse_idle
from rlvr.baselines.experience import Experience
from rlvr.baselines.losses import Aggregation, aggregation_weights


@dataclass(frozen=True)
class AggregationConfig:
    """How the losses of tokens become one number; see `rlvr.baselines.losses.aggregation`."""

    kind: Aggregation = "token_mean"
    """Which mean or sum."""
    constant: float | None = None
    """What the constant kinds divide by; by default `max_new_tokens`."""
    count_rejected: bool = True
    """Tokens that an off-policy correction rejects stay in the denominators and in the other terms of the loss, KL and
    entropy (AReaL), or leave both (verl)."""
    count_empty: bool = False
    """Masked episodes count among the sequences that are averaged over (TRL), or do not (verl)."""

    def __post_init__(self) -> None:
        """Refuse what divides by nothing."""
        if self.kind not in ("constant", "constant_sum"):
            refuse_idle("aggregation", self, f'with aggregation.kind "{self.kind}"', "constant")
        if self.kind in ("token_mean", "token_sum", "constant_sum"):
            refuse_idle("aggregation", self, f'with aggregation.kind "{self.kind}"', "count_empty")
        if self.constant is not None and not self.constant > 0.0:
            raise ValueError(f"Expected aggregation.constant to be above 0, actually: {self.constant}.")


def weigh(chunk: Experience, config: AggregationConfig, *, constant: float, corrected: bool) -> None:
    """Fill in `weights` for a mini-batch.

    Args:
        chunk: The mini-batch.
        config: How it is averaged.
        constant: What the constant kinds divide by where the configuration does not say.
        corrected: Whether an off-policy correction filled in `kept`, 0 where it rejects a token.
    """
    lengths = []
    for one in chunk.all:
        if one.episode.masked or not one.tokens:
            lengths.append(0.0)
        elif corrected and not config.count_rejected:
            lengths.append(sum(one.column("kept")))
        else:
            lengths.append(float(one.tokens))
    prompts = [number for number, group in enumerate(chunk.played) for _ in group]
    weights = aggregation_weights(
        config.kind,
        torch.tensor(lengths, dtype=torch.float64),
        torch.tensor(prompts),
        constant=config.constant or constant,
        count_empty=config.count_empty,
    )
    for one, weight in zip(chunk.all, weights.tolist(), strict=True):
        one.fill("weights", [weight] * one.tokens)
    if not config.count_rejected and corrected:
        # They are out of the denominator, so the other terms of the loss must not have them either.
        chunk.fill_flat("weights", chunk.flat("weights") * chunk.flat("kept"))
