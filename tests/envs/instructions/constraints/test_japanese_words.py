"""Every n-th word in Japanese. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.japanese_words import WordsJapanese
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

JAPANESE = WordsJapanese()

test_Japanese_words_that_are_written_pass_and_spoiled_ones_do_not = written(JAPANESE)
test_any_text_is_checked_for_Japanese_words = never_raises(JAPANESE, N=3)
test_huge_texts_are_checked_for_Japanese_words = answers_huge_ones(JAPANESE, N=3)
test_the_rows_with_Japanese_words = published_rows(JAPANESE, 5)


@pytest.mark.parametrize(
    "text",
    [
        "one two 水",
        "one two ありがとう four five 東京、 seven",  # A word in kana is one word, however long.
        "one two プログラミング.",
        "one, two (コンピューター・ゲーム) four",
        "水 水 水",
        "これは日本語です。",  # Every word is Japanese, though there is no third one.
    ],
)
def test_every_third_word_is_japanese(text):
    assert JAPANESE.check(text, N=3)


@pytest.mark.parametrize(
    "text",
    ["one two three", "one two 水 four five six", "one two", "one two 33", "one 水 three", "!!!", "한국어 두 단어"],
)
def test_another_third_word_is_not_japanese(text):
    assert not JAPANESE.check(text, N=3)


@pytest.mark.parametrize("text", ["one two", "one two 33", "one two no水", "one two —水", "one two *** four"])
def test_reference_passes_over_numbers_and_short_texts(text):
    assert JAPANESE.reference(text, N=3.0)


def test_reference_counts_strings_without_white_space():
    assert not JAPANESE.reference("one two three", N=3.0)
    assert JAPANESE.reference("one/two three 水", N=3.0) and not JAPANESE.check("one/two three 水", N=3.0)
