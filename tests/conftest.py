"""What all tests share: Hypothesis profiles, one torch thread, and the parts that must not leak from test to test."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# Checks that start worker processes take what the machine gives them, so no test has a deadline.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


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
