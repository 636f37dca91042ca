"""`InstructionsEnv`: prompts, attempts, conversations, and published sets."""

from __future__ import annotations

import json
from itertools import pairwise

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from gymnasium.utils.env_checker import check_env

from rlvr import step_many
from rlvr.core import Completion
from rlvr.envs.files import locate
from rlvr.envs.instructions.env import InstructionsEnv
from rlvr.envs.instructions.rows import held
from rlvr.registry import ENVIRONMENTS

FILES = {"ifeval": "ifeval.jsonl", "ifbench": "ifbench_test.jsonl"}


def needs(source):
    """Skips where the data of a source is absent."""
    return pytest.mark.skipif(
        source in FILES and locate(FILES[source]) is None, reason="its file is in no data folder; set RLVR_DATA"
    )


IDS = [
    pytest.param(entry.id, marks=needs(entry.kwargs.get("source")))
    for entry in ENVIRONMENTS
    if entry.entry_point == "rlvr.envs.instructions.env:InstructionsEnv"
]


def test_there_are_three_ids():
    assert [param.values[0] for param in IDS] == ["rlvr/Instructions-v0", "rlvr/IFEval-v0", "rlvr/IFBench-v0"]


@pytest.mark.parametrize("env_id", IDS)
@pytest.mark.parametrize("max_turns", [1, 2])
def test_every_id_passes_gymnasium_s_checker(env_id, max_turns):
    check_env(gym.make(env_id, max_turns=max_turns).unwrapped)


def test_a_conversation_passes_gymnasium_s_checker():
    check_env(gym.make("rlvr/Instructions-v0", turns=3).unwrapped)


@pytest.mark.parametrize("env_id", IDS)
def test_every_id_is_made_again_from_its_spec_s_json(env_id):
    env = gym.make(env_id, mode="reference", reward="fraction", loose=True, system_prompt="Be brief.")
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert env.reset(seed=3) == again.reset(seed=3)
    assert again.unwrapped.mode == "reference" and again.unwrapped.loose and again.unwrapped.reward == "fraction"


# The oracle.


def play(env, episode, act):
    """The last step of an episode in which `act` says what is answered."""
    env.reset(seed=0, options={"episode": episode})
    while True:
        step = env.step(act(env.task))
        if step[2] or step[3]:
            return step


def require_right_and_wrong(episodes, **arguments):
    env, shared = InstructionsEnv(**arguments), InstructionsEnv(reward="fraction", **arguments)
    for episode in range(episodes):
        observation, reward, terminated, truncated, info = play(env, episode, env.solution)
        assert (observation, reward, terminated, truncated) == ((), 1.0, True, False)
        assert info["verdict"]["status"] == "correct"
        assert set(info["verdict"]["parts"].values()) == {1.0}
        assert play(env, episode, env.mistake)[1] == 0.0
        assert play(shared, episode, shared.mistake)[1] < 1.0


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_oracle_scores_1_and_a_mistake_0(level, split):
    require_right_and_wrong(150, level=level, split=split)


@pytest.mark.slow
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_oracle_scores_1_on_5_000_prompts_of_every_level(level):
    require_right_and_wrong(5_000, level=level)


@pytest.mark.parametrize("turns", [2, 5, 8])
@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_oracle_scores_1_in_every_turn_of_a_conversation_and_a_mistake_0(level, turns):
    require_right_and_wrong(15, level=level, turns=turns)


@pytest.mark.parametrize("source", [pytest.param(name, marks=needs(name)) for name in FILES])
def test_published_prompts_are_answered_where_the_writers_can(source):
    env = InstructionsEnv(source=source, split="test")
    untold = 0
    for number in range(env.source.size):
        env.reset(options={"task": number})
        try:
            answer = env.solution(env.task)
        except NotImplementedError as error:
            assert f"Task '{source}/test/{number}' comes without a solution. No text was found" in str(error)
            untold += 1
        else:
            assert env.step(answer)[1] == 1.0
            env.reset(options={"task": number})
        assert env.step(env.mistake(env.task))[1] == 0.0
    assert untold < 0.05 * env.source.size


