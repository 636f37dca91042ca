"""The Markdown page of a run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from benchmarks.verifiers.graders import OURS, REFERENCE, STRICT, version
from benchmarks.verifiers.limits import Outcome
from benchmarks.verifiers.measure import accuracy, cost, disagreements, grouped, mean_over_kinds
from benchmarks.verifiers.pairs import Pair
from benchmarks.verifiers.sets import by_convention
from benchmarks.verifiers.throughput import Throughput

Outcomes = Mapping[str, Sequence[Outcome]]

INTRODUCTION = """\
# Graders of mathematics

`python -m benchmarks.verifiers` wrote this page. Pairs of a gold and an answer, labelled right or wrong, are judged by
every contender that is installed. Rewritings are right and near misses wrong *by construction*, from the golds of
MATH-500, AIME 2024 and 2025, and GSM8K's test set (`benchmarks/verifiers/`); the hand-written pairs were labelled
before any grader was asked (two were moved to the unevaluated ones afterwards). The makers of `rlvr` chose the kinds of
pairs and the conventions, and corrected `rlvr` where these pairs found it wrong, so its figures here are those of a
test set that was seen. Labels that rest on a convention (may a unit be
missing, what is `42\\%` worth) are also left out, in columns of their own.

Every contender runs in a process of its own, takes turns with the others, has its golds parsed beforehand where it can,
and none of its own time limits; a check that takes more than {limit:g} s of wall time is killed and accepts nothing.
"""


def page(
    pairs: Sequence[Pair],
    outcomes: Outcomes,
    stages: Mapping[str, Counter[str]] | None,
    speed: Throughput | None,
    missing: Mapping[str, str],
    *,
    limit: float,
) -> str:
    """The whole page.

    Args:
        pairs: What was graded.
        outcomes: By contender, in the order of the pairs.
        stages: For each set, how many pairs each stage of `rlvr` decided.
        speed: Integer checks per second.
        missing: Contenders that were left out, and why.
        limit: Seconds of wall time a check was allowed.
    """
    parts = [INTRODUCTION.format(limit=limit), _accuracy(pairs, outcomes), _cost(pairs, outcomes)]
    if speed is not None:
        parts.append(_speed(speed))
    if stages:
        parts.append(_stages(stages))
    parts += [_sets(pairs, outcomes), _kinds(pairs, outcomes)]
    parts += [_disagreements(pairs, outcomes[name], name) for name in (OURS, STRICT) if name in outcomes]
    left_out = "".join(f"- {name}: {reason}\n" for name, reason in missing.items())
    if left_out:
        parts.append(f"## Left out\n\n{left_out}")
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def percent(share: float) -> str:
    """A share for a table."""
    return "" if math.isnan(share) else f"{100 * share:.2f} %"


def milliseconds(value: float) -> str:
    """A time for a table, three digits of it."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"


def _judged(pairs: Sequence[Pair], outcomes: Sequence[Outcome]) -> tuple[list[Pair], list[Outcome]]:
    """Without the pairs that are unevaluated: two sensible graders may disagree about those."""
    kept = [(pair, outcome) for pair, outcome in zip(pairs, outcomes, strict=True) if pair.evaluated]
    return [pair for pair, _ in kept], [outcome for _, outcome in kept]


def _accuracy(pairs: Sequence[Pair], outcomes: Outcomes) -> str:
    count = Counter((pair.right, pair.evaluated) for pair in pairs)
    rows = []
    for name, theirs in outcomes.items():
        kept, judged = _judged(pairs, theirs)
        overall = accuracy(kept, judged)
        kinds = mean_over_kinds(kept, judged)
        plain = [(pair, outcome) for pair, outcome in zip(kept, judged, strict=True) if not by_convention(pair)]
        strictly = accuracy([pair for pair, _ in plain], [outcome for _, outcome in plain])
        open_ = [outcome.accepted for pair, outcome in zip(pairs, theirs, strict=True) if not pair.evaluated]
        rows.append(
            [
                f"{name} {version(name)}".strip(),
                percent(overall.right_rate),
                percent(overall.wrong_rate),
                *map(percent, kinds),
                percent(strictly.right_rate),
                percent(strictly.wrong_rate),
                percent(sum(open_) / len(open_)) if open_ else "",
            ]
        )
    head = (
        *("", "right accepted", "wrong accepted", "right, mean over kinds", "wrong, mean over kinds"),
        *("right, no conventions", "wrong, no conventions", "unevaluated accepted"),
    )
    return (
        f"## Accuracy\n\n{count[True, True]:,} right and {count[False, True]:,} wrong answers. Not counted among them: "
        f"{count[True, False]:,} answers with the right value that leave the work to the reader (`6 \\cdot 7` for 42), "
        "which a strict grader is to refuse.\n\n"
        f"{table(head, rows)}\n![right against wrong answers accepted, and cost](verifiers.svg)\n\n"
        "Hollow marks: without the labels that rest on a convention.\n"
    )


