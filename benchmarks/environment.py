"""What the environments cost by themselves: `python -m benchmarks.environment`, or `make bench`.

Contenders take turns within one run, so that a busy machine slows all of them alike; medians over the rounds are shown,
and ratios are medians of each round's ratio. Everything runs in one process on one core, except the pool of workers.

- Episodes: the fastest configuration (sums, one turn, an integer for an answer; each episode a fresh task), stepped as
  a plain loop, as the batched vector environment, and as Gymnasium's `SyncVectorEnv` in the same autoreset mode.
- Reset: the next task of a stream; a new seed, which makes Gymnasium seed its generator.
- Import: `import rlvr` against `import gymnasium`, each in fresh interpreters.
- Pool: trivial checks by worker processes; a check after its worker was killed, which starts a fresh one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gymnasium as gym
from gymnasium.vector import AutoresetMode
from rich.console import Console
from rich.table import Table

import rlvr
from rlvr.core import Check
from rlvr.envs.verification.pool import Pool

ENV = "rlvr/Math-v0"
KWARGS: dict[str, Any] = {"families": "sum"}
ANSWER = r"\boxed{77}"
SIZES = (1, 64, 1024)

LEAST_EPISODES_PER_SECOND = 60_000
LEAST_TIMES_SYNC = 3.0
MOST_TIMES_GYMNASIUM = 1.5

Measure = Callable[[], float]
"""Takes one measurement and returns it in the unit of its row."""


def main() -> None:
    """Measure, show a table, and append a line to the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each contender takes its turn")
    parser.add_argument("--seconds", type=float, default=0.3, help="how long a turn takes")
    parser.add_argument("--log", type=Path, default=Path(".benchmarks/environment.jsonl"), help="JSON lines, appended")
    arguments = parser.parse_args()

    episodes = in_turns(episode_measures(arguments.seconds), arguments.rounds)
    resets = in_turns(reset_measures(arguments.seconds), arguments.rounds)
    imports = in_turns(import_measures(), arguments.rounds)
    pool = Pool()
    checks = in_turns(pool_measures(pool), arguments.rounds)
    workers = len(pool.pids())
    pool.close()

    table = Table(title=f"rlvr {rlvr.__version__}: {ENV} {KWARGS}, Python {platform.python_version()}")
    for title in ("", "median", "", "against", "target"):
        table.add_column(title, justify="left" if title in ("", "target") else "right")
    record: dict[str, Any] = {}

    def show(name: str, values: list[float], unit: str, ratio: float | None = None, target: str = "") -> None:
        record[name] = {"median": statistics.median(values), "unit": unit, "values": values, "ratio": ratio}
        against = "" if ratio is None else f"{ratio:.2f} x"
        table.add_row(name, f"{statistics.median(values):,.1f}", unit, against, target)

    for name, values in episodes.items():
        kind, _, size = name.partition(" ")
        if kind != "batched":
            show(name, values, "episodes/s")
            continue
        ratio = median_ratio(values, episodes[f"sync {size}"])
        target = ""
        if size == "1024":
            target = verdict(
                statistics.median(values) >= LEAST_EPISODES_PER_SECOND, f">= {LEAST_EPISODES_PER_SECOND:,}"
            )
            target += ", " + verdict(ratio >= LEAST_TIMES_SYNC, f">= {LEAST_TIMES_SYNC} x sync")
        show(name, values, "episodes/s", ratio, target)
    table.add_section()
    for name, values in resets.items():
        show(name, values, "µs")
    table.add_section()
    ratio = median_ratio(imports["import rlvr"], imports["import gymnasium"])
    show("import gymnasium", imports["import gymnasium"], "ms")
    within = verdict(ratio <= MOST_TIMES_GYMNASIUM, f"<= {MOST_TIMES_GYMNASIUM} x gymnasium")
    show("import rlvr", imports["import rlvr"], "ms", ratio, within)
    table.add_section()
    show(f"pool, {workers} workers", checks["checks"], "checks/s")
    show("pool, fresh worker", checks["restart"], "ms")
    Console().print(table)

    machine = {"python": platform.python_version(), "machine": platform.machine(), "cpus": os.cpu_count()}
    line = {"version": rlvr.__version__, "time": time.time(), **machine, "measured": record}
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    with arguments.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def in_turns(measures: dict[str, Measure], rounds: int) -> dict[str, list[float]]:
    """Each measure once a round, after a first round that only warms up."""
    values: dict[str, list[float]] = {name: [] for name in measures}
    for number in range(rounds + 1):
        for name, measure in measures.items():
            value = measure()
            if number:
                values[name].append(value)
    return values


