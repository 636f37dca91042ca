r"""Random expressions with their values, their spellings, and rewritings that keep the value: an oracle for the engine.

An expression is a nested tuple: `("num", Fraction)`, `("sym", "x")`, `("const", "pi")`, else an operation and its
operands. Nothing here uses the engine: values come from mpmath, spellings and rewritings from the rules below.

- `draw(random, depth, kinds)`: an expression.
- `spell(random, tree)`: one of its spellings in LaTeX.
- `rewritten(random, tree, steps)`: an expression of the same value.
- `changed(random, tree)`: an expression with another leaf.
- `values(tree)`: its values at several points, `None` where it has none.
- `equal`, `differ`: what the values of two expressions say.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import mpmath

Tree = tuple[Any, ...]

DIGITS = 60
POINTS = (
    {"x": "0.7310585786300049", "y": "1.3169578969248167", "n": "2.4142135623730951"},
    {"x": "2.2360679774997897", "y": "-0.6180339887498949", "n": "1.1547005383792515"},
    {"x": "-1.7724538509055160", "y": "3.6055512754639893", "n": "-0.3183098861837907"},
    {"x": "37.699111843077518", "y": "-11.313708498984761", "n": "17.320508075688773"},
)
CONSTANTS = ("pi", "e")
KINDS = {
    "rational": ("add", "sub", "mul", "div", "pow", "neg"),
    "radical": ("add", "sub", "mul", "div", "sqrt", "cbrt", "neg"),
    "complex": ("add", "sub", "mul", "div", "pow", "neg"),
    "trigonometric": ("add", "sub", "mul", "sin", "cos", "tan", "pow"),
    "logarithmic": ("add", "sub", "mul", "ln", "exp", "log2"),
    "whole": ("add", "mul", "abs", "floor", "ceil", "fact", "binom"),
}
"""Operations of each kind of expression."""


def num(value: int | Fraction) -> Tree:
    """A number."""
    return ("num", Fraction(value))


ONE, TWO = num(1), num(2)


def draw(random: Random, depth: int, kind: str) -> Tree:
    """An expression of a kind, of a depth at most."""
    if depth == 0 or random.random() < 0.2:
        return _leaf(random, kind)
    operation = random.choice(KINDS[kind])
    if operation == "pow":
        return ("pow", draw(random, depth - 1, kind), num(random.choice((2, 2, 3, -1, -2))))
    if operation == "fact":
        return ("fact", num(random.randint(0, 7)))
    if operation == "binom":
        top = random.randint(0, 9)
        return ("binom", num(top), num(random.randint(0, top)))
    if operation in ("sqrt", "cbrt", "log2"):
        inside = draw(random, depth - 1, kind) if random.random() < 0.2 else num(random.randint(1, 40))
        return (operation, inside)
    if operation == "ln":
        return ("ln", random.choice((num(random.randint(2, 30)), num(Fraction(random.randint(1, 9), 7)))))
    if operation == "exp":
        return ("exp", draw(random, min(depth - 1, 1), "rational"))
    if operation in ("floor", "ceil"):
        return (operation, num(Fraction(random.randint(-40, 40), random.randint(1, 7))))
    if operation in ("sin", "cos", "tan"):
        return (operation, _angle(random))
    if operation in ("neg", "abs"):
        return (operation, draw(random, depth - 1, kind))
    return (operation, draw(random, depth - 1, kind), draw(random, depth - 1, kind))


def _leaf(random: Random, kind: str) -> Tree:
    chance = random.random()
    if kind == "complex" and chance < 0.4:
        return ("const", "i")
    if kind in ("rational", "trigonometric", "logarithmic") and chance < 0.5:
        return ("sym", random.choice("xyn"))
    if kind != "whole" and chance < 0.6:
        return ("const", random.choice(CONSTANTS))
    if chance < 0.75:
        return num(Fraction(random.randint(-9, 9), random.choice((1, 2, 3, 4, 5, 8))))
    return num(random.randint(-12, 12))


def _angle(random: Random) -> Tree:
    pi = ("const", "pi")
    special = ("mul", num(Fraction(random.randint(-12, 12), random.choice((1, 2, 3, 4, 6, 12)))), pi)
    x = ("sym", random.choice("xy"))
    return random.choice((special, x, ("mul", TWO, x), ("add", x, special), ("add", x, ("sym", "n"))))


# Values.


def values(tree: Tree) -> list[Any]:
    """Values at all points, to 60 digits; `None` where there is none, or where rounding could decide it."""
    with mpmath.workdps(DIGITS + 20):
        return [_at(tree, point) for point in POINTS]


def _at(tree: Tree, point: dict[str, str]) -> Any:
    try:
        value = _value(tree, point)
    except (ArithmeticError, ValueError, OverflowError):
        return None
    return value if abs(value) < mpmath.mpf(10) ** 30 else None


def _value(tree: Tree, point: dict[str, str]) -> Any:
    kind = tree[0]
    if kind == "num":
        return mpmath.mpf(tree[1].numerator) / tree[1].denominator
    if kind == "sym":
        return mpmath.mpf(point[tree[1]])
    if kind == "const":
        return {"pi": +mpmath.pi, "e": +mpmath.e, "i": mpmath.mpc(0, 1)}[tree[1]]
    parts = [_value(part, point) for part in tree[1:]]
    if kind in ("floor", "ceil") and abs(parts[0] - mpmath.nint(parts[0])) < mpmath.mpf(10) ** -30:
        return mpmath.nint(parts[0])
    if kind in ("floor", "ceil", "abs"):
        return {"floor": mpmath.floor, "ceil": mpmath.ceil, "abs": abs}[kind](parts[0])
    if kind in ("div", "pow", "ln", "log2", "tan"):
        # A divisor that is almost 0 is 0, but for rounding.
        tested = {"div": parts[-1], "tan": mpmath.cos(parts[0])}.get(kind, parts[0])
        if abs(tested) < mpmath.mpf(10) ** -30:
            raise ZeroDivisionError
    if kind == "cbrt" and abs(mpmath.im(parts[0])) < mpmath.mpf(10) ** -50 and mpmath.re(parts[0]) < 0:
        return -mpmath.cbrt(-mpmath.re(parts[0]))
    if kind in ("sqrt", "cbrt") and abs(mpmath.im(parts[0])) < mpmath.mpf(10) ** -50:
        parts[0] = mpmath.re(parts[0])  # Which side of the branch cut would be a matter of rounding.
    return _OPERATIONS[kind](*parts)


_OPERATIONS: dict[str, Any] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": lambda a, b: a ** int(b),
    "sqrt": mpmath.sqrt,
    "cbrt": mpmath.cbrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "ln": mpmath.log,
    "log2": lambda a: mpmath.log(a) / mpmath.log(2),
    "exp": mpmath.exp,
    "fact": mpmath.factorial,
    "binom": mpmath.binomial,
}


def equal(first: Tree, second: Tree) -> bool:
    """Whether both have the same values at some points at least, and no others."""
    pairs = list(zip(values(first), values(second), strict=True))
    return all(None not in pair and _near(*pair) for pair in pairs)


def differ(first: Tree, second: Tree) -> bool:
    """Whether the values differ plainly at some point where both have one."""
    pairs = list(zip(values(first), values(second), strict=True))
    return any(None not in pair and not _near(*pair, digits=20) for pair in pairs)


def _near(first: Any, second: Any, digits: int = 45) -> bool:
    return abs(first - second) <= max(1, abs(first), abs(second)) * mpmath.mpf(10) ** -digits


# Spellings.

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)


def spell(random: Random, tree: Tree) -> str:
    """One of the spellings of an expression."""
    return _spelled(random, tree, _SUM)


def _spelled(random: Random, tree: Tree, least: int) -> str:
    text, tightness = _SPELLERS[tree[0]](random, tree)
    if tightness < least:
        left, right = random.choice((("(", ")"), (r"\left(", r"\right)"), (r"\left( ", r" \right)")))
        return f"{left}{text}{right}"
    return text


def _spell_number(random: Random, tree: Tree) -> tuple[str, int]:
    value = tree[1]
    sign = "-" if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    if bottom == 1:
        text = f"{top:,}".replace(",", random.choice(("", "{,}", r"\,")))
        tightness = _ATOM
    else:
        forms = [(rf"\frac{{{top}}}{{{bottom}}}", _PRODUCT), (rf"\dfrac{{{top}}}{{{bottom}}}", _PRODUCT)]
        forms.append((f"{top}/{bottom}", _PRODUCT))
        if top < 10 and bottom < 10:
            forms.append((rf"\frac{top}{bottom}", _PRODUCT))
        if bottom in (2, 4, 5, 8):
            forms.append((f"{float(Fraction(top, bottom))}", _ATOM))
        text, tightness = random.choice(forms)
    return sign + text, (_SUM if sign else tightness)


def _spell_sum(random: Random, tree: Tree) -> tuple[str, int]:
    sign = "+" if tree[0] == "add" else random.choice(("-", "\u2212"))
    space = random.choice(("", " "))
    left = _spelled(random, tree[1], _SUM)
    return f"{left}{space}{sign}{space}{_spelled(random, tree[2], _PRODUCT)}", _SUM


def _spell_product(random: Random, tree: Tree) -> tuple[str, int]:
    left, right = _spelled(random, tree[1], _UNARY), _spelled(random, tree[2], _UNARY)
    sign = random.choice((r"\cdot ", r"\times ", "*", " \u00b7 "))
    if random.random() < 0.4 and right[0] in "(" and left[-1] in ")}":
        sign = ""
    return f"{left}{sign}{right}", _PRODUCT


def _spell_quotient(random: Random, tree: Tree) -> tuple[str, int]:
    if random.random() < 0.7:
        name = random.choice((r"\frac", r"\dfrac", r"\tfrac"))
        return f"{name}{{{spell(random, tree[1])}}}{{{spell(random, tree[2])}}}", _PRODUCT
    return f"{_spelled(random, tree[1], _UNARY)}/{_spelled(random, tree[2], _UNARY)}", _PRODUCT


def _spell_power(random: Random, tree: Tree) -> tuple[str, int]:
    exponent = int(tree[2][1])
    base = _spelled(random, tree[1], _ATOM)
    if 0 <= exponent <= 9 and random.random() < 0.5:
        return f"{base}^{exponent}", _POWER
    return f"{base}^{{{exponent}}}", _POWER


def _spell_root(random: Random, tree: Tree) -> tuple[str, int]:
    inside = spell(random, tree[1])
    if tree[0] == "cbrt":
        return rf"\sqrt[3]{{{inside}}}", _ATOM
    if inside.isdigit() and len(inside) == 1:
        return random.choice((rf"\sqrt{inside}", rf"\sqrt {inside}", rf"\sqrt{{{inside}}}", f"\u221a{inside}")), _ATOM
    return rf"\sqrt{{{inside}}}", _ATOM


def _spell_call(random: Random, tree: Tree) -> tuple[str, int]:
    name = {"log2": r"\log_2", "exp": r"\exp"}.get(tree[0], f"\\{tree[0]}")
    if tree[0] == "exp" and random.random() < 0.7:
        return f"e^{{{spell(random, tree[1])}}}", _POWER
    if tree[1][0] == "sym" and random.random() < 0.5:
        return f"{name} {tree[1][1]}", _PRODUCT
    left, right = random.choice((("(", ")"), (r"\left(", r"\right)"), (" (", " )")))
    return f"{name}{left}{spell(random, tree[1])}{right}", _UNARY


def _spell_binomial(random: Random, tree: Tree) -> tuple[str, int]:
    return rf"\binom{{{spell(random, tree[1])}}}{{{spell(random, tree[2])}}}", _ATOM


def _around(left: str, right: str) -> Any:
    return lambda random, tree: (f"{left}{spell(random, tree[1])}{right}", _ATOM)


_SPELLERS: dict[str, Any] = {
    "num": _spell_number,
    "sym": lambda random, tree: (tree[1], _ATOM),
    "const": lambda random, tree: (
        random.choice(
            {"pi": (r"\pi ", r"{\pi}", "\u03c0"), "e": ("e", r"\mathrm{e}"), "i": ("i", r"\mathrm{i}")}[tree[1]]
        ),
        _ATOM,
    ),
    "add": _spell_sum,
    "sub": _spell_sum,
    "mul": _spell_product,
    "div": _spell_quotient,
    "neg": lambda random, tree: ("-" + _spelled(random, tree[1], _UNARY), _SUM),
    "pow": _spell_power,
    "sqrt": _spell_root,
    "cbrt": _spell_root,
    **dict.fromkeys(("sin", "cos", "tan", "ln", "log2", "exp"), _spell_call),
    "abs": _around(r"\left|", r"\right|"),
    "floor": _around(r"\lfloor ", r"\rfloor "),
    "ceil": _around(r"\lceil ", r"\rceil "),
    "fact": lambda random, tree: (_spelled(random, tree[1], _ATOM) + "!", _POWER),
    "binom": _spell_binomial,
}


# Rewritings.


def rewritten(random: Random, tree: Tree, steps: int) -> Tree:
    """An expression of the same value, by so many steps at random places."""
    for _ in range(steps):
        tree = _somewhere(random, tree, _step)
    return tree


def changed(random: Random, tree: Tree) -> Tree:
    """An expression with one leaf changed."""
    return _somewhere(random, tree, _other_leaf, leaves=True)


def _somewhere(random: Random, tree: Tree, change: Any, *, leaves: bool = False) -> Tree:
    inner = [index for index, part in enumerate(tree) if isinstance(part, tuple)]
    if tree[0] == "pow":
        inner = [1]
    if inner and (leaves or random.random() < 0.7):
        index = random.choice(inner)
        return (*tree[:index], _somewhere(random, tree[index], change, leaves=leaves), *tree[index + 1 :])
    result: Tree = change(random, tree)
    return result


def _other_leaf(random: Random, tree: Tree) -> Tree:
    if tree[0] == "num":
        return num(tree[1] + random.choice((1, -1, 2, 10)) * (1 if tree[1].denominator == 1 else Fraction(1, 7)))
    if tree[0] == "sym":
        return ("sym", random.choice([name for name in "xyn" if name != tree[1]]))
    return num(3) if tree[1] != "i" else ("const", "pi")


def _step(random: Random, tree: Tree) -> Tree:
    options = [option for rule in _RULES for option in [rule(random, tree)] if option is not None]
    return random.choice(options)


def _commute(random: Random, tree: Tree) -> Tree | None:
    return (tree[0], tree[2], tree[1]) if tree[0] in ("add", "mul") else None


def _subtract(random: Random, tree: Tree) -> Tree | None:
    if tree[0] == "sub":
        return ("add", tree[1], ("neg", tree[2]))
    return ("neg", ("neg", tree)) if tree[0] == "add" else None


def _distribute(random: Random, tree: Tree) -> Tree | None:
    if tree[0] == "mul" and tree[2][0] in ("add", "sub"):
        operation, left, right = tree[2]
        return (operation, ("mul", tree[1], left), ("mul", tree[1], right))
    if tree[0] == "div" and tree[1][0] in ("add", "sub"):
        operation, left, right = tree[1]
        return (operation, ("div", left, tree[2]), ("div", right, tree[2]))
    return None


def _common_denominator(random: Random, tree: Tree) -> Tree | None:
    if tree[0] in ("add", "sub") and tree[1][0] == tree[2][0] == "div":
        (_, a, b), (_, c, d) = tree[1:]
        return ("div", (tree[0], ("mul", a, d), ("mul", c, b)), ("mul", b, d))
    return None


def _neutral(random: Random, tree: Tree) -> Tree | None:
    other = num(random.randint(2, 5))
    return random.choice(
        (("div", ("mul", tree, other), other), ("sub", ("add", tree, other), other), ("neg", ("mul", num(-1), tree)))
    )


def _pythagoras(random: Random, tree: Tree) -> Tree | None:
    if tree[0] not in ("sin", "cos"):
        return None
    angle = tree[1]
    return ("mul", tree, ("add", ("pow", ("sin", angle), TWO), ("pow", ("cos", angle), TWO)))


def _number(random: Random, tree: Tree) -> Tree | None:
    if tree[0] != "num":
        return None
    value, other = tree[1], num(random.randint(2, 6))
    options: list[Tree] = [("add", num(value - other[1]), other), ("mul", num(value / other[1]), other)]
    if value.denominator > 1:
        options.append(("div", num(value.numerator * other[1]), num(value.denominator * other[1])))
    if value == 1:
        options.append(("exp", num(0)))
    if value > 0:
        options.append(("sqrt", num(value * value)))
    return random.choice(options)


def _trigonometry(random: Random, tree: Tree) -> Tree | None:
    if tree[0] == "tan":
        return ("div", ("sin", tree[1]), ("cos", tree[1]))
    if tree[0] not in ("sin", "cos"):
        return None
    angle, half = tree[1], ("mul", num(Fraction(1, 2)), tree[1])
    quarter = ("sub", ("mul", num(Fraction(1, 2)), ("const", "pi")), angle)
    if angle[0] == "add":
        (_, a, b), sine = angle, tree[0] == "sin"
        left = ("mul", ("sin" if sine else "cos", a), ("cos", b))
        right = ("mul", ("cos" if sine else "sin", a), ("sin", b))
        return ("add" if sine else "sub", left, right)
    if tree[0] == "sin":
        return random.choice((("cos", quarter), ("mul", TWO, ("mul", ("sin", half), ("cos", half)))))
    return random.choice((("sin", quarter), ("sub", ONE, ("mul", TWO, ("pow", ("sin", half), TWO)))))


def _roots(random: Random, tree: Tree) -> Tree | None:
    if tree[0] != "sqrt" or tree[1][0] != "num" or tree[1][1] <= 0:
        return None
    other = random.randint(2, 5)
    bigger = ("div", ("sqrt", num(tree[1][1] * other * other)), num(other))
    return random.choice((bigger, ("div", tree[1], tree), ("div", tree[1], bigger)))


def _logarithms(random: Random, tree: Tree) -> Tree | None:
    other = random.randint(2, 5)
    if tree[0] == "log2":
        return ("div", ("ln", tree[1]), ("ln", TWO))
    if tree[0] == "ln" and tree[1][0] == "num" and tree[1][1] > 0:
        doubled = ("div", ("ln", num(tree[1][1] ** other)), num(other))
        return random.choice((doubled, ("sub", ("ln", num(tree[1][1] * other)), ("ln", num(other)))))
    return None


def _exponentials(random: Random, tree: Tree) -> Tree | None:
    if tree[0] != "exp":
        return None
    if tree[1][0] in ("add", "sub"):
        return ("mul" if tree[1][0] == "add" else "div", ("exp", tree[1][1]), ("exp", tree[1][2]))
    return ("pow", ("exp", ("mul", num(Fraction(1, 2)), tree[1])), TWO)


def _counting(random: Random, tree: Tree) -> Tree | None:
    if tree[0] == "fact" and tree[1][0] == "num" and tree[1][1] > 0:
        return ("mul", tree[1], ("fact", num(tree[1][1] - 1)))
    if tree[0] == "binom" and tree[1][0] == tree[2][0] == "num":
        return ("binom", tree[1], num(tree[1][1] - tree[2][1]))
    return ("abs", ("neg", tree[1])) if tree[0] == "abs" else None


def _squares(random: Random, tree: Tree) -> Tree | None:
    if tree[0] != "pow" or tree[2] != TWO:
        return None
    if tree[1][0] == "add":
        _, a, b = tree[1]
        return ("add", ("add", ("pow", a, TWO), ("mul", TWO, ("mul", a, b))), ("pow", b, TWO))
    return ("mul", tree[1], tree[1])


_RULES = (
    _commute,
    _subtract,
    _distribute,
    _common_denominator,
    _neutral,
    _pythagoras,
    _number,
    _trigonometry,
    _roots,
    _logarithms,
    _exponentials,
    _counting,
    _squares,
)
