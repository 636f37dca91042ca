import copy
import pickle

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import VerifiableEnv
from rlvr.envs.vector import make_mixture
from rlvr.testing import check_env, env_machine
from rlvr.wrappers.messages import appended, filled
from rlvr.wrappers.prompts import FewShot, Hint, PromptTemplate
from tests.planted_env import SumEnv
from tests.toys import Successor
from tests.wrappers.vector_modes import require_the_same_batched, require_the_same_everywhere

PARTS = [{"type": "image", "url": "a"}, {"type": "text", "text": "What is it?"}]


class Asking(Successor):
    # One task, which says what it is told to say.

    def __init__(self, content, system=None):
        super().__init__()
        self.content, self.system = content, system

    def open(self, task):
        first = [] if self.system is None else [{"role": "system", "content": self.system}]
        return [*first, {"role": "user", "content": copy.deepcopy(self.content)}]


def sums(**kwargs):
    return gym.make("rlvr/Math-v0", **{"families": "sum", "level": 2, "instruction": "", **kwargs})


def shown(env, **kwargs):
    return [(message["role"], message["content"]) for message in env.reset(**kwargs)[0]]


# PromptTemplate


@given(st.text(), st.text())
def test_what_a_question_says_is_never_read_as_a_template(before, content):
    env = PromptTemplate(Asking(content), user=before.replace("{question}", "") + "{question}")
    [(_, text)] = shown(env, seed=0)
    assert text == before.replace("{question}", "") + content


def test_markers_in_a_question_and_other_braces_stay():
    env = PromptTemplate(Asking("{question} {system} {0} %s"), user="{x} {question}|{question} %d", system="{y}")
    assert shown(env, seed=0) == [
        ("system", "{y}"),
        ("user", "{x} {question} {system} {0} %s|{question} {system} {0} %s %d"),
    ]


@pytest.mark.parametrize(
    ("system", "own", "expected"),
    [
        (None, "Own.", "Own."),
        (None, None, None),
        ("New.", "Own.", "New."),
        ("New.", None, "New."),
        ("{system}\n\nNew.", "Own.", "Own.\n\nNew."),
        ("{system}\n\nNew.", None, "New."),
        ("", "Own.", None),
        ("{system}", None, None),
    ],
)
def test_the_system_prompt_is_left_replaced_extended_or_removed(system, own, expected):
    messages = shown(PromptTemplate(Asking("Q", own), system=system), seed=0)
    assert messages == [*([("system", expected)] if expected else []), ("user", "Q")]


def test_content_in_parts_keeps_its_parts_and_shares_none():
    env = PromptTemplate(Asking(PARTS), user="Look: {question} Say it. {question}")
    [(_, content)] = shown(env, seed=0)
    said = [{"type": "text", "text": text} for text in ("Look: ", " Say it. ")]
    assert content == [said[0], *PARTS, said[1], *PARTS]
    assert len({id(part) for part in content}) == len(content)
    assert appended(PARTS, "B") == [*PARTS, {"type": "text", "text": "B"}]
    assert (appended(None, "B"), filled("A{question}", "{question}", None)) == ("B", "A")


def test_replies_stay_as_they_are():
    env = PromptTemplate(Successor(max_turns=2), user="Q: {question}")
    env.reset(seed=0)
    assert env.step("x")[0][0]["content"] == "Wrong, again."


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"user": "no marker"}, "user to have the marker {question}"),
        ({"user": 3}, "user to be a str"),
        ({"system": 3}, "system to be a str"),
    ],
)
def test_a_template_without_its_marker_is_refused(kwargs, match):
    with pytest.raises(ValueError, match=match):
        PromptTemplate(Successor(), **kwargs)


# FewShot


