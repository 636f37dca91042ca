r"""Tokens to a tree: a recursive descent over the grammar of answers, of bounded depth.

From loose to tight: what commas, "and" and "or" part; relations; unions of sets; sums and ±; products, written or
implied; signs; powers, factorials, degrees and percent; and what stands alone. `a/bc` is `(a/b)c`, as programs read it.

- `read(text)`: the tree of an answer.
"""

from __future__ import annotations

from fractions import Fraction

from rlvr.envs.math.reading.brackets import bracketed
from rlvr.envs.math.reading.commands import DOTS, FRACTIONS, command, matrix
from rlvr.envs.math.reading.measures import measured
from rlvr.envs.math.reading.tokens import Token, tokenize
from rlvr.envs.math.reading.tree import Node, Unreadable, number, symbol, text

MAX_TREE_DEPTH = 80
"""Levels of a tree; `a/b/c` nests without brackets."""

MAX_DEPTH = 32
"""Brackets, fractions and roots inside each other; deeper answers are not read."""

_SETS = {"cup", "cap", "setminus"}


def read(answer: str) -> Node:
    r"""The tree of an answer.

    Raises:
        Unreadable: It is not mathematics that the reader knows, or is nested too deeply, or too long.

    Example:
        >>> read(r"\frac{1}{2}").kind, read("3, 5 and 7").kind, read("(3, 4]").value
        ('div', 'seq', '(]')
    """
    tree = Parser(tokenize(answer)).whole()
    if depth(tree) > MAX_TREE_DEPTH:
        raise Unreadable(f"operations inside each other, more than {MAX_TREE_DEPTH} deep")
    return tree


def depth(tree: Node) -> int:
    """Levels of a tree; counted level by level, since a chain of operators can nest deeper than Python recurses."""
    levels, nodes = 0, [tree]
    while nodes:
        levels += 1
        nodes = [part for node in nodes for part in node.parts]
    return levels


