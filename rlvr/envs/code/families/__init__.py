"""The generated families of programming problems, by name.

Each family draws problems from a hash stream, says them, solves them by two algorithms that share no code, and names
the mistakes that programs make; see `base.Family`.

- `FAMILIES`: all of them, by name, in alphabetical order.
"""

from __future__ import annotations

from rlvr.envs.code.families.anagrams import ANAGRAMS
from rlvr.envs.code.families.arithmetic import ARITHMETIC
from rlvr.envs.code.families.automata import AUTOMATA
from rlvr.envs.code.families.base import Family
from rlvr.envs.code.families.bases import BASES
from rlvr.envs.code.families.brackets import BRACKETS
from rlvr.envs.code.families.calendars import CALENDARS
from rlvr.envs.code.families.cipher import CIPHER
from rlvr.envs.code.families.climbing import CLIMBING
from rlvr.envs.code.families.coinchange import COINCHANGE
from rlvr.envs.code.families.collatz import COLLATZ
from rlvr.envs.code.families.colouring import COLOURING
from rlvr.envs.code.families.commonest import COMMONEST
from rlvr.envs.code.families.components import COMPONENTS
from rlvr.envs.code.families.convergents import CONVERGENTS
from rlvr.envs.code.families.dealing import DEALING
from rlvr.envs.code.families.digits import DIGITS
from rlvr.envs.code.families.divisible import DIVISIBLE
from rlvr.envs.code.families.durations import DURATIONS
from rlvr.envs.code.families.editdistance import EDITDISTANCE
from rlvr.envs.code.families.fairparts import FAIRPARTS
from rlvr.envs.code.families.falling import FALLING
from rlvr.envs.code.families.fields import FIELDS
from rlvr.envs.code.families.gridpaths import GRIDPATHS
from rlvr.envs.code.families.grouping import GROUPING
from rlvr.envs.code.families.intervals import INTERVALS
from rlvr.envs.code.families.inventory import INVENTORY
from rlvr.envs.code.families.inverting import INVERTING
from rlvr.envs.code.families.knapsack import KNAPSACK
from rlvr.envs.code.families.mirrors import MIRRORS
from rlvr.envs.code.families.numerals import NUMERALS
from rlvr.envs.code.families.overlays import OVERLAYS
from rlvr.envs.code.families.packing import PACKING
from rlvr.envs.code.families.pairs import PAIRS
from rlvr.envs.code.families.paths import PATHS
from rlvr.envs.code.families.regions import REGIONS
from rlvr.envs.code.families.rings import RINGS
from rlvr.envs.code.families.rounding import ROUNDING
from rlvr.envs.code.families.runs import RUNS
from rlvr.envs.code.families.settings import SETTINGS
from rlvr.envs.code.families.sorting import SORTING
from rlvr.envs.code.families.spreading import SPREADING
from rlvr.envs.code.families.tally import TALLY
from rlvr.envs.code.families.taskorders import TASKORDERS
from rlvr.envs.code.families.templates import TEMPLATES
from rlvr.envs.code.families.tollroutes import TOLLROUTES
from rlvr.envs.code.families.walks import WALKS
from rlvr.envs.code.families.weekdays import WEEKDAYS
from rlvr.envs.code.families.windows import WINDOWS
from rlvr.envs.code.families.wordcounting import WORDCOUNTING
from rlvr.envs.code.families.workdays import WORKDAYS
from rlvr.envs.code.families.wrapping import WRAPPING

_ALL = (
    ANAGRAMS,
    ARITHMETIC,
    AUTOMATA,
    BASES,
    BRACKETS,
    CALENDARS,
    CIPHER,
    CLIMBING,
    COINCHANGE,
    COLLATZ,
    COLOURING,
    COMMONEST,
    COMPONENTS,
    CONVERGENTS,
    DEALING,
    DIGITS,
    DIVISIBLE,
    DURATIONS,
    EDITDISTANCE,
    FAIRPARTS,
    FALLING,
    FIELDS,
    GRIDPATHS,
    GROUPING,
    INTERVALS,
    INVENTORY,
    INVERTING,
    KNAPSACK,
    MIRRORS,
    NUMERALS,
    OVERLAYS,
    PACKING,
    PAIRS,
    PATHS,
    REGIONS,
    RINGS,
    ROUNDING,
    RUNS,
    SETTINGS,
    SORTING,
    SPREADING,
    TALLY,
    TASKORDERS,
    TEMPLATES,
    TOLLROUTES,
    WALKS,
    WEEKDAYS,
    WINDOWS,
    WORDCOUNTING,
    WORKDAYS,
    WRAPPING,
)

FAMILIES: dict[str, Family] = {family.name: family for family in sorted(_ALL, key=lambda family: family.name)}
"""Every generated family by its name."""

__all__ = ["FAMILIES", "Family"]
