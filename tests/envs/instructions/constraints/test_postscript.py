"""Postscripts. Bugs of the published checker: google-research, instruction_following_eval."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.postscript import Postscript
from tests.envs.instructions.constraints.laws import (
    KEY,
    answers_huge_ones,
    never_raises,
    published_rows,
    written,
)

POSTSCRIPT = Postscript()

test_written_ones_pass_and_spoiled_ones_do_not = written(POSTSCRIPT)
test_any_text_is_checked = never_raises(POSTSCRIPT, postscript_marker="P.S.")
test_any_text_is_checked_for_the_other_marker = never_raises(POSTSCRIPT, postscript_marker="P.P.S")
test_huge_texts_are_checked = answers_huge_ones(POSTSCRIPT, postscript_marker="P.S.")
test_the_rows_with_postscripts = published_rows(POSTSCRIPT, 26)

LONG = "This paragraph goes on for longer than a closing phrase would, because it is part of the body. " * 3


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("Text.\n\nP.S. More.", "P.S."),
        ("Text.\nP.S.: More.", "P.S."),
        ("text.\n\np.s. more.", "P.S."),  # Rows that want small letters throughout.
        ("Text.\n\nP. S. More.", "P.S."),
        ("Text.\n\n**P.S.** More.", "P.S."),
        ("Text.\n\n> *P.S.* More.", "P.S."),
        ("Text.\n\nP.S.\n\nMore.", "P.S."),
        ("Text.\n\nP.S. More.\n\nP.P.S. And more.", "P.S."),
        ("Text.\n\nP.S. More.\n\nHope you agree with me.", "P.S."),  # A row also has an end phrase.
        ('"Text.\n\nP.S. More."', "P.S."),
        ("Text.\n\nP.P.S. More.", "P.P.S"),
        ("Text.\n\nP.P.S More.", "P.P.S"),
        ("Text.\n\nP.P.S: More.", "P.P.S"),
        ("Text.\n\nP.S. One.\n\nP.P.S. Two.", "P.P.S"),
        ("Text.\n\nPS: More.", "PS:"),
        ("Text.\n\nP.S.More.", "P.S."),
    ],
)
def test_a_postscript_begins_a_line_at_the_end(text, marker):
    assert POSTSCRIPT.check(text, postscript_marker=marker)
    assert POSTSCRIPT.reference(text, postscript_marker=marker)


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        ("the p. s. e. is a school", "P.S."),  # The bug of the published checker.
        ("Text. P.S. More.", "P.S."),
        ("P.S. More.", "P.S."),
        ("Text.\n\nP.S.", "P.S."),
        ("Text.\n\nP.S. ...", "P.S."),
        (f"Text.\n\nP.S. More.\n\n{LONG}", "P.S."),
        ("P.S. First.\n\nOne.\n\nTwo.\n\nThree.", "P.S."),
        ("Text.\n\nP.P.S. More.", "P.S."),
        ("Text.\n\nP.S. More.", "P.P.S"),
        ("Text.\n\nP.P.Someone else", "P.P.S"),
        ("Text.\n\nPS: More.", "P.S."),
        ("Text.", "P.S."),
        ("\n\nP.S. More.", "P.S."),
    ],
)
def test_other_places_and_marks_are_no_postscript(text, marker):
    assert not POSTSCRIPT.check(text, postscript_marker=marker)


@pytest.mark.parametrize(
    ("text", "marker", "found"),
    [
        ("the p. s. e. is a school", "P.S.", True),
        ("P.S.", "P.S.", True),
        ("the p.p.sum", "P.P.S", True),
        ("P.S", "P.S.", False),
        ("PS", "P.S.", False),
        ("P.S.", "P.P.S", False),
        ("Note: p.p.s.", "P.P.S", True),
    ],
)
def test_reference_finds_the_letters_anywhere(text, marker, found):
    assert POSTSCRIPT.reference(text, postscript_marker=marker) is found


def test_a_text_in_small_letters_gets_a_postscript_in_small_letters():
    text = "all in small letters. and one more. and the last."
    assert POSTSCRIPT.write(text, KEY.at(0, 0), postscript_marker="P.S.") == (
        "all in small letters. and one more.\np.s. and the last."
    )
