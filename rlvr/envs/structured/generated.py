"""`generated`: the task source of structured output drawn from hash streams, without end.

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
from rlvr.envs.generated import Member, chosen
from rlvr.envs.structured.families import FAMILIES, Family
from rlvr.envs.structured.families.base import Problem
from rlvr.seeding import Stream, in_test_split


class GeneratedSource(shared.GeneratedSource[Family]):
    """Problems of some families at one level, of one split. Make it with `generated`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        """Bind the families, and refuse a split that none of a family's problems falls into."""
        self._bind("rlvr/Structured", FAMILIES, in_test_split)

    def _task(self, id: str, member: Member[Family], problem: Problem, stream: Stream) -> Task:
        reference = member.family.reference(problem, stream)
        return Task(id, member.family.prompt(problem, reference, stream), reference, member.tags)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: its arguments say everything."""
        return _source, (self.split, self.families, self.level)


def generated(*, split: str = "train", families: str | Sequence[str] | None = None, level: int = 1) -> GeneratedSource:
    """The source of generated problems.

    Args:
        split: `"train"` or `"test"`.
        families: One name or several of `FAMILIES`; all of them by default.
        level: Which level each family's problems are of, from 1 to 3.

    Raises:
        ValueError: There is no such split or family, or a family has no such level.
    """
    return _source(split, chosen(FAMILIES, split=split, families=families, level=level), level)


@cache
def _source(split: str, families: tuple[str, ...], level: int) -> GeneratedSource:
    return GeneratedSource(split, families, level)
