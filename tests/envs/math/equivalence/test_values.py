r"""Random expressions against values computed without the engine, in the manner of a differential fuzz."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rlvr.core import Check, Status
from rlvr.envs.math.verifier import plan
from tests.envs.math.equivalence.expressions import KINDS, changed, differ, draw, equal, rewritten, spell

FUZZ = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
RANDOMS = st.randoms(use_true_random=False)


def decided(gold: str, answer: str) -> Status | None:
    assume(max(len(gold), len(answer)) < 900)
    outcome = plan(answer, gold, convention="whole")
    return None if isinstance(outcome, Check) else outcome.status


@pytest.mark.parametrize("kind", KINDS)
@FUZZ
@given(RANDOMS)
def test_the_same_value_in_another_form_is_never_refused(kind, random):
    tree = draw(random, 2, kind)
    other = rewritten(random, tree, random.randint(0, 4))
    assume(equal(tree, other))
    assert decided(spell(random, tree), spell(random, other)) in (Status.CORRECT, None)


@pytest.mark.parametrize("kind", KINDS)
@FUZZ
@given(RANDOMS)
def test_another_value_is_never_accepted(kind, random):
    tree = draw(random, 2, kind)
    other = changed(random, rewritten(random, tree, random.randint(0, 2)))
    assume(differ(tree, other))
    assert decided(spell(random, tree), spell(random, other)) in (Status.WRONG, None)


@pytest.mark.parametrize("kind", ["rational", "complex"])
@FUZZ
@given(RANDOMS)
def test_what_has_no_roots_and_functions_is_decided_at_once(kind, random):
    tree = draw(random, 2, kind)
    for other in (rewritten(random, tree, 2), changed(random, tree)):
        assume(equal(tree, other) or differ(tree, other))
        assert decided(spell(random, tree), spell(random, other)) is not None
