"""A run's folder: everything a training run leaves behind, readable by a person, a report and a machine.

config.json       what was asked for
metrics.jsonl     one line a step or evaluation
episodes.jsonl    logged episodes, replayable
checkpoints/      see `rlvr.baselines.checkpoint`
report.html       see `rlvr.baselines.report`
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rlvr.baselines.config import as_dict

Listener = Callable[[Mapping[str, Any]], None]


class RunError(RuntimeError):
    """A run's folder cannot be used as asked."""


class Run:
    """The folder of one run.

    Args:
        path: The folder; use `create` or `open`, which check it.
        listeners: Called with every line of metrics as it is written.
    """

    def __init__(self, path: Path, listeners: Sequence[Listener] = ()) -> None:
        """Take the folder as it is."""
        self.path = path
        self.listeners = list(listeners)

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
        write_whole(path / "config.json", json.dumps(as_dict(config), indent=1) + "\n")
        return run

    @classmethod
    def open(cls, path: Path, listeners: Sequence[Listener] = ()) -> Run:
        """An existing run.

        Raises:
            RunError: The folder is not a run's.
        """
        if not (path / "config.json").is_file():
            raise RunError(
                f"{path} is not the folder of a run: it has no config.json. Name a folder that `rlvr train` made."
            )
        return cls(path, listeners)

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
        _append(self.path / "metrics.jsonl", [line])
        for listener in self.listeners:
            listener(line)

    def log_episodes(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Append lines to `episodes.jsonl`."""
        _append(self.path / "episodes.jsonl", records)

    def metrics(self) -> list[dict[str, Any]]:
        """All lines of metrics; one that was cut off by a crash is left out.

        Raises:
            RunError: Another line cannot be read; the message names file and line.
        """
        return list(_lines(self.path / "metrics.jsonl"))

    def episodes(self) -> Iterator[dict[str, Any]]:
        """All logged episodes, read as they are asked for; one that was cut off by a crash is left out.

        Raises:
            RunError: Another line cannot be read; the message names file and line.
        """
        return _lines(self.path / "episodes.jsonl")

    def rewind(self, keep: Callable[[Mapping[str, Any]], bool]) -> None:
        """Drop lines written after the checkpoint that is resumed from, so that no step is there twice."""
        for name in ("metrics.jsonl", "episodes.jsonl"):
            path = self.path / name
            if path.exists():
                kept = [json.dumps(line) + "\n" for line in _lines(path) if keep(line)]
                write_whole(path, "".join(kept))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole, or as it was before."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)  # Of a write that failed: half a file helps nobody, on a full disk least.


def _append(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    # Bytes that are no UTF-8 become `\\xff`, which JSON refuses: they are reported below like any other damage.
    with path.open(encoding="utf-8", errors="backslashreplace") as file:
        for position, text in enumerate(file, 1):
            if not text.endswith("\n"):
                return  # Every line is written with its newline: this one was cut, and it is the last.
            try:
                line = json.loads(text)
            except ValueError as error:
                raise RunError(
                    f"{path}, line {position} is damaged ({error}): {text!r:.60}. Remove that line."
                ) from error
            if not isinstance(line, dict):
                raise RunError(f"Expected {path}, line {position} to be an object, actually: {text!r:.60}.")
            yield line
