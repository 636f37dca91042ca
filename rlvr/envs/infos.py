"""Many infos to one: Gymnasium's batched layout, built a column at a time.

`gymnasium.vector.VectorEnv._add_info` adds one environment's info after another, which costs several microseconds each.
The layout is the same here, to the byte: for every key an array over the slots (`float`, `int`, `bool` and NumPy
numbers keep their type, arrays are stacked, dicts are batched recursively, everything else becomes objects), and after
it the mask `_key`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from rlvr.core import Info

Slots = npt.NDArray[np.intp] | None
"""The slots that a column's values belong to; `None` for all of them, in order."""


def batch_infos(infos: Sequence[Info], slots: Slots, num_envs: int) -> Info:
    """Batch the infos of `slots` in a vector environment of `num_envs`.

    Keys come in the order in which the slots bring them up. A key that holds a dict in one slot and something else in
    another becomes an object column, where Gymnasium's layout breaks down.
    """
    batched: Info = {}
    for key, values, where in _columns(infos, slots):
        if key == "final_obs":  # Kept as it is, whatever its type, so that observations are easy to reach.
            batched[key] = _spread(objects(values), where, num_envs)
        elif all(isinstance(value, dict) for value in values):
            batched[key] = batch_infos(values, where, num_envs)
        else:
            batched[key] = _column(values, where, num_envs)
        mask = np.zeros(num_envs, dtype=np.bool_)
        mask[slice(None) if where is None else where] = True
        batched[f"_{key}"] = mask
    return batched


def _columns(infos: Sequence[Info], slots: Slots) -> Iterator[tuple[str, list[Any], Slots]]:
    """Each key with its values and the slots that have it."""
    if not infos:
        return
    first = infos[0]
    if set(map(len, infos)) == {len(first)}:
        try:
            columns = [(key, list(map(itemgetter(key), infos)), slots) for key in first]
        except KeyError:
            pass  # As many keys, but others.
        else:
            yield from columns
            return
    ragged: dict[str, tuple[list[Any], list[int]]] = {}
    for slot, info in zip(range(len(infos)) if slots is None else slots.tolist(), infos, strict=True):
        for key, value in info.items():
            column = ragged.get(key)
            if column is None:
                ragged[key] = [value], [slot]
            else:
                column[0].append(value)
                column[1].append(slot)
    for key, (values, where) in ragged.items():
        yield key, values, np.array(where, dtype=np.intp)


def _column(values: list[Any], slots: Slots, num_envs: int) -> npt.NDArray[Any]:
    """One array for one key; its type is that of the first value, as in Gymnasium."""
    kind = type(values[0])
    if kind in (int, float, bool) or issubclass(kind, np.number):
        return _spread(np.array(values, dtype=kind), slots, num_envs)
    if not issubclass(kind, np.ndarray):
        return _spread(objects(values), slots, num_envs)
    array = np.zeros((num_envs, *values[0].shape), dtype=values[0].dtype)
    for slot, value in zip(range(num_envs) if slots is None else slots, values, strict=True):
        array[slot] = value
    return array


def objects(values: Sequence[Any]) -> npt.NDArray[np.object_]:
    """An array of these objects, without looking into those that are sequences."""
    return np.fromiter(values, dtype=np.object_, count=len(values))


def _spread(column: npt.NDArray[Any], slots: Slots, num_envs: int) -> npt.NDArray[Any]:
    """Put a column's values at its slots; the others hold zero, or `None`."""
    if slots is None:
        return column
    array = np.full(num_envs, None if column.dtype == np.object_ else 0, dtype=column.dtype)
    array[slots] = column
    return array
