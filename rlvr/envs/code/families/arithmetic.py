"""`arithmetic`: expressions with operators of their own, in an order of precedence of its own."""

from __future__ import annotations

from itertools import pairwise, permutations, product

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_MEANINGS = {
    "difference": "the distance of a and b, |a - b|",
    "greater": "the greater of a and b",
    "next": "a * b + 1",
    "product": "the product of a and b",
    "smaller": "the smaller of a and b",
}


def _rankings(operators: str, right: bool) -> tuple[tuple[str, ...], ...]:
    """All ways to put the operators on at least two levels of precedence, the tightest first.

    From left to right, `-` just above `+` gives what both on one level give, because a + (b - c) = (a + b) - c; from
    right to left so does `+` just above `-`. These are left out.
    """
    found = []
    same = ("+", "-") if right else ("-", "+")
    for ranks in product(range(len(operators)), repeat=len(operators)):
        levels = max(ranks) + 1
        if levels > 1 and len(set(ranks)) == levels:
            names = ["".join(c for c, rank in zip(operators, ranks, strict=True) if rank == at) for at in range(levels)]
            if same not in pairwise(names):
                found.append(tuple(names))
    return tuple(found)


_THREE = [_rankings("+-@", right) for right in (False, True)]
_FOUR = [_rankings("+-@#", right) for right in (False, True)]
_PAIRS = tuple(permutations(sorted(_MEANINGS), 2))


def _draw(stream: Stream, level: int) -> Parameters:
    if level == 1:
        meanings = {"@": stream.choice(sorted(_MEANINGS))}
    else:
        meanings = dict(zip("@#", stream.choice(_PAIRS), strict=True))
    right = bool(stream.below(2))
    return {
        "meanings": meanings,
        "ranking": list(stream.choice((_THREE if level == 1 else _FOUR)[right])),
        "right": right,
        "signs": level == 2,
    }


def _size(level: int) -> int:
    # There are 13 weak orders of three operators and 75 of four; one has a single level, and 2 and 8 are left out.
    return 5 * 10 * 2 if level == 1 else 20 * 66 * 2


def _prompt(parameters: Parameters) -> str:
    meanings = "; ".join(f"`a {name} b` is {_MEANINGS[what]}" for name, what in parameters["meanings"].items())
    levels = ", then ".join(" and ".join(f"`{c}`" for c in level) for level in parameters["ranking"])
    together = (
        " Operators that are named together bind equally tightly."
        if any(len(level) > 1 for level in parameters["ranking"])
        else ""
    )
    text = (
        "Return the value of the expression `text`, an integer. It consists of integers written with decimal digits, "
        f"binary operators, round brackets and blanks. `+` and `-` are as usual; {meanings}. The operators that bind "
        f"most tightly come first in this order: {levels}.{together} Operators that bind equally tightly are applied "
        f"from {'right to left' if parameters['right'] else 'left to right'}. Brackets are as usual. "
    )
    if parameters["signs"]:
        text += (
            "Besides, there are signs: a `-` at the beginning of the expression, after an opening bracket or after "
            "an operator negates the number or bracketed expression that follows it, and binds more tightly "
            "than any operator. A sign never follows a sign. "
        )
    return text + "Blanks may stand anywhere but between the digits of a number. `text` is always well-formed."


def evaluate(text: str, *, meanings: dict[str, str], ranking: list[str], right: bool, signs: bool) -> int:
    """Precedence climbing."""
    import re

    rest = re.findall(r"\d+|[^\d\s]", text)[::-1]
    level = {name: -at for at, names in enumerate(ranking) for name in names}

    def apply(name: str, a: int, b: int) -> int:
        if name == "+":
            return a + b
        if name == "-":
            return a - b
        what = meanings[name]
        if what == "product":
            return a * b
        if what == "next":
            return a * b + 1
        if what == "difference":
            return abs(a - b)
        return max(a, b) if what == "greater" else min(a, b)

    def operand() -> int:
        token = rest.pop()
        if token == "-":
            return -operand()
        if token == "(":
            value = climb(-len(ranking))
            rest.pop()
            return value
        return int(token)

    def climb(lowest: int) -> int:
        value = operand()
        while rest and rest[-1] != ")" and level[rest[-1]] >= lowest:
            name = rest.pop()
            value = apply(name, value, climb(level[name] if right else level[name] + 1))
        return value

    return climb(-len(ranking))


