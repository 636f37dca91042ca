"""Conjunctions, pronouns and names. Bugs of the published checker: allenai/IFBench, instructions.py at db69a6f."""

from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_kinds import Conjunctions, PersonNames, Pronouns
from rlvr.envs.instructions.constraints.word_lists import PERSON_NAMES
from tests.envs.instructions.constraints.laws import answers_huge_ones, never_raises, published_rows, written

CONJUNCTIONS = Conjunctions()
PRONOUNS = Pronouns()
NAMES = PersonNames()

test_conjunctions_that_are_written_pass_and_spoiled_ones_do_not = written(CONJUNCTIONS)
test_any_text_is_checked_for_conjunctions = never_raises(CONJUNCTIONS, small_n=3)
test_huge_texts_are_checked_for_conjunctions = answers_huge_ones(CONJUNCTIONS, small_n=3)
test_the_rows_with_conjunctions = published_rows(CONJUNCTIONS, 7)
test_pronouns_that_are_written_pass_and_spoiled_ones_do_not = written(PRONOUNS)
test_any_text_is_checked_for_pronouns = never_raises(PRONOUNS, N=7)
test_huge_texts_are_checked_for_pronouns = answers_huge_ones(PRONOUNS, N=7)
test_the_rows_with_pronouns = published_rows(PRONOUNS, 8)
test_person_names_that_are_written_pass_and_spoiled_ones_do_not = written(NAMES)
test_any_text_is_checked_for_person_names = never_raises(NAMES, N=3)
test_huge_texts_are_checked_for_person_names = answers_huge_ones(NAMES, N=3)
test_the_rows_with_person_names = published_rows(NAMES, 6)


def number(constraint, text, **kwargs):
    """The most that a text is said to have."""
    return next(count - 1 for count in range(1, 100) if not constraint.check(text, N=count, **kwargs))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("This and that, and more; AND so on.", 2),
        ("and/or", 2),
        ("So-called bands, forests and nori.", 1),
        ("for, and, nor, but, or, yet, so", 7),
        ("F.A.N.B.O.Y.S.", 0),
    ],
)
def test_a_conjunction_counts_once_in_whatever_case(text, kinds):
    assert CONJUNCTIONS.check(text, small_n=kinds)
    assert not CONJUNCTIONS.check(text, small_n=kinds + 1)


def test_reference_takes_spellings_of_a_conjunction_for_different_ones():
    assert CONJUNCTIONS.reference("And here and there, and, so on.", small_n=4.0)
    assert not CONJUNCTIONS.check("And here and there, and, so on.", small_n=4.0)
    assert not CONJUNCTIONS.reference("and/or", small_n=1.0)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("I saw her; she saw me.", 4),
        ("It's theirs, and they've said it’s ours.", 5),
        ("he/she/they", 3),
        ("No one came. No-one.", 2),
        ("The US has an IT department; the WHO too.", 0),
        ("THEY GAVE US ALL OF IT.", 4),
        ("i.e. A.I. and I/O", 0),
        ("Trust *me*—it works.", 2),
        ("he\u0301 mine-craft thisness", 0),
        ("others, oneself", 2),
    ],
)
def test_pronouns_count_as_often_as_they_occur(text, count):
    assert number(PRONOUNS, text) == count


def test_reference_counts_abbreviations_and_misses_words_beside_a_dash():
    assert PRONOUNS.reference("The US has an IT department and I/O", N=3.0)
    assert not PRONOUNS.reference("Look—it—works", N=1.0)
    assert not PRONOUNS.reference("no one", N=1.0)
    assert PRONOUNS.reference("Gimme that. It's y'all's.", N=3.0)


def test_reference_cuts_text_as_word_tokenize_does():
    # NLTK 3.9.1 gives: she / her / hers; 'they', "'ve"; 'it' beside stars, dashes and brackets; `it.b` is one token.
    assert PRONOUNS.reference("She/her/hers", N=3) and not PRONOUNS.reference("She/her/hers", N=4)
    assert PRONOUNS.reference("they've *it* (it) it--it...", N=5) and not PRONOUNS.reference("it.b", N=1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Emma met Emma's friend Liam.", 2),
        ("EMMA AND LIAM", 2),
        ("emma and liam", 2),  # A text without capitals, as `change_case:english_lowercase` asks for.
        ("The harper had grace. Miami, Avant, Leonardo.", 0),
        ("Ava-Mia and (Leo)", 3),
        ("Éva Noraï", 0),
    ],
)
def test_names_count_once_and_as_words(text, count):
    assert number(NAMES, text) == count


def test_reference_wants_one_capital_letter():
    assert NAMES.reference("Emma, Liam; Emma", N=2.0)
    assert not NAMES.reference("EMMA AND LIAM", N=1.0)
    assert not NAMES.reference("Miami", N=1.0)


def test_the_prompt_lists_the_fifty_names():
    assert len(set(PERSON_NAMES)) == 50
    assert all(name in NAMES.said({"N": 3})["names"] for name in PERSON_NAMES)