def test_an_opened_think_is_closed_by_the_oracle():
    env = InstructionsEnv(opened_think=True)
    env.reset(seed=0)
    answer = env.solution(env.task)
    assert answer.startswith("</think>") and env.step(answer)[1] == 1.0
    env.reset(seed=0)
    assert env.step(answer.removeprefix("</think>"))[4]["verdict"]["status"] == "unparsable"


# One prompt.


@pytest.fixture
def own(tmp_path):
    """An environment over one row of a file."""

    def make(named, **options):
        row = {"prompt": "Write.", "instruction_id_list": list(named), "kwargs": list(named.values())}
        path = tmp_path / "own.jsonl"
        path.write_text(json.dumps(row))
        env = InstructionsEnv(source="file", data=str(path), **options)
        env.reset(seed=0)
        return env

    return make


NAMED = {
    "punctuation:no_comma": {},
    "keywords:existence": {"keywords": ["tea"]},
    "length_constraints:number_words": {"num_words": 3, "relation": "at least"},
}


def test_the_prompt_comes_after_the_system_prompt(own):
    env = own(NAMED, system_prompt="Be brief.")
    observation, info = env.reset(seed=0)
    assert observation == ({"role": "system", "content": "Be brief."}, {"role": "user", "content": "Write."})
    assert info == {"task": "own/train/0"}


def test_the_verdict_has_each_instruction_and_the_reward_is_all_or_their_share(own):
    observation, reward, terminated, truncated, info = own(NAMED).step("Tea, indeed, yes.")
    assert (observation, reward, terminated, truncated) == ((), 0.0, True, False)
    parts = {"punctuation:no_comma": 0.0, "keywords:existence": 1.0, "length_constraints:number_words": 1.0}
    assert info == {
        "task": "own/train/0",
        "turn": 1,
        "reward_terms": {"correct": 0.0},
        "verdict": {
            "status": "wrong",
            "score": 0.0,
            "answer": "Tea, indeed, yes.",
            "extraction": None,
            "reason": "Not followed: punctuation:no_comma.",
            "parts": parts,
        },
    }
    _, reward, terminated, _, info = own(NAMED, reward="fraction").step("Tea, indeed, yes.")
    assert (reward, terminated) == (2 / 3, True)
    assert (info["verdict"]["status"], info["verdict"]["parts"]) == ("partial", parts)


@pytest.mark.parametrize(
    ("options", "text", "reward"),
    [
        ({}, "It is a teapot.", 0.0),
        ({"mode": "reference"}, "It is a teapot.", 1.0),
        ({}, "Sure, here!\nSome tea for all.", 0.0),
        ({"loose": True}, "Sure, here!\nSome tea for all.", 1.0),
    ],
)
def test_modes_and_loose_scoring_are_those_of_the_verifier(options, text, reward, own):
    assert own(NAMED, **options).step(text)[1] == reward


def test_a_response_may_be_written_again_until_it_follows_all(own):
    env = own(NAMED, max_turns=4)
    for text, reply in (
        ("Tea, yes.", "That response does not follow all instructions. Write it again, and follow each of them."),
        ("<think>Hm.", "There was no response. Answer again."),
    ):
        observation, reward, terminated, truncated, info = env.step(text)
        assert observation == ({"role": "user", "content": reply},)
        assert (reward, terminated, truncated) == (0.0, False, False)
        assert (info["verdict"]["status"], info["reward_terms"]) == ("pending", {"correct": 0.0})
    observation, reward, terminated, truncated, info = env.step("All that tea.")
    assert (observation, reward, terminated, truncated, info["turn"]) == ((), 1.0, True, False, 3)
    assert [message["role"] for message in env.transcript] == ["user", "assistant"] * 3


def test_the_last_attempt_counts(own):
    env = own(NAMED, max_turns=2, reward="fraction")
    env.step("Tea, yes.")
    _, reward, terminated, _, info = env.step("Tea, indeed, yes.")
    assert (reward, terminated, info["verdict"]["status"]) == (2 / 3, True, "partial")


def test_a_sample_that_was_cut_ends_the_episode(own):
    env = own(NAMED, max_turns=4)
    _, reward, terminated, truncated, info = env.step(Completion("All that tea.", finish_reason="length"))
    assert (reward, terminated, truncated, info["verdict"]["status"]) == (0.0, True, False, "truncated")


# Conversations.


