"""HumanEval, MBPP and files as task sources."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import subprocess
import sys
import types

import pytest

from rlvr.envs.code.datasets import file, humaneval, mbpp
from rlvr.envs.datasets import _published
from rlvr.envs.files import locate

HUMANEVAL = {
    "task_id": "HumanEval/0",
    "prompt": 'def one() -> int:\n    """Return 1."""\n',
    "entry_point": "one",
    "canonical_solution": "    return 1\n",
    "test": "def check(candidate):\n    assert candidate() == 1\n",
}
MBPP = {
    "text": "Write a function to return 1.",
    "code": "def one():\r\n  return 1",
    "test_list": ["assert one() == 1"],
    "test_setup_code": "",
    "challenge_test_list": [],
}
OWN = {"prompt": "Return 1.", "entry_point": "one", "tests": [{"args": [], "expected": 1}]}
SPLITS = {"train": (601, 974), "validation": (511, 600), "test": (11, 510), "prompt": (1, 10)}

needs_humaneval = pytest.mark.skipif(
    locate("humaneval.jsonl.gz") is None, reason="humaneval.jsonl.gz is in no data folder; set RLVR_DATA"
)
needs_mbpp = pytest.mark.skipif(locate("mbpp.jsonl") is None, reason="mbpp.jsonl is in no data folder; set RLVR_DATA")


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
        text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return str(path)

    return write


@needs_humaneval
def test_humaneval_has_its_164_tasks_in_order_and_no_training_split():
    tasks = humaneval().tasks
    assert [task.tags["task_id"] for task in tasks] == [f"HumanEval/{row}" for row in range(164)]
    assert [task.id for task in tasks] == [f"humaneval/test/{row}" for row in range(164)]
    assert all(task.reference["tests"] and task.reference["solution"] for task in tasks)
    assert not any(task.reference["public"] for task in tasks)
    with pytest.raises(ValueError, match=r"Unknown split of humaneval 'train'\. There are: test\."):
        humaneval(split="train")


@needs_mbpp
def test_mbpp_s_splits_are_those_of_the_paper_and_share_nothing():
    seen = []
    for split, (first, last) in SPLITS.items():
        source = mbpp(split=split)
        assert [task.tags["task_id"] for task in source.tasks] == list(range(first, last + 1))
        assert source is mbpp(split=split) is pickle.loads(pickle.dumps(source))
        seen += [task.tags["task_id"] for task in source.tasks]
    assert sorted(seen) == list(range(1, 975))


@needs_mbpp
def test_mbpp_s_prompt_has_the_public_test_and_no_other():
    for task in mbpp(split="test").tasks:
        assert len(task.reference["public"]) >= 1
        assert task.reference["tests"][: len(task.reference["public"])] == task.reference["public"]
        assert "Your code should pass this test:\nassert " in task.prompt and task.prompt.count("\nassert ") == 1


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("code", [r"import re; one = lambda: len(re.findall('\d', '1'))", "one = lambda: 1 is 1"])
def test_rows_are_read_without_the_warnings_that_their_code_deserves(code, tmp_path, written):
    written({**MBPP, "code": code, "test_list": [r"assert one() == len('\d') - 1"], "task_id": 601}, name="mbpp.jsonl")
    assert mbpp(data=str(tmp_path)).size == 1


@needs_mbpp
@needs_humaneval
def test_references_are_json_and_prompts_have_no_solution_in_them():
    for task in (*humaneval().tasks, *mbpp(split="train").tasks):
        assert json.loads(json.dumps(task.reference)) == task.reference
        assert task.reference["solution"] not in task.prompt


@pytest.mark.parametrize(
    ("factory", "name", "row"), [(humaneval, "humaneval.jsonl.gz", HUMANEVAL), (mbpp, "mbpp.jsonl", MBPP)]
)
def test_a_data_folder_can_be_named(factory, name, row, tmp_path, written):
    written({**row, "task_id": row.get("task_id", 700)}, name=name)
    split = "test" if factory is humaneval else "train"
    (task,) = factory(split=split, data=str(tmp_path)).tasks
    assert task.reference["entry_point"] == "one"
    assert task.tags["split"] == split
    with pytest.raises(FileNotFoundError, match="RLVR_DATA"):
        factory(split=split, data=str(tmp_path / "elsewhere"))


def test_a_row_of_mbpp_without_a_number_is_reported_with_its_place(tmp_path, written):
    path = written({**MBPP, "task_id": 601}, {**MBPP, "task_id": "602"}, name="mbpp.jsonl")
    with pytest.raises(ValueError) as error:
        mbpp(data=str(tmp_path))
    assert f"{path}, line 2: expected field 'task_id' to be a number, actually: '602'." in str(error.value)


def test_without_a_file_the_rows_come_from_the_hub(no_files, monkeypatch):
    calls = []

    def load_dataset(path, name=None, *, split):
        calls.append((path, name, split))
        if path == "openai/openai_humaneval":
            return [HUMANEVAL]
        return [{**MBPP, "task_id": number} for number in range(SPLITS[split][0], SPLITS[split][0] + 3)]

    library = types.ModuleType("datasets")
    library.load_dataset = load_dataset
    monkeypatch.setitem(sys.modules, "datasets", library)
    assert [task.tags["task_id"] for task in humaneval().tasks] == ["HumanEval/0"]
    for split, (first, _) in SPLITS.items():
        assert [task.tags["task_id"] for task in mbpp(split=split).tasks] == [first, first + 1, first + 2]
    assert calls == [("openai/openai_humaneval", None, "test")] + [
        ("google-research-datasets/mbpp", "full", split) for split in SPLITS
    ]


# Files.


def test_a_file_may_hold_rows_of_any_kind(written):
    source = file(data=written(OWN, HUMANEVAL, {**MBPP, "task_id": 5}))
    assert [task.id for task in source.tasks] == ["own/train/0", "own/train/1", "own/train/2"]
    assert [task.reference["entry_point"] for task in source.tasks] == ["one"] * 3
    assert [task.tags for task in source.tasks] == [
        {"source": "own", "split": "train"},
        {"source": "own", "split": "train", "task_id": "HumanEval/0"},
        {"source": "own", "split": "train", "task_id": 5},
    ]


@pytest.mark.parametrize("name", ["own.jsonl", "own.jsonl.gz", "own.json", "own.json.gz"])
def test_a_file_is_lines_or_one_array_packed_or_not(name, written):
    rows = (OWN, OWN) if "jsonl" in name else (json.dumps([OWN, OWN]),)
    assert file(data=written(*rows, name=name)).size == 2


def test_every_field_of_a_row_arrives(written):
    checker = "def check(arguments, output, expected):\n    return output > 0"
    row = {
        "prompt": "Do it.",
        "entry_point": "f",
        "setup": "import math",
        "checker": checker,
        "tolerance": 0.5,
        "solution": "def f(x): return x",
        "tests": [{"args": [1.25, {"$tuple": [1]}, 2.0], "expected": 1e-3}],
        "public_tests": [{"args": [0.1, []], "expected": 0.1}],
    }
    reference = file(data=written(row)).tasks[0].reference
    assert {name: reference[name] for name in ("entry_point", "setup", "checker", "tolerance", "solution")} == {
        name: row[name] for name in ("entry_point", "setup", "checker", "tolerance", "solution")
    }
    (test,), (public,) = reference["tests"], reference["public"]
    assert test == {"call": "f", "args": [1.25, {"$tuple": [1]}, 2.0], "expected": 1e-3}
    assert [type(value) for value in (public["args"][0], test["args"][2])] == [float, float]


def test_a_row_that_names_a_split_is_of_that_split_alone(written):
    path = written(OWN, {**OWN, "split": "test", "prompt": "Test."}, {**OWN, "split": "train", "prompt": "Train."})
    assert [task.prompt for task in file(data=path).tasks] == ["Return 1.", "Train."]
    assert [task.prompt for task in file(data=path, split="test").tasks] == ["Return 1.", "Test."]
    assert [task.prompt for task in file(data=path, split="dev").tasks] == ["Return 1."]


def test_a_split_that_no_row_has_is_refused_with_those_there_are(written):
    path = written({**OWN, "split": "train"}, {**OWN, "split": "test"})
    with pytest.raises(ValueError, match=r"Unknown split of .*own\.jsonl 'dev'\. There are: test, train\."):
        file(data=path, split="dev")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{", "expected JSON, actually"),
        ("[1]", "expected a JSON object"),
        ({**OWN, "split": 5}, "expected field 'split' to be a text, actually: 5."),
        ({**OWN, "prompt": " "}, "expected field 'prompt' to be a text"),
        ({**OWN, "tests": [{"args": 1, "expected": 1}]}, "expected 'tests[0].args' to be a list of arguments"),
        ({**OWN, "tests": [{"stdin": ""}]}, "expected 'tests[0]' to be an assert, or to have 'stdin'"),
        ({**OWN, "setup": "import"}, "expected 'setup' to be Python code"),
        ({**OWN, "checker": "def test(): pass"}, "expected 'checker' to define check(arguments, output, expected)"),
        ({**OWN, "tests": [{"args": [], "expected": {"$tuple": 5}}]}, "'tests[0].expected' to be a value"),
        ('{"prompt": "x", "entry_point": "f", "tests": [{"args": [], "expected": NaN}]}', '{"$float": ...}'),
        (
            {**OWN, "checker": "def check(a, o, e): pass", "tests": [{"args": [], "kwargs": {"k": 1}}]},
            "expected 'tests[0]' to have no 'kwargs', since the checker is given 'args' alone",
        ),
        ({"prompt": "x"}, "expected a field 'tests' (ours), 'test_list' (MBPP) or 'test' (HumanEval)"),
    ],
)
def test_a_row_that_cannot_be_read_is_reported_with_file_and_line(row, message, written):
    path = written(OWN, "", row)
    with pytest.raises(ValueError) as error:
        file(data=path)
    assert f"{path}, line 3" in str(error.value)
    assert message in str(error.value)


def test_a_row_of_another_split_is_checked_too(written):
    with pytest.raises(ValueError, match="line 2"):
        file(data=written(OWN, {**OWN, "split": "test", "tests": []}))


def test_a_file_that_has_changed_is_read_again_and_one_that_has_not_is_not(written):
    path = written(OWN)
    first = file(data=path)
    assert file(data=path) is first
    before = os.stat(path)
    written({**OWN, "prompt": "Something else."})
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # A clock may be coarse.
    assert file(data=path).tasks[0].prompt == "Something else."


def test_a_file_is_found_by_a_pickle_in_another_process(written, tmp_path, monkeypatch):
    path = written(OWN)
    monkeypatch.chdir(tmp_path)
    source = file(data="own.jsonl")
    assert source is file(data=path)
    script = "import pickle, sys; print(pickle.load(sys.stdin.buffer).tasks[0].prompt)"
    done = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(source), capture_output=True, check=True, cwd="/"
    )
    assert done.stdout.strip() == b"Return 1."


@pytest.mark.parametrize("data", ["", ".", "/nowhere.jsonl"])
def test_what_is_no_file_is_refused(data):
    with pytest.raises(FileNotFoundError, match="Expected data to name a JSON-lines file, actually: "):
        file(data=data)


def test_an_empty_file_is_refused(written):
    with pytest.raises(ValueError, match="expected at least one row"):
        file(data=written(""))
