"""Trackers: where the numbers of a run go besides its own folder.

- `require(name)`: whether there is such a tracker, before a run begins.
- `tracker(name, run)`: a listener that hands every line of metrics on.
- `TrackerWarning`: one failed, and the run goes on without it.

A tracker that fails when a run begins refuses the run; later, it is dropped with a warning, for the run's own folder
has every number.

A line `{"phase": "grpo", "step": 3, "reward": 0.5}` becomes the scalar `grpo/reward` at step 3, and one with more in
its head, such as `"decoding": "greedy"`, `evaluation/greedy/accuracy`. Both write into the run's folder. In a run that
is resumed, TensorBoard drops what came after the checkpoint; W&B shows steps taken again beside what they were before.
"""

from __future__ import annotations

import importlib
import uuid
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from rlvr.baselines.config import ConfigError
from rlvr.baselines.run import json_lines
from rlvr.baselines.run.run import Listener, Run

Tracker = Literal["tensorboard", "wandb"]


class TrackerWarning(UserWarning):
    """A tracker failed, and the run goes on without it."""


def tracker(name: Tracker, run: Run) -> Listener:
    """A listener for a run that hands its metrics on, until it fails.

    Raises:
        ConfigError: The package is not installed, or the tracker could not begin.
    """
    begin = {"tensorboard": _tensorboard, "wandb": _wandb}[name]
    try:
        listen: Listener | None = begin(run)
    except ConfigError:
        raise
    except Exception as error:
        raise ConfigError(
            f"The tracker {name!r} could not begin: {type(error).__name__}: {error}. Take it out of `trackers`"
            f"{', or set WANDB_MODE=offline' if name == 'wandb' else ''}."
        ) from error

    def until_it_fails(line: Mapping[str, Any]) -> None:
        nonlocal listen
        if listen is None:
            return
        try:
            listen(line)
        except Exception as error:  # A service that is down must not cost a training run.
            listen = None
            warnings.warn(
                f"The tracker {name!r} failed at step {line['step']} of {line['phase']}: {type(error).__name__}: "
                f"{error}. The run goes on without it; {run.path / 'metrics.jsonl'} has every number.",
                TrackerWarning,
                stacklevel=2,
            )

    return until_it_fails


def require(name: Tracker) -> Any:
    """The module that a tracker needs.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        return importlib.import_module("torch.utils.tensorboard" if name == "tensorboard" else name)
    except ImportError as error:
        raise ConfigError(
            f"The tracker {name!r} is not installed: pip install {name}, or take it out of `trackers`."
        ) from error


def scalars(line: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """The numbers of a line of metrics, each under its full name."""
    head = [value for value in line.values() if isinstance(value, str)]
    for name, value in line.items():
        if isinstance(value, (int, float)) and name != "step":
            yield "/".join([*head, name]), float(value)


def _tensorboard(run: Run) -> Listener:
    board = require("tensorboard")
    writers: dict[str, Any] = {}

    def listen(line: Mapping[str, Any]) -> None:
        phase, step = str(line["phase"]), line["step"]
        if phase not in writers:
            # A folder for each phase, since purging drops whatever its folder has from this step on.
            writers[phase] = board.SummaryWriter(str(run.path / "tensorboard" / phase), purge_step=step)
        for name, value in scalars(line):
            writers[phase].add_scalar(name.removeprefix(f"{phase}/"), value, step)
        writers[phase].flush()

    return listen


def _wandb(run: Run) -> Listener:
    wandb = require("wandb")
    name = run.path / "wandb-id"
    if not name.exists():
        json_lines.write_whole(name, uuid.uuid4().hex)
    session = wandb.init(
        project="rlvr", name=run.path.name, id=name.read_text(), resume="allow", dir=str(run.path), config=run.config()
    )

    def listen(line: Mapping[str, Any]) -> None:
        phase = line["phase"]
        session.define_metric(f"{phase}/*", step_metric=f"{phase}/step")
        session.log({f"{phase}/step": line["step"], **dict(scalars(line))})

    return listen
