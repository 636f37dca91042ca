from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.spelling import base_letters, letters_only, swapped, without_punctuation


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("Élan", "elan"),
        ("e\u0301", "e"),
        ("Straße", "strasse"),
        ("İ", "i"),
        ("Łódź", "lodz"),
        ("I’M", "i'm"),
        ("水", "水"),
    ],
)
def test_base_letters(text, base):
    assert base_letters(text) == base


def test_letters_only_leaves_out_what_joins_words():
    assert [letters_only(word) for word in ("don't", "well-known", "3.5", "map")] == ["dont", "wellknown", "35", "map"]


def test_swapped_words_keep_marks_and_capitals():
    assert swapped("The map, (the) end.", lambda word: "a" if word.lower() == "the" else word) == "A map, (a) end."


def test_swapped_words_of_a_script_without_spaces_are_parted():
    assert swapped("水火", lambda _: "so") == "so so"


def test_punctuation_is_what_ascii_has():
    assert without_punctuation("don't—“so”!") == "dont—“so”"
