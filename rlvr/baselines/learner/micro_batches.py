"""Rows to micro-batches: what one forward pass takes.

- `MicroBatch`: ids, and where the masked tokens are predicted.
- `together`, `plan`: which rows go together, within a number of positions.
- `assemble`: rows to tensors: right-padded, packed, or behind beginnings that are computed apart.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from rlvr.baselines.learner.beginnings import Beginnings, families
from rlvr.baselines.learner.sequences import Tokens, TokenSequence

Layout = Literal["padded", "packed", "shared"]


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """Rows as tensors. The last id of a row is a target only, so inputs are one shorter than rows."""

    ids: Tensor
    """`[B, T]`: a row each, right-padded; packed: `[1, T]`, all rows in line."""
    positions: Tensor | None
    """`[1, T]`; none where they count from 0. Packed, they begin anew with each row, which is how transformers sees
    where rows end; shared, they go on from the beginnings."""
    index: Tensor
    """`[N]` long: where each masked token is predicted, in the flattened `ids`."""
    targets: Tensor
    """`[N]` long: the masked tokens."""
    tokens: Tokens
    beginnings: Beginnings | None = None
    """What comes before `ids`, if that is computed apart."""
    owner: Tensor | None = None
    """`[B]` long: which of the beginnings each row has."""


def together(
    rows: Sequence[TokenSequence], max_tokens: int, layout: Layout = "padded"
) -> list[tuple[list[int], Beginnings | None]]:
    """Which rows make a micro-batch, by their numbers, and what they go on from."""
    if layout != "shared":
        return [(batch, None) for batch in plan([len(row.ids) for row in rows], max_tokens, layout)]
    return [
        ([family.rows[i] for i in batch], family)
        for family in families(rows, max_tokens)
        for batch in plan([len(rows[i].ids) - family.length for i in family.rows], max_tokens - family.positions)
    ]


def plan(lengths: Sequence[int], max_tokens: int, layout: Layout = "padded") -> list[list[int]]:
    """Put rows together: their numbers, each micro-batch of at most `max_tokens` positions (one row at least).

    Rows of similar length go together, shortest first. Packed, each row, longest first, goes into the fullest bin that
    still takes it (best-fit decreasing: at most 11/9 of the least number of bins, plus 4; Johnson 1974).
    """
    if layout == "packed":
        return _bins(lengths, max_tokens)
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Sorted by length, so this row sets the width.
        if not batches or (len(batches[-1]) + 1) * lengths[i] > max_tokens:
            batches.append([])
        batches[-1].append(i)
    return batches


def _bins(lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    bins: list[list[int]] = []
    room: list[tuple[int, int]] = []  # (positions left, number of the bin), sorted
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        fullest = bisect_left(room, (lengths[i], 0))
        if fullest == len(room):
            bins.append([])
            left, number = max_tokens, len(bins) - 1
        else:
            left, number = room.pop(fullest)
        bins[number].append(i)
        insort(room, (left - lengths[i], number))
    return bins


def assemble(
    rows: Sequence[TokenSequence],
    *,
    layout: Layout = "padded",
    beginnings: Beginnings | None = None,
    pad_id: int = 0,
    device: Any = "cpu",
    dtype: torch.dtype = torch.float32,
) -> MicroBatch:
    """Rows to tensors on a device. Under a causal mask, padding on the right changes no real position.

    Args:
        rows: At least one, of two ids or more; all with the same columns.
        layout: In line if packed, else side by side.
        beginnings: What these rows go on from, and others perhaps; not for packed ones.
        pad_id: What shorter rows are padded with.
        device: Of the tensors.
        dtype: Of the columns.

    Raises:
        ValueError: A row is malformed, or a column is missing from some of them.
    """
    for row in rows:
        row.check()
        if row.columns.keys() != rows[0].columns.keys():
            raise ValueError(
                f"Expected all rows to have the columns {sorted(rows[0].columns)}, actually: {sorted(row.columns)}."
            )
    skipped = beginnings.length if beginnings else 0
    widths = [len(row.ids) - 1 - skipped for row in rows]
    width = max(widths)
    packed = layout == "packed"
    index: list[int] = []
    start = 0
    for row, own in zip(rows, widths, strict=True):
        index.extend(start + i for i, bit in enumerate(row.mask[1 + skipped :]) if bit)
        start += own if packed else width

    def tensor(values: Any, kind: torch.dtype = torch.long) -> Tensor:
        return torch.tensor(values, dtype=kind, device=device)

    counts = [row.count for row in rows]
    positions = [i for own in widths for i in range(own)] if packed else [skipped + i for i in range(width)]
    return MicroBatch(
        ids=tensor([[one for row in rows for one in row.ids[:-1]]])
        if packed
        else tensor([row.ids[skipped:-1] + [pad_id] * (width - own) for row, own in zip(rows, widths, strict=True)]),
        positions=tensor([positions]) if packed or skipped else None,
        beginnings=beginnings if skipped else None,
        owner=tensor([beginnings.owner(row) for row in rows]) if beginnings and skipped else None,
        index=tensor(index),
        targets=tensor([one for row in rows for one, bit in zip(row.ids, row.mask, strict=True) if bit]),
        tokens=Tokens(
            sequence=tensor([i for i, count in enumerate(counts) for _ in range(count)]),
            count=len(rows),
            columns={
                name: tensor([value for row in rows for value in row.columns[name]], dtype) for name in rows[0].columns
            },
        ),
    )
