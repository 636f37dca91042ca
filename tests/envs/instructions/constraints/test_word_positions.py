from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.word_positions import KeywordPosition, StartEnd
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, written

POSITION, START_END = KeywordPosition(), StartEnd()

TestLawsPosition = constraint_laws(POSITION)
TestLawsStartEnd = constraint_laws(START_END)
test_writer_position = written(POSITION)
test_writer_start_end = written(START_END)
test_huge_position = answers_huge_ones(POSITION, keyword="a", n=3, m=2)
test_huge_start_end = answers_huge_ones(START_END)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("One. The cat sat.", True, True),
        ("One. The Cat sat.", True, False),
        ("One. “The cat” sat.", True, False),  # a mark is a word to the published checker
        ("One\n\nThe cat sat.", True, False),  # a line break ends no sentence there
        ("- One\n- The cat sat.", True, False),
        ("1. One\n2. The cat sat.", True, False),  # the number of an item is no word
        ("What?! The cat sat.", True, False),  # a sentence between two marks
        ("Dr. Who came. The cat sat.", True, True),
        ("One. A fat cat sat.", False, False),
        ("One.", False, False),
        ("The cat sat.", False, False),
        ("", False, False),
    ],
)
def test_a_keyword_stands_at_its_place(response, strict, published):
    for keyword in ("cat", ["cat"]):
        assert POSITION.check(response, keyword=keyword, n=2.0, m=2.0) is strict
        assert POSITION.reference(response, keyword=keyword, n=2.0, m=2.0) is published


@pytest.mark.parametrize(("n", "m"), [(0, 1), (1, 0), (-1, 1), (1, -1), (9, 9)])
def test_there_is_no_word_at_a_place_that_is_none(n, m):
    assert not POSITION.check("cat cat", keyword="cat", n=n, m=m)
    assert not POSITION.reference("cat cat", keyword="cat", n=n, m=m)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("Tea is what I drink: tea", True, True),
        ("Tea is what I drink: tea.", False, False),
        ("Tea is tea\n", True, True),
        ("**Tea** is tea", True, False),  # a mark is a token
        ("Don't say don't", True, False),  # "do" and "n't"
        ("Tea is steam", False, False),
        ("Tea", False, False),
        ("tea tea", True, True),
        ("! tea !", False, True),
        ("", False, False),
    ],
)
def test_the_same_word_stands_first_and_last(response, strict, published):
    assert START_END.check(response) is strict
    assert START_END.reference(response) is published
