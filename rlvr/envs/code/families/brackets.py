"""`brackets`: nesting checked for kinds of brackets, a greatest depth, and an order of kinds."""

from __future__ import annotations

from itertools import combinations, permutations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_KINDS = ("()", "<>", "[]", "{}")
_SETS = tuple("".join(kinds) for n in (2, 3, 4) for kinds in combinations(_KINDS, n))
_ORDERED = tuple("".join(kinds) for n in (2, 3, 4) for kinds in permutations(_KINDS, n))


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "kinds": stream.choice(_SETS if level == 1 else _ORDERED),
        "others": stream.choice(("skip", "wrong")),
        "limit": stream.integer(2, 4),
        "ranked": level == 2,
        "report": "depth" if level == 1 else stream.choice(("innermost", "outermost")),
    }


def _size(level: int) -> int:
    return 11 * 2 * 3 if level == 1 else 60 * 2 * 3 * 2


def _prompt(parameters: Parameters) -> str:
    kinds, limit, report = parameters["kinds"], parameters["limit"], parameters["report"]
    pairs = [f"`{kinds[i : i + 2]}`" for i in range(0, len(kinds), 2)]
    listed = ", ".join(pairs[:-1]) + " and " + pairs[-1]
    if parameters["others"] == "skip":
        others = "All other characters, other brackets too, have no meaning and are skipped."
    else:
        others = "Any other character is wrong, other brackets too."
    text = (
        f"Go through `text` from left to right. The brackets are {listed}. {others} A closing bracket closes the "
        "innermost bracket that is open; it is wrong if none is open or if that one is of another kind. An opening "
        f"bracket is wrong if {limit} brackets are open already. "
    )
    if parameters["ranked"]:
        text += (
            "It is wrong too if the innermost open bracket is of a kind that comes later than its own in this order: "
            f"{', '.join(pairs)}. "
        )
    if report == "depth":
        return (
            f"{text}If any character is wrong or a bracket stays open at the end, return -1; otherwise return the "
            "greatest number of brackets that are open at the same time, 0 if there are none."
        )
    return (
        f"{text}If any character is wrong, return the index of the first such. Otherwise, if brackets stay open at "
        f"the end, return the index of the {report} of these. Otherwise return -1. Indices begin at 0."
    )


def check_brackets(text: str, *, kinds: str, others: str, limit: int, ranked: bool, report: str) -> int:
    """A stack of the open brackets with their places."""
    open_brackets: list[tuple[int, int]] = []
    deepest = 0
    for at, character in enumerate(text):
        if character not in kinds:
            wrong = others == "wrong"
        else:
            kind, closing = divmod(kinds.index(character), 2)
            if closing:
                wrong = not open_brackets or open_brackets[-1][0] != kind
                if not wrong:
                    open_brackets.pop()
            else:
                wrong = len(open_brackets) >= limit
                if ranked and open_brackets and open_brackets[-1][0] > kind:
                    wrong = True
                open_brackets.append((kind, at))
                deepest = max(deepest, len(open_brackets))
        if wrong:
            return -1 if report == "depth" else at
    if open_brackets:
        return -1 if report == "depth" else open_brackets[0 if report == "outermost" else -1][1]
    return deepest if report == "depth" else -1


def check_brackets_again(text: str, *, kinds: str, others: str, limit: int, ranked: bool, report: str) -> int:
    """Pairs with nothing between them are taken out of each beginning of the text until none is left."""
    pairs = [kinds[i : i + 2] for i in range(0, len(kinds), 2)]
    deepest = 0
    left: list[int] = []
    for end in range(1, len(text) + 1):
        left = [at for at in range(end) if text[at] in kinds]
        skipped = end - len(left)
        at = 0
        while at + 1 < len(left):
            if text[left[at]] + text[left[at + 1]] in pairs:
                del left[at : at + 2]
                at = 0
            else:
                at += 1
        numbers = [kinds.index(text[at]) for at in left]
        fine = len(numbers) <= limit and all(number % 2 == 0 for number in numbers)
        if (skipped and others == "wrong") or not fine or (ranked and numbers != sorted(numbers)):
            return -1 if report == "depth" else end - 1
        deepest = max(deepest, len(left))
    if report == "depth":
        return -1 if left else deepest
    if not left:
        return -1
    return min(left) if report == "outermost" else max(left)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    kinds, limit, ranked = parameters["kinds"], parameters["limit"], parameters["ranked"]
    noise = "".join(sorted(set("()<>[]{}") - set(kinds))) + "ab, "
    noisy = stream.below(4) if parameters["others"] == "skip" else stream.below(8) // 7
    text = ""
    stack: list[int] = []
    for _ in range(stream.integer(0, 14)):
        if noisy and stream.below(5) < noisy:
            text += stream.choice(noise)
        elif stack and (stream.below(2) or len(stack) >= limit):
            text += kinds[stack.pop() + 1]
        else:
            least = stack[-1] // 2 if ranked and stack else 0
            stack.append(2 * stream.integer(least, len(kinds) // 2 - 1))
            text += kinds[stack[-1]]
    if stream.below(3):
        text += "".join(kinds[kind + 1] for kind in reversed(stack))
    if text and stream.below(3) == 0:  # One mistake.
        at = stream.below(len(text))
        text = text[:at] + stream.choice(kinds) + text[at + stream.below(2) :]
    return (text,)


def _edges(parameters: Parameters) -> list[Arguments]:
    kinds, limit = parameters["kinds"], parameters["limit"]
    a, b = kinds[:2], kinds[2:4]
    nested = a[0] * limit + a[1] * limit
    return [
        ("",),
        (a,),
        (a[1],),
        (a[0],),
        (nested,),
        (a[0] + nested + a[1],),
        (a[0] + b + a[1],),
        (b[0] + a + b[1],),
        (a[0] + b[1],),
        (a[0] + b[0] + a[1] + b[1],),
        (a[0] + b[0] + a[1] + a[1],),
        (a + a[0] + b[0],),
        (f"{a} {b}x",),
        (a + b + a[0] + b,),
    ]


BRACKETS = Family(
    name="brackets",
    topic="parsing",
    levels=("the depth of nested brackets", "the place of the first mistake, and an order of kinds"),
    draw=_draw,
    size=_size,
    entry_point="check_brackets",
    signature="text: str",
    prompt=_prompt,
    solve=check_brackets,
    solve_again=check_brackets_again,
    mutants=(
        ("len(open_brackets) >= limit", "len(open_brackets) > limit"),
        ("not open_brackets or open_brackets[-1][0] != kind", "not open_brackets"),
        ('wrong = others == "wrong"', 'wrong = others != "wrong"'),
        ("    if open_brackets:\n", "    if len(open_brackets) > 1:\n"),
        ("open_brackets[-1][0] != kind", "kind not in [one for one, _ in open_brackets]"),
    ),
    inputs=_inputs,
    edges=_edges,
)
