"""Small families with one property each, for tests of what is made of a family."""

from rlvr.envs.code.families.base import Family


def _draw(stream, level):
    return {"k": stream.integer(1, 60)}


def smallest(numbers: list[int], *, k: int) -> list[int]:
    """Changes its argument, as programs do."""
    numbers.sort()
    taken = numbers[:k]
    numbers.clear()
    return taken


def smallest_again(numbers: list[int], *, k: int) -> list[int]:
    import heapq

    return heapq.nsmallest(k, numbers)


def _numbers(stream, parameters):
    return ([stream.integer(-9, 9) for _ in range(stream.integer(0, 9))],)


SMALLEST = Family(
    name="smallest",
    topic="lists",
    levels=("one level",),
    draw=_draw,
    size=lambda level: 60,
    entry_point="smallest",
    signature="numbers: list[int]",
    prompt=lambda parameters: f"Return the {parameters['k']} smallest of `numbers`, sorted.",
    solve=smallest,
    solve_again=smallest_again,
    mutants=(("numbers.sort()", "numbers.reverse()"), ("[:k]", "[: k + 1]")),
    inputs=_numbers,
    edges=lambda parameters: [([],), ([3] * parameters["k"],), (list(range(70, 0, -1)),)],
)


def countdown(n: int, *, k: int) -> list[int]:
    """Calls itself by the name that the entry point has; the é stands before it because columns are bytes in `ast`."""
    _, *rest = ["é", *countdown(n - k, k=k), n] if n > 0 else ["é"]
    return rest


def countdown_again(n: int, *, k: int) -> list[int]:
    return list(range(n, 0, -k))[::-1]


COUNTDOWN = Family(
    name="countdown",
    topic="numbers",
    levels=("one level",),
    draw=_draw,
    size=lambda level: 60,
    entry_point="countdown",
    signature="n: int",
    prompt=lambda parameters: f"Return the positive ones of n, n - {parameters['k']}, ..., smallest first.",
    solve=countdown,
    solve_again=countdown_again,
    mutants=(("n > 0", "n > 1"), (", n]", ", k]")),
    inputs=lambda stream, parameters: (stream.integer(0, 99),),
    edges=lambda parameters: [(0,), (1,), (2 * parameters["k"],)],
)


def shout(text: str, *, k: int) -> str:
    return "".join(line.upper() + "!" * k + "\n" for line in text.splitlines())


def shout_again(text: str, *, k: int) -> str:
    return "".join(f"{line.upper()}{'!' * k}\n" for line in text.split("\n")[:-1])


SHOUT = Family(
    name="shout",
    topic="strings",
    levels=("one level",),
    draw=_draw,
    size=lambda level: 60,
    entry_point="",
    signature="",
    prompt=lambda parameters: f"Write each line in capitals with {parameters['k']} exclamation marks.",
    solve=shout,
    solve_again=shout_again,
    mutants=(("line.upper()", "line"), ('"!" * k', '"!"')),
    inputs=lambda stream, parameters: ("".join(stream.choice("ab\n`") for _ in range(stream.integer(1, 9))) + "\n",),
    edges=lambda parameters: [("",), ("\n",)],
)


def any_order(numbers: list[int], *, k: int) -> list[int]:
    return sorted({number % k for number in numbers})


def any_order_again(numbers: list[int], *, k: int) -> list[int]:
    return [rest for rest in range(k - 1, -1, -1) if any((number - rest) % k == 0 for number in numbers)]


def check(arguments: tuple, output: object, expected: list, *, k: int) -> bool:
    """A checker with the name that its text gets."""
    return type(output) is list and sorted(map(repr, output)) == sorted(map(repr, expected))


ANY_ORDER = Family(
    name="anyorder",
    topic="lists",
    levels=("one level",),
    draw=lambda stream, level: {"k": stream.integer(2, 60)},
    size=lambda level: 59,
    entry_point="remainders",
    signature="numbers: list[int]",
    prompt=lambda parameters: f"Return the different remainders of `numbers` by {parameters['k']}, in any order.",
    solve=any_order,
    solve_again=any_order_again,
    mutants=(("number % k", "number"), ("sorted({number % k for number in numbers})", "[n % k for n in numbers]")),
    inputs=_numbers,
    edges=lambda parameters: [([],), ([-1, parameters["k"] - 1],)],
    checker=check,
    tolerance=1e-6,
)


def is_odd(bit: int, *, k: int) -> bool:
    return bit * k % 2 == 1


FEW_INPUTS = Family(
    name="few",
    topic="numbers",
    levels=("one level",),
    draw=lambda stream, level: {"k": 2 * stream.below(60) + 1},
    size=lambda level: 60,
    entry_point="is_odd",
    signature="bit: int",
    prompt=lambda parameters: f"Return whether {parameters['k']} times `bit` is odd.",
    solve=is_odd,
    solve_again=lambda bit, *, k: bool(bit),
    mutants=(("== 1", "== 0"),),
    inputs=lambda stream, parameters: (stream.below(2),),
    edges=lambda parameters: [(0,), (1,), (1,)],
)

PLANTED = {family.name: family for family in (ANY_ORDER, COUNTDOWN, FEW_INPUTS, SHOUT, SMALLEST)}
