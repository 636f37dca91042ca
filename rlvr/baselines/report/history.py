"""A run's metrics, sorted by what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Line = Mapping[str, Any]
"""A line of `metrics.jsonl`."""


class History:
    """What a run has logged so far.

    Attributes:
        config: The run's configuration as plain data.
        cold_start: Lines of the cold start, a line a step.
        rl: Lines of the RL algorithm, whichever it is, a line a step.
        evaluations: By decoding, then by RL step.
        done: RL steps made.
        planned: RL steps asked for, or `None` where the configuration does not say.
    """

    def __init__(self, config: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Sort the lines."""
        self.config = config
        self.cold_start: list[Line] = []
        self.rl: list[Line] = []
        self.evaluations: dict[str, dict[int, Line]] = {}
        for line in lines:
            if line["phase"] == "evaluation":
                self.evaluations.setdefault(line["decoding"], {})[line["step"]] = line
            else:
                (self.cold_start if line["phase"] == "cold_start" else self.rl).append(line)
        algorithm = self.rl[0]["phase"] if self.rl else config.get("algorithm", "grpo")
        self.done: int = self.rl[-1]["step"] if self.rl else 0
        self.planned: int | None = config.get(algorithm, {}).get("steps")

    @property
    def finished(self) -> bool:
        """Whether every step was made and the last one was evaluated."""
        last = max((step for by_step in self.evaluations.values() for step in by_step), default=None)
        return last == self.done and self.planned in (None, self.done)


def moments(steps: Iterable[int]) -> dict[int, str]:
    """The first and the last of some RL steps, and their names."""
    ordered = sorted(set(steps))
    return {ordered[0]: "before"} | ({ordered[-1]: "after"} if len(ordered) > 1 else {}) if ordered else {}
