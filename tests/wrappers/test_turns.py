import copy
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

from rlvr.testing import check_env, env_machine
from rlvr.wrappers.curriculum import Curriculum
from rlvr.wrappers.turns import TurnBudget
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_batched, require_the_same_everywhere


def left(observation):
    return observation[-1]["content"].rpartition("Answers left: ")[2]


@given(st.integers(1, 6), st.integers(0, 4))
def test_the_episode_ends_with_a_verdict_after_so_many_turns_and_each_one_is_announced(turns, more):
    env = TurnBudget(Successor(max_turns=turns + more), turns=turns)
    observation, info = env.reset(seed=0)
    for turn in range(turns):
        assert left(observation) == f"{turns - turn}."
        assert info["turns_left"] == turns - turn
        observation, reward, terminated, truncated, info = env.step("x")
        assert terminated == (turn == turns - 1) and not truncated
        assert info["verdict"]["status"] == ("wrong" if terminated else "pending")
    assert observation == () and info["turns_left"] == 0 and reward == 0.0


def test_a_right_answer_ends_it_as_ever_and_the_next_episode_has_all_turns_again():
    env = TurnBudget(Successor(max_turns=5), turns=3)
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(env.unwrapped.task.reference)
    assert (reward, terminated, info["turns_left"]) == (1.0, True, 0)
    assert env.reset()[1]["turns_left"] == 3


def test_the_text_is_anybodys_and_none_is_said_for_none():
    env = TurnBudget(Successor(max_turns=2), turns=2, text="{turns} of {all}")
    assert env.reset(seed=0)[0][-1]["content"].endswith("\n\n2 of {all}")
    silent = TurnBudget(Successor(max_turns=2), turns=1, text=None)
    assert silent.reset(seed=0)[0] == Successor().reset(seed=0)[0]
    assert silent.step("x")[2]


def test_the_environments_own_transcript_is_what_it_said():
    env = TurnBudget(Successor(max_turns=2), turns=2)
    env.reset(seed=0)
    env.step("x")
    assert "Answers left" not in str(env.unwrapped.transcript)


def test_an_outer_budget_lowers_an_inner_one():
    env = TurnBudget(TurnBudget(Successor(max_turns=5), turns=4, text=None), turns=2)
    env.reset(seed=0)
    assert [env.step("x")[2], env.step("x")[2]] == [False, True]


def test_an_outer_budget_that_would_raise_an_inner_one_is_refused_at_once():
    with pytest.raises(ValueError, match="max_turns, 2, actually: 3"):
        TurnBudget(TurnBudget(Successor(max_turns=5), turns=2), turns=3)


def test_it_holds_on_every_level_of_a_curriculum_inside():
    levels = [{"max_turns": 3}, {"max_turns": 5}, {"max_turns": 1}]
    env = TurnBudget(Curriculum(gym.make("toy/Successor-v0"), levels=levels), turns=2)
    for level, turns in ((1, 2), (2, 1), (0, 2)):
        env.get_wrapper_attr("set_level")(level)
        assert env.reset(seed=0)[1]["turns_left"] == turns


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"turns": 0}, "turns to be an integer from 1 to the environment's max_turns, 2, actually: 0"),
        ({"turns": 3}, "actually: 3"),
        ({"turns": True}, "actually: True"),
        ({"turns": 1, "text": "left"}, "text to have the marker {turns}"),
        ({"turns": 1, "text": ""}, "text to be a str that is not empty"),
    ],
)
def test_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        TurnBudget(Successor(max_turns=2), **kwargs)


def test_an_environment_without_turns_is_refused():
    with pytest.raises(TypeError, match="observes Messages"):
        TurnBudget(gym.make("CartPole-v1"), turns=1)


def test_it_keeps_the_contract_copies_and_is_rebuilt_from_json():
    check_env(TurnBudget(SumEnv(max_turns=4), turns=2))
    env = TurnBudget(gym.make("rlvr/Math-v0", families="sum", max_turns=4), turns=2)
    env.reset(seed=0)
    for one in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        one.step("x")
        assert one.step("x")[2]
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert again.reset(seed=3) == env.reset(seed=3)
    assert again.step("x") == env.step("x")


def test_it_says_the_same_in_every_vector_environment():
    actions = ["x", "y", r"\boxed{9}", "z"]
    make, sync = require_the_same_everywhere(TurnBudget, {"turns": 2}, actions, families="sum", max_turns=3)
    require_the_same_batched(make, sync, actions)


TestMachine = env_machine(lambda: TurnBudget(SumEnv(max_turns=3), turns=2)).TestCase
