"""From the tree of an answer to its form.

- `form(node, budget)`: the form of a tree.
"""

from __future__ import annotations

from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.evaluation import NotAValue, evaluate
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.equivalence import regions
from rlvr.envs.math.equivalence.relations import relation
from rlvr.envs.math.equivalence.shapes import (
    CONTRADICTION,
    MAX_ELEMENTS,
    Form,
    as_region,
    has_signs,
    region_of,
    with_sign,
)
from rlvr.envs.math.equivalence.words import plain_words
from rlvr.envs.math.reading.tree import Node, Unreadable


def form(node: Node, budget: Budget) -> Form:
    """The form of a tree.

    Raises:
        Unreadable: It has none.
        Undefined: It divides by zero, or the like.
        TooComplicated: It takes too much work, or is too large.
    """
    try:
        return _form(node, budget)
    except NotAValue as error:
        raise Unreadable(f"{error} has no value") from error


def _form(node: Node, budget: Budget) -> Form:
    kind = node.kind
    if kind in _MARKED:
        return _marked(node, budget)
    if kind == "neg" and node.parts[0].kind in _MARKED:  # The sign is the number's: -50% is (-50)%.
        marked = node.parts[0]
        return _marked(marked._replace(parts=(Node("neg", marked.parts),)), budget)
    if kind == "seq":
        return _sequence(node, budget)
    if kind == "rel":
        return relation(node, budget, _form)
    if kind == "set":
        parts = _elements(node.parts, budget)
        known: set[str] = set()
        # In braces an element counts once, however often it stands there.
        return Form("list", None, tuple(part for part in parts if not _seen(part, known)))
    if kind == "group":
        parts = _ordered(node.parts, budget)
        if node.value in ("(]", "[)"):
            return region_of(Form("tuple", None, parts, node.value))
        return Form("tuple", None, parts, node.value)
    if kind in ("union", "meet", "minus"):
        region = as_region(_form(node.parts[0], budget))
        for part in node.parts[1:]:
            other = as_region(_form(part, budget))
            region = regions.combined(kind, region, other)
        return Form("region", region)
    if kind == "matrix":
        if len(node.parts) > MAX_ELEMENTS:
            raise Unreadable(f"more than {MAX_ELEMENTS} entries")
        return Form("matrix", node.value, tuple(_form(part, budget) for part in node.parts))
    if kind == "base":
        digits, base = node.value
        return Form("base", (digits.lstrip("0") or "0", base))
    if kind == "text":
        return Form("text", plain_words(node.value))
    if kind == "empty":
        return Form("empty")
    if kind == "sym" and node.value.startswith("mathbb "):
        return Form("region", regions.EVERYTHING) if node.value == "mathbb R" else Form("text", node.value)
    sign = _infinity(node)
    if sign:
        return Form("inf", sign)
    if has_signs(node):
        return Form("list", None, _elements((node,), budget))
    return Form("value", evaluate(node, budget), node=node)


# Values.

_MARKED = frozenset(("pct", "deg", "money", "unit"))


def _marked(node: Node, budget: Budget) -> Form:
    """A value with a unit; the unit is a mark, not a factor."""
    inner = _form(node.parts[0], budget)
    mark = (node.kind, node.value)
    if inner.kind == "named":
        return inner._replace(parts=(inner.parts[0]._replace(mark=mark),))
    if inner.kind == "list" and all(part.kind == "value" for part in inner.parts):
        return inner._replace(parts=tuple(part._replace(mark=mark) for part in inner.parts))
    if inner.kind != "value" or inner.mark is not None:
        raise Unreadable("a unit after something that is no number")
    return inner._replace(mark=mark)


def _infinity(node: Node) -> int:
    """1 or -1 for an infinity, else 0."""
    if node.kind == "inf":
        return 1
    if node.kind in ("neg", "add") and len(node.parts) == 1:
        return -_infinity(node.parts[0])
    return 0


# Lists.


def _elements(nodes: tuple[Node, ...], budget: Budget) -> tuple[Form, ...]:
    """Forms of elements; one with a plus-minus gives two."""
    if len(nodes) > MAX_ELEMENTS:
        raise Unreadable(f"more than {MAX_ELEMENTS} elements")
    found: list[Form] = []
    for node in nodes:
        if has_signs(node):
            found.extend(_form(with_sign(node, sign), budget) for sign in (1, -1))
        else:
            found.append(_form(node, budget))
    return tuple(found)


def _seen(part: Form, known: set[str]) -> bool:
    """Whether the same plain value came before, as far as its spelling tells."""
    if part.kind != "value" or part.mark is not None:
        return False
    name = ratios.key(part.value)
    if name in known:
        return True
    known.add(name)
    return False


def _ordered(nodes: tuple[Node, ...], budget: Budget) -> tuple[Form, ...]:
    if len(nodes) > MAX_ELEMENTS:
        raise Unreadable(f"more than {MAX_ELEMENTS} elements")
    return tuple(_form(node, budget) for node in nodes)


def _sequence(node: Node, budget: Budget) -> Form:
    parts = _elements(node.parts, budget)
    if any(part.kind == "contradiction" for part in parts):
        return CONTRADICTION
    if all(part.kind == "region" and part.mark is not None for part in parts):
        return _conditions(node, parts)
    names = {part.value for part in parts if part.kind == "named"}
    if len(names) == 1 and (parts[0].kind == "named"):
        # "x = 1 or x = 2", and "n = 1, 2, 3"
        return Form("list", None, tuple(part.parts[0] if part.kind == "named" else part for part in parts))
    shared = parts[-1].mark if parts[-1].kind == "value" else None
    if shared is not None and all(part.kind == "value" and part.mark in (None, shared) for part in parts):
        parts = tuple(part._replace(mark=shared) for part in parts)  # "3 and 5 cm"
    return Form("list", None, parts)


def _conditions(node: Node, parts: tuple[Form, ...]) -> Form:
    """Inequalities of one variable, joined: by "or" to a union, else to what they have in common."""
    names = {part.mark for part in parts}
    if len(names) > 1:
        return Form("list", None, parts)
    region = parts[0].value
    for part in parts[1:]:
        region = regions.combined("union" if node.value == "or" else "meet", region, part.value)
    if region == regions.NOTHING:
        return Form("list", None, parts)  # "x < 1, x > 3" is not whatever else has nothing in common.
    return Form("region", region, mark=parts[0].mark)