def evaluate_again(text: str, *, meanings: dict[str, str], ranking: list[str], right: bool, signs: bool) -> int:
    """Brackets are replaced by their values from the inside; without any, operators are applied level by level."""
    import re

    names = "+-" + "".join(meanings)
    values: list[int] = []

    def apply(name: str, a: int, b: int) -> int:
        return {
            "+": a + b,
            "-": a - b,
            "product": a * b,
            "next": 1 + b * a,
            "difference": max(a, b) - min(a, b),
            "greater": a if a > b else b,
            "smaller": a if a < b else b,
        }[meanings.get(name, name)]

    def flat(inner: str) -> int:
        """The value of a text without brackets, in which `v3` is the fourth value found so far."""
        parts: list[int | str] = []
        negative = False
        for token in re.findall(r"v?\d+|\S", inner):
            if token in names and (not parts or isinstance(parts[-1], str)):
                negative = True
            elif token in names:
                parts.append(token)
            else:
                value = values[int(token[1:])] if token[0] == "v" else int(token)
                parts.append(-value if negative else value)
                negative = False
        for level in ranking:
            while any(isinstance(part, str) and part in level for part in parts):
                places = [at for at, part in enumerate(parts) if isinstance(part, str) and part in level]
                at = places[-1] if right else places[0]
                a, name, b = parts[at - 1 : at + 2]
                assert isinstance(a, int) and isinstance(name, str) and isinstance(b, int)
                parts[at - 1 : at + 2] = [apply(name, a, b)]
        (result,) = parts
        assert isinstance(result, int)
        return result

    while "(" in text:
        start = text.rindex("(")
        end = text.index(")", start)
        values.append(flat(text[start + 1 : end]))
        text = f"{text[:start]} v{len(values) - 1} {text[end + 1 :]}"
    return flat(text)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    names = "".join(parameters["ranking"])
    signs = parameters["signs"]

    def expression(operands: int, depth: int) -> str:
        text = ""
        for number in range(operands):
            if number:
                text += stream.choice((" {} ", " {} ", "{}")).format(stream.choice(names))
            if signs and stream.below(5) == 0:
                text += "-"
            if depth and stream.below(4) == 0:
                text += f"({expression(stream.integer(1, 3), depth - 1)})"
            else:
                text += str(stream.choice((stream.below(10), stream.below(10), stream.below(40))))
        return text

    return (expression(stream.integer(1, 6), 2),)


def _edges(parameters: Parameters) -> list[Arguments]:
    names = "".join(parameters["ranking"])
    edges = ["7", " ( 12 ) ", "9 - 4 - 2", "3 - 8", "((5) - (1 - 3))", "10-(20-(30-4))"]
    edges += [f"2-(7 {a} 4)" for a in names]
    for a in names:
        edges += [f"7 {a} 2 {b} 5 {a} 3" for b in names if a != b]
    if parameters["signs"]:
        edges += ["-3", "2 - -3", "-(4 - 9) @ -2", "-1 - 1 # -6"]
    return [(edge,) for edge in edges]


ARITHMETIC = Family(
    name="arithmetic",
    topic="parsing",
    levels=("three operators, one of its own kind", "four operators, two of their own kind, and signs"),
    draw=_draw,
    size=_size,
    entry_point="evaluate",
    signature="text: str",
    prompt=_prompt,
    solve=evaluate,
    solve_again=evaluate_again,
    mutants=(
        ("level[name] if right else level[name] + 1", "level[name] + 1 if right else level[name]"),
        ("{name: -at for", "{name: at - len(ranking) + 1 for"),
        ("return a - b", "return b - a"),
        (r"\d+|[^\d\s]", r"\d|[^\d\s]"),
        ("{name: -at for", "{name: 0 for"),
        ("value = climb(-len(ranking))", "value = climb(0)"),
    ),
    inputs=_inputs,
    edges=_edges,
)