class Parser:
    """The state of one reading: the tokens, where it stands in them, and how deep."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.bars = 0

    # What the token is, without taking it.

    def kind(self, ahead: int = 0) -> str:
        """Kind of the token that comes, or of one after it."""
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)].kind

    def is_op(self, *values: str) -> bool:
        """Whether one of these operators comes."""
        token = self.tokens[self.at]
        return token.kind == "op" and token.value in values

    def take(self) -> Token:
        """The token that comes; the next one comes after it."""
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def expect_op(self, value: str) -> None:
        """Take an operator that has to come."""
        if not self.is_op(value):
            raise Unreadable(f"{value!r} is missing")
        self.at += 1

    def enter(self) -> None:
        """Count a level of nesting."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"nested more than {MAX_DEPTH} deep")

    # The grammar, from loose to tight.

    def whole(self) -> Node:
        """A whole answer."""
        if self.kind() == "end":
            raise Unreadable("nothing")
        node = self.sequence()
        if self.kind() != "end":
            raise Unreadable(f"{self.tokens[self.at].value!r} in an odd place")
        return node

    def sequence(self) -> Node:
        """`a, b and c`; the value is `or` if some "or" parts them, else `and` or a comma."""
        elements = [self.relation()]
        parted = ","
        while self.kind() == "sep":
            while self.kind() == "sep":
                word = self.take().value.strip(" ,")
                if word in ("or", "and"):
                    parted = word if parted != "or" else "or"
            if self.kind() in ("end", "close"):
                if word in ("or", "and"):
                    raise Unreadable(f"nothing after {word!r}")
                break
            elements.append(self.relation())
        return elements[0] if len(elements) == 1 else Node("seq", tuple(elements), parted)

    def relation(self) -> Node:
        """`a = b <= c`, or a side alone."""
        if self.kind() == "rel" and self.tokens[self.at].value in ("=", "~"):
            self.take()  # "= 5"
        sides = [self.sets()]
        relations = []
        while self.kind() == "rel":
            relations.append(self.take().value)
            sides.append(self.sets())
        return Node("rel", tuple(sides), tuple(relations)) if relations else sides[0]

    def sets(self) -> Node:
        r"""`A \cup B`, or a set alone."""
        node = self.sum()
        while self.is_op(*_SETS):
            kind = {"cup": "union", "cap": "meet", "setminus": "minus"}[self.take().value]
            other = self.sum()
            parts = (*node.parts, other) if node.kind == kind != "minus" else (node, other)
            node = Node(kind, parts)
        return node

    def sum(self) -> Node:
        """`a + b - c`, also with a plus-minus, and what measures it."""
        node = self.signed()
        terms = [node]
        while self.is_op("+", "-", "±", "∓"):
            operator = self.take().value
            right = self.product()
            if operator in "±∓":
                if operator == "±" and any(term.kind in ("pm", "mp") for term in (*terms, right)):
                    raise Unreadable("two plus-minus signs, which may go together or not")
                left = terms[0] if len(terms) == 1 else Node("add", tuple(terms))
                terms = [Node("pm" if operator == "±" else "mp", (left, right))]
            else:
                terms.append(Node("neg", (right,)) if operator == "-" else right)
        node = terms[0] if len(terms) == 1 else Node("add", tuple(terms))
        return measured(self, node)

    def signed(self) -> Node:
        """A product with at most two signs before it."""
        signs = []
        while self.is_op("+", "-", "±", "∓"):
            signs.append(self.take().value)
            if len(signs) > 2:
                raise Unreadable("signs in a row")
        node = self.product()
        for sign in reversed(signs):
            if sign == "-":
                node = Node("neg", (node,))
            elif sign in "±∓":
                node = Node("pm" if sign == "±" else "mp", (node,))
        return node

    def product(self) -> Node:
        """`a * b / c`, also without operators."""
        factors = [self.power()]
        while True:
            if self.is_op("*", "/"):
                operator = self.take().value
                factor = self.signed_power()
                if operator == "/":
                    left = factors[0] if len(factors) == 1 else Node("mul", tuple(factors))
                    factors = [Node("div", (left, factor))]
                else:
                    factors.append(factor)
            elif self.starts_factor():
                factors.append(self.implied(factors))
            else:
                return factors[0] if len(factors) == 1 else Node("mul", tuple(factors))

    def signed_power(self) -> Node:
        """A factor after a written operator may have a sign: `3 * -2`."""
        if self.is_op("-"):
            self.take()
            return Node("neg", (self.power(),))
        if self.is_op("+"):
            self.take()
        return self.power()

    def starts_factor(self) -> bool:
        """Whether a product goes on without an operator."""
        token = self.tokens[self.at]
        if token.kind in ("letter", "cmd", "open", "begin"):
            return token.value not in DOTS and not (token.kind == "cmd" and token.value in ("pmod", "bmod", "mod"))
        if token.kind == "op":
            return token.value == "{" or (token.value == "|" and self.bars == 0)
        return token.kind == "num" and self.at > 0

    def implied(self, factors: list[Node]) -> Node:
        """A factor without an operator before it; with an integer before it, a fraction makes a mixed number."""
        last, before, token = factors[-1], self.tokens[self.at - 1], self.tokens[self.at]
        if token.kind == "num":
            if before.kind == "num" and last.kind == "num":
                return self.mixed_plain(factors)
            if before.kind in ("num", "letter", "base"):
                raise Unreadable("a number right after another")
        whole = last.kind == "num" and isinstance(last.value, int) and before.kind == "num"
        factor = self.power()
        marked = factor.kind in ("pct", "deg")  # 33\frac13\%
        fraction = factor.parts[0] if marked else factor
        if whole and fraction.kind == "div" and all(part.kind == "num" for part in fraction.parts):
            top, bottom = (part.value for part in fraction.parts)
            if token.value in FRACTIONS and isinstance(top, int) and isinstance(bottom, int) and 0 <= top < bottom:
                factors.pop()
                mixed = number(_integral(last.value + Fraction(top, bottom)))
                return Node(factor.kind, (mixed,)) if marked else mixed
        return factor

    def mixed_plain(self, factors: list[Node]) -> Node:
        """`3 1/2`."""
        top = self.take().value
        if self.is_op("/") and self.kind(1) == "num":
            self.take()
            bottom = self.take().value
            whole = factors[-1].value
            if all(isinstance(part, int) for part in (whole, top, bottom)) and 0 <= top < bottom:
                factors.pop()
                return number(_integral(whole + Fraction(top, bottom)))
        raise Unreadable("a number right after another")

    def power(self) -> Node:
        """`a^b`, and what else may follow: `!`, degrees, percent, primes."""
        node = self.primary()
        while True:
            token = self.tokens[self.at]
            if token.kind == "op" and token.value == "^":
                self.take()
                node = Node("pow", (node, self.exponent()))
            elif token.kind == "op" and token.value == "!":
                self.take()
                if self.is_op("!"):
                    self.take()
                    node = Node("call", (node,), "double factorial")
                else:
                    node = Node("fact", (node,))
            elif token.kind == "deg":
                self.take()
                node = Node("deg", (node,))
            elif token.kind == "pct":
                self.take()
                node = Node("pct", (node,))
            elif token.kind == "op" and token.value == "'" and node.kind == "sym":
                self.take()
                node = symbol(node.value + "'")
            else:
                return node

    def exponent(self) -> Node:
        """What follows `^`; without braces a sign and one thing, and a power again: `2^3^4` is `2^(3^4)`."""
        self.enter()
        negative = False
        if self.is_op("-", "+"):
            negative = self.take().value == "-"
        node = self.primary()
        if self.is_op("^"):
            self.take()
            node = Node("pow", (node, self.exponent()))
        self.depth -= 1
        return Node("neg", (node,)) if negative else node

    def primary(self) -> Node:
        """What stands alone: a number, a name, a bracket, a command."""
        token = self.take()
        kind, value = token.kind, token.value
        if kind == "num":
            return number(value)
        if kind == "letter":
            return self.applied(value) or self.subscripted(value)
        if kind == "base":
            return Node("base", (), value)
        if kind == "text":
            return self.words(value)
        self.enter()
        if kind == "cmd":
            node = command(self, value)
        elif kind == "open":
            node = bracketed(self, value)
        elif kind == "op" and value == "{":
            node = self.braced()
        elif kind == "op" and value == "|":
            self.bars += 1
            node = Node("abs", (self.sum(),))
            self.bars -= 1
            self.expect_op("|")
        elif kind == "begin":
            node = matrix(self, value)
        elif kind == "money":
            node = Node("money", (self.power(),), value)
        else:
            raise Unreadable(f"{value!r} in an odd place" if value else "something is missing")
        self.depth -= 1
        return node

    def applied(self, name: str) -> Node | None:
        """`f(x + 1)`, and `P(2)` or `p(x)` of letters that may also be variables; `None` where it is a product."""
        if name not in "fghFGHPQpq" or self.kind() != "open" or self.tokens[self.at].value != "(":
            return None
        if name not in "fgh" and not (self.kind(1) in ("num", "letter") and self.kind(2) == "close"):
            return None
        self.enter()
        argument = self.primary()
        self.depth -= 1
        arguments = argument.parts if argument.kind == "group" else (argument,)
        return Node("call", arguments, name)

    def subscripted(self, name: str) -> Node:
        """A name with its subscript."""
        if not self.is_op("_"):
            return symbol(name)
        self.take()
        if self.is_op("{"):
            self.take()
            inside = []
            while not self.is_op("}"):
                token = self.take()
                if token.kind not in ("num", "letter", "text", "sep", "cmd") and token.value not in ("+", "-"):
                    raise Unreadable("a subscript")
                inside.append(str(token.value))
            self.take()
            return symbol(f"{name}_{''.join(inside)}")
        token = self.take()
        if token.kind not in ("num", "letter"):
            raise Unreadable("a subscript")
        return symbol(f"{name}_{token.value}")

    def words(self, first: str) -> Node:
        r"""Words where mathematics might begin: an answer of words, or a name such as `\text{Area} = 5`."""
        words = [first]
        while self.kind() in ("text", "letter"):
            words.append(str(self.take().value))
        return text(" ".join(words))

    def braced(self) -> Node:
        """`{...}` groups; with commas inside it is a set, as in `{1, 2}`."""
        bars, self.bars = self.bars, 0
        node = self.sequence()
        self.bars = bars
        self.expect_op("}")
        return Node("set", node.parts) if node.kind == "seq" else node

    def argument(self) -> Node:
        """An argument of a command: a braced one, or one digit, letter or command."""
        if self.is_op("{"):
            self.take()
            self.enter()
            node = self.braced()
            self.depth -= 1
            return node
        token = self.tokens[self.at]
        if token.kind == "num":
            return number(self.digit())
        if token.kind in ("letter", "cmd", "open"):
            return self.primary()
        raise Unreadable("an argument is missing")

    def digit(self) -> int:
        r"""The first digit of a number; the rest of it stays: `\frac12` is a half."""
        value = self.tokens[self.at].value
        digits = str(value) if isinstance(value, int) else ""
        if not digits:
            raise Unreadable("a decimal number as an argument without braces")
        if len(digits) == 1:
            self.take()
        else:
            self.tokens[self.at] = Token("num", int(digits[1:]))
            if digits[1] == "0" and len(digits) > 2:
                raise Unreadable("digits after an argument without braces")
        return int(digits[0])


def _integral(value: int | Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
