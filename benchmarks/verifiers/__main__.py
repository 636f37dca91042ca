"""Grade all pairs by all contenders that are installed, and write what came of it: `python -m benchmarks.verifiers`.

Needs the data sets (see `rlvr.envs.math.datasets`). For every contender and the plot:
`pip install 'math-verify[antlr4_13_2]==0.9.0' mathruler pylatexenc tqdm matplotlib`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from benchmarks.verifiers.graders import CONTENDERS, OURS
from benchmarks.verifiers.limits import Contender, MissingError, Outcome
from benchmarks.verifiers.measure import accuracy, cost, disagreements, measure
from benchmarks.verifiers.pairs import Pair
from benchmarks.verifiers.plot import draw
from benchmarks.verifiers.report import milliseconds, page, percent
from benchmarks.verifiers.sets import HAND_WRITTEN, SOURCES, all_pairs, sample
from benchmarks.verifiers.throughput import throughput


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.verifiers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, help="a sample of so many pairs, of all kinds; by default all")
    parser.add_argument("--sets", nargs="+", choices=(*SOURCES, HAND_WRITTEN), default=(*SOURCES, HAND_WRITTEN))
    parser.add_argument("--graders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--limit", type=float, default=20.0, help="seconds of wall time for one check")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks"), help="folder of the page and the plot")
    parser.add_argument("--jsonl", type=Path, help="write every outcome as a JSON line")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 120)

    pairs = all_pairs(arguments.sets)
    if arguments.pairs is not None:
        pairs = sample(pairs, arguments.pairs)
    contenders, missing = start(arguments.graders, limit=arguments.limit)
    for name, reason in missing.items():
        console.print(f"{name} is left out: {reason}")
    if not contenders:
        raise SystemExit(f"None of {', '.join(arguments.graders)} is installed.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("pairs", total=len(pairs))
        outcomes = measure(contenders, pairs, lambda done: progress.update(task, completed=done))
    for contender in contenders:
        contender.close()

    console.print(summary(pairs, outcomes))
    if OURS in outcomes:
        console.print(f"rlvr disagrees with {len(disagreements(pairs, outcomes[OURS], strict=False))} labels.")
    arguments.out.mkdir(parents=True, exist_ok=True)
    text = page(pairs, outcomes, stages(pairs), throughput(), missing, limit=arguments.limit)
    (arguments.out / "verifiers.md").write_text(text, encoding="utf-8")
    try:
        draw(pairs, outcomes, arguments.out / "verifiers.svg")
    except ImportError as error:
        console.print(f"No plot ({error}): pip install matplotlib")
    if arguments.jsonl:
        write_outcomes(pairs, outcomes, arguments.jsonl)
    console.print(f"Written to {arguments.out}.")


def start(names: Sequence[str], *, limit: float) -> tuple[list[Contender], dict[str, str]]:
    """The contenders that are installed, and the others with the reason."""
    contenders: list[Contender] = []
    missing: dict[str, str] = {}
    for name in names:
        try:
            contenders.append(Contender(name, limit=limit))
        except MissingError as error:
            missing[name] = str(error)
    return contenders, missing


def stages(pairs: Sequence[Pair]) -> dict[str, Counter[str]]:
    """For each set, how many pairs each stage of the verifier decides."""
    from rlvr.envs.math.verifier import stage

    counts: dict[str, Counter[str]] = {}
    for pair in pairs:
        counts.setdefault(pair.source, Counter())[str(stage(pair.answer, pair.gold))] += 1
    counts["all"] = sum(counts.values(), Counter())
    return counts


def summary(pairs: Sequence[Pair], outcomes: Mapping[str, Sequence[Outcome]]) -> Table:
    """The figures that matter most, for the terminal."""
    table = Table(title=f"{len(pairs):,} pairs")
    for title in ("", "right accepted", "wrong accepted", "mean, ms", "median", "p99", "most", "killed", "raised"):
        table.add_column(title, justify="right" if title else "left")
    for name, theirs in outcomes.items():
        rates, figures = accuracy(pairs, theirs), cost(theirs)
        times = map(milliseconds, (figures.mean, figures.median, figures.p99, figures.most))
        troubles = (str(figures.limits), str(figures.errors))
        table.add_row(name, percent(rates.right_rate), percent(rates.wrong_rate), *times, *troubles)
    return table


def write_outcomes(pairs: Sequence[Pair], outcomes: Mapping[str, Sequence[Outcome]], path: Path) -> None:
    """A JSON line for each pair: the pair, and every contender's outcome."""
    with path.open("w", encoding="utf-8") as file:
        for place, pair in enumerate(pairs):
            judged = {
                name: {"accepted": theirs[place].accepted, "cpu": theirs[place].cpu, "trouble": theirs[place].trouble}
                for name, theirs in outcomes.items()
            }
            line = {
                **{"gold": pair.gold, "answer": pair.answer, "right": pair.right, "kind": pair.kind},
                **{"source": pair.source, "evaluated": pair.evaluated, "outcomes": judged},
            }
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
