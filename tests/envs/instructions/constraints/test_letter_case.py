from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.letter_case import EnglishCapital, EnglishLowercase
from tests.envs.instructions.constraints.laws import constraint_laws

CAPITAL = EnglishCapital()
LOWERCASE = EnglishLowercase()
TestLawsCapital = constraint_laws(CAPITAL)
TestLawsLowercase = constraint_laws(LOWERCASE)


# The first two: verification.md, section 4: langdetect says that they are not English.
@pytest.mark.parametrize(
    "text", ["THE QUICK BROWN FOX", "OK SURE", "OK", "A TO Z: 26 LETTERS!", "IT’S A CAFÉ WE LIKE."]
)
def test_short_english_in_one_case_passes(text):
    assert CAPITAL.check(text)
    assert not LOWERCASE.check(text)
    assert LOWERCASE.check(text.lower())
    assert not CAPITAL.check(text.lower())


@pytest.mark.parametrize("text", ["", "12345 !!!", "你好，世界", "😀", "Mixed Case", "McDONALD", "\x00"])
def test_text_without_letters_or_in_both_cases_does_not_pass(text):
    for constraint in (CAPITAL, LOWERCASE):
        assert not constraint.check(text)
        assert not constraint.reference(text)


@pytest.mark.parametrize(
    "text",
    [
        "le chat dort sur la table pendant que nous mangeons.",
        "das ist ein längerer satz über das wetter.",
        "привет, как у тебя дела сегодня?",
        "这是一个很长的中文句子，没有英文 ok",
    ],
)
def test_other_languages_do_not_pass(text):
    assert not LOWERCASE.check(text)
    assert not CAPITAL.check(text.upper())
