"""What follows a number: a unit, a currency, a percent sign in words, or "million".

- `measured(parser, node)`: the node with what follows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlvr.envs.math.reading.tree import Node, Unreadable, number
from rlvr.envs.math.reading.words import CURRENCIES, MULTIPLIERS, unit

if TYPE_CHECKING:
    from rlvr.envs.math.reading.parser import Parser


def measured(parser: Parser, node: Node) -> Node:
    """What a unit, a currency or a multiplier follows."""
    if parser.kind() == "money":
        return Node("money", (node,), parser.take().value)
    if parser.kind() != "text" or node.kind == "text":
        return node
    words: list[str] = []
    while True:
        token, following = parser.tokens[parser.at], parser.kind(1)
        if token.kind == "text":
            words.append(token.value)
        elif token.kind == "op" and token.value in "/*" and following in ("text", "letter"):
            words.append(token.value)
        elif token.kind == "letter" and words and words[-1] in "/*":
            words.append(token.value)
        elif token.kind == "op" and token.value == "^" and words:
            parser.take()
            words[-1] += f"^{_exponent(parser)}"
            continue
        elif token.kind != "deg":
            break
        parser.take()
    spelled = " ".join(words)
    first, _, rest = spelled.partition(" ")
    if first.lower().rstrip("s") in MULTIPLIERS:
        many = number(MULTIPLIERS[first.lower().rstrip("s")])
        if node.kind == "money":  # "$3 million"
            node = Node("money", (Node("mul", (node.parts[0], many), "multiplier"),), node.value)
        else:
            node = Node("mul", (node, many), "multiplier")
        if not rest.strip():
            return node
        spelled = rest
    name = unit(spelled)
    if name is None:
        raise Unreadable(f"{spelled!r} after a number")
    if name == "pct":
        return Node("pct", (node,))
    if name == "deg":
        return Node("deg", (node,))
    if name in CURRENCIES.values():
        return Node("money", (node,), name)
    return Node("unit", (node,), name)


def _exponent(parser: Parser) -> int:
    """The whole number that a unit is raised to."""
    braced = parser.is_op("{")
    if braced:
        parser.take()
    negative = parser.is_op("-")
    if negative:
        parser.take()
    token = parser.take()
    if token.kind != "num" or not isinstance(token.value, int) or token.value > 9:
        raise Unreadable("a unit to an odd power")
    if braced:
        parser.expect_op("}")
    return -token.value if negative else token.value
