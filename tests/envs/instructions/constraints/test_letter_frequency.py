from __future__ import annotations

from rlvr.envs.instructions.constraints.letter_frequency import LetterFrequency
from tests.envs.instructions.constraints.laws import constraint_laws

LETTER = LetterFrequency()
TestLaws = constraint_laws(LETTER)


def test_both_cases_count():
    assert LETTER.check("Aa a", letter="A", let_frequency=3, let_relation="at least")
    assert LETTER.check("Aa a", letter="a", let_frequency=4, let_relation="less than")


def test_a_letter_with_an_accent_is_another():
    assert LETTER.check("é", letter="e", let_frequency=1, let_relation="less than")


def test_other_characters_are_counted_too():
    # IFEval's rows 1122 and 1129; earlier versions of the checker drew a random letter instead.
    assert LETTER.check("#a #b #c ## x", letter="#", let_frequency=4, let_relation="at least")
    assert not LETTER.check("#a #b #c", letter="#", let_frequency=4, let_relation="at least")
    assert LETTER.check("Oh!!! Ah!!!", letter="!", let_frequency=6, let_relation="at least")


def test_no_letter_at_all_is_never_there():
    assert not LETTER.check("a b", letter=" ", let_frequency=1, let_relation="at least")
