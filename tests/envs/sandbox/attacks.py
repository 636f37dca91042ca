"""All that the red team tries, by name; what each means is in `attack`."""

from __future__ import annotations

from tests.envs.sandbox.attack import Attack
from tests.envs.sandbox.attacks_on_channels import ON_CHANNELS
from tests.envs.sandbox.attacks_on_limits import ON_LIMITS
from tests.envs.sandbox.attacks_on_values import ON_VALUES
from tests.envs.sandbox.attacks_on_verdicts import ON_VERDICTS
from tests.envs.sandbox.leftovers import LEFTOVERS
from tests.envs.sandbox.probes import PROBES

__all__ = ["ATTACKS", "LEFTOVERS", "PROBES"]

ATTACKS: list[Attack] = [*ON_VERDICTS, *ON_CHANNELS, *ON_LIMITS, *ON_VALUES]
