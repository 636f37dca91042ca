"""The plot of a run: right against wrong answers accepted (hollow: no conventions), and what a check costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.verifiers.graders import OURS, STRICT
from benchmarks.verifiers.limits import Outcome
from benchmarks.verifiers.measure import accuracy, cost
from benchmarks.verifiers.pairs import Pair
from benchmarks.verifiers.sets import by_convention

OWN, OTHER = "#1f5fbf", "#7a7a7a"


def draw(pairs: Sequence[Pair], outcomes: Mapping[str, Sequence[Outcome]], path: Path) -> None:
    """Write the plot as SVG; the same figures give the same file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    style = {"svg.hashsalt": "rlvr", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False}
    with matplotlib.rc_context({**style, "axes.spines.right": False}):
        figure, (left, right) = pyplot.subplots(1, 2, figsize=(9.6, 3.6), width_ratios=(1, 1.1), layout="constrained")
        for place, (name, theirs) in enumerate(outcomes.items()):
            color = OWN if name in (OURS, STRICT) else OTHER
            kept = [(pair, outcome) for pair, outcome in zip(pairs, theirs, strict=True) if pair.evaluated]
            plain = [(pair, outcome) for pair, outcome in kept if not by_convention(pair)]
            for some, hollow in ((plain, True), (kept, False)):
                rates = accuracy([pair for pair, _ in some], [outcome for _, outcome in some])
                left.plot(
                    100 * rates.wrong_rate,
                    100 * rates.right_rate,
                    "os^Dvp"[place % 6],
                    color=color,
                    fillstyle="none" if hollow else "full",
                    label=None if hollow else name,
                )
            figures = cost(theirs)
            right.plot([figures.median, figures.p99], [place, place], "-", color=color, linewidth=2)
            right.plot(figures.median, place, "o", color=color)
            right.plot(figures.mean, place, "d", color=color)
            right.plot(figures.p99, place, "|", color=color, markersize=12)
        left.set_xlabel("wrong answers accepted, %")
        left.set_ylabel("right answers accepted, %")
        left.set_xlim(left=-0.3)
        left.set_ylim(top=101)
        left.grid(color="#e4e4e4", linewidth=0.6)
        left.set_axisbelow(True)
        left.legend(frameon=False, loc="lower right", fontsize=8)
        right.set_xscale("log")
        right.set_xlabel("CPU per check, ms: median ●, mean ◆, 99th percentile |")
        right.set_yticks(range(len(outcomes)), list(outcomes))
        right.invert_yaxis()
        right.grid(axis="x", color="#e4e4e4", linewidth=0.6)
        right.set_axisbelow(True)
        figure.savefig(path, format="svg", metadata={"Date": None})
        pyplot.close(figure)
