from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.number_answers import CERTAIN, BattleDates, Multiples
from tests.envs.instructions.constraints.laws import constraint_laws

SEVENS, DATES = Multiples(), BattleDates()
TestSevensLaws = constraint_laws(SEVENS)
TestDatesLaws = constraint_laws(DATES)

SIX = ", ".join(sorted(CERTAIN))


@pytest.mark.parametrize("text", ["14 21 28 35 42 49", "14,21,28,35,42,49.", "- 14\n- 21\n- 28\n- 35\n- 42\n- 49"])
def test_only_the_multiples_are_printed(text):
    assert SEVENS.check(text)
    assert SEVENS.reference(text)


@pytest.mark.parametrize("text", ["7 14 21 28 35 42 49", "14 21 28 35 42", "1. 14\n2. 21", "14.0 21 28 35 42 49", ""])
def test_other_numbers_do_not_pass(text):
    assert not SEVENS.check(text)
    assert not SEVENS.reference(text)


def test_the_reference_takes_words_beside_the_numbers():
    text = "Sure! Here it is: 14,21,28,35,42,49"  # IFBench's own test
    assert SEVENS.reference(text) and not SEVENS.check(text)


def test_dates_are_days_of_his_campaigns():
    assert DATES.check(SIX) and DATES.reference(SIX)
    assert DATES.check(SIX + ".") and not DATES.reference(SIX + ".")
    assert DATES.check(SIX.replace(", ", ",\n"))


@pytest.mark.parametrize(
    "text", ["07-05-1796", "1800-6-14", f"Here: {SIX}", f"{SIX}, 1813-13-01", "", SIX.replace(",", ";")]
)
def test_other_formats_do_not_pass(text):
    assert not DATES.check(text)
    assert not DATES.reference(text)


@pytest.mark.parametrize(
    "text", ["1796-07-05, 1800-12-31", f"{SIX}, 1800-00-99", f"{SIX}, 1805-02-29", f"{SIX}, 1769-08-15"]
)
def test_the_reference_looks_at_the_form_alone(text):
    assert not DATES.check(text)
    assert DATES.reference(text)
