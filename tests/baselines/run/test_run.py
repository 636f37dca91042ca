import errno
import json
import os

import pytest

from rlvr.baselines.run import Run, RunError
from rlvr.baselines.run.json_lines import write_whole
from rlvr.baselines.sft import SFTConfig


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path / "run", SFTConfig())


def test_a_new_run_holds_its_configuration(run):
    assert run.config()["steps"] == SFTConfig().steps
    assert [path.name for path in run.path.iterdir()] == ["config.json"]


def test_an_empty_folder_can_become_a_run(tmp_path):
    (tmp_path / "empty").mkdir()
    assert Run.create(tmp_path / "empty", SFTConfig()).metrics() == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("six years of work")
    with pytest.raises(RunError, match=r"is not empty.*--out.*--resume"):
        Run.create(tmp_path, SFTConfig())
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_folder_that_cannot_be_made_names_the_reason(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file/run: Not a directory.*--out"):
        Run.create(tmp_path / "file" / "run", SFTConfig())


def test_only_a_run_can_be_opened(run, tmp_path):
    assert Run.open(run.path).config() == run.config()
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(RunError, match=r"no config\.json"):
            Run.open(path)


@pytest.mark.parametrize("text", ["{", "[1]", "", "5"])
def test_a_damaged_configuration_names_its_file(run, text):
    (run.path / "config.json").write_text(text)
    with pytest.raises(RunError, match=r"run/config\.json"):
        run.config()


def test_metrics_come_back_as_they_were_logged_and_listeners_hear_them(run):
    heard = []
    run.listeners.append(heard.append)
    run.log("grpo", 1, {"reward": 0.1 + 0.2})
    run.log("evaluation", 1, {"accuracy": 0.5}, decoding="greedy")
    assert run.metrics() == heard
    assert heard == [
        {"phase": "grpo", "step": 1, "reward": 0.1 + 0.2},
        {"phase": "evaluation", "step": 1, "decoding": "greedy", "accuracy": 0.5},
    ]


# Line separators that are no newline in JSON lines, and halves of a surrogate pair, which UTF-8 cannot spell.
@pytest.mark.parametrize("text", ["a\u2028b\x85c\x0bd\r\ne", "\ud800", "\udc00 \ud800", "\0", "日本 😀"])
def test_episodes_keep_any_text(run, text):
    run.log_episodes([{"text": text}, {"text": "next"}])
    assert [one["text"] for one in run.episodes()] == [text, "next"]


def test_episodes_are_read_as_they_are_asked_for(run):
    run.log_episodes([{"n": 1}])
    with (run.path / "episodes.jsonl").open("a") as file:
        file.write("damaged\n")
    assert next(run.episodes()) == {"n": 1}


def test_a_last_line_that_a_crash_cut_off_is_left_out_and_rewinding_removes_it(run):
    for step in (1, 2, 3):
        run.log("grpo", step, {"reward": 0.0})
    whole = (run.path / "metrics.jsonl").read_bytes()
    for cut in range(1, len(whole) // 3):
        (run.path / "metrics.jsonl").write_bytes(whole[:-cut])
        assert [line["step"] for line in run.metrics()] == [1, 2]
    run.rewind(lambda line: True)
    run.log("grpo", 3, {"reward": 0.0})
    assert (run.path / "metrics.jsonl").read_bytes() == whole


@pytest.mark.parametrize(
    "damage",
    [
        b"{",
        b"\xff\xfe",
        b"",
        b"7",
        b'{"text": "\xff"}',
        b'{"phase": "grpo", "step": "x"}',
        b'{"phase": "evaluation", "step": 1}',
    ],
)
def test_a_damaged_line_names_file_and_line(run, damage):
    run.log("grpo", 1, {})
    with (run.path / "metrics.jsonl").open("ab") as file:
        file.write(damage + b"\n")
    run.log("grpo", 2, {})
    with pytest.raises(RunError, match=r"metrics\.jsonl, line 2"):
        run.metrics()


def test_rewinding_keeps_what_it_is_told_to_and_needs_no_files(run):
    run.rewind(lambda line: False)
    for step in range(5):
        run.log("grpo", step, {"x": 1 / 3})
        run.log_episodes([{"step": step}])
    before = (run.path / "metrics.jsonl").read_text().splitlines()
    run.rewind(lambda line: line["step"] < 2)
    assert (run.path / "metrics.jsonl").read_text().splitlines() == before[:2]
    assert [one["step"] for one in run.episodes()] == [0, 1]


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, monkeypatch, function):
    path = tmp_path / "config.json"
    write_whole(path, "before")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, function, full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_lines_are_plain_json(run):
    run.log("cold_start", 1, {"loss": 2.5})
    assert json.loads((run.path / "metrics.jsonl").read_text()) == {"phase": "cold_start", "step": 1, "loss": 2.5}