def _cost(pairs: Sequence[Pair], outcomes: Outcomes) -> str:
    rows = []
    reference = cost(outcomes[REFERENCE]) if REFERENCE in outcomes else None
    for name, theirs in outcomes.items():
        figures = cost(theirs)
        times = [milliseconds(value) for value in (figures.mean, figures.median, figures.p99, figures.most)]
        against = (
            [f"{reference.mean / figures.mean:,.1f} x", f"{reference.median / figures.median:,.1f} x"]
            if reference
            else ["", ""]
        )
        rows.append([name, *times, *against, str(figures.limits), str(figures.errors)])
    head = (
        *("CPU per check, ms", "mean", "median", "p99", "most"),
        *(f"{REFERENCE}'s mean over it", f"{REFERENCE}'s median over it", "killed", "gave up or raised"),
    )
    what = f"All {len(pairs):,} pairs, less those that were killed; no cache of verdicts."
    return f"## Cost\n\n{what}\n\n{table(head, rows)}"


def _speed(speed: Throughput) -> str:
    rows = [
        ["`rlvr.verify`, one by one", f"{speed.verify:,.0f}", _times(speed.verify_ratio)],
        ["`rlvr.verify_many`", f"{speed.verify_many:,.0f}", _times(speed.many_ratio)],
    ]
    if speed.math_verify is not None:
        rows.append(["Math-Verify, `parse` and `verify`", f"{speed.math_verify:,.0f}", ""])
    return (
        "## Integers\n\nCompletions that end in a boxed integer, integer golds; found and judged in this process.\n\n"
        + table(("", "checks/s", "Math-Verify is slower by"), rows)
    )


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:,.0f} x"


def _stages(stages: Mapping[str, Counter[str]]) -> str:
    names = list(dict.fromkeys(stage for counter in stages.values() for stage in counter))
    rows = [
        [source, *(percent(counter[name] / counter.total()) for name in names), f"{counter.total():,}"]
        for source, counter in stages.items()
    ]
    return (
        "## What decides in rlvr\n\nThe share of the pairs that each stage decided; the last resort is sympy.\n\n"
        + table(("", *names, "pairs"), rows)
    )


def _rates(
    pairs: Sequence[Pair], outcomes: Outcomes, key: Callable[[Pair], str | None], *, right: bool
) -> list[list[str]]:
    """A row a group: how many pairs, and the rate of each contender."""
    by_name = {
        name: grouped(pairs, theirs, lambda pair: key(pair) if pair.right is right else None)
        for name, theirs in outcomes.items()
    }
    first = next(iter(by_name.values()))
    return [
        [group, str(counts.right if right else counts.wrong)]
        + [percent(figures[group].right_rate if right else figures[group].wrong_rate) for figures in by_name.values()]
        for group, counts in first.items()
    ]


def _sets(pairs: Sequence[Pair], outcomes: Outcomes) -> str:
    parts = []
    for right, title in ((True, "right answers accepted"), (False, "wrong answers accepted")):
        rows = _rates(pairs, outcomes, lambda pair: pair.source if pair.evaluated else None, right=right)
        parts.append(table((title, "pairs", *outcomes), rows))
    return "## By set\n\n" + "\n".join(parts)


def _kinds(pairs: Sequence[Pair], outcomes: Outcomes) -> str:
    def kind(pair: Pair) -> str:
        mark = "" if pair.evaluated else " (unevaluated)"
        return f"{'by hand: ' if pair.source == 'hand-written' else ''}{pair.kind}{mark}"

    parts = []
    for right, title in ((True, "right answers accepted"), (False, "wrong answers accepted")):
        parts.append(table((title, "pairs", *outcomes), _rates(pairs, outcomes, kind, right=right)))
    return "## By kind\n\n" + "\n".join(parts)


def _disagreements(pairs: Sequence[Pair], outcomes: Sequence[Outcome], name: str) -> str:
    strict = name == STRICT
    rows = [
        [
            "right" if pair.right else "wrong",
            pair.source,
            pair.kind,
            _code(pair.gold),
            _code(pair.answer),
            outcome.trouble,
        ]
        for pair, outcome in disagreements(pairs, outcomes, strict=strict)
    ]
    title = f"## Where {name} is not of the labels' opinion\n\n"
    if not rows:
        return title + f"Nowhere, in {len(pairs):,} pairs.\n"
    note = "A strict grader is to refuse what is unevaluated.\n\n" if strict else ""
    return title + note + table(("label", "set", "kind", "gold", "answer", "trouble"), rows)


def _code(text: str) -> str:
    """Code in a cell of a table."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text.replace('|', chr(92) + '|')}{fence}"
