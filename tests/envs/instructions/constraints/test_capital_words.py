from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.capital_words import CapitalWordFrequency
from tests.envs.instructions.constraints.laws import constraint_laws

CAPITAL = CapitalWordFrequency()
TestLaws = constraint_laws(CAPITAL)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("NASA and the EU", 2, 2),
        ("I think A is right. I do.", 0, 3),  # words of one letter are written so in any text
        ("IT'S DON'T", 2, 4),  # NLTK cuts `IT|'S` and `DO|N'T`
        ("IT’S", 1, 2),
        ("X-RAY COVID-19", 2, 2),
        ("3D", 0, 1),
        ("CANNOT", 1, 2),
        ('SHOUTED, "LOUD"; END.', 3, 3),
        ("ПРИВЕТ мир", 1, 1),
        ("123 !!! 你好", 0, 0),
    ],
)
def test_capital_words_have_two_letters_and_no_lower_case(text, strict, published):
    assert CAPITAL.check(text, capital_frequency=strict, capital_relation="at least")
    assert CAPITAL.check(text, capital_frequency=strict + 1, capital_relation="less than")
    # What NLTK 3.10.4's NLTKWordTokenizer gives.
    assert CAPITAL.reference(text, capital_frequency=published, capital_relation="at least")
    assert CAPITAL.reference(text, capital_frequency=published + 1, capital_relation="less than")
