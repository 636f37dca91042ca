"""`generated`: the task source of problems drawn from hash streams, without end.

A problem belongs to the test split or to the training split by a hash of its family and its canonical parameters, so
the two cannot share a problem, whatever the seeds and levels. A draw repeats until a problem of the right split comes.

- `generated(split=, families=, level=)`: the source, one object for equal arguments.
- `GeneratedSource`: what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from rlvr.core import Task
from rlvr.envs.math.families import FAMILIES, Family
from rlvr.envs.math.families.base import Parameters
from rlvr.registry.names import unknown
from rlvr.seeding import Stream, StreamKey, in_test_split

SPLITS = ("train", "test")

_MAX_DRAWS = 10_000
"""Draws after which a split is taken for empty; the test split's share makes 10 the mean."""

_TASK_ID = re.compile(r"[a-z]+-[0-9]+/[a-z]+/([0-9]{1,40})/([0-9]{1,40})")


@dataclass(frozen=True, slots=True)
class _Member:
    """A family as one source uses it."""

    family: Family
    label: str
    """How the ids of its tasks start."""
    salt: str
    """What goes before the canonical parameters where the split is decided."""
    tags: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class GeneratedSource:
    """Problems of some families at one level, of one split. Make it with `generated`."""

    split: str
    families: tuple[str, ...]
    """Names, in alphabetical order; each draw takes one of them, all equally often."""
    level: int
    name: str = "generated"
    size: int | None = None
    """There is no end."""
    _members: tuple[_Member, ...] = field(init=False, repr=False)
    _key: StreamKey = field(init=False, repr=False)
    _test: bool = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Bind the families, and refuse a split that none of a family's problems falls into."""
        members = tuple(
            _Member(
                family=FAMILIES[name],
                label=f"{name}-{self.level}/{self.split}",
                salt=f"{name}:",
                tags={"family": name, "level": self.level, "split": self.split},
            )
            for name in self.families
        )
        key = StreamKey("rlvr/Math", "v0", self.split, f"{','.join(self.families)} level {self.level}")
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_test", self.split == "test")
        for member in members:
            self._problem(member, key.at(0, 0))

    def draw(self, seed: int, episode: int) -> Task:
        """See `TaskSource.draw`; the id is `"{family}-{level}/{split}/{seed}/{episode}"`."""
        stream = self._key.at(seed, episode)
        member = self._member(stream)
        family, problem = member.family, self._problem(member, stream)
        return Task(f"{member.label}/{seed}/{episode}", family.prompt(problem), family.answer(problem), member.tags)

    def canonical(self, seed: int, episode: int) -> str:
        """What the task of `draw(seed, episode)` asks: equal for equal problems, of whatever source and level."""
        stream = self._key.at(seed, episode)
        member = self._member(stream)
        return member.salt + member.family.canonical(self._problem(member, stream))

    def _member(self, stream: Stream) -> _Member:
        members = self._members
        return members[stream.below(len(members)) if len(members) > 1 else 0]

    def _problem(self, member: _Member, stream: Stream) -> Parameters:
        """The first problem of the right split in the stream."""
        family, level, salt, test = member.family, self.level, member.salt, self._test
        draw, canonical = family.draw, family.canonical
        for _ in range(_MAX_DRAWS):
            problem = draw(stream, level)
            if in_test_split(salt + canonical(problem)) is test:
                return problem
        raise ValueError(
            f"Family {family.name!r} has no problem of the {self.split} split at level {level}: "
            f"it has {family.size(level)} problems, and {_MAX_DRAWS} draws met none. Choose another level."
        )

    def find(self, key: int | str, seed: int) -> Task:
        """The `key`-th task under `seed`, or the task that an id of this source names, whatever its seed.

        Raises:
            ValueError: The index is negative, or the id is not one of this source.
        """
        if isinstance(key, int) and not isinstance(key, bool):
            if key < 0:
                raise ValueError(f"Expected the index of a generated task to be at least 0, actually: {key}.")
            return self.draw(seed, key)
        match = _TASK_ID.fullmatch(key) if isinstance(key, str) else None
        if match is None:
            raise ValueError(
                "Expected an index or an id such as "
                f'"{self._members[0].label}/0/17" (family-level/split/seed/episode), actually: {key!r}.'
            )
        task = self.draw(int(match[1]), int(match[2]))
        if task.id != key:
            raise ValueError(
                f"Task {key!r} is not one of {self!r}: its seed and episode give {task.id!r} here. "
                "Make the environment with the families, level and split that the task was drawn with."
            )
        return task

    def __copy__(self) -> GeneratedSource:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> GeneratedSource:
        """Itself: it never changes."""
        return self

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
    if split not in SPLITS:
        raise ValueError(unknown("split of the generated problems", split, SPLITS))
    if not isinstance(families, Iterable | None):
        raise ValueError(
            f"Expected families to be a name, several names, or None for all, actually: {families!r}. "
            f"There are: {', '.join(FAMILIES)}."
        )
    names = list(FAMILIES) if families is None else [families] if isinstance(families, str) else list(families)
    if not names:
        raise ValueError(f"Expected at least one family, actually: {families!r}. There are: {', '.join(FAMILIES)}.")
    for name in names:
        if not isinstance(name, str) or name not in FAMILIES:
            raise ValueError(unknown("family", name, FAMILIES))
    top = {name: len(FAMILIES[name].levels) for name in names}
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= min(top.values()):
        there = ", ".join(f"{name} has 1 to {highest}" for name, highest in top.items())
        raise ValueError(f"Expected level to be a level of every chosen family, actually: {level!r}. {there}.")
    return _source(split, tuple(sorted(set(names))), level)


@cache
def _source(split: str, families: tuple[str, ...], level: int) -> GeneratedSource:
    return GeneratedSource(split, families, level)
