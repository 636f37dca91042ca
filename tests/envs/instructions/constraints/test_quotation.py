from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.quotation import Quotation
from tests.envs.instructions.constraints.laws import constraint_laws

QUOTATION = Quotation()
TestLaws = constraint_laws(QUOTATION)


@pytest.mark.parametrize(
    "text",
    [
        '"All of it."',
        ' "All of it."\n',
        '"\nAll of it.\n"',
        '"He said "hi" to me."',
        '""Hi," he said."',
        '"He said "hi""',
        '"Add \\"quotes\\" here."',
        '"First.\n\n"Second.\n\n"Third."',  # each paragraph opens anew, only the last closes
        '"Call print("hi") and go."',
        '"Some *"emphasis"* inside."',
        '"A **"bold"** one (or "two") inside."',
    ],
)
def test_one_pair_has_all_inside(text):
    assert QUOTATION.check(text)
    assert QUOTATION.reference(text)


@pytest.mark.parametrize("text", ['"a" and then "b"', '"Hi," he said, "there."', '" a " and " b "', '""', '" "', '"""'])
def test_several_quotations_or_nothing_inside_do_not_pass(text):
    assert not QUOTATION.check(text)
    assert QUOTATION.reference(text)  # it looks at both ends alone


@pytest.mark.parametrize("text", ["“All of it.”", "“He said “hi” to me.”", '“He said "hi" and "ho".”'])
def test_curly_quotation_marks_are_quotation_marks(text):
    assert QUOTATION.check(text)
    assert not QUOTATION.reference(text)


@pytest.mark.parametrize("text", ["", '"', "No.", '"No', 'No"', "'No.'", '"Yes." No.', "“a” and “b”", '"a”'])
def test_what_is_not_wrapped_does_not_pass(text):
    assert not QUOTATION.check(text)
    assert not QUOTATION.reference(text)


def test_the_writer_keeps_quotations_inside():
    assert QUOTATION.write('He said "hi".', None) == '"He said "hi"."'
    assert QUOTATION.check(QUOTATION.write('a" and "b', None))
