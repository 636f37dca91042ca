"""Episodes to token tensors.

- `TokenSequence`: one row of ids with what the loss needs of each.
- `from_episode`: an episode's turns as one row, or several where a prompt does not go on from the previous answer.
- `Batch`, `pad`: rows to right-padded tensors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from rlvr.core import Episode


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """One row: prompt and samples interleaved, with a value for every position."""

    ids: list[int]
    mask: list[int]
    """1 where the id was sampled by the model (or is a target of supervised learning), else 0."""
    logprobs: list[float]
    """When it was sampled; 0.0 where the mask is 0, and never read there."""
    weights: list[float]
    """What the token's loss counts: its advantage, with the denominator folded in."""


def from_episode(episode: Episode, weight: float = 1.0) -> list[TokenSequence]:
    """The rows of one episode; every sampled token weighs `weight`.

    Turns whose prompt continues the row so far extend it, with mask 0 on the environment's tokens. Where an agent
    rewrote the history, a new row begins, so that every token is trained on exactly what it was conditioned on.
    """
    rows: list[TokenSequence] = []
    for turn in episode.turns:
        if not turn.output_ids:
            continue
        row = rows[-1] if rows and list(turn.prompt_ids[: len(rows[-1].ids)]) == rows[-1].ids else None
        if row is None:
            row = TokenSequence([], [], [], [])
            rows.append(row)
        delta = list(turn.prompt_ids[len(row.ids) :])
        row.ids.extend([*delta, *turn.output_ids])
        row.mask.extend([0] * len(delta) + list(turn.output_mask))
        row.logprobs.extend([0.0] * len(delta) + list(turn.output_logprobs))
        row.weights.extend([0.0] * len(delta) + [weight * kept for kept in turn.output_mask])
    return rows


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as right-padded tensors, `[B, T]`. Under a causal mask, padding on the right changes no real position."""

    ids: Tensor
    mask: Tensor
    logprobs: Tensor
    weights: Tensor


def pad(rows: list[TokenSequence], *, pad_id: int, device: Any = "cpu") -> Batch:
    """Stack rows, padded with `pad_id` and mask 0."""
    width = max(len(row.ids) for row in rows)

    def stack(values: list[list[Any]], fill: Any, dtype: torch.dtype) -> Tensor:
        filled = [value + [fill] * (width - len(value)) for value in values]
        return torch.tensor(filled, dtype=dtype, device=device)

    return Batch(
        ids=stack([row.ids for row in rows], pad_id, torch.long),
        mask=stack([row.mask for row in rows], 0, torch.bool),
        logprobs=stack([row.logprobs for row in rows], 0.0, torch.float32),
        weights=stack([row.weights for row in rows], 0.0, torch.float32),
    )


def micro_batches(rows: list[TokenSequence], max_tokens: int) -> Iterator[list[TokenSequence]]:
    """Rows of similar length together, each batch at most `max_tokens` padded positions (one row at least)."""
    batch: list[TokenSequence] = []
    for row in sorted(rows, key=lambda row: len(row.ids)):
        # Sorted by length, so this row sets the width.
        if batch and (len(batch) + 1) * len(row.ids) > max_tokens:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
