"""Tasks from files: where data files are looked for, how they are read, and the source over their rows.

- `locate(file_name, data=)`: the path of a data file; `searched(data)`: the folders that are looked into.
- `read_rows(path)`: the objects of a JSON or JSON-lines file, each with where it stands.
- `FileSource`: a task source over a fixed tuple of tasks, in another order for each seed.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rlvr.core import Task
from rlvr.seeding import StreamKey, permuted

DATA_VARIABLE = "RLVR_DATA"
"""The environment variable that names the folder of data files."""

Row = Mapping[str, Any]


def searched(data: str | None = None) -> list[Path]:
    """The folders that data files are looked for in, first to last.

    `data` if it is given, else what the environment variable `RLVR_DATA` names, else `../shared/data` beside the
    current directory and beside this repository.
    """
    named = data if data is not None else os.environ.get(DATA_VARIABLE)
    if named:
        return [Path(named).expanduser()]
    repository = Path(__file__).resolve().parents[2]
    return list(dict.fromkeys(base.parent / "shared" / "data" for base in (Path.cwd(), repository)))


def locate(file_name: str, *, data: str | None = None) -> Path | None:
    """The first file of that name in the folders of `searched(data)`, or `None`."""
    for folder in searched(data):
        path = folder / file_name
        if path.is_file():
            return path
    return None


def read_rows(path: Path, *, exact: bool = True) -> Iterator[tuple[str, Row]]:
    """The objects of a file, each after a text that says where it stands.

    The file holds an object a line (`.jsonl`), or one array of objects (`.json`); `.gz` is unpacked. With `exact`,
    decimal numbers come back as the text that spells them, so that nothing is rounded; else as floats.

    Raises:
        ValueError: The file is empty, or something in it is not a JSON object; the message names file and line.
    """
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rb") as file:
            content = file.read()
    except EOFError as error:
        raise ValueError(f"{path}: {error} Get the file again.") from error
    lines = ".jsonl" in path.suffixes
    empty = True
    for number, text in enumerate(content.split(b"\n") if lines else [content], start=1):
        if not text.strip():
            continue
        where = f"{path}, line {number}" if lines else f"{path}"
        for position, row in enumerate(_parsed(text, where, many=not lines, exact=exact)):
            place = where if lines else f"{path}, element {position}"
            if not isinstance(row, dict):
                raise ValueError(f"{place}: expected a JSON object, actually: {row!r:.80}. Get the file again.")
            empty = False
            yield place, row
    if empty:
        raise ValueError(f"{path}: expected at least one row, actually: none. Get the file again.")


def _parsed(text: bytes, where: str, *, many: bool, exact: bool) -> list[Any]:
    try:
        value = json.loads(text, parse_float=str if exact else float)
    except (ValueError, RecursionError) as error:
        if isinstance(error, json.JSONDecodeError) and many:
            where = f"{where}, line {error.lineno}"
        raise ValueError(f"{where}: expected JSON, actually: {text[:80]!r} ({error}). Get the file again.") from error
    if not many:
        return [value]
    if not isinstance(value, list):
        raise ValueError(f"{where}: expected a JSON array, actually: {value!r:.80}. Get the file again.")
    return value


def text_field(row: Row, name: str, where: str) -> str:
    """A field that has to be a text with something in it.

    Raises:
        ValueError: It is not there, or something else; the message says where.
    """
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(
            f"{where}: expected field {name!r} to be a text, actually: {value!r:.80}. The row has {sorted(row)}."
        )
    return value


@dataclass(frozen=True, slots=True, eq=False)
class FileSource:
    """A fixed tuple of tasks. Each pass over them has an order of its own, keyed by the seed."""

    name: str
    split: str
    tasks: tuple[Task, ...] = field(repr=False)
    """Their ids are `"{name}/{split}/{row}"`, rows counted from 0."""
    remake: tuple[Callable[..., Any], tuple[Any, ...]] = field(repr=False)
    """A module's function and the arguments that give this source again: what is pickled."""
    size: int | None = field(init=False)
    _key: StreamKey = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a source without tasks."""
        if not self.tasks:
            raise ValueError(f"Expected source {self.name!r} to have tasks in split {self.split!r}, actually: none.")
        object.__setattr__(self, "size", len(self.tasks))
        object.__setattr__(self, "_key", StreamKey(f"rlvr/{self.name}", "v0", self.split))

    def draw(self, seed: int, episode: int) -> Task:
        """See `TaskSource.draw`."""
        return self.tasks[permuted(self._key, seed, episode, len(self.tasks))]

    def find(self, key: int | str, seed: int) -> Task:
        """The task of a row, or with an id.

        Raises:
            ValueError: There is none.
        """
        prefix = f"{self.name}/{self.split}/"
        row = key
        if isinstance(key, str) and key.startswith(prefix):
            digits = key[len(prefix) :]
            row = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else key
        if isinstance(row, int) and not isinstance(row, bool) and 0 <= row < len(self.tasks):
            task = self.tasks[row]
            if isinstance(key, int) or task.id == key:
                return task
        last = len(self.tasks) - 1
        raise ValueError(
            f'Expected a row from 0 to {last} or an id "{prefix}0" to "{prefix}{last}", actually: {key!r}.'
        )

    def __copy__(self) -> FileSource:
        """Itself: it never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FileSource:
        """Itself: it never changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name: the process that unpickles it reads the file itself."""
        return self.remake
