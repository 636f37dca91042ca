from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.two_paragraphs import CountingComposition, DividedParagraphs, SpacedParagraphs
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, stream_of, written

DIVIDED, SPACED, COMPOSITION = DividedParagraphs(), SpacedParagraphs(), CountingComposition()

TestLawsDivided = constraint_laws(DIVIDED)
TestLawsSpaced = constraint_laws(SPACED)
TestLawsComposition = constraint_laws(COMPOSITION)
test_writer_divided = written(DIVIDED)
test_writer_spaced = written(SPACED)
test_writer_composition = written(COMPOSITION)
test_huge_divided = answers_huge_ones(DIVIDED)
test_huge_spaced = answers_huge_ones(SPACED)
test_huge_composition = answers_huge_ones(COMPOSITION, n_sent=2, n_words=3)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("One.\n***\nTwo.", True, True),
        ("***\nOne.\n***\nTwo.\n***", True, True),
        ("One.\n\nTwo.", False, False),
        ("One.\n***\nTwo.\n***\nThree.", False, False),
        ("One is ***bold*** here.\n***\nTwo.", True, False),
        ("One.", False, False),
    ],
)
def test_two_paragraphs_have_a_divider_between_them(response, strict, published):
    assert DIVIDED.check(response) is strict
    assert DIVIDED.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("One.\n\nTwo.", True, True),
        ("\n\nOne.\n\nTwo.\n\n", True, True),
        ("One.\n\n\nTwo.", True, True),
        ("One.\n \nTwo.", True, False),
        ("One.\r\n\r\nTwo.", True, False),
        ("One.\n\n\n\nTwo.", True, False),  # a blank paragraph
        ("One.\n\n---\n\nTwo.", True, False),  # the rule is a paragraph
        ("One.\nTwo.", False, False),
        ("One.\n\nTwo.\n\nThree.", False, False),
        ("", False, False),
    ],
)
def test_two_paragraphs_have_an_empty_line_between_them(response, strict, published):
    assert SPACED.check(response) is strict
    assert SPACED.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Birds sing. Dogs bark.\n* * *\nIt is. It was.\n* * *\nSo what? So there!", True, False),  # "* * *" as asked
        ("Birds sing. Dogs bark.\n***\nIt is. It was.\n***\nSo what? So there!", True, False),
        ("Birds. Dogs.\n***\nIt. So.\n***\nWhat? There!", False, True),  # a mark is a word to the published checker
        ("***\nBirds sing. Dogs bark.\n***\nIt is. It was.\n***\nSo what? So there!", True, False),
        ("Birds sing. Dogs bark.\n---\nIt is. It was.\n---\nSo what? So there!", False, False),
        ("Birds sing. Dogs bark.\n***\nIt is. It was.", False, False),
        ("Birds sing.\n***\nIt is. It was.\n***\nSo what? So there!", False, False),
        ("Birds sing. Dogs bark.\n***\nIt is so. It was.\n***\nSo what? So there!", False, False),
        ("", False, False),
    ],
)
def test_three_paragraphs_have_so_many_sentences_of_so_many_words(response, strict, published):
    assert COMPOSITION.check(response, n_sent=2.0, n_words=2.0) is strict
    assert COMPOSITION.reference(response, n_sent=2.0, n_words=2.0) is published


@pytest.mark.parametrize("n_words", range(1, 12))
def test_sentences_of_any_length_are_written(n_words):
    text = COMPOSITION.write("A text.", stream_of(n_words), n_sent=3, n_words=n_words)
    assert COMPOSITION.check(text, n_sent=3, n_words=n_words)
