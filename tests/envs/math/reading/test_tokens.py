from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.reading.numerals import MAX_DIGITS
from rlvr.envs.math.reading.tokens import MAX_TOKENS, tokenize
from rlvr.envs.math.reading.tree import Unreadable


def values(text: str) -> list:
    return [token.value for token in tokenize(text)][:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", [12]),
        ("1,234", [1234]),
        ("1,234,567.5", [Fraction(2469135, 2)]),
        ("1{,}234", [1234]),
        (r"1\,234", [1234]),
        ("1 234", [1234]),
        ("1'234", [1234]),
        ("1, 234", [1, ",", 234]),
        ("(1,234)", ["(", 1, ",", 234, ")"]),
        ("1,23", [1, ",", 23]),
        ("1,2,345", [1, ",", 2, ",", 345]),
        ("10,100,1000", [10, ",", 100, ",", 1000]),
        ("3.5", [Fraction(7, 2)]),
        (".5", [Fraction(1, 2)]),
        ("5.", [5]),
        (r"0.\overline{3}", [Fraction(1, 3)]),
        (r"0.1\overline{6}", [Fraction(1, 6)]),
        ("3e4", [30000]),
        ("3e-4", [Fraction(3, 10_000)]),
        ("1.5E3", [1500]),
        ("3e", [3, "e"]),
        ("½", ["frac", 12]),
        ("x²", ["x", "^", "{", 2, "}"]),
        ("2−1", [2, "-", 1]),
        ("$x$", ["x"]),
        (r"\(x\)", ["x"]),
        ("$5", ["dollar", 5]),
        (r"\$5", ["dollar", 5]),
        (r"\left(x\right)", ["(", "x", ")"]),
        (r"\displaystyle x", ["x"]),
        ("x <= 2", ["x", "<=", 2]),
        ("abc", ["a", "b", "c"]),
        ("apple", ["apple"]),
        ("pi", ["pi"]),
        ("sin", ["sin"]),
        (r"\text{and}", ["and"]),
        (r"\text{x}", ["x"]),
        (r"\text{}x", ["x"]),
        (r"\mathrm{e}", ["e"]),
        ("7,", [7]),
    ],
)
def test_tokens(text, expected):
    assert values(text) == expected


@settings(deadline=None, max_examples=200)
@given(
    st.integers(0, 10**15),
    st.sampled_from([",", "{,}", r"\,", r"{\,}", r",\!", r"\ ", "~", " ", "\u00a0", "\u2009", "\u202f", "'"]),
)
def test_separators_part_thousands(number, separator):
    assert values(f"{number:,}".replace(",", separator)) == [number]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_is_cut_into_tokens_or_refused(text):
    try:
        tokens = tokenize(text)
    except Unreadable:
        return
    assert tokens[-1].kind == "end"
    assert len(tokens) <= MAX_TOKENS + 2


@pytest.mark.parametrize(
    "text",
    [
        "1+" * MAX_TOKENS,
        "9" * (MAX_DIGITS + 1),
        r"0.\overline{" + "3" * (MAX_DIGITS + 1) + "}",
        "5E9999",
        "5e9999",
        "1E-9999",
        "\\",
        "#",
        "你",
        r"\text{",
        r"\hspace",
        "...",
    ],
)
def test_what_is_too_much_or_unknown_is_refused(text):
    with pytest.raises(Unreadable):
        tokenize(text)
