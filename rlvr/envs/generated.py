"""What every source of generated tasks shares: problems drawn from hash streams, without end, in two splits.

A problem belongs to the test split or to the training split by a hash of its family and its canonical parameters, so
the two cannot share a problem, whatever the seeds and levels. A draw repeats until a problem of the right split comes.

- `Family`: what a family of problems has to offer.
- `Member`: a family as one source uses it.
- `GeneratedSource`: problems of some families at one level, of one split; a subclass makes tasks of them.
- `chosen`: the families that arguments name, or an error that says what there is.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from rlvr.core import Task
from rlvr.registry.names import unknown
from rlvr.seeding import Stream, StreamKey

SPLITS = ("train", "test")

_MAX_DRAWS = 10_000
"""Draws after which a split is taken for empty; the test split's share makes 10 the mean."""

_TASK_ID = re.compile(r"[a-z]+-[0-9]+/[a-z]+/([0-9]{1,40})/([0-9]{1,40})")


class Family(Protocol):
    """One family of problems; every function is pure. What a problem is drawn as is the family's own business."""

    @property
    def name(self) -> str:
        """As `families=` and the task's id name it: lower-case letters."""
        ...

    @property
    def levels(self) -> tuple[str, ...]:
        """What level 1, 2, 3, ... asks, a line each."""
        ...

    @property
    def draw(self) -> Callable[[Stream, int], Any]:
        """A problem of a level, from nothing but the stream."""
        ...

    @property
    def canonical(self) -> Callable[[Any], str]:
        """Equal for problems that are the same. The split is decided by it, so it must not depend on the level."""
        ...

    @property
    def size(self) -> Callable[[int], int]:
        """Number of problems of a level that differ in `canonical`."""
        ...


F = TypeVar("F", bound=Family)


@dataclass(frozen=True, slots=True)
class Member(Generic[F]):
    """A family as one source uses it."""

    family: F
    label: str
    """How the ids of its tasks start."""
    salt: str
    """What goes before the canonical parameters where the split is decided."""
    tags: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class GeneratedSource(ABC, Generic[F]):
    """Problems of some families at one level, of one split.

    A subclass calls `_bind` in `__post_init__`, makes tasks in `_task` and pickles by name in `__reduce__`; it is made
    by a function that checks its arguments with `chosen`.
    """

    split: str
    families: tuple[str, ...]
    """Names, in alphabetical order; each draw takes one of them, all equally often."""
    level: int
    name: str = "generated"
    size: int | None = None
    """There is no end."""
    _members: tuple[Member[F], ...] = field(init=False, repr=False)
    _key: StreamKey = field(init=False, repr=False)
    _test: bool = field(init=False, repr=False)
    _in_test: Callable[[str], bool] = field(init=False, repr=False)

    def _bind(
        self,
        environment: str,
        families: Mapping[str, F],
        in_test: Callable[[str], bool],
        tags: Callable[[F], Mapping[str, Any]] = lambda family: {},
    ) -> None:
        """Take the families, and refuse a split that none of a family's problems falls into.

        Args:
            environment: The id without its version, which keys the streams.
            families: All families by name.
            in_test: Decides by the family's name and the canonical parameters: `rlvr.seeding.in_test_split`.
            tags: Tags of a family's tasks besides its name, the level and the split.
        """
        members = tuple(
            Member(
                family=families[name],
                label=f"{name}-{self.level}/{self.split}",
                salt=f"{name}:",
                tags={"family": name, **tags(families[name]), "level": self.level, "split": self.split},
            )
            for name in self.families
        )
        key = StreamKey(environment, "v0", self.split, f"{','.join(self.families)} level {self.level}")
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_test", self.split == "test")
        object.__setattr__(self, "_in_test", in_test)
        for member in members:
            self._problem(member, key.at(0, 0))

    @abstractmethod
    def __post_init__(self) -> None:
        """Call `_bind`."""

    @abstractmethod
    def _task(self, id: str, member: Member[F], problem: Any, stream: Stream) -> Task:
        """The task that poses `problem`; further draws come from `stream`."""

    @abstractmethod
    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: its arguments say everything."""

    def draw(self, seed: int, episode: int) -> Task:
        """See `TaskSource.draw`; the id is `"{family}-{level}/{split}/{seed}/{episode}"`."""
        stream, members = self._key.at(seed, episode), self._members
        member = members[stream.below(len(members)) if len(members) > 1 else 0]
        return self._task(f"{member.label}/{seed}/{episode}", member, self._problem(member, stream), stream)

    def canonical(self, seed: int, episode: int) -> str:
        """What the task of `draw(seed, episode)` asks: equal for equal problems, of whatever source and level."""
        stream, members = self._key.at(seed, episode), self._members
        member = members[stream.below(len(members)) if len(members) > 1 else 0]
        return member.salt + member.family.canonical(self._problem(member, stream))

    def _problem(self, member: Member[F], stream: Stream) -> Any:
        """The first problem of the right split in the stream."""
        family, level, salt, test, in_test = member.family, self.level, member.salt, self._test, self._in_test
        draw, canonical = family.draw, family.canonical
        for _ in range(_MAX_DRAWS):
            problem = draw(stream, level)
            if in_test(salt + canonical(problem)) is test:
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

    def __copy__(self) -> GeneratedSource[F]:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> GeneratedSource[F]:
        """Itself: it never changes."""
        return self


def chosen(
    known: Mapping[str, Family], *, split: str, families: str | Sequence[str] | None, level: int
) -> tuple[str, ...]:
    """The names of the families that a source is asked for, sorted, each once; all of `known` for `None`.

    Raises:
        ValueError: There is no such split or family, or a family has no such level.
    """
    if split not in SPLITS:
        raise ValueError(unknown("split of the generated problems", split, SPLITS))
    if not isinstance(families, Iterable | None):
        raise ValueError(
            f"Expected families to be a name, several names, or None for all, actually: {families!r}. "
            f"There are: {', '.join(known)}."
        )
    names = list(known) if families is None else [families] if isinstance(families, str) else list(families)
    if not names:
        raise ValueError(f"Expected at least one family, actually: {families!r}. There are: {', '.join(known)}.")
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise ValueError(unknown("family", name, known))
    top = {name: len(known[name].levels) for name in names}
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= min(top.values()):
        there = ", ".join(f"{name} has 1 to {highest}" for name, highest in top.items())
        raise ValueError(f"Expected level to be a level of every chosen family, actually: {level!r}. {there}.")
    return tuple(sorted(set(names)))
