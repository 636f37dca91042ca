r"""Right answers made from golds that are numbers: other spellings of the same rational.

Truth: every answer is printed from the exact `Fraction` of the gold, or adds marks that mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import choose, number_from, rewriting, unevaluated

SEPARATORS = (
    ",",
    "{,}",
    r"\,",
    r"{\,}",
    r",\!",
    r",\! ",
    r"\ ",
    "~",
    " ",
    "\N{THIN SPACE}",
    "\N{NO-BREAK SPACE}",
    "'",
)
"""What stands between groups of three digits."""
VULGAR = {Fraction(1, 2): "½", Fraction(1, 3): "⅓", Fraction(2, 3): "⅔", Fraction(1, 4): "¼", Fraction(3, 4): "¾"}
THINGS = ("apples", "students", "dollars", "cubic inches", "units", "years old", "minutes")
"""Units that a gold without one allows."""
VARIABLES = ("x", "n", "k", "y", "a", "N", "m")


def decimal(value: Fraction) -> str | None:
    """The decimal of a terminating fraction, all its digits; `None` if it does not terminate."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
        if places > 30:
            return None
    digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def latex(value: Fraction, command: str = r"\frac") -> str:
    """An integer, or a reduced fraction with its sign in front."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}{command}{{{abs(value.numerator)}}}{{{value.denominator}}}"


def grouped(value: int, separator: str) -> str:
    """The digits in groups of three."""
    return f"{value:,}".replace(",", separator)


def proper(gold: str) -> Fraction | None:
    """The gold as a fraction that is no integer."""
    value = shapes.number(gold)
    return value if value is not None and value.denominator > 1 else None


@rewriting
def thousands_separators(gold: str) -> Iterator[str]:
    """Groups of three digits."""
    value = shapes.integer(gold)
    if value is not None and abs(value) >= 1000:
        for separator in SEPARATORS:
            yield grouped(value, separator)


@rewriting
def no_thousands_separators(gold: str) -> Iterator[str]:
    """10080 for 10,080."""
    value = shapes.integer(gold)
    if value is not None and str(value) != gold:
        yield str(value)


@rewriting
def trailing_zeros(gold: str) -> Iterator[str]:
    """42.0, 1.250."""
    value = shapes.number(gold)
    text = decimal(value) if value is not None else None
    if text:
        yield f"{text}0" if "." in text else f"{text}.0"
        yield f"{text}000" if "." in text else f"{text}.00"


@rewriting
def decimal_of_a_fraction(gold: str) -> Iterator[str]:
    """0.125 for 1/8, only where the decimal terminates."""
    value = proper(gold)
    text = decimal(value) if value is not None else None
    if text:
        yield text
        if "-0." not in text and text.startswith("0."):
            yield text[1:]


@rewriting
def fraction_of_a_decimal(gold: str) -> Iterator[str]:
    """5/4 for 1.25."""
    value = proper(gold)
    if value is not None and "." in gold:
        yield latex(value)
        yield f"{value.numerator}/{value.denominator}"


@rewriting
def fraction_commands(gold: str) -> Iterator[str]:
    r"""\dfrac, \tfrac, \cfrac, and braces that may be missing."""
    value = proper(gold)
    if value is None:
        return
    for command in (r"\frac", r"\dfrac", r"\tfrac", r"\cfrac"):
        yield latex(value, command)
    sign, top, bottom = "-" if value < 0 else "", abs(value.numerator), value.denominator
    if top < 10:
        yield f"{sign}\\frac{top}{{{bottom}}}"
        yield f"{sign}\\frac {top}{{{bottom}}}"
    if bottom < 10:
        yield f"{sign}\\frac{{{top}}}{bottom}"
    if top < 10 and bottom < 10:
        yield f"{sign}\\frac{top}{bottom}"


@rewriting
def slash(gold: str) -> Iterator[str]:
    """1/2, with and without spaces."""
    value = proper(gold)
    if value is not None:
        yield f"{value.numerator}/{value.denominator}"
        yield f"{value.numerator} / {value.denominator}"


@rewriting
def unreduced_fraction(gold: str) -> Iterator[str]:
    """6/8 for 3/4, 84/2 for 42."""
    value = shapes.number(gold)
    if value is not None:
        factor = 2 + number_from("unreduced", gold) % 8
        top, bottom = abs(value.numerator) * factor, value.denominator * factor
        yield f"{'-' if value < 0 else ''}\\frac{{{top}}}{{{bottom}}}"


@rewriting
def sign_of_a_fraction(gold: str) -> Iterator[str]:
    """The minus sign above, below, in front."""
    value = proper(gold)
    if value is not None and value < 0:
        top, bottom = abs(value.numerator), value.denominator
        yield f"\\frac{{-{top}}}{{{bottom}}}"
        yield f"\\frac{{{top}}}{{-{bottom}}}"
        yield f"-{top}/{bottom}"
        yield f"-\\left(\\frac{{{top}}}{{{bottom}}}\\right)"


@rewriting
def mixed_number(gold: str) -> Iterator[str]:
    """1 4/5 for 9/5."""
    value = proper(gold)
    if value is None or abs(value) < 1:
        return
    sign, whole = "-" if value < 0 else "", abs(value.numerator) // value.denominator
    rest = abs(value) - whole
    yield f"{sign}{whole}\\frac{{{rest.numerator}}}{{{rest.denominator}}}"
    yield f"{sign}{whole} \\dfrac{{{rest.numerator}}}{{{rest.denominator}}}"
    yield f"{sign}{whole} {rest.numerator}/{rest.denominator}"
    if rest in VULGAR:
        yield f"{sign}{whole}{VULGAR[rest]}"


@rewriting
def scientific_notation(gold: str) -> Iterator[str]:
    r"""4.2\times10^{1} for 42."""
    value = shapes.number(gold)
    if not value or decimal(value) is None:
        return
    power = 0
    while abs(value) >= 10:
        value, power = value / 10, power + 1
    while abs(value) < 1:
        value, power = value * 10, power - 1
    mantissa = decimal(value)
    yield f"{mantissa}\\times 10^{{{power}}}"
    yield f"{mantissa} \\cdot 10^{{{power}}}"
    yield f"{mantissa}e{power}"
    if 0 < power < 10:
        yield f"{mantissa}*10^{power}"


@rewriting
def marks_around(gold: str) -> Iterator[str]:
    r"""$...$, \(...\), \[...\], \text{...}, spaces, a full stop: no part of the answer."""
    options = [
        f"${gold}$",
        f"\\({gold}\\)",
        f"\\[{gold}\\]",
        f"$${gold}$$",
        f"  {gold} ",
        f"\\,{gold}\\;",
        f"${gold}$.",
    ]
    if shapes.number(gold) is not None and "\\" not in gold:
        options += [f"\\text{{{gold}}}", f"{{{gold}}}", f"{gold}\\!", f"{gold}."]
    start = number_from("marks", gold)
    for step in range(3):
        yield options[(start + 3 * step) % len(options)]


@rewriting
def variable_in_front(gold: str) -> Iterator[str]:
    """x = 42."""
    if shapes.number(gold) is not None or shapes.radical(gold) or shapes.multiple_of_pi(gold):
        name = choose(VARIABLES, "variable", gold)
        yield f"{name} = {gold}"
        yield f"${name}={gold}$"


@rewriting
def unit_behind_a_number(gold: str) -> Iterator[str]:
    """42 apples: the problem said what is counted, and the gold left it out."""
    value = shapes.integer(gold)
    if value is not None:
        thing = choose(THINGS, "thing", gold)
        yield f"{gold} {thing}"
        yield f"{gold}\\text{{ {thing}}}"


@rewriting
def dollar_sign_before_a_number(gold: str) -> Iterator[str]:
    r"""\$42, where the gold has no currency."""
    value = shapes.integer(gold)
    if value is not None and value > 0:
        yield f"\\${gold}"


@rewriting
def percent_of_a_share(gold: str) -> Iterator[str]:
    r"""25\% for 1/4: a number of at most 1 is meant as a share."""
    value = shapes.number(gold)
    if value is None or not 0 < value <= 1:
        return
    text = decimal(value * 100)
    if text:
        yield f"{text}\\%"
        yield f"{text}%"


@rewriting
def percent_as_a_unit(gold: str) -> Iterator[str]:
    r"""42\% for 42: a number above 1 is no share, the problem asked for percent."""
    value = shapes.integer(gold)
    if value is not None and value > 1:
        yield f"{gold}\\%"


@unevaluated
def product_of_integers(gold: str) -> Iterator[str]:
    r"""6 \cdot 7 for 42."""
    value = shapes.integer(gold)
    if value is None or value < 4:
        return
    divisor = next((d for d in range(2, min(1000, value)) if value % d == 0), None)
    if divisor is not None:
        yield f"{divisor} \\cdot {value // divisor}"
        yield f"{divisor} \\times {value // divisor}"


@unevaluated
def sum_of_integers(gold: str) -> Iterator[str]:
    """39 + 3 for 42."""
    value = shapes.integer(gold)
    if value is not None and value > 3:
        part = 1 + number_from("sum", gold) % (value - 1)
        yield f"{value - part} + {part}"


@unevaluated
def root_of_a_square(gold: str) -> Iterator[str]:
    r"""\sqrt{1764} for 42."""
    value = shapes.integer(gold)
    if value is not None and 1 < value < 10**6:
        yield f"\\sqrt{{{value * value}}}"
