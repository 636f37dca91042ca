"""How fast programs are judged, and what isolating them costs: `python -m benchmarks.sandbox`, or `make bench`.

The programs are HumanEval's canonical solutions with their tests; where that data is absent, solutions of the generated
families. Contenders take turns within one run, so that a busy machine slows all of them alike; medians over the rounds
are shown, and ratios are medians of each round's ratio. As many programs run side by side as there are cores.

- Throughput: `rlvr.verify_many` at each level of isolation that works here, no verdict from memory; a fresh
  `python -I` for each program with its tests, as public graders do it; and, as the ceiling, a bare fork of a process
  that has imported what programs import, without isolation, limits or values on the way.
- Scaling: the same by pools of 1, 2, ... workers.
- Latency: from a trivial program to its verdict, through `rlvr.verify` and through the sandbox alone.
- Memory: the same, and the start of a zygote, while this process holds 1 GB more: it is never forked.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

import rlvr
from benchmarks.environment import Measure, in_turns, median_ratio, verdict
from rlvr.core import Check, Status
from rlvr.envs.code.generated import generated
from rlvr.envs.code.verifier import plan
from rlvr.envs.files import locate, read_rows
from rlvr.envs.sandbox import Level, Limits, Sandbox, available, run_calls
from rlvr.envs.sandbox.guest.values import decode
from rlvr.envs.sandbox.guest.zygote import PRELOADED
from rlvr.envs.verification.pool import Pool

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
PYTHON, FORK = "python -I a program", "bare fork"
LEAST_TIMES, AIM_TIMES = 3.0, 6.0
MOST_MILLISECONDS = 3.0
BALLAST = 1 << 30
MEDIAN, HIGH, MORE = ", median", ", 90 %", ", median with 1 GB more"

TRIVIAL = {"prompt": "", "entry_point": "f", "tests": [{"args": [1], "expected": 2}]}

_numbers = count()


class Problem(NamedTuple):
    """A program that is right, how we are asked to judge it, and the same as one script."""

    program: str
    row: dict[str, Any]
    script: str

    def fresh(self) -> str:
        """The program as none was before it: with a comment."""
        return f"{self.program}\n# {next(_numbers)}\n"


def main() -> None:
    """Measure, show tables, and append a line to the log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each contender takes its turn")
    parser.add_argument("--copies", type=int, default=2, help="how often each program runs in a turn")
    parser.add_argument("--log", type=Path, default=Path(".benchmarks/sandbox.jsonl"), help="JSON lines, appended")
    arguments = parser.parse_args()

    problems, name = humaneval() or generated_problems()
    problems *= arguments.copies
    found = available()
    levels = [level for level in Level if level.rank <= found.level.rank]
    for level, reason in found.missing.items():
        print(f"Level {level} does not work here: {reason}")
    rates = in_turns(throughput_measures(problems, levels), arguments.rounds)
    scaling = in_turns(scaling_measures(problems, found.level), arguments.rounds)
    latencies = in_turns(latency_measures(levels), arguments.rounds)

    console = Console(width=100)
    title = f"rlvr {rlvr.__version__}: {name}, {CORES} cores, Python {platform.python_version()}"
    table = Table("", "programs/s", "times python -I", "of the fork", "target", title=title)
    for contender, values in rates.items():
        times, share = median_ratio(values, rates[PYTHON]), median_ratio(values, rates[FORK])
        target = verdict(times >= LEAST_TIMES, f">= {LEAST_TIMES:.0f}, aim {AIM_TIMES:.0f}")
        target = target if contender == f"verify_many, {found.level}" else ""
        table.add_row(contender, f"{statistics.median(values):,.0f}", f"{times:.2f}", f"{share:.2f}", target)
    console.print(table)
    table = Table("", "programs/s", "times one worker", title=f"Scaling, {found.level}")
    for contender, values in scaling.items():
        share = median_ratio(values, scaling["1 worker"])
        table.add_row(contender, f"{statistics.median(values):,.0f}", f"{share:.2f}")
    console.print(table)
    table = Table("", "median, ms", "90 %, ms", "median with 1 GB more", "target", title="A trivial program")
    for contender in [name.removesuffix(MEDIAN) for name in latencies if name.endswith(MEDIAN)]:
        medians = latencies[contender + MEDIAN]
        median = statistics.median(medians)
        high, more = (latencies.get(contender + which) for which in (HIGH, MORE))
        table.add_row(
            contender,
            f"{median:,.2f}",
            f"{statistics.median(high):,.2f}" if high else "",
            f"{statistics.median(more):,.2f} ({median_ratio(more, medians):.2f} times)" if more else "",
            verdict(median <= MOST_MILLISECONDS, f"<= {MOST_MILLISECONDS:.0f} ms")
            if contender == f"rlvr.verify, {found.level}"
            else "",
        )
    console.print(table)

    machine = {"python": platform.python_version(), "machine": platform.machine(), "cpus": CORES}
    line = {"version": rlvr.__version__, "time": time.time(), **machine, "programs": name}
    line["measured"] = {"programs/s": {**rates, **scaling}, "ms": latencies}
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    with arguments.log.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def humaneval() -> tuple[list[Problem], str] | None:
    """The canonical solutions, or `None` and a word on it."""
    path = locate("humaneval.jsonl.gz")
    if path is None:
        print(
            "HumanEval is not there (humaneval.jsonl.gz, in a folder that RLVR_DATA names): generated families instead."
        )
        return None
    problems = []
    for _, row in read_rows(path, exact=False):
        program = row["prompt"] + row["canonical_solution"]
        problems.append(Problem(program, row, f"{program}\n{row['test']}\ncheck({row['entry_point']})\n"))
    return problems, "HumanEval"


