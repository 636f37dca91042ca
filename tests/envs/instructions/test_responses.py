"""Which part of a completion is the response, and the readings of loose scoring."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.responses import loose_readings, response_of


@pytest.mark.parametrize(
    ("completion", "opened_think", "response"),
    [
        ("So be it.", False, "So be it."),
        ("\n\n So be it. \n", False, "So be it."),
        ("<think>How?</think>\n\nSo be it.", False, "So be it."),
        ("How?</think>\n\nSo be it.", True, "So be it."),
        ("How? So be it.", True, None),
        ("<think>How? So be it.", False, None),
        ("<think>How?</think>", False, None),
        ("<think>One</think> or <think>two</think> So be it.", False, "So be it."),
        ("So be it.<|im_end|>\n<|im_start|>user\nAnd now?", False, "So be it."),
        ("", False, None),
        (" \n\t\n", False, None),
    ],
)
def test_the_response_stands_after_the_last_think(completion, opened_think, response):
    assert response_of(completion, opened_think) == response


def test_a_long_response_is_taken_whole():
    assert response_of("<think>a</think>" + "word " * 100_000) == ("word " * 100_000).strip()


@pytest.mark.parametrize(
    ("completion", "opened_think", "response"),
    [
        ("\n\nSo be it. \n", False, "\n\nSo be it. \n"),
        ("How?</think>\n\nSo be it. \n", True, "So be it."),
        ("<think>How?</think>\n\nSo be it.", False, "So be it."),
        (" \n", False, None),
    ],
)
def test_the_published_checkers_see_white_space_where_no_think_was_before_it(completion, opened_think, response):
    assert response_of(completion, opened_think, bare=False) == response


def test_the_eight_readings_are_without_the_first_line_the_last_the_asterisks_and_all_combinations():
    """As IFEval's evaluation_lib.test_instruction_following_loose makes them (google-research)."""
    assert loose_readings("Sure!\n*The* text.\nHope it helps.") == [
        "Sure!\n*The* text.\nHope it helps.",
        "*The* text.\nHope it helps.",
        "Sure!\n*The* text.",
        "*The* text.",
        "Sure!\nThe text.\nHope it helps.",
        "The text.\nHope it helps.",
        "Sure!\nThe text.",
        "The text.",
    ]


@given(st.text())
def test_there_are_at_most_eight_readings_each_once_and_the_first_is_the_response(response):
    readings = loose_readings(response)
    assert readings[0] == response
    assert len(readings) == len(set(readings)) <= 8
    assert all(len(reading) <= len(response) for reading in readings)
