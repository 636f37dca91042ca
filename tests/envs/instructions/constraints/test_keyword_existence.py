from __future__ import annotations

from rlvr.envs.instructions.constraints.keyword_existence import Existence
from tests.envs.instructions.constraints.laws import constraint_laws

EXISTENCE = Existence()
TestLaws = constraint_laws(EXISTENCE)


def test_all_keywords_have_to_be_there():
    assert EXISTENCE.check("A dog had its day.", keywords=["dog", "day"])
    assert not EXISTENCE.check("A dog had its days.", keywords=["dog", "day"])


def test_the_published_checker_finds_keywords_inside_longer_words():
    assert EXISTENCE.reference("A category.", keywords=["cat"])
    assert not EXISTENCE.check("A category.", keywords=["cat"])


def test_a_keyword_that_is_no_regular_expression_is_looked_for_as_it_is():
    assert EXISTENCE.reference("We use C++.", keywords=["C++"])
