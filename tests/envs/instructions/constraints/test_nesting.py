from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.nesting import NestedParentheses, NestedQuotes
from tests.envs.instructions.constraints.laws import constraint_laws

BRACKETS, QUOTES = NestedParentheses(), NestedQuotes()
TestBracketsLaws = constraint_laws(BRACKETS)
TestQuotesLaws = constraint_laws(QUOTES)


@pytest.mark.parametrize(
    "text", ["((((()))))", "a (b [c {d (e [f] g) h} i] j)", "(a) (((((b) c) d) e) f) :)", ":( ([{([])}])"]
)
def test_brackets_are_five_levels_deep(text):
    assert BRACKETS.check(text)
    assert BRACKETS.reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "(((())))",
        "Lots () of [] (parentheses()) but [not] (enough) [nesting]()()().",  # this and the next: IFBench's own tests
        "I (wouldn't [technically) call] (this [nested) parentheses]. (More like [mismatched)].",
        "a) b) c) d) e)",
        "",
    ],
)
def test_brackets_that_are_not_deep_enough_or_crossed_do_not_pass(text):
    assert not BRACKETS.check(text)
    assert not BRACKETS.reference(text)


def test_the_reference_wants_only_the_innermost_bracket_closed():
    assert BRACKETS.reference("(((((a)")
    assert not BRACKETS.check("(((((a)")


@pytest.mark.parametrize(
    "text",
    [
        """These "quotes 'are "nested," here' a lot.\"""",  # this and the next: IFBench's own tests
        """Let's hope it handles adjacent quotes well: "'""'".""",
        "“He said ‘she said “no” to me’ again.”",
        """'She said "he said 'no' to me" again.'""",
        "\"It's ‘the dog’s “own” bone’ that isn't here.\"",
        '''"'Tis true," he said, "that 'it was "good" then' for us."''',
    ],
)
def test_quotes_are_three_levels_deep(text):
    assert QUOTES.check(text)


@pytest.mark.parametrize(
    "text",
    [
        """These quotes 'are "not nested," here' enough.""",
        """Three levels but not three pairs: '"'"'.""",
        """Lots of "quotes" but not 'enough' "nesting".""",
        "",
        '"a "b "c" d" e"',
    ],
)
def test_quotes_that_are_not_nested_do_not_pass(text):
    assert not QUOTES.check(text)


def test_the_reference_takes_apostrophes_for_quotes_and_knows_no_curly_ones():
    text = """'Tis "John's" and "Ann's" dog's"""
    assert QUOTES.reference(text) and not QUOTES.check(text)
    curly = "“a ‘b “c” d’ e”"
    assert QUOTES.check(curly) and not QUOTES.reference(curly)
