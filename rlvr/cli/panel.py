"""How a run goes, for whoever watches: a live panel on a terminal, plain lines elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from rlvr.baselines.settings import TrainConfig
from rlvr.cli import go_quiet

REFRESH_SECONDS = 0.25
_SPARKS = "▁▂▃▄▅▆▇█"


class Panel:
    """A run's listener: called with each line of metrics, from the thread that trains."""

    def __init__(self, config: TrainConfig, console: Console) -> None:
        """Show a run of `config` on `console`."""
        self._algorithm = config.algorithm
        self._totals = {"cold_start": config.cold_start.sft.steps, config.algorithm: config.rl.steps}
        self._console = console
        self._lock = threading.Lock()
        self._latest: dict[str, Mapping[str, Any]] = {}
        self._accuracy: list[float] = []
        self._evaluations: list[Mapping[str, Any]] = []
        self._note = ""
        self._started = time.monotonic()
        self._live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self._shown = 0.0

    def __enter__(self) -> Panel:
        """Take the terminal."""
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        if self._live:
            self._live.stop()

    def __call__(self, line: Mapping[str, Any]) -> None:
        """Take in a line of metrics, and print it if there is no live panel."""
        self._take(line)
        if self._live is None and _worth_a_line(line):
            self._say(_plain(line, self._totals))

    def _say(self, text: str) -> None:
        try:
            self._console.print(text, soft_wrap=True)
        except BrokenPipeError:  # Nobody reads any more, which is no reason to stop training.
            self._console.quiet = True
            go_quiet()

    def _take(self, line: Mapping[str, Any]) -> None:
        with self._lock:
            phase = line["phase"]
            if phase == "evaluation":
                self._evaluations.append(line)
            else:
                self._latest[phase] = line
            if phase == self._algorithm:
                self._accuracy.append(line["accuracy"])

    def recall(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Take in what a resumed run logged before, without saying it again."""
        for line in lines:
            self._take(line)

    def note(self, text: str) -> None:
        """Say something beside the numbers."""
        self._note = text
        if self._live is None:
            self._say(text)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Draw anew, at most four times a second."""
        now = time.monotonic()
        if self._live is not None and now - self._shown >= REFRESH_SECONDS:
            self._shown = now
            with self._lock:
                drawing = self._draw()
            self._live.update(drawing, refresh=True)

    def _draw(self) -> Group:
        bars = Table.grid(padding=(0, 2))
        for phase, total in self._totals.items():
            done = int(self._latest[phase]["step"]) if phase in self._latest else 0
            bars.add_row(phase, ProgressBar(total=max(total, 1), completed=done, width=40), f"{done}/{total}")
        parts: list[Any] = [bars]
        if "cold_start" in self._latest and self._algorithm not in self._latest:
            parts.append(Text(f"loss {self._latest['cold_start']['loss']:.3f}"))
        if self._algorithm in self._latest:
            line = self._latest[self._algorithm]
            parts.append(
                Text(
                    f"accuracy {line['accuracy']:.3f} {_spark(self._accuracy)}  length {line['length']:.1f}  "
                    f"thinking {line['thinking']:.2f}  groups {line['trained_groups']:.0f}"
                )
            )
        if self._evaluations:
            table = Table("held out, at step", "decoding", "accuracy", "length", "thinking", box=None, pad_edge=False)
            for line in self._evaluations[:2] + self._evaluations[2:][-4:]:
                table.add_row(
                    str(line["step"]),
                    line["decoding"],
                    f"{line['accuracy']:.3f}",
                    f"{line['length']:.1f}",
                    f"{line['thinking']:.2f}",
                )
            parts.append(table)
        parts.append(Text(f"{time.monotonic() - self._started:.0f} s  {self._note}", style="dim"))
        return Group(*parts)


def _spark(values: list[float], width: int = 30) -> str:
    """The last values, each in [0, 1], as a line of blocks."""
    return "".join(_SPARKS[min(7, int(value * 8))] for value in values[-width:])


def _worth_a_line(line: Mapping[str, Any]) -> bool:
    every = {"cold_start": 50, "evaluation": 1}.get(line["phase"], 5)
    return int(line["step"]) % every == 0


def _plain(line: Mapping[str, Any], totals: Mapping[str, int]) -> str:
    if line["phase"] == "evaluation":
        return (
            f"held out, after {line['step']} steps, {line['decoding']:7}  accuracy {line['accuracy']:.3f}  "
            f"length {line['length']:.1f}  thinking {line['thinking']:.2f}"
        )
    head = f"{line['phase']} {line['step']}/{totals[line['phase']]}"
    if line["phase"] == "cold_start":
        return f"{head}  loss {line['loss']:.3f}"
    return (
        f"{head}  accuracy {line['accuracy']:.3f}  length {line['length']:.1f}  thinking {line['thinking']:.2f}  "
        f"groups {line['trained_groups']:.0f}"
    )
