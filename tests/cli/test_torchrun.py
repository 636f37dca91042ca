"""`torchrun -m rlvr train`: two processes share a run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = """
threads = 1
checkpoint_every = 2
algorithm = "ALGORITHM"
[env]
id = "tests.toys:toy/Successor-v0"
kwargs = {}
held_out = {}
[policy]
width = 32
layers = 1
[cold_start]
answers = "tests.toys:worked_answer"
[cold_start.sft]
steps = 3
batch_size = 4
optimizer = { kind = "adamw" }
[ALGORITHM]
steps = 4
groups = 5
group_size = 4
max_new_tokens = 4
optimizer = { parallel = "KIND" }
MORE
[evaluation]
episodes = 8
every = 2
"""


def together(*arguments):
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*command, "-m", "rlvr", "train", *map(str, arguments)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def numbers(run):
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [{name: value for name, value in line.items() if "second" not in name} for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "kind", "more"),
    [
        ("grpo", "ddp", ""),
        ("grpo", "fsdp", ""),
        ("ppo", "fsdp", 'critic = { optimizer = { parallel = "fsdp" } }'),
        ("ppo", "fsdp", "critic = { pretrain_steps = 1 }"),
        ("reinforce", "fsdp", 'baseline = "remax"\ndata = { skip_flat_groups = false }'),
    ],
)
def test_two_processes_share_a_run_and_resume_it(algorithm, kind, more, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.replace("KIND", kind).replace("ALGORITHM", algorithm).replace("MORE", more))
    run = tmp_path / "run"
    printed = together("thinking", "--config", config, "--out", run)
    assert printed.count("report:") == 1  # One of them has the terminal.
    before = numbers(run)
    assert [line["step"] for line in before if line["phase"] == algorithm] == [1, 2, 3, 4]
    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == [
        f"{algorithm}-000002",
        f"{algorithm}-000004",
    ]
    together("--resume", run / "checkpoints" / f"{algorithm}-000002")
    assert numbers(run) == before