def test_given_examples_stand_between_the_system_prompt_and_the_question():
    env = FewShot(SumEnv(system_prompt="Add."), examples=[["a", "b"], ("c", "d")])
    assert shown(env, options={"task": "sum-1-2"}) == [
        ("system", "Add."),
        ("user", "a"),
        ("assistant", "b"),
        ("user", "c"),
        ("assistant", "d"),
        ("user", "1 + 2 = ?"),
    ]


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(0, 5))
def test_drawn_examples_are_right_differ_and_are_not_the_question(seed, k, episode):
    base = gym.make("rlvr/Math-v0", families="sum", level=1, instruction="", convention="whole").unwrapped
    env = FewShot(base, k=k)
    messages = shown(env, seed=seed, options={"episode": episode})
    questions = [content for role, content in messages if role == "user"]
    assert len(questions) == len(set(questions)) == k + 1
    for asked, (_, answer) in zip(questions, messages[1::2], strict=False):
        left, right = asked.removesuffix("=?").split("+")
        assert int(left) + int(right) == int(answer)


def test_they_are_a_function_of_the_task_and_the_seed():
    env, twin, other = (FewShot(sums(), k=2, seed=seed) for seed in (0, 0, 1))
    first = shown(env, seed=1)
    assert shown(env, seed=9) != first
    task = "sum-2/train/1/0"
    assert shown(env, options={"task": task}) == first == shown(twin, seed=1)
    assert shown(other, seed=1)[-1] == first[-1] and shown(other, seed=1) != first


def test_one_prefix_for_all_tasks_where_it_is_not_drawn_per_task():
    env = FewShot(sums(), k=3, per_task=False)
    prefixes = {str(shown(env, seed=seed)[:-1]) for seed in range(10)}
    assert len(prefixes) == 1
    assert len({str(shown(FewShot(sums(), k=3), seed=seed)[:-1]) for seed in range(10)}) == 10


def test_a_test_splits_examples_come_from_the_training_split():
    env = FewShot(sums(split="test", level=1), k=4)
    assert env._source().source.split == "train"
    assert shown(env, seed=0)[-1] == shown(sums(split="test", level=1), seed=0)[-1]
    elsewhere = FewShot(sums(split="test"), k=1, drawn_from={"split": "train", "families": "gcd"})
    assert "gcd" in shown(elsewhere, seed=0)[0][1] or "divisor" in shown(elsewhere, seed=0)[0][1]
    env.close()


def test_an_environment_of_a_test_split_without_a_spec_is_refused_with_the_remedy():
    bare = sums(split="test").unwrapped
    bare.spec = None
    with pytest.raises(ValueError, match=r"from gym\.make.*Give examples"):
        FewShot(bare, k=1)


def test_arguments_that_make_no_environment_are_named():
    with pytest.raises(ValueError, match=r"'nowhere'.*FewShot draws from there"):
        FewShot(sums(), k=1, drawn_from={"split": "nowhere"})


def test_a_source_with_too_few_examples_is_named():
    env = FewShot(Successor(), k=10)
    with pytest.raises(ValueError, match=r"Expected 10 different examples.*1000 draws met 9"):
        env.reset(seed=0)


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({}, "either examples or k"),
        ({"examples": [["a", "b"]], "k": 1}, "either examples or k"),
        ({"k": 0}, "k to be an integer of at least 1"),
        ({"k": 1, "seed": -1}, "seed to be an integer of at least 0"),
        ({"k": 1, "per_task": 1}, "per_task to be True or False"),
        ({"examples": [["a"]]}, "pairs of a question and an answer"),
        ({"examples": ["ab"]}, "pairs of a question and an answer"),
    ],
)
def test_few_shots_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        FewShot(Successor(), **kwargs)


def test_an_environment_that_has_no_solution_is_found_out_at_once():
    class Silent(Successor):
        solution = VerifiableEnv.solution

    with pytest.raises(NotImplementedError, match=r"no solution\(\)"):
        FewShot(Silent(), k=1)


def test_a_template_outside_asks_the_examples_in_the_same_form():
    env = PromptTemplate(FewShot(sums(), k=2), user="Q: {question}")
    assert all(content.startswith("Q: ") for role, content in shown(env, seed=0) if role == "user")


# Hint


def test_the_hint_follows_the_question_and_the_info_says_so():
    env = Hint(FewShot(Successor(max_turns=2), examples=[["a", "b"]]), text="Count up.")
    observation, info = env.reset(seed=0)
    assert [message["content"] for message in observation[:2]] == ["a", "b"]
    assert observation[2]["content"].endswith("\n\nCount up.") and info["hint"] is True
    assert env.step("x")[4]["hint"] is True


