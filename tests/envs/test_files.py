from __future__ import annotations

import copy
import gzip
import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.core import Task
from rlvr.envs.files import FileSource, locate, read_rows, searched, text_field


def remake(count):
    return FileSource(
        "toy", "test", tuple(Task(f"toy/test/{i}", f"q{i}", f"{i}") for i in range(count)), (remake, (count,))
    )


def test_rows_of_json_lines_come_with_file_and_line(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1.50}\n\n{"a": "\xe2\x80\xa8"}\r\n')
    assert list(read_rows(path)) == [(f"{path}, line 1", {"a": "1.50"}), (f"{path}, line 3", {"a": "\u2028"})]


def test_rows_of_a_json_array_come_with_their_number(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('[{"a": 1},\n {"a": 2}]')
    assert list(read_rows(path)) == [(f"{path}, element 0", {"a": 1}), (f"{path}, element 1", {"a": 2})]


def test_gzipped_files_are_unpacked(tmp_path):
    path = tmp_path / "rows.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"a": 1}\n'))
    assert list(read_rows(path)) == [(f"{path}, line 1", {"a": 1})]


@pytest.mark.parametrize(
    ("name", "content", "where", "what"),
    [
        ("x.jsonl", b'{"a": 1}\n{"a": \n', "line 2", "expected JSON"),
        ("x.jsonl", b'{"a": 1}\n[1]\n', "line 2", "expected a JSON object, actually: [1]"),
        ("x.jsonl", b'{"a": "\xff"}', "line 1", "expected JSON"),
        ("x.jsonl", b"[" * 100_000, "line 1", "expected JSON"),
        ("x.jsonl", b"\n \n", "x.jsonl", "at least one row"),
        ("x.json", b'[{"a": 1},\n {"a": }]', "line 2", "expected JSON"),
        ("x.json", b'{"a": 1}', "x.json", "expected a JSON array"),
        ("x.json", b"[1]", "element 0", "expected a JSON object"),
        ("x.json", b"[]", "x.json", "at least one row"),
        ("x.json", b"", "x.json", "at least one row"),
    ],
)
def test_a_corrupt_file_is_reported_with_file_and_place(tmp_path, name, content, where, what):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        list(read_rows(path))
    for expected in (str(path), where, what):
        assert expected in str(error.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("row", [{}, {"a": None}, {"a": 3}, {"a": "  "}, {"b": "x"}])
def test_a_missing_field_is_named_with_its_place(row):
    with pytest.raises(ValueError, match="here, line 3: expected field 'a' to be a text, actually"):
        text_field(row, "a", "here, line 3")


def test_files_are_looked_for_where_the_argument_the_variable_or_the_defaults_say(tmp_path, monkeypatch):
    for folder in ("argument", "variable", "shared/data", "cwd"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "f").touch()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.delenv("RLVR_DATA", raising=False)
    repository = Path(__file__).resolve().parents[2]
    assert searched() == [tmp_path / "shared/data", repository.parent / "shared" / "data"]
    assert locate("f") == tmp_path / "shared/data/f"
    monkeypatch.setenv("RLVR_DATA", str(tmp_path / "variable"))
    assert locate("f") == tmp_path / "variable/f"
    assert locate("f", data=str(tmp_path / "argument")) == tmp_path / "argument/f"
    assert locate("g") is None


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 60), st.integers(0, 2**40))
def test_each_pass_sees_every_task_once_in_an_order_of_its_own(count, seed):
    source = remake(count)
    passes = [[source.draw(seed, n * count + i).id for i in range(count)] for n in range(2)]
    for ids in passes:
        assert sorted(ids) == sorted(task.id for task in source.tasks)
    if count > 20:
        assert passes[0] != passes[1]
        assert passes[0] != [source.draw(seed + 1, i).id for i in range(count)]


def test_tasks_are_found_by_row_and_by_id():
    source = remake(12)
    assert source.size == 12
    assert source.find(3, seed=9) is source.find("toy/test/3", seed=0) is source.tasks[3]


@pytest.mark.parametrize(
    "key", [-1, 12, True, 1.0, None, "", "3", "toy/test/12", "toy/test/03", "toy/train/3", "toy/test/٣"]
)
def test_a_task_that_does_not_exist_is_refused_with_what_there_is(key):
    with pytest.raises(ValueError) as error:
        remake(12).find(key, 0)
    assert "from 0 to 11" in str(error.value)
    assert f"actually: {key!r}" in str(error.value)


def test_a_source_copies_as_itself_and_pickles_as_the_call_that_makes_it():
    source = remake(12)
    assert copy.copy(source) is copy.deepcopy(source) is source
    assert pickle.loads(pickle.dumps(source)).tasks == source.tasks
    assert len(pickle.dumps(source)) < 200
    assert len(repr(source)) < 100
    with pytest.raises(FrozenInstanceError):
        source.split = "train"


def test_a_source_without_tasks_is_refused():
    with pytest.raises(ValueError, match="'toy' to have tasks in split 'test', actually: none"):
        FileSource("toy", "test", (), (remake, (0,)))
