"""`rlvr report` and `rlvr replay`: what a run left behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import tyro

from rlvr.cli.arguments import Parsed


@dataclass(frozen=True)
class Report(Parsed):
    """Write report.html into a run's folder, from what is there."""

    command: ClassVar[str] = "report"

    folder: Annotated[Path, tyro.conf.Positional]
    """The run's folder."""

    def run(self) -> int:
        """Write the report."""
        from rlvr.baselines.report import write_report
        from rlvr.baselines.run import Run

        print(write_report(Run.open(self.folder)))
        return 0


@dataclass(frozen=True)
class Replay(Parsed):
    """Judge logged episodes again, in fresh environments: every verdict must come out the same."""

    command: ClassVar[str] = "replay"

    file: Annotated[Path, tyro.conf.Positional]
    """A file of episodes, or the folder of a run."""
    show: int = 10
    """Differences to print."""

    def run(self) -> int:
        """Replay; 1 if anything differs."""
        from rlvr.baselines.run.episodes import replay

        path = self.file / "episodes.jsonl" if self.file.is_dir() else self.file
        episodes = different = shown = 0
        for _, differences in replay(path):
            episodes += 1
            different += bool(differences)
            for difference in differences:
                if shown < self.show:
                    print(
                        f"line {difference.line}, turn {difference.turn}: "
                        f"logged {difference.logged}, replayed {difference.replayed}"
                    )
                shown += 1
        print(f"{episodes} episodes replayed, {different} differ.")
        return 1 if different else 0
