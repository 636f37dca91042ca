"""`rounding`: numbers read from standard input, rounded to evenly spaced marks under a tie rule."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_STEPS = (5, 8, 10, 12, 20, 25, 40, 50)
_TIES = {
    "up": "take the greater one",
    "down": "take the smaller one",
    "away": "take the greater one if the number is positive or 0, the smaller one if it is negative",
    "towards": "take the smaller one if the number is positive or 0, the greater one if it is negative",
    "even": "take the one with an even `k`",
    "odd": "take the one with an odd `k`",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "step": 2 * stream.integer(2, 21) if level == 1 else stream.choice(_STEPS),
        "offset": 0 if level == 1 else stream.integer(1, 4),
        "tie": stream.choice(sorted(_TIES)),
        "decimals": 0 if level == 1 else 2,
    }


def _size(level: int) -> int:
    return 20 * 6 if level == 1 else len(_STEPS) * 4 * 6


def _prompt(parameters: Parameters) -> str:
    step, offset, tie = parameters["step"], parameters["offset"], _TIES[parameters["tie"]]
    if not parameters["decimals"]:
        return (
            "Standard input holds integers, one a line; it may be empty. Round each to the nearest mark; the marks are "
            f"the multiples `{step} * k`, for all integers `k`, negative ones too. If two marks are equally near, "
            f"{tie}. Write the rounded integers to standard output, one a line, in the order of the input."
        )
    return (
        "Standard input holds decimal numbers with at most three digits behind the point, one a line; it may be empty. "
        f"Round each exactly to the nearest mark; the marks are `{offset / 100:.2f} + {step / 100:.2f} * k`, for all "
        f"integers `k`, negative ones too. If two marks are equally near, {tie}. Write the rounded numbers to standard "
        "output, one a line, in the order of the input, and then a line `total X`, where X is the sum of the rounded "
        "numbers (0.00 if there are none). Write every number with two digits behind the point and at least one before "
        "it, a negative one with `-` in front; zero is `0.00`."
    )


def round_all(text: str, *, step: int, offset: int, tie: str, decimals: int) -> str:
    """In integers: thousandths, and how many of them are left over below the number."""
    from decimal import Decimal

    def shown(number: int) -> str:
        if not decimals:
            return str(number)
        return f"{'-' if number < 0 else ''}{abs(number) // 100}.{abs(number) % 100:02d}"

    unit = 10 ** (3 - decimals)
    size = step * unit
    lines = []
    total = 0
    for token in text.split():
        number = int(Decimal(token) * 1000)
        k, rest = divmod(number - offset * unit, size)
        rules = {
            "up": True,
            "down": False,
            "away": number >= 0,
            "towards": number < 0,
            "even": k % 2 == 1,
            "odd": k % 2 == 0,
        }
        if 2 * rest > size or (2 * rest == size and rules[tie]):
            k += 1
        total += offset + step * k
        lines.append(shown(offset + step * k))
    if decimals:
        lines.append("total " + shown(total))
    return "".join(line + "\n" for line in lines)


def round_all_again(text: str, *, step: int, offset: int, tie: str, decimals: int) -> str:
    """In fractions: the nearest of the marks around the number, by a key that ends with the tie rule."""
    from fractions import Fraction

    scale = 10**decimals
    rounded: list[Fraction] = []
    for line in text.splitlines():
        number = Fraction(line.strip())
        guess = int((number * scale - offset) / step)

        def key(k: int, number: Fraction = number) -> tuple[Fraction, int]:
            distance = abs(Fraction(offset + k * step, scale) - number)
            upwards = tie == "up" or (tie == "away" and number >= 0) or (tie == "towards" and number < 0)
            if tie in ("even", "odd"):
                return distance, (k + (tie == "odd")) % 2
            return distance, -k if upwards else k

        k = min(range(guess - 2, guess + 3), key=key)
        rounded.append(Fraction(offset + k * step, scale))
    if not decimals:
        return "".join(f"{int(value)}\n" for value in rounded)
    written = []
    for value in (*rounded, sum(rounded, Fraction(0))):
        cents = str(abs(int(value * 100))).zfill(3)
        written.append(("-" if value < 0 else "") + cents[:-2] + "." + cents[-2:])
    return "\n".join((*written[:-1], f"total {written[-1]}", ""))


def _written(thousandths: int) -> str:
    """A number as a file might hold it: no zeros behind the last digit that counts."""
    whole, rest = divmod(abs(thousandths), 1000)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".")


def _text(halves: list[tuple[int, int]], parameters: Parameters) -> str:
    """Numbers given as multiples of half a step behind the offset, and how many of the smallest units more."""
    step, offset = parameters["step"], parameters["offset"]
    if parameters["decimals"]:
        numbers = [10 * offset + half * step * 5 + more for half, more in halves]
        return "".join(_written(number) + "\n" for number in numbers)
    return "".join(f"{half * step // 2 + more}\n" for half, more in halves)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    count = stream.integer(0, 8)
    return (_text([(stream.integer(-9, 12), stream.choice((0, 0, 0, 1, -1, 7))) for _ in range(count)], parameters),)


def _edges(parameters: Parameters) -> list[Arguments]:
    ties = [(half, 0) for half in (1, 3, -1, -3, 5, -5)]
    near = [(half, more) for half in (1, -1, 3, -3) for more in (-1, 1)]
    texts = [_text(halves, parameters) for halves in (ties, near, [(-5, 1)], [(2, 0), (-4, 0)])]
    return [(text,) for text in ("", "0\n", *texts)]


ROUNDING = Family(
    name="rounding",
    topic="numbers",
    levels=(
        "integers to multiples of an even step of at least 4",
        "decimals to marks beside the multiples, and their sum",
    ),
    draw=_draw,
    size=_size,
    entry_point="",
    signature="",
    prompt=_prompt,
    solve=round_all,
    solve_again=round_all_again,
    mutants=(
        ("2 * rest == size and rules[tie]", "2 * rest == size and not rules[tie]"),
        ("2 * rest > size", "rest > size"),
        ("divmod(number - offset * unit, size)", "divmod(abs(number - offset * unit), size)"),
        ("text.split()", "text.split()[1:]"),
    ),
    inputs=_inputs,
    edges=_edges,
)
