import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given

from rlvr.spaces import AnyText, Messages
from rlvr.testing import check_env, env_machine, from_space
from rlvr.wrappers import TextObservation
from tests.planted_env import SumEnv


def test_it_shows_the_new_messages_as_one_text():
    env = TextObservation(SumEnv(system_prompt="Add.", max_turns=2))
    assert env.observation_space == AnyText()
    observation, _ = env.reset(options={"task": "sum-1-2"})
    assert observation == "Add.\n1 + 2 = ?"
    assert env.step("=4")[0] == "That is wrong. Try again."
    assert env.step("=3")[0] == ""


@given(from_space(Messages()))
def test_every_text_of_every_message_is_shown_in_order(messages):
    shown = TextObservation(SumEnv()).observation(messages)
    assert shown == "\n".join(message["content"] for message in messages)


def test_content_in_parts_shows_their_texts_and_nothing_is_dropped_silently():
    env = TextObservation(SumEnv())
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    assert env.observation(({"role": "user", "content": parts}, {"role": "tool", "content": None})) == "a\nb\n"
    with pytest.raises(ValueError, match="a part of type 'image'"):
        env.observation(({"role": "user", "content": [{"type": "image"}]},))


def test_an_environment_that_observes_something_else_is_refused():
    with pytest.raises(TypeError, match="observes Messages, actually: Box"):
        TextObservation(gym.make("CartPole-v1"))


def test_it_keeps_the_contract_and_pickles():
    check_env(TextObservation(SumEnv(max_turns=2)))
    env = TextObservation(SumEnv())
    env.reset(seed=0)
    assert pickle.loads(pickle.dumps(env)).step("=1") == env.step("=1")


def test_hints_reach_the_environment_through_it():
    env = TextObservation(SumEnv())
    env.reset(seed=0)
    env.get_wrapper_attr("prefetch")("=1")
    assert env.unwrapped._hint[0] == "=1"


def test_it_is_rebuilt_from_the_json_of_the_spec():
    spec = EnvSpec("planted/Text-v0", entry_point="tests.planted_env:SumEnv", kwargs={"max_turns": 2})
    env = TextObservation(gym.make(spec))
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert isinstance(again, TextObservation)
    assert again.reset(seed=3) == env.reset(seed=3)


TestMachine = env_machine(lambda: TextObservation(SumEnv(max_turns=2))).TestCase
