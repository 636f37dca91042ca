"""How long an answer is: in the tokens it was sampled as, or by a counter that has a name.

- `counter(name)`: the function that a name stands for.
- `length(actions, count)`: the length of an episode's actions.
- `characters`, `words`: two counters.

Counters are named, so that a spec stays JSON: `"package.module:function"`, or the path of a tokenizer's folder or
`tokenizer.json`, which the `transformers` or `tokenizers` library reads.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from rlvr.core import Completion

Counter = Callable[[str], int]


def characters(text: str) -> int:
    """Number of characters."""
    return len(text)


def words(text: str) -> int:
    """Number of pieces that white space parts."""
    return len(text.split())


def counter(name: str) -> Counter:
    """The function that a name stands for.

    Raises:
        ValueError: There is none; the message says what a name looks like.
    """
    if not isinstance(name, str):
        raise ValueError(f'Expected counter to be a str, actually: {name!r}. Try "rlvr.wrappers.counting:words".')
    return _counter(name)


@lru_cache(maxsize=32)
def _counter(name: str) -> Counter:
    path = Path(name)
    if name and path.exists():
        return _tokenizer(path)
    module, _, attribute = name.partition(":")
    try:
        function = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f'Expected counter to be "package.module:function" or the path of a tokenizer, actually: {name!r} '
            f"({error}). "
            'Try "rlvr.wrappers.counting:words".'
        ) from error
    if not callable(function):
        raise ValueError(f"Expected counter to name a function, actually: {name!r} is {function!r:.80}.")
    counting: Counter = function
    return counting


def _tokenizer(path: Path) -> Counter:
    from tokenizers import Tokenizer  # Only here: it comes with the extra `train`.

    file = path / "tokenizer.json" if path.is_dir() else path
    if not file.exists():
        raise ValueError(f"Expected {path} to hold a tokenizer.json, actually: it holds none.")
    tokenizer = Tokenizer.from_file(str(file))

    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    return count


def length(actions: Sequence[str], count: Counter | None) -> int:
    """Tokens of an episode's actions: those they were sampled as, else as the counter counts.

    Raises:
        ValueError: An action does not remember its tokens, and there is no counter.
    """
    total = 0
    for action in actions:
        if isinstance(action, Completion) and action.token_ids is not None:
            total += len(action.token_ids)
        elif count is not None:
            total += count(action)
        else:
            raise ValueError(
                "Expected an action that knows its tokens (rlvr.core.Completion with token_ids), actually: "
                f'{type(action).__name__} {action!r:.40}. Give the wrapper a counter="rlvr.wrappers.counting:words" '
                "or the path of a tokenizer."
            )
    return total
