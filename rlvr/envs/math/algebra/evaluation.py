"""From the tree of an expression to its value.

- `evaluate(node, budget)`: the value.
- `NotAValue`: the tree holds something that has none, such as words or an interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from rlvr.envs.math.algebra import functions
from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.circular import PI, E, exponential
from rlvr.envs.math.algebra.limits import Budget, TooComplicated
from rlvr.envs.math.algebra.powers import power
from rlvr.envs.math.algebra.ratio import Ratio
from rlvr.envs.math.exact import Number
from rlvr.envs.math.reading.tree import Node, walk

MAX_SUMMANDS = 1_000
"""Sums and products of more summands are not computed."""


class NotAValue(ValueError):
    """The tree holds something that has no value of its own, such as words, a list or an interval."""


def evaluate(node: Node, budget: Budget, bound: Mapping[str, Number] | None = None) -> Ratio:
    """The value of an expression; `bound` are the variables of the sums around it.

    Raises:
        NotAValue: There is none.
        Undefined: It divides by zero, or the like.
        TooComplicated: It takes too much work, or is too large.
    """
    budget.spend(2)
    kind, parts = node.kind, node.parts
    if kind == "num":
        return ratios.rational(node.value)
    if kind == "sym":
        if bound and node.value in bound:
            return ratios.rational(bound[node.value])
        return _CONSTANTS.get(node.value) or ratios.of("v:" + node.value)
    if kind == "neg":
        return ratios.negate(evaluate(parts[0], budget, bound))
    if kind == "add":
        total = evaluate(parts[0], budget, bound)
        for part in parts[1:]:
            total = ratios.add(total, evaluate(part, budget, bound), budget)
        return total
    if kind == "mul":
        product = evaluate(parts[0], budget, bound)
        for part in parts[1:]:
            product = ratios.multiply(product, evaluate(part, budget, bound), budget)
        return product
    if kind == "div":
        return ratios.divide(evaluate(parts[0], budget, bound), evaluate(parts[1], budget, bound), budget)
    if kind == "pow":
        if parts[0] == _E:
            return exponential(evaluate(parts[1], budget, bound), budget)
        return power(evaluate(parts[0], budget, bound), evaluate(parts[1], budget, bound), budget)
    if kind == "root":
        degree = ratios.divide(ratios.rational(1), evaluate(parts[0], budget, bound), budget)
        return power(evaluate(parts[1], budget, bound), degree, budget)
    if kind == "call":
        return functions.call(node.value, [evaluate(part, budget, bound) for part in parts], budget)
    if kind == "fact":
        return functions.factorial(evaluate(parts[0], budget, bound), budget)
    if kind == "abs":
        return functions.absolute(evaluate(parts[0], budget, bound), budget)
    if kind == "deg":
        return ratios.multiply(evaluate(parts[0], budget, bound), _DEGREE, budget)
    if kind == "pct":
        return ratios.multiply(evaluate(parts[0], budget, bound), ratios.rational(Fraction(1, 100)), budget)
    if kind == "big":
        return _big(node, budget, bound or {})
    if kind == "base":
        digits, base = node.value
        try:
            return ratios.rational(int(digits, base))
        except ValueError as error:
            raise NotAValue(f"{digits!r} in base {base}") from error
    raise NotAValue(kind)


def _big(node: Node, budget: Budget, bound: Mapping[str, Number]) -> Ratio:
    """A sum or product: computed between whole bounds, else, as with `a_k`, known by its parts."""
    name, variable = node.value
    body, lower, upper = node.parts
    first = evaluate(lower, budget, bound)
    last = evaluate(upper, budget, bound) if upper.kind != "inf" else ratios.of("v:infinity")
    start, stop = first.number, last.number
    indexed = any(inner.kind == "sym" and variable in inner.value.partition("_")[2] for inner in walk(body))
    if isinstance(start, int) and isinstance(stop, int) and not indexed:
        if stop - start >= MAX_SUMMANDS:
            raise TooComplicated(f"It holds a {name} of more than {MAX_SUMMANDS} terms.")
        total = ratios.rational(0 if name == "sum" else 1)
        for index in range(start, stop + 1):
            term = evaluate(body, budget, {**bound, variable: index})
            total = ratios.add(total, term, budget) if name == "sum" else ratios.multiply(total, term, budget)
        return total
    return ratios.opaque(f"{name} over {variable}", [evaluate(body, budget, bound), first, last])


_CONSTANTS = {"i": ratios.I, "e": E, "pi": PI}
_E = Node("sym", (), "e")
_DEGREE = ratios.multiply(PI, ratios.rational(Fraction(1, 180)), Budget(100))
