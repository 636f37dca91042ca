"""`modular`: remainders of products, of powers, and linear congruences."""

from __future__ import annotations

from math import comb

from rlvr.envs.math.families.base import Family, Parameters, integers_in
from rlvr.seeding import Stream

_PRIMES = tuple(p for p in range(11, 200) if all(p % d for d in range(2, p)))
_REMAINDER = "What is the remainder when {} is divided by {}?"
_CONGRUENCE = "What is the smallest non-negative integer x such that {}x leaves remainder {} when divided by {}?"


def _draw(stream: Stream, level: int) -> Parameters:
    """`("product", a, b, c, m)`, `("power", a, b, m)` or `("congruence", a, b, p)`."""
    if level == 1:
        a, b, c = stream.integer(11, 99), stream.integer(11, 99), stream.integer(1, 99)
        return "product", a, b, c, stream.integer(3, 19)
    if level == 2:
        return "power", stream.integer(2, 50), stream.integer(10, 200), stream.integer(7, 99)
    prime = stream.choice(_PRIMES)
    return "congruence", stream.integer(2, prime - 1), stream.integer(1, prime - 1), prime


def _canonical(problem: Parameters) -> str:
    kind, a, b, *rest = problem
    if kind == "product" and b < a:
        a, b = b, a
    return f"{kind} {a} {b} {rest}"


def _prompt(problem: Parameters) -> str:
    match problem:
        case "product", a, b, c, m:
            return _REMAINDER.format(f"{a} × {b} + {c}", m)
        case "power", a, b, m:
            return _REMAINDER.format(f"{a}^{b}", m)
    return _CONGRUENCE.format(*problem[1:])


def _answer(problem: Parameters) -> str:
    match problem:
        case "product", a, b, c, m:
            return str((a * b + c) % m)
        case "power", a, b, m:
            return str(pow(a, b, m))
    _, a, b, p = problem
    return str(pow(a, -1, p) * b % p)


def _step_by_step(prompt: str) -> int:
    """Add or multiply one step at a time, reducing by subtraction; try every x."""
    if "×" in prompt:
        a, b, c, m = integers_in(prompt)
        total = c
        for _ in range(b):
            total += a
            while total >= m:
                total -= m
        return total
    if "^" in prompt:
        a, b, m = integers_in(prompt)
        power = 1
        for _ in range(b):
            power = power * a % m
        return power
    a, b, m = integers_in(prompt)
    return next(x for x in range(m) if a * x % m == b)


def _size(level: int) -> int:
    if level == 1:
        return comb(90, 2) * 99 * 17
    return 49 * 191 * 93 if level == 2 else sum((p - 2) * (p - 1) for p in _PRIMES)


MODULAR = Family(
    name="modular",
    levels=("remainder of a product and a sum", "remainder of a power", "linear congruence modulo a prime"),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_step_by_step,
    size=_size,
)
