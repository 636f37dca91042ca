import sys
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from rlvr.baselines.config import ConfigError
from rlvr.baselines.run import Run
from rlvr.baselines.run.trackers import TrackerWarning, require, scalars, tracker

LINES = [
    {"phase": "cold_start", "step": 1, "loss": 2.0},
    {"phase": "grpo", "step": 1, "reward": 0.25},
    {"phase": "evaluation", "step": 1, "decoding": "greedy", "accuracy": 0.5},
    {"phase": "grpo", "step": 2, "reward": 0.75},
]


@dataclass(frozen=True)
class SimpleConfig:
    seed: int = 3


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path / "run", SimpleConfig())


def test_a_line_becomes_scalars_under_full_names():
    assert [list(scalars(line)) for line in LINES[:3]] == [
        [("cold_start/loss", 2.0)],
        [("grpo/reward", 0.25)],
        [("evaluation/greedy/accuracy", 0.5)],
    ]


def read_back(folder):
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(folder))
    events.Reload()
    tags = events.Tags()["scalars"]
    return {tag: [(event.step, round(event.value, 6)) for event in events.Scalars(tag)] for tag in tags}


def test_tensorboard_has_every_number_and_a_resumed_run_replaces_its_own(run):
    pytest.importorskip("tensorboard")
    first = tracker("tensorboard", run)
    for line in [*LINES, {"phase": "grpo", "step": 3, "reward": 0.9}]:
        first(line)
    again = tracker("tensorboard", run)  # Resumed from a checkpoint after step 1.
    for line in [{"phase": "grpo", "step": 2, "reward": 0.7}, {"phase": "grpo", "step": 3, "reward": 0.8}]:
        again(line)
    board = run.path / "tensorboard"
    assert read_back(board / "grpo")["reward"] == [(1, 0.25), (2, 0.7), (3, 0.8)]
    assert read_back(board / "cold_start")["loss"] == [(1, 2.0)]
    assert read_back(board / "evaluation")["greedy/accuracy"] == [(1, 0.5)]


def test_wandb_gets_every_number_and_the_same_identity_again(run, monkeypatch):
    sessions = []

    def init(**options):
        session = SimpleNamespace(options=options, logged=[], define_metric=lambda *_, **__: None)
        session.log = session.logged.append
        sessions.append(session)
        return session

    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=init))
    for _ in range(2):
        listen = tracker("wandb", run)
        for line in LINES:
            listen(line)
    first, second = sessions
    assert first.logged[1] == {"grpo/step": 1, "grpo/reward": 0.25}
    assert first.options["config"] == {"seed": 3} and first.options["resume"] == "allow"
    assert first.options["id"] == second.options["id"]


def test_what_is_not_installed_is_refused_with_the_remedy(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(ConfigError, match="'wandb' is not installed: pip install wandb"):
        require("wandb")


def test_a_tracker_that_fails_is_dropped_with_a_warning_and_the_run_goes_on(run, monkeypatch):
    calls = []

    def log(numbers):
        calls.append(numbers)
        if len(calls) == 2:
            raise ConnectionError("the service is down")

    session = SimpleNamespace(log=log, define_metric=lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=lambda **_: session))
    run.listeners.append(tracker("wandb", run))
    with pytest.warns(TrackerWarning, match=r"'wandb' failed at step 1 of grpo: ConnectionError: the service is down"):
        for line in LINES:
            run.log(line["phase"], line["step"], {name: line[name] for name in line.keys() - {"phase", "step"}})
    assert len(calls) == 2 and len(run.metrics()) == len(LINES)


def test_a_tracker_that_cannot_begin_refuses_the_run(run, monkeypatch):
    def init(**_):
        raise PermissionError("no key")

    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=init))
    with pytest.raises(
        ConfigError, match=r"could not begin: PermissionError: no key\. Take it out of `trackers`, or set"
    ):
        tracker("wandb", run)
