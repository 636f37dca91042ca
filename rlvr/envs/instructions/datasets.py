"""Published prompts with instructions: IFEval and IFBench, test sets both.

- `ifeval` (`test`): Zhou et al. 2023, "Instruction-Following Evaluation for Large Language Models", arXiv:2311.07911.
- `ifbench` (`test`): Pyatkin et al. 2025, "Generalizing Verifiable Instruction Following", arXiv:2507.02833.
- `file`: the rows of the JSON-lines file that `data` names, with `prompt`, `instruction_id_list` and `kwargs`.
"""

from __future__ import annotations

from rlvr.envs.datasets import Dataset, Origin, Parsed, file_source, published
from rlvr.envs.files import FileSource, Row, text_field
from rlvr.envs.instructions.rows import reference_of


def _parse(row: Row, split: str, where: str) -> Parsed:
    tags = {"key": row["key"]} if "key" in row else {}
    return text_field(row, "prompt", where), {"turns": [reference_of(row, where)]}, tags


_IFEVAL = Dataset(
    name="ifeval",
    splits={"test": Origin(file="ifeval.jsonl", hub="google/IFEval", hub_splits=("train",))},
    parse=_parse,
    exact=False,
)

_IFBENCH = Dataset(
    name="ifbench",
    splits={"test": Origin(file="ifbench_test.jsonl", hub="allenai/IFBench_test", hub_splits=("train",))},
    parse=_parse,
    exact=False,
)


def ifeval(*, split: str = "test", data: str | None = None) -> FileSource:
    """IFEval: 541 prompts with one to three instructions of 25 kinds.

    Raises:
        ValueError: There is no such split, or a row cannot be read.
        FileNotFoundError: The data is nowhere to be found; the message says where it was looked for.
    """
    return published(_IFEVAL, ifeval, split, data)


def ifbench(*, split: str = "test", data: str | None = None) -> FileSource:
    """IFBench: 300 prompts with instructions of 58 kinds that no training set has. Errors as `ifeval`."""
    return published(_IFBENCH, ifbench, split, data)


def file(*, split: str = "train", data: str | None = None) -> FileSource:
    """The rows of a JSON-lines file, or of a JSON array; a row with a field `"split"` belongs to that split alone.

    Raises:
        ValueError: No file is named, or a row cannot be read, or none belongs to the split.
        FileNotFoundError: There is no such file.
    """
    return file_source(_parse, split, data)
