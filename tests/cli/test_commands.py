import json
import subprocess
import sys

import pytest

from rlvr.cli import COMMANDS, main
from rlvr.registry import ENVIRONMENTS, resolve

TOY = "tests.toys:toy/Successor-v0"


def run(capsys, *arguments):
    """Exit status, standard output, standard error."""
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_every_command_exists_and_explains_itself(capsys):
    _, out, _ = run(capsys, "--help")
    for name, (path, summary) in COMMANDS.items():
        assert resolve(path).command == name
        assert name in out and summary in out
        with pytest.raises(SystemExit) as end:
            main([name, "--help"])
        assert end.value.code == 0
        assert f"rlvr {name}" in capsys.readouterr().out


def test_an_unknown_command_names_itself_and_the_nearest(capsys):
    status, _, err = run(capsys, "evla")
    assert status == 2
    assert "Unknown command 'evla'. Perhaps you meant 'eval'." in err


def test_list_names_every_environment(capsys):
    status, out, _ = run(capsys, "list")
    assert status == 0
    assert all(entry.id in out for entry in ENVIRONMENTS)


def test_show_prints_the_page_and_a_task(capsys):
    status, out, _ = run(capsys, "show", "Math-v0", "--kwargs", '{"families": "sum", "level": 1}')
    assert status == 0
    assert "Action Space" in out and "user: " in out and "task id: sum-1/train/0/0" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "rlvr/Maths-v0"], "Unknown environment 'rlvr/Maths-v0'. Perhaps you meant 'rlvr/Math-v0'."),
        (["show", "Math-v0", "--kwargs", "{level: 2}"], "--kwargs to be a JSON object"),
        (["show", "Math-v0", "--kwargs", "[1]"], "--kwargs to be a JSON object"),
        (["show", "Math-v0", "--kwargs", '{"lvl": 2}'], "lvl"),
        (["show", "Math-v0", "--kwargs", '{"split": "tset"}'], "tset"),
        (["eval", "Math-v0", "--episodes", "0"], "--episodes to be at least 1, actually: 0"),
        (["eval", "Math-v0", "--agent", "./no-such-folder"], "Cannot load the agent './no-such-folder'"),
        (["eval", "Math-v0", "--batch-size", "0"], "--batch-size to be at least 1, actually: 0"),
        (["eval", "Math-v0", "--seed", "-1"], "--seed to be at least 0, actually: -1"),
        (["show", "CartPole-v1"], "Expected an environment that verifies answers, actually: CartPole-v1"),
        (["play", "CartPole-v1"], "Expected an environment that verifies answers, actually: CartPole-v1"),
        (["eval", "Math-v0", "--temperature", "nan"], "--temperature to be at least 0, actually: nan"),
        (["eval", "Math-v0", "--out", "/proc/x.jsonl"], "Cannot write into the folder of --out, /proc"),
        (["eval", "CartPole-v1"], "Expected an environment that verifies answers, actually: CartPole-v1"),
        (["eval", "Math-v0", "--out", "nowhere/x.jsonl"], "--out to be a file in a folder that exists"),
        (["train", "--env.id", "Maths-v0"], "Unknown environment 'Maths-v0'"),
        (["train", "--env.held-out.split", "tset"], "with env.held_out"),
        (["train", "--seed", "-1"], "Expected seed to be at least 0"),
        (["train", "--resume", "nowhere", "--seed", "3"], "nothing else fits beside it"),
        (["replay", "nowhere.jsonl"], "Cannot read nowhere.jsonl"),
        (["report", "nowhere"], "nowhere is not the folder of a run"),
        (["train", "thinkin"], "Unknown recipe 'thinkin'. Perhaps you meant 'thinking'."),
        (["train", "--resume", "nowhere"], "nowhere is not the folder of a run"),
        (["train", "--config", "nowhere.toml"], "Cannot read the configuration nowhere.toml"),
        (["train", "--grpo.group-size", "1"], "grpo.group_size to be at least 2, actually: 1"),
    ],
)
def test_bad_input_is_one_line_that_names_the_value(capsys, monkeypatch, tmp_path, arguments, message):
    monkeypatch.chdir(tmp_path)
    try:
        status, _, err = run(capsys, *arguments)
    except SystemExit as end:  # tyro's own refusals
        status, err = end.code, " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert status == 2
    assert message in err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_key_in_a_config_file_names_file_section_and_nearest_key(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.toml").write_text("[grpo]\nstesp = 3\n")
    status, _, err = run(capsys, "train", "--config", "my.toml")
    assert status == 2
    assert "my.toml" in err and "section [grpo]" in err and "Perhaps you meant 'steps'" in err
    assert [path.name for path in tmp_path.iterdir()] == ["my.toml"]


@pytest.mark.parametrize(("agent", "accuracy"), [("oracle", "1.0000"), ("wrong", "0.0000"), ("random", "0.0000")])
def test_eval_prints_accuracy_and_writes_episodes_that_replay(capsys, tmp_path, agent, accuracy):
    log = tmp_path / "episodes.jsonl"
    status, out, _ = run(capsys, "eval", "Math-v0", "--agent", agent, "--episodes", "20", "--out", str(log))
    assert status == 0
    assert f"{accuracy} ±" in out
    assert len(log.read_text().splitlines()) == 20
    assert run(capsys, "replay", str(log))[:2] == (0, "20 episodes replayed, 0 differ.\n")


CONTRADICTION = ["change_case:english_capital", "change_case:english_lowercase"]


@pytest.fixture
def instructions(tmp_path):
    """Arguments for rows with these instructions."""

    def make(*rows):
        lines = [{"prompt": "Write.", "instruction_id_list": ids, "kwargs": [{}] * len(ids)} for ids in rows]
        path = tmp_path / "own.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        return json.dumps({"source": "file", "data": str(path)})

    return make


def test_an_oracle_goes_past_tasks_without_a_solution_and_names_them(capsys, tmp_path, instructions):
    log = tmp_path / "episodes.jsonl"
    kwargs = instructions(["punctuation:no_comma"], CONTRADICTION, ["detectable_format:title"])
    arguments = ("Instructions-v0", "--agent", "oracle", "--episodes", "3", "--kwargs", kwargs)
    status, out, _ = run(capsys, "eval", *arguments, "--out", str(log))
    assert status == 0
    assert "0.6667 ±" in out
    assert "1 task has no oracle answer and got an empty one: own/train/1\n" in out
    assert run(capsys, "replay", str(log))[:2] == (0, "3 episodes replayed, 0 differ.\n")


def test_an_oracle_that_has_no_solution_at_all_is_told_why(capsys, instructions):
    kwargs = instructions(CONTRADICTION)
    status, out, err = run(
        capsys, "eval", "Instructions-v0", "--agent", "oracle", "--episodes", "2", "--kwargs", kwargs
    )
    assert (status, out) == (2, "")
    assert err.startswith("rlvr eval: Task 'own/train/0' comes without a solution. No text was found that meets all of")
    assert err.count("\n") == 1


def test_replay_finds_a_forged_verdict(capsys, tmp_path):
    log = tmp_path / "episodes.jsonl"
    run(capsys, "eval", "Math-v0", "--agent", "wrong", "--episodes", "2", "--out", str(log))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    lines[1]["turns"][0]["verdict"]["status"] = "correct"
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    status, out, _ = run(capsys, "replay", str(log))
    assert status == 1
    assert "line 2, turn 1" in out and "2 episodes replayed, 1 differ." in out


def test_play_judges_a_person_and_ends_with_the_input(capsys, monkeypatch):
    answers = iter([r"\boxed{-1}", "", r"\boxed{0}", ""])

    def read(prompt):
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    from rlvr.agents.human import HumanAgent

    monkeypatch.setattr("rlvr.cli.play.HumanAgent", lambda: HumanAgent(ask=read))
    status, out, _ = run(capsys, "play", "Math-v0", "--kwargs", '{"families": "sum", "level": 3}')
    assert status == 0
    assert out.count("=> wrong") == 2 and "0 of 2 right." in out


def test_commands_that_train_nothing_work_without_torch(tmp_path):
    log = tmp_path / "episodes.jsonl"
    calls = [
        ["list"],
        ["show", "Math-v0"],
        ["eval", "Math-v0", "--episodes", "3", "--out", str(log)],
        ["replay", str(log)],
        ["eval", "Math-v0", "--agent", "runs/some-policy"],
        ["demo"],
    ]
    program = f"""
import sys
class NotInstalled:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers"):
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, NotInstalled())
from rlvr.cli import main
print("statuses", [main(call) for call in {calls!r}])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "statuses [0, 0, 0, 0, 2, 2]" in done.stdout, done.stdout + done.stderr
    assert done.stderr.count('pip install "rlvr[train]"') == 2


def test_episodes_of_an_environment_of_ones_own_replay_too(capsys, tmp_path):
    log = tmp_path / "episodes.jsonl"
    assert run(capsys, "eval", TOY, "--episodes", "3", "--out", str(log))[0] == 0
    assert json.loads(log.read_text().splitlines()[0])["env"]["id"] == TOY
    assert run(capsys, "replay", str(log))[:2] == (0, "3 episodes replayed, 0 differ.\n")
