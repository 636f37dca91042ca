"""The levels that tests of the sandbox are run at."""

from __future__ import annotations

import pytest

from rlvr.envs.sandbox import Level, available

ISOLATING = [level for level in Level if level is not Level.NONE]


def strongest() -> Level | None:
    """The strongest level that isolates here; `None` where none does."""
    return None if available().level is Level.NONE else available().level


@pytest.fixture(params=ISOLATING, ids=str)
def level(request: pytest.FixtureRequest) -> Level:
    """Each isolating level that this machine has; the summary of the run says which were exercised."""
    wanted: Level = request.param
    missing = available().missing.get(wanted)
    if missing is not None:
        request.node.user_properties.append(("sandbox level missing", f"{wanted}: {missing}"))
        pytest.skip(f"isolation {wanted}: {missing}")
    request.node.user_properties.append(("sandbox level", wanted.value))
    return wanted