def generated_problems(number: int = 164) -> tuple[list[Problem], str]:
    """Solutions of generated tasks whose tests compare exactly, so that a script can do it."""
    source = generated()
    problems = []
    for episode in count():
        reference = source.draw(0, episode).reference
        if not reference["entry_point"] or reference["checker"] or reference["tolerance"]:
            continue
        asserts = "\n".join(
            f"assert {test['call']}(*{[decode(one) for one in test['args']]!r}) == {decode(test['expected'])!r}"
            for test in reference["tests"]
        )
        row = {"prompt": "", "entry_point": reference["entry_point"], "tests": reference["tests"]}
        problems.append(Problem(reference["solution"], row, f"{reference['solution']}\n{asserts}\n"))
        if len(problems) == number:
            return problems, "generated families"
    raise AssertionError("There is no end of tasks.")


def throughput_measures(problems: list[Problem], levels: list[Level]) -> dict[str, Measure]:
    """Programs per second, all asked for at once."""

    def verified(level: Level) -> Callable[[], None]:
        rows = [problem.row for problem in problems]

        def judge() -> None:
            verdicts = rlvr.verify_many("code", [one.fresh() for one in problems], rows, isolation=level.value)
            assert all(verdict.status is Status.CORRECT for verdict in verdicts)

        return judge

    measures = {f"verify_many, {level}": rate(len(problems), verified(level)) for level in levels}
    scripts = [problem.script for problem in problems]
    measures[PYTHON] = rate(len(problems), lambda: processes(scripts))
    measures[FORK] = lambda: forks(scripts)
    return measures


def rate(number: int, work: Callable[[], None]) -> Measure:
    """How many units per second, where `work` does `number` of them."""

    def measure() -> float:
        start = time.perf_counter()
        work()
        return number / (time.perf_counter() - start)

    return measure


def processes(scripts: list[str]) -> None:
    """One fresh interpreter a script, isolated from nothing but this environment's variables and packages of a user."""

    def run(script: str) -> int:
        return subprocess.run([sys.executable, "-I", "-"], input=script.encode(), capture_output=True).returncode

    with ThreadPoolExecutor(CORES) as threads:
        assert not any(threads.map(run, scripts))


