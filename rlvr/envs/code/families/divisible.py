"""`divisible`: how many integers of a range, or what sum of them, some of the given numbers divide."""

from __future__ import annotations

from itertools import combinations
from math import gcd

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _coprime(most: int, count: int) -> list[list[int]]:
    """Numbers without common factors, so that no rule says the same as another."""
    chosen = combinations(range(2, most + 1), count)
    return [list(some) for some in chosen if all(gcd(one, other) == 1 for one, other in combinations(some, 2))]


_DIVISORS = {1: _coprime(13, 2), 2: _coprime(15, 3)}
_RULES = {1: ((0, False), (1, False), (1, True)), 2: ((1, False), (2, False), (2, True))}


def _draw(stream: Stream, level: int) -> Parameters:
    wanted, more = stream.choice(_RULES[level])
    return {
        "divisors": stream.choice(_DIVISORS[level]),
        "wanted": wanted,
        "more": more,
        "inclusive": bool(stream.below(2)),
        "report": stream.choice(("count", "sum")),
    }


def _size(level: int) -> int:
    return len(_DIVISORS[level]) * 3 * 2 * 2


def _prompt(parameters: Parameters) -> str:
    *some, last = parameters["divisors"]
    wanted, inclusive = parameters["wanted"], parameters["inclusive"]
    amount = "none" if wanted == 0 else f"{'at least' if parameters['more'] else 'exactly'} {wanted}"
    what = "how many there are" if parameters["report"] == "count" else "their sum"
    far = (
        " The two can be as far apart as 10**12: looking at each integer between them takes too long."
        if some[1:]
        else ""
    )
    return (
        f"Consider the integers from `low` to `high`, `low` included and `high` "
        f"{'included' if inclusive else 'left out'}, that are divisible by {amount} of the numbers "
        f"{', '.join(map(str, some))} and {last}. (0 is divisible by all of them, and a negative integer by the same "
        f"numbers as its absolute value.) Return {what}; 0 if there is none, and so if `low` is greater than `high`."
        f"{far}"
    )


def count_divisible(
    low: int, high: int, *, divisors: list[int], wanted: int, more: bool, inclusive: bool, report: str
) -> int:
    """Residue by residue, since the rule repeats after the product of the divisors."""
    from math import prod

    period = prod(divisors)
    stop = high + 1 if inclusive else high
    total = 0
    for residue in range(period):
        hits = sum(residue % divisor == 0 for divisor in divisors)
        if hits == wanted or (more and hits > wanted):
            first = low + (residue - low) % period
            if first < stop:
                count = (stop - first - 1) // period + 1
                total += count if report == "count" else count * first + period * (count * (count - 1) // 2)
    return total


def count_divisible_again(
    low: int, high: int, *, divisors: list[int], wanted: int, more: bool, inclusive: bool, report: str
) -> int:
    """Inclusion and exclusion over the products of the divisors."""
    from itertools import combinations
    from math import comb

    last = high if inclusive else high - 1
    if low > last:
        return 0
    by_size = []
    for size in range(len(divisors) + 1):
        amount = 0
        for some in combinations(divisors, size):
            product = 1
            for divisor in some:
                product *= divisor
            bottom, top = -(-low // product), last // product
            amount += top - bottom + 1 if report == "count" else product * (bottom + top) * (top - bottom + 1) // 2
        by_size.append(amount)
    # Exactly k of them: the sum over i >= k of (-1)^(i - k) C(i, k) S_i.
    exactly = [
        sum((-1) ** (i - k) * comb(i, k) * by_size[i] for i in range(k, len(by_size))) for k in range(len(by_size))
    ]
    return sum(exactly[wanted:]) if more else exactly[wanted]


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    if len(parameters["divisors"]) > 2:
        low = stream.integer(-(10**9), 10**9) * stream.choice((1, 0))
        return low - stream.below(1000), low + stream.below(10**6) * stream.choice((1, 10**6))
    low = stream.integer(-60, 60)
    return low, low + stream.integer(-3, 100)


def _edges(parameters: Parameters) -> list[Arguments]:
    period = 1
    for divisor in parameters["divisors"]:
        period *= divisor
    one, other = parameters["divisors"][:2]
    edges = [(0, 0), (0, 1), (5, 5), (5, 4), (9, -9), (-10, 10), (-period, period), (1, period), (0, period - 1)]
    spots = (1, one, other, one * other, -one, -other)
    return [*edges, *((spot, spot + more) for spot in spots for more in (0, 1, period - 1, period))]


DIVISIBLE = Family(
    name="divisible",
    topic="numbers",
    levels=("two divisors, short ranges", "three divisors, ranges too long to walk"),
    draw=_draw,
    size=_size,
    entry_point="count_divisible",
    signature="low: int, high: int",
    prompt=_prompt,
    solve=count_divisible,
    solve_again=count_divisible_again,
    mutants=(
        ("high + 1 if inclusive else high", "high if inclusive else high + 1"),
        ("hits == wanted or (more and hits > wanted)", "hits == wanted or (not more and hits > wanted)"),
        ("first < stop", "first < stop - 1"),
        ("- first - 1) // period", "- first) // period"),
        ("low + (residue - low) % period", "residue"),
    ),
    inputs=_inputs,
    edges=_edges,
)