def test_all_that_is_in_force_has_to_hold_in_each_turn_and_the_mean_is_paid_last():
    env = InstructionsEnv(turns=4, level=2, reward="fraction")
    withdrawn = 0
    for episode in range(30):
        env.reset(seed=0, options={"episode": episode})
        turns = env.task.reference["turns"]
        for number, turn in enumerate(turns):
            text = env.solution(env.task)
            assert all(constraint.check(text, **kwargs) for constraint, kwargs in held(turn))
            withdrawn += number > 0 and len(turn["kwargs"]) < len(turns[number - 1]["kwargs"])
            observation, reward, terminated, truncated, info = env.step(text)
            if number < 3:
                assert observation == ({"role": "user", "content": turns[number + 1]["said"]},)
                assert (reward, terminated, truncated) == (0.0, False, False)
                assert (info["verdict"]["status"], info["reward_terms"]) == ("pending", {"correct": 0.0})
        assert (observation, reward, terminated, info["turn"]) == ((), 1.0, True, 4)
        assert info["verdict"]["parts"] == {f"turn {number}": 1.0 for number in range(1, 5)}
    assert withdrawn > 5


def test_what_was_taken_back_need_not_hold_and_what_was_added_must():
    env = InstructionsEnv(turns=3, level=2)
    added = taken = 0
    for episode in range(60):
        env.reset(seed=1, options={"episode": episode})
        for before, after in pairwise(env.task.reference["turns"]):
            old = env.solution(env.task)
            env.step(old)
            verdict = env.check(env.task, old)
            if len(after["kwargs"]) < len(before["kwargs"]):
                taken += 1
                assert verdict.score == 1.0  # Without one of them, an old text is still right.
            else:
                (new,) = (one for one in held(after) if one not in held(before))
                assert verdict.score == float(new[0].check(old, **new[1]))
                added += verdict.score == 0.0
    assert added > 20 and taken > 5


def right(env):
    return env.solution(env.task)


def wrong(env):
    return env.mistake(env.task)


@pytest.mark.parametrize(
    ("acts", "score", "status"),
    [
        ((right, right, right), 1.0, "correct"),
        ((right, wrong, right), 2 / 3, "partial"),
        ((wrong, wrong, right), 1 / 3, "partial"),
        ((wrong, wrong, wrong), 0.0, "wrong"),
        ((right, lambda env: "", right), 2 / 3, "partial"),
        ((wrong, wrong, lambda env: "<think>"), 0.0, "unparsable"),
    ],
)
def test_a_conversation_is_paid_the_mean_of_its_turns(acts, score, status):
    env = InstructionsEnv(turns=3)
    env.reset(seed=0)
    for number, act in enumerate(acts, start=1):
        _, reward, terminated, truncated, info = env.step(act(env))
        assert (terminated, truncated, info["turn"]) == (number == 3, False, number)
    assert reward == info["reward_terms"]["correct"] == info["verdict"]["score"] == pytest.approx(score)
    assert info["verdict"]["status"] == status
    assert list(info["verdict"]["parts"].values()) == [float(act is right) for act in acts]
    assert all(
        f"Turn {number}: " in info["verdict"]["reason"] for number, act in enumerate(acts, 1) if act is not right
    )


@pytest.mark.parametrize(("before", "score", "status"), [((), 0.0, "truncated"), ((right,), 0.25, "partial")])
def test_a_cut_sample_ends_a_conversation_and_the_turns_that_never_came_count_0(before, score, status):
    env = InstructionsEnv(turns=4)
    env.reset(seed=0)
    for act in before:
        env.step(act(env))
    cut = Completion(right(env), finish_reason="length")
    observation, reward, terminated, truncated, info = env.step(cut)
    assert (observation, reward, terminated, truncated) == ((), score, True, False)
    assert info["verdict"]["status"] == status
    assert info["verdict"]["parts"] == {f"turn {n}": float(n <= len(before)) for n in range(1, 5)}


def test_the_transcript_is_the_conversation():
    env = InstructionsEnv(turns=3, render_mode="ansi")
    env.reset(seed=0)
    said = []
    for turn in env.task.reference["turns"]:
        answer = right(env)
        said += [{"role": "user", "content": turn["said"]}, {"role": "assistant", "content": answer}]
        env.step(answer)
    assert env.transcript == said
    assert env.render().startswith(f"--- user\n{env.task.prompt}\n--- assistant\n")


