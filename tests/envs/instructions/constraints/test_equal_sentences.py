"""Three sentences of one length. Bugs of the published checker: allenai/IFBench at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.equal_sentences import SentenceWords
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

THREE = SentenceWords()

test_equal_sentences_that_are_written_pass_and_spoiled_ones_do_not = written(THREE)
test_any_text_is_checked_for_equal_sentences = never_raises(THREE)
test_huge_texts_are_checked_for_equal_sentences = answers_huge_ones(THREE)
test_the_rows_with_equal_sentences = published_rows(THREE, 7)


@pytest.mark.parametrize("text", ["Cats ran. Dogs sat. Fish ate.", "Cats ran.\n\nDogs sat!\nFish ate?"])
def test_three_sentences_of_one_length_without_a_word_twice_pass(text):
    assert THREE.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cats ran. Dogs sat.",
        "Cats ran. Dogs sat. Fish ate. Pigs dug.",
        "Cats ran. Dogs sat. Fishes ate.",
        "Cats ran. Dogs sat. Cats ate.",
        "Cats ran. Dogs sat. cats ate.",
        "Cat. Cat. Cat.",
        "",
    ],
)
def test_other_texts_do_not(text):
    assert not THREE.check(text)


def test_reference_does_not_look_at_words():
    # modelscope/evalscope, issue 1675.
    assert THREE.reference("Cat. Cat. Cat.")
    assert not THREE.reference("Cat. Cat. Cats.")
    assert not THREE.reference("Cats ran.\n\nDogs sat\n\nFish ate")
