from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.quoted_phrases import QuoteExplanation
from rlvr.seeding import StreamKey
from tests.envs.instructions.constraints.laws import constraint_laws

EXPLAINED = QuoteExplanation()
TestLaws = constraint_laws(EXPLAINED)


@pytest.mark.parametrize(
    "text",
    [
        """A phrase out of quotes. "A phrase in quotes."\n\nAnother phrase out of quotes with an extra '"'.""",
        'No "hablo" (speak).',
        "“Carpe diem” means to seize the day.",
        "Nothing is quoted.",
    ],
)
def test_words_follow_each_quotation(text):
    assert EXPLAINED.check(text)
    assert EXPLAINED.reference(text)


@pytest.mark.parametrize(
    "text", ['"Just a quoted phrase with no explanation."', 'He said "a" "b" to me.', 'So it was "done".']
)
def test_a_quotation_that_nothing_follows_does_not_pass(text):
    assert not EXPLAINED.check(text)
    assert not EXPLAINED.reference(text)


@pytest.mark.parametrize("text", ['"a" and "b" too.', "He said “so it goes.”", "“a” “b” are two."])
def test_the_reference_takes_links_and_curly_quotes(text):
    assert not EXPLAINED.check(text)
    assert EXPLAINED.reference(text)


def test_the_writer_explains_what_is_not():
    written = EXPLAINED.write('"a" and “b”', StreamKey("x").at(0, 0))
    assert EXPLAINED.check(written)
    assert written.startswith('"a" (')


def test_an_odd_quotation_mark_does_not_hide_what_is_spoiled():
    spoiled = EXPLAINED.spoil('A 5" nail means a long one.', StreamKey("x").at(0, 0))
    assert not EXPLAINED.check(spoiled)
