"""What each token weighs: how the losses of tokens become the loss of a batch.

The batch loss is the sum over all tokens of weight times value. All tokens of a sequence weigh the same, so the weights
are one number a sequence, computed once from the whole batch of an optimizer step: they hold whatever micro-batches
and ranks it is then cut into.

With S sequences of l tokens each, P prompts and a constant C:

| kind | weight | known as |
|---|---|---|
| token_mean | 1 / sum(l) | DAPO (arXiv 2503.14476, equation 12); verl "token-mean", TRL "dapo" |
| sequence_mean_token_mean | 1 / (S l) | GRPO (arXiv 2402.03300); verl "seq-mean-token-mean", TRL "grpo" |
| sequence_mean_token_sum | 1 / S | REINFORCE of a trajectory; Kimi k1.5; verl "seq-mean-token-sum" |
| constant | 1 / (S C) | Dr. GRPO (arXiv 2503.20783); TRL "dr_grpo", verl 0.9 "seq-mean-token-sum-norm" |
| constant_sum | 1 / C | the same in older verl: not divided by the number of sequences |
| prompt_mean | 1 / (P sum of l over the prompt's sequences) | SkyRL, ScaleRL's sample-level mean |
| token_sum | 1 | verl "token-sum" |
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor

Aggregation = Literal[
    "token_mean",
    "sequence_mean_token_mean",
    "sequence_mean_token_sum",
    "constant",
    "constant_sum",
    "prompt_mean",
    "token_sum",
]


def aggregation_weights(
    kind: Aggregation,
    lengths: Tensor,
    prompts: Tensor,
    *,
    constant: float | None = None,
    count_empty: bool = False,
) -> Tensor:
    """The weight of each token of a sequence.

    Args:
        kind: See the table above.
        lengths: [S], tokens of each sequence that bear a loss.
        prompts: [S] long, the prompt of each sequence; any numbers, equal for the same prompt.
        constant: C; for the constant kinds, usually the longest answer that could be sampled.
        count_empty: Count sequences (prompts) without tokens in S (P): TRL does for GRPO, verl does not.

    Returns:
        [S] float64; 0 for sequences without tokens.

    Raises:
        ValueError: A constant is missing or not above 0, or shapes differ.
    """
    if lengths.shape != prompts.shape or lengths.dim() != 1:
        raise ValueError(
            f"Expected lengths and prompts of one shape [S], actually: {tuple(lengths.shape)}, {tuple(prompts.shape)}."
        )
    counted = lengths.to(torch.float64)
    full = counted > 0
    sequences = float(len(counted) if count_empty else full.sum())
    if kind == "token_mean":
        denominators = counted.sum().expand_as(counted)
    elif kind == "sequence_mean_token_mean":
        denominators = sequences * counted
    elif kind == "sequence_mean_token_sum":
        denominators = torch.full_like(counted, sequences)
    elif kind == "prompt_mean":
        names, place = torch.unique(prompts, return_inverse=True)
        totals = counted.new_zeros(len(names)).index_add(0, place, counted)  # [P]
        denominators = float(len(names) if count_empty else (totals > 0).sum()) * totals[place]
    elif kind == "token_sum":
        denominators = torch.ones_like(counted)
    elif constant is None or not constant > 0.0:
        raise ValueError(f"Expected constant to be above 0 for aggregation {kind!r}, actually: {constant}.")
    else:
        denominators = torch.full_like(counted, constant * (sequences if kind == "constant" else 1.0))
    return torch.where(lengths > 0, 1.0 / denominators, 0.0)
