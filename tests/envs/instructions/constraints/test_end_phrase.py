from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.end_phrase import EndChecker
from rlvr.envs.instructions.constraints.quotation import Quotation
from tests.envs.instructions.constraints.laws import constraint_laws

END = EndChecker()
TestLaws = constraint_laws(END)
PHRASE = "That is all you need!"


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("So. That is all you need!", True, True),
        (PHRASE, True, True),
        ("So. That is all you need!\n\n", True, True),
        ('"So. That is all you need!"', True, True),  # quotation as a whole
        ("“So. That is all you need!”", True, False),
        ("So. **That is all you need!**", True, False),
        ("SO. THAT IS ALL YOU NEED!", True, True),  # with english_capital, as in IFEval's row 2736
        ("so. that Is all you need!", False, True),  # "this exact phrase"
        ("So. That is all you need! Bye.", False, False),
        ("So. That is all you need!!", False, False),
        ("So. That is all you need", False, False),
        ("", False, False),
    ],
)
def test_the_phrase_is_the_end(text, strict, published):
    assert END.check(text, end_phrase=PHRASE) is strict
    assert END.reference(text, end_phrase=PHRASE) is published


def test_a_phrase_does_not_begin_inside_a_word():
    assert END.reference("It is at the start.", end_phrase="art.")
    assert not END.check("It is at the start.", end_phrase="art.")
    assert END.check("It is art.", end_phrase="art.")


def test_a_phrase_with_closing_marks_of_its_own_is_found():
    assert END.check('He said "yes"', end_phrase='said "yes"')
    assert END.check("I don’t know.", end_phrase="don't know.")


def test_the_phrase_is_written_inside_quotation_marks():
    written = END.write('"So it is."', None, end_phrase=PHRASE)
    assert written == f'"So it is. {PHRASE}"'
    assert Quotation().check(written)


def test_the_phrase_is_written_in_the_case_of_the_rest():
    assert END.write("SO IT IS.", None, end_phrase=PHRASE).isupper()
    assert END.write("so it is.", None, end_phrase=PHRASE).islower()
