"""What tests of code environments share: the reason to skip where programs cannot be isolated."""

from __future__ import annotations

import pytest

from rlvr.envs.sandbox import Level, SandboxUnavailable, require


@pytest.fixture
def isolated() -> Level:
    """The level that `isolation="auto"` takes; skips with the reason that `rlvr doctor` gives if there is none."""
    try:
        return require("auto")
    except SandboxUnavailable as error:
        pytest.skip(str(error))
