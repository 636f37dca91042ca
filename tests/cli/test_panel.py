"""What a person sees while a run goes on."""

import io

import pytest
from rich.console import Console

from rlvr.baselines.settings import TrainConfig
from rlvr.cli.panel import Panel

STEP = {"phase": "grpo", "accuracy": 0.5, "length": 12.0, "thinking": 0.25, "trained_groups": 7.0}
EVALUATION = {"phase": "evaluation", "step": 0, "accuracy": 0.125, "length": 9.0, "thinking": 0.5}


def terminal(monkeypatch, live):
    monkeypatch.setenv("TERM", "xterm" if live else "dumb")
    return Console(file=io.StringIO(), force_terminal=live, width=100, height=40, color_system=None)


def drawn(panel, console):
    """What stands on the terminal, drawn anew."""
    console.file.seek(0)
    console.file.truncate()
    panel._shown = 0.0  # However little time has passed.
    panel.refresh()
    return console.file.getvalue()


def test_a_terminal_shows_each_phase_the_last_step_and_the_evaluations(monkeypatch):
    console = terminal(monkeypatch, live=True)
    with Panel(TrainConfig(), console) as panel:
        panel({"phase": "cold_start", "step": 100, "loss": 1.25})
        shown = drawn(panel, console)
        assert "100/400" in shown and "loss 1.250" in shown and "0/60" in shown
        for decoding in ("sampled", "greedy"):
            panel({**EVALUATION, "decoding": decoding})
        for step in (1, 2):
            panel({**STEP, "step": step, "accuracy": step / 4})
        shown = drawn(panel, console)
    assert "2/60" in shown and "accuracy 0.500 ▃▅" in shown and "groups 7" in shown and "loss" not in shown
    assert "sampled" in shown and "greedy" in shown and "0.125" in shown


def test_elsewhere_lines_are_printed_now_and_then(monkeypatch):
    console = terminal(monkeypatch, live=False)
    with Panel(TrainConfig(), console) as panel:
        for step in range(1, 11):
            panel({**STEP, "step": step})
        panel({**EVALUATION, "decoding": "greedy"})
        panel.note("Finishing this step.")
    lines = console.file.getvalue().splitlines()
    assert [line.split()[1] for line in lines[:2]] == ["5/60", "10/60"]
    assert lines[2].startswith("held out, after 0 steps, greedy ") and lines[3:] == ["Finishing this step."]


@pytest.mark.parametrize("live", [True, False])
def test_what_was_logged_before_is_taken_in_without_a_word(monkeypatch, live):
    console = terminal(monkeypatch, live)
    panel = Panel(TrainConfig(), console)
    panel.recall([{**STEP, "step": 5}])
    assert console.file.getvalue() == ""
    if live:
        with panel:
            assert "5/60" in drawn(panel, console)
