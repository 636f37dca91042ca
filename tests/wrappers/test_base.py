import copy
import math
import pickle
import warnings

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

import rlvr  # registers the environments
from rlvr.wrappers import GRPOLambda, Magistral, SoftOverlong, TextObservation
from rlvr.wrappers.base import report_progress, reward_terms
from rlvr.wrappers.bounds import CORRECT, Bounds, InversionWarning
from tests.wrappers.terms import Fixed, Gate, Shortest

assert rlvr


def toy(**kwargs):
    return gym.make("tests.toys:toy/Successor-v0", disable_env_checker=True, **kwargs)


def right(env):
    return env.unwrapped.solution(env.unwrapped.task)


def test_the_term_is_added_and_the_reward_is_the_sum():
    env = Fixed(Fixed(toy(), amount=0.1), amount=0.2, term="other")
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step(right(env))
    assert info["reward_terms"] == {"correct": 1.0, "fixed": 0.1, "other": 0.2}
    assert reward == math.fsum([1.0, 0.1, 0.2])
    assert (terminated, truncated) == (True, False)
    assert info["verdict"]["status"] == "correct"


def test_terms_are_paid_on_the_last_turn_only():
    env = Fixed(toy(max_turns=3), amount=0.1)
    env.reset(seed=0)
    for _ in range(2):
        _, reward, terminated, _, info = env.step("x")
        assert (reward, terminated, info["reward_terms"]) == (0.0, False, {"correct": 0.0, "fixed": 0.0})
    _, reward, terminated, _, info = env.step("x")
    assert (reward, terminated, info["reward_terms"]) == (0.1, True, {"correct": 0.0, "fixed": 0.1})
    (finished,) = env.seen
    assert finished.actions == ("x", "x", "x") and not finished.right and finished.task == info["task"]
    assert finished.opening[0]["role"] == "user"


def test_where_the_verifier_failed_every_term_is_nothing():
    env = Fixed(toy(broken=True), amount=0.1)
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step("5")
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert info["reward_terms"] == {"correct": 0.0, "fixed": 0.0}
    assert env.seen == []


def test_an_episode_leaves_nothing_for_the_next_one():
    env = Fixed(toy(max_turns=2), amount=0.1)
    env.reset(seed=0)
    env.step("x")
    env.reset()
    env.step(right(env))
    assert len(env.seen[0].actions) == 1


def test_the_wrapped_environments_info_is_not_changed():
    inner = toy()
    env = Fixed(inner)
    env.reset(seed=0)
    kept = []
    step = inner.step
    inner.step = lambda action: kept.append(step(action)) or kept[-1]
    env.step("x")
    assert kept[0][4]["reward_terms"] == {"correct": 0.0}


@given(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=5), st.booleans())
def test_the_reward_is_the_sum_of_the_terms_whatever_their_order(amounts, answers_right):
    outcomes = []
    for order in (amounts, amounts[::-1]):
        env = toy()
        for amount in order:
            env = Fixed(env, amount=amount, term=f"t{amount}-{len(reward_terms(env))}", allow_inversion=True)
        env.reset(seed=1)
        _, reward, _, _, info = env.step(right(env) if answers_right else "x")
        assert reward == math.fsum(info["reward_terms"].values())
        outcomes.append((reward, sorted(info["reward_terms"].values())))
    assert outcomes[0] == outcomes[1]


def test_a_gate_takes_away_what_is_inside_of_it():
    env = Gate(Fixed(toy(), amount=0.1), most=3, allow_inversion=True)
    env.reset(seed=0)
    _, reward, _, _, info = env.step(right(env) + "   ")
    assert info["reward_terms"]["gate"] == -1.1
    assert reward == math.fsum(info["reward_terms"].values()) == pytest.approx(0.0, abs=1e-12)
    assert info["verdict"]["status"] == "correct"


def test_a_stack_in_which_wrong_can_reach_right_is_refused_with_the_figures():
    with pytest.raises(ValueError, match=r"up to 1 against down to 1 .*allow_inversion=True"):
        _ = _tilted(toy())
    assert _tilted(toy(), allow_inversion=True).allow_inversion
    with pytest.raises(ValueError, match="up to 0 against down to 0"):
        Gate(toy())


