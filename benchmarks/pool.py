"""What the pool of verification workers costs by itself: `python -m benchmarks.pool`.

Everything is measured in turns within one run, so that a busy machine slows all of it alike; medians over the rounds.
The verifier compares two short strings.

- Round trip: one check at a time, from `submit` to its verdict; and the same when its verdict is remembered.
- Throughput: many checks at once, by two workers.
- Fresh worker: from SIGKILL of the only worker, with sympy preloaded, to the verdict of the next check.
- Fresh fork server: from a check that finds the fork server killed to its verdict; everything is imported anew.
- First check: from an empty pool to its first verdict.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console
from rich.table import Table

import rlvr
from benchmarks.environment import Measure, in_turns
from rlvr.core import Check, Status
from rlvr.envs.verification.pool import Pool

CHECK = Check("rlvr.envs.math.verifier:compare", ("x+1", "x + 1"))
UNITS = {"round trip": "µs", "remembered": "µs", "throughput": "checks/s"}  # Everything else is in ms.


def main() -> None:
    """Measure and show a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="how often each measure takes its turn")
    arguments = parser.parse_args()

    two, one = Pool(workers=2), Pool(workers=1, preload=("sympy",))
    measures = {
        "round trip": round_trip(one, CHECK),
        "remembered": round_trip(one, replace(CHECK, pure=True)),
        "throughput": throughput(two),
        "fresh worker": fresh(one, lambda: one.pids()[0]),
        "fresh fork server": fresh(one, lambda: one.server_pid),
        "first check": first_check,
    }
    table = Table(title=f"rlvr {rlvr.__version__}: the pool of workers, Python {platform.python_version()}")
    for title in ("", "median", "least", "most", ""):
        table.add_column(title, justify="right" if title else "left")
    for name, values in in_turns(measures, arguments.rounds).items():
        figures = (f"{value:,.1f}" for value in (statistics.median(values), min(values), max(values)))
        table.add_row(name, *figures, UNITS.get(name, "ms"))
    Console().print(table)
    one.close()
    two.close()


def round_trip(pool: Pool, check: Check, number: int = 500) -> Measure:
    """Microseconds from one check to its verdict: the median of so many, one after the other."""

    def measure() -> float:
        times = []
        for _ in range(number):
            start = time.perf_counter()
            pool.submit(check).result()
            times.append(time.perf_counter() - start)
        return 1e6 * statistics.median(times)

    return measure


def throughput(pool: Pool, number: int = 4000) -> Measure:
    """Checks per second, all submitted at once."""
    checks = [replace(CHECK, arguments=(str(n), "x + 1")) for n in range(number)]

    def measure() -> float:
        start = time.perf_counter()
        for future in [pool.submit(check) for check in checks]:
            future.result()
        return number / (time.perf_counter() - start)

    return measure


def fresh(pool: Pool, victim: Callable[[], int | None]) -> Measure:
    """Milliseconds from SIGKILL of the process that `victim()` names to the verdict of the next check."""

    def measure() -> float:
        pool.submit(CHECK).result()
        pid = victim()
        assert pid is not None
        start = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        if pid == pool.server_pid:
            time.sleep(0.05)  # Its worker may take a moment to die; it could answer until then.
            start = time.perf_counter()
        assert pool.submit(CHECK).result().status is Status.CORRECT
        return 1e3 * (time.perf_counter() - start)

    return measure


def first_check() -> float:
    """Milliseconds from an empty pool to its first verdict."""
    start = time.perf_counter()
    pool = Pool(workers=1)
    pool.submit(CHECK).result()
    elapsed = time.perf_counter() - start
    pool.close()
    return 1e3 * elapsed


if __name__ == "__main__":
    main()
