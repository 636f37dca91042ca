"""A run's folder: everything a training run leaves behind, readable by a person, a report and a machine.

config.json       what was asked for
metrics.jsonl     one line a step or evaluation
episodes.jsonl    logged episodes, replayable
checkpoints/      see `rlvr.baselines.run.checkpoint`
report.html       see `rlvr.baselines.report`
"""

from __future__ import annotations

import importlib.util
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rlvr.baselines.config import as_dict
from rlvr.baselines.run import json_lines

fcntl: Any = importlib.import_module("fcntl") if importlib.util.find_spec("fcntl") else None  # POSIX has it.

Listener = Callable[[Mapping[str, Any]], None]


class RunError(RuntimeError):
    """A run's folder cannot be used as asked."""


class Run:
    """The folder of one run.

    Args:
        path: The folder; use `create` or `open`, which check it.
        listeners: Called with every line of metrics as it is written.
        writes: Of several processes that share a run, one writes; the others leave the folder as it is.
    """

    def __init__(self, path: Path, listeners: Sequence[Listener] = (), *, writes: bool = True) -> None:
        """Take the folder as it is."""
        self.path = path
        self.listeners = list(listeners)
        self.writes = writes

    @classmethod
    def create(cls, path: Path, config: Any, listeners: Sequence[Listener] = ()) -> Run:
        """Begin a run in a new or empty folder.

        Raises:
            RunError: There is something in the folder already, or it cannot be made.
        """
        try:
            path.mkdir(parents=True, exist_ok=True)
            taken = any(path.iterdir())
        except OSError as error:
            raise RunError(
                f"Cannot make the run's folder {path}: {error.strerror}. Choose another one with --out."
            ) from error
        if taken:
            raise RunError(
                f"{path} is not empty. Choose another folder with --out, or go on with the run in it: --resume {path}."
            )
        run = cls(path, listeners)
        json_lines.write_whole(path / "config.json", json.dumps(as_dict(config), indent=1) + "\n")
        return run

    @classmethod
    def open(cls, path: Path, listeners: Sequence[Listener] = (), *, writes: bool = True) -> Run:
        """An existing run.

        Raises:
            RunError: The folder is not a run's.
        """
        if not (path / "config.json").is_file():
            raise RunError(
                f"{path} is not the folder of a run: it has no config.json. Name a folder that `rlvr train` made."
            )
        return cls(path, listeners, writes=writes)

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Be the one process that writes, for a while; of those that share a run and do not write, nothing is asked.

        Raises:
            RunError: Another process is at it.
        """
        if fcntl is None or not self.writes:
            yield
            return
        with (self.path / "config.json").open("rb") as held:  # Locked as long as it is open.
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunError(
                    f"Another process is training {self.path}. Wait for it, or stop it: Ctrl-C saves a checkpoint."
                ) from error
            except OSError as error:  # Some network file systems have no locks: then nobody can tell.
                warnings.warn(f"{self.path} cannot be locked against other processes: {error}.", stacklevel=3)
            yield

    def discard(self) -> None:
        """Remove the folder of a run that has come to nothing; one with anything but its configuration stays."""
        if [path.name for path in self.path.iterdir()] == ["config.json"]:
            (self.path / "config.json").unlink()
            self.path.rmdir()

    @property
    def checkpoints(self) -> Path:
        """The folder of its checkpoints."""
        return self.path / "checkpoints"

    def config(self) -> dict[str, Any]:
        """What was asked for, as plain data; `rlvr.baselines.config.read` makes a configuration of it.

        Raises:
            RunError: `config.json` is not what a run wrote.
        """
        path = self.path / "config.json"
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise RunError(
                f"{path} cannot be read: {error}. The folder of a run that was copied whole has one."
            ) from error
        if not isinstance(plain, dict):
            raise RunError(f"Expected {path} to hold an object, actually: {plain!r:.60}.")
        return plain

    def log(self, phase: str, step: int, metrics: Mapping[str, Any], **where: Any) -> None:
        """Append a line to `metrics.jsonl` and tell the listeners."""
        line = {"phase": phase, "step": step, **where, **metrics}
        if self.writes:
            json_lines.append(self.path / "metrics.jsonl", [line])
        for listener in self.listeners:
            listener(line)

    def log_episodes(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Append lines to `episodes.jsonl`."""
        if self.writes:
            json_lines.append(self.path / "episodes.jsonl", records)

    def metrics(self) -> list[dict[str, Any]]:
        """All lines of metrics; one that was cut off by a crash is left out.

        Raises:
            RunError: Another line cannot be read; the message names file and line.
        """
        lines = list(self._lines("metrics.jsonl"))
        for number, line in enumerate(lines, 1):
            sound = isinstance(line.get("phase"), str) and type(line.get("step")) is int
            if not sound or (line["phase"] == "evaluation" and not isinstance(line.get("decoding"), str)):
                what = "no phase and step" if not sound else "no decoding"
                raise RunError(f"{self.path / 'metrics.jsonl'}, line {number} has {what}. Remove that line.")
        return lines

    def episodes(self) -> Iterator[dict[str, Any]]:
        """All logged episodes, read as they are asked for; one that was cut off by a crash is left out.

        Raises:
            RunError: Another line cannot be read; the message names file and line.
        """
        return self._lines("episodes.jsonl")

    def rewind(self, keep: Callable[[Mapping[str, Any]], bool], *, first: Callable[[], None] = lambda: None) -> None:
        """Drop lines written after the checkpoint that is resumed from, so that no step is there twice.

        Args:
            keep: Of a line, whether it stays.
            first: Called between reading and writing: for what must be gone before the lines are, and stay if they are
                damaged.
        """
        if not self.writes:
            return
        names = [name for name in ("metrics.jsonl", "episodes.jsonl") if (self.path / name).exists()]
        # Both are read before either is written: a damaged line must not leave one of them rewound.
        kept = ["".join(json.dumps(line) + "\n" for line in self._lines(name) if keep(line)) for name in names]
        first()
        for name, text in zip(names, kept, strict=True):
            json_lines.write_whole(self.path / name, text)

    def _lines(self, name: str) -> Iterator[dict[str, Any]]:
        if (self.path / name).exists():
            for _, line in json_lines.read(self.path / name, error=RunError):
                yield line
