"""How the gallery's pictures look: `draw(panels, path)`. Needs matplotlib, of the extra `bench`.

The background is transparent and everything on it is of a middling lightness, so that a picture can be read on white
and on dark pages. The same figures give the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.gallery_figures import Panel, digest

INK, GRID = "#747c86", "#8b949e"
COLORS = ("#2f81d8", "#d4681c", "#2b9a5e", "#a15bd0")
RIGHT, WRONG = COLORS[0], COLORS[1]

STYLE: dict[str, Any] = {
    "svg.hashsalt": "rlvr",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.facecolor": "none",
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.8,
}


def draw(panels: Sequence[Panel], path: Path, **options: Any) -> None:
    """Write a picture; `options` go to matplotlib's `savefig`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    with matplotlib.rc_context(STYLE):
        bars = bool(panels[0].bars)
        height = 1.1 + 0.28 * len(panels[0].bars) if bars else 2.7
        width = 1.2 + 2.4 * len(panels) if bars else 0.6 + 3.4 * len(panels)
        figure, axes = pyplot.subplots(
            1, len(panels), figsize=(max(width, 5.4), height), squeeze=False, sharey=bars, layout="constrained"
        )
        for axis, panel in zip(axes[0], panels, strict=True):
            (_bars if bars else _curves)(axis, panel)
            axis.set_title(panel.title)
            axis.set_xlabel(panel.xlabel)
            axis.set_ylabel(panel.ylabel)
            axis.set_axisbelow(True)
        _legend(figure, axes[0], panels)
        about = {"Date": None, "Description": f"figures {digest(panels)}"} if path.suffix == ".svg" else None
        figure.savefig(path, metadata=about, **{"transparent": True, **options})
        pyplot.close(figure)


def _curves(axis: Any, panel: Panel) -> None:
    labels = list(dict.fromkeys(curve.label for curve in panel.curves))
    # Curves that lie on one another are seen all the same: the later, the thinner.
    for curve in panel.curves:
        number = labels.index(curve.label)
        color = COLORS[number] if len(labels) > 1 else (RIGHT if curve.right else WRONG)
        xs, ys = (curve.xs, curve.ys) if curve.marked else corners(curve.xs, curve.ys)
        axis.plot(
            xs,
            ys,
            "-" if curve.right else "--",
            color=color,
            linewidth=2.4 - 0.5 * number,
            marker=("o" if curve.right else "s") if curve.marked else None,
            markersize=4.5,
            fillstyle="full" if curve.right else "none",
        )
    axis.grid(color=GRID, linewidth=0.5, alpha=0.35)
    axis.margins(x=0.02, y=0.08)
    if max(curve.xs[-1] for curve in panel.curves) >= 1000:
        axis.xaxis.set_major_locator(_locator(5))
        axis.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    if panel.ylabel == "level":
        axis.set_yticks(range(4))


def corners(xs: Sequence[float], ys: Sequence[float]) -> tuple[list[float], list[float]]:
    """The points of a line without those that lie on the way from one neighbour to the other: a smaller file."""
    kept = [(xs[0], ys[0])]
    for (x, y), (after_x, after_y) in zip(
        list(zip(xs, ys, strict=True))[1:], zip(xs[2:], ys[2:], strict=True), strict=False
    ):
        before_x, before_y = kept[-1]
        if abs((after_x - before_x) * (y - before_y) - (x - before_x) * (after_y - before_y)) > 1e-6 * (xs[-1] - xs[0]):
            kept.append((x, y))
    kept.append((xs[-1], ys[-1]))
    return [x for x, _ in kept], [y for _, y in kept]


def _bars(axis: Any, panel: Panel) -> None:
    rows = range(len(panel.bars))
    # A short mark where there is nothing: 0 is a reward too.
    for shift, color, values in (
        (-0.19, RIGHT, [bar.right for bar in panel.bars]),
        (0.19, WRONG, [bar.wrong for bar in panel.bars]),
    ):
        axis.barh([row + shift for row in rows], values, height=0.34, color=color)
        for row, value in zip(rows, values, strict=True):
            axis.text(value + (0.02 if value >= 0 else -0.02), row + shift, f"{round(value, 3) + 0.0:g}", fontsize=7,
                      va="center", ha="left" if value >= 0 else "right")  # fmt: skip
    axis.set_yticks(rows, [bar.label for bar in panel.bars])
    if not axis.yaxis_inverted():
        axis.invert_yaxis()
    axis.axvline(0.0, color=INK, linewidth=0.8)
    axis.grid(axis="x", color=GRID, linewidth=0.5, alpha=0.35)
    axis.margins(x=0.18)
    axis.xaxis.set_major_locator(_locator(4))
    axis.tick_params(axis="y", length=0)


def _locator(most: int) -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(most)


def _legend(figure: Any, axes: Sequence[Any], panels: Sequence[Panel]) -> None:
    """What colours and strokes stand for, above the panels."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    curves = panels[0].curves
    labels = list(dict.fromkeys(curve.label for curve in curves))
    handles: list[Any] = []
    if panels[0].bars:
        handles = [Patch(color=RIGHT, label="right answer"), Patch(color=WRONG, label="wrong answer")]
    else:
        many = len(labels) > 1
        if many:
            handles = [Line2D([], [], color=COLORS[i], label=label) for i, label in enumerate(labels)]
        if any(not curve.right for curve in curves):
            handles += [
                Line2D([], [], color=INK if many else RIGHT, label="right answer"),
                Line2D([], [], color=INK if many else WRONG, linestyle="--", label="wrong answer"),
            ]
    if handles:
        figure.legend(handles=handles, loc="outside upper center", ncols=3 if len(panels) == 1 else 5, labelcolor=INK)
