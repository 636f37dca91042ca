"""Charts as figures of inline SVG, without a script: lines and stacked areas over round ticks.

They know nothing of what they show. Colours, fonts and dark mode come from the classes in `page.css`.

- `Series`: a name and its points.
- `line_chart`, `area_chart`: figures with caption, legend, axes and the value each series ends at.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, repeat

from rlvr.baselines.report.scales import number, tick_labels, ticks

Point = tuple[float, float]
Size = tuple[int, int]

COLOURS = 8
"""How many colours the style sheet has for series: classes `c0` to `c7`."""

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 58, 28, 44
"""Margins in pixels: tick labels, end labels, the y axis's name, tick labels and the x axis's name."""
_LINE_HEIGHT = 15
_NAMED = 0.02
"""A layer that ends thinner than this share of the axis gets no end label."""
_DOTS = 24
"""Up to so many points are marked one by one, each with its value as a tooltip."""
_DRAWN = 600
"""Longer lines are thinned to about so many points: there are no more pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line or layer.

    Raises:
        ValueError: There are error bars, but not one for each point.
    """

    label: str
    points: Sequence[Point]
    """(x, y) by rising x, which is at least 0; a y that is not finite leaves a gap."""
    errors: Sequence[float] = ()
    """Half the length of each point's error bar; empty for none."""
    colour: int | None = None
    """Index of its colour; `None` takes its position in the chart."""

    def __post_init__(self) -> None:
        """Refuse error bars that belong to no point."""
        if self.errors and len(self.errors) != len(self.points):
            raise ValueError(f"Expected {len(self.points)} errors, one for each point, actually: {len(self.errors)}.")

    @property
    def finite(self) -> list[Point]:
        """The points that can be drawn."""
        return [(x, y) for x, y in self.points if math.isfinite(y)]


def line_chart(
    title: str,
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    y_range: Point | None = None,
    size: Size = (520, 270),
) -> str:
    """A figure of lines.

    Args:
        title: The caption.
        series: The lines; those without a finite point are left out.
        x_label: What x counts.
        y_label: What y measures, with its unit.
        y_range: Where the y axis ends; `None` holds zero and the data, so that heights compare.
        size: Width and height of the drawing in pixels, before it is fitted to the page.

    Returns:
        HTML, empty where there is nothing to draw.
    """
    shown = [(_colour(i, one), one) for i, one in enumerate(series) if one.finite]
    if not shown:
        return ""
    xs = [x for _, one in shown for x, _ in one.points]
    ys = [y for _, one in shown for _, y in one.finite]
    frame = _Frame.around(xs, y_range or (min(0.0, *ys), max(0.0, *ys)), size)
    drawn = [_line(frame, colour, one) for colour, one in shown]
    ends = [(colour, one.finite[-1], number(one.finite[-1][1])) for colour, one in shown]
    return _figure(title, frame, shown, [*drawn, *_end_labels(frame, ends)], x_label, y_label)


