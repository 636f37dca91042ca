"""The families of structured output, by name.

Each draws problems from a hash stream, says them, reads answers strictly, and knows right and wrong ones; see
`base.Family`.

- `FAMILIES`: all of them, by name, in alphabetical order.
"""

from __future__ import annotations

from rlvr.envs.structured.families.base import Family
from rlvr.envs.structured.families.calls import CALL
from rlvr.envs.structured.families.dates import DATE
from rlvr.envs.structured.families.elements import XML
from rlvr.envs.structured.families.objects import JSON
from rlvr.envs.structured.families.patterns import REGEX
from rlvr.envs.structured.families.separated import CSV
from rlvr.envs.structured.families.tables import TABLE

FAMILIES: dict[str, Family] = {family.name: family for family in (CALL, CSV, DATE, JSON, REGEX, TABLE, XML)}
"""All families by their names."""

__all__ = ["FAMILIES", "Family"]
