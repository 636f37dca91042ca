from __future__ import annotations

import doctest
import pickle

import gymnasium as gym
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr import step_many
from rlvr.core import Completion
from rlvr.envs.structured import env as module
from rlvr.envs.structured.env import StructuredEnv
from rlvr.envs.structured.families import FAMILIES
from rlvr.envs.structured.generated import generated
from rlvr.seeding import in_test_split


@settings(max_examples=30)
@given(st.sampled_from(["train", "test"]), st.integers(1, 3), st.integers(0, 2**63), st.integers(0, 10**6))
def test_drawing_is_a_pure_function_and_ids_lead_back(split, level, seed, episode):
    source = generated(split=split, level=level)
    task = source.draw(seed, episode)
    source.draw(seed + 1, episode)
    assert source.draw(seed, episode) == source.find(task.id, seed=12345) == task
    assert in_test_split(source.canonical(seed, episode)) is (split == "test")


def test_equal_arguments_give_one_object_that_pickles_by_name():
    source = generated(families=["json"], level=2)
    assert source is generated(families="json", level=2) is pickle.loads(pickle.dumps(source))


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_oracle_scores_1_and_a_mistake_0_at_every_level(name, level):
    envs = [StructuredEnv(families=name, level=level, opened_think=level == 2) for _ in range(4)]
    for say, reward in (("solution", 1.0), ("mistake", 0.0)):
        for seed, env in enumerate(envs):
            env.reset(seed=seed)
        steps = step_many(envs, [getattr(env, say)(env.task) for env in envs])
        assert [step[1] for step in steps] == [reward] * 4


def test_a_form_that_is_wrong_is_told_and_values_are_not():
    env = StructuredEnv(families="json", max_turns=4)
    env.reset(seed=0)
    said = [env.step(text)[0][0]["content"] for text in ("Hm.", "```\n{}\n```", env.mistake(env.task))]
    assert "not JSON" in said[0] and "required" in said[1] and "not all of it is right" in said[2]
    for value in env.task.reference["value"].values():
        assert repr(value) not in said[2]
    assert env.step(env.solution(env.task))[1] == 1.0


def test_texts_that_a_regular_expression_fails_are_not_told():
    env = StructuredEnv(families="regex", max_turns=2, level=3)
    env.reset(seed=0)
    (message,), *_ = env.step("```\n[a-z]+\n```")
    assert message["content"] == module._NOT_RIGHT


def test_a_fraction_is_paid_for_the_form_and_the_share_of_values():
    env = StructuredEnv(families="csv", reward="fraction")
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(env.mistake(env.task))
    assert (
        terminated and info["verdict"]["status"] == "partial" and reward == 0.5 + info["verdict"]["parts"]["values"] / 2
    )


def test_a_cut_sample_ends_the_episode():
    env = StructuredEnv(max_turns=3)
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(Completion("```json\n{", finish_reason="length"))
    assert (reward, terminated, info["verdict"]["status"]) == (0.0, True, "truncated")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"families": "jsn"}, "'json'"),
        ({"level": 4}, "level"),
        ({"split": "dev"}, "split"),
        ({"reward": "all"}, "reward"),
        ({"source": "file"}, "source"),
        ({"source": 1}, "source"),
        ({"instruction": 1}, "instruction"),
        ({"opened_think": 1}, "opened_think"),
    ],
)
def test_arguments_that_do_not_exist_are_refused_by_name(arguments, word):
    with pytest.raises(ValueError, match=word):
        gym.make("rlvr/Structured-v0", **arguments)


def test_the_example_on_its_page_is_true():
    assert doctest.testmod(module).failed == 0
