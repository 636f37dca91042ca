"""What policy losses are made of: probability ratios, and sums over the tokens of a sequence.

- `PolicyLoss`: what a policy loss returns.
- `log_ratio`: of two policies at the sampled tokens, bounded if asked for.
- `sequence_sum`, `sequence_mean`: over the tokens of each row.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class PolicyLoss(NamedTuple):
    """Of each token, unweighted."""

    values: Tensor
    """[N], with graph; to be minimised."""
    clipped: Tensor
    """[N] bool: the method cut this token's gradient off or bounded its weight."""


def log_ratio(logprobs: Tensor, old: Tensor, bound: float | None = None) -> Tensor:
    """`logprobs - old`, clamped to [-bound, bound].

    In float32 `exp` overflows at 88, and from there `min` and `where` turn gradients into NaN, also where the loss
    itself is finite. verl clamps at 20 (core_algos.py). Beyond the bound the gradient is 0, as of any clamp.
    """
    difference = logprobs - old
    return difference if bound is None else difference.clamp(-bound, bound)


def sequence_sum(values: Tensor, sequence: Tensor, count: int) -> Tensor:
    """Sum over the tokens of each row: [N] to [count]; 0 for a row without tokens."""
    return values.new_zeros(count).index_add(0, sequence, values)


def sequence_mean(values: Tensor, sequence: Tensor, count: int) -> Tensor:
    """Mean over the tokens of each row: [N] to [count]; 0 for a row without tokens."""
    lengths = sequence_sum(values.detach().new_ones(values.shape), sequence, count)
    return sequence_sum(values, sequence, count) / lengths.clamp(min=1.0)
