"""Placeholders and titles. Bugs of the published checker: google-research, instruction_following_eval."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.brackets import NumberPlaceholders, Title
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

PLACEHOLDERS = NumberPlaceholders()
TITLE = Title()

test_written_placeholders_pass_and_spoiled_ones_do_not = written(PLACEHOLDERS)
test_written_titles_pass_and_spoiled_ones_do_not = written(TITLE)
test_any_text_is_checked_for_placeholders = never_raises(PLACEHOLDERS, num_placeholders=2)
test_any_text_is_checked_for_a_title = never_raises(TITLE)
test_huge_texts_are_checked_for_placeholders = answers_huge_ones(PLACEHOLDERS, num_placeholders=3)
test_huge_texts_are_checked_for_a_title = answers_huge_ones(TITLE)
test_the_rows_with_placeholders = published_rows(PLACEHOLDERS, 27)
test_the_rows_with_titles = published_rows(TITLE, 37)


@pytest.mark.parametrize(
    "text",
    [
        "Send it to [address].",
        "Dear [First Name],",
        "by [X]%",
        "to [2nd place]",
        "[[name]]",
        "* [Name]",
        "https://example.com/[user]",
        "I met [নাম] there",  # As in IFEval's row in Bengali: "[পণ্য]".
        "亲爱的[名]",
        "*[name]*",
        "[First][1]",
        '{"name": "[your name]"}',
    ],
)
def test_a_placeholder_names_what_to_put_in(text):
    assert PLACEHOLDERS.check(text, num_placeholders=1)
    assert not PLACEHOLDERS.check(text, num_placeholders=2)


@pytest.mark.parametrize(
    "text",
    [
        "as was shown [1]",  # A citation: the bug of the published checker.
        "[1, 2] and [3-5]",
        "a note[^note]",
        "the [site](https://example.com)",
        "[site]: https://example.com",
        "- [ ] to do",
        "- [x] done",
        "- [X] done",
        "values[index] = 3",
        '["one", "two"]',
        "the interval [a, b]",
        r"\[ x = mc^2 \]",
        "[]",
        "[   ]",
        "[name",
        "name]",
        "[first\nname]",
        "(name)",
    ],
)
def test_other_brackets_are_no_placeholders(text):
    assert not PLACEHOLDERS.check(text, num_placeholders=1)


@pytest.mark.parametrize(
    ("text", "number"),
    [("[1], [] and [x](y)", 3), ("[[[a] b]", 1), ("[a\nb]", 0), ("[a] [b [c]", 2), ("]a[", 0)],
)
def test_reference_counts_whatever_stands_in_square_brackets(text, number):
    assert PLACEHOLDERS.reference(text, num_placeholders=number)
    assert not PLACEHOLDERS.reference(text, num_placeholders=number + 1)


@pytest.mark.parametrize(
    "text",
    ["<<poem of joy>>", "Before <<A title>> after", "<<is 3 > 2?>>", "<<1>>", "<<水>>", "<< >>\n<<b>>", "<<<a>>>"],
)
def test_a_title_stands_in_double_angular_brackets(text):
    assert TITLE.check(text)
    assert TITLE.reference(text)


@pytest.mark.parametrize("text", ["<<>>", "<<  >>", "<title>", "<<one\ntwo>>", "<<a>", "<a>>", "«title»", "a << b"])
def test_brackets_without_a_title_are_none(text):
    assert not TITLE.check(text)
    assert not TITLE.reference(text)


@pytest.mark.parametrize("text", ["<< >> and >>", "<<***>>", "<<>> a >>"])
def test_reference_finds_a_title_where_the_brackets_are_empty(text):
    assert not TITLE.check(text)
    assert TITLE.reference(text)
