"""What was learned, as a table at the end: `make learns` is run to see it."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # Before torch: see `rlvr.cli`.

HEADER = ("algorithm", "task", "seed", "before", "after", "greedy", "seconds")
Row = tuple[str, str, int, float, float, float, float]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Put a row into that table."""
    return lambda *row: record_property("learned", row)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    rows = [
        value
        for status in ("passed", "failed")
        for report in terminalreporter.stats.get(status, ())
        for name, value in getattr(report, "user_properties", ())
        if name == "learned" and report.when == "call"
    ]
    if not rows:
        return
    terminalreporter.section("share of held-out tasks solved, sampled before and after RL, and greedy after")
    terminalreporter.write_line(("{:<10} {:<13} {:>4}" + " {:>7}" * 4).format(*HEADER))
    for algorithm, task, seed, before, after, greedy, seconds in rows:
        terminalreporter.write_line(
            f"{algorithm:<10} {task:<13} {seed:>4} {before:>7.2f} {after:>7.2f} {greedy:>7.2f} {seconds:>7.0f}"
        )
