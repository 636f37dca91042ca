"""Where the time of a step goes: phases, each without what runs inside it.

Optimizer and backward pass are found in torch itself, the same way for every contender.
"""

from __future__ import annotations

import functools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self

import torch
from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

REST = "rest"
"""What no phase claims."""


class Clock:
    """Seconds by phase; time always counts for the phase that was entered last.

    Args:
        wait: Called before the time is read, for devices that work behind the program's back: `torch.cuda.synchronize`.
    """

    def __init__(self, wait: Callable[[], None] = lambda: None) -> None:
        """Begin."""
        self._wait = wait
        self._stack = [REST]
        self._undo = ExitStack()
        self.restart()

    def __enter__(self) -> Self:
        """Use it with `with`: at the end, everything is as it was."""
        return self

    def __exit__(self, *_: object) -> None:
        """Put back what was wrapped."""
        self._undo.close()

    def restart(self) -> None:
        """Forget what was counted."""
        self.seconds: dict[str, float] = defaultdict(float)
        self._since = time.perf_counter()

    def enter(self, phase: str) -> None:
        """From now on, it is this one."""
        self._count()
        self._stack.append(phase)

    def leave(self) -> None:
        """Back to the phase before."""
        self._count()
        self._stack.pop()

    @contextmanager
    def phase(self, phase: str) -> Iterator[None]:
        """Count a block as a phase."""
        self.enter(phase)
        try:
            yield
        finally:
            self.leave()

    def stop(self) -> dict[str, float]:
        """Seconds by phase up to now."""
        self._count()
        return dict(self.seconds)

    def _count(self) -> None:
        self._wait()
        now = time.perf_counter()
        self.seconds[self._stack[-1]] += now - self._since
        self._since = now

    def around(self, owner: Any, name: str, phase: str | Callable[[], str]) -> None:
        """Count calls of `owner.name` as a phase."""
        function = getattr(owner, name)
        own = name in vars(owner)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.phase(phase if isinstance(phase, str) else phase()):
                return function(*args, **kwargs)

        setattr(owner, name, timed)
        self._undo.callback(*((setattr, owner, name, function) if own else (delattr, owner, name)))

    def around_torch(self) -> None:
        """Count the backward pass, clipping and the optimizer's steps."""
        self.around(torch.Tensor, "backward", "backward")
        self.around(torch.nn.utils, "clip_grad_norm_", "optimizer")
        self._undo.callback(register_optimizer_step_pre_hook(lambda *_: self.enter("optimizer")).remove)
        self._undo.callback(register_optimizer_step_post_hook(lambda *_: self.leave()).remove)
