"""What both contenders are asked to do, and what is measured of it."""

from __future__ import annotations

import resource
import sys
from dataclasses import dataclass
from typing import Any

ENV = "rlvr/Math-v0"
KWARGS: dict[str, Any] = {"families": "sum", "level": 3, "instruction": "", "split": "train"}
SEED = 0


@dataclass(frozen=True)
class Job:
    """A few steps of GRPO on three-digit sums, in float32, from one policy."""

    policy: str
    """Folder of the model and the tokenizer."""
    groups: int = 32
    """Prompts a batch."""
    group_size: int = 8
    """Completions a prompt."""
    max_new_tokens: int = 48
    """Budget of a completion."""
    updates: int = 1
    """Optimizer steps a batch. With more than one, TRL scores the batch once more, for the ratio."""
    learning_rate: float = 1e-6
    """TRL's own; small, so that the policy and with it the length of completions stay the same for both. AdamW does
    the same work at any rate."""
    clip: tuple[float, float] = (0.2, 0.28)
    """Ratios are clipped at 1 minus the first, and at 1 plus the second."""
    betas: tuple[float, float] = (0.9, 0.95)
    """AdamW's."""
    warmup: int = 3
    """Steps that are not timed."""
    steps: int = 10
    """Steps that are."""
    threads: int = 2
    """Of torch."""

    @property
    def batch(self) -> int:
        """Completions a step."""
        return self.groups * self.group_size


@dataclass(frozen=True)
class Outcome:
    """What a contender's process reports."""

    seconds: list[float]
    """Each step."""
    cpu_seconds: float
    """Of all steps and threads, by the processor's clock, which stands still while other programs run."""
    phases: dict[str, float]
    """Seconds of all steps, by phase."""
    length: float
    """Mean tokens of a completion."""
    reward: float
    """Mean."""
    megabytes_before: float
    """Most memory that was resident up to the first step: libraries, model, environments."""
    megabytes: float
    """Most memory that was resident, of the whole process."""


def peak_megabytes() -> float:
    """Most memory of this process that was ever resident."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)  # bytes there, KiB elsewhere
