"""The page as a whole.

- `write_report`: write `report.html` into a run's folder.
- `render`: its text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from rlvr.baselines.report.curves import diagnostics, learning, seconds_by_phase
from rlvr.baselines.report.headline import sentence, table
from rlvr.baselines.report.history import History, moments
from rlvr.baselines.report.transcripts import markup, pick, transcripts
from rlvr.baselines.run import Run
from rlvr.baselines.run.json_lines import write_whole

TASKS = 6
"""How many held-out tasks are shown with their answers."""


def write_report(run: Run) -> Path:
    """Write `report.html` into the run's folder, whole or not at all.

    Returns:
        Its path.

    Raises:
        RunError: A file of the run is damaged; the message names it.
    """
    path = run.path / "report.html"
    write_whole(path, render(run))
    return path


def render(run: Run) -> str:
    """The report as HTML: no script, and no font, picture or style from anywhere else.

    Raises:
        RunError: A file of the run is damaged; the message names it.
    """
    history = History(run.config(), run.metrics())
    config = history.config
    title = str(config.get("env", {}).get("id", "a run"))
    style = resources.files("rlvr.baselines.report").joinpath("page.css").read_text(encoding="utf-8")
    time = f'<p class="note">In all: {seconds_by_phase(history)}.</p>\n' if history.rl else ""
    body = (
        _header(title, config),
        f'<p class="lead">{sentence(history)}</p>\n{_missing(history)}{table(history)}',
        _section("Curves", "charts", "".join(learning(history))),
        _transcripts(run),
        _section("Diagnostics", "charts small", "".join(diagnostics(history)), time),
        f"<details><summary>Configuration</summary><pre>\n{markup(json.dumps(config, indent=2))}</pre></details>\n",
    )
    # Everything is escaped on its way in; the policy sees to it that nothing would run or load if it were not.
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{markup(title)} · rlvr</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(body)}</main>\n</body>\n</html>\n"
    )


def _header(title: str, config: Mapping[str, Any]) -> str:
    asked = [f"{name}={value!r}" for name, value in config.get("env", {}).get("kwargs", {}).items()]
    asked += [f"policy {config.get('policy', {}).get('path', '?')}", f"seed {config.get('seed', '?')}"]
    return f"<header><h1>{markup(title)}</h1><p>{markup(', '.join(asked))}</p></header>\n"


def _missing(history: History) -> str:
    """What a run that is not finished has not got yet."""
    if history.finished:
        return ""
    of = "" if history.planned is None else f" of {history.planned:,}"
    stands = f"RL step {history.done:,}{of}" if history.rl else f"cold-start step {len(history.cold_start):,}"
    return f'<p class="note">This run is not finished: it stands at {stands}. Here is what there is.</p>\n'


def _section(title: str, kind: str, content: str, note: str = "") -> str:
    return f'<section><h2>{title}</h2>\n{note}<div class="{kind}">\n{content}</div></section>\n' if content else ""


def _transcripts(run: Run) -> str:
    tasks = pick(run.episodes(), TASKS)
    if not tasks:
        return '<p class="note">No held-out answers are logged yet.</p>\n'
    named = {step: f"{name}, RL step {step:,}" for step, name in moments(s for task in tasks for _, s in task).items()}
    title = "The same held-out tasks, before and after" if len(named) > 1 else "Held-out tasks"
    note = f'<p class="note">The first {len(tasks)} tasks of the held-out stream, whatever became of them.</p>\n'
    return _section(title, "tasks", transcripts(tasks, named), note)
