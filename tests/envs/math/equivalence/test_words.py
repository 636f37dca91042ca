from __future__ import annotations

import pytest

from rlvr.envs.math.equivalence.words import after_choice, choice, is_wordy, plain_words


@pytest.mark.parametrize(
    "text",
    [
        "C",
        "(C)",
        "C.",
        "C)",
        "C:",
        r"\text{C}",
        r"\text{(C)}",
        r"\textbf{(C)}",
        r"$\mathrm{(C)}$",
        "{C}",
        " ( C ) ",
        "(c)",
    ],
)
def test_a_letter_of_multiple_choice_in_any_spelling(text):
    assert choice(text) == "C"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c",
        "x",
        "CD",
        "C D",
        "B or C",
        "C, D",
        "(C), (D)",
        "C?",
        "42",
        "(42)",
        "C = 5",
        "C'",
        "-C",
        "not C",
        "(",
        "()",
    ],
)
def test_anything_else_is_no_choice(text):
    assert choice(text) is None


@pytest.mark.parametrize(
    ("text", "letter", "rest"),
    [
        ("(C) 12", "C", "12"),
        (r"\textbf{(C)}\ 12", "C", "12"),
        (r"\text{(C)} \frac{1}{2}", "C", r"\frac{1}{2}"),
        ("C. twelve", "C", "twelve"),
        ("C) x + 1", "C", "x + 1"),
    ],
)
def test_what_follows_the_letter_of_a_choice(text, letter, rest):
    assert after_choice(text) == (letter, rest)


@pytest.mark.parametrize(
    "text", ["C", "(C)", "C + 1", "(C) + 1", "C = 5", "(C) or (D)", "(C) and D", "(C)^2", "12", "x. y"]
)
def test_a_letter_that_goes_on_as_mathematics_is_no_choice(text):
    assert after_choice(text) is None


@pytest.mark.parametrize(
    "text", ["(B), (C)", "(B) (C)", "B. C", "B) C)", "B: A", "(B). (C).", "(A) 3, (B) 4, (C) 5", "(A)(B)(C)"]
)
def test_several_choices_are_none(text):
    found = after_choice(text)
    assert found is None or choice(found[1]) is not None or after_choice(found[1]) is not None or "(" in found[1]


def test_words_in_one_spelling():
    for text in (
        "Ellipse",
        r"\text{an ellipse}",
        "The ellipse.",
        r"\textbf{ELLIPSE}",
        r"\mathrm{ellipse}",
        "$ellipse$",
    ):
        assert plain_words(text) == "ellipse"
    assert plain_words("not even") != plain_words("even")


def test_which_answers_are_made_of_words():
    for text in ("east", r"\text{no}", r"\text{no solution}", "Monday"):
        assert is_wordy(text)
    for text in ("42", "x+y", r"\frac{ab}{cd}", r"2\sqrt{ab}", r"\sin x", r"\alpha"):
        assert not is_wordy(text)
