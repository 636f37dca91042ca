"""How fast instructions are checked: `python -m benchmarks.instructions`, or `make bench`.

Everything runs on one core, without a cache of answers, in both modes.

- Speed: every constraint on responses of about 300 words: prose that no writer has touched, and what its writer made of
  it (which may be shorter: JSON, a table). Each figure is the median of the rounds, in which constraints take turns.
- Limits: every constraint on 200 kB of each kind of text that costs much (`tests/envs/instructions/hostile.py`); where
  an answer takes long, the fastest of five, since the machine may be busy.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

import rlvr
from benchmarks.environment import Measure, in_turns, verdict
from rlvr.envs.instructions.constraints import CONSTRAINTS, Constraint
from rlvr.envs.instructions.prose import TOPICS, prose
from rlvr.envs.instructions.verifier import MODES
from rlvr.seeding import StreamKey
from tests.envs.instructions.hostile import MORE, TEXTS

LEAST_CHECKS_PER_SECOND = 20_000
MOST_MILLISECONDS = 50.0

WORDS = 300
RESPONSES = 16
"""So many different ones, each with parameters of its own, so that no check meets the same text twice in a row."""
KINDS = ("met", "prose")
"""What a constraint's writer made, and plain prose."""

Answer = Callable[[], bool]
CONSOLE = Console()


def main() -> None:
    """Measure and show two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7, help="how often each measure takes its turn")
    parser.add_argument("--slowest", type=int, default=12, help="how many constraints are shown in each table")
    arguments = parser.parse_args()
    warm_up()
    speed(arguments.rounds, arguments.slowest)
    limits(arguments.slowest)


def warm_up() -> None:
    """Load what is loaded at the first use: the model of languages."""
    CONSTRAINTS["language:response_language"].check("The model is loaded before it is timed.", language="en")


def speed(rounds: int, slowest: int) -> None:
    """Show what checks of ordinary responses cost."""
    plain = [response(number) for number in range(RESPONSES)]
    measures: dict[str, Measure] = {}
    for name, constraint in CONSTRAINTS.items():
        given = [constraint.draw(stream(name, number), 2) for number in range(RESPONSES)]
        met = [
            constraint.write(text, stream(name, "written", number), **kwargs)
            for number, (text, kwargs) in enumerate(zip(plain, given, strict=True))
        ]
        for kind, texts in zip(KINDS, (met, plain), strict=True):
            for mode in MODES:
                answers = [answer(constraint, mode, *one) for one in zip(texts, given, strict=True)]
                measures[f"{name} {mode} {kind}"] = micros(answers)
    costs = {name: statistics.median(values) for name, values in in_turns(measures, rounds).items()}

    words = statistics.mean(len(text.split()) for text in plain)
    table = Table(title=f"rlvr {rlvr.__version__}: {len(CONSTRAINTS)} constraints, responses of {words:.0f} words")
    for title in ("µs a check, over all constraints", "median", "mean", "checks/s", "target"):
        table.add_column(title, justify="left" if title == "target" or "over" in title else "right")
    for mode in MODES:
        for kind in (*KINDS, "both"):
            found = [statistics.mean(costs[f"{name} {mode} {one}"] for one in chosen(kind)) for name in CONSTRAINTS]
            median = statistics.median(found)
            target = verdict(1e6 / median >= LEAST_CHECKS_PER_SECOND, f">= {LEAST_CHECKS_PER_SECOND:,}/s")
            cells = f"{median:,.1f}", f"{statistics.mean(found):,.1f}", f"{1e6 / median:,.0f}"
            table.add_row(f"{mode}, {kind}", *cells, target if kind == "both" else "")
    CONSOLE.print(table)

    table = Table(title=f"The slowest, µs a check, Python {platform.python_version()}")
    columns = [f"{mode} {kind}" for mode in MODES for kind in KINDS]
    for title in ("", *(column.replace(" ", "\n") for column in columns)):
        table.add_column(title, justify="right" if title else "left", no_wrap=not title)
    rows = {name: [costs[f"{name} {column}"] for column in columns] for name in CONSTRAINTS}
    for name in sorted(rows, key=lambda name: max(rows[name]), reverse=True)[:slowest]:
        table.add_row(name, *(f"{cost:,.0f}" for cost in rows[name]))
    CONSOLE.print(table)


def limits(slowest: int) -> None:
    """Show the longest answers on 200 kB."""
    worst: dict[str, tuple[float, str]] = {}
    for name, constraint in CONSTRAINTS.items():
        kwargs = constraint.draw(stream(name, 0), 2)
        for mode in MODES:
            costs = [(millis(answer(constraint, mode, text, kwargs)), kind) for kind, text in (TEXTS | MORE).items()]
            worst[f"{name} {mode}"] = max(costs)
    table = Table(title=f"The longest answers on 200 kB, of {len(TEXTS | MORE)} kinds of texts")
    for title in ("", "ms", "on"):
        table.add_column(title, justify="right" if title == "ms" else "left", no_wrap=not title)
    over = sum(cost > MOST_MILLISECONDS for cost, _ in worst.values())
    for name in sorted(worst, key=lambda name: worst[name], reverse=True)[: max(slowest, over)]:
        cost, kind = worst[name]
        table.add_row(name, f"{cost:,.1f}", kind)
    table.add_section()
    table.add_row(f"over {MOST_MILLISECONDS:.0f} ms", str(over), verdict(over == 0, "none"))
    CONSOLE.print(table)


def response(number: int) -> str:
    """Prose of about `WORDS` words."""
    drawn = stream("responses", number)
    text = ""
    while len(text.split()) < WORDS:
        text += "\n\n" * bool(text) + prose(drawn, drawn.choice(TOPICS)[1], 1)
    return text


def stream(*parts: object) -> Any:
    """What texts and parameters are drawn from, always the same."""
    return StreamKey("benchmark of instructions", *map(str, parts)).at(0, 0)


def chosen(kind: str) -> Sequence[str]:
    """One of the kinds of responses, or both."""
    return KINDS if kind == "both" else (kind,)


def answer(constraint: Constraint, mode: str, text: str, kwargs: dict[str, Any]) -> Answer:
    """A check that is ready to be made."""
    return partial(constraint.check if mode == "strict" else constraint.reference, text, **kwargs)


def micros(answers: Sequence[Answer]) -> Measure:
    """Microseconds an answer, over all of them."""

    def measure() -> float:
        start = time.process_time()
        for one in answers:
            one()
        return 1e6 * (time.process_time() - start) / len(answers)

    return measure


def millis(one: Answer, tries: int = 5) -> float:
    """Milliseconds for an answer; where they are many, the least of some tries."""
    least = MOST_MILLISECONDS * 1e3
    for _ in range(tries):
        start = time.process_time()
        one()
        least = min(least, 1e3 * (time.process_time() - start))
        if least < MOST_MILLISECONDS / 4:
            break
    return least


if __name__ == "__main__":
    main()
