"""Rows to micro-batches: what one forward pass takes.

- `MicroBatch`: ids, and where the masked tokens are predicted.
- `plan`: which rows go together, within a number of positions.
- `assemble`: rows to tensors: right-padded, packed, or with a beginning that several share.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from rlvr.baselines.learner.sequences import Tokens, TokenSequence

Layout = Literal["padded", "packed", "shared"]


_AGAIN = 1 / 8
"""Share of a micro-batch that may be beginnings computed anew for each row, so that more rows stand side by side."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What rows have before the token that predicts their first masked one: the answers to a prompt have it alike.

    They are cut to the length of the shortest; the rest is in each row.
    """

    ids: Tensor
    """`[D, T]`: the distinct ones."""
    owner: Tensor
    """`[B]` long: which of them each row has."""


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
    """Shared only: what comes before `ids`."""


def beginning(row: TokenSequence) -> tuple[int, ...]:
    """A row's ids before the one that predicts its first masked token."""
    return tuple(row.ids[: max(0, row.mask.index(1) - 1)]) if 1 in row.mask else ()


def plan(
    lengths: Sequence[int],
    max_tokens: int,
    layout: Layout = "padded",
    beginnings: Sequence[tuple[int, ...]] = (),
) -> list[list[int]]:
    """Put rows together: their numbers, each micro-batch of at most `max_tokens` positions (one row at least).

    Padded, rows of similar length go together, shortest first. Packed, each row, longest first, goes into the fullest
    bin that still takes it (best-fit decreasing: at most 11/9 of the least number of bins, plus 4; Johnson 1974).
    Shared, rows whose beginnings are of similar length go together, and those that begin alike side by side.
    """
    if layout == "shared":
        return _sharing(lengths, max_tokens, beginnings)
    if layout == "packed":
        return _bins(lengths, max_tokens)
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lengths.__getitem__):
        # Sorted by length, so this row sets the width.
        if not batches or (len(batches[-1]) + 1) * lengths[i] > max_tokens:
            batches.append([])
        batches[-1].append(i)
    return batches


def _sharing(lengths: Sequence[int], max_tokens: int, beginnings: Sequence[tuple[int, ...]]) -> list[list[int]]:
    batches: list[list[int]] = []
    shared = again = 0  # Positions of each beginning, and those that rows with longer ones compute for themselves.
    distinct: set[tuple[int, ...]] = set()
    longest = 0
    for i in sorted(range(len(lengths)), key=lambda i: (len(beginnings[i]), lengths[i], beginnings[i])):
        longest = max(longest, lengths[i] - shared)
        again += len(beginnings[i]) - shared
        distinct.add(beginnings[i][:shared])
        positions = (len(batches[-1]) + 1) * longest + len(distinct) * shared if batches else 0
        if not batches or positions > max_tokens or again > max_tokens * _AGAIN:
            batches.append([])
            shared, again, longest = len(beginnings[i]), 0, lengths[i] - len(beginnings[i])
            distinct = {beginnings[i]}
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
    pad_id: int = 0,
    device: Any = "cpu",
    dtype: torch.dtype = torch.float32,
) -> MicroBatch:
    """Rows to tensors on a device. Under a causal mask, padding on the right changes no real position.

    Args:
        rows: At least one, of two ids or more; all with the same columns.
        layout: Side by side, in line, or side by side behind their beginnings.
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
    before = [beginning(row) for row in rows] if layout == "shared" else [()]
    skipped = min(map(len, before))
    before = [ids[:skipped] for ids in before]
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
    distinct = {ids: i for i, ids in enumerate(dict.fromkeys(before))}
    positions = [i for own in widths for i in range(own)] if packed else [skipped + i for i in range(width)]
    return MicroBatch(
        ids=tensor([[one for row in rows for one in row.ids[:-1]]])
        if packed
        else tensor([row.ids[skipped:-1] + [pad_id] * (width - own) for row, own in zip(rows, widths, strict=True)]),
        positions=tensor([positions]) if packed or skipped else None,
        beginnings=Beginnings(tensor(list(distinct)), tensor([distinct[ids] for ids in before])) if skipped else None,
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
