r"""Real problems: GSM8K, MATH-500, AIME and SVAMP, from a folder of files or from the `datasets` library.

Each factory takes `split` and `data` (a folder) and returns a `FileSource`, one object for equal arguments. A file is
looked for in `data`, else in the folder that `RLVR_DATA` names, else in `../shared/data`; where it is absent and `data`
was not given, the same rows come from the Hugging Face hub through `datasets.load_dataset`.

- `gsm8k` (`train`, `test`): Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems". The gold is the number
  after `####`.
- `math500` (`test`): Lightman et al. 2023, "Let's Verify Step by Step". The gold is the published LaTeX.
- `aime` (`2024`, `2025`): both examinations of a year, with integer golds from 0 to 999.
- `svamp` (`test`): Patel et al. 2021, "Are NLP Models really able to Solve Simple Math Word Problems?". Golds are
  published as floats and all are whole, so none is a rounded fraction.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rlvr.core import Task
from rlvr.envs.files import DATA_VARIABLE, FileSource, Row, locate, read_rows, searched, text_field
from rlvr.envs.math.verifier import read_reference
from rlvr.registry.names import unknown

Parsed = tuple[str, str, dict[str, Any]]
"""Prompt, gold, and tags of a row."""
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


@dataclass(frozen=True, slots=True)
class Dataset:
    """One data set: its splits, and how a row of it reads."""

    name: str
    splits: Mapping[str, Origin]
    parse: Callable[[Row, str, str], Parsed]
    """From a row, the split, and where the row stands."""
    order: Callable[[Row, str], int] | None = None
    """Sort key that gives rows from anywhere the same order; by default they stay as they come."""


def _whole(gold: str, where: str) -> str:
    """A gold that has to be an integer, spelled plainly."""
    value = _readable(gold, where)
    if not isinstance(value, int):
        raise ValueError(f"{where}: expected the gold to be an integer, actually: {gold!r}.")
    return str(value)


def _readable(gold: str, where: str) -> Any:
    try:
        return read_reference(gold)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _parse_gsm8k(row: Row, split: str, where: str) -> Parsed:
    solution = text_field(row, "answer", where)
    _, mark, gold = solution.rpartition("####")
    if not mark:
        raise ValueError(f"{where}: expected field 'answer' to have a gold after '####', actually: {solution!r:.80}.")
    return text_field(row, "question", where), _whole(gold, where), {}


def _parse_math500(row: Row, split: str, where: str) -> Parsed:
    gold = text_field(row, "answer", where)
    _readable(gold, where)
    return text_field(row, "problem", where), gold, {"subject": row.get("subject"), "level": row.get("level")}


def _parse_aime(row: Row, split: str, where: str) -> Parsed:
    return text_field(row, "problem", where), _whole(str(row.get("answer", "")), where), {"year": split}


def _parse_svamp(row: Row, split: str, where: str) -> Parsed:
    """The body lacks a full stop where the publisher meant the question to go on with its sentence."""
    body, question = text_field(row, "Body", where).strip(), text_field(row, "Question", where).strip()
    if body[-1] in ".?!":
        prompt = f"{body} {question}"
    elif body.rpartition(". ")[2].startswith("If "):
        prompt = f"{body}, {question[0].lower()}{question[1:]}"
    else:
        prompt = f"{body}. {question}"
    kind = str(row.get("Type", "")).replace("Divison", "Division")  # One row of the publication has the typo.
    return prompt, _whole(str(row.get("Answer", "")), where), {"type": kind}


def _svamp_order(row: Row, where: str) -> int:
    """The publication numbers its rows; the hub's copy shuffled them into two splits."""
    digits = text_field(row, "ID", where).removeprefix("chal-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{where}: expected field 'ID' to be 'chal-' and a number, actually: {row['ID']!r}.")
    return int(digits)


_DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            name="gsm8k",
            splits={
                split: Origin(file=f"gsm8k_{split}.jsonl", hub="openai/gsm8k", hub_splits=(split,), config="main")
                for split in ("train", "test")
            },
            parse=_parse_gsm8k,
        ),
        Dataset(
            name="math500",
            splits={"test": Origin(file="math500.jsonl", hub="HuggingFaceH4/MATH-500", hub_splits=("test",))},
            parse=_parse_math500,
        ),
        Dataset(
            name="aime",
            splits={
                "2024": Origin(file="aime_2024.jsonl", hub="HuggingFaceH4/aime_2024", hub_splits=("train",)),
                "2025": Origin(file="aime_2025.jsonl", hub="math-ai/aime25", hub_splits=("test",)),
            },
            parse=_parse_aime,
        ),
        Dataset(
            name="svamp",
            splits={"test": Origin(file="svamp.json", hub="ChilleD/SVAMP", hub_splits=("train", "test"))},
            parse=_parse_svamp,
            order=_svamp_order,
        ),
    )
}


def gsm8k(*, split: str = "train", data: str | None = None) -> FileSource:
    """GSM8K: 7,473 grade-school word problems for training and 1,319 for testing.

    Raises:
        ValueError: There is no such split, or a row cannot be read.
        FileNotFoundError: The data is nowhere to be found; the message says where it was looked for.
    """
    return _source("gsm8k", split, data)


def math500(*, split: str = "test", data: str | None = None) -> FileSource:
    """MATH-500: 500 competition problems, a test set. Errors as `gsm8k`."""
    return _source("math500", split, data)


def aime(*, split: str = "2024", data: str | None = None) -> FileSource:
    """AIME: 30 problems a year, a test set. Errors as `gsm8k`."""
    return _source("aime", split, data)


def svamp(*, split: str = "test", data: str | None = None) -> FileSource:
    """SVAMP: 1,000 word problems of one step, here a test set as a whole. Errors as `gsm8k`."""
    return _source("svamp", split, data)


def rows_from_hub(origin: Origin, load_dataset: Loader) -> Iterator[tuple[str, Row]]:
    """The rows of one split from the hub, each after a text that says where it stands."""
    for hub_split in origin.hub_splits:
        for number, row in enumerate(load_dataset(origin.hub, origin.config, split=hub_split)):
            yield f"{origin.hub} (split {hub_split!r}), row {number}", row


def _source(name: str, split: str, data: str | None) -> FileSource:
    splits = _DATASETS[name].splits
    if not isinstance(split, str) or split not in splits:
        raise ValueError(unknown(f"split of {name}", split, splits))
    return _load(name, split, data, locate(splits[split].file, data=data))


@cache
def _load(name: str, split: str, data: str | None, path: Path | None) -> FileSource:
    dataset = _DATASETS[name]
    origin = dataset.splits[split]
    if path is not None:
        rows = list(read_rows(path))
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
    order = dataset.order
    if order is not None:
        rows.sort(key=lambda located: order(located[1], located[0]))
    tasks: list[Task] = []
    for where, row in rows:
        prompt, gold, tags = dataset.parse(row, split, where)
        tasks.append(Task(f"{name}/{split}/{len(tasks)}", prompt, gold, {"source": name, "split": split, **tags}))
    return FileSource(name, split, tuple(tasks), (_source, (name, split, data)))
