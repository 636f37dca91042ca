from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_spelling import ConsonantCluster, PrimeLengths, ThreeVowels
from tests.envs.instructions.constraints.laws import constraint_laws

CONSONANTS = ConsonantCluster()
VOWELS = ThreeVowels()
PRIMES = PrimeLengths()
TestConsonantLaws = constraint_laws(CONSONANTS)
TestVowelLaws = constraint_laws(VOWELS)
TestPrimeLaws = constraint_laws(PRIMES)


@pytest.mark.parametrize(
    "text",
    [
        "Strong winds push ships",
        "- Strong winds: 3 ships!",  # bullets and numbers are no words to spell
        "It's strong",
        "canyon",  # here y is a consonant
        "Çnac",
    ],
)
def test_words_with_consonant_clusters_pass(text):
    assert CONSONANTS.check(text)


@pytest.mark.parametrize("text", ["Strong by itself", "every area", "A strong wind", "12 345", "水", "", "day things"])
def test_a_word_without_a_cluster_fails(text):
    assert not CONSONANTS.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("by things", True),  # y is a consonant wherever it stands
        ("- strong winds", False),  # a bullet is a word
        ("It's strong", False),
        ("strong/a winds", True),
    ],
)
def test_reference_looks_at_all_between_white_space(text, published):
    assert CONSONANTS.reference(text) is published


@pytest.mark.parametrize("text", ["She sells all this.", "A rhythm", "one\nmore line", "Tes élèves"])
def test_a_paragraph_with_three_vowels_passes(text):
    assert VOWELS.check(text)


@pytest.mark.parametrize("text", ["House mail", "A cat.\n\nA dog.", "rhythm", "Où éta i", "水"])
def test_four_vowels_none_or_two_paragraphs_fail(text):
    assert not VOWELS.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [("one\nmore line", False), ("rhythm", True), ("Où éta i", True), ("House mail", False), ("\nA cat\n", True)],
)
def test_reference_knows_no_accents_and_no_lines(text, published):
    assert VOWELS.reference(text) is published


@pytest.mark.parametrize("text", ["It was there", "I’m or I’d", "well-off is", "11 or 12,345", "a" * 101])
def test_words_of_prime_length_pass(text):
    assert PRIMES.check(text)


@pytest.mark.parametrize("text", ["It is a map", "don't", "This", "self-made", "a" * 100, "", "1."])
def test_other_lengths_fail(text):
    assert not PRIMES.check(text)


@pytest.mark.parametrize(
    ("text", "published"),
    [("I’m so", True), ("It — is", False), ("it/is/a", True), ("a" * 101, False), ("It was there", True)],
)
def test_reference_drops_ascii_punctuation_only(text, published):
    assert PRIMES.reference(text) is published
