"""Real programming tasks: HumanEval, MBPP, and JSON-lines files of anybody's.

- `humaneval` (`test`): Chen et al. 2021, "Evaluating Large Language Models Trained on Code". 164 functions to complete.
- `mbpp` (`train`, `validation`, `test`, `prompt`): Austin et al. 2021, "Program Synthesis with Large Language Models".
  974 functions, split by number as published.
- `file` (any split): the rows of the JSON-lines file that `data` names; `rlvr.envs.code.rows` says what fields they
  have. A row with a field `"split"` belongs to that split alone.
"""

from __future__ import annotations

from rlvr.envs.code.rows import prompt_of, reference_of
from rlvr.envs.datasets import Dataset, Origin, Parsed, file_source, published
from rlvr.envs.files import FileSource, Row

_MBPP_SPLITS = {"prompt": range(1, 11), "test": range(11, 511), "validation": range(511, 601), "train": range(601, 975)}


def _parse(row: Row, split: str, where: str) -> Parsed:
    tags = {"task_id": row["task_id"]} if "task_id" in row else {}
    return prompt_of(row, where), reference_of(row, where), tags


def _is_mbpp(row: Row, split: str, where: str) -> bool:
    number = row.get("task_id")
    if not isinstance(number, int):
        raise ValueError(f"{where}: expected field 'task_id' to be a number, actually: {number!r:.80}.")
    return number in _MBPP_SPLITS[split]


_HUMANEVAL = Dataset(
    name="humaneval",
    splits={
        "test": Origin(file="humaneval.jsonl.gz", hub="openai/openai_humaneval", hub_splits=("test",)),
    },
    parse=_parse,
)

_MBPP = Dataset(
    name="mbpp",
    splits={
        split: Origin(file="mbpp.jsonl", hub="google-research-datasets/mbpp", hub_splits=(split,), config="full")
        for split in _MBPP_SPLITS
    },
    parse=_parse,
    belongs=_is_mbpp,
)


def humaneval(*, split: str = "test", data: str | None = None) -> FileSource:
    """HumanEval: 164 functions to complete, a test set.

    Raises:
        ValueError: There is no such split, or a row cannot be read.
        FileNotFoundError: The data is nowhere to be found; the message says where it was looked for.
    """
    return published(_HUMANEVAL, humaneval, split, data)


def mbpp(*, split: str = "train", data: str | None = None) -> FileSource:
    """MBPP: 374 functions for training, 90 for validation, 500 for testing, 10 for prompts. Errors as `humaneval`."""
    return published(_MBPP, mbpp, split, data)


def file(*, split: str = "train", data: str | None = None) -> FileSource:
    """The rows of a JSON-lines file, `.jsonl` or `.jsonl.gz`, or of a JSON array.

    Args:
        split: Rows that name another split are left out.
        data: The file.

    Raises:
        ValueError: No file is named, or a row cannot be read, or none belongs to the split.
        FileNotFoundError: There is no such file.
    """
    return file_source(_parse, split, data)
