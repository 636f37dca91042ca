r"""Hypothesis strategies for the members of spaces.

- `from_space(space)`: a strategy; `from_space.register(MySpace)` teaches it another kind of space.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from gymnasium.vector.utils import concatenate, create_empty_array
from hypothesis import strategies as st

from rlvr.spaces import ROLES, AnyText, Messages

# What completions are made of. Arbitrary characters alone would never close a box or a think.
_PIECES = (
    r"\boxed{",
    r"\boxed{7}",
    r"\fbox{1/2}",
    "{",
    "}",
    "$",
    "<think>",
    "</think>",
    "<answer>",
    "</answer>",
    "####",
    "The answer is ",
    "1,234",
    "-0.5",
    r"\frac{1}{2}",
    "٧",
    "\n",
    "\0",
    "\ud800",
    "<|im_end|>",
)


@singledispatch
def from_space(space: gym.Space[Any]) -> st.SearchStrategy[Any]:
    """A strategy whose examples are members of `space`.

    Args:
        space: `AnyText`, `Messages`, or one of Gymnasium's: `Discrete`, `MultiDiscrete`, `MultiBinary`, `Box`, `Text`,
            `Tuple`, `Dict`, `Sequence`, `OneOf`, nested as you like.

    Raises:
        TypeError: There is no strategy for this kind of space.
    """
    raise TypeError(
        f"Expected a space with a strategy, actually: {space}. Teach it: from_space.register({type(space).__name__})."
    )


@from_space.register
def _(space: AnyText) -> st.SearchStrategy[str]:
    # Any text is a member: halves of surrogate pairs and NULs, which find bugs, are among these characters.
    characters = st.text(st.characters(), max_size=40)
    return characters | st.lists(st.sampled_from(_PIECES) | characters, max_size=6).map("".join)


@from_space.register
def _(space: Messages) -> st.SearchStrategy[tuple[dict[str, Any], ...]]:
    message = st.fixed_dictionaries({"role": st.sampled_from(ROLES), "content": from_space(AnyText())})
    return st.lists(message, max_size=3).map(tuple)


@from_space.register
def _(space: spaces.Discrete) -> st.SearchStrategy[Any]:
    first = int(space.start)
    return st.integers(first, first + int(space.n) - 1).map(space.dtype.type)


@from_space.register
def _(space: spaces.MultiDiscrete) -> st.SearchStrategy[Any]:
    bounds = zip(space.start.flat, space.nvec.flat, strict=True)
    return _array(space, [st.integers(int(start), int(start + n) - 1) for start, n in bounds])


@from_space.register
def _(space: spaces.MultiBinary) -> st.SearchStrategy[Any]:
    return _array(space, [st.integers(0, 1)] * int(np.prod(space.shape)))


@from_space.register
def _(space: spaces.Box) -> st.SearchStrategy[Any]:
    bounds = zip(space.low.flat, space.high.flat, strict=True)
    return _array(space, [_between(low, high, space.dtype) for low, high in bounds])


@from_space.register
def _(space: spaces.Text) -> st.SearchStrategy[str]:
    return st.text(sorted(space.character_set), min_size=space.min_length, max_size=space.max_length)


@from_space.register(spaces.Tuple)
def _(space: spaces.Tuple[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*[from_space(part) for part in space.spaces])


@from_space.register
def _(space: spaces.Dict) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({key: from_space(part) for key, part in space.spaces.items()})


@from_space.register
def _(space: spaces.Sequence) -> st.SearchStrategy[Any]:
    feature = space.feature_space
    members = st.lists(from_space(feature), max_size=5)

    def stacked(items: list[Any]) -> Any:
        empty: Any = create_empty_array(feature, n=len(items))
        return concatenate(feature, items, empty) if items else empty

    return members.map(stacked if space.stack else tuple)


@from_space.register(spaces.OneOf)
def _(space: spaces.OneOf[Any]) -> st.SearchStrategy[tuple[Any, Any]]:
    return st.one_of([st.tuples(st.just(np.int64(index)), from_space(part)) for index, part in enumerate(space.spaces)])


def _array(space: gym.Space[Any], elements: list[st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Arrays of the space's shape and type, each element from its own strategy."""
    return st.tuples(*elements).map(lambda values: np.array(values, dtype=space.dtype).reshape(space.shape))


def _between(low: Any, high: Any, dtype: np.dtype[Any]) -> st.SearchStrategy[Any]:
    """Numbers of a type between two bounds, both included; a float's bounds may be infinite, its values not."""
    if np.issubdtype(dtype, np.floating):
        limits = np.finfo(dtype)
        width = 8 * dtype.itemsize if dtype.itemsize <= 8 else 64
        low, high = float(max(low, limits.min)), float(min(high, limits.max))
        return st.floats(low, high, width=width)  # type: ignore[arg-type]
    return st.integers(int(low), int(high))
