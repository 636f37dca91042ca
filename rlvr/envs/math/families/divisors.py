"""`gcd`, `lcm` and `divisors`: greatest common divisors, least common multiples, and the divisors of one number."""

from __future__ import annotations

from collections import Counter
from math import comb, gcd, lcm, prod

from rlvr.envs.math.families.base import Family, Parameters, integers_in, listed
from rlvr.seeding import Stream

# Greatest common divisors: a planted factor in [2, factor] times `count` numbers in [1, most].
_PLANTED = ((0, 0, 0), (12, 12, 2), (40, 60, 2), (60, 99, 3))
# Least common multiples: `count` numbers in [2, most].
_MULTIPLES = ((0, 0), (30, 2), (200, 2), (60, 3))
# Divisors: the number is in [low, high]; trial division by primes below its root keeps draws cheap.
_RANGES = ((0, 0), (2, 200), (201, 3_000), (3_001, 20_000))
_PRIMES = tuple(p for p in range(2, 142) if all(p % d for d in range(2, p)))


def _sorted_key(numbers: Parameters) -> str:
    return ",".join(map(str, sorted(numbers)))


def _draw_gcd(stream: Stream, level: int) -> Parameters:
    factor, most, count = _PLANTED[level]
    planted = stream.integer(2, factor)
    return tuple([planted * stream.integer(1, most) for _ in range(count)])


def _draw_lcm(stream: Stream, level: int) -> Parameters:
    most, count = _MULTIPLES[level]
    return tuple([stream.integer(2, most) for _ in range(count)])


def _gcd_size(level: int) -> int:
    """At least the multisets under one planted factor; pairs with coprime cofactors differ between factors, too."""
    factor, most, count = _PLANTED[level]
    if count > 2:
        return comb(most + count - 1, count)
    coprime_pairs = sum(gcd(u, v) == 1 for v in range(1, most + 1) for u in range(1, v + 1))
    return (factor - 1) * coprime_pairs


def _lcm_size(level: int) -> int:
    most, count = _MULTIPLES[level]
    return comb(most - 1 + count - 1, count)


def _factorised(n: int) -> Counter[int]:
    """The primes of n with their exponents, by trial division by every integer."""
    factors: Counter[int] = Counter()
    d = 2
    while d * d <= n:
        while n % d == 0:
            factors[d] += 1
            n //= d
        d += 1
    if n > 1:
        factors[n] += 1
    return factors


def _gcd_by_primes(prompt: str) -> int:
    """The primes common to all numbers, each with its least exponent."""
    first, *others = map(_factorised, integers_in(prompt))
    for other in others:
        first &= other
    return prod(first.elements())


def _lcm_by_primes(prompt: str) -> int:
    """All primes of the numbers, each with its greatest exponent."""
    first, *others = map(_factorised, integers_in(prompt))
    for other in others:
        first |= other
    return prod(first.elements())


_ASKED = (
    "How many positive divisors does {} have?",
    "What is the sum of all positive divisors of {}?",
    "What is the largest prime number that divides {}?",
)


def _draw_divisors(stream: Stream, level: int) -> Parameters:
    return stream.below(3), stream.integer(*_RANGES[level])


def _divisors_answer(problem: Parameters) -> str:
    """Products over the primes: the number of divisors is multiplicative, and so is their sum."""
    kind, rest = problem
    count, total, prime = 1, 1, 1
    for p in _PRIMES:
        if p * p > rest:
            break
        if rest % p == 0:
            prime, exponent, powers = p, 0, 1
            while rest % p == 0:
                rest //= p
                exponent += 1
                powers = powers * p + 1
            count *= exponent + 1
            total *= powers
    if rest > 1:
        prime, count, total = rest, 2 * count, (rest + 1) * total
    return str((count, total, prime)[kind])


def _divisors_by_pairs(prompt: str) -> int:
    """All pairs of divisors, by trying every integer up to the root."""
    (n,) = integers_in(prompt)
    found = {d for small in range(1, n + 1) if small * small <= n and n % small == 0 for d in (small, n // small)}
    if prompt.startswith("How many"):
        return len(found)
    if "sum" in prompt:
        return sum(found)
    return max(d for d in found if d > 1 and not any(1 < other < d and d % other == 0 for other in found))


GCD = Family(
    name="gcd",
    levels=("two numbers up to 144", "two numbers up to 2,400", "three numbers up to 5,940"),
    draw=_draw_gcd,
    canonical=_sorted_key,
    prompt=lambda numbers: f"What is the greatest common divisor of {listed(numbers)}?",
    answer=lambda numbers: str(gcd(*numbers)),
    solve_again=_gcd_by_primes,
    size=_gcd_size,
    exact_size=False,
)

LCM = Family(
    name="lcm",
    levels=("two numbers up to 30", "two numbers up to 200", "three numbers up to 60"),
    draw=_draw_lcm,
    canonical=_sorted_key,
    prompt=lambda numbers: f"What is the least common multiple of {listed(numbers)}?",
    answer=lambda numbers: str(lcm(*numbers)),
    solve_again=_lcm_by_primes,
    size=_lcm_size,
)

DIVISORS = Family(
    name="divisors",
    levels=("of a number up to 200", "of a number up to 3,000", "of a number up to 20,000"),
    draw=_draw_divisors,
    canonical=lambda problem: f"{problem[0]}:{problem[1]}",
    prompt=lambda problem: _ASKED[problem[0]].format(problem[1]),
    answer=_divisors_answer,
    solve_again=_divisors_by_pairs,
    size=lambda level: 3 * (_RANGES[level][1] - _RANGES[level][0] + 1),
)
