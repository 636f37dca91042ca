import copy
import pickle
import warnings

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete
from gymnasium.utils import env_checker
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.agents.conversation import encode
from rlvr.agents.tiny import tiny_tokenizer
from rlvr.core import Completion
from rlvr.testing import env_machine
from rlvr.wrappers.prompts import PromptTemplate
from rlvr.wrappers.scaling import ScaleReward
from rlvr.wrappers.text_observation import TextObservation
from rlvr.wrappers.token_env import TokenEnv, load
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_everywhere

DIGITS = "tiny:0123456789"
END = 2
DIGIT = {str(digit): 11 + digit for digit in range(10)}  # After 11 special tokens and tags.


class Listening(Successor):
    # Keeps the very actions that it was given.

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.heard = []

    def step(self, action):
        self.heard.append(action)
        return super().step(action)


def toy(max_tokens=3, context=12, **kwargs):
    return TokenEnv(Listening(**kwargs), tokenizer=DIGITS, max_tokens=max_tokens, context=context)


def test_the_spaces_are_tokens_and_windows_of_them():
    env = toy()
    assert env.action_space == Discrete(21)
    assert env.observation_space == Box(0, 21, (12,), np.int64)


def test_the_reward_comes_with_the_end_token_and_the_answer_is_the_very_tokens():
    env = toy()
    observation, info = env.reset(seed=0)
    task = env.unwrapped.task
    prompt = [4, DIGIT[task.prompt], END, 5]
    assert observation.tolist() == [21] * 8 + prompt and info == {"task": task.id}
    observation, *rest = env.step(DIGIT[task.reference])
    assert observation.tolist() == [21] * 7 + [*prompt, DIGIT[task.reference]]
    assert rest == [0.0, False, False, {"task": task.id}]
    observation, reward, terminated, truncated, info = env.step(np.int64(END))
    assert observation.tolist() == [21] * 6 + [*prompt, DIGIT[task.reference], END]
    assert (reward, terminated, truncated, info["verdict"]["status"]) == (1.0, True, False, "correct")
    [answer] = env.unwrapped.heard
    assert (answer, answer.token_ids, answer.prompt_ids) == (task.reference, (DIGIT[task.reference], END), (*prompt,))
    assert (answer.finish_reason, answer.logprobs) == ("stop", None)


def test_an_answer_of_max_tokens_is_cut():
    env = toy(max_tokens=2, max_turns=3)
    env.reset(seed=0)
    assert not env.step(DIGIT["1"])[2]
    assert env.step(DIGIT["2"])[2]  # A cut sample ends the conversation.
    [answer] = env.unwrapped.heard
    assert (answer, answer.finish_reason, answer.token_ids) == ("12", "length", (DIGIT["1"], DIGIT["2"]))


def test_a_reply_is_tokenised_after_the_tokens_that_were_chosen():
    env = TokenEnv(Listening(max_turns=2), max_tokens=4, context=64)
    first, _ = env.reset(seed=0)
    tokenizer = tiny_tokenizer()
    # As the tokenizer would never write it: a tag spelled by its characters.
    spelled = [tokenizer.convert_tokens_to_ids(character) for character in "<x>"]
    for token in spelled:
        env.step(token)
    observation, reward, terminated, *_ = env.step(END)
    assert (reward, terminated) == (0.0, False)
    ids = observation[observation < env.vocabulary].tolist()
    before = first[first < env.vocabulary].tolist()
    reply = tokenizer.encode("<|user|>Wrong, again.<|end|><|assistant|>", add_special_tokens=False)
    assert ids == [*before, *spelled, END, *reply]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 106), min_size=1, max_size=40), st.integers(1, 5), st.integers(1, 60))
def test_what_is_seen_is_the_end_of_what_an_agent_would_be_shown(tokens, max_tokens, context):
    env = TokenEnv(Listening(max_turns=9), max_tokens=max_tokens, context=context)
    observation, _ = env.reset(seed=1)
    tokenizer, inner = tiny_tokenizer(), Successor(max_turns=9)
    conversation = [*inner.reset(seed=1)[0]]
    sampled = []
    for token in tokens:
        observation, reward, terminated, *_ = env.step(token)
        sampled.append(token)
        if token == END or len(sampled) == max_tokens:
            answer = env.unwrapped.heard[-1]
            prompt = encode(tokenizer, conversation)
            assert (list(answer.prompt_ids), list(answer.token_ids)) == (prompt, sampled)
            shown, expected, ended, *_ = inner.step(
                Completion(answer, token_ids=sampled, finish_reason=answer.finish_reason)
            )
            assert (reward, terminated) == (expected, ended)
            if terminated:
                break
            conversation += [{"role": "assistant", "content": answer}, *shown]
            sampled = []
    ids = [*encode(tokenizer, conversation), *sampled][-context:]
    assert observation.tolist() == [107] * (context - len(ids)) + ids
    assert observation in env.observation_space


