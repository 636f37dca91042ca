from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.exact import MAX_DIGITS, parse_number

UNLIMITED = settings(deadline=None, max_examples=300)
WHOLE = st.integers(min_value=0, max_value=10**60)


def grouped(digits: str, separator: str) -> str:
    return f"{int(digits):,}".replace(",", separator)


@st.composite
def spelled(draw):
    """A number and one of its spellings."""
    kind = draw(st.sampled_from(["integer", "decimal", "slash", "frac"]))
    separator = draw(st.sampled_from(["", "", ",", "{,}", r"\,", r"{\,}", r",\!"]))
    whole = draw(WHOLE)
    text = grouped(str(whole), separator)
    value = Fraction(whole)
    if kind == "decimal":
        decimals = draw(st.text("0123456789", min_size=1, max_size=20))
        value += Fraction(int(decimals), 10 ** len(decimals))
        text = f"{text}.{decimals}"
    elif kind in ("slash", "frac"):
        bottom = draw(st.integers(1, 10**9))
        value /= bottom
        if kind == "slash":
            text = draw(st.sampled_from(["{}/{}", "{} / {}", "{}/ {}"])).format(text, bottom)
        else:
            name = draw(st.sampled_from([r"\frac", r"\dfrac", r"\tfrac"]))
            text = draw(st.sampled_from(["%s{%s}{%s}", "%s {%s} {%s}", "%s{ %s }{%s }"])) % (name, text, bottom)
    currency = draw(st.sampled_from(["", "", "$", r"\$"]))
    sign = draw(st.sampled_from(["", "+", "-", "\u2212", "- "]))
    text = draw(st.sampled_from([sign + currency + text, currency + sign + text]))
    around = draw(st.sampled_from(["%s", " %s ", "%s.", "$%s$", "$%s$.", "$%s.$", "$$%s$$", r"\(%s\)", r"\[ %s \]"]))
    return around % text, -value if sign.strip() in ("-", "\u2212") else value


@UNLIMITED
@given(spelled())
def test_any_number_in_any_spelling_is_read_exactly(case):
    text, value = case
    assert parse_number(text) == value


@UNLIMITED
@given(st.fractions())
def test_integral_values_are_ints_and_others_fractions_in_lowest_terms(value):
    number = parse_number(f"{value.numerator * 6}/{value.denominator * 6}")
    assert number == value
    assert type(number) is (int if value.denominator == 1 else Fraction)


@UNLIMITED
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_without_error(text):
    number = parse_number(text)
    assert number is None or any(character in "0123456789" for character in text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("025", 25),
        ("-7", -7),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        (r"\frac12", Fraction(1, 2)),
        (r"\frac 59", Fraction(5, 9)),
        (r"\frac9{19}", Fraction(9, 19)),
        (r"\frac{-1}{2}", Fraction(-1, 2)),
        (r"-\frac{1}{-2}", Fraction(1, 2)),
        (r"11,\! 111,\! 111,\! 100", 11_111_111_100),  # MATH-500
        (r"10,\!080", 10_080),  # MATH-500
        (r"\$32,\!348", 32_348),  # MATH-500
        (".0000672", Fraction(672, 10**7)),  # MATH-500
        ("1,000/3", Fraction(1000, 3)),
        ("-0", 0),
        ("0.1", Fraction(1, 10)),
    ],
)
def test_spellings_from_the_wild_are_read(text, value):
    assert parse_number(text) == value


NOT_NUMBERS = r"""
;.;-;$;$$;$ $;5/0;\frac{1}{0};0/0.0;--5;-$-5;1/-2;1/2/3;(5);1 2;42,
1,23;12,34;1,2345;1234,567;0,123;1.234,5;1,234\,567;3 1/2;3\frac{1}{2};\frac123;\frac{1}2}
1e5;10%;5 cm;x;x=5;0x10;1_000;inf;nan;½;²;٣;１２;一;5°;2*3;2^3;7!;$5$ and $6$;__import__('os')
"""


@pytest.mark.parametrize("text", [text for line in NOT_NUMBERS.split("\n") for text in line.split(";")])
def test_what_is_not_a_number_is_none(text):
    assert parse_number(text) is None


def test_numbers_too_long_to_convert_cheaply_are_left_alone():
    assert parse_number("9" * MAX_DIGITS) == 10**MAX_DIGITS - 1
    for text in (
        "9" * (MAX_DIGITS + 1),
        "1" * 10**6,
        "1," * 10**6,
        "$" * 10**6,
        "." * 10**6,
        "-" * 10**6,
        "\\(" * 10**6,
    ):
        assert parse_number(text) is None


def test_a_rounded_decimal_is_not_the_fraction():
    assert parse_number("0.3333333333333333") != parse_number("1/3")
    assert parse_number("0.1") + parse_number("0.2") == parse_number("0.3")
