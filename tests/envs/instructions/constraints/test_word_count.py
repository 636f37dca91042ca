from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_count import NumberWords
from tests.envs.instructions.constraints.laws import constraint_laws

WORDS = NumberWords()
TestLaws = constraint_laws(WORDS)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("It's a well-known fact.", 4, 6),
        ("3.5 of 1,000,000", 3, 6),
        ("我喜欢水。", 4, 1),
        ("snake_case", 2, 1),
        ("- one\n- two", 2, 2),
        ("… !!! 😀", 0, 0),
    ],
)
def test_words_are_those_that_a_reader_counts(text, strict, published):
    assert WORDS.check(text, num_words=strict, relation="at least")
    assert WORDS.check(text, num_words=strict + 1, relation="less than")
    assert WORDS.reference(text, num_words=published, relation="at least")
    assert WORDS.reference(text, num_words=published + 1, relation="less than")
