"""Two responses, and the request again. Bugs of the published checker: google-research, instruction_following_eval."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.combinations import RepeatPrompt, TwoResponses
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

TWO = TwoResponses()
REPEAT = RepeatPrompt()

test_two_written_responses_pass_and_spoiled_ones_do_not = written(TWO)
test_written_requests_pass_and_spoiled_ones_do_not = written(REPEAT)
test_any_text_is_checked_for_two_responses = never_raises(TWO)
test_any_text_is_checked_for_the_request = never_raises(REPEAT, prompt_to_repeat="a b")
test_huge_texts_are_checked_for_two_responses = answers_huge_ones(TWO)
test_huge_texts_are_checked_for_the_request = answers_huge_ones(REPEAT, prompt_to_repeat="word word")
test_the_rows_with_two_responses = published_rows(TWO, 24)
test_the_rows_with_the_request = published_rows(REPEAT, 41)


@pytest.mark.parametrize(
    "text",
    [
        "One.\n******\nTwo.",
        "One ****** Two",
        "******\nOne.\n******\nTwo.\n******",
        "क\n******\nकि",
        "Response 1: yes\n******\nResponse 2: no",
        "x = 1\n******\nx = 2",
    ],
)
def test_two_responses_differ(text):
    assert TWO.check(text)
    assert TWO.reference(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Yes\n******\nYes.", True),  # They differ by a full stop: the bug of the published checker.
        ("Yes\n******\nYES!", True),
        ("It is\nso.\n******\nIt is so.", True),
        ("Response 1: yes\n******\nResponse 2: yes", True),
        ("One.\n*******\nTwo.", True),  # Seven.
        ("Yes\n******\nYes", False),
        ("One.\n***\nTwo.", False),
        ("One.\n******\nTwo.\n******\nThree.", False),
        ("One.\n******\n\n******\nTwo.", False),
        ("One.\n************\nTwo.", False),
        ("One.\n******", False),
        ("******", False),
        ("One.", False),
        ("!!!\n******\n???", True),
    ],
)
def test_what_are_not_two_different_responses(text, published):
    assert not TWO.check(text)
    assert TWO.reference(text) is published


REQUEST = 'Write a poem, "Spring".  Keep it short.'


@pytest.mark.parametrize(
    "text",
    [
        f"{REQUEST}\n\nThe spring is here.",
        f"  {REQUEST} Here.",
        'Write a poem, "Spring". Keep it\nshort.\n\nHere.',
        f"{REQUEST}The spring is here.",
        f"{REQUEST}\n\n🌸",
    ],
)
def test_the_request_comes_first_and_then_the_answer(text):
    assert REPEAT.check(text, prompt_to_repeat=REQUEST)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        (REQUEST, True),
        (f"{REQUEST}\n---", True),
        (f"{REQUEST.lower()}\n\nHere.", True),
        (f"Sure! {REQUEST}\n\nHere.", False),
        (f'"{REQUEST}"\n\nHere.', False),
        ("Write a poem. Keep it short.\n\nHere.", False),
        ("The spring is here.", False),
        ("", False),
    ],
)
def test_what_is_not_the_request_and_an_answer(text, published):
    assert not REPEAT.check(text, prompt_to_repeat=REQUEST)
    assert REPEAT.reference(text, prompt_to_repeat=REQUEST) is published


def test_a_longer_word_is_another_word():
    assert not REPEAT.check("Describe an engineer at work.", prompt_to_repeat="Describe an engine")
    assert REPEAT.check("Describe an engine: it hums.", prompt_to_repeat="Describe an engine")


def test_reference_minds_line_breaks_inside_the_request():
    assert not REPEAT.reference('Write a poem, "Spring". Keep it\nshort.\n\nHere.', prompt_to_repeat=REQUEST)
