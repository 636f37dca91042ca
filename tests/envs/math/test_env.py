from __future__ import annotations

import copy
import json
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env

import rlvr
from rlvr.core import Completion, Status, Verdict
from rlvr.envs.files import locate
from rlvr.envs.math.env import DEFAULT_INSTRUCTION, MathEnv
from rlvr.envs.math.families import FAMILIES
from rlvr.registry import ENVIRONMENTS

FILES = {"gsm8k": "gsm8k_train.jsonl", "math500": "math500.jsonl", "aime": "aime_2024.jsonl", "svamp": "svamp.json"}
IDS = [
    pytest.param(
        entry.id,
        marks=pytest.mark.skipif(
            entry.kwargs.get("source") in FILES and locate(FILES[entry.kwargs["source"]]) is None,
            reason="its file is in no data folder; set RLVR_DATA",
        ),
    )
    for entry in ENVIRONMENTS
    if entry.entry_point == "rlvr.envs.math.env:MathEnv"
]


@pytest.mark.parametrize("env_id", IDS)
def test_every_id_passes_gymnasium_s_checker(env_id):
    check_env(gym.make(env_id, max_turns=2).unwrapped)


@pytest.mark.parametrize("env_id", IDS)
def test_every_id_is_made_again_from_its_spec_s_json(env_id):
    env = gym.make(env_id, max_turns=2)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert env.reset(seed=3) == again.reset(seed=3)
    assert again.unwrapped.max_turns == 2


@pytest.mark.parametrize("env_id", IDS)
def test_the_oracle_scores_1_and_a_mistake_0(env_id):
    env = gym.make(env_id).unwrapped
    for episode in range(5):
        for act, reward in ((env.solution, 1.0), (env.mistake, 0.0)):
            env.reset(seed=0, options={"episode": episode})
            observation, got, terminated, truncated, info = env.step(act(env.task))
            assert (observation, got, terminated, truncated) == ((), reward, True, False)
            assert info["reward_terms"] == {"correct": reward}
            json.dumps(info)


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_can_be_made_and_solved(name):
    env = gym.make("rlvr/Math-v0", families=name, level=2, split="test")
    env.reset(seed=0)
    assert env.step(env.unwrapped.solution(env.unwrapped.task))[1] == 1.0


def test_the_question_is_followed_by_the_instruction_and_led_by_the_system_prompt():
    question, _ = MathEnv(families="sum").reset(seed=0)
    bare, info = MathEnv(families="sum", instruction="").reset(seed=0)
    led, _ = MathEnv(families="sum", instruction="", system_prompt="Be brief.").reset(seed=0)
    assert question[0]["content"] == f"{bare[0]['content']}\n\n{DEFAULT_INSTRUCTION}"
    assert led == ({"role": "system", "content": "Be brief."}, *bare)
    assert bare == ({"role": "user", "content": bare[0]["content"]},)
    assert bare[0]["content"].endswith("=?")
    assert info == {"task": "sum-1/train/0/0"}


def test_a_wrong_answer_is_followed_by_a_reply_that_does_not_leak_the_gold():
    env = MathEnv(families="sum", level=3, max_turns=3)
    replies = set()
    for seed in range(20):
        env.reset(seed=seed)
        for answer in (env.mistake(env.task), "hm"):
            observation, reward, terminated, truncated, info = env.step(answer)
            assert (reward, terminated, truncated, info["verdict"]["status"]) == (0.0, False, False, "pending")
            assert info["verdict"]["answer"] is None
            assert info["reward_terms"] == {"correct": 0.0}
            replies.add(observation[0]["content"])
        assert env.step(env.solution(env.task))[1:3] == (1.0, True)
    assert len(replies) == 2  # one for a wrong answer, one for none, whatever the task


def test_feedback_names_the_convention_and_what_could_not_be_checked():
    env = MathEnv(convention="answer", max_turns=2)
    env.reset(seed=0)
    assert "<answer>...</answer>" in env.feedback(env.task, Verdict(Status.UNPARSABLE))
    assert "too complicated" in env.feedback(env.task, Verdict(Status.TIMEOUT))


@pytest.mark.parametrize("convention", ["auto", "boxed", "answer", "hash", "phrase"])
@pytest.mark.parametrize("opened_think", [False, True])
def test_solutions_and_mistakes_follow_the_convention(convention, opened_think):
    env = MathEnv(families=("fraction", "chain"), level=3, convention=convention, opened_think=opened_think)
    for seed in range(5):
        env.reset(seed=seed)
        assert env.step(env.solution(env.task))[4]["verdict"]["status"] == "correct"
        env.reset(seed=seed)
        assert env.step(env.mistake(env.task))[4]["verdict"]["status"] == "wrong"


def test_only_the_asked_convention_counts():
    env = MathEnv(families="sum", convention="answer")
    env.reset(seed=0)
    boxed = MathEnv(families="sum").solution(env.task)
    assert env.step(boxed)[4]["verdict"]["status"] == "unparsable"


def test_a_cut_sample_ends_the_episode_but_does_not_truncate_it():
    env = MathEnv(families="sum", max_turns=3)
    for text, status in (("so it is", "truncated"), (r"\boxed{x", "truncated"), (r"\boxed{-1} and", "wrong")):
        env.reset(seed=0)
        _, reward, terminated, truncated, info = env.step(Completion(text, finish_reason="length"))
        assert (reward, terminated, truncated, info["verdict"]["status"]) == (0.0, True, False, status)


