"""Which metrics of a run become which chart.

- `learning`: the charts that show what was learned.
- `diagnostics`: small ones, of how the optimization went and where the time went.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rlvr.baselines.report.charts import Series, area_chart, line_chart
from rlvr.baselines.report.history import History, Line
from rlvr.baselines.report.transcripts import STATUS_COLOURS

_HELD_OUT = {"sampled": 0, "greedy": 1}
"""Decodings and their colours in every chart."""
_TRAINING = 5
"""The colour of what was measured on training batches."""
_SMALL = (340, 200)

_DIAGNOSTICS = (
    ("surprise", "Surprise of the samples", "nats a token"),
    ("kl", "KL from sampler to learner", "nats a token"),
    ("clipped", "Clipped tokens", "share"),
    ("mismatch", "Log-ratio to the sampler, absolute", "nats a token"),
    ("grad_norm", "Gradient norm, before clipping", "L2 norm"),
    ("trained_groups", "Groups whose rewards differ: they train", "groups a step"),
    ("lr", "Learning rate", "of AdamW"),
    ("error_episodes", "Episodes whose verifier failed", "episodes a step"),
)


def learning(history: History) -> Iterator[str]:
    """Accuracy, length, thinking, reward, verdicts and the cold start, as HTML."""
    step = "RL step"
    accuracy = _held_out(history, "accuracy")
    yield line_chart(
        "Held-out accuracy, ± one standard error", accuracy, x_label=step, y_label="mean score", y_range=(0.0, 1.0)
    )
    lengths = [_training(history, "length"), *_held_out(history, "length")]
    yield line_chart("Mean length of an answer", lengths, x_label=step, y_label="tokens")
    thinking = [_training(history, "thinking"), *_held_out(history, "thinking")]
    yield line_chart("Answers that think", thinking, x_label=step, y_label="share", y_range=(0.0, 1.0))
    yield line_chart("Reward", _rewards(history.rl), x_label=step, y_label="mean of a training batch")
    yield area_chart("Verdicts", _verdicts(history.rl), x_label=step, y_label="share of a training batch")
    loss = [Series(label="cross-entropy", points=_points(history.cold_start, "loss"))]
    yield line_chart("Cold-start loss", loss, x_label="cold-start step", y_label="nats a token")


def diagnostics(history: History) -> Iterator[str]:
    """A small chart for each quantity that tells a healthy run from a sick one, as HTML."""
    for name, title, unit in _DIAGNOSTICS:
        points = _points(history.rl, name)
        if name != "error_episodes" or any(y for _, y in points):
            series = [Series(label=name, points=points)]
            yield line_chart(title, series, x_label="RL step", y_label=unit, size=_SMALL)
    seconds = [Series(label=name, points=_points(history.rl, f"seconds_{name}")) for name in ("sampling", "learning")]
    yield line_chart("Time", seconds, x_label="RL step", y_label="seconds a step", size=_SMALL)


def seconds_by_phase(history: History) -> str:
    """Where the time went in all, such as `cold start 31 s, sampling 16 s, learning 22 s`."""
    begun = next((by_step[0] for by_step in history.evaluations.values() if 0 in by_step), {})
    phases = {"cold start": begun.get("training_seconds", 0.0) if history.cold_start else 0.0}
    for name in ("sampling", "learning"):
        phases[name] = math.fsum(y for _, y in _points(history.rl, f"seconds_{name}"))
    return ", ".join(f"{name} {seconds:,.1f} s" for name, seconds in phases.items() if seconds)


def _points(lines: Sequence[Line], name: str) -> list[tuple[float, float]]:
    return [(line["step"], line[name]) for line in lines if name in line]


def _training(history: History, name: str) -> Series:
    return Series(label="training batches", points=_points(history.rl, name), colour=_TRAINING)


def _held_out(history: History, name: str) -> list[Series]:
    series = []
    for decoding, by_step in history.evaluations.items():
        lines = list(by_step.values())
        errors = [line["standard_error"] for line in lines] if name == "accuracy" else []
        colour = _HELD_OUT.get(decoding)
        series.append(Series(label=f"held out, {decoding}", points=_points(lines, name), errors=errors, colour=colour))
    return series


def _rewards(lines: Sequence[Line]) -> list[Series]:
    """The total and its terms; a term that is alone is the total."""
    names = sorted({name for line in lines for name in line if name.startswith("reward/")})
    terms = [Series(label=name.removeprefix("reward/"), points=_points(lines, name)) for name in names]
    if len(terms) == 1:
        return terms
    return [Series(label="reward, their sum", points=_points(lines, "reward")), *terms]


def _verdicts(lines: Sequence[Line]) -> list[Series]:
    """The shares of all statuses; one that is not in a line is zero there."""
    layers = []
    for status, colour in STATUS_COLOURS.items():
        shares = [(line["step"], line.get(f"verdict/{status}", 0.0)) for line in lines]
        layers.append(Series(label=status, points=shares, colour=colour))
    return layers
