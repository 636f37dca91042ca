"""How much a value may hold to travel as tagged JSON: what keeps reading a hostile one linear in its length."""

from __future__ import annotations

MOST_VALUES = 1_000_000
"""Number of values, counted at every depth."""

TYPES = {kind.__name__: kind for kind in (bool, bytes, complex, dict, float, frozenset, int, list, set, str, tuple)}
"""Builtin types that travel themselves, by name: tests hand them to programs."""

MOST_DEPTH = 100
"""How deep values may be nested: far below where `json` and `==` meet the recursion limit."""

MOST_READ = 10_000
"""Number of items that an iterator is read out to; one that goes on is an object."""

PLAIN_INT = 1 << 63
"""Integers from here on are written in hexadecimal digits, whose reading is linear."""

INT_DIGITS = 1 << 16
"""Hexadecimal digits of an integer: about 79,000 decimal ones. Comparing it with a `Decimal` is quadratic."""

FRACTION_DIGITS = 1 << 12
"""Hexadecimal digits of each part of a fraction: their greatest common divisor is quadratic."""

DECIMAL_LENGTH = 10_000
"""Characters of a `Decimal`."""

NAME_LENGTH = 200
"""Characters of the name of a class."""

MOST_COLLISIONS = 64
"""Elements of a set, or keys of a dict, that may share a hash with others: filling a set with them is quadratic."""
