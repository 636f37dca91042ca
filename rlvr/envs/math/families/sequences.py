"""`sequence`: terms and sums of arithmetic, geometric and recursive sequences."""

from __future__ import annotations

import re
from itertools import islice

from rlvr.envs.math.families.base import Family, Parameters, integers_in, nonzero
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    """`("term" or "sum", a, d, n)`, `("geometric", a, r, n)`, `("affine", a, p, q, n)` or `("fibonacci", a, b, n)`."""
    if level == 1:
        return "term", stream.integer(-20, 50), nonzero(stream, 12), stream.integer(8, 40)
    if level == 2:
        if stream.below(2):
            return "sum", stream.integer(-20, 50), nonzero(stream, 12), stream.integer(8, 40)
        return "geometric", stream.integer(1, 20), (-3, -2, 2, 3, 4, 5)[stream.below(6)], stream.integer(5, 10)
    if stream.below(2):
        return "affine", stream.integer(1, 20), stream.integer(2, 5), stream.integer(1, 9), stream.integer(4, 10)
    return "fibonacci", stream.integer(1, 30), stream.integer(1, 30), stream.integer(6, 20)


def _canonical(problem: Parameters) -> str:
    return " ".join(map(str, problem))


def _ordinal(n: int) -> str:
    ending = "th" if 10 < n % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def _prompt(problem: Parameters) -> str:
    match problem:
        case "term", a, d, n:
            return f"An arithmetic sequence starts {a}, {a + d}, {a + 2 * d}. What is its {_ordinal(n)} term?"
        case "sum", a, d, n:
            return f"An arithmetic sequence starts {a}, {a + d}, {a + 2 * d}. What is the sum of its first {n} terms?"
        case "geometric", a, r, n:
            return f"A geometric sequence starts {a}, {a * r}, {a * r * r}. What is its {_ordinal(n)} term?"
        case "affine", a, p, q, n:
            return (
                f"A sequence starts with {a}. Each further term is {p} times the term before it, plus {q}. "
                f"What is its {_ordinal(n)} term?"
            )
    _, a, b, n = problem
    return (
        f"A sequence starts with {a}, {b}. Each further term is the sum of the two terms before it. "
        f"What is its {_ordinal(n)} term?"
    )


_FIBONACCI = [0, 1]
for _ in range(30):
    _FIBONACCI.append(_FIBONACCI[-1] + _FIBONACCI[-2])


def _answer(problem: Parameters) -> str:
    """Closed formulas."""
    match problem:
        case "term", a, d, n:
            return str(a + (n - 1) * d)
        case "sum", a, d, n:
            return str(n * (2 * a + (n - 1) * d) // 2)
        case "geometric", a, r, n:
            return str(a * r ** (n - 1))
        case "affine", a, p, q, n:
            power = p ** (n - 1)
            return str(a * power + q * (power - 1) // (p - 1))
    _, a, b, n = problem
    return str(a * _FIBONACCI[n - 2] + b * _FIBONACCI[n - 1])


def _term_by_term(prompt: str) -> int:
    """Write the sequence down, from what the text says of its terms."""
    numbers = integers_in(re.sub(r"(?<=[0-9])(?:st|nd|rd|th)", "", prompt))
    *given, n = numbers
    terms = list(given)
    if prompt.startswith("A sequence") and "plus" in prompt:
        a, p, q = given
        terms = [a]
        while len(terms) < n:
            terms.append(p * terms[-1] + q)
    elif prompt.startswith("A sequence"):
        while len(terms) < n:
            terms.append(terms[-1] + terms[-2])
    elif prompt.startswith("A geometric"):
        while len(terms) < n:
            terms.append(terms[-1] * terms[1] // terms[0])
    else:
        while len(terms) < n:
            terms.append(terms[-1] + terms[1] - terms[0])
    return sum(islice(terms, n)) if "sum of its first" in prompt else terms[n - 1]


def _size(level: int) -> int:
    arithmetic = 71 * 24 * 33
    return (arithmetic, arithmetic + 20 * 6 * 6, 20 * 4 * 9 * 7 + 30 * 30 * 15)[level - 1]


SEQUENCE = Family(
    name="sequence",
    levels=(
        "a term of an arithmetic sequence",
        "a sum of an arithmetic sequence, or a term of a geometric one",
        "a term of a recursive sequence",
    ),
    draw=_draw,
    canonical=_canonical,
    prompt=_prompt,
    answer=_answer,
    solve_again=_term_by_term,
    size=_size,
)
