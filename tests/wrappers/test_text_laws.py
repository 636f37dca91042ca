"""The laws that every term on the text of an answer keeps: format, repetition, thinking and language."""

import copy
import math
import pickle
import warnings

import gymnasium as gym
import pytest
from gymnasium.envs.registration import EnvSpec
from hypothesis import given, settings
from hypothesis import strategies as st

import tests.toys  # noqa: F401  # Registers toy/Successor-v0.
from rlvr.core import Completion
from rlvr.testing import check_env
from rlvr.wrappers.base import reward_terms
from rlvr.wrappers.bounds import CORRECT, Bounds, InversionWarning
from rlvr.wrappers.format import Format, Magistral, ReasoningSteps, TagCount
from rlvr.wrappers.language import Language, LanguageAgreement
from rlvr.wrappers.repetition import Repetition
from rlvr.wrappers.thinking import ThinkingBudget, ThinkingMode

WORDS = "rlvr.wrappers.counting:words"

TERMS = [
    (Format, {}),
    (Format, {"grammar": "think", "how": "penalty", "weight": 0.3}),
    (Format, {"grammar": "<think>? text", "how": "gate", "allow_inversion": True}),
    (Format, {"grammar": "think", "opened_think": True}),
    (TagCount, {}),
    (TagCount, {"weight": 0.4, "opened_think": True}),
    (ReasoningSteps, {}),
    (ReasoningSteps, {"weight": 0.5, "steps": 2}),
    (Magistral, {}),
    (Magistral, {"answer": "text", "weight": 0.2, "allow_inversion": True}),
    (Repetition, {"n": 2}),
    (Repetition, {"kind": "dense", "n": 1, "weight": 0.7}),
    (ThinkingMode, {"weight": 0.2}),
    (ThinkingMode, {"weight": 0.2, "style": {"on": "Think.", "off": "", "where": "system"}, "on_share": 0.9}),
    (ThinkingBudget, {"budgets": [1, 3], "weight": 0.3, "counter": WORDS}),
    (Language, {}),
    (Language, {"target": "prompt", "weight": 0.5}),
    (LanguageAgreement, {}),
]
OFF = [
    (Format, {"weight": 0}),
    (Format, {"weight": 0, "how": "penalty"}),
    (TagCount, {"weight": 0}),
    (ReasoningSteps, {"weight": 0}),
    (Magistral, {"weight": 0}),
    (Repetition, {"weight": 0}),
    (ThinkingMode, {"weight": 0}),
    (ThinkingBudget, {"weight": 0}),
    (Language, {"weight": 0}),
    (LanguageAgreement, {"weight": 0}),
]

PIECES = [
    "<think>",
    "</think>",
    "<answer>",
    "</answer>",
    "so we add the two numbers. ",
    "складываем два числа. ",
    "wait ",
    "wait ",
    "\n1. First, add\n",
    "\n- x\n",
    "Next, ",
    r"\boxed{0}",
    "```python\nx\n```\n",
    " ",
]
pieces = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
endings = st.sampled_from([r"\boxed{%s}", "<answer>%s</answer>", "</think>%s", r"</think> so \boxed{%s}", ""])


def named(case):
    return case[0].__name__


def math_env(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=1, **kwargs)


def play(env, script, seed):
    """One episode: each turn's text, with the gold of its task where the ending has a place for it."""
    moments = [env.reset(seed=seed)]
    for text, ending, right in script:
        gold = env.unwrapped.task.reference
        action = text + (ending % (gold if right else "no") if "%s" in ending else ending)
        moments.append(env.step(action))
        if moments[-1][2] or moments[-1][3]:
            break
    return moments


scripts = st.lists(st.tuples(pieces, endings, st.booleans()), min_size=2, max_size=2)


