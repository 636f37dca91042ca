"""What the strict mode refuses, though it is equal to the gold: answers that leave the work undone.

A sub-expression whose value is rational has to be written as a number: `42`, not `6 * 7`, `sqrt(1764)` or `5!`. What
the gold itself leaves standing, the answer may leave standing too, by kind of operation. An expression that stands in
the problem word for word is an echo.

- `undone(tree)`: the kinds of operation that are left standing.
- `is_number(tree)`: whether a tree is a number as people write it.
- `echoes(answer, tree, problem)`, `echoes_fraction(answer, reference, problem)`: whether it stands in the problem.
"""

from __future__ import annotations

import re
from fractions import Fraction

from rlvr.envs.math.algebra.evaluation import NotAValue, evaluate
from rlvr.envs.math.algebra.limits import Budget, TooComplicated, Undefined
from rlvr.envs.math.algebra.polynomial import scale
from rlvr.envs.math.reading.tree import Node, walk
from rlvr.envs.math.spelling import tidy

_DIGITS = re.compile("[0-9]+")

_OPERATIONS = frozenset(("add", "mul", "div", "pow", "root", "call", "fact", "abs", "big", "deg", "pct"))


def undone(tree: Node) -> frozenset[str]:
    """The kinds of operation that could have been carried out: those in expressions of rational value."""
    found: set[str] = set()
    if not _collect(tree, found) and tree.kind in _OPERATIONS and _is_rational(tree):
        found.add(tree.kind)  # sin^2 x + cos^2 x
    return frozenset(found)


def _collect(node: Node, found: set[str]) -> bool:
    """Add what is left undone in a node; return whether all of it is constant."""
    if is_number(node):
        return True
    constant = [_collect(part, found) for part in node.parts]
    if node.kind == "sym":
        return node.value in ("i", "e", "pi")
    if node.kind == "big":
        constant = constant[1:]  # The variable of a sum is bound.
    if node.kind == "rel" and node.value[0] == "=" and constant[0] and constant[1]:
        found.add("rel")  # "42 = 42", "6 * 7 = 42"; but "x = 1/4 = 0.25" is one answer
    if not all(constant):
        return False
    if node.kind in ("pct", "deg") and is_number(node.parts[0]):
        return True
    if node.kind in _OPERATIONS and _is_rational(node):
        found.add(f"{node.kind} {node.value}" if node.kind == "call" else node.kind)
    return node.kind != "text"


def _is_rational(node: Node) -> bool:
    """Whether the value of a constant is a rational number; huge ones count as such."""
    try:
        top, bottom = evaluate(node, Budget(500))
        lead = max(bottom)  # Quotients are not reduced, so a number may be a multiple of the denominator over it.
        return top == scale(bottom, Fraction(top.get(lead, 0)) / bottom[lead])
    except (NotAValue, Undefined):
        return False
    except TooComplicated:
        return True


def is_number(node: Node) -> bool:
    """Whether a tree is a number as it is written: with a sign, a fraction bar or a power of ten at most."""
    if node.kind == "num":
        return True
    if node.kind == "neg":
        return node.parts[0].kind != "neg" and is_number(node.parts[0])
    if node.kind == "div":
        return all(_signed(part) for part in node.parts)
    if node.kind == "pow":
        return node.parts[0] == Node("num", (), 10) and _signed(node.parts[1])
    if node.kind == "mul" and len(node.parts) == 2:
        first, second = node.parts
        return _signed(first) and (node.value == "multiplier" or (second.kind == "pow" and is_number(second)))
    return False


def _signed(node: Node) -> bool:
    return node.kind == "num" or (node.kind == "neg" and node.parts[0].kind == "num")


def echoes(answer: str, tree: Node, problem: str) -> bool:
    """Whether an answer that is more than a number or a name stands in the problem word for word."""
    if is_number(tree) or not any(inner.kind in _OPERATIONS for inner in walk(tree)):
        return False
    spelled = _squeezed(answer)
    return bool(spelled) and spelled in _squeezed(problem)


ECHO = "Equal to the gold, but an echo of the problem."
"""The reason of a verdict on such an answer."""


def echoes_fraction(answer: str, reference: str, problem: str) -> bool:
    """Whether a fraction stands in the problem word for word, and the gold is no fraction of the same numbers.

    So `3/20` is no answer to "Write 3/20 as a decimal", and is one to "Which is larger, 3/20 or 1/7?".
    """
    if "/" not in answer and "frac" not in answer:
        return False
    if "".join(_DIGITS.findall(answer)) == "".join(_DIGITS.findall(reference)):
        return False
    return _squeezed(answer) in _squeezed(problem)


def _squeezed(text: str) -> str:
    return "".join(tidy(text).split())
