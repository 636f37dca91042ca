from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.keyword_counts import CountIncrement, ExcludeWord, WordOnce, WordTimes
from tests.envs.instructions.constraints.laws import answers_huge_ones, constraint_laws, prose_of, stream_of, written

ONCE, TIMES, INCREMENT, EXCLUDE = WordOnce(), WordTimes(), CountIncrement(), ExcludeWord()

TestLawsOnce = constraint_laws(ONCE)
TestLawsIncrement = constraint_laws(INCREMENT)
TestLawsExclude = constraint_laws(EXCLUDE)

test_writer_once = written(ONCE)
test_writer_times = written(TIMES)
test_writer_increment = written(INCREMENT)
test_writer_exclude = written(EXCLUDE)

test_huge_once = answers_huge_ones(ONCE, keyword="a")
test_huge_times = answers_huge_ones(TIMES, keyword="word", frequency=3, relation="less than")
test_huge_increment = answers_huge_ones(INCREMENT, keyword1="a", keyword2="word")
test_huge_exclude = answers_huge_ones(EXCLUDE, keyword="a")


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("The cat sat.", True, True),
        ("Cat!", True, True),
        ("A cat is a cat.", True, False),  # "Include keyword {keyword} in your response."
        ("A category.", False, True),
        ("A cat of that category.", True, False),
        ("A dog.", False, False),
    ],
)
def test_a_keyword_is_included(response, strict, published):
    assert ONCE.check(response, keyword="cat") is strict
    assert ONCE.reference(response, keyword="cat ") is published


@pytest.mark.parametrize(
    ("count", "relation", "strict", "published"),
    [
        (2, "at least", False, False),
        (3, "at least", True, True),
        (4, "at least", False, True),  # "the word {keyword} should appear {frequency} times"
        (2, "less than", False, True),
        (3, "less than", True, False),
    ],
)
def test_a_keyword_appears_so_many_times(count, relation, strict, published):
    kwargs = {"keyword": "cat", "frequency": 3.0, "relation": relation}
    assert TIMES.check("Cat, " * count, **kwargs) is strict
    assert TIMES.reference("Cat, " * count, **kwargs) is published


def test_the_relation_may_be_missing():
    assert TIMES.check("cat cat", keyword="cat", frequency=2)
    assert TIMES.reference("cat cat cat", keyword="cat", frequency=2)


def test_the_relation_is_not_said():
    kwargs = TIMES.draw(stream_of(0), 2)
    assert set(TIMES.said(kwargs)) == {"keyword", "frequency"}
    assert "exactly" in TIMES.phrase(stream_of(0), kwargs)


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("An owl and a fox, a fox.", True, True),
        ("An owl and a fox.", False, False),
        ("An owl, an owl and a fox, a fox.", False, False),
        ("An OWL and a fox, a foxglove.", False, True),
        ("An owl, a bowl and a fox, a fox.", True, False),
    ],
)
def test_one_keyword_once_and_another_twice(response, strict, published):
    for kwargs in ({"keyword1": "owl", "keyword2": "fox"}, {"keyword1": ["owl"], "keyword2": ["fox"]}):
        assert INCREMENT.check(response, **kwargs) is strict
        assert INCREMENT.reference(response, **kwargs) is published


@pytest.mark.parametrize(
    ("response", "strict", "published"),
    [
        ("A cat sat.", False, False),
        ("A cat.", False, True),  # not between two spaces
        ("Cat and dog.", False, True),
        ("A CAT sat.", False, True),
        ("A category.", True, True),
    ],
)
def test_an_excluded_word_is_not_there(response, strict, published):
    assert EXCLUDE.check(response, keyword="cat") is strict
    assert EXCLUDE.reference(response, keyword="cat") is published


def test_what_is_asked_for_meets_both_readings():
    for seed in range(50):
        for constraint in (ONCE, TIMES, INCREMENT, EXCLUDE):
            kwargs = constraint.draw(stream_of(seed), 1 + seed % 3)
            assert constraint.reference(constraint.write(prose_of(seed), stream_of(seed), **kwargs), **kwargs)
