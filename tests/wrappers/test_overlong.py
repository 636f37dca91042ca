import copy
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.testing import check_env
from rlvr.wrappers.length import LengthPenalty
from rlvr.wrappers.overlong import OverlongFilter
from tests.planted_env import SumEnv
from tests.wrappers.test_length_laws import TOY, play, sampled


def cut(text, tokens=3):
    return Completion(text, token_ids=(7,) * tokens, finish_reason="length")


def test_a_cut_episode_is_masked_whatever_its_verdict():
    env = OverlongFilter(gym.make(TOY, max_turns=3))
    for text in ("x", None):
        env.reset(seed=1)
        assert env.step(sampled("x", 3))[4]["masked"] is False
        _, _, terminated, _, info = env.step(cut(text or env.unwrapped.solution(env.unwrapped.task)))
        assert terminated and info["masked"] is True


@pytest.mark.parametrize("answer", ["x", Completion("x"), Completion("x", finish_reason="stop")])
def test_without_a_limit_nothing_is_counted_and_only_cuts_are_masked(answer):
    env = OverlongFilter(gym.make(TOY))
    env.reset(seed=1)
    assert env.step(answer)[4]["masked"] is False


@given(st.lists(st.integers(0, 9), min_size=3, max_size=3), st.booleans())
def test_with_a_limit_the_whole_episode_counts_and_only_its_last_turn_says_so(lengths, right):
    env = OverlongFilter(gym.make(TOY, max_turns=3), limit=12)
    bare = gym.make(TOY, max_turns=3)
    moments = play(env, lengths, right)
    assert [step[4]["masked"] for step in moments[1:]] == [False, False, sum(lengths) > 12]
    for step, expected in zip(moments[1:], play(bare, lengths, right)[1:], strict=True):
        rest = {name: value for name, value in step[4].items() if name != "masked"}
        assert (*step[:4], rest) == expected
    assert play(env, lengths, right) == moments


def test_a_counter_is_for_text_without_tokens():
    env = OverlongFilter(gym.make(TOY), limit=2, counter="rlvr.wrappers.counting:words")
    for text, masked in (("two words", False), ("three whole words", True)):
        env.reset(seed=0)
        assert env.step(text)[4]["masked"] is masked
    env = OverlongFilter(gym.make(TOY), limit=2)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="Give the wrapper a counter"):
        env.step("x")


def test_filters_add_up_and_reward_terms_pass_the_mark_on():
    inner_masks = OverlongFilter(LengthPenalty(OverlongFilter(gym.make(TOY), limit=2)), limit=99)
    outer_masks = OverlongFilter(LengthPenalty(OverlongFilter(gym.make(TOY), limit=99)), limit=2)
    for env in (inner_masks, outer_masks):
        assert play(env, [3], True)[-1][4]["masked"] is True
        assert play(env, [2], True)[-1][4]["masked"] is False


@pytest.mark.parametrize("arguments", [{"limit": 0}, {"limit": 2.5}, {"limit": True}, {"counter": "nothing:here"}])
def test_an_argument_that_makes_no_sense_is_refused_by_name(arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        OverlongFilter(gym.make(TOY), **arguments)


def test_it_keeps_the_contract_and_survives_specs_and_copies():
    check_env(OverlongFilter(SumEnv(max_turns=2), limit=5, counter="rlvr.wrappers.counting:characters"))
    env = OverlongFilter(gym.make(TOY, max_turns=2), limit=10)
    rebuilt = gym.make(EnvSpec.from_json(env.spec.to_json()))
    for one in (env, rebuilt):
        one.reset(seed=2)
        one.step(sampled("x", 6))
    copies = [copy.deepcopy(env), pickle.loads(pickle.dumps(env)), rebuilt]
    assert all(one.step(sampled("x", 6)) == env.step(sampled("x", 6)) for one in copies[:1])
    assert [one.step(sampled("x", 6))[4]["masked"] for one in copies[1:]] == [True, True]
