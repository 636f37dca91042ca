"""The generated families of mathematics problems, by name.

Each family draws problems from a hash stream, renders them, solves them, and solves them once more by another algorithm
that starts from the prompt; see `base.Family`.

- `FAMILIES`: all of them, by name, in alphabetical order.
"""

from __future__ import annotations

from rlvr.envs.math.families.averages import AVERAGE
from rlvr.envs.math.families.base import Family
from rlvr.envs.math.families.bases import BASE
from rlvr.envs.math.families.chains import CHAIN
from rlvr.envs.math.families.counting import COUNTING
from rlvr.envs.math.families.divisors import DIVISORS, GCD, LCM
from rlvr.envs.math.families.equations import EQUATION
from rlvr.envs.math.families.fraction import FRACTION
from rlvr.envs.math.families.modular import MODULAR
from rlvr.envs.math.families.percent import PERCENT
from rlvr.envs.math.families.sequences import SEQUENCE
from rlvr.envs.math.families.stories import WORD
from rlvr.envs.math.families.sums import SUM

_ALL = (AVERAGE, BASE, CHAIN, COUNTING, DIVISORS, EQUATION, FRACTION, GCD, LCM, MODULAR, PERCENT, SEQUENCE, SUM, WORD)

FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}
"""Every generated family by its name."""

__all__ = ["FAMILIES", "Family"]
