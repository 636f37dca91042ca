"""The commands with environments of programs."""

from __future__ import annotations

import json

import pytest

from rlvr.agents.human import HumanAgent
from rlvr.cli import main
from rlvr.envs.sandbox import Level, SandboxUnavailable, levels, require


@pytest.fixture
def run(capsys):
    """Exit code, standard output and standard error of a command."""

    def command(*arguments):
        status = main(arguments)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def isolated():
    """Skips with the reason that `rlvr doctor` gives."""
    try:
        require("auto")
    except SandboxUnavailable as error:
        pytest.skip(str(error))


@pytest.fixture
def row(tmp_path):
    path = tmp_path / "own.jsonl"
    path.write_text(json.dumps({"prompt": "x", "entry_point": "f", "tests": [{"args": [1], "expected": 1}]}))
    return json.dumps({"source": "file", "data": str(path)})


@pytest.mark.usefixtures("isolated")
def test_show_prints_the_page_and_a_task_with_its_examples(run):
    status, out, _ = run("show", "Code-v0", "--kwargs", '{"families": "runs"}')
    assert status == 0
    for part in ("## Arguments", "Write a Python function `longest_run(", "Examples:", "task id: runs-1/train/0/0"):
        assert part in out


@pytest.mark.usefixtures("isolated")
@pytest.mark.parametrize("agent", ["oracle", "wrong"])
def test_eval_judges_and_its_log_replays(run, agent, tmp_path):
    log = tmp_path / "episodes.jsonl"
    kwargs = '{"max_turns": 3, "reward": "fraction"}'
    status, out, _ = run("eval", "Code-v0", "--agent", agent, "--episodes", "12", "--kwargs", kwargs, "--out", str(log))
    accuracy = next(line.split()[1] for line in out.splitlines() if line.startswith("accuracy"))
    assert (status, accuracy) == (0, "1.0000" if agent == "oracle" else "0.0000")
    assert run("replay", str(log))[:2] == (0, "12 episodes replayed, 0 differ.\n")


@pytest.mark.usefixtures("isolated")
def test_a_person_may_type_a_program_with_empty_lines(run, monkeypatch):
    typed = iter(["```python", "def longest_run(numbers):", "", "    return None", "```", "", "no", ""])

    def ask(prompt):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("rlvr.cli.play.HumanAgent", lambda: HumanAgent(ask=ask))
    status, out, _ = run("play", "Code-v0", "--kwargs", '{"families": "runs", "max_turns": 2}')
    assert status == 0
    assert "returned `None`, expected" in out and "=> unparsable" in out and "0 of 1 right." in out


@pytest.mark.usefixtures("isolated")
def test_an_oracle_for_rows_without_solutions_is_one_line(run, row):
    status, out, err = run("eval", "Code-v0", "--agent", "oracle", "--episodes", "1", "--kwargs", row)
    assert (status, out) == (2, "")
    assert err == "rlvr eval: Task 'own/train/0' comes without a solution. Add the field 'solution' to its row.\n"


def test_a_machine_that_isolates_nothing_is_told_in_one_line_what_to_do(run, monkeypatch):
    found = levels.Available(Level.NONE, {Level.NAMESPACES: "forbidden", Level.LANDLOCK: "absent"})
    monkeypatch.setattr(levels, "available", lambda: found)
    monkeypatch.delenv(levels.VARIABLE, raising=False)
    for command in (("show", "Code-v0"), ("eval", "Code-v0", "--episodes", "1")):
        status, out, err = run(*command)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "namespaces: forbidden; landlock: absent" in err and 'isolation="none"' in err


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ('{"isolation": "jail"}', "Unknown isolation 'jail'"),
        ('{"packages": "numpy"}', "Expected packages to be several names"),
        ('{"source": "file", "data": "/nowhere.jsonl"}', "'/nowhere.jsonl', which is none."),
        ('{"isolation": "none", "families": "run"}', "Perhaps you meant 'runs'"),
        ('{"isolation": "none", "tests": 5}', "unexpected keyword argument 'tests'"),
    ],
)
def test_arguments_that_are_wrong_are_told_in_one_line(run, kwargs, message):
    status, out, err = run("eval", "Code-v0", "--episodes", "1", "--kwargs", kwargs)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
