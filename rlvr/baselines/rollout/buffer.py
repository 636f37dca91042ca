"""Episodes as plain data and back, for batches that wait in a buffer and for its checkpoint.

- `pack`: groups of episodes as numbers, strings and containers, which `torch.load(weights_only=True)` reads.
- `unpack`: the inverse: equal episodes, token ids, log-probabilities, masks and infos included, floats bit for bit.

Whatever is no scalar, list or dict becomes a tuple whose first element names it, so nothing in an info can be mistaken
for it. `rlvr.baselines.run.episodes.record` is another format: what a person reads of an episode, without its prompts'
ids.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from rlvr.baselines.rollout.rollout import Group
from rlvr.core import Completion, Episode, FinishReason, Status, Turn

_SCALARS = frozenset({type(None), bool, int, float, str})
_RECORDS: dict[str, type[Any]] = {"episode": Episode, "turn": Turn}
_ENUMS: dict[str, type[Any]] = {"finish_reason": FinishReason, "status": Status}
_TAGS = {kind: tag for tag, kind in (_RECORDS | _ENUMS).items()}
_PLAIN: dict[type[Any], Callable[[Any], Any]] = {int: int.__int__, float: float.__float__, str: str.__str__}
"""Not `str(value)` and so on: a subclass may say something else of itself."""
_TOKENS = ("token_ids", "logprobs", "prompt_ids", "finish_reason")
"""What a `Completion` knows besides its text."""


def pack(groups: Sequence[Group]) -> list[Any]:
    """Groups of episodes as plain data.

    Tuples of numbers are not copied: a turn and the message it became share their token ids, here and in a file.
    Subclasses of numbers, strings and containers (NumPy's scalars, other enums) become what they equal.

    Raises:
        TypeError: An info or a message holds something else; the message says where.
    """
    return [
        [_packed(episode, f"episode {position} of group {number}") for position, episode in enumerate(group)]
        for number, group in enumerate(groups)
    ]


def unpack(plain: Sequence[Any]) -> list[Group]:
    """The inverse of `pack`."""
    return [[_unpacked(episode) for episode in group] for group in plain]


def _packed(value: Any, where: str) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind in (Episode, Turn):
        return _TAGS[kind], {
            one.name: _packed(getattr(value, one.name), f"{where}, {one.name}") for one in fields(kind)
        }
    if kind in (FinishReason, Status):
        return _TAGS[kind], value.value
    if isinstance(value, Completion):
        known = {name: _packed(getattr(value, name), f"{where}, {name}") for name in _TOKENS}
        return "completion", str.__str__(value), known
    if isinstance(value, tuple):
        # Tokens are many and flat: looking at the types is enough.
        flat = kind is tuple and _SCALARS.issuperset(map(type, value))
        return "tuple", value if flat else tuple(_packed(one, f"{where}[{i}]") for i, one in enumerate(value))
    if isinstance(value, list):
        return [_packed(one, f"{where}[{i}]") for i, one in enumerate(value)]
    if isinstance(value, dict):
        return {_key(key, where): _packed(one, f"{where}[{key!r}]") for key, one in value.items()}
    return _scalar(value, where)


def _key(key: Any, where: str) -> Any:
    return key if type(key) in _SCALARS else _scalar(key, f"a key of {where}")


def _scalar(value: Any, where: str) -> Any:
    """The scalar that a value of another type equals."""
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) in _SCALARS:
        return value
    for kind, plain in _PLAIN.items():
        if isinstance(value, kind):
            return plain(value)
    raise TypeError(
        f"Expected None, bool, int, float, str, list, tuple or dict in {where}, actually: {type(value).__name__} "
        f"{value!r:.80}. Keep it out of the info, or train with lag=0: buffered episodes are part of checkpoints."
    )


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if isinstance(value, dict):
        return {key: _unpacked(one) for key, one in value.items()}
    if not isinstance(value, tuple):
        return value
    tag, content = value[:2]
    if tag == "tuple":
        return content if _SCALARS.issuperset(map(type, content)) else tuple(map(_unpacked, content))
    if tag == "completion":
        return Completion(content, **{name: _unpacked(one) for name, one in value[2].items()})
    if tag in _ENUMS:
        return _ENUMS[tag](content)
    return _RECORDS[tag](**{name: _unpacked(one) for name, one in content.items()})