def test_tokens_of_roles_reach_whoever_judges_the_answer():
    env = toy()
    env.reset(seed=0)
    env.step(4)
    env.step(END)
    assert env.unwrapped.heard == ["<|user|>"]


def test_it_goes_outside_of_other_wrappers():
    env = TokenEnv(
        ScaleReward(PromptTemplate(Successor(), user="1{question}"), factor=2.0), tokenizer=DIGITS, context=6
    )
    observation, _ = env.reset(seed=0)
    task = env.unwrapped.task
    assert observation[1:].tolist() == [4, DIGIT["1"], DIGIT[task.prompt], END, 5]
    env.step(DIGIT[task.reference])
    _, reward, *_, info = env.step(END)
    assert reward == 2.0 and info["reward_terms"] == {"correct": 1.0, "scale": 1.0}
    with pytest.raises(TypeError, match="TokenEnv around an environment that observes Messages"):
        TokenEnv(TextObservation(Successor()))


def test_a_hint_is_the_very_answer_that_comes():
    env = TokenEnv(SumEnv(), tokenizer="tiny:=1234", max_tokens=2)
    env.reset(seed=0)
    env.prefetch(11)
    assert env.unwrapped._hint is None
    env.step(11)
    env.prefetch(12)
    hinted = env.unwrapped._hint[0]
    assert hinted == "=1" and hinted.finish_reason == "length"
    env.unwrapped._hint = (hinted, env.unwrapped.plan("=" + env.unwrapped.task.reference))  # Seen to be taken.
    assert env.step(12)[1] == 1.0
    env.prefetch(12)


def test_a_hint_of_an_earlier_turn_is_not_taken_for_the_same_tokens():
    env = toy(max_turns=2)
    env.reset(seed=0)
    env.prefetch(END)
    env.step(END)
    env.step(END)
    first, second = env.unwrapped.heard
    assert first == second == "" and len(first.prompt_ids) < len(second.prompt_ids)


def test_steps_outside_of_an_episode_and_actions_that_are_no_tokens_are_refused():
    env = toy()
    with pytest.raises(ResetNeeded):
        env.step(0)
    env.reset(seed=0)
    for action in (-1, 21, "1", None, 1.5):
        with pytest.raises(ValueError, match="token id from 0 to 20, actually"):
            env.step(action)
    env.step(END)
    with pytest.raises(ResetNeeded):
        env.step(0)


# Tokenizers