def test_a_share_of_the_tasks_has_it():
    env = Hint(sums(), text="!", share=0.25)
    had = [env.reset(seed=0)[1]["hint"], *(env.reset()[1]["hint"] for _ in range(1999))]
    assert abs(sum(had) / 2000 - 0.25) < 0.05  # 5 standard deviations
    for share in (0.0, 1.0):
        env = Hint(sums(), text="!", share=share)
        assert [env.reset(seed=seed)[1]["hint"] for seed in range(20)] == [bool(share)] * 20


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_every_hint_of_a_smaller_one(seed, one, other):
    low, high = sorted((one, other))
    few, many = (Hint(Successor(), text="!", share=share).reset(seed=seed)[1]["hint"] for share in (low, high))
    assert few <= many


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"text": ""}, "text to be a str that is not empty"),
        ({"text": "!", "share": 1.5}, "share to be between 0 and 1"),
        ({"text": "!", "seed": 0.5}, "seed to be an integer"),
    ],
)
def test_hints_arguments_are_checked(kwargs, match):
    with pytest.raises(ValueError, match=match):
        Hint(Successor(), **kwargs)


# All of them

KINDS = [
    (PromptTemplate, {"user": "Q: {question}", "system": "S {system}"}),
    (FewShot, {"examples": [["a", "b"]]}),
    (FewShot, {"k": 2, "seed": 5}),
    (FewShot, {"k": 1, "per_task": False}),
    (Hint, {"text": "Carry.", "share": 0.5}),
]


@pytest.mark.parametrize(("kind", "kwargs"), KINDS)
def test_they_keep_the_contract_copy_and_are_rebuilt_from_json(kind, kwargs):
    check_env(kind(SumEnv(max_turns=2, system_prompt="Add."), **kwargs))
    env = kind(sums(), **kwargs)
    again = gym.make(EnvSpec.from_json(env.spec.to_json()))
    for one in (again, copy.deepcopy(env), pickle.loads(pickle.dumps(env))):
        assert type(one) is kind and one.reset(seed=3) == env.reset(seed=3)


@pytest.mark.parametrize(("kind", "kwargs"), KINDS)
def test_the_verdict_and_the_environments_transcript_are_untouched(kind, kwargs):
    env, bare = kind(sums(max_turns=2), **kwargs), sums(max_turns=2)
    env.reset(seed=2)
    bare.reset(seed=2)
    for action in ("?", bare.unwrapped.solution(bare.unwrapped.task)):
        outcome, expected = env.step(action), bare.step(action)
        assert outcome[:4] == expected[:4]
        assert {**outcome[4], "hint": None} == {**expected[4], "hint": None}
    assert env.unwrapped.transcript == bare.unwrapped.transcript


@pytest.mark.parametrize(("kind", "kwargs"), KINDS)
def test_they_say_the_same_in_every_vector_environment(kind, kwargs):
    actions = ["x", r"\boxed{9}"]
    make, sync = require_the_same_everywhere(kind, kwargs, actions, families="sum", max_turns=2)
    require_the_same_batched(make, sync, actions)


@pytest.mark.parametrize(("kind", "kwargs"), KINDS)
def test_the_members_of_a_group_are_shown_the_same(kind, kwargs):
    spec = {"entry_point": f"{kind.__module__}:{kind.__name__}", "kwargs": kwargs}
    envs = make_mixture([("rlvr/Math-v0", {"families": "sum"})], 6, group_size=3, env_wrappers=[spec])
    observations, _ = envs.reset(seed=0)
    for _ in range(3):
        assert all(observations[slot] == observations[slot - slot % 3] for slot in range(6))
        observations = envs.step(["x"] * 6)[0]


@pytest.mark.parametrize(("kind", "kwargs"), KINDS)
def test_an_environment_that_observes_something_else_is_refused(kind, kwargs):
    with pytest.raises(TypeError, match=f"{kind.__name__} around an environment that observes Messages"):
        kind(gym.make("CartPole-v1"), **kwargs)


TestMachine = env_machine(lambda: Hint(FewShot(PromptTemplate(SumEnv(max_turns=2)), k=1), text="!", share=0.5)).TestCase
