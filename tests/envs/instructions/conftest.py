"""What the tests of instructions share: verdicts that do not depend on what is installed."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions import published


@pytest.fixture(autouse=True)
def without_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra `reference` is not installed; `test_published.py` puts another fixture in its place."""
    monkeypatch.setattr(published, "_languages", lambda: None)
    monkeypatch.setattr(published, "_punkt", lambda: None)
