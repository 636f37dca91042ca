import copy
import math
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

from rlvr.testing import check_env
from rlvr.wrappers.base import RewardTerm
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.scaling import ClipReward, ScaleReward
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_batched, require_the_same_everywhere

FACTORS = st.floats(1e-3, 1e3)
LIMITS = st.tuples(st.floats(-5, 5), st.floats(-5, 5)).filter(lambda pair: pair[0] < pair[1])


class Bonus(RewardTerm):
    """Whatever a test asks for, up to 0.4 more or less."""

    term_name = "bonus"
    worth = 0.0

    def bounds(self):
        return Bounds((-0.4, 0.4), (-0.4, 0.4))

    def value(self, finished):
        return self.worth


def finish(env, *, right, seed=0):
    """The reward and the terms of one episode."""
    env.reset(seed=seed)
    base = env.unwrapped
    _, reward, *_, info = env.step(base.solution(base.task) if right else base.mistake(base.task))
    assert reward == math.fsum(info["reward_terms"].values())
    assert info["verdict"]["status"] == ("correct" if right else "wrong")
    return reward, info["reward_terms"]


@given(FACTORS, st.booleans())
def test_scaling_multiplies_the_reward_within_its_bounds(factor, right):
    env = ScaleReward(Successor(), factor=factor)
    reward, terms = finish(env, right=right)
    assert reward == pytest.approx(factor * right)
    assert env.bounds().hold(terms["scale"], right=right)
    assert env.extend(Bounds((1.0, 1.0), (0.0, 0.0))).hold(reward, right=right)


@given(LIMITS, FACTORS, st.booleans())
def test_clipping_keeps_the_reward_between_the_limits_within_its_bounds(limits, factor, right):
    low, high = limits
    env = ClipReward(ScaleReward(Successor(), factor=factor), low=low, high=high, allow_inversion=True)
    reward, terms = finish(env, right=right)
    assert reward == pytest.approx(min(max(factor * right, low), high))
    assert env.bounds().hold(terms["clip"], right=right)
    assert env.extend(Bounds((factor, factor), (0.0, 0.0))).hold(reward, right=right)


@given(st.lists(st.floats(-10, 10), min_size=2, max_size=2).map(sorted), LIMITS, FACTORS)
def test_bounds_are_reached_by_the_ends_of_the_totals_inside(ends, limits, factor):
    # An interval as the terms inside would have it, for right and for wrong answers.
    inner = Bounds(tuple(ends), tuple(ends))
    low, high = limits
    clip = ClipReward(Successor(), low=low, high=high, allow_inversion=True)
    assert clip.extend(inner).right == (clip._clipped(ends[0]), clip._clipped(ends[1]))
    scaled = ScaleReward(Successor(), factor=factor).extend(inner).right
    assert scaled == (ends[0] * factor, ends[1] * factor)
    for total in (ends[0], sum(ends) / 2, ends[1]):
        assert clip.extend(inner).hold(clip._clipped(total), right=True)


@pytest.mark.parametrize(
    "wrap", [lambda env: ClipReward(env, low=0.25, high=0.9), lambda env: ScaleReward(env, factor=0.5)]
)
@given(worth=st.sampled_from([-0.4, -0.1, 0.0, 0.2, 0.4]) | st.floats(-0.4, 0.4), right=st.booleans())
def test_the_bounds_of_the_term_hold_over_a_term_inside_and_are_tight(wrap, worth, right):
    bonus = Bonus(Successor())
    env = wrap(bonus)
    reached = []
    for bonus.worth in (worth, -0.4, 0.4):
        reward, terms = finish(env, right=right)
        assert env.bounds().hold(terms[env.term], right=right)
        assert env.extend(Bounds((0.6, 1.4), (-0.4, 0.4))).hold(reward, right=right)
        reached.append(terms[env.term])
    low, high = env.bounds().right if right else env.bounds().wrong
    assert (min(reached), max(reached)) == (pytest.approx(low), pytest.approx(high))


