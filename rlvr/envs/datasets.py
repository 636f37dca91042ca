"""Real tasks from published data sets: files in a folder, or the same rows from the `datasets` library.

A file is looked for in `data`, else in the folder that `RLVR_DATA` names, else in `../shared/data`; where it is absent
and `data` was not given, the same rows come from the Hugging Face hub through `datasets.load_dataset`.

- `Origin`, `Dataset`: where the rows of a split come from, and how a row reads.
- `published(dataset, factory, split, data)`: the tasks of one split, one object for equal arguments.
- `load(dataset, split, data, remake)`: the same, read anew.
- `file_source(parse, split, data)`: the rows of anybody's file.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rlvr.core import Task
from rlvr.envs.files import DATA_VARIABLE, FileSource, Row, locate, read_rows, searched
from rlvr.registry.names import unknown

Parsed = tuple[str, Any, dict[str, Any]]
"""Prompt, reference, and tags of a row."""
Loader = Callable[..., Iterable[Row]]
"""`datasets.load_dataset`, or whatever stands in for it: `loader(path, config, split=...)`."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the rows of one split come from."""

    file: str
    """Name of the file in a data folder."""
    hub: str
    """Name of the data set on the Hugging Face hub."""
    hub_splits: tuple[str, ...]
    """Splits there that together are this one, in order."""
    config: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """One data set: its splits, and how a row of it reads."""

    name: str
    splits: Mapping[str, Origin]
    parse: Callable[[Row, str, str], Parsed]
    """From a row, the split, and where the row stands."""
    order: Callable[[Row, str], int] | None = None
    """Sort key that gives rows from anywhere the same order; by default they stay as they come."""
    belongs: Callable[[Row, str, str], bool] | None = None
    """Whether a row, given the split and where it stands, is of the split, where one file holds several."""
    exact: bool = True
    """Whether decimal numbers are wanted as the text that spells them; else as floats."""

    def origin(self, split: str) -> Origin:
        """Where the rows of a split come from.

        Raises:
            ValueError: There is no such split.
        """
        if not isinstance(split, str) or split not in self.splits:
            raise ValueError(unknown(f"split of {self.name}", split, self.splits))
        return self.splits[split]


def rows_from_hub(origin: Origin, load_dataset: Loader) -> Iterator[tuple[str, Row]]:
    """The rows of one split from the hub, each after a text that says where it stands."""
    for hub_split in origin.hub_splits:
        for number, row in enumerate(load_dataset(origin.hub, origin.config, split=hub_split)):
            yield f"{origin.hub} (split {hub_split!r}), row {number}", row


def published(dataset: Dataset, factory: Callable[..., FileSource], split: str, data: str | None) -> FileSource:
    """The tasks of one split, one object for equal arguments.

    Args:
        dataset: Which data set.
        factory: The module's function that asks for it, by which the source is pickled; it takes `split` and `data`.
        split: One of its splits.
        data: A folder; `None` looks where the module says.

    Raises:
        ValueError, FileNotFoundError: As `load`.
    """
    return _published(dataset, factory, split, data, locate(dataset.origin(split).file, data=data))


@cache
def _published(
    dataset: Dataset, factory: Callable[..., FileSource], split: str, data: str | None, path: Path | None
) -> FileSource:
    """One object for equal arguments; `path` is among them, as what the environment says may change."""
    return load(dataset, split, data, (_remade, (factory, split, data)))


def _remade(factory: Callable[..., FileSource], split: str, data: str | None) -> FileSource:
    return factory(split=split, data=data)


def load(
    dataset: Dataset, split: str, data: str | None, remake: tuple[Callable[..., Any], tuple[Any, ...]]
) -> FileSource:
    """The tasks of one split, read anew.

    Args:
        dataset: Which data set.
        split: One of its splits.
        data: A folder; `None` looks where the module says.
        remake: What gives the source again, as `FileSource` holds it.

    Raises:
        ValueError: There is no such split, or a row cannot be read.
        FileNotFoundError: The data is nowhere to be found; the message says where it was looked for.
    """
    origin = dataset.origin(split)
    path = locate(origin.file, data=data)
    if path is not None:
        rows = list(read_rows(path, exact=dataset.exact))
    else:
        tried = f"No file {origin.file!r} in {', '.join(map(str, searched(data)))}"
        remedy = f"Set {DATA_VARIABLE} to the folder that holds the file, or pass data=folder"
        if data is not None:
            raise FileNotFoundError(f"{tried}. {remedy}.")
        try:
            rows = list(rows_from_hub(origin, importlib.import_module("datasets").load_dataset))
        except ImportError as error:
            raise FileNotFoundError(
                f"{tried}, and the `datasets` library cannot be imported ({error}). "
                f"{remedy}, or install the library: pip install 'rlvr[data]'."
            ) from error
        except Exception as error:  # Whatever the hub, the network or its cache came up with.
            raise FileNotFoundError(
                f"{tried}, and load_dataset({origin.hub!r}) failed: {type(error).__name__}: {error}. {remedy}."
            ) from error
    belongs, order = dataset.belongs, dataset.order
    if belongs is not None:
        rows = [(where, row) for where, row in rows if belongs(row, split, where)]
    if order is not None:
        rows.sort(key=lambda located: order(located[1], located[0]))
    tasks: list[Task] = []
    for where, row in rows:
        prompt, reference, tags = dataset.parse(row, split, where)
        task_id = f"{dataset.name}/{split}/{len(tasks)}"
        tasks.append(Task(task_id, prompt, reference, {"source": dataset.name, "split": split, **tags}))
    return FileSource(dataset.name, split, tuple(tasks), remake)


def file_source(parse: Callable[[Row, str, str], Parsed], split: str, data: str | None) -> FileSource:
    """The rows of a JSON-lines file, `.jsonl` or `.jsonl.gz`, or of a JSON array, one object for a file as it is.

    Args:
        parse: As `Dataset.parse`: a function of a module, by which the source is pickled.
        split: A row with a field `"split"` belongs to that split alone, any other to every split.
        data: The file.

    Raises:
        ValueError: No file is named, or a row cannot be read, or none belongs to the split.
        FileNotFoundError: There is no such file.
    """
    if data is None:
        raise ValueError('Expected data to name a JSON-lines file for source="file", actually: None.')
    path = Path(data).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"Expected data to name a JSON-lines file, actually: {data!r}, which is none.")
    found = path.stat()
    return _read(parse, split, str(path.resolve()), (found.st_mtime_ns, found.st_size, found.st_ino))


@lru_cache(maxsize=64)
def _read(parse: Callable[[Row, str, str], Parsed], split: str, path: str, changed: tuple[int, ...]) -> FileSource:
    """One object for a file as it is; one that has changed since is read anew."""
    name = Path(path).name.split(".")[0]
    tasks: list[Task] = []
    others: set[str] = set()
    for where, row in read_rows(Path(path), exact=False):
        belongs = row.get("split", split)
        if not isinstance(belongs, str):
            raise ValueError(f"{where}: expected field 'split' to be a text, actually: {belongs!r:.80}.")
        prompt, reference, tags = parse(row, split, where)
        if belongs == split:
            tags = {"source": name, "split": split, **tags}
            tasks.append(Task(f"{name}/{split}/{len(tasks)}", prompt, reference, tags))
        else:
            others.add(belongs)
    if not tasks:
        raise ValueError(unknown(f"split of {path}", split, others))
    return FileSource(name, split, tuple(tasks), (file_source, (parse, split, path)))
