from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.punkt import punkt_sentences
from rlvr.envs.instructions.text import MOST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("One\n\nTwo.", ["One\n\nTwo."]),  # a line break is white space to Punkt
        ("It cost $3.50. Done.", ["It cost $3.50.", "Done."]),
        ("Mr. J. Smith came.", ["Mr. J. Smith came."]),
        ('"Go!" he said. (Really.) Yes.', ['"Go!"', "he said.", "(Really.)", "Yes."]),
        ("Well... yes. Well... Yes.", ["Well... yes.", "Well...", "Yes."]),
        ("Hi. 😀", ["Hi.", "😀"]),
        (". . .", [".", ".", "."]),
        ("", []),
    ],
)
def test_sentences_are_cut_at_marks_alone(text, found):
    assert punkt_sentences(text) == found


@given(st.text(".!? aA\n\"'", max_size=60))
def test_nothing_but_white_space_is_lost(text):
    assert "".join("".join(punkt_sentences(text)).split()) == "".join(text.split())


def test_what_comes_after_the_most_marks_is_one_sentence():
    assert punkt_sentences("So. " * (MOST + 9)) == ["So."] * MOST + [" ".join(["So."] * 9)]
