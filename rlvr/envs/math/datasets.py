r"""Real problems: GSM8K, MATH-500, AIME and SVAMP, from a folder of files or from the `datasets` library.

Each factory takes `split` and `data` (a folder) and returns a `FileSource`, one object for equal arguments;
`rlvr.envs.datasets` says where files are looked for.

- `gsm8k` (`train`, `test`): Cobbe et al. 2021, "Training Verifiers to Solve Math Word Problems". The gold is the number
  after `####`.
- `math500` (`test`): Lightman et al. 2023, "Let's Verify Step by Step". The gold is the published LaTeX.
- `aime` (`2024`, `2025`): both examinations of a year, with integer golds from 0 to 999.
- `svamp` (`test`): Patel et al. 2021, "Are NLP Models really able to Solve Simple Math Word Problems?". Golds are
  published as floats and all are whole, so none is a rounded fraction.
"""

from __future__ import annotations

from typing import Any

from rlvr.envs.datasets import Dataset, Origin, Parsed, published
from rlvr.envs.files import FileSource, Row, text_field
from rlvr.envs.math.verifier import read_reference


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


_GSM8K = Dataset(
    name="gsm8k",
    splits={
        split: Origin(file=f"gsm8k_{split}.jsonl", hub="openai/gsm8k", hub_splits=(split,), config="main")
        for split in ("train", "test")
    },
    parse=_parse_gsm8k,
)

_MATH500 = Dataset(
    name="math500",
    splits={"test": Origin(file="math500.jsonl", hub="HuggingFaceH4/MATH-500", hub_splits=("test",))},
    parse=_parse_math500,
)

_AIME = Dataset(
    name="aime",
    splits={
        "2024": Origin(file="aime_2024.jsonl", hub="HuggingFaceH4/aime_2024", hub_splits=("train",)),
        "2025": Origin(file="aime_2025.jsonl", hub="math-ai/aime25", hub_splits=("test",)),
    },
    parse=_parse_aime,
)

_SVAMP = Dataset(
    name="svamp",
    splits={"test": Origin(file="svamp.json", hub="ChilleD/SVAMP", hub_splits=("train", "test"))},
    parse=_parse_svamp,
    order=_svamp_order,
)


def gsm8k(*, split: str = "train", data: str | None = None) -> FileSource:
    """GSM8K: 7,473 grade-school word problems for training and 1,319 for testing.

    Raises:
        ValueError: There is no such split, or a row cannot be read.
        FileNotFoundError: The data is nowhere to be found; the message says where it was looked for.
    """
    return published(_GSM8K, gsm8k, split, data)


def math500(*, split: str = "test", data: str | None = None) -> FileSource:
    """MATH-500: 500 competition problems, a test set. Errors as `gsm8k`."""
    return published(_MATH500, math500, split, data)


def aime(*, split: str = "2024", data: str | None = None) -> FileSource:
    """AIME: 30 problems a year, a test set. Errors as `gsm8k`."""
    return published(_AIME, aime, split, data)


def svamp(*, split: str = "test", data: str | None = None) -> FileSource:
    """SVAMP: 1,000 word problems of one step, here a test set as a whole. Errors as `gsm8k`."""
    return published(_SVAMP, svamp, split, data)