@pytest.mark.parametrize("case", TERMS, ids=named)
def test_an_episode_keeps_every_law_of_a_term(case):
    kind, arguments = case
    env, plain = kind(math_env(max_turns=2), **arguments), math_env(max_turns=2)

    @settings(max_examples=60)
    @given(scripts, st.integers(0, 9))
    def holds(script, seed):
        moments, bare = play(env, script, seed), play(plain, script, seed)
        for (_, reward, terminated, truncated, info), expected in zip(moments[1:], bare[1:], strict=True):
            terms = info["reward_terms"]
            assert info["verdict"] == expected[4]["verdict"] and (terminated, truncated) == expected[2:4]
            assert reward == math.fsum(terms.values()) and set(terms) == {"correct", env.term}
            assert all(type(term) is float for term in terms.values())
            if not terminated:
                assert repr(terms[env.term]) == "0.0"
        right = info["verdict"]["status"] == "correct"
        assert env.bounds().hold(terms[env.term], right=right)
        assert env.extend(CORRECT).hold(reward, right=right)
        play(env, script[::-1], seed + 1)
        assert play(env, script, seed) == moments

    holds()


@pytest.mark.parametrize("case", TERMS, ids=named)
def test_where_the_verifier_failed_the_term_is_zero(case):
    kind, arguments = case
    env = kind(gym.make("toy/Successor-v0", broken=True), **arguments)
    env.reset(seed=0)
    _, reward, _, truncated, info = env.step("wait wait wait")
    assert truncated and reward == 0.0 and repr(info["reward_terms"][env.term]) == "0.0"


@pytest.mark.parametrize("case", OFF, ids=named)
def test_without_weight_the_term_is_the_identity(case):
    kind, arguments = case
    env, plain = kind(math_env(), **arguments), math_env()
    assert env.bounds() == Bounds((0.0, 0.0), (0.0, 0.0))

    @settings(max_examples=40)
    @given(pieces, endings, st.booleans())
    def holds(text, ending, right):
        *_, (_, reward, _, _, info) = play(env, [(text, ending, right)], 0)
        assert reward == play(plain, [(text, ending, right)], 0)[-1][1]
        assert repr(info["reward_terms"][env.term]) == "0.0"

    holds()


@pytest.mark.parametrize("case", TERMS, ids=named)
def test_it_is_rebuilt_from_the_json_of_the_spec_copied_and_pickled(case):
    kind, arguments = case
    env = kind(math_env(max_turns=2), term="mine", **arguments)
    script = [("<think>wait wait wait</think>", "<answer>%s</answer>", False)] * 2
    expected = play(env, script, 1)
    rebuilt = gym.make(EnvSpec.from_json(env.spec.to_json()))
    assert reward_terms(rebuilt)[-1].term == "mine"
    assert play(rebuilt, script, 1) == expected
    env.reset(seed=1)
    env.step("wait")
    outcomes = [one.step("wait") for one in (copy.deepcopy(env), pickle.loads(pickle.dumps(env)), env)]
    assert outcomes[0] == outcomes[1] == outcomes[2]


# What is drawn for each episode differs where one task is asked in two episodes, so here there is one thing to draw.
ALWAYS = {ThinkingMode: {"on_share": 1.0}, ThinkingBudget: {"budgets": [3]}}


@pytest.mark.parametrize("case", TERMS, ids=named)
def test_it_keeps_the_contract(case):
    kind, arguments = case
    check_env(kind(math_env(max_turns=2), **{**arguments, **ALWAYS.get(kind, {})}))


def test_all_of_them_together_with_their_defaults_keep_the_law_and_commute():
    kinds = [Format, TagCount, ReasoningSteps, Magistral, Repetition, ThinkingMode, Language, LanguageAgreement]
    with warnings.catch_warnings():
        warnings.simplefilter("error", InversionWarning)
        one, other = math_env(), math_env()
        for kind in kinds:
            one = kind(one)
        for kind in reversed(kinds):
            other = kind(other)
    script = [("<think>First, wait wait</think>", r"\boxed{%s}", True)]
    # The toggle is part of the prompt that terms outside of it read; it is in no language.
    (_, left, *_, first), (_, right, *_, second) = play(one, script, 2)[-1], play(other, script, 2)[-1]
    assert left == right and first["reward_terms"] == second["reward_terms"]


