from __future__ import annotations

import pytest

from rlvr.envs.math.reading.words import unit


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("cm", "cm"),
        ("centimeters", "cm"),
        ("square inches", "in^2"),
        ("sq. in.", "in^2"),
        ("cm^2", "cm^2"),
        ("cm squared", "cm^2"),
        ("cubic feet", "ft^3"),
        ("miles per hour", "mi/h"),
        ("mi / h", "mi/h"),
        ("mph", "mi/h"),
        ("minutes", "min"),
        ("degrees", "deg"),
        ("percent", "pct"),
        ("dollars", "dollar"),
        ("apples", "apple"),
        ("red apples", "red apple"),
        ("children", "child"),
    ],
)
def test_units_in_any_spelling(words, name):
    assert unit(words) == name


@pytest.mark.parametrize(
    "words",
    [
        "",
        "or 41",
        "not",
        "and more",
        "less than",
        "million",
        "or",
        "is",
        "/",
        "cm /",
        "a b c d e f g",
        "times 3",
        "half",
        "+ 1",
        "(cm",
        "cm or m",
    ],
)
def test_words_that_are_no_unit(words):
    assert unit(words) is None