def episode_measures(seconds: float) -> dict[str, Measure]:
    """Episodes per second."""
    env = gym.make(ENV, **KWARGS)
    env.reset(seed=0)

    def scalar() -> Iterator[int]:
        while True:
            env.step(ANSWER)
            env.reset()
            yield 1

    measures = {"scalar": per_second(scalar(), seconds)}
    for size in SIZES:
        measures[f"batched {size}"] = per_second(vector_steps(gym.make_vec(ENV, num_envs=size, **KWARGS)), seconds)
        sync = gym.make_vec(
            ENV,
            num_envs=size,
            vectorization_mode="sync",
            vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
            **KWARGS,
        )
        measures[f"sync {size}"] = per_second(vector_steps(sync), seconds)
    return measures


def vector_steps(envs: gym.vector.VectorEnv[Any, Any, Any]) -> Iterator[int]:
    """Step a vector environment for ever; each step ends an episode in every slot."""
    envs.reset(seed=0)
    actions = (ANSWER,) * envs.num_envs
    while True:
        _, _, terminated, _, _ = envs.step(actions)
        assert terminated.all()
        yield envs.num_envs


def reset_measures(seconds: float) -> dict[str, Measure]:
    """Microseconds per reset."""
    env = gym.make(ENV, **KWARGS)
    env.reset(seed=0)

    def resets(*seeds: int) -> Iterator[int]:
        number = 0
        while True:
            number += 1
            env.reset(seed=number if seeds else None)
            yield 1

    return {
        "reset()": microseconds(resets(), seconds),
        "reset(seed=n)": microseconds(resets(0), seconds),
    }


def per_second(work: Iterator[int], seconds: float) -> Measure:
    """How many units of work are done per second; each item of `work` says how many it did."""

    def measure() -> float:
        done = 0
        start = time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds:
            done += next(work)
        return done / elapsed

    return measure


def microseconds(work: Iterator[int], seconds: float) -> Measure:
    """How many microseconds a unit of work takes."""
    rate = per_second(work, seconds)
    return lambda: 1e6 / rate()


def import_measures() -> dict[str, Measure]:
    """Milliseconds that an import takes in a fresh interpreter."""

    def timed(module: str) -> Measure:
        code = f"import time; start = time.perf_counter(); import {module}; print(time.perf_counter() - start)"
        return lambda: 1e3 * float(subprocess.check_output([sys.executable, "-c", code]))

    return {f"import {module}": timed(module) for module in ("gymnasium", "rlvr")}


def pool_measures(pool: Pool, number: int = 2000) -> dict[str, Measure]:
    """Checks per second by all workers; milliseconds to a verdict after the workers were killed."""
    checks = [Check("rlvr.envs.math.verifier:compare", (str(n), "x + 1")) for n in range(number)]

    def rate() -> float:
        start = time.perf_counter()
        for future in [pool.submit(check) for check in checks]:
            future.result()
        return number / (time.perf_counter() - start)

    def restart() -> float:
        for pid in pool.pids():
            os.kill(pid, signal.SIGKILL)
        start = time.perf_counter()
        pool.submit(checks[0]).result()
        return 1e3 * (time.perf_counter() - start)

    return {"checks": rate, "restart": restart}


def median_ratio(ours: list[float], theirs: list[float]) -> float:
    """The median over the rounds of ours to theirs."""
    return statistics.median(one / other for one, other in zip(ours, theirs, strict=True))


def verdict(holds: bool, target: str) -> str:
    """A target, and whether it is met."""
    return f"[green]{target}[/green]" if holds else f"[red]missed: {target}[/red]"


if __name__ == "__main__":
    main()
