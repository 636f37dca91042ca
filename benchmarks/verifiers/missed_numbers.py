r"""Wrong answers made from golds that are numbers.

Truth: an answer is yielded only if its exact value differs from the gold's, or if it says more than one value.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from benchmarks.verifiers import shapes
from benchmarks.verifiers.pairs import choose, near_miss, number_from
from benchmarks.verifiers.rewritten_numbers import decimal, latex, proper


def other_digit(digit: str, *texts: str) -> str:
    """A digit that is not this one, and not 0, so that leading digits stay."""
    return choose([other for other in "123456789" if other != digit], *texts)


def digits_of(gold: str) -> str | None:
    """The digits of a plain integer without its sign."""
    value = shapes.integer(gold)
    return str(abs(value)) if value is not None else None


def signed_like(gold: str, digits: str) -> str:
    """The digits with the gold's sign."""
    return f"-{digits}" if gold.startswith("-") else digits


@near_miss
def one_more_or_less(gold: str) -> Iterator[str]:
    """41 and 43 for 42."""
    value = shapes.integer(gold)
    if value is not None:
        yield str(value + 1)
        yield str(value - 1)


@near_miss
def other_sign(gold: str) -> Iterator[str]:
    """-42 for 42."""
    value = shapes.number(gold)
    if value:
        yield gold[1:] if gold.startswith("-") else f"-{gold}"


@near_miss
def digit_changed(gold: str) -> Iterator[str]:
    """47 for 42."""
    digits = digits_of(gold)
    if digits:
        place = number_from("place", gold) % len(digits)
        yield signed_like(gold, digits[:place] + other_digit(digits[place], "digit", gold) + digits[place + 1 :])


@near_miss
def digit_dropped(gold: str) -> Iterator[str]:
    """4 for 42."""
    digits = digits_of(gold)
    if digits and len(digits) > 1:
        place = number_from("dropped", gold) % len(digits)
        left = digits[:place] + digits[place + 1 :]
        if int(left) != int(digits) and str(int(left)) == left:
            yield signed_like(gold, left)


@near_miss
def digit_doubled(gold: str) -> Iterator[str]:
    """442 for 42."""
    digits = digits_of(gold)
    if digits and digits != "0":
        place = number_from("doubled", gold) % len(digits)
        yield signed_like(gold, digits[: place + 1] + digits[place:])


@near_miss
def digits_swapped(gold: str) -> Iterator[str]:
    """24 for 42."""
    digits = digits_of(gold)
    if digits is None:
        return
    places = [place for place in range(len(digits) - 1) if digits[place] != digits[place + 1]]
    if places:
        place = choose(places, "swapped", gold)
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if not swapped.startswith("0"):
            yield signed_like(gold, swapped)


@near_miss
def inverse(gold: str) -> Iterator[str]:
    """4/3 for 3/4, 1/42 for 42."""
    value = shapes.number(gold)
    if value and abs(value) != 1:
        yield latex(1 / value)


@near_miss
def numerator_or_denominator_changed(gold: str) -> Iterator[str]:
    """2/4 and 3/5 for 3/4."""
    value = proper(gold)
    if value is None:
        return
    sign, top, bottom = "-" if value < 0 else "", abs(value.numerator), value.denominator
    for changed_top, changed_bottom in ((top + 1, bottom), (top - 1, bottom), (top, bottom + 1), (top, bottom - 1)):
        if Fraction(changed_top, changed_bottom) != abs(value):
            yield f"{sign}\\frac{{{changed_top}}}{{{changed_bottom}}}"


@near_miss
def rounded_decimal(gold: str) -> Iterator[str]:
    """0.333 for 1/3, only where the decimal does not terminate."""
    value = proper(gold)
    if value is not None and decimal(value) is None:
        for places in (2, 4, 12):
            rounded = Fraction(round(value * 10**places), 10**places)
            yield decimal(rounded) or ""


@near_miss
def rounded_to_an_integer(gold: str) -> Iterator[str]:
    """14 for 27/2."""
    value = proper(gold)
    if value is not None:
        yield str(round(value))


@near_miss
def scaled_by_a_power_of_ten(gold: str) -> Iterator[str]:
    """4200, 420, 0.42 for 42."""
    value = shapes.number(gold)
    text = decimal(value) if value else None
    if value and text:
        for scale in (Fraction(100), Fraction(10), Fraction(1, 100)):
            yield decimal(value * scale) or ""


@near_miss
def percent_of_the_number(gold: str) -> Iterator[str]:
    r"""4200\% for 42, which is no share; 0.5\% for 1/2, which is one."""
    value = shapes.number(gold)
    text = decimal(value) if value else None
    if value and text and value > 1 and value.denominator == 1:
        yield f"{decimal(value * 100)}\\%"
    elif value and text and 0 < value < 1:
        yield f"{text}\\%"


@near_miss
def another_answer_added(gold: str) -> Iterator[str]:
    """42 or 43; 42, 43; 42 and 43."""
    value = shapes.integer(gold)
    if value is not None:
        yield f"{gold} or {value + 1}"
        yield f"{value - 1} \\text{{ or }} {gold}"
        yield f"{gold}, {value + 1}"
        yield f"\\{{{value + 2}, {gold}\\}}"
        yield f"{gold} \\pm 1"


@near_miss
def tautology_with_another_number(gold: str) -> Iterator[str]:
    """7 = 42: the right side is the gold, the equation is false."""
    value = shapes.number(gold)
    if value is not None:
        other = 7 if value != 7 else 8
        yield f"{other} = {gold}"
        yield f"x = {other} = {gold}"


@near_miss
def digits_as_a_list(gold: str) -> Iterator[str]:
    """4, 2 for 42."""
    digits = digits_of(gold)
    if digits and len(digits) > 1:
        yield signed_like(gold, ", ".join(digits))
        if len(digits) == 2:
            yield signed_like(gold, ",".join(digits))


@near_miss
def decimal_point_moved_in(gold: str) -> Iterator[str]:
    """4.2 for 42, 1.234 for 1234."""
    digits = digits_of(gold)
    if digits and len(digits) > 1:
        place = 1 + number_from("point", gold) % (len(digits) - 1)
        if int(digits[place:]):
            yield signed_like(gold, f"{digits[:place]}.{digits[place:]}")


@near_miss
def fraction_parts_as_a_pair(gold: str) -> Iterator[str]:
    """3, 4 for 3/4, and the decimal 3.4."""
    value = shapes.fraction(gold)
    if value is not None and value.denominator > 1:
        yield f"{value.numerator}, {value.denominator}"
        if Fraction(f"{value.numerator}.{value.denominator}") != value:
            yield f"{value.numerator}.{value.denominator}"


@near_miss
def whole_part_lost_or_added(gold: str) -> Iterator[str]:
    """4/5 and 14/5 for 9/5."""
    value = proper(gold)
    if value is not None:
        yield latex(value + 1)
        yield latex(value - 1)


@near_miss
def subscript_added(gold: str) -> Iterator[str]:
    """42_7 for 42: digits of another base."""
    value = shapes.integer(gold)
    if value is not None and value > 9:
        base = max(int(digit) for digit in str(value)) + 1
        if base < 10:
            yield f"{value}_{base}"
            yield f"{value}_{{{base}}}"


@near_miss
def small_term_added(gold: str) -> Iterator[str]:
    """Off by so little that a float does not see it."""
    value = shapes.integer(gold)
    if value is not None:
        yield f"{gold} + 10^{{-30}}"
        yield f"{value}.00000000000000000001" if value >= 0 else f"{value}.00000000000000000003"