def area_chart(
    title: str,
    series: Sequence[Series],
    *,
    x_label: str,
    y_label: str,
    y_range: Point = (0.0, 1.0),
    size: Size = (520, 270),
) -> str:
    """A figure of layers, stacked from the bottom in their order.

    Args:
        title: The caption.
        series: The layers, all with the same x values, y finite and at least 0; those of zeros alone are left out.
        x_label: What x counts.
        y_label: What y measures, with its unit.
        y_range: Where the y axis ends.
        size: Width and height of the drawing in pixels, before it is fitted to the page.

    Returns:
        HTML, empty where there is nothing to draw.

    Raises:
        ValueError: The layers differ in their x values.
    """
    shown = [(_colour(i, one), one) for i, one in enumerate(series) if any(y for _, y in one.points)]
    if not shown:
        return ""
    xs = [x for x, _ in shown[0][1].points]
    floor = [0.0] * len(xs)
    frame = _Frame.around(xs, y_range, size)
    drawn, ends = [], []
    for colour, one in shown:
        if [x for x, _ in one.points] != xs:
            raise ValueError(f"Expected layer {one.label!r} to have the x values of layer {shown[0][1].label!r}.")
        top = [base + y for base, (_, y) in zip(floor, one.points, strict=True)]
        upper, lower = ([*zip(xs, edge, strict=True)] for edge in (top, floor))
        if len(xs) == 1:  # A layer of one point has no width to be seen by.
            upper, lower = ([(max(0.0, x - 0.5), y), (min(x + 0.5, frame.x_end), y)] for [(x, y)] in (upper, lower))
        drawn.append(f'<path class="layer {colour}" d="{_path(frame, _thin(upper) + _thin(lower)[::-1])}Z"/>')
        if one.points[-1][1] >= _NAMED * (y_range[1] - y_range[0]):
            ends.append((colour, (xs[-1], (top[-1] + floor[-1]) / 2), number(one.points[-1][1])))
        floor = top
    return _figure(title, frame, shown, [*drawn, *_end_labels(frame, ends)], x_label, y_label)


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where data lie in the drawing."""

    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    x_end: float
    size: Size

    @classmethod
    def around(cls, xs: Sequence[float], y_range: Point, size: Size) -> _Frame:
        """A frame with x from 0 over all `xs`, and y from one tick to another around `y_range`."""
        x_end = max(1.0, *xs)
        low, high = y_range if y_range[0] < y_range[1] else (y_range[0], y_range[0] + 1.0)
        return cls(
            ticks(0.0, x_end, count=size[0] // 75, whole=True),
            ticks(low, high, count=size[1] // 50, outward=True),
            x_end,
            size,
        )

    @property
    def right(self) -> float:
        return self.size[0] - _RIGHT

    @property
    def bottom(self) -> float:
        return self.size[1] - _BOTTOM

    def x(self, value: float) -> float:
        return _LEFT + value / self.x_end * (self.right - _LEFT)

    def y(self, value: float) -> float:
        low, high = self.y_ticks[0], self.y_ticks[-1]
        return self.bottom - (value - low) / (high - low) * (self.bottom - _TOP)

    def axes(self, x_label: str, y_label: str) -> str:
        """Grid, tick labels and the axes' names."""
        parts = []
        for value, text in zip(self.y_ticks, tick_labels(self.y_ticks), strict=True):
            y = self.y(value)
            kind = "axis" if value == 0 else "grid"
            parts.append(f'<line class="{kind}" x1="{_LEFT}" x2="{self.right}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="tick y" x="{_LEFT - 8}" y="{y + 4:.1f}">{text}</text>')
        for value, text in zip(self.x_ticks, tick_labels(self.x_ticks), strict=True):
            x = self.x(value)
            parts.append(f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{self.bottom}" y2="{self.bottom + 4}"/>')
            parts.append(f'<text class="tick x" x="{x:.1f}" y="{self.bottom + 18}">{text}</text>')
        middle = (_LEFT + self.right) / 2
        parts.append(f'<text class="label x" x="{middle:.1f}" y="{self.size[1] - 6}">{escape(x_label)}</text>')
        parts.append(f'<text class="label y" x="4" y="13">{escape(y_label)}</text>')
        return "".join(parts)


def _colour(position: int, series: Series) -> str:
    return f"c{(position if series.colour is None else series.colour) % COLOURS}"


def _thin(points: list[Point]) -> list[Point]:
    """The lowest and the highest point of each stretch, so that no spike gets lost."""
    stretch = math.ceil(2 * len(points) / _DRAWN)
    if stretch < 3:
        return points
    kept = [points[0]]
    for start in range(1, len(points) - 1, stretch):
        part = points[start : min(start + stretch, len(points) - 1)]
        kept.extend(sorted({min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}))
    return [*kept, points[-1]]


def _path(frame: _Frame, points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in points)


def _line(frame: _Frame, colour: str, series: Series) -> str:
    """A line with its gaps, its error bars, and its points where they are few."""
    low, high = frame.y_ticks[0], frame.y_ticks[-1]
    marked = len(series.finite) <= _DOTS
    parts = []
    with_errors = zip(series.points, series.errors or repeat(0.0), strict=False)
    for finite, stretch in groupby(with_errors, key=lambda one: math.isfinite(one[0][1])):
        if not finite:
            continue
        points, errors = zip(*stretch, strict=True)
        if len(points) > 1:
            parts.append(f'<path class="line {colour}" d="{_path(frame, _thin([*points]))}"/>')
        for (x, y), error in zip(points, errors, strict=True):
            across = f"{frame.x(x):.1f}"
            if error > 0.0:
                ends = f'y1="{frame.y(max(low, y - error)):.1f}" y2="{frame.y(min(high, y + error)):.1f}"'
                parts.append(f'<line class="error {colour}" x1="{across}" x2="{across}" {ends}/>')
            if marked or len(points) == 1:  # A lone point between gaps has no line to be seen by.
                value = number(y) + (f" ± {number(error)}" if error > 0.0 else "")
                tip = f"<title>{escape(series.label)}, {x:g}: {value}</title>"
                parts.append(f'<circle class="dot {colour}" cx="{across}" cy="{frame.y(y):.1f}" r="3">{tip}</circle>')
    return "".join(parts)


def _end_labels(frame: _Frame, ends: Sequence[tuple[str, Point, str]]) -> list[str]:
    """The last value of each series where it ends, moved apart where they would overlap."""
    ends = sorted(ends, key=lambda end: -end[1][1])
    heights = [frame.y(y) for _, (_, y), _ in ends]
    for i in range(1, len(heights)):
        heights[i] = max(heights[i], heights[i - 1] + _LINE_HEIGHT)
    limit = frame.bottom
    for i in reversed(range(len(heights))):
        heights[i] = min(heights[i], limit)
        limit = heights[i] - _LINE_HEIGHT
    return [
        f'<text class="end {colour}" x="{frame.x(x) + 7:.1f}" y="{height + 4:.1f}">{text}</text>'
        for (colour, (x, _), text), height in zip(ends, heights, strict=True)
    ]


def _figure(
    title: str, frame: _Frame, shown: Sequence[tuple[str, Series]], drawn: Sequence[str], x_label: str, y_label: str
) -> str:
    summary = "; ".join(
        f"{one.label} from {number(one.finite[0][1])} at {one.finite[0][0]:g} to {number(one.finite[-1][1])} "
        f"at {one.finite[-1][0]:g}"
        for _, one in shown
    )
    legend = "".join(
        f'<li><svg class="key" viewBox="0 0 18 4" aria-hidden="true">'
        f'<rect class="{colour}" width="18" height="4"/></svg>{escape(one.label)}</li>'
        for colour, one in shown
    )
    label = escape(f"{title}: {y_label} by {x_label}. {summary}.")
    width, height = frame.size
    return (
        f'<figure class="chart"><figcaption>{escape(title)}</figcaption><ul class="legend">{legend}</ul>'
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
        f"<title>{escape(title)}</title>{frame.axes(x_label, y_label)}{''.join(drawn)}</svg></figure>\n"
    )
