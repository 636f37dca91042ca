"""Units: which of them are one, and which letters are one.

- `same_unit(...)`: whether two marks of values mean one unit.
- `letter_unit(answer)`: `5 m` as five meters, where the gold is a number.
- `times_hundred(node)`: for percentages.
"""

from __future__ import annotations

from rlvr.envs.math.algebra.evaluation import evaluate
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.equivalence.shapes import Form
from rlvr.envs.math.equivalence.strictness import is_number
from rlvr.envs.math.reading.tree import Node, number
from rlvr.envs.math.reading.words import LETTER_UNITS, is_measure


def times_hundred(node: Node | None) -> Node | None:
    """The tree of a hundred times as much."""
    return None if node is None else Node("mul", (number(100), node))


def letter_unit(answer: Form) -> Form:
    """`5 m` or `3 m/s^2` for a gold that is a number: the letters are units, not variables."""
    node = answer.node
    negative = node is not None and node.kind == "neg"
    if negative and node is not None:
        node = node.parts[0]
    below = None
    if node is not None and node.kind == "div" and node.parts[0].kind == "mul":
        node, below = node.parts[0], node.parts[1]
    if node is None or node.kind != "mul" or len(node.parts) != 2 or not is_number(node.parts[0]):
        return answer
    names = [_letter(node.parts[1])] + ([] if below is None else [_letter(below)])
    if None in names:
        return answer
    measured = Node("neg", (node.parts[0],)) if negative else node.parts[0]
    value = evaluate(measured, Budget(100))
    return Form("value", value, mark=("unit", "/".join(str(name) for name in names)), node=measured)


def _letter(node: Node) -> str | None:
    """A unit of one letter, perhaps squared or cubed."""
    power = ""
    if node.kind == "pow" and node.parts[1].value in (2, 3):
        node, power = node.parts[0], f"^{node.parts[1].value}"
    return node.value.lower() + power if node.kind == "sym" and node.value in LETTER_UNITS else None


def same_unit(gold_kind: str, gold_name: str | None, kind: str, name: str | None) -> bool:
    """Whether two marks of values, each a kind and a name, mean one unit."""
    if gold_kind != kind:
        return False
    if gold_kind != "unit" or gold_name == name:
        return gold_name == name
    # Apples and red apples: the words of one may be some of the other's, but not where they are measures.
    first, second = set((gold_name or "").split()), set((name or "").split())
    return not any(map(is_measure, first | second)) and (first <= second or second <= first)
