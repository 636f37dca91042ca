"""Equations and inequalities: what they say, whichever way they are written.

`x = 5` names a value; `x > 3` is a set of reals; anything else with an equals sign is a polynomial that is 0.

- `relation(node, budget, form)`: the form of a relation.
"""

from __future__ import annotations

from collections.abc import Callable

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.algebra.polynomial import independent
from rlvr.envs.math.equivalence import regions
from rlvr.envs.math.equivalence.shapes import CONTRADICTION, Form, as_region, has_signs
from rlvr.envs.math.reading.tree import Node, Unreadable, walk
from rlvr.envs.math.reading.words import NO_UNITS

_LETTERS = frozenset("fghFGHPQpq")
Read = Callable[[Node, Budget], Form]

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "!=": "!=", "=": "="}
_INEQUALITIES = frozenset(("<", ">", "<=", ">=", "!="))


def relation(node: Node, budget: Budget, form: Read) -> Form:
    """The form of a relation; `form` gives that of a side."""
    relations, sides = node.value, node.parts
    if relations == ("in",) and sides[0].kind == "sym":
        inner = form(sides[1], budget)
        if inner.kind in ("tuple", "list", "empty", "region"):
            return inner if inner.kind == "list" else Form("region", as_region(inner), mark=sides[0].value)
        raise Unreadable("an element of something that is no set")
    if all(relation in ("=", "~") for relation in relations):
        return _equation(node, budget, form)
    if all(relation in _INEQUALITIES for relation in relations):
        return _inequality(node, budget, form)
    return Form("chain", relations, tuple(form(side, budget) for side in sides))


def name_of(side: Node) -> str | None:
    r"""What `x`, `f(x)`, `\text{Area}`, `P(A)` or `|AB|` is called before an equals sign, or `None`."""
    if side.kind == "sym" and side.value not in ("i", "pi", "e", "infty"):
        return str(side.value)
    if side.kind == "text":
        if NO_UNITS.intersection(side.value.lower().split()):
            raise Unreadable(f"{side.value!r} before an equals sign")
        return f'"{side.value}"'
    if side.kind == "call" and side.value in _LETTERS:
        return f"{side.value}({','.join(map(_spelled, side.parts))})"
    if side.kind == "mul" and len(side.parts) == 2 and all(part.kind == "sym" for part in side.parts):
        first, second = (part.value for part in side.parts)
        if first.isupper() and second.isupper():
            return f"{first}{second}"  # a segment
    if side.kind == "group" and all(part.kind == "sym" for part in side.parts):
        return ",".join(part.value for part in side.parts)
    return None


def _equation(node: Node, budget: Budget, form: Read) -> Form:
    sides, relations = list(node.parts), list(node.value)
    name = name_of(sides[0])
    if name is None and len(sides) == 2 and relations == ["="] and (swapped := name_of(sides[1])) is not None:
        sides.reverse()  # "5 = x"
        name = swapped
    if name is not None and not (len(sides) == 2 and _mentions(sides[1], sides[0])):
        # What "about" gives is not exact, so it counts only where nothing else is said.
        exact = [side for side, relation in zip(sides[1:], relations, strict=True) if relation == "="]
        near = [side for side, relation in zip(sides[1:], relations, strict=True) if relation == "~"]
        if len({side.value for side in (*exact, *near) if side.kind == "num" and isinstance(side.value, int)}) > 1:
            return CONTRADICTION  # Whole numbers are not about each other: a listing.
        return _named(name, exact or sides[1:2], budget, form)
    values = [form(side, budget) for side in sides]
    if any(value.kind != "value" for value in values):
        return Form("chain", tuple(relations), tuple(values))
    if set(relations) == {"~"} and not _variables(values[0].value):
        return values[0]  # The exact side of "10 sqrt(2) ~ 14.14".
    exact_values = [values[0]] + [
        value for value, relation in zip(values[1:], relations, strict=True) if relation == "="
    ]
    if len(exact_values) < 2:
        raise Unreadable("an approximation of nothing")
    if not any(_variables(value.value) for value in exact_values):
        if any(_contradict(exact_values[0], value, budget) for value in exact_values[1:]):
            return CONTRADICTION
        return exact_values[-1]
    if len(exact_values) > 2:
        return Form("chain", tuple(relations), tuple(values))
    return Form("equation", ratios.difference(values[0].value, values[1].value, budget), node=node)


