from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.unwanted_marks import NoDot, NoExclamation
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, prose_of, stream_of, written

DOT, EXCLAMATION = NoDot(), NoExclamation()

TestLawsDot = constraint_laws(DOT)
TestLawsExclamation = constraint_laws(EXCLAMATION)
test_writer_dot = written(DOT)
test_writer_exclamation = written(EXCLAMATION)
test_huge_dot = answers_huge_ones(DOT)
test_huge_exclamation = answers_huge_ones(EXCLAMATION)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("So it is!", True, True),
        ("So it is.", False, False),
        ("It costs 3.50", False, False),
        ("So it is…", False, True),  # three dots
        ("第一句。", False, True),
        ("Ｎｏ．", False, True),
        ("a · b", True, True),
        ("", True, True),
    ],
)
def test_there_is_no_dot_of_any_script(response, strict, published):
    assert DOT.check(response) is strict
    assert DOT.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("So it is.", True, True),
        ("So it is!", False, False),
        ("x != y", False, False),
        ("¿Qué? ¡Sí", False, True),
        ("好！", False, True),
        ("❗", False, True),
        ("", True, True),
    ],
)
def test_there_is_no_exclamation_mark_of_any_script(response, strict, published):
    assert EXCLAMATION.check(response) is strict
    assert EXCLAMATION.reference(response) is published


def test_numbers_and_abbreviations_go_without_dots():
    assert DOT.write("1. Mr. Fox, e.g. on example.com, paid 3.5.", stream_of(0)) == (
        "1) Mr Fox, eg on examplecom, paid 3 point 5!"
    )


def test_a_text_can_go_without_both():
    text = prose_of(0)
    for constraint in (DOT, EXCLAMATION, DOT, EXCLAMATION):
        text = constraint.write(text, stream_of(0))
    assert DOT.check(text) and EXCLAMATION.check(text)
