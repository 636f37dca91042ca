"""Second methods of `counting`: recurrences and counting one by one, where the golds come from formulas.

- `pascal(n, k)`: k-subsets of n.
- `ordered(n, k)`: orders of k out of n.
- `arranged(counts)`: words with so many of each letter.
- `shared(things, people)`: ways to share identical things.
- `paths(right, up)`: shortest paths on a grid.
- `divisible(most, divisors)`: integers that some divisor divides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise


def pascal(n: int, k: int) -> int:
    """By Pascal's triangle, row by row."""
    row = [1]
    for _ in range(n):
        row = [1, *map(sum, pairwise(row)), 1]
    return row[k]


def ordered(n: int, k: int) -> int:
    """Choose the first, then order the others among what is left."""
    return 1 if k == 0 else n * ordered(n - 1, k - 1)


@cache
def arranged(counts: tuple[int, ...]) -> int:
    """By the first letter."""
    if not any(counts):
        return 1
    rest = [(*counts[:i], count - 1, *counts[i + 1 :]) for i, count in enumerate(counts) if count]
    return sum(arranged(tuple(sorted(one))) for one in rest)


@cache
def shared(things: int, people: int) -> int:
    """By what the first one gets."""
    return 1 if people == 1 else sum(shared(things - first, people - 1) for first in range(things + 1))


@cache
def paths(right: int, up: int) -> int:
    """By the last step."""
    return 1 if right == 0 or up == 0 else paths(right - 1, up) + paths(right, up - 1)


def divisible(most: int, divisors: Sequence[int]) -> int:
    """By trying every integer from 1 to `most`."""
    return sum(any(n % divisor == 0 for divisor in divisors) for n in range(1, most + 1))
