from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.instructions.constraints.whole_answers import ascii_of, plain_lines


@given(st.text())
def test_accents_are_taken_as_by_decomposing_the_whole_text(text):
    assert ascii_of(text) == unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("\n```csv\na\n\nb\n\n```\n", ["a", "", "b"]),
        ("```\na", ["```", "a"]),
        ("```", ["```"]),
        ("", []),
    ],
)
def test_a_fence_is_taken_off_if_all_stands_inside(text, lines):
    assert plain_lines(text) == lines
