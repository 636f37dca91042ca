"""Random numbers that modules draw by themselves, such as dropout's, from a seed of ours.

- `seeded`: torch's global generators seeded for a while, and then as they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Have the global generators of the CPU and of one GPU begin at `seed`; after it they go on as if nothing had been.

    Modules take no generator, so there is no other way to say where their numbers come from.
    """
    gpu = device if device.type == "cuda" else None
    with torch.random.fork_rng(devices=[] if gpu is None else [gpu]):
        torch.default_generator.manual_seed(seed)  # The CPU's alone: torch.manual_seed seeds every GPU, too.
        if gpu is not None:
            with torch.cuda.device(gpu):
                torch.cuda.manual_seed(seed)
        yield
