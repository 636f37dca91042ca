"""GRPO by this project and by TRL's `GRPOTrainer`, side by side: `python -m benchmarks.trl_side_by_side`.

The same model (0.4 M parameters, float32), prompts (three-digit sums), verifier, batch (32 prompts x 8 completions of
at most 48 tokens), loss (DAPO's, no KL) and optimizer, on the CPU. Every turn of a contender is a process of its own,
so its memory is its own, too; contenders take turns, each time in another order, so that a busy machine slows all of
them alike. Shown are medians over all timed steps of all turns; ratios are medians over the rounds.

- Policies: the recipe's after its cold start, where a third of the completions is long, and after some steps of GRPO,
  where nearly all are. They are made first, which takes about two minutes, and kept in `.benchmarks`.
- Every group is trained on, as TRL does; and, for us, once with groups left out whose rewards are all equal, from
  which nothing can be learned.
- CPU time, of all threads, is what a quiet machine would need at most; other programs change it less than the clock.
- Memory is the most that was resident in the process; "before" is that at the first step.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

import rlvr
from benchmarks.environment import median_ratio, verdict
from benchmarks.trl_side_by_side.job import Job, Outcome
from benchmarks.trl_side_by_side.worker import OURS, SKIPPING, TRL

CONTENDERS = (OURS, SKIPPING, TRL)
LEAST_TIMES, AIM_TIMES = 1.5, 3.0
PHASES = ("sampling", "tasks and verdicts", "scoring", "forward and loss", "backward", "optimizer", "rest")


def main() -> None:
    """Measure, show tables, and append a line to the log."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.trl_side_by_side",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender takes its turn")
    parser.add_argument("--steps", type=int, default=10, help="timed steps a turn")
    parser.add_argument("--warmup", type=int, default=3, help="steps before those")
    parser.add_argument("--updates", type=int, nargs="+", default=[1], help="optimizer steps a batch")
    parser.add_argument("--threads", type=int, default=2, help="of torch")
    parser.add_argument("--policy-steps", type=int, default=30, help="steps of GRPO behind the second policy")
    parser.add_argument("--log", type=Path, default=Path(".benchmarks/trl_side_by_side.jsonl"), help="JSON lines")
    arguments = parser.parse_args()
    if min(arguments.rounds, arguments.steps, arguments.warmup, *arguments.updates) < 1:
        parser.error("rounds, steps, warmup and updates have to be at least 1")
    if importlib.util.find_spec("trl") is None:
        parser.error("TRL is not installed here; `make bench-trl` makes an environment that has it")

    console = Console(width=120)
    steps = arguments.policy_steps
    folder = arguments.log.parent / f"policies-{rlvr.__version__}-{steps}"
    policies = ask("policies", {"folder": str(folder), "steps": steps})
    versions = {name: importlib.metadata.version(name) for name in ("trl", "transformers", "torch")}
    console.print(
        f"rlvr {rlvr.__version__}, {', '.join(f'{name} {number}' for name, number in versions.items())}, "
        f"Python {platform.python_version()}, {arguments.threads} threads"
    )
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    for name, policy in policies.items():
        for updates in arguments.updates:
            job = Job(
                policy, updates=updates, warmup=arguments.warmup, steps=arguments.steps, threads=arguments.threads
            )
            outcomes = take_turns(job, arguments.rounds)
            title = f"Policy {name}, {updates} optimizer step{'s' * (updates > 1)} a batch of {job.batch}"
            console.print(summary(job, outcomes, title))
            line = {"version": rlvr.__version__, "time": time.time(), **versions, "python": platform.python_version()}
            line |= {"machine": platform.machine(), "policy": name, "job": asdict(job)}
            line["measured"] = {one: [asdict(outcome) for outcome in turns] for one, turns in outcomes.items()}
            with arguments.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")


def take_turns(job: Job, rounds: int) -> dict[str, list[Outcome]]:
    """Each contender once a round; who begins changes from round to round."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in CONTENDERS}
    turns = [CONTENDERS[(i + shift) % len(CONTENDERS)] for shift in range(rounds) for i in range(len(CONTENDERS))]
    for name in track(turns, description="turns", transient=True):
        outcomes[name].append(Outcome(**ask(name, asdict(job))))
    return outcomes


def ask(name: str, what: dict[str, Any]) -> dict[str, Any]:
    """Have a worker do something in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.trl_side_by_side.worker", name, json.dumps(what)]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "TQDM_DISABLE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr[-4000:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def rates(job: Job, turns: list[Outcome]) -> list[float]:
    """Completions per second of each turn: by its median step."""
    return [job.batch / statistics.median(one.seconds) for one in turns]


def summary(job: Job, outcomes: dict[str, list[Outcome]], title: str) -> Table:
    """A column a contender."""
    table = Table("", *outcomes, "target", title=title)
    theirs = outcomes[TRL]
    ratios = {name: median_ratio(rates(job, turns), rates(job, theirs)) for name, turns in outcomes.items()}
    memory = {name: max(one.megabytes for one in turns) for name, turns in outcomes.items()}

    def row(name: str, values: dict[str, str], target: str = "") -> None:
        table.add_row(name, *(values[contender] for contender in outcomes), target)

    def mean(field: str) -> dict[str, float]:
        return {name: statistics.mean(getattr(one, field) for one in turns) for name, turns in outcomes.items()}

    steps = {
        name: statistics.median(second for one in turns for second in one.seconds) for name, turns in outcomes.items()
    }
    row("completions/s", {name: f"{job.batch / value:,.0f}" for name, value in steps.items()})
    row(
        "times TRL",
        _shown(ratios, ".2f"),
        verdict(ratios[OURS] >= LEAST_TIMES, f">= {LEAST_TIMES}, aim {AIM_TIMES:.0f}"),
    )
    row("step, ms", {name: f"{1e3 * value:,.0f}" for name, value in steps.items()})
    cpu = {name: [one.cpu_seconds / job.steps for one in turns] for name, turns in outcomes.items()}
    row("CPU time a step, s", {name: f"{statistics.median(values):.2f}" for name, values in cpu.items()})
    row("of TRL's", {name: f"1/{median_ratio(cpu[TRL], values):.2f}" for name, values in cpu.items()})
    row("most memory, MB", _shown(memory, ",.0f"), verdict(memory[OURS] <= memory[TRL], "<= TRL"))
    row("before, MB", _shown(mean("megabytes_before"), ",.0f"))
    row("mean length, tokens", _shown(mean("length"), ".1f"))
    row("mean reward", _shown(mean("reward"), ".3f"))
    for phase in PHASES:
        shares = {name: _share(turns, phase) for name, turns in outcomes.items()}
        if any(shares.values()):
            row(
                f"{phase}, ms",
                {name: f"{share * 1e3 * steps[name]:,.0f} ({share:.0%})" for name, share in shares.items()},
            )
    return table


def _share(turns: list[Outcome], phase: str) -> float:
    return statistics.median(one.phases.get(phase, 0.0) / sum(one.phases.values()) for one in turns)


def _shown(values: dict[str, float], form: str) -> dict[str, str]:
    return {name: format(value, form) for name, value in values.items()}


if __name__ == "__main__":
    main()
