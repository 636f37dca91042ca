"""What a finished run has to say: numbers before and after, and a transcript of each."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from rlvr.baselines.run import Run

_ROWS = (("accuracy", "{:.3f}"), ("length", "{:.1f}"), ("thinking", "{:.2f}"))


def print_summary(run: Run, out: Console) -> None:
    """Print the held-out evaluations before and after RL, and the same task answered by both policies."""
    evaluations = [line for line in run.metrics() if line["phase"] == "evaluation"]
    if not evaluations:
        return
    last = max(line["step"] for line in evaluations)
    table = Table("held-out tasks", "before", "after", box=None, pad_edge=False, title_justify="left")
    for decoding in ("sampled", "greedy"):
        before, after = _line(evaluations, 0, decoding), _line(evaluations, last, decoding)
        if before is None or after is None:
            continue
        for name, form in _ROWS:
            label = {"length": "mean length, tokens", "thinking": "share that thinks"}.get(name, name)
            table.add_row(f"{decoding} {label}", form.format(before[name]), form.format(after[name]))
    out.print()
    out.print(table)
    out.print(f"training took {evaluations[-1]['training_seconds']:.0f} s")
    _print_transcripts(run, last, out)


def _line(lines: list[dict[str, Any]], step: int, decoding: str) -> dict[str, Any] | None:
    return next((line for line in lines if line["step"] == step and line["decoding"] == decoding), None)


def _print_transcripts(run: Run, last: int, out: Console) -> None:
    """The first held-out task that the policy got wrong before and right after, greedily decoded."""
    logged = [one for one in run.episodes() if one["phase"] == "evaluation" and one["decoding"] == "greedy"]
    before = {one["task"]: one for one in logged if one["step"] == 0}
    after = {one["task"]: one for one in logged if one["step"] == last}
    for task, learned in after.items():
        first = before.get(task)
        if first and _status(first) != "correct" and _status(learned) == "correct":
            question = next(message for message in reversed(first["messages"][:-1]) if message["role"] == "user")
            out.print(f"\n{question['content']}", markup=False, soft_wrap=True)
            for label, episode in (("before", first), ("after", learned)):
                text = episode["turns"][-1]["text"]
                out.print(f"  {label:6} {text}  ({_status(episode)})", markup=False, soft_wrap=True)
            return


def _status(episode: dict[str, Any]) -> str:
    return str(episode["turns"][-1]["verdict"]["status"])
