"""IFEval, IFBench and files as task sources."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
import types

import pytest

from rlvr.core import Status
from rlvr.envs.datasets import _published
from rlvr.envs.files import locate
from rlvr.envs.instructions.composing import Contradiction, witness
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.datasets import file, ifbench, ifeval
from rlvr.envs.instructions.verifier import MODES, REWARDS, judged

ROW = {
    "key": 7,
    "prompt": "Write about tea. Use no comma.",
    "instruction_id_list": ["punctuation:no_comma"],
    "kwargs": [{}],
}
FACTORIES = {"ifeval": ifeval, "ifbench": ifbench}
FILES = {"ifeval": "ifeval.jsonl", "ifbench": "ifbench_test.jsonl"}
SIZES = {"ifeval": 541, "ifbench": 300}
KINDS = {"ifeval": 25, "ifbench": 58}


@pytest.fixture(params=SIZES)
def name(request):
    """A data set whose file is in a data folder; skips where it is not."""
    if locate(FILES[request.param]) is None:
        pytest.skip(f"{FILES[request.param]} is in no data folder; set RLVR_DATA")
    return request.param


@pytest.fixture
def no_files(tmp_path, monkeypatch):
    monkeypatch.setenv("RLVR_DATA", str(tmp_path))
    _published.cache_clear()
    yield tmp_path
    _published.cache_clear()


@pytest.fixture
def written(tmp_path):
    """The path of a file with these rows, one a line."""

    def write(*rows, name="own.jsonl"):
        path = tmp_path / name
        path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
        return str(path)

    return write


def test_all_published_rows_are_read_and_there_is_a_test_split_alone(name):
    source = FACTORIES[name]()
    assert [task.id for task in source.tasks] == [f"{name}/test/{row}" for row in range(SIZES[name])]
    ids = {one for task in source.tasks for one in task.reference["turns"][0]["instruction_id_list"]}
    assert ids == {one.id for one in CONSTRAINTS.values() if one.source.lower() == name}
    assert len(ids) == KINDS[name]
    assert all(json.loads(json.dumps(task.reference)) == task.reference for task in source.tasks)
    with pytest.raises(ValueError, match=rf"Unknown split of {name} 'train'\. There are: test\."):
        FACTORIES[name](split="train")


def test_every_row_is_judged_in_both_modes_strict_and_loose_by_prompt_and_by_instruction(name):
    texts = (
        "A short text.",
        "* one\n* two\n\nP.S. [three]",
        "<<A title>>\n\nSection 1\nA *text*, and 3 words.",
        "水。",
    )
    for task in FACTORIES[name]().tasks:
        (reference,) = task.reference["turns"]
        number = len(reference["instruction_id_list"])
        for text in texts:
            for mode in MODES:
                strict, loose = (
                    judged(text, reference, mode=mode, reward="fraction", loose=loose) for loose in (False, True)
                )
                assert len(strict.parts) == len(loose.parts) == number
                assert all(strict.parts[part] <= loose.parts[part] for part in strict.parts)
                assert strict.score == pytest.approx(sum(strict.parts.values()) / number)
                whole = judged(text, reference, mode=mode, reward="all")
                assert whole.score == float(strict.score == 1.0)
                assert whole.parts == strict.parts


def test_most_published_prompts_can_be_answered_by_the_writers(name):
    """Not all: some prompts ask for what the writers of two constraints cannot do together."""
    met = 0
    for task in FACTORIES[name]().tasks:
        (reference,) = task.reference["turns"]
        named = list(zip(reference["instruction_id_list"], reference["kwargs"], strict=True))
        try:
            text = witness(named, "a subject of your choice")
        except Contradiction:
            continue
        met += 1
        for reward in REWARDS:
            assert judged(text, reference, reward=reward).status is Status.CORRECT
    assert met > 0.95 * SIZES[name]


@pytest.mark.parametrize("which", SIZES)
def test_a_data_folder_can_be_named(which, tmp_path, written):
    written(ROW, name=FILES[which])
    (task,) = FACTORIES[which](data=str(tmp_path)).tasks
    assert (task.prompt, task.tags["key"], task.tags["source"]) == (ROW["prompt"], 7, which)
    assert task.reference == {"turns": [{"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}]}
    with pytest.raises(FileNotFoundError, match="RLVR_DATA"):
        FACTORIES[which](data=str(tmp_path / "elsewhere"))


@pytest.mark.parametrize(("which", "hub"), [("ifeval", "google/IFEval"), ("ifbench", "allenai/IFBench_test")])
def test_without_a_file_the_rows_come_from_the_hub(which, hub, no_files, monkeypatch):
    def load_dataset(path, config, split):
        assert (path, config, split) == (hub, None, "train")
        return [{**ROW, "kwargs": [{"num_words": None, "relation": None}]}]

    monkeypatch.setitem(sys.modules, "datasets", types.SimpleNamespace(load_dataset=load_dataset))
    (task,) = FACTORIES[which]().tasks
    assert task.reference["turns"][0]["kwargs"] == [{}]


def test_equal_arguments_give_one_object_that_copies_and_pickles_by_name(name):
    source = FACTORIES[name]()
    assert source is FACTORIES[name](split="test") is copy.deepcopy(source) is pickle.loads(pickle.dumps(source))
    assert len(pickle.dumps(source)) < 300


def test_a_source_is_the_same_in_another_process(name):
    program = f"from rlvr.envs.instructions.datasets import {name} as f; print(*(f().draw(5, n).id for n in range(20)))"
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=os.environ
    ).stdout
    assert printed.split() == [FACTORIES[name]().draw(5, n).id for n in range(20)]


def test_rows_of_a_file_may_name_their_split(written):
    path = written({**ROW, "split": "train"}, {**ROW, "split": "test", "prompt": "Other."}, {**ROW, "prompt": "Both."})
    assert [task.prompt for task in file(data=path).tasks] == [ROW["prompt"], "Both."]
    assert [task.prompt for task in file(split="test", data=path).tasks] == ["Other.", "Both."]
    assert file(data=path) is pickle.loads(pickle.dumps(file(data=path)))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({**ROW, "prompt": 5}, r"own\.jsonl.*1.*'prompt'"),
        ({**ROW, "kwargs": []}, r"own\.jsonl.*1.*'kwargs'"),
        ({**ROW, "instruction_id_list": ["punctuation:no_commas"]}, "Perhaps you meant 'punctuation:no_comma'"),
        ("{", r"own\.jsonl"),
    ],
)
def test_a_row_that_cannot_be_read_names_file_line_and_field(row, message, written):
    with pytest.raises(ValueError, match=message):
        file(data=written(row))


def test_a_file_has_to_be_named_and_there():
    with pytest.raises(ValueError, match='Expected data to name a JSON-lines file for source="file", actually: None'):
        file()
    with pytest.raises(FileNotFoundError, match="which is none"):
        file(data="nowhere.jsonl")
