"""Which constraints go together, and that texts can be written which meet them all."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.envs.instructions.composing import Contradiction, compatible, drawn, met, witness
from rlvr.envs.instructions.conflicts import COMPOSABLE, CONFLICTS, UNCLEAR
from rlvr.envs.instructions.constraints import CONSTRAINTS
from rlvr.envs.instructions.constraints.base import listed, times
from rlvr.envs.instructions.prose import TOPICS
from rlvr.envs.instructions.unwritable import UNWRITABLE
from rlvr.seeding import StreamKey

SAID_IN_OTHER_WORDS = ("relation", "let_relation", "capital_relation", "language")
PAIRS = [frozenset(pair) for pair in combinations(COMPOSABLE, 2)]


def named(names, seed):
    """Parameters as a prompt has them, and what it is about."""
    names = sorted(names)
    stream = StreamKey("pairs", *names).at(seed, 0)
    wanted, subject = stream.choice(TOPICS)
    found = [(name, CONSTRAINTS[name].draw(stream, 1 + seed % 3)) for name in names]
    repeated = {"prompt_to_repeat": f"Write {wanted}."}
    return [(name, repeated if set(kwargs) == set(repeated) else kwargs) for name, kwargs in found], subject


def share(pair, draws=60):
    """How many of some draws of a pair's parameters can be met."""
    count = 0
    for seed in range(draws):
        constraints, subject = named(pair, seed)
        try:
            witness(constraints, subject)
        except Contradiction:
            continue
        count += 1
    return count / draws


def test_the_table_is_of_pairs_of_what_is_drawn():
    assert list(COMPOSABLE) == sorted(set(COMPOSABLE)) and set(COMPOSABLE) <= set(CONSTRAINTS)
    assert set(PAIRS) >= CONFLICTS == UNWRITABLE | UNCLEAR
    assert not UNWRITABLE & UNCLEAR


def test_every_constraint_goes_with_some_other_so_that_a_conversation_can_go_on():
    for name in COMPOSABLE:
        assert sum(compatible((name, other)) for other in COMPOSABLE if other != name) >= 5


@pytest.mark.parametrize("name", COMPOSABLE)
def test_what_is_not_in_the_table_can_be_met_together(name):
    for other in COMPOSABLE:
        if name < other and compatible((name, other)):
            assert share({name, other}, draws=6) >= 0.5, other


@pytest.mark.slow
def test_the_table_is_found_again_by_trying_all_pairs():
    """With a margin to both sides, since whatever changes a writer changes what it can do."""
    with ProcessPoolExecutor(4) as processes:
        shares = dict(zip(PAIRS, processes.map(share, PAIRS, chunksize=20), strict=True))
    assert {pair for pair in PAIRS if shares[pair] < 0.8} <= UNWRITABLE | UNCLEAR
    assert all(shares[pair] < 0.97 for pair in UNWRITABLE)


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(1, 3), st.integers(1, 5), st.sets(st.sampled_from(COMPOSABLE), max_size=1))
def test_what_is_drawn_goes_together_and_with_what_is_given(seed, level, count, given):
    constraints = drawn(StreamKey("drawn").at(seed, 0), level, count, sorted(given))
    names = [name for name, _ in constraints]
    assert len(names) == len(set(names)) == count
    assert not given & set(names)
    assert not [pair for pair in combinations([*given, *names], 2) if frozenset(pair) in CONFLICTS]
    assert all(set(kwargs) == set(CONSTRAINTS[name].parameters) for name, kwargs in constraints)


def test_a_witness_meets_all_and_depends_on_no_order():
    for seed in range(20):
        constraints = drawn(StreamKey("witnesses").at(seed, 0), 2, 3)
        try:
            text = witness(constraints, "old maps")
        except Contradiction:
            continue
        assert witness(constraints[::-1], "old maps") == text
        assert all(CONSTRAINTS[name].check(text, **kwargs) for name, kwargs in constraints)


def test_a_contradiction_is_told_by_the_names_of_what_cannot_be_met():
    both = [("change_case:english_capital", {}), ("change_case:english_lowercase", {})]
    with pytest.raises(Contradiction, match="all of change_case:english_capital, change_case:english_lowercase"):
        witness(both, "old maps")
    with pytest.raises(Contradiction):
        met([(CONSTRAINTS[name], kwargs) for name, kwargs in both], "old maps", StreamKey("met").at(0, 0))


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_each_phrase_names_the_values_of_the_parameters(name):
    constraint = CONSTRAINTS[name]
    for seed in range(12):
        stream = StreamKey("phrases").at(seed, 0)
        kwargs = constraint.draw(stream, 1 + seed % 3)
        phrases = [phrasing.format(**constraint.said(kwargs)) for phrasing in constraint.phrasings]
        assert constraint.phrase(stream, kwargs) in phrases
        texts = [value for name, value in kwargs.items() if name not in SAID_IN_OTHER_WORDS]
        for phrase in phrases:
            assert all(value in phrase for value in constraint.said(kwargs).values())
            assert all(str(text) in phrase for text in texts if isinstance(text, str))
            assert all(item in phrase for text in texts if isinstance(text, list) for item in text)


def test_lists_and_numbers_are_said_as_in_a_sentence():
    assert listed(["a"]) == '"a"'
    assert listed(["a", "b", "c"]) == '"a", "b" and "c"'
    assert [times(number) for number in (1, 2, 3)] == ["once", "twice", "3 times"]
