"""Equality to the byte: types, key order, shapes and dtypes included."""

from __future__ import annotations

from typing import Any

import numpy as np


def require_identical(ours: Any, theirs: Any, where: str = "", *, key_order: bool = True) -> None:
    """Fail, and say where, unless two nested structures are the same in every respect."""
    assert type(ours) is type(theirs), f"{where}: {type(ours)} against {type(theirs)}"
    if isinstance(ours, dict):
        keys = (list(ours), list(theirs)) if key_order else (sorted(ours), sorted(theirs))
        assert keys[0] == keys[1], f"{where}: keys {keys[0]} against {keys[1]}"
        for key in ours:
            require_identical(ours[key], theirs[key], f"{where}[{key!r}]", key_order=key_order)
    elif isinstance(ours, (tuple, list)):
        assert len(ours) == len(theirs), f"{where}: {len(ours)} against {len(theirs)} elements"
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            require_identical(one, other, f"{where}[{index}]", key_order=key_order)
    elif isinstance(ours, np.ndarray):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape), f"{where}: {ours!r} against {theirs!r}"
        if ours.dtype == object:
            require_identical(ours.tolist(), theirs.tolist(), where, key_order=key_order)
        else:
            assert ours.tobytes() == theirs.tobytes(), f"{where}: {ours!r} against {theirs!r}"
    else:
        assert ours == theirs, f"{where}: {ours!r} against {theirs!r}"