def test_nothing_of_an_episode_is_left_in_the_next():
    env, fresh = (InstructionsEnv(turns=3) for _ in range(2))
    env.reset(seed=0)
    env.step(right(env))
    env.step(wrong(env))
    for one in (env, fresh):
        one.reset(seed=1)
    steps = [[one.step(act(one)) for act in (wrong, right, right)] for one in (env, fresh)]
    assert steps[0] == steps[1]
    assert steps[0][-1][4]["verdict"]["parts"] == {"turn 1": 0.0, "turn 2": 1.0, "turn 3": 1.0}


def test_a_prefetched_turn_is_the_same_and_conversations_step_side_by_side():
    alone, *envs = (InstructionsEnv(turns=3) for _ in range(4))
    for env in (alone, *envs):
        env.reset(seed=2)
    for act in (right, wrong, right):
        expected = alone.step(act(alone))
        actions = [act(env) for env in envs]
        envs[0].prefetch(actions[0])
        assert step_many(envs, actions) == [expected] * 3


def test_groups_of_a_vector_environment_answer_the_same_conversation():
    envs = gym.make_vec("rlvr/Instructions-v0", num_envs=4, group_size=2, turns=2)
    _, info = envs.reset(seed=0)
    assert list(info["task"][0:2]) != list(info["task"][2:4])
    assert info["task"][0] == info["task"][1]
    for act in (right, right):
        rewards = envs.step(tuple(act(env.unwrapped) for env in envs.envs))[1]
    assert rewards.tolist() == [1.0] * 4


# Arguments.


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"source": "ifevl"}, ValueError, "Unknown instructions task source 'ifevl'. Perhaps you meant 'ifeval'"),
        ({"source": 5}, ValueError, "Expected source to be a str, actually: 5."),
        ({"split": "dev"}, ValueError, "Unknown split"),
        ({"split": None}, ValueError, "Expected split to be a str, actually: None."),
        ({"source": "ifeval"}, ValueError, "Unknown split of ifeval 'train'. There are: test."),
        ({"level": 4}, ValueError, "actually: 4"),
        ({"level": "1"}, ValueError, "actually: '1'"),
        ({"turns": 9}, ValueError, "Expected turns to be an integer from 1 to 8, actually: 9."),
        ({"turns": 2, "max_turns": 2}, ValueError, "turns=2, max_turns=2. In a conversation every turn has one"),
        ({"source": "ifeval", "split": "test", "turns": 2}, ValueError, 'turns with source="generated" only'),
        ({"source": "ifeval", "split": "test", "level": 2}, ValueError, 'level and turns with source="generated" only'),
        ({"source": "ifeval", "split": "test", "level": True}, ValueError, "level=True"),
        ({"data": "/tmp"}, ValueError, "Expected no data for generated tasks, actually: data='/tmp'."),
        ({"source": "ifeval", "split": "test", "data": 5}, ValueError, "Expected data to be a str, a path, or None"),
        ({"source": "ifeval", "split": "test", "data": "/nowhere"}, FileNotFoundError, "/nowhere"),
        ({"source": "file"}, ValueError, 'Expected data to name a JSON-lines file for source="file"'),
        ({"source": "file", "data": "/nowhere.jsonl"}, FileNotFoundError, "'/nowhere.jsonl', which is none."),
        ({"mode": "google"}, ValueError, "Unknown mode 'google'. There are: reference, strict."),
        ({"mode": ["strict"]}, ValueError, "Unknown mode ['strict']"),
        ({"reward": "gate"}, ValueError, "Unknown reward 'gate'. There are: all, fraction."),
        ({"loose": 1}, ValueError, "Expected loose to be True or False, actually: 1."),
        ({"opened_think": 1}, ValueError, "Expected opened_think to be True or False, actually: 1."),
        ({"max_turns": 0}, ValueError, "actually: 0"),
        ({"system_prompt": 5}, ValueError, "Expected system_prompt to be a str, None for none, actually: 5."),
        ({"render_mode": "human"}, ValueError, "actually: 'human'"),
    ],
)
def test_arguments_that_name_nothing_are_refused_with_what_there_is(arguments, error, message):
    with pytest.raises(error) as raised:
        InstructionsEnv(**arguments)
    assert message in str(raised.value)
