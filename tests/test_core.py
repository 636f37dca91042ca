import copy
import json
import math
import pickle
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Check, Completion, Episode, FinishReason, Status, Task, Turn, Verdict, VerifiableEnv
from tests.planted_env import SumEnv

TEXTS = st.text(st.characters(), max_size=30)
FRACTIONS = st.floats(0.0, 1.0)


@st.composite
def completions(draw):
    ids = draw(st.none() | st.lists(st.integers(0, 1000), max_size=8))
    logprobs = (
        draw(st.none() | st.lists(st.floats(-50, 0), min_size=len(ids), max_size=len(ids))) if ids is not None else None
    )
    reason = draw(st.none() | st.sampled_from(FinishReason))
    prompt = draw(st.none() | st.lists(st.integers(0, 1000), max_size=8))
    return Completion(draw(TEXTS), token_ids=ids, logprobs=logprobs, prompt_ids=prompt, finish_reason=reason)


def everything(completion):
    return str(completion), completion.token_ids, completion.logprobs, completion.prompt_ids, completion.finish_reason


@given(completions())
def test_a_completion_keeps_its_tokens_through_copies_and_pickles(completion):
    for again in (copy.copy(completion), copy.deepcopy(completion), pickle.loads(pickle.dumps(completion))):
        assert type(again) is Completion
        assert everything(again) == everything(completion)


@given(TEXTS)
def test_a_completion_from_text_alone_is_that_text(text):
    completion = Completion(text)
    assert completion == text and hash(completion) == hash(text)
    assert everything(completion) == (text, None, None, None, None)
    assert isinstance(completion, str) and Completion() == ""


@given(completions(), TEXTS)
def test_other_text_drops_the_tokens_and_keeps_the_finish_reason(completion, text):
    assert everything(completion.with_text(text)) == (text, None, None, None, completion.finish_reason)


def test_logprobs_without_ids_or_of_another_number_are_refused():
    with pytest.raises(ValueError, match="1 logprobs, no token_ids"):
        Completion("x", logprobs=[-1.0])
    with pytest.raises(ValueError, match="1 logprobs, 2 token_ids"):
        Completion("x", token_ids=[1, 2], logprobs=[-1.0])
    with pytest.raises(ValueError, match="sleepy"):
        Completion("x", finish_reason="sleepy")


@given(
    status=st.sampled_from([status for status in Status if status is not Status.ERROR]),
    score=st.floats(0.0, 1.0, exclude_min=True, exclude_max=True),
    answer=st.none() | TEXTS,
    extraction=st.none() | TEXTS,
    reason=TEXTS,
    parts=st.dictionaries(TEXTS, FRACTIONS, max_size=3),
)
def test_a_verdict_comes_back_from_its_json(status, score, answer, extraction, reason, parts):
    if status is not Status.PARTIAL:
        score = 1.0 if status is Status.CORRECT else 0.0
    verdict = Verdict(status, score, answer, extraction, reason, parts)
    assert Verdict.from_dict(json.loads(json.dumps(verdict.as_dict(), ensure_ascii=False))) == verdict
    assert pickle.loads(pickle.dumps(verdict)) == verdict == copy.deepcopy(verdict)


def test_an_error_has_no_score_to_be_mistaken_for_a_wrong_answer():
    verdict = Verdict(Status.ERROR, reason="lost")
    assert "score" not in verdict.as_dict()
    assert Verdict.from_dict(verdict.as_dict()) == verdict


@pytest.mark.parametrize(
    ("status", "score"),
    [
        (Status.CORRECT, 0.0),
        (Status.CORRECT, 0.5),
        (Status.PARTIAL, 0.0),
        (Status.PARTIAL, 1.0),
        *((status, 1.0) for status in Status if status not in (Status.CORRECT, Status.PARTIAL)),
    ],
)
def test_a_score_that_does_not_fit_its_status_is_refused(status, score):
    with pytest.raises(ValueError, match=f"actually: {score} for {status.value}"):
        Verdict(status, score)


def test_a_status_that_is_only_a_text_is_refused():
    with pytest.raises(ValueError, match=r"Expected a Status and a float, actually: 'correct' and 1.0"):
        Verdict("correct", 1.0)