_FORKS = f"""
import gc, json, os, sys, time
for name in {list(PRELOADED)!r}:
    __import__(name)
scripts = json.load(sys.stdin)
gc.freeze()
start, running, failed = time.perf_counter(), 0, 0
for script in scripts:
    if running == {CORES}:
        failed += os.wait()[1] != 0
        running -= 1
    running += 1
    if os.fork() == 0:
        code = 1
        try:
            exec(compile(script, "<program>", "exec"), {{"__name__": "program"}})
            code = 0
        finally:
            os._exit(code)
for _ in range(running):
    failed += os.wait()[1] != 0
assert not failed
print(len(scripts) / (time.perf_counter() - start))
"""


def forks(scripts: list[str]) -> float:
    """Programs per second by a small process that forks for each, its own start not counted."""
    command = [sys.executable, "-I", "-S", "-c", _FORKS]
    return float(subprocess.check_output(command, input=json.dumps(scripts), text=True))


def scaling_measures(problems: list[Problem], level: Level) -> dict[str, Measure]:
    """Programs per second by so many workers."""

    def judged(pool: Pool) -> Callable[[], None]:
        def judge() -> None:
            futures = [pool.submit(check) for check in checks(problems, level)]
            assert all(future.result().status is Status.CORRECT for future in futures)

        return judge

    sizes = sorted({1, 2, *range(4, CORES + 1, 2), CORES} - ({2} if CORES < 2 else set()))
    return {f"{n} worker{'s' * (n > 1)}": rate(len(problems), judged(Pool(workers=n))) for n in sizes}


def checks(problems: list[Problem], level: Level) -> Iterator[Check]:
    """What `verify_many` submits."""
    for problem in problems:
        check = plan(problem.fresh(), problem.row, isolation=level.value)
        assert isinstance(check, Check)
        yield check


def latency_measures(levels: list[Level]) -> dict[str, Measure]:
    """Milliseconds from a trivial program to what became of it, one after the other; and those of a start."""

    def verified(level: Level) -> Callable[[], None]:
        def verify() -> None:
            program = f"def f(x):\n    return x + 1\n# {next(_numbers)}\n"
            assert rlvr.verify("code", program, TRIVIAL, isolation=level.value).status is Status.CORRECT

        return verify

    def run(sandbox: Sandbox) -> Callable[[], None]:
        call = {"call": "f", "args": [1]}

        def called() -> None:
            assert run_calls(sandbox, "def f(x):\n    return x + 1\n", [call], Limits()).answers == [{"returned": 2}]

        return called

    def started(level: Level) -> Callable[[], None]:
        def start() -> None:
            sandbox = Sandbox(level)
            run(sandbox)()
            sandbox.close()

        return start

    strongest = levels[-1]
    measures: dict[str, Measure] = {}
    for level in levels:
        measures |= quantiles(f"rlvr.verify, {level}", verified(level))
        measures |= quantiles(f"the sandbox alone, {level}", run(Sandbox(level)))
    measures[f"the first program, {strongest}{MEDIAN}"] = median_of(started(strongest), 3)
    for name, work, number in (
        ("rlvr.verify", verified(strongest), 100),
        ("the sandbox alone", run(Sandbox(strongest)), 100),
        ("the first program", started(strongest), 3),
    ):
        measures[f"{name}, {strongest}{MORE}"] = with_ballast(median_of(work, number))
    return measures


def quantiles(name: str, work: Callable[[], None], number: int = 100) -> dict[str, Measure]:
    """The median and the 90th percentile of so many times."""
    times: list[float] = []

    def median() -> float:
        times[:] = sorted(timed(work) for _ in range(number))
        return times[number // 2]

    return {name + MEDIAN: median, name + HIGH: lambda: times[number * 9 // 10]}


def median_of(work: Callable[[], None], number: int) -> Measure:
    """The median of so many times."""
    return lambda: statistics.median(timed(work) for _ in range(number))


def with_ballast(measure: Measure) -> Measure:
    """Measure while this process holds more memory, every page of it touched."""

    def measured() -> float:
        ballast = bytearray(BALLAST)
        ballast[:: 1 << 12] = b"x" * (BALLAST >> 12)
        return measure()

    return measured


def timed(work: Callable[[], None]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return 1e3 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
