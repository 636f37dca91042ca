from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.math.spelling import tidy

LATEX = st.lists(
    st.sampled_from(
        [
            r"\left",
            r"\right",
            "(",
            ")",
            "[",
            "]",
            ",",
            " ",
            r"\,",
            r"\!",
            "$",
            r"\text{",
            "{",
            "}",
            r"\dfrac",
            "1",
            "x",
            ".",
        ]
    ),
    max_size=20,
).map("".join)


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        (r"\left( 3, \frac{\pi}{2} \right)", r"(3,\frac{\pi}{2})"),
        ("p-q", "p - q"),
        (r"$x^2 + 1$.", "x^2+1"),
        ("Evelyn", r"\text{Evelyn}"),
        (r"\dfrac{\pi}{4}", r"\frac{\pi}{4}"),
        (r"\(3\sqrt{13}\)", r"3 \sqrt{13}"),
        ("1, -2", "1,-2"),
        ("(-\\infty, 0]", r"(-\infty,0]"),
        (r"5\,\text{cm}", r"5 \text{cm}"),
        ("\u2212x", "-x"),
        (r"\text{42}", "42"),
        (r"$5\,$", "5"),
        ("[(1, 2), (3, 4)]", "[(1,2),(3,4)]"),
        ("(1, 2), (3, 4)", "(1,2),(3,4)"),
        ("even number", "even  number"),
    ],
)
def test_harmless_differences_of_spelling_are_no_differences(answer, reference):
    assert tidy(answer) == tidy(reference)


@pytest.mark.parametrize(
    ("answer", "reference"),
    [
        ("1 2", "12"),
        (r"1\,2", "12"),
        ("3 1/2", "31/2"),
        ("3 1/2", "3/2"),
        ("(1, 2)", "(2, 1)"),
        ("(1, 2)", "[1, 2]"),
        ("(1, 2]", "(1, 2)"),
        ("(1, 2)", "(1, 2, 3)"),
        ("1, 2", "(1, 2)"),
        ("x + 1", "1 + x"),
        ("x", "X"),
        ("42, 43", "42"),
        ("42", "(42)"),
        ("90", r"90^\circ"),
        (r"\leftarrow", "arrow"),
        ("$a$ and $b$", "a and b"),
        ("52_8", "52"),
        ("ab", "a b"),
        ("", "x"),
    ],
)
def test_what_may_mean_something_else_is_kept_apart(answer, reference):
    assert tidy(answer) != tidy(reference)


@settings(deadline=None, max_examples=300)
@given(LATEX)
def test_nothing_fails_and_no_space_is_left_at_the_ends(text):
    assert tidy(text) == tidy(text).strip()