@pytest.mark.parametrize("score", [1, 0, True, -0.1, 1.0001, math.nan, math.inf, "1", None, np.float64(0.5)])
def test_a_score_that_is_no_float_between_0_and_1_is_refused(score):
    with pytest.raises(ValueError, match=r"Expected a (Status and a float|score of 1.0 for correct)"):
        Verdict(Status.PARTIAL, score)


def test_verdicts_and_tasks_are_frozen_and_share_no_default():
    verdict, task = Verdict(Status.WRONG), Task("id", "prompt", "7")
    with pytest.raises(FrozenInstanceError):
        verdict.score = 1.0
    with pytest.raises(FrozenInstanceError):
        task.prompt = "other"
    assert verdict.parts is not Verdict(Status.WRONG).parts
    assert task.tags is not Task("id", "prompt", "7").tags
    assert replace(verdict, reason="because") == Verdict(Status.WRONG, reason="because")
    assert replace(task, prompt="other") == Task("id", "other", "7")
    assert repr(task) == "Task(id='id', prompt='prompt', reference='7', tags={})"
    assert pickle.loads(pickle.dumps(task)) == task == copy.deepcopy(task)


@given(st.lists(TEXTS, max_size=3), st.dictionaries(TEXTS, st.integers(), max_size=3))
def test_equal_checks_have_equal_keys_whatever_the_order_of_options(arguments, options):
    check = Check("m:f", tuple(arguments), options)
    assert check.key() == Check("m:f", tuple(arguments), dict(reversed(options.items()))).key()
    for other in (
        replace(check, cpu_seconds=6),
        replace(check, function="m:g"),
        replace(check, arguments=("new", "x", 1, 2)),
    ):
        assert other.key() != check.key()


def test_an_episode_says_its_return_its_length_and_its_verdict():
    def turn(reward, mask, status):
        info = {"verdict": {"status": status}}
        return Turn((1,), tuple(range(len(mask))), (0.0,) * len(mask), mask, reward, info, finish_reason="stop")

    turns = (turn(0.0, (1, 1, 0), "pending"), turn(0.5, (1,), "partial"))
    episode = Episode("id", (0, 0), turns, terminated=True, truncated=False, policy_version=0)
    assert (episode.reward, episode.length) == (0.5, 3)
    assert (episode.verdict, episode.finish_reason) == ({"status": "partial"}, "stop")


@given(
    st.integers(0, 2**40), st.integers(1, 3), st.lists(st.sampled_from(["right", "wrong", ""]), min_size=1, max_size=4)
)
def test_an_episode_ends_with_the_right_answer_or_the_last_turn_and_pays_once(seed, max_turns, kinds):
    env = SumEnv(max_turns=max_turns)
    opening, _ = env.reset(seed=seed)
    said = list(opening)
    for turn, kind in enumerate(kinds, start=1):
        action = {"right": env.solution(env.task), "wrong": env.mistake(env.task)}.get(kind, kind)
        observation, reward, terminated, truncated, info = env.step(action)
        said += [{"role": "assistant", "content": action}, *observation]
        assert env.transcript == said
        assert info["turn"] == turn and not truncated
        assert terminated == (kind == "right" or turn == max_turns)
        assert reward == info["reward_terms"]["correct"] == (1.0 if kind == "right" else 0.0)
        assert (info["verdict"]["status"] == Status.PENDING) == (not terminated) == (len(observation) == 1)
        if terminated:
            break


def test_a_cut_sample_ends_the_conversation_and_is_not_gymnasiums_truncation():
    env = SumEnv(max_turns=3)
    env.reset(seed=0)
    observation, _, terminated, truncated, _ = env.step(Completion("=1", finish_reason="length"))
    assert (observation, terminated, truncated) == ((), True, False)


def test_a_verifier_that_failed_truncates_the_episode_with_reward_zero():
    env = SumEnv(max_turns=3)
    env.reset(seed=0)
    observation, reward, terminated, truncated, info = env.step("fault raises")
    assert (observation, reward, terminated, truncated) == ((), 0.0, False, True)
    assert info["verdict"]["status"] == Status.ERROR and "score" not in info["verdict"]
    with pytest.raises(ResetNeeded):
        env.step("=1")


