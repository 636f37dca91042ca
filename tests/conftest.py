"""What all tests share: Hypothesis profiles, one torch thread, the parts that must not leak from test to test, and what
the summary says of the sandbox."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# Checks that start worker processes take what the machine gives them, so no test has a deadline.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# A shell has jobs in the background ignore Ctrl-C, and so would all that they start: what it does could not be tested.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def one_torch_thread() -> None:
    """Small models are faster on one thread, and sum in one order; only tests that import torch pay for it."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


@pytest.fixture
def untouched_global_random_state() -> Iterator[None]:
    """Fails the test if it moves Python's or NumPy's global generator."""
    before = random.getstate(), repr(np.random.get_state())
    yield
    assert before == (random.getstate(), repr(np.random.get_state()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at which levels of the sandbox tests were run, and why not at others; see tests/envs/sandbox/conftest.py."""
    said: dict[str, set[str]] = {"sandbox level": set(), "sandbox level missing": set()}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name in said:
                    said[name].add(str(value))
    exercised, missing = (sorted(values) for values in said.values())
    if exercised or missing:
        terminalreporter.write_line(f"sandbox levels exercised: {', '.join(exercised) or 'none'}")
    for reason in missing:
        terminalreporter.write_line(f"sandbox level skipped: {reason}")