class Tilted(Fixed):
    """A bonus for wrong answers."""

    def bounds(self):
        return Bounds((0.0, 0.0), (0.0, 1.0))


def _tilted(env, **kwargs):
    return Tilted(env, **kwargs)


def test_what_is_allowed_inside_stays_allowed_outside():
    assert Fixed(_tilted(toy(), allow_inversion=True), term="more")


def test_a_papers_numbers_may_break_the_law_with_a_warning():
    with pytest.warns(InversionWarning, match="This is what the paper's numbers do"):
        _tilted(toy(), preset="paper")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Fixed(toy(), preset="paper")


def test_two_terms_of_one_name_are_refused():
    with pytest.raises(ValueError, match="'fixed' is taken"):
        Fixed(Fixed(toy()))
    with pytest.raises(ValueError, match="'correct' is taken"):
        Fixed(toy(), term="correct")


def test_reward_terms_go_inside_of_what_changes_the_observations():
    with pytest.raises(TypeError, match="TextObservation and TokenEnv go outside"):
        Fixed(TextObservation(toy()))


def test_what_looks_at_the_total_goes_inside_of_what_waits_for_the_group():
    with pytest.raises(ValueError, match="Wrap the other way round"):
        Gate(Shortest(toy()), allow_inversion=True)
    assert Shortest(Gate(toy(), allow_inversion=True))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"amount": math.nan}, "amount to be a finite number"),
        ({"amount": 10**400}, "amount to be a finite number"),
        ({"preset": "mine"}, "preset to be one of rlvr, paper"),
        ({"term": 3}, "term to be a str that is not empty"),
        ({"term": ""}, "term to be a str that is not empty"),
        ({"allow_inversion": "no"}, "allow_inversion to be True or False"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Fixed(toy(), **arguments)


def test_the_spec_rebuilds_the_stack():
    env = Shortest(Fixed(gym.make("rlvr/Math-v0"), amount=0.05, term="mine"), counter="rlvr.wrappers.counting:words")
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    kinds = [type(wrapper).__name__ for wrapper in reward_terms(again)]
    assert kinds == ["Fixed", "Shortest"]
    assert reward_terms(again)[0].term == "mine" and reward_terms(again)[0].amount == 0.05


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda env: pickle.loads(pickle.dumps(env))])
def test_a_stack_can_be_copied_in_the_middle_of_an_episode(clone):
    env = Fixed(toy(max_turns=2), amount=0.1)
    env.reset(seed=3)
    env.step("x")
    again = clone(env)
    assert env.step(right(env))[1] == again.step(right(again))[1] == 1.1


def test_progress_reaches_every_wrapper_that_wants_to_know_it():
    env = Fixed(Shortest(Fixed(toy())), term="outer")
    report_progress(env, 0.5)
    assert [wrapper.progress for wrapper in reward_terms(env) if isinstance(wrapper, Fixed)] == [0.5, 0.5]
    with pytest.raises(ValueError, match="fraction to be between 0 and 1, actually: 2"):
        report_progress(env, 2)


def test_bounds_add_up_and_hold_up_to_rounding():
    total = CORRECT.plus(Bounds((-0.1, 0.2), (-0.3, 0.4)))
    assert total == Bounds((0.9, 1.2), (-0.3, 0.4))
    assert total.hold(0.9 - 1e-12, right=True) and not total.hold(0.5, right=False)


@pytest.mark.parametrize("name", ["ammount", "value", "weight"])
def test_an_argument_that_no_constructor_names_is_refused(name):
    with pytest.raises(TypeError, match=f"Unknown argument of Fixed '{name}'"):
        Fixed(toy(), **{name: 0.1})


@pytest.mark.parametrize("make", [SoftOverlong, GRPOLambda, Magistral])
def test_the_warning_points_to_whoever_makes_the_wrapper(make):
    arguments = {"alpha": 1.0} if make is GRPOLambda else {}
    with pytest.warns(InversionWarning) as caught:
        make(toy(), preset="paper", **arguments)
    assert [one.filename for one in caught] == [__file__]
