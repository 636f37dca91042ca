"""What the tree of an answer is made of.

- `Node`: one node: its kind, its children, and a value where it has one.
- `number`, `symbol`, `text`: short ways to make leaves.
- `Unreadable`: a text is not mathematics that the reader knows.
- `walk(node)`: all nodes, the node itself first.

| kind | parts | value |
|---|---|---|
| `num` | | `int` or `Fraction`, as it was written out |
| `sym` | | the name of a variable or constant, such as `x`, `x_1`, `pi` |
| `text` | | words |
| `inf`, `empty` | | infinity; the empty set |
| `add`, `mul` | two or more | |
| `neg`, `fact`, `abs`, `deg`, `pct` | one | |
| `div`, `pow` | two | |
| `root` | degree, radicand | |
| `call` | arguments | the function's name |
| `big` | body, lower bound, upper bound | `(name, variable)` of a sum or a product |
| `pm`, `mp` | left and right, or right alone | |
| `rel` | two or more sides | the relations between them, a tuple |
| `seq` | two or more | what commas, "and" or "or" part |
| `group` | the elements | the brackets, such as `()` or `[)` |
| `set` | the elements | |
| `union`, `meet`, `minus` | two or more sets | |
| `matrix` | the entries, row by row | number of columns |
| `base` | | `(digits, base)` |
| `unit` | one | the unit, in canonical spelling |
| `money` | one | the currency |
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple


class Unreadable(ValueError):
    """The text is not mathematics that the reader knows; it can still be compared as a text."""


class Node(NamedTuple):
    """A node of an answer's tree; see the module for the kinds."""

    kind: str
    parts: tuple[Node, ...] = ()
    value: Any = None


def number(value: int | Fraction) -> Node:
    """A number that was written out."""
    return Node("num", (), value)


def symbol(name: str) -> Node:
    """A variable or a named constant."""
    return Node("sym", (), name)


def text(words: str) -> Node:
    """Words."""
    return Node("text", (), words)


def walk(node: Node) -> Iterator[Node]:
    """All nodes of a tree, each before its children; depth is bounded by the reader."""
    yield node
    for part in node.parts:
        yield from walk(part)