def test_one_limit_is_enough_and_no_effect_is_exactly_zero():
    assert finish(ClipReward(Successor(), high=0.5), right=True) == (0.5, {"correct": 1.0, "clip": -0.5})
    assert finish(ClipReward(Successor(), low=-1.0, high=2.0), right=True) == (1.0, {"correct": 1.0, "clip": 0.0})
    reward, terms = finish(ScaleReward(Successor(), factor=1.0), right=True)
    assert (reward, repr(terms["scale"])) == (1.0, "0.0")
    assert repr(finish(ScaleReward(Successor(), factor=0.5), right=False)[1]["scale"]) == "0.0"


def test_the_order_of_the_two_matters_and_each_looks_at_what_is_inside():
    inside = ScaleReward(ClipReward(Successor(), high=0.5), factor=3.0)
    outside = ClipReward(ScaleReward(Successor(), factor=3.0), high=0.5)
    assert finish(inside, right=True)[0] == 1.5
    assert finish(outside, right=True)[0] == 0.5


def test_two_of_a_kind_need_two_names():
    twice = ScaleReward(ScaleReward(Successor(), factor=2.0), factor=2.0, term="again")
    assert finish(twice, right=True) == (4.0, {"correct": 1.0, "scale": 1.0, "again": 2.0})
    with pytest.raises(ValueError, match="'scale' is taken"):
        ScaleReward(ScaleReward(Successor(), factor=2.0), factor=2.0)


@pytest.mark.parametrize("kwargs", [{"high": 0.0}, {"low": 1.0}, {"low": 2.0, "high": 3.0}])
def test_a_clip_that_brings_right_and_wrong_together_is_refused(kwargs):
    with pytest.raises(ValueError, match="every wrong answer to score below every right one"):
        ClipReward(Successor(), **kwargs)
    ClipReward(Successor(), **kwargs, allow_inversion=True)


@pytest.mark.parametrize(
    ("kind", "kwargs", "match"),
    [
        (ClipReward, {}, "Expected low or high"),
        (ClipReward, {"low": 1.0, "high": 1.0}, "low to be below high"),
        (ClipReward, {"low": math.nan}, "low to be a finite number"),
        (ClipReward, {"high": "1"}, "high to be a finite number"),
        (ScaleReward, {"factor": 0.0}, "factor to be above 0"),
        (ScaleReward, {"factor": -1.0}, "factor to be above 0"),
        (ScaleReward, {"factor": math.inf}, "factor to be a finite number"),
    ],
)
def test_arguments_are_checked(kind, kwargs, match):
    with pytest.raises(ValueError, match=match):
        kind(Successor(), **kwargs)


@pytest.mark.parametrize("wrap", [lambda env: ClipReward(env, low=0.25), lambda env: ScaleReward(env, factor=2.0)])
def test_turns_that_go_on_and_verifier_errors_pay_nothing(wrap):
    env = wrap(Successor(max_turns=2))
    env.reset(seed=0)
    _, reward, *_, info = env.step("x")
    assert (reward, info["verdict"]["status"]) == (0.0, "pending")
    broken = wrap(Successor(broken=True))
    broken.reset(seed=0)
    _, reward, _, truncated, info = broken.step("x")
    assert (reward, truncated, info["verdict"]["status"]) == (0.0, True, "error")


@pytest.mark.parametrize(
    "wrap", [lambda env: ClipReward(env, low=-1, high=2.0), lambda env: ScaleReward(env, factor=2)]
)
def test_they_keep_the_contract_copy_and_are_rebuilt_from_json(wrap):
    check_env(wrap(SumEnv(max_turns=2)))
    env = wrap(gym.make("rlvr/Math-v0", families="sum"))
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    for one in (again, copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert type(one) is type(env)
        assert finish(one, right=True) == finish(env, right=True)


def test_they_say_the_same_in_every_vector_environment():
    actions = [r"\boxed{9}", r"\boxed{13}", "?"]
    for wrapper, arguments in ((ClipReward, {"high": 0.5}), (ScaleReward, {"factor": 2.0})):
        make, sync = require_the_same_everywhere(wrapper, arguments, actions, families="sum", max_turns=2)
        require_the_same_batched(make, sync, actions)
