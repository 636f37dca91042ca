from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.paragraph_count import NthParagraphFirstWord, NumberParagraphs
from tests.envs.instructions.constraints.laws import constraint_laws

PARAGRAPHS = NumberParagraphs()
FIRST = NthParagraphFirstWord()
TestLawsNumber = constraint_laws(PARAGRAPHS)
TestLawsFirstWord = constraint_laws(FIRST)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("One.\n\n***\n\nTwo.", 2, 2),
        ("One.\n***\nTwo.\n***", 2, 2),
        ("\n\n***\nOne.\n***\nTwo.", 2, 2),
        ("One. *** Two.", 2, 2),  # "separated nearby paragraphs with 3 aterisk symbols ***"
        ("# Title\n\nOne.\n\n***\n\nTwo.\n\nMore.", 2, 2),  # empty lines divide nothing here
        ("One.\n\nTwo.", 1, 1),
        ("***So*** it is.\n***\nTwo.", 2, 3),  # bold italics are no divider
        ("One.\n******\nTwo.", 1, 0),  # six asterisks divide responses, not paragraphs
        ("One.\n***\n***\nTwo.", 0, 0),
        ("***", 0, 0),
    ],
)
def test_paragraphs_are_what_stands_between_dividers(text, strict, published):
    for number in range(1, 5):
        assert PARAGRAPHS.check(text, num_paragraphs=number) is (number == strict)
        assert PARAGRAPHS.reference(text, num_paragraphs=number) is (number == published)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("One.\n\nJasper is here.", True, True),
        ("\n\nOne.\n\nJasper is here.", True, False),  # a leading blank line
        ("One.\n \nJasper is here.", True, False),
        ("One.\r\n\r\nJasper is here.", True, False),
        ("One.\n\n“JASPER,” he said.", True, False),
        ("One.\n\n**Jasper** is here.", True, False),
        ('One.\n\n"Jasper!" he said.', True, True),
        ("One.\n\nJasper's here.", False, True),
        ("One.\n\nJaspers are here.", False, False),
        ("One.\n\nHe is Jasper.", False, False),
        ("One.\n\nJasper.\n\nThree.", False, False),
        ("One.\n\n---\n\nJasper.", True, False),  # a rule is no paragraph
        ("One.\nJasper.", False, False),
        ("", False, False),
    ],
)
def test_a_paragraph_begins_with_the_word_itself(text, strict, published):
    kwargs = {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "jasper"}
    assert FIRST.check(text, **kwargs) is strict
    assert FIRST.reference(text, **kwargs) is published


@pytest.mark.parametrize("nth", [0, -1, 3])
def test_a_paragraph_that_is_not_there_begins_with_nothing(nth):
    kwargs = {"num_paragraphs": 2, "nth_paragraph": nth, "first_word": "one"}
    assert not FIRST.check("One.\n\nOne.", **kwargs)
    assert not FIRST.reference("One.\n\nOne.", **kwargs)
