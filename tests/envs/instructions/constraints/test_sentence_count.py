from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.sentence_count import NumberSentences
from tests.envs.instructions.constraints.laws import constraint_laws

SENTENCES = NumberSentences()
TestLaws = constraint_laws(SENTENCES)


@pytest.mark.parametrize(
    ("text", "strict", "published"),
    [
        ("Dr. Smith paid $3.50. Really?", 2, 2),
        ("# Title\n\n- one thing\n- another\n\nThe end.", 4, 1),  # a line break ends no sentence for Punkt
        ("1. First.\n2. Second.", 2, 4),  # the number of an item is a sentence for Punkt
        ("第一句。第二句！", 2, 1),
        ("No full stop", 1, 1),
    ],
)
def test_sentences_are_those_that_a_reader_counts(text, strict, published):
    assert SENTENCES.check(text, num_sentences=strict, relation="at least")
    assert SENTENCES.check(text, num_sentences=strict + 1, relation="less than")
    assert SENTENCES.reference(text, num_sentences=published, relation="at least")
    assert SENTENCES.reference(text, num_sentences=published + 1, relation="less than")