@pytest.fixture
def folder(tmp_path):
    """A tokenizer of the tokenizers library: twelve words, no template, nothing said of an end."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    names = [*"0123456789", "\n", "<end>"]
    tokenizer = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, unk_token="\n"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", behavior="isolated")
    tokenizer.add_special_tokens(["<end>"])
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    return tmp_path


@pytest.mark.parametrize("name", [".", "tokenizer.json"])
def test_a_path_of_the_tokenizers_library_is_read_without_roles(folder, name):
    env = TokenEnv(Successor(), tokenizer=str(folder / name), end="<end>", max_tokens=2, context=3)
    observation, _ = env.reset(seed=0)
    task = env.unwrapped.task
    assert env.vocabulary == 12 and observation.tolist() == [12, int(task.prompt), 10]
    env.step(int(task.reference))
    assert env.step(11)[1] == 1.0


def test_a_folder_of_transformers_has_its_template_and_its_end(tmp_path):
    tiny_tokenizer().save_pretrained(tmp_path)
    env, tiny = (TokenEnv(Successor(max_turns=2), tokenizer=name, context=40) for name in (str(tmp_path), "tiny"))
    assert env.reset(seed=3)[0].tolist() == tiny.reset(seed=3)[0].tolist()
    assert env.step(END)[0].tolist() == tiny.step(END)[0].tolist()


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"tokenizer": "nowhere/at/all"}, 'tokenizer to be "tiny", "tiny:CHARACTERS" or the path'),
        ({"tokenizer": "tests"}, "tests to hold a tokenizer.json"),
        ({"end": "<eos>"}, "end to be one of the tokens of tiny"),
        ({"max_tokens": 0}, "max_tokens to be an integer of at least 1"),
        ({"context": 2.0}, "context to be an integer of at least 1"),
    ],
)
def test_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        TokenEnv(Successor(), **kwargs)


def test_a_tokenizer_that_does_not_say_how_answers_end_needs_to_be_told(folder):
    with pytest.raises(ValueError, match=r"end-of-turn token, actually: none. Name it with end="):
        TokenEnv(Successor(), tokenizer=str(folder))


def test_naming_another_end_leaves_the_other_environments_tokenizer_alone():
    env = TokenEnv(Successor(), end="</answer>")
    assert env.end_id == 10 and load("tiny").eos_token_id == END


# As others see it


def test_gymnasiums_checker_passes_it_without_a_warning():
    env = gym.make("rlvr/Math-v0", families="sum", max_turns=2, disable_env_checker=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message=".*different from the unwrapped version.*")
        warnings.filterwarnings("ignore", message=".*alternative render modes.*")
        env_checker.check_env(TokenEnv(env, max_tokens=4))


def test_stable_baselines_checker_passes_it_without_a_warning():
    checker = pytest.importorskip("stable_baselines3.common.env_checker")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checker.check_env(toy(max_turns=2))


def test_random_tokens_are_stepped_alike_by_copies_and_by_what_the_spec_rebuilds():
    env = TokenEnv(gym.make("rlvr/Math-v0", families="sum", max_turns=3), tokenizer=DIGITS, max_tokens=4, context=30)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert isinstance(again, TokenEnv)
    assert again.reset(seed=0)[0].tolist() == env.reset(seed=0)[0].tolist()
    env.action_space.seed(0)
    for _ in range(200):
        token = env.action_space.sample()
        outcome = env.step(token)
        assert outcome[0].tolist() == again.step(token)[0].tolist()
        if outcome[2] or outcome[3]:
            assert outcome[4]["verdict"]["status"] != "pending"
            assert env.reset()[0].tolist() == again.reset()[0].tolist()
        again = copy.deepcopy(again) if token % 2 else pickle.loads(pickle.dumps(again))


def test_it_says_the_same_in_every_vector_environment():
    arguments = {"tokenizer": "tiny:0123456789+=?", "max_tokens": 3, "context": 30}
    actions = [12, 13, END, END, 14, 15, 16, END]
    options = {"families": "sum", "max_turns": 2, "instruction": "", "convention": "whole"}
    for shared_memory in (False, True):
        require_the_same_everywhere(TokenEnv, arguments, actions, shared_memory=shared_memory, **options)


TestMachine = env_machine(lambda: toy(max_turns=2)).TestCase


@pytest.mark.slow
def test_proximal_policy_optimisation_of_stable_baselines_learns_it(folder):
    sb3 = pytest.importorskip("stable_baselines3")
    import torch
    from stable_baselines3.common.env_util import make_vec_env
    from stable_baselines3.common.evaluation import evaluate_policy
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

    class OneHot(BaseFeaturesExtractor):
        def __init__(self, space):
            self.ids = int(space.high[0]) + 1
            super().__init__(space, self.ids * space.shape[0])

        def forward(self, observations):
            return torch.nn.functional.one_hot(observations.long(), self.ids).flatten(1).float()

    def make():
        return TokenEnv(Successor(), tokenizer=str(folder), end="<end>", max_tokens=2, context=4)

    model = sb3.PPO(
        "MlpPolicy",
        make_vec_env(make, n_envs=16, seed=0),
        n_steps=64,
        batch_size=256,
        n_epochs=8,
        learning_rate=3e-3,
        ent_coef=0.02,
        gamma=1.0,
        policy_kwargs={"features_extractor_class": OneHot, "net_arch": [64]},
        seed=0,
        device="cpu",
    )
    held_out = make_vec_env(make, n_envs=1, seed=10_000)
    before, _ = evaluate_policy(model, held_out, n_eval_episodes=200, deterministic=False)
    model.learn(40_000)
    after, _ = evaluate_policy(model, held_out, n_eval_episodes=200, deterministic=False)
    assert before < 0.1 and after > 0.8, f"{before} before, {after} after"
