r"""What follows a command: fractions, roots, functions, sums, and environments such as matrices.

- `command(parser, name)`: the node that a command begins.
- `matrix(parser, environment)`: the node of an environment.
- `FRACTIONS`, `DOTS`: commands that the grammar looks at itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rlvr.envs.math.reading.brackets import closed
from rlvr.envs.math.reading.tree import Node, Unreadable, number, symbol
from rlvr.envs.math.reading.words import FUNCTIONS, INVERSES, SYMBOLS

if TYPE_CHECKING:
    from rlvr.envs.math.reading.parser import Parser

FRACTIONS = {"frac", "dfrac", "tfrac", "cfrac", "sfrac", "nicefrac"}
DOTS = {"dots", "ldots", "cdots", "vdots", "ddots", "dotsc", "dotsb"}
_BINOMIALS = {"binom", "dbinom", "tbinom"}
_MATRICES = {"pmatrix", "bmatrix", "matrix", "smallmatrix", "Bmatrix", "array"}
_ACCENTS = {"overline", "bar", "hat", "widehat", "vec", "overrightarrow", "tilde", "widetilde", "underline"}
_BIG = {"sum", "prod"}


def matrix(parser: Parser, environment: str) -> Node:
    r"""What stands between `\\begin{environment}` and its end."""
    if environment == "array" and parser.is_op("{"):
        while not parser.is_op("}"):
            if parser.take().kind == "end":
                raise Unreadable("an array without columns")
        parser.take()
    elif environment not in _MATRICES:
        raise Unreadable(f"the environment {environment!r}")
    rows: list[list[Node]] = [[]]
    while parser.kind() != "end":
        if parser.tokens[parser.at][:2] == ("end", environment):
            break
        if parser.is_op("\\\\"):
            parser.take()
            rows.append([])
        elif parser.is_op("&"):
            parser.take()
        else:
            rows[-1].append(parser.relation())
    token = parser.tokens[parser.at]
    if token.value != environment:
        raise Unreadable("an environment is not closed")
    parser.at += 1
    if not rows[-1]:
        rows.pop()
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        raise Unreadable("rows of different lengths")
    return Node("matrix", tuple(entry for row in rows for entry in row), len(rows[0]))


def command(parser: Parser, name: str) -> Node:
    """What a command or the name of a function begins."""
    if name in FUNCTIONS and name != "sqrt":
        return _function(parser, FUNCTIONS[name])
    if name in FRACTIONS:
        return Node("div", (parser.argument(), parser.argument()))
    if name == "sqrt":
        degree = number(2)
        if parser.kind() == "open" and parser.tokens[parser.at].value == "[":
            parser.take()
            degree = parser.sum()
            closed(parser, "]")
        radicand = parser.primary() if parser.kind() == "num" else parser.argument()
        return Node("root", (degree, radicand))
    if name in _BINOMIALS:
        return Node("call", (parser.argument(), parser.argument()), "binom")
    if name == "infty":
        return Node("inf")
    if name in ("emptyset", "varnothing"):
        return Node("empty")
    if name in _ACCENTS:
        inside = parser.argument()
        if inside.kind == "sym":
            return symbol(f"{name} {inside.value}")
        if inside.kind == "mul" and all(part.kind == "sym" for part in inside.parts):
            return symbol(f"{name} {''.join(part.value for part in inside.parts)}")
        raise Unreadable(f"\\{name}")
    if name in ("angle", "triangle"):
        names = []
        while parser.kind() == "letter":
            names.append(parser.take().value)
        return symbol(f"{name} {''.join(names)}")
    if name in _BIG:
        return _big(parser, name)
    if name in SYMBOLS:
        return parser.subscripted(SYMBOLS[name])
    if name.startswith("mathbb "):
        return symbol(name)
    raise Unreadable(f"\\{name}")


def _function(parser: Parser, name: str) -> Node:
    power: Node | None = None
    parts: list[Node] = []
    if parser.is_op("_"):
        parser.take()
        parts.append(parser.argument())
    if parser.is_op("^"):
        parser.take()
        power = parser.exponent()
    if power is not None and power == Node("neg", (number(1),)) and name in INVERSES:
        name, power = INVERSES[name], None
    if parser.is_op("|") and parser.bars == 0:
        argument = parser.primary()
    elif parser.kind() == "open":
        argument = parser.primary()
        if argument.kind == "group" and argument.value == "()":
            parts.extend(argument.parts[:-1])
            argument = argument.parts[-1]
    else:
        argument = _bare_argument(parser)
    parts.append(argument)
    if name == "abs":
        node = Node("abs", (argument,))
    else:
        node = Node("call", tuple(parts), name)
    return Node("pow", (node, power)) if power is not None else node


def _bare_argument(parser: Parser) -> Node:
    r"""`\sin 2x`: the factors up to the next function, operator or bracket."""
    factors: list[Node] = []
    if parser.is_op("-"):
        parser.take()
        if parser.is_op("-"):
            raise Unreadable("signs in a row")
        return Node("neg", (_bare_argument(parser),))
    while parser.kind() in ("num", "letter", "cmd") or parser.is_op("{"):
        token = parser.tokens[parser.at]
        if token.kind == "cmd" and token.value in FUNCTIONS and (factors or token.value != "sqrt"):
            break
        if token.kind == "num" and factors:
            break
        factors.append(parser.power())
    while parser.is_op("/") and parser.kind(1) in ("num", "letter") and factors:
        parser.take()
        left = factors[0] if len(factors) == 1 else Node("mul", tuple(factors))
        factors = [Node("div", (left, parser.power()))]
    if not factors:
        raise Unreadable("a function without an argument")
    return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))


def _big(parser: Parser, name: str) -> Node:
    """A sum or a product with its bounds."""
    lower: Node | None = None
    upper: Node | None = None
    for _ in range(2):
        if parser.is_op("_") and lower is None:
            parser.take()
            lower = parser.argument()
        elif parser.is_op("^") and upper is None:
            parser.take()
            upper = parser.argument() if parser.is_op("{") else parser.exponent()
    if lower is None or upper is None or lower.kind != "rel" or lower.value != ("=",):
        raise Unreadable(f"\\{name} without bounds")
    if lower.parts[0].kind != "sym":
        raise Unreadable(f"\\{name} without a variable")
    return Node("big", (parser.product(), lower.parts[1], upper), (name, lower.parts[0].value))
