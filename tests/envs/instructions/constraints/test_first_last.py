from __future__ import annotations

from rlvr.envs.instructions.constraints.first_last import (
    begins_with,
    ends_with,
    other_word,
    single,
    with_first_word,
    with_last_word,
)


def test_a_word_at_an_end_is_found_in_any_case_behind_marks():
    assert begins_with("“Well-known,” they say.", "well-known")
    assert begins_with("2. Apples are red.", "apples")
    assert not begins_with("Wellness first.", "well")
    assert not begins_with("...", "...")
    assert ends_with("It’s **so**!", "So")
    assert not ends_with("also", "so")
    assert ends_with("so don't", "don’t")


def test_a_word_is_put_inside_the_marks():
    assert with_first_word("- The end.", "now") == "- Now the end."
    assert with_first_word("1. London calls.", "now") == "1. Now London calls."
    assert with_last_word('He said "so."', "today") == 'He said "so today."'
    assert with_last_word("", "so") == "so"
    assert with_first_word("", "so") == "so"


def test_rows_may_hold_a_list_of_one_word():
    assert single([" so "]) == single("so") == "so"


def test_another_word_is_another_in_any_case():
    assert other_word("So ", ("so", "then")) == "then"
