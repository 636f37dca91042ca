"""The form of an answer: what it is as a whole.

- `Form`: a value with its unit, a list, a tuple, a set of reals, an equation, and so on.
- `CONTRADICTION`: the form of `7 = 42`.
- `interval(pair)`, `as_region(form)`: the set of reals that a form may be.
- `has_signs(tree)`, `with_sign(tree, sign)`: plus-minus, and what it stands for.

| kind | value | parts | mark |
|---|---|---|---|
| `value` | a `Ratio`; the tree is kept too | | `None`, or `("pct", None)`, `("money", currency)` and the like |
| `inf` | 1 or -1 | | |
| `named` | the name before the equals sign | the rest | |
| `list` | | its elements, in no order | |
| `tuple` | | its elements | the brackets |
| `region` | a `Region` | | the variable, or `None` |
| `equation` | the polynomial that is 0 | | |
| `inequality` | `(the relation, a Ratio)`: the ratio is greater than 0, or not less | | |
| `chain` | the relations | the sides | |
| `matrix` | number of columns | the entries | |
| `base` | `(digits, base)` | | |
| `text` | the words | | |
| `empty` | | | |
| `contradiction` | | | |
"""

from __future__ import annotations

from typing import Any, NamedTuple

from rlvr.envs.math.equivalence import regions
from rlvr.envs.math.reading.tree import Node, Unreadable, walk

MAX_ELEMENTS = 100
"""Longer lists are not compared."""


class Form(NamedTuple):
    """What an answer is as a whole; see the module for the kinds."""

    kind: str
    value: Any = None
    parts: tuple[Form, ...] = ()
    mark: Any = None
    node: Node | None = None
    """The tree behind a value, for the stages that work on trees."""


CONTRADICTION = Form("contradiction")


def has_signs(node: Node) -> bool:
    """Whether a plus-minus stands in it."""
    return any(inner.kind in ("pm", "mp") for inner in walk(node))


def with_sign(node: Node, sign: int) -> Node:
    """The tree with every plus-minus replaced by one of its signs, and every minus-plus by the other."""
    parts = tuple(with_sign(part, sign) for part in node.parts)
    if node.kind not in ("pm", "mp"):
        return node._replace(parts=parts)
    minus = (sign < 0) == (node.kind == "pm")
    last = Node("neg", (parts[-1],)) if minus else parts[-1]
    return last if len(parts) == 1 else Node("add", (parts[0], last))


def as_region(inner: Form) -> regions.Region:
    """What stands beside a union sign."""
    if inner.kind == "region":
        region: regions.Region = inner.value
        return region
    if inner.kind == "empty":
        return regions.NOTHING
    if inner.kind == "list":
        if not all(part.kind == "value" and part.mark is None for part in inner.parts):
            raise Unreadable("a union of things that are no sets")
        return regions.points([regions.Bound(part.value, part.node) for part in inner.parts])
    if inner.kind == "tuple":
        region = region_of(inner).value
        return region
    raise Unreadable("a union of things that are no sets")


def region_of(pair: Form) -> Form:
    """The interval that a pair in brackets is."""
    region = interval(pair)
    if region is None:
        raise Unreadable("brackets that do not match, around no interval")
    return Form("region", region)


def interval(pair: Form) -> regions.Region | None:
    """The interval that a tuple may be, or `None`."""
    if len(pair.parts) != 2 or pair.mark not in ("()", "(]", "[)", "[]"):
        return None
    ends: list[regions.End] = []
    for part in pair.parts:
        if part.kind == "inf":
            ends.append(regions.INFINITY if part.value > 0 else regions.MINUS_INFINITY)
        elif part.kind == "value" and part.mark is None:
            ends.append(regions.Bound(part.value, part.node))
        else:
            return None
    return regions.between(ends[0], ends[1], pair.mark[0] == "[", pair.mark[1] == "]")
