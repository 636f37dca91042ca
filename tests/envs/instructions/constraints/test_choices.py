"""Fixed answers. Bugs of the published checkers: google-research, instruction_following_eval; IFBench."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.choices import ConstrainedResponse, Options
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

CONSTRAINED = ConstrainedResponse()
OPTIONS = Options()

test_written_answers_pass_and_spoiled_ones_do_not = written(CONSTRAINED)
test_written_options_pass_and_spoiled_ones_do_not = written(OPTIONS)
test_any_text_is_checked_for_an_answer = never_raises(CONSTRAINED)
test_any_text_is_checked_for_options = never_raises(OPTIONS, options="a), b), c), d)")
test_huge_texts_are_checked_for_an_answer = answers_huge_ones(CONSTRAINED)
test_huge_texts_are_checked_for_options = answers_huge_ones(OPTIONS, options="yes/no/maybe")
test_the_rows_with_an_answer = published_rows(CONSTRAINED, 10)
test_the_rows_with_options = published_rows(OPTIONS, 6)


@pytest.mark.parametrize(
    "text",
    ["My answer is yes.", "Let me think. So: **My answer is maybe.**", '"My answer is no."', "My answer is no. " * 2],
)
def test_one_of_the_phrases_is_an_answer(text):
    assert CONSTRAINED.check(text)
    assert CONSTRAINED.reference(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("My answer is yes. My answer is no.", True),  # The bug of the published checker.
        ("My answer is yes. But then my answer is no", True),
        ("My answer is yes.\nMy answer is no.\nMy answer is maybe.", True),
        ("My answer is yes", False),
        ("my answer is yes.", False),
        ("My answer is not known.", False),
        ("Yes.", False),
    ],
)
def test_contradictory_or_other_answers_are_none(text, published):
    assert not CONSTRAINED.check(text)
    assert CONSTRAINED.reference(text) is published


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("yes", "yes/no/maybe"),
        ("Maybe.", "yes/no/maybe"),
        ("**No**\n", "yes/no/maybe"),
        ("I don’t know.", "I know or I don't know"),
        ("I know", "I know or I don't know"),
        ("b)", "a), b), c), d)"),
        (" (B) ", "a), b), c), d)"),
        ("d", "a), b), c), d)"),
        ("blue", "orange, red, or blue"),
        ("orange", "orange or red"),
    ],
)
def test_the_whole_response_is_an_option(text, options):
    assert OPTIONS.check(text, options=options)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("yes/no/maybe", "yes/no/maybe"),
        ("Yes, because it is so.", "yes/no/maybe"),
        ("I", "I know or I don't know"),
        ("b) Irrelevant", "a), b), c), d)"),
        ("a), b)", "a), b), c), d)"),
        ("e)", "a), b), c), d)"),
        ("", "yes/no"),
        ("...", "yes/no"),
    ],
)
def test_explanations_and_other_words_are_no_option(text, options):
    assert not OPTIONS.check(text, options=options)


@pytest.mark.parametrize(
    ("text", "options", "published"),
    [
        ("b)", "a), b), c), d)", True),
        ("b", "a), b), c), d)", False),
        ("b)\n", "a), b), c), d)", False),
        ("Yes!", "yes/no/maybe", True),
        ("yes\n", "yes/no/maybe", False),
        ("ange", "orange or red", True),  # Split at an `or` inside a word.
        ("orange", "orange or red", False),
        ("I don't know", "I know or I don't know", True),
    ],
)
def test_reference_takes_options_as_they_were_published(text, options, published):
    assert OPTIONS.reference(text, options=options) is published
