"""What was learned: a sentence and a table, made from the evaluations alone.

- `sentence`: in words that hold whichever way the numbers went.
- `table`: before, after and change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rlvr.baselines.report.history import History, Line, moments
from rlvr.baselines.report.transcripts import markup

_ROWS = (("accuracy", "Accuracy", 3), ("length", "Mean length, tokens", 1), ("thinking", "Share that thinks", 2))
"""Metrics of the table with their decimals."""


def sentence(history: History) -> str:
    """What the evaluations say, as HTML."""
    if not history.evaluations:
        return "Nothing has been evaluated yet."
    main = "sampled" if "sampled" in history.evaluations else next(iter(history.evaluations))
    by_step = history.evaluations[main]
    before, after = by_step[min(by_step)], by_step[max(by_step)]
    tasks = f"On {before['episodes']:,.0f} held-out tasks"
    if before is after:
        return (
            f"{tasks}, at RL step {before['step']:,}, {markup(main)} accuracy is {before['accuracy']:.2f} and mean "
            f"length {before['length']:.0f} tokens; there is no other evaluation to compare with."
        )
    text = (
        f"{tasks}, {markup(main)} accuracy {_moved(before['accuracy'], after['accuracy'], 2)} and mean length "
        f"{_moved(before['length'], after['length'], 0)} tokens in {after['step'] - before['step']:,} RL steps"
    )
    for decoding, others in history.evaluations.items():
        if decoding != main and before["step"] in others and after["step"] in others:
            was, now = others[before["step"]]["accuracy"], others[after["step"]]["accuracy"]
            text += f"; {markup(decoding)} accuracy {_moved(was, now, 2)}"
    text += "."
    error = math.hypot(before["standard_error"], after["standard_error"])
    if abs(after["accuracy"] - before["accuracy"]) < 2 * error:
        text += f" The change in {markup(main)} accuracy is less than two standard errors, {2 * error:.2f}."
    return text


def _moved(before: float, after: float, decimals: int) -> str:
    was, now = f"{before:.{decimals}f}", f"{after:.{decimals}f}"
    if was == now:
        return f"stayed at {was}"
    return f"{'rose' if after > before else 'fell'} from {was} to {now}"


def table(history: History) -> str:
    """The evaluations before and after as HTML, empty where there are none."""
    if not history.evaluations:
        return ""
    steps = moments(step for by_step in history.evaluations.values() for step in by_step)
    head = "".join(f'<th scope="col">{name} <small>RL step {step:,}</small></th>' for step, name in steps.items())
    change = '<th scope="col">change</th>' if len(steps) > 1 else ""
    rows = [
        _row(f"{label}, {markup(decoding)}", [by_step.get(step) for step in steps], name, decimals)
        for name, label, decimals in _ROWS
        for decoding, by_step in history.evaluations.items()
    ]
    first = next(iter(history.evaluations.values()))
    rows.append(_row("Training so far, seconds", [first.get(step) for step in steps], "training_seconds", 1))
    count = next(iter(first.values()))["episodes"]
    return (
        f"<table><caption>The first {count:,.0f} tasks of the held-out stream, the same ones every time; "
        "± is one standard error. Training time is cold start and RL, without the evaluations.</caption>"
        f"<thead><tr><td></td>{head}{change}</tr></thead><tbody>{''.join(rows)}</tbody></table>\n"
    )


def _row(label: str, lines: Sequence[Line | None], name: str, decimals: int) -> str:
    cells = [_cell(line, name, decimals) for line in lines]
    if len(lines) > 1:
        known = [line[name] for line in lines if line is not None and name in line]
        cells.append(f"{known[1] - known[0]:+,.{decimals}f}".replace("-", "−") if len(known) == 2 else "–")
    return f'<tr><th scope="row">{label}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _cell(line: Line | None, name: str, decimals: int) -> str:
    if line is None or name not in line:
        return "–"
    error = f" <small>± {line['standard_error']:.{decimals}f}</small>" if name == "accuracy" else ""
    return f"{line[name]:,.{decimals}f}{error}"
