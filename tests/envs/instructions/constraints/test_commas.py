from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.commas import NoComma
from tests.envs.instructions.constraints.laws import constraint_laws

COMMA = NoComma()
TestLaws = constraint_laws(COMMA)


@pytest.mark.parametrize("comma", ["，", "、", "،", "﹐", "､", "՝", "፣", "᠂"])
def test_commas_of_other_scripts_are_commas(comma):
    assert not COMMA.check(f"one{comma} two")
    assert COMMA.reference(f"one{comma} two")  # verification.md, section 4
    assert COMMA.check(COMMA.write(f"one{comma} two", None))


@pytest.mark.parametrize("text", ["One, two.", "1,000", "a,b", ","])
def test_no_comma_may_be_anywhere(text):
    assert not COMMA.check(text)
    assert not COMMA.reference(text)


@pytest.mark.parametrize("text", ["One; two.", "an ʻokina", "‚low quotation‘", "ș", "\u0313"])
def test_what_only_looks_like_a_comma_is_none(text):
    assert COMMA.check(text)


def test_the_writer_keeps_words_and_numbers_apart_or_together():
    assert COMMA.write("1,000 cats, dogs,birds", None) == "1000 cats dogs birds"