def test_what_is_no_number_is_compared_too_by_a_worker_if_need_be(tmp_path):
    (tmp_path / "math500.jsonl").write_text(json.dumps({"problem": "Which?", "answer": r"\frac{\pi}{2}"}))
    env = MathEnv(source="math500", split="test", data=str(tmp_path))
    for answer, status in (
        (r"\boxed{\dfrac{\pi}{2}}", "correct"),
        (r"\boxed{\arctan 2+\arctan\frac12}", "correct"),
        (r"\boxed{2}", "wrong"),
        (r"\boxed{\pi}", "wrong"),
        (r"\boxed{\arctan 2+\arctan\frac13}", "wrong"),
    ):
        env.reset(seed=0)
        verdict = env.step(answer)[4]["verdict"]
        assert (verdict["status"], verdict["extraction"]) == (status, "boxed")


def test_an_answer_has_to_be_worked_out_unless_strictness_is_turned_off():
    for strict, reward in ((True, 0.0), (False, 1.0)):
        env = MathEnv(families="sum", instruction="", strict=strict)
        observation, _ = env.reset(seed=0)
        echo = observation[0]["content"].removesuffix("=?")
        assert env.step(rf"\boxed{{{echo}}}")[1] == reward
        env.reset(seed=0)
        assert env.step(rf"\boxed{{0}} {env.solution(env.task)}")[1] == reward


def test_an_answer_that_is_too_large_is_a_timeout_and_scores_0():
    env = MathEnv(families="sum")
    env.reset(seed=0)
    _, reward, terminated, truncated, info = env.step(r"\boxed{9^{9^{9^9}}}")
    assert (reward, terminated, truncated, info["verdict"]["status"]) == (0.0, True, False, "timeout")


def test_tasks_can_be_asked_for_by_id_index_and_episode():
    env = MathEnv(level=2)
    env.reset(seed=4)
    env.reset()
    _, info = env.reset()
    assert env.reset(options={"task": info["task"]})[1] == info
    assert env.reset(options={"task": 2})[1] == info
    assert env.reset(seed=4, options={"episode": 2})[1] == info


def test_a_copy_or_a_pickle_goes_on_alike():
    env = MathEnv(level=2, max_turns=2)
    env.reset(seed=4)
    env.step("hm")
    for twin in (copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert twin.transcript == env.transcript
        assert twin.step(r"\boxed{1}")[4] == copy.deepcopy(env).step(r"\boxed{1}")[4]
        assert twin.source is env.source


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"source": "gsm9k"}, ValueError, "Unknown math task source 'gsm9k'. Perhaps you meant 'gsm8k'"),
        ({"split": "dev"}, ValueError, "Unknown split"),
        ({"source": "aime"}, ValueError, "There are: 2024, 2025"),
        ({"families": "summ"}, ValueError, "Perhaps you meant 'sum'"),
        ({"level": 12}, ValueError, "actually: 12"),
        ({"source": "gsm8k", "level": 2}, ValueError, 'families and level with source="generated" only'),
        ({"source": "gsm8k", "families": "sum"}, ValueError, "families='sum'"),
        ({"data": "/tmp"}, ValueError, "actually: data='/tmp'"),
        ({"source": "gsm8k", "data": "/nowhere"}, FileNotFoundError, "/nowhere"),
        ({"convention": "bracket"}, ValueError, "Unknown convention 'bracket'"),
        ({"instruction": None}, ValueError, '"" for none, actually: None'),
        ({"source": 5}, ValueError, "Expected source to be a str, actually: 5."),
        ({"source": ["gsm8k"]}, ValueError, "Expected source to be a str, actually: ['gsm8k']."),
        ({"source": "aime", "split": 2024}, ValueError, "Expected split to be a str, actually: 2024."),
        ({"source": "aime", "split": ["2024"]}, ValueError, "Expected split to be a str, actually: ['2024']."),
        ({"families": 5}, ValueError, "several names, or None for all, actually: 5. There are: average"),
        ({"level": "2"}, ValueError, "actually: '2'"),
        ({"source": "gsm8k", "level": True}, ValueError, "level=True"),
        ({"source": "gsm8k", "data": 5}, ValueError, "Expected data to be a str, a path, or None, actually: 5."),
        ({"convention": ["boxed"]}, ValueError, "Expected convention to be a str, actually: ['boxed']."),
        ({"strict": 1}, ValueError, "Expected strict to be True or False, actually: 1."),
        ({"opened_think": "no"}, ValueError, "Expected opened_think to be True or False, actually: 'no'."),
        ({"system_prompt": 5}, ValueError, "Expected system_prompt to be a str, None for none, actually: 5."),
        ({"max_turns": 0}, ValueError, "actually: 0"),
        ({"render_mode": "human"}, ValueError, "actually: 'human'"),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, error, message):
    with pytest.raises(error) as raised:
        MathEnv(**arguments)
    assert message in str(raised.value)


def test_the_vector_environment_has_groups_and_takes_the_same_arguments():
    envs = gym.make_vec("rlvr/Math-v0", num_envs=4, group_size=2, families="sum", level=4, instruction="")
    observations, _ = envs.reset(seed=0)
    prompts = [observation[0]["content"] for observation in observations]
    assert prompts[0] == prompts[1] != prompts[2] == prompts[3]
    rewards = envs.step([rf"\boxed{{{sum(map(int, p.removesuffix('=?').split('+')))}}}" for p in prompts])[1]
    assert rewards.tolist() == [1.0] * 4


def test_one_function_judges_without_an_environment():
    assert rlvr.verify("math", r"So \boxed{1,234}.", "1234").score == 1.0
    assert rlvr.verify("math", r"So \boxed{x + 1}.", "1 + x").status is Status.CORRECT
    assert rlvr.verify("math", r"So \boxed{x + 1}.", "1 - x").status is Status.WRONG
    assert rlvr.verify("math", r"\boxed{6\cdot7}", "42", strict=True).status is Status.WRONG
    assert rlvr.verify("math", "#### 7", "7", finish_reason="length").status is Status.TRUNCATED
