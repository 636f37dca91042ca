"""The last stage: sympy, on trees that the reader made and never on a text.

- `settle(gold, answer)`: whether two expressions are equal. Runs in a worker, which ends when it takes too long.

What differs at some point to many digits is different. What agrees everywhere is the same if sympy proves it; where it
cannot, agreement counts for expressions that are tame, in which a difference has no place to hide.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from rlvr.envs.math.equivalence import numeric
from rlvr.envs.math.equivalence.comparing import DIFFERENT, SAME, Outcome
from rlvr.envs.math.reading.tree import Node


def settle(gold: Node, answer: Node) -> Outcome:
    """`SAME` or `DIFFERENT`."""
    outcome = numeric.compare(gold, answer)
    if outcome is DIFFERENT:
        return DIFFERENT
    tame = numeric.is_tame(gold) and numeric.is_tame(answer)
    if (outcome is SAME or tame) and _proved(gold, answer):
        return SAME
    return SAME if outcome is SAME and tame else DIFFERENT


def _proved(gold: Node, answer: Node) -> bool:
    """Whether sympy finds that the difference is 0."""
    try:
        difference = _expression(gold) - _expression(answer)
        if difference.is_number:
            return bool(difference.equals(0))
        return bool(sympy.simplify(difference) == 0)
    except (_NoExpression, NotImplementedError, ValueError, TypeError, AttributeError, ArithmeticError):
        return False  # It gives up in many ways; none of them says anything about the answer.


class _NoExpression(Exception):
    """The tree holds what sympy is not asked about."""


def _expression(node: Node) -> sympy.Expr:
    """A sympy expression, built from the tree node by node."""
    kind = node.kind
    if kind == "num":
        value = Fraction(node.value)
        return sympy.Rational(value.numerator, value.denominator)
    if kind == "sym":
        return {"i": sympy.I, "e": sympy.E, "pi": sympy.pi}.get(node.value) or sympy.Symbol(node.value, real=True)
    parts = [_expression(part) for part in node.parts]
    if kind == "neg":
        return -parts[0]
    if kind == "add":
        return sympy.Add(*parts)
    if kind == "mul":
        return sympy.Mul(*parts)
    if kind == "div":
        return parts[0] / parts[1]
    if kind == "pow":
        return sympy.Pow(parts[0], parts[1])
    if kind == "root":
        return sympy.root(parts[1], parts[0])
    if kind == "fact":
        return sympy.factorial(parts[0])
    if kind == "abs":
        return sympy.Abs(parts[0])
    if kind == "deg":
        return parts[0] * sympy.pi / 180
    if kind == "pct":
        return parts[0] / 100
    if kind == "call":
        function = _FUNCTIONS.get(node.value)
        if node.value == "log":
            return sympy.log(parts[-1]) / sympy.log(parts[0] if len(parts) == 2 else 10)
        if function is not None and len(parts) == 1:
            return function(parts[0])
        if node.value == "binom":
            return sympy.binomial(parts[0], parts[1])
    raise _NoExpression(kind)


_FUNCTIONS = {
    **{
        name: getattr(sympy, name) for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "exp")
    },
    "ln": sympy.log,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "arccot": sympy.acot,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "re": sympy.re,
    "im": sympy.im,
}
