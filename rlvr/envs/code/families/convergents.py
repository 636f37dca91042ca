"""`convergents`: continued fractions with several rules for their numerators, as floats."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_WHAT = {
    "value": "the value of the whole fraction",
    "mean": "the arithmetic mean of `C0`, ..., `Cm`",
    "travel": "the sum of the distances `|C1 - C0|`, `|C2 - C1|`, ..., `|Cm - C(m-1)|`, so 0.0 for one term",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "numerator": stream.integer(1, 8),
        "rule": stream.choice(("constant", "growing") if level == 1 else ("minus", "alternating")),
        "depth": stream.integer(3, 7) if level == 1 else stream.integer(3, 6),
        "report": "value" if level == 1 else stream.choice(sorted(_WHAT)),
    }


def _size(level: int) -> int:
    return 8 * 2 * 5 if level == 1 else 8 * 2 * 4 * 3


def _prompt(parameters: Parameters) -> str:
    first, rule, depth = parameters["numerator"], parameters["rule"], parameters["depth"]
    signs, after = {
        "constant": ("+++", [first] * 3),
        "growing": ("+++", [first, 2 * first, 3 * first]),
        "minus": ("---", [first] * 3),
        "alternating": ("+-+", [first] * 3),
    }[rule]
    shape = "".join(f"a{place} {signs[place]} {after[place]} / (" for place in range(3)) + "a3 ..." + ")))"
    how = {
        "constant": f"every numerator is {first}, and all signs are plus",
        "growing": f"numerator number k, counted from 1, is {first} * k, and all signs are plus",
        "minus": f"every numerator is {first}, and all signs are minus",
        "alternating": f"every numerator is {first}, and the signs are plus, minus, plus, minus, and so on",
    }[rule]
    parts = (
        ""
        if parameters["report"] == "value"
        else "`Ci` is the value of the fraction that ends with `ai`, so `C0` is `a0`, and `Cm` is the whole fraction. "
    )
    least = 1 if rule in ("constant", "growing") else first + 2
    return (
        f"The list `terms` holds the terms `a0, a1, ..., am` of the continued fraction `{shape}`: {how}. If there are "
        f"more than {depth} terms, only the first {depth} count. Every term is at least {least}, so nothing is divided "
        f"by 0. {parts}Return {_WHAT[parameters['report']]}, a float; for an empty list 0.0."
    )


def continued_fraction(terms: list[int], *, numerator: int, rule: str, depth: int, report: str) -> float:
    """Each convergent from its last term up."""
    from itertools import pairwise

    used = terms[:depth]
    convergents = []
    for last in range(len(used)):
        value = float(used[last])
        for place in range(last, 0, -1):
            above = {
                "constant": numerator,
                "growing": numerator * place,
                "minus": -numerator,
                "alternating": numerator if place % 2 else -numerator,
            }[rule]
            value = used[place - 1] + above / value
        convergents.append(value)
    if not convergents:
        return 0.0
    if report == "mean":
        return sum(convergents) / len(convergents)
    if report == "travel":
        return float(sum(abs(after - before) for before, after in pairwise(convergents)))
    return convergents[-1]


def continued_fraction_again(terms: list[int], *, numerator: int, rule: str, depth: int, report: str) -> float:
    """Wallis's recurrence for tops and bottoms, from the first term on, in exact fractions."""
    from fractions import Fraction

    found: list[Fraction] = []
    top, top_before, bottom, bottom_before = 1, 0, 0, 1
    for place, term in enumerate(terms):
        if place == depth:
            break
        above = numerator * place if rule == "growing" else numerator
        if rule == "minus" or (rule == "alternating" and place % 2 == 0):
            above = -above
        if place == 0:
            above = 1
        top, top_before = term * top + above * top_before, top
        bottom, bottom_before = term * bottom + above * bottom_before, bottom
        found.append(Fraction(top, bottom))
    if not found:
        return 0.0
    travel = sum((abs(found[at] - found[at - 1]) for at in range(1, len(found))), Fraction(0))
    results = {"value": found[-1], "mean": sum(found, Fraction(0)) / len(found), "travel": travel}
    return float(results[report])


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    least = 1 if parameters["rule"] in ("constant", "growing") else parameters["numerator"] + 2
    count = stream.integer(0, parameters["depth"] + 3)
    return ([stream.integer(least, least + 4) for _ in range(count)],)


def _edges(parameters: Parameters) -> list[Arguments]:
    depth = parameters["depth"]
    least = 1 if parameters["rule"] in ("constant", "growing") else parameters["numerator"] + 2
    up = [least + place % 3 for place in range(depth + 2)]
    return [([],), ([least],), ([least + 4],), (up[:2],), (up[:depth],), (up,), (up[::-1],)]


CONVERGENTS = Family(
    name="convergents",
    topic="numbers",
    levels=("the value of a fraction, all signs plus", "minus and alternating signs; convergents"),
    draw=_draw,
    size=_size,
    entry_point="continued_fraction",
    signature="terms: list[int]",
    prompt=_prompt,
    solve=continued_fraction,
    solve_again=continued_fraction_again,
    mutants=(
        ("terms[:depth]", "terms[: depth - 1]"),
        ("terms[:depth]", "terms[-depth:]"),
        ("range(last, 0, -1)", "range(last - 1, 0, -1)"),
        ("above / value", "value / above"),
        ("used[place - 1]", "used[place]"),
    ),
    inputs=_inputs,
    edges=_edges,
    tolerance=1e-9,
)
