"""What published data sets share: where rows come from, which belong to a split, and in which order."""

from __future__ import annotations

import json
import sys
import types
from dataclasses import replace

import pytest

from rlvr.envs.datasets import Dataset, Origin, load, rows_from_hub

NUMBERS = Dataset(
    name="numbers",
    splits={
        "train": Origin(file="numbers.jsonl", hub="someone/numbers", hub_splits=("train", "extra"), config="main"),
        "test": Origin(file="numbers.jsonl", hub="someone/numbers", hub_splits=("test",)),
    },
    parse=lambda row, split, where: (f"{row['n']}?", row["n"], {"where": where}),
)
ODD = replace(NUMBERS, belongs=lambda row, split, where: (row["n"] % 2 == 1) == (split == "train"))
SORTED = replace(NUMBERS, order=lambda row, where: row["n"])


def remade(*arguments):
    """What a pickle of the source calls."""


def loaded(dataset, split="train", data=None):
    return load(dataset, split, data, (remade, ()))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "numbers.jsonl").write_text("".join(json.dumps({"n": n}) + "\n" for n in (3, 1, 2)))
    return str(tmp_path)


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A stand-in for the `datasets` library, whose rows come from `load_dataset`, and no file."""
    monkeypatch.setenv("RLVR_DATA", str(tmp_path / "empty"))
    module = types.ModuleType("datasets")
    monkeypatch.setitem(sys.modules, "datasets", module)
    return module


def test_tasks_are_numbered_by_row_and_tagged(folder):
    source = loaded(NUMBERS, data=folder)
    assert [task.id for task in source.tasks] == [f"numbers/train/{row}" for row in range(3)]
    assert [(task.prompt, task.reference) for task in source.tasks] == [("3?", 3), ("1?", 1), ("2?", 2)]
    assert source.tasks[1].tags == {
        "source": "numbers",
        "split": "train",
        "where": f"{folder}/numbers.jsonl, line 2",
    }
    assert source.__reduce__() == (remade, ())


def test_one_file_may_hold_several_splits(folder):
    assert [task.reference for task in loaded(ODD, "train", folder).tasks] == [3, 1]
    assert [(task.id, task.reference) for task in loaded(ODD, "test", folder).tasks] == [("numbers/test/0", 2)]


def test_an_order_holds_wherever_rows_come_from(folder, library):
    assert [task.reference for task in loaded(SORTED, data=folder).tasks] == [1, 2, 3]
    library.load_dataset = lambda path, config, split: [{"n": n} for n in ((9, 4) if split == "train" else (7,))]
    assert [task.reference for task in loaded(SORTED).tasks] == [4, 7, 9]


def test_a_split_with_no_row_left_is_refused(folder):
    nothing = replace(NUMBERS, belongs=lambda row, split, where: False)
    with pytest.raises(ValueError, match="Expected source 'numbers' to have tasks in split 'train', actually: none"):
        loaded(nothing, data=folder)


@pytest.mark.parametrize("split", ["dev", "trian", 5, None])
def test_an_unknown_split_is_refused_with_those_there_are(split):
    with pytest.raises(ValueError, match=r"Unknown split of numbers .*There are: test, train\."):
        loaded(NUMBERS, split)


def test_without_a_file_rows_come_from_the_hub_split_after_split(library):
    calls = []
    library.load_dataset = lambda path, config, split: calls.append((path, config, split)) or [{"n": len(calls)}]
    source = loaded(NUMBERS)
    assert calls == [("someone/numbers", "main", "train"), ("someone/numbers", "main", "extra")]
    assert [task.tags["where"] for task in source.tasks] == [
        "someone/numbers (split 'train'), row 0",
        "someone/numbers (split 'extra'), row 0",
    ]
    assert list(rows_from_hub(NUMBERS.origin("test"), library.load_dataset)) == [
        ("someone/numbers (split 'test'), row 0", {"n": 3})
    ]


def test_a_file_comes_before_the_hub(folder, library, monkeypatch):
    monkeypatch.setenv("RLVR_DATA", folder)
    assert loaded(NUMBERS).size == 3  # The stand-in has no load_dataset.


def test_a_named_folder_without_the_file_is_an_error_and_nothing_else_is_tried(tmp_path, library):
    library.load_dataset = lambda *arguments, **options: pytest.fail("It asked the hub.")
    with pytest.raises(FileNotFoundError) as error:
        loaded(NUMBERS, data=str(tmp_path))
    for part in ("'numbers.jsonl'", str(tmp_path), "RLVR_DATA", "data=folder"):
        assert part in str(error.value)


def test_without_file_and_library_the_error_says_what_was_tried_and_the_remedy(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(FileNotFoundError, match=r"No file 'numbers.jsonl' in .*pip install 'rlvr\[data\]'"):
        loaded(NUMBERS)


@pytest.mark.parametrize("missing", [True, False])
def test_a_hub_that_fails_is_reported_with_its_reason_and_the_remedy(library, missing):
    if not missing:

        def load_dataset(*arguments, **options):
            raise ConnectionError("no network")

        library.load_dataset = load_dataset
    reason = "AttributeError" if missing else "ConnectionError: no network"
    with pytest.raises(FileNotFoundError, match=rf"load_dataset\('someone/numbers'\) failed: {reason}.*Set RLVR_DATA"):
        loaded(NUMBERS)
