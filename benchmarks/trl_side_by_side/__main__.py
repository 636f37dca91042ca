"""GRPO by this project and by TRL's `GRPOTrainer`, side by side: `python -m benchmarks.trl_side_by_side`.

The same model (0.4 M parameters, float32), prompts (three-digit sums), verifier, batch (32 prompts x 8 completions of
at most 48 tokens), loss (DAPO's, no KL) and optimizer, on the CPU. In every round each contender is a process of its
own, so its memory is its own, too. They take turns step by step, each time in another order, so that a busy machine
slows all of them alike. Completions per second, and their ratios, are of all timed steps together.

- A run: the recipe's policy after its cold start learns at the recipe's rate for some steps, as one trains.
- Policies that stay what they are, at a rate of nearly nothing: the recipe's after its cold start, where a third of the
  completions is long, and after some steps of GRPO, where nearly all are. Both are made first, which takes about two
  minutes, and kept in `.benchmarks`.
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
import platform
import statistics
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import rlvr
from benchmarks.environment import median_ratio, verdict
from benchmarks.trl_side_by_side.gate import Contender
from benchmarks.trl_side_by_side.job import Job, Outcome
from benchmarks.trl_side_by_side.worker import OURS, SKIPPING, TRL
from rlvr.baselines import thinking

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
    parser.add_argument("--rounds", type=int, default=4, help="how often each contender is started")
    parser.add_argument("--steps", type=int, default=10, help="timed steps a round")
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
    with Contender("policies", {"folder": str(folder), "steps": steps}) as maker:
        maker.until_ready()
    policies = maker.answer
    versions = {name: importlib.metadata.version(name) for name in ("trl", "transformers", "torch")}
    console.print(
        f"rlvr {rlvr.__version__}, {', '.join(f'{name} {number}' for name, number in versions.items())}, "
        f"Python {platform.python_version()}, {arguments.threads} threads"
    )
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    still = {"warmup": arguments.warmup, "steps": arguments.steps}
    for updates in arguments.updates:
        options = {"updates": updates, "threads": arguments.threads}
        jobs = {f"Policy {name}": Job(policy, **options, **still) for name, policy in policies.items()}
        rate = thinking.config().grpo.optimizer.lr
        begun = Job(next(iter(policies.values())), **options, warmup=1, steps=steps, learning_rate=rate)
        for name, job in {f"Run of {steps} steps from the cold start": begun, **jobs}.items():
            outcomes = take_turns(job, arguments.rounds)
            title = f"{name}, {updates} optimizer step{'s' * (updates > 1)} a batch of {job.batch}"
            console.print(summary(job, outcomes, title))
            line = {"version": rlvr.__version__, "time": time.time(), **versions, "python": platform.python_version()}
            line |= {"machine": platform.machine(), "name": name, "job": asdict(job)}
            line["measured"] = {one: [asdict(outcome) for outcome in turns] for one, turns in outcomes.items()}
            with arguments.log.open("a", encoding="utf-8") as log:
                log.write(json.dumps(line) + "\n")


def take_turns(job: Job, rounds: int) -> dict[str, list[Outcome]]:
    """Each contender once a round, step by step; who begins changes from step to step."""
    outcomes: dict[str, list[Outcome]] = {name: [] for name in CONTENDERS}
    with Progress(transient=True) as progress:
        bar = progress.add_task("steps", total=rounds * (job.warmup + job.steps))
        for _ in range(rounds):
            with ExitStack() as stack:
                contenders = [stack.enter_context(Contender(name, asdict(job))) for name in CONTENDERS]
                for one in contenders:
                    one.until_ready()
                for step in range(job.warmup + job.steps):
                    first = step % len(contenders)
                    for one in contenders[first:] + contenders[:first]:
                        one.step()
                    progress.advance(bar)
                for one in contenders:
                    outcomes[one.name].append(Outcome(**one.answer))
    return outcomes


def seconds(turns: list[Outcome]) -> float:
    """Of all timed steps."""
    return sum(second for one in turns for second in one.seconds)


def summary(job: Job, outcomes: dict[str, list[Outcome]], title: str) -> Table:
    """A column a contender."""
    table = Table("", *outcomes, "target", title=title)
    theirs = outcomes[TRL]
    ratios = {name: seconds(theirs) / seconds(turns) for name, turns in outcomes.items()}
    rounds = {
        name: sorted(seconds([its]) / seconds([one]) for one, its in zip(turns, theirs, strict=True))
        for name, turns in outcomes.items()
    }
    memory = {name: max(one.megabytes for one in turns) for name, turns in outcomes.items()}

    def row(name: str, values: dict[str, str], target: str = "") -> None:
        table.add_row(name, *(values[contender] for contender in outcomes), target)

    def mean(field: str) -> dict[str, float]:
        return {name: statistics.mean(getattr(one, field) for one in turns) for name, turns in outcomes.items()}

    steps = {name: seconds(turns) / (job.steps * len(turns)) for name, turns in outcomes.items()}
    row("completions/s", {name: f"{job.batch / value:,.0f}" for name, value in steps.items()})
    row(
        "times TRL",
        _shown(ratios, ".2f"),
        verdict(ratios[OURS] >= LEAST_TIMES, f">= {LEAST_TIMES}, aim {AIM_TIMES:.0f}"),
    )
    row("in single rounds", {name: f"{ordered[0]:.2f} to {ordered[-1]:.2f}" for name, ordered in rounds.items()})
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
