"""`generated`: the task source of mathematics problems drawn from hash streams, without end.

What it shares with other generated sources, the splits above all, is in `rlvr.envs.generated`.

- `generated(split=, families=, level=)`: the source, one object for equal arguments.
- `GeneratedSource`: what it returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from rlvr.core import Task
from rlvr.envs import generated as shared
from rlvr.envs.generated import SPLITS, Member, chosen
from rlvr.envs.math.families import FAMILIES, Family
from rlvr.envs.math.families.base import Parameters
from rlvr.seeding import Stream, in_test_split

__all__ = ["SPLITS", "GeneratedSource", "generated"]


class GeneratedSource(shared.GeneratedSource[Family]):
    """Problems of some families at one level, of one split. Make it with `generated`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Bind the families, and refuse a split that none of a family's problems falls into."""
        self._bind("rlvr/Math", FAMILIES, in_test_split)

    def _task(self, id: str, member: Member[Family], problem: Parameters, stream: Stream) -> Task:
        family = member.family
        return Task(id, family.prompt(problem), family.answer(problem), member.tags)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: its arguments say everything."""
        return _source, (self.split, self.families, self.level)


def generated(*, split: str = "train", families: str | Sequence[str] | None = None, level: int = 1) -> GeneratedSource:
    """The source of generated problems.

    Args:
        split: `"train"` or `"test"`.
        families: One name or several of `FAMILIES`; all of them by default.
        level: Which level each family's problems are of, from 1.

    Raises:
        ValueError: There is no such split or family, or a family has no such level, or no problem in that split.
    """
    return _source(split, chosen(FAMILIES, split=split, families=families, level=level), level)


@cache
def _source(split: str, families: tuple[str, ...], level: int) -> GeneratedSource:
    return GeneratedSource(split, families, level)
