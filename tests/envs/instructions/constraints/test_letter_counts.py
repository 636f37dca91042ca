from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.letter_counts import LetterCounting, LetterCounting2, LowercaseCounting
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, stream_of, written

LETTERS, LETTER, LOWER = LetterCounting(), LetterCounting2(), LowercaseCounting()

TestLawsLetter = constraint_laws(LETTER)
TestLawsLower = constraint_laws(LOWER)
test_writer_letters = written(LETTERS)
test_writer_lower = written(LOWER)
test_huge_letters = answers_huge_ones(LETTERS, N=10, relation="less than")
test_huge_letter = answers_huge_ones(LETTER, letter="a", let_frequency=10, let_relation="at least")
test_huge_lower = answers_huge_ones(LOWER, N=10)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [("abc 1, d!", 4, 4), ("ÄÖÜ", 3, 0), ("привет", 6, 0), ("你好", 2, 0), ("naïve", 5, 4), ("1_2", 0, 0), ("", 0, 0)],
)
def test_letters_of_any_script_are_counted(response, strict, published):
    for number in range(1, 8):
        assert LETTERS.check(response, N=number, relation="at least") is (strict >= number)
        assert LETTERS.check(response, N=number, relation="less than") is (strict < number)
        assert LETTERS.reference(response, N=float(number), relation="at least") is (published >= number)
        assert LETTERS.reference(response, N=float(number), relation="less than") is (published < number)


def test_the_number_of_letters_is_said():
    assert "fewer than 3 letters" in LETTERS.phrase(stream_of(0), {"N": 3, "relation": "less than"})
    assert "at least 1 letter" in LETTERS.phrase(stream_of(0), {"N": 1, "relation": "at least"})


def test_there_is_no_other_relation():
    with pytest.raises(ValueError, match="'exactly'"):
        LETTERS.check("abc", N=3, relation="exactly")


@pytest.mark.parametrize("number", [1, 2, 5, 30])
def test_texts_can_be_cut_down_to_a_few_letters(number):
    text = LETTERS.write("A text, so to say.\n\nIt has paragraphs.", stream_of(0), N=number, relation="less than")
    assert LETTERS.check(text, N=number, relation="less than")
    assert text.strip()


def test_a_letter_is_counted_in_either_case():
    assert LETTER.check("Aha", letter="A", let_frequency=2, let_relation="at least")
    assert not LETTER.check("Aha", letter="a", let_frequency=2, let_relation="less than")


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("So It Is", 0, 0),
        ("So it is", 2, 2),
        ("Don't say don't", 2, 4),  # "on" after an apostrophe is none, "don" and "t" are
        ("well-known", 1, 2),
        ("le café", 2, 1),
        ("ONE 2 3", 0, 0),
        ("", 0, 0),
    ],
)
def test_words_in_small_letters_are_counted(response, strict, published):
    for number in range(6):
        assert LOWER.check(response, N=number) is (strict <= number)
        assert LOWER.reference(response, N=float(number)) is (published <= number)
