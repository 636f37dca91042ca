"""Brackets: groups, tuples, intervals, sets, absolute values.

- `bracketed(parser, opener)`: the node that an opening bracket begins.
- `closed(parser, value)`: take a closing bracket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlvr.envs.math.reading.tree import Node, Unreadable, symbol

if TYPE_CHECKING:
    from rlvr.envs.math.reading.parser import Parser

_INTERVALS = {("(", ")"): "()", ("(", "]"): "(]", ("[", ")"): "[)", ("[", "]"): "[]"}

# Relations before the condition of a set, whose element is a name: `{x : ...}`, `{x in R : ...}`.
_ELEMENT = ((":",), ("|",), ("in", ":"), ("in", "|"))


def bracketed(parser: Parser, opener: str) -> Node:
    """What an opening bracket begins; bars inside are not those outside."""
    bars, parser.bars = parser.bars, 0
    node = _inside(parser, opener)
    parser.bars = bars
    return node


def _inside(parser: Parser, opener: str) -> Node:
    """A group, a set, an interval, a value between bars: by the brackets and what stands in them."""
    if opener == "{" and parser.kind() == "close":
        closed(parser, "}")
        return Node("empty")
    inside = parser.sequence()
    if opener == "{":
        if inside.kind == "rel" and (cut := _such_that(inside.value)):
            closed(parser, "}")  # {x : x > 3}, {x in R | x > 3}
            every = inside.parts[1] if inside.value[0] == "in" else symbol("mathbb R")
            if inside.parts[0].kind != "sym" or inside.value[:cut] not in _ELEMENT or every != symbol("mathbb R"):
                raise Unreadable("a set of what its condition does not name")  # {x^2 : x > 3}, {41 : x = 42}
            return Node("rel", inside.parts[cut:], inside.value[cut:])
        if parser.is_op("|"):
            parser.take()
            condition = parser.sequence()
            closed(parser, "}")
            if inside.kind != "sym":
                raise Unreadable("a set of what its condition does not name")
            return condition
        closed(parser, "}")
        return Node("set", inside.parts if inside.kind == "seq" else (inside,))
    if opener == "<":
        closed(parser, ">")
        return Node("group", inside.parts if inside.kind == "seq" else (inside,), "<>")
    if opener == "|<":
        closed(parser, ">|")
        return Node("abs", (inside,))
    if opener in ("floor", "ceil"):
        closed(parser, opener)
        return Node("call", (inside,), opener)
    token = parser.take()
    brackets = _INTERVALS.get((opener, token.value)) if token.kind == "close" else None
    if brackets is None:
        raise Unreadable("a bracket is not closed")
    if inside.kind == "seq":
        return Node("group", inside.parts, brackets)
    if brackets in ("()", "[]"):
        return inside
    raise Unreadable("brackets that do not match")


def closed(parser: Parser, value: str) -> None:
    """Take a closing bracket, which has to come."""
    token = parser.take()
    if token.kind != "close" or token.value != value:
        raise Unreadable("a bracket is not closed")


def _such_that(relations: tuple[str, ...]) -> int:
    """Where the condition of a set begins, if something comes after ":" or "|"; else 0."""
    for index, relation in enumerate(relations[:-1]):
        if relation in (":", "|"):
            return index + 1
    return 0
