from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.wrapped_words import BigramWrapping, SentenceHyphens, SquareBrackets
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, written

BRACKETS, BIGRAMS, HYPHENS = SquareBrackets(), BigramWrapping(), SentenceHyphens()

TestLawsBrackets = constraint_laws(BRACKETS)
TestLawsBigrams = constraint_laws(BIGRAMS)
TestLawsHyphens = constraint_laws(HYPHENS)
test_writer_brackets = written(BRACKETS)
test_writer_bigrams = written(BIGRAMS)
test_writer_hyphens = written(HYPHENS)
test_huge_brackets = answers_huge_ones(BRACKETS)
test_huge_bigrams = answers_huge_ones(BIGRAMS)
test_huge_hyphens = answers_huge_ones(HYPHENS)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("[So] [it] [is.]", True, True),
        ("[So] [it] [is].", True, False),  # the full stop is no word
        ("[So], [it] [is]", True, False),
        ("[well-known] - [3.5]", True, False),
        ("- [So]\n- [it]", True, False),
        ("[So it] [is]", False, False),
        ("[[So]] it", False, False),
        ("So it is", False, False),
        ("[] [ ]", False, False),
        ("", False, True),
    ],
)
def test_every_word_has_brackets_of_its_own(response, strict, published):
    assert BRACKETS.check(response) is strict
    assert BRACKETS.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("<<I am>> <<at home>> <<with my>> <<cute dog>>", True, True),
        ("<<I am>> <<at home>>.", True, False),
        ("<<I am>> <<home>>", True, True),
        ("<<I am>> home.", True, True),  # one word is left over
        ("<<I am>><<at home>>", True, False),
        ("<<I am at home>>", False, False),
        ("<<I>> <<am>>", False, True),  # the published checker looks at `<<` of the first, `>>` of the second
        ("<<I am>> at home", False, False),
        ("<I am> <at home>", False, False),
        ("I am <<at home>>", False, False),
        ("So", True, True),
        ("", False, True),
    ],
)
def test_every_two_words_have_brackets(response, strict, published):
    assert BIGRAMS.check(response) is strict
    assert BIGRAMS.reference(response) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("So it is.-So it was!-Was it?", True, True),
        ("So it is.-A well-known fact.", True, False),  # split at every hyphen
        ("So it is. -So it was.", False, False),
        ("So it is.- So it was.", False, False),
        ("So it is. So it was.", False, False),
        ("So it is.\nSo it was.", False, False),
        ("So it is.—So it was.", False, False),
        ("So it is.--So it was.", False, False),
        ("So it is.So it was.", False, False),
        ('"So it is."-"So it was."', True, False),
        ("The U.S.-led plan of Dr. Who costs 3.5-4 euros.-Yes.", True, False),
        ("See www.example.com.-It is there.", True, False),  # "See www." is a sentence
        ("A single one.", True, True),
        ("", True, True),
    ],
)
def test_sentences_are_joined_by_hyphens(response, strict, published):
    assert HYPHENS.check(response) is strict
    assert HYPHENS.reference(response) is published
