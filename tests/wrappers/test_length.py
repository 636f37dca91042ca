import warnings

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.toys  # noqa: F401  # Registers toy/Successor-v0.
from rlvr.wrappers.length import Cosine, GrowingTarget, LengthPenalty, SoftOverlong, penalty
from tests.wrappers.test_length_laws import NUMERAL, TOY, play, worth


def make(kind, **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(gym.make(TOY), counter=NUMERAL, **arguments)


@pytest.mark.parametrize(
    ("tokens", "expected"), [(0, 0.0), (2048, 0.0), (2049, -0.0001), (3048, -0.1), (4048, -0.2), (10**9, -0.2)]
)
def test_the_penalty_is_linear_beyond_the_target_down_to_its_floor(tokens, expected):
    env = make(LengthPenalty)
    for right in (True, False):
        assert worth(env, tokens, right) == pytest.approx(expected)


# DAPO, equation 13, with its own L_max = 20,480 and L_cache = 4,096 (arXiv 2503.14476, sections 3.4 and 4.1).
DAPO = [(0, 0.0), (16384, 0.0), (16385, -1 / 4096), (17408, -0.25), (18432, -0.5), (20480, -1.0), (20481, -1.0)]


@pytest.mark.parametrize(("tokens", "expected"), [*DAPO, (10**9, -1.0)])
def test_soft_overlong_is_dapos_equation(tokens, expected):
    assert worth(make(SoftOverlong, preset="paper"), tokens, True) == expected
    assert worth(make(SoftOverlong), tokens, False) == pytest.approx(0.2 * expected)


# Yeo et al.: r = min + (max - min) * (1 + cos(pi * L / L_max)) / 2, with 2 to 1 for right answers, -10 to 0 for wrong
# ones, and -10 at the limit. cos(pi / 4) = 0.70711, cos(pi / 3) = 0.5.
@pytest.mark.parametrize(
    ("tokens", "right", "wrong"),
    [(0, 2.0, -10.0), (300, 1.853553, -8.535534), (400, 1.75, -7.5), (600, 1.5, -5.0), (1200, -10.0, -10.0)],
)
def test_cosine_is_the_papers_schedule(tokens, right, wrong):
    env = make(Cosine, limit=1200, preset="paper")
    assert 1.0 + worth(env, tokens, True) == pytest.approx(right, abs=1e-6)
    assert worth(env, tokens, False) == pytest.approx(wrong, abs=1e-6)


def test_cosine_never_turns_up_again_beyond_the_limit():
    env = make(Cosine, limit=100)
    for right, end in ((True, -0.2), (False, 0.0)):
        assert {round(worth(env, tokens, right), 12) for tokens in (100, 101, 150, 200, 10**6)} == {end}


@given(st.integers(0, 300), st.integers(0, 300))
def test_longer_is_never_better_but_for_wrong_answers_under_cosine(a, b):
    short, long = sorted((a, b))
    cases = [
        make(LengthPenalty, target=50),
        make(SoftOverlong, limit=200, buffer=90),
        make(GrowingTarget, start=10, end=90, progress=0.4),
    ]
    for env in cases:
        for right in (True, False):
            assert worth(env, long, right) <= worth(env, short, right)
    cosine = make(Cosine, limit=200)
    assert worth(cosine, long, True) <= worth(cosine, short, True)
    assert worth(cosine, long, False) >= worth(cosine, short, False)


@pytest.mark.parametrize(("progress", "target"), [(0.0, 100), (0.25, 150), (1.0, 300)])
def test_the_target_moves_with_progress_and_only_with_it(progress, target):
    env = make(GrowingTarget, start=100, end=300, weight=1.0)
    env.set_progress(progress)
    fixed = make(LengthPenalty, target=target, weight=1.0)
    for tokens in (0, 99, 101, 200, 350, 9999):
        assert worth(env, tokens, True) == worth(fixed, tokens, True)
    assert env.spec.additional_wrappers[-1].kwargs["progress"] == 0.0


def test_length_is_summed_over_the_turns():
    env = LengthPenalty(gym.make(TOY, max_turns=3), target=10, weight=10)
    assert play(env, [4, 5, 6], True)[-1][4]["reward_terms"] == {"correct": 1.0, "length": pytest.approx(-0.05)}


def test_no_excess_costs_exactly_nothing():
    assert repr(penalty(0, 1.0, -1.0)) == repr(penalty(-5, 1.0, -1.0)) == repr(penalty(5, 0.0, -1.0)) == "0.0"