@given(st.integers(0, 2**64), st.integers(0, 5))
def test_the_nth_reset_is_a_function_of_the_seed(seed, n):
    env, other = SumEnv(), SumEnv()
    env.reset(seed=seed)
    for _ in range(n):
        env.reset()
    other.reset(seed=seed + 1)
    other.reset(seed=seed)
    assert other.reset(options={"episode": n})[1] == {"task": env.task.id}
    assert other.reset()[1] == env.reset()[1]


def test_unseeded_environments_differ():
    tasks = {tuple(env.reset()[1]["task"] for _ in range(3)) for env in (SumEnv(), SumEnv(), SumEnv())}
    assert len(tasks) == 3


def test_a_generator_that_was_set_by_hand_seeds_the_stream():
    tasks = []
    for _ in range(2):
        env = SumEnv()
        env.np_random = np.random.default_rng(5)
        tasks.append(env.reset()[1]["task"])
    assert tasks[0] == tasks[1]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"tusk": 1}, 'one key, "task" or "episode", actually: .\'tusk\'.'),
        ({"task": 1, "episode": 2}, "one key"),
        ({"episode": -1}, "at least 0, actually: -1"),
        ({"episode": True}, "at least 0, actually: True"),
        ({"episode": 1.0}, "at least 0, actually: 1.0"),
        ({"task": "none"}, "actually: 'none'"),
    ],
)
def test_bad_options_are_refused_by_name(options, match):
    with pytest.raises(ValueError, match=match):
        SumEnv().reset(seed=0, options=options)


def test_an_environment_that_leaves_a_part_of_the_contract_out_cannot_be_made():
    class Careless(SumEnv):
        check = VerifiableEnv.check

    with pytest.raises(TypeError, match="check"):
        Careless()


def test_a_refused_reset_leaves_the_episode_as_it_was():
    env = SumEnv()
    env.reset(seed=0)
    env.reset()
    task, episode = env.task, env.episode
    with pytest.raises(ValueError):
        env.reset(options={"episode": -1})
    assert (env.task, env.episode) == (task, episode)
    env.step("0")
    assert env.reset()[1] == SumEnv().reset(seed=0, options={"episode": 2})[1]


@pytest.mark.parametrize("turns", [0, -1, 1.0, True, "2", None])
def test_a_bad_number_of_turns_is_refused(turns):
    with pytest.raises(ValueError, match="max_turns to be an integer of at least 1, actually"):
        SumEnv(max_turns=turns)


def test_a_bad_render_mode_is_refused_and_ansi_shows_the_conversation():
    with pytest.raises(ValueError, match="actually: 'human'"):
        SumEnv(render_mode="human")
    env = SumEnv(render_mode="ansi", max_turns=2)
    assert env.render() == ""
    env.reset(options={"task": "sum-1-2"})
    env.step("=4")
    assert env.render() == "--- user\n1 + 2 = ?\n--- assistant\n=4\n--- user\nThat is wrong. Try again."
    with pytest.warns(UserWarning, match='needs render_mode="ansi"'):
        assert SumEnv().render() is None


@pytest.mark.parametrize("action", [None, 7, b"=1", ["=1"], ("=1",), np.array("=1")])
def test_an_action_that_is_no_string_is_refused_with_the_remedy_and_loses_nothing(action):
    env = SumEnv()
    env.reset(seed=0)
    with pytest.raises(TypeError, match="Decode token ids first"):
        env.step(action)
    assert env.turn == 0
    assert env.step(env.solution(env.task))[1] == 1.0


def test_a_step_outside_an_episode_says_which():
    env = SumEnv()
    env.prefetch("=1")  # A hint has nothing to say about it.
    with pytest.raises(ResetNeeded, match=r"before reset\(\)"):
        env.step("=1")
    env.reset(options={"task": "sum-1-2"})
    env.step("=3")
    env.prefetch("=1")
    with pytest.raises(ResetNeeded, match="after the end of task 'sum-1-2'"):
        env.step("=1")