@pytest.mark.parametrize(
    ("kind", "arguments", "match"),
    [
        (Format, {"grammar": "r2"}, "Perhaps you meant 'r1'|one of r1, think"),
        (Format, {"grammar": 7}, "Expected grammar to be a str"),
        (Format, {"how": "bonsu"}, "Perhaps you meant 'bonus'"),
        (Format, {"weight": -1}, "Expected weight to be between 0 and inf, actually: -1"),
        (Format, {"weight": math.nan}, "Expected weight to be a finite number"),
        (Format, {"weight": 1.0}, "up to 1 against down to 1"),
        (Format, {"how": "gate"}, "up to 0 against down to 0"),
        (Format, {"how": "gate", "weight": 0.1}, "no weight for a gate"),
        (Format, {"opened_think": 1}, "opened_think to be True or False"),
        (Format, {"grammar": "<answer>", "opened_think": True}, "a grammar that starts with <think>"),
        (TagCount, {"weight": True}, "finite number"),
        (ReasoningSteps, {"steps": 0}, "steps to be an integer of at least 1, actually: 0"),
        (Magistral, {"answer": "box"}, "Perhaps you meant 'boxed'"),
        (Magistral, {"weight": 1.5}, "between 0 and 1, actually: 1.5"),
        (Repetition, {"kind": "spares"}, "Perhaps you meant 'sparse'"),
        (Repetition, {"unit": "bytes"}, "Unknown unit 'bytes'"),
        (Repetition, {"n": 0}, "n to be an integer of at least 1, actually: 0"),
        (ThinkingMode, {"on_share": 2}, "on_share to be between 0 and 1, actually: 2"),
        (ThinkingMode, {"style": "qwen"}, "Perhaps you meant 'qwen3'"),
        (ThinkingMode, {"style": {"on": "a", "off": "b", "where": "tool"}}, "Expected style to be qwen3"),
        (ThinkingBudget, {"budgets": []}, "one or more, actually: \\[\\]"),
        (ThinkingBudget, {"budgets": [0]}, "at least 1"),
        (ThinkingBudget, {"budgets": "512"}, "at least 1"),
        (ThinkingBudget, {"template": "Be brief."}, 'with "{budget}" in it'),
        (ThinkingBudget, {"where": "tool"}, "Unknown where 'tool'"),
        (ThinkingBudget, {"counter": "no.such:thing"}, "Expected counter"),
        (Language, {"target": "xx"}, "Unknown language 'xx'"),
        (Language, {"target": 3}, "Expected target"),
        (LanguageAgreement, {"languages": ["xx"]}, "Unknown language 'xx'"),
        (LanguageAgreement, {"preset": "papers"}, "preset to be one of"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_name_and_value(kind, arguments, match):
    with pytest.raises(ValueError, match=match):
        kind(math_env(), **arguments)


@pytest.mark.parametrize(
    ("kind", "arguments", "weight"),
    [
        (Format, {}, 1.0),
        (Format, {"how": "penalty"}, 1.0),
        (Format, {"how": "gate"}, None),
        (TagCount, {}, 1.0),
        (ReasoningSteps, {}, 1.0),
        (Magistral, {}, 0.1),
        (Repetition, {}, 1.0),
        (Language, {}, 1.0),
    ],
)
def test_the_papers_numbers_come_with_a_warning_where_they_break_the_law(kind, arguments, weight):
    with pytest.warns(InversionWarning, match="This is what the paper's numbers do"):
        env = kind(math_env(), preset="paper", **arguments)
    assert env.weight == weight


@pytest.mark.parametrize(("kind", "arguments"), [(LanguageAgreement, {}), (Repetition, {"kind": "dense"})])
def test_the_papers_numbers_that_keep_the_law_come_without(kind, arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kind(math_env(), preset="paper", **arguments)


def test_a_completion_without_text_is_worth_something_definite_to_every_term():
    for kind, arguments in TERMS:
        env = kind(math_env(), **arguments)
        env.reset(seed=0)
        for action in ("", " \n", Completion("", token_ids=())):
            assert math.isfinite(env.step(action)[1])
            env.reset()
