"""Beginnings: the prompts of a step, computed once for all answers to them.

A prompt's keys and values are the same for all of its answers. They are computed once, before the micro-batches that
need them; these see them as inputs of their own, and what gradient they leave there goes back through the prompts once,
when all of them are done. By the chain rule that is the gradient of whole rows.

- `Beginnings`: those of rows that are computed together. `families`: which rows these are.
- `Memory`: their keys and values.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

from rlvr.baselines.learner.sequences import TokenSequence

_KEPT = 1 / 4
"""Share of the positions that memory allows which beginnings may take, beside the micro-batches behind them."""
_AGAIN = 1 / 8
"""Share of what a row computes that may be the rest of a longer beginning, so that one pass is for all lengths."""


@dataclass(frozen=True, slots=True)
class Beginnings:
    """What rows have before the token that predicts their first masked one, cut to the length of the shortest."""

    rows: list[int]
    """Numbers of the rows."""
    length: int
    """Of each beginning; 0 where nothing is shared."""
    numbers: dict[tuple[int, ...], int]
    """The distinct ones, each with its number, D of them."""

    @property
    def positions(self) -> int:
        """In all."""
        return self.length * len(self.numbers)

    def ids(self, device: Any) -> Tensor:
        """`[D, length]`."""
        return torch.tensor(list(self.numbers), device=device)

    def owner(self, row: TokenSequence) -> int:
        """The number of a row's beginning."""
        return self.numbers[tuple(row.ids[: self.length])]


def families(rows: Sequence[TokenSequence], max_tokens: int) -> list[Beginnings]:
    """Put rows together whose beginnings are computed together.

    Args:
        rows: Any.
        max_tokens: Positions that memory allows; one beginning may take more than a quarter of them.
    """
    ends = [_beginning(row) for row in rows]
    found: list[Beginnings] = []
    for i in sorted(range(len(rows)), key=lambda i: (ends[i], rows[i].ids[: ends[i]])):
        if not found or not _joins(found[-1], rows[i], ends[i], max_tokens):
            found.append(Beginnings([], ends[i], {}))
        last = found[-1]
        last.rows.append(i)
        last.numbers.setdefault(tuple(rows[i].ids[: last.length]), len(last.numbers))
    return found


def _beginning(row: TokenSequence) -> int:
    return max(0, row.mask.index(1) - 1) if 1 in row.mask else 0


def _joins(family: Beginnings, row: TokenSequence, end: int, max_tokens: int) -> bool:
    again = end - family.length
    if again > (len(row.ids) - family.length) * _AGAIN:
        return False
    known = tuple(row.ids[: family.length]) in family.numbers
    return known or family.positions + family.length <= max_tokens * _KEPT


class Memory:
    """Keys and values of beginnings, and what gradient they are given."""

    def __init__(self, beginnings: Beginnings, cache: DynamicCache) -> None:
        """Cut the graph behind what a forward pass over them left in a cache."""
        self.beginnings = beginnings
        self._cache = cache
        self._made: list[tuple[int, str, Tensor]] = []  # number of the layer, name there, with graph
        self._given: list[Tensor] = []  # the same as leaves
        for number, layer in enumerate(cache.layers):
            for name, value in vars(layer).items():
                if isinstance(value, Tensor) and value.requires_grad:
                    self._made.append((number, name, value))
                    # In bfloat16, a sum over many micro-batches would lose the small ones.
                    leaf = value.detach().float() if value.dtype.itemsize < 4 else value.detach()
                    self._given.append(leaf.requires_grad_())

    def of(self, owner: Tensor) -> DynamicCache:
        """A cache for rows that go on from the beginnings of these numbers, `[B]`."""
        cache = copy.copy(self._cache)
        cache.layers = [copy.copy(layer) for layer in self._cache.layers]
        for (number, name, made), given in zip(self._made, self._given, strict=True):
            setattr(cache.layers[number], name, given.to(made.dtype))
        cache.batch_select_indices(owner)
        return cache

    def settle(self) -> None:
        """Give the model's parameters the gradient that came back from the rows."""
        found = [
            (made, given.grad.to(made.dtype))
            for (*_, made), given in zip(self._made, self._given, strict=True)
            if given.grad is not None
        ]
        if found:
            made, gradients = zip(*found, strict=True)
            torch.autograd.backward(made, gradients)
