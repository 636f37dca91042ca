import json
import os
import signal
import subprocess
import sys
import time

import pytest

from rlvr.cli import main

TINY = """
checkpoint_every = 2
[env]
id = "tests.toys:toy/Successor-v0"
[env.kwargs]
max_turns = 1
[env.held_out]
max_turns = 1
[policy]
width = 32
layers = 1
[cold_start]
answers = "tests.toys:worked_answer"
[cold_start.sft]
steps = 5
batch_size = 4
[grpo]
steps = 4
groups = 3
group_size = 4
max_new_tokens = 8
[evaluation]
episodes = 8
every = 2
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


def test_train_writes_a_run_and_sums_it_up(capsys, config, tmp_path):
    out = tmp_path / "run"
    assert main(["train", "--config", str(config), "--out", str(out), "--seed", "3", "--grpo.steps", "2"]) == 0
    printed = capsys.readouterr().out
    assert "sampled accuracy" in printed and "greedy accuracy" in printed and "report.html" in printed
    settings = json.loads((out / "config.json").read_text())
    # The recipe, then the file, then the flags.
    assert (settings["seed"], settings["policy"]["width"], settings["grpo"]["steps"]) == (3, 32, 2)
    assert settings["grpo"]["optimizer"]["warmup_steps"] == 10
    assert {path.name for path in out.iterdir()} == {
        "config.json",
        "metrics.jsonl",
        "episodes.jsonl",
        "checkpoints",
        "report.html",
    }
    assert main(["replay", str(out)]) == 0
    (out / "report.html").unlink()
    assert main(["report", str(out)]) == 0
    assert (out / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resume=runs/a", "--seed=3"], "nothing else fits beside it"),
        (["--resume", "runs/a", "--seed=3"], "nothing else fits beside it"),
        (["--seed", "3", "thinkin"], "Name the recipe before the flags: rlvr train thinkin"),
        (["--preset", "dapo", "--algorithm", "ppo"], "The preset dapo is of the algorithm grpo"),
    ],
)
def test_flags_that_would_be_ignored_are_refused(capsys, arguments, message):
    assert main(["train", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_taken_folder_is_refused_and_left_as_it_was(capsys, config, tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    assert main(["train", "--config", str(config), "--out", str(out)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_a_default_folder_is_never_one_that_is_there(config, tmp_path, monkeypatch):
    repository = os.getcwd()
    monkeypatch.syspath_prepend(repository)
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(["train", "--config", str(config), "--grpo.steps", "0"]) == 0
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["thinking", "thinking-2"]


def wait_for(condition, what, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def test_ctrl_c_leaves_a_checkpoint_that_resume_goes_on_from(config, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "rlvr", "train"]
    process = subprocess.Popen(
        [*command, "--config", str(config), "--out", str(out), "--grpo.steps", "100000", "--checkpoint-every", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    metrics = out / "metrics.jsonl"
    wait_for(
        lambda: process.poll() is not None or (metrics.exists() and '"grpo"' in metrics.read_text()),
        "the first RL step",
    )
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 130, printed
    assert "rlvr train --resume" in printed and "Traceback" not in printed
    steps = max(json.loads(line)["step"] for line in metrics.read_text().splitlines() if '"grpo"' in line)
    assert (out / "checkpoints" / f"grpo-{steps:06d}").is_dir()

    settings = json.loads((out / "config.json").read_text())
    settings["grpo"]["steps"] = steps + 2
    (out / "config.json").write_text(json.dumps(settings))
    again = subprocess.run([*command, "--resume", str(out)], capture_output=True, text=True, timeout=120)
    assert again.returncode == 0, again.stderr
    logged = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert [line["step"] for line in logged if line["phase"] == "grpo"] == list(range(1, steps + 3))


def test_a_checkpoint_cut_in_half_is_named_with_the_remedy(capsys, config, tmp_path):
    out = tmp_path / "run"
    assert main(["train", "--config", str(config), "--out", str(out)]) == 0
    newest = out / "checkpoints" / "grpo-000004"
    state = newest / "state.pt"
    state.write_bytes(state.read_bytes()[:-100])
    capsys.readouterr()
    assert main(["train", "--resume", str(out)]) == 2
    error = capsys.readouterr().err
    assert "state.pt has" in error and "Use another one (grpo-000002)" in error
    assert main(["train", "--resume", str(out / "checkpoints" / "grpo-000002")]) == 0
    assert main(["train", "--resume", str(out)]) == 0


def one_line(capsys):
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1 and "Traceback" not in captured.err
    return captured.err


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--policy.dtype", "float16"], "Expected trainable weights in float32 or bfloat16, actually: float16"),
        (["--policy.dtype", "int8"], "Cannot load policy 'tiny'"),
        (["--cold-start.sft.max-tokens", "3"], "Expected an example of at most 3 tokens"),
        (["--policy.path", "nowhere/at/all"], "Cannot load policy 'nowhere/at/all'"),
    ],
)
def test_what_does_not_fit_together_is_one_line_and_leaves_no_folder(capsys, config, tmp_path, flags, message):
    out = tmp_path / "run"
    assert main(["train", "--config", str(config), "--out", str(out), *flags]) == 2
    assert message in one_line(capsys) and not out.exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('[[env.wrappers]]\nname = "TextObservation"', "leave wrappers such as TextObservation and TokenEnv out"),
        ('[[env.wrappers]]\nname = "GroupTerm"', "Unknown wrapper 'GroupTerm'"),
        ("[grpo.optimizer]\nlr = -1", "[grpo.optimizer] Expected optimizer.lr to be at least 0.0, actually: -1.0"),
    ],
)
def test_what_a_file_asks_for_and_cannot_be_had_is_one_line(capsys, tmp_path, lines, message):
    path, out = tmp_path / "wrong.toml", tmp_path / "run"
    path.write_text(lines)
    assert main(["train", "--config", str(path), "--out", str(out)]) == 2
    assert message in one_line(capsys) and not out.exists()


def test_a_flag_that_is_read_first_is_given_once(capsys):
    assert main(["train", "--preset", "dapo", "--preset=gspo"]) == 2
    assert "Expected --preset once, actually: gspo and dapo" in one_line(capsys)


@pytest.mark.parametrize(
    ("section", "key", "value", "message"),
    [
        ("policy", "width", 64, "are of another model than the configuration's policy"),
        ("env", "id", "tests.toys:toy/Nope-v0", "Unknown environment 'tests.toys:toy/Nope-v0'"),
        ("env", "kwargs", {"levle": 3}, "Cannot make tests.toys:toy/Successor-v0"),
    ],
)
def test_a_configuration_that_was_changed_is_checked_before_a_run_resumes(
    capsys, config, tmp_path, section, key, value, message
):
    out = tmp_path / "run"
    assert main(["train", "--config", str(config), "--out", str(out)]) == 0
    settings = json.loads((out / "config.json").read_text())
    settings[section][key] = value
    (out / "config.json").write_text(json.dumps(settings))
    before = (out / "metrics.jsonl").read_bytes()
    capsys.readouterr()
    assert main(["train", "--resume", str(out)]) == 2
    assert message in one_line(capsys) and (out / "metrics.jsonl").read_bytes() == before


def test_a_run_that_another_process_trains_is_left_to_it(capsys, config, tmp_path):
    out = tmp_path / "run"
    assert main(["train", "--config", str(config), "--out", str(out)]) == 0
    holding = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, 2); print('held', flush=True); input()"
    command = [sys.executable, "-c", holding, str(out / "config.json")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        capsys.readouterr()
        assert main(["train", "--resume", str(out)]) == 2
        assert "Another process is training" in one_line(capsys)
        other.communicate("\n")
    assert main(["train", "--resume", str(out)]) == 0


def test_training_goes_on_when_nobody_reads_what_it_prints(config, tmp_path):
    out = tmp_path / "run"
    command = [sys.executable, "-m", "rlvr", "train", "--config", str(config), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b"" and running.wait(120) == 0
    assert (out / "checkpoints" / "grpo-000004").is_dir() and (out / "report.html").is_file()