def _named(name: str, sides: list[Node], budget: Budget, form: Read) -> Form:
    """`x = a = b`: all must be the same, and the last of them counts."""
    if any(has_signs(side) for side in sides):
        inner = form(sides[-1], budget)
        return inner if inner.kind == "list" else Form("named", name, (inner,))
    values = [form(side, budget) for side in sides]
    if all(value.kind == "value" for value in values):
        if any(_contradict(value, values[-1], budget) for value in values[:-1]):
            return CONTRADICTION
    elif len(values) > 1:
        raise Unreadable("a chain of things that are no values")
    names, last = name.split(","), values[-1]
    if len(names) > 1 and last.kind == "tuple" and len(last.parts) == len(names):  # (x, y) = (1, 2)
        named = (Form("named", name, (part,)) for name, part in zip(names, last.parts, strict=True))
        return Form("list", None, tuple(named))
    if values[-1].kind in ("region", "list", "contradiction"):
        return values[-1]
    return Form("named", name, (values[-1],))


def _contradict(first: Form, second: Form, budget: Budget) -> bool:
    """Whether two values that stand on both sides of an equals sign are known to differ."""
    difference = ratios.difference(first.value, second.value, budget)
    return bool(difference) and independent(difference)


def _spelled(node: Node) -> str:
    """An argument as a name holds it."""
    inside = " ".join(map(_spelled, node.parts))
    return f"{node.kind if node.value is None else node.value}{f'[{inside}]' if inside else ''}"


def _mentions(side: Node, variable: Node) -> bool:
    """Whether a side holds the variable itself: `x = 2x - 1` is an equation."""
    return variable.kind == "sym" and any(inner == variable for inner in walk(side))


def _variables(value: ratios.Ratio) -> set[str]:
    """Names of the atoms that are variables, those inside other atoms included."""
    return {
        atom
        for polynomial in value
        for monomial in polynomial
        for atom, _ in monomial
        if atom[0] == "v" or (atom[0] not in "kipql" and "v:" in atom)
    }


def _inequality(node: Node, budget: Budget, form: Read) -> Form:
    relations, sides = node.value, node.parts
    values = [form(side, budget) for side in sides]
    infinite = any(value.kind == "inf" for value in values)
    if any(value.kind not in ("value", "inf") for value in values):
        raise Unreadable("an inequality of things that are no numbers")
    if not infinite and len(values) == 2:
        difference = ratios.add(values[0].value, ratios.negate(values[1].value), budget)
        solved = regions.solved(difference, relations[0], budget)
        if solved is not None:
            return Form("region", solved[1], mark=solved[0])
        relation = relations[0]
        if relation in ("<", "<="):
            difference, relation = ratios.negate(difference), _FLIPPED[relation]
        return Form("inequality", (relation, difference))
    middle = [index for index, side in enumerate(sides) if side.kind == "sym" and side.value not in ("i", "e", "pi")]
    if len(middle) == 1 and len(sides) == 3 and middle[0] == 1 and "!=" not in relations:
        directions = {relation[0] for relation in relations}
        if len(directions) == 1:
            low, high = (0, 2) if directions == {"<"} else (2, 0)
            closed = [relations[0].endswith("="), relations[1].endswith("=")]
            if high == 0:
                closed.reverse()
            ends: list[regions.End] = []
            for side in (values[low], values[high]):
                if side.kind == "inf":
                    ends.append(regions.INFINITY if side.value > 0 else regions.MINUS_INFINITY)
                else:
                    ends.append(regions.Bound(side.value, side.node))
            return Form("region", regions.between(ends[0], ends[1], *closed), mark=sides[1].value)
    if all(relation[0] == ">" for relation in relations):
        relations = tuple(_FLIPPED[relation] for relation in reversed(relations))
        values.reverse()
    return Form("chain", relations, tuple(values))
