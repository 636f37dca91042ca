"""A key-value cache that grows in place.

Transformers' `DynamicLayer` copies all keys and values for each token, and all rows for each row that leaves. Here a
layer writes into room set aside, and a row that leaves makes place by moving one other.

- `growing_cache`: an empty one for a model.
- `GrowingLayer`: one layer of it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

_SPARE = 16
"""Room set aside is a 16th of the length, and one. More would save few copies, and a CPU reads rows that lie far
apart at less than half the speed of rows that touch."""


def growing_cache(config: Any) -> DynamicCache:
    """An empty cache for a model of this configuration; not for use with gradients.

    Layers that attend to everything grow in place. Others (sliding windows, linear attention) are transformers' own.
    """
    cache = DynamicCache(config=config)
    cache.layers = [GrowingLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


class GrowingLayer(DynamicLayer):  # type: ignore[misc]
    """Keys and values of one layer, `[rows, heads, length, width]` each: the used part of larger tensors."""

    _room: tuple[Tensor, Tensor]
    """What `keys` and `values` are views of."""

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Append `[rows, heads, new, width]` and return everything so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self.keys, self.values = key_states[:, :, :0], value_states[:, :, :0]
            self._room = (self.keys, self.values)
        before = self.keys.shape[-2]
        after = before + key_states.shape[-2]
        if after > self._room[0].shape[-2]:
            self._make_room(after + after // _SPARE + 1)
        rows = len(key_states)
        for room, new in zip(self._room, (key_states, value_states), strict=True):
            room[:rows, :, before:after] = new
        self._use(rows, after)
        return self.keys, self.values

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Have the row that is number `beam_idx[i]` as number i; there may be more rows then, or fewer.

        Unless there are more than before, only those that move are copied.
        """
        rows, length = len(beam_idx), self.get_seq_length()
        if not length:
            return  # Models whose layers share keys and values leave some layers empty.
        if rows > len(self._room[0]):
            self.keys, self.values = self.keys[beam_idx], self.values[beam_idx]
            self._make_room(self._room[0].shape[-2])
        else:
            places = (beam_idx != torch.arange(rows, device=beam_idx.device)).nonzero()[:, 0]
            sources = beam_idx[places]
            for room in self._room:
                room[places, :, :length] = room[sources, :, :length]
        self._use(rows, length)

    def _make_room(self, positions: int) -> None:
        """Move the rows in use to tensors with room for so many positions each."""
        rooms = []
        for used in (self.keys, self.values):
            rows, heads, length, width = used.shape
            room = used.new_empty(rows, heads, positions, width)
            room[:, :, :length] = used
            rooms.append(room)
        self._room = (rooms[0], rooms[1])

    def _use(self, rows: int, length: int) -> None:
        keys, values = self._room
        self.keys, self.values = keys[:rows, :, :length], values[:rows, :, :length]
