"""Two expressions to many digits: what differs there is different.

- `compare(gold, answer)`: `DIFFERENT`, or `SAME` to the number of digits that were looked at, or `OPEN`.
- `is_tame(tree)`: whether nothing in a tree could hide a difference from this.

Variables are given several values, small and large, of either sign, the same for both; where both have no value a point
says nothing.
Complex values count, with principal branches, so `sqrt(x^2)` is not `x` and `ln(x^2)` is not `2 ln(x)`.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b

import mpmath

from rlvr.envs.math.algebra.evaluation import NotAValue, evaluate
from rlvr.envs.math.algebra.limits import Budget, TooComplicated, Undefined
from rlvr.envs.math.equivalence.comparing import DIFFERENT, OPEN, SAME, Outcome
from rlvr.envs.math.reading.tree import Node, walk

DIGITS = 200
"""Decimal digits that are computed."""

AGREEING = 150
"""Leading digits that must agree; the rest may be lost to rounding."""

SCALES = (3, 3, 3, 3, 3, 3, "0.01", "0.01", 50, 50, 1_000, 1_000)
"""Sizes of the values that each variable is given in turn, with either sign."""

ENOUGH = 4
"""Number of points at which both must have a value."""


class _NoValue(Exception):
    """There is none at this point."""


def compare(gold: Node, answer: Node) -> Outcome:
    """Whether two expressions agree to many digits, at many points."""
    names = sorted({inner.value for tree in (gold, answer) for inner in walk(tree) if inner.kind == "sym"} - _CONSTANTS)
    agreed = lopsided = 0
    with mpmath.workdps(DIGITS):
        for point in range(len(SCALES) if names else 1):
            values = {name: _value_at(name, point) for name in names}
            pair = []
            for tree in (gold, answer):
                try:
                    pair.append(_evaluated(tree, values))
                except (_NoValue, ArithmeticError, ValueError, NotImplementedError, OverflowError):
                    pair.append(None)
            first, second = pair
            if first is None and second is None:
                continue
            if first is None or second is None:
                lopsided += 1
                continue
            scale = max(abs(first), abs(second), 1)
            if abs(first - second) > scale * mpmath.mpf(10) ** -AGREEING:
                return DIFFERENT
            agreed += 1
    enough = ENOUGH if names else 1
    if agreed >= enough:
        return SAME
    return DIFFERENT if lopsided >= enough else OPEN


_CONSTANTS = {"i", "e", "pi"}


def is_tame(tree: Node) -> bool:
    """Whether nothing in a tree could hide a difference: no jumps or kinks, and nothing very large or very small.

    Two different trees of this kind do not agree to so many digits at so many points, other than by design; and a
    design needs parts that are tiny, or that matter in places where nobody looks.
    """
    nodes = list(walk(tree))
    if len(nodes) > _SHORT:
        return False
    constant = not any(node.kind == "sym" and node.value not in _CONSTANTS for node in nodes)
    for node in nodes:
        if node.kind in ("fact", "big", "base"):
            return False
        if not constant and (node.kind == "abs" or (node.kind == "call" and node.value in _JUMPING)):
            return False
        if (not constant and node.kind == "root" and node.parts[0].value != 3) or _is_branching(node):
            return False
    names = sorted({node.value for node in nodes if node.kind == "sym"} - _CONSTANTS)
    values = {name: _value_at(name, 0) for name in names}
    with mpmath.workdps(30):
        for node in nodes:
            if node.kind in ("neg", "num", "sym"):
                continue
            try:
                size = abs(_evaluated(node, values))
            except (_NoValue, ArithmeticError, ValueError, NotImplementedError):
                return False
            if size and not mpmath.mpf("1e-9") < size < mpmath.mpf("1e9"):
                return False
    return all(node.value == 0 or 1e-6 <= abs(node.value) <= 1e6 for node in nodes if node.kind == "num")


_SHORT = 60  # nodes
_JUMPING = set("floor ceil max min gcd lcm arg re im ln log arcsin arccos arctan arccot".split())


def _is_branching(node: Node) -> bool:
    """A power that is not whole of something with variables."""
    if node.kind != "pow" or not any(inner.kind == "sym" for inner in walk(node.parts[0])):
        return False
    exponent = node.parts[1].parts[0] if node.parts[1].kind == "neg" else node.parts[1]
    return not (exponent.kind == "num" and isinstance(exponent.value, int)) and node.parts[0].value != "e"


def _value_at(name: str, point: int) -> mpmath.mpf:
    """A value with many digits, the same for the same name and point."""
    digest = blake2b(f"{name}/{point}".encode(), digest_size=40).digest()
    fraction = mpmath.mpf(int.from_bytes(digest, "big")) / mpmath.mpf(1 << 320)
    return mpmath.mpf(SCALES[point]) * (fraction if point % 2 == 0 else -fraction)


def _evaluated(node: Node, values: dict[str, mpmath.mpf]) -> mpmath.mpc:
    kind = node.kind
    if kind == "num":
        return mpmath.mpf(node.value.numerator) / node.value.denominator
    if kind == "sym":
        if node.value in _CONSTANTS:
            return {"i": mpmath.mpc(0, 1), "e": mpmath.e(), "pi": mpmath.pi()}[node.value]
        return values[node.value]
    if kind == "base":
        return mpmath.mpf(int(node.value[0], node.value[1]))
    if kind == "big":
        return _number_of(node)
    parts = [_evaluated(part, values) for part in node.parts]
    if kind == "neg":
        return -parts[0]
    if kind == "add":
        return mpmath.fsum(parts)
    if kind == "mul":
        return mpmath.fprod(parts)
    if kind == "div":
        if parts[1] == 0:
            raise _NoValue
        return parts[0] / parts[1]
    if kind in ("pow", "root"):
        return _power(node, parts)
    if kind == "fact":
        return mpmath.factorial(_bounded(parts[0], 10_000))
    if kind == "abs":
        return abs(parts[0])
    if kind == "deg":
        return parts[0] * mpmath.pi / 180
    if kind == "pct":
        return parts[0] / 100
    if kind == "call":
        return _called(node.value, parts)
    raise _NoValue


def _power(node: Node, parts: list[mpmath.mpc]) -> mpmath.mpc:
    """Odd roots of negative reals are real, as in the exact stage."""
    base, exponent = (parts[0], parts[1]) if node.kind == "pow" else (parts[1], 1 / parts[0])
    rational = _rational(node.parts[1] if node.kind == "pow" else node.parts[0])
    if rational is not None and node.kind == "root":
        rational = 1 / rational if rational else None
    _bounded(exponent)
    if base == 0 and mpmath.re(exponent) <= 0:
        raise _NoValue
    if rational is not None and rational.denominator % 2 and mpmath.im(base) == 0 and mpmath.re(base) < 0:
        size = (-base) ** (mpmath.mpf(rational.numerator) / rational.denominator)
        return -size if rational.numerator % 2 else size
    result = base**exponent
    return _bounded(result, 10**60)


def _rational(node: Node) -> Fraction | None:
    try:
        number = evaluate(node, Budget(1_000)).number
    except (NotAValue, Undefined, TooComplicated):
        return None
    return None if number is None else Fraction(number)


def _number_of(node: Node) -> mpmath.mpf:
    value = _rational(node)
    if value is None:
        raise _NoValue
    return mpmath.mpf(value.numerator) / value.denominator


def _bounded(value: mpmath.mpc, most: int = 10**6) -> mpmath.mpc:
    if abs(value) > mpmath.mpf(10) ** most if most > 10**6 else abs(value) > most:
        raise _NoValue
    return value


_FUNCTIONS = {
    name: getattr(mpmath, mp)
    for name, mp in {
        **{name: name for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "exp", "floor")},
        "ceil": "ceil",
        "ln": "log",
        "log": "log10",
        "arcsin": "asin",
        "arccos": "acos",
        "arctan": "atan",
        "arccot": "acot",
        "re": "re",
        "im": "im",
        "arg": "arg",
    }.items()
}


def _called(name: str, parts: list[mpmath.mpc]) -> mpmath.mpc:
    for part in parts:
        _bounded(part)
    if name in _FUNCTIONS and len(parts) == 1:
        if name in ("ln", "log") and parts[0] == 0:
            raise _NoValue
        return _FUNCTIONS[name](parts[0])
    if name == "log" and len(parts) == 2:
        return mpmath.log(parts[1]) / mpmath.log(parts[0])
    if name == "binom" and len(parts) == 2:
        return mpmath.binomial(_bounded(parts[0], 10_000), _bounded(parts[1], 10_000))
    if name in ("max", "min") and all(mpmath.im(part) == 0 for part in parts):
        return (max if name == "max" else min)(mpmath.re(part) for part in parts)
    raise _NoValue
