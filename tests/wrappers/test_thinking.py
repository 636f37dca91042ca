"""What the prompt says of thinking, and the terms that hold the model to it."""

import copy

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.seeding import StreamKey
from rlvr.wrappers.thinking import STYLES, ThinkingBudget, ThinkingMode, with_text

WORDS = "rlvr.wrappers.counting:words"
THOUGHT, BARE = "<think>a b c</think>7", "7"


def math_env(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=2, instruction="", **kwargs)


def contents(env, seed=1):
    return [(message["role"], message["content"]) for message in env.reset(seed=seed)[0]]


# Qwen 3, arXiv:2505.09388, table 9: the flag ends the user's message. Llama-Nemotron, arXiv:2505.00949: the toggle is
# the system prompt.
SAID = [
    ("qwen3", 1.0, None, [("user", "20+11=? /think")]),
    ("qwen3", 0.0, None, [("user", "20+11=? /no_think")]),
    ("qwen3", 0.0, "Add.", [("system", "Add."), ("user", "20+11=? /no_think")]),
    ("nemotron", 1.0, None, [("system", "detailed thinking on"), ("user", "20+11=?")]),
    ("nemotron", 0.0, None, [("system", "detailed thinking off"), ("user", "20+11=?")]),
    ("nemotron", 0.0, "Add.", [("system", "Add.\ndetailed thinking off"), ("user", "20+11=?")]),
    ({"on": "", "off": "Answer at once.", "where": "system"}, 1.0, None, [("user", "20+11=?")]),
    ({"on": "", "off": "Answer at once.", "where": "user"}, 0.0, None, [("user", "20+11=? Answer at once.")]),
]


@pytest.mark.parametrize(("style", "on_share", "system", "messages"), SAID)
def test_the_toggle_stands_where_the_models_expect_it(style, on_share, system, messages):
    env = ThinkingMode(math_env(system_prompt=system), style=style, on_share=on_share)
    assert contents(env) == messages


@pytest.mark.parametrize("where", ["user", "system"])
def test_a_budget_is_said_after_the_question_or_in_the_system_prompt(where):
    env = ThinkingBudget(math_env(system_prompt="Add."), budgets=[64], where=where)
    said = "\n\nThink for at most 64 tokens."
    user, system = ("20+11=?" + said, "Add.") if where == "user" else ("20+11=?", "Add." + said)
    assert contents(env) == [("system", system), ("user", user)]


def test_only_the_marker_of_a_template_is_replaced():
    env = ThinkingBudget(math_env(), budgets=[64], template="{budget} of {x} at most, {budget}!")
    assert contents(env)[0][1].endswith("\n\n64 of {x} at most, 64!")


def test_content_in_parts_gets_one_more_and_nothing_that_was_observed_is_changed():
    parts = [{"type": "image", "url": "x"}, {"type": "text", "text": "a"}]
    observation = ({"role": "system", "content": None}, {"role": "user", "content": parts, "name": "ann"})
    before = copy.deepcopy(observation)
    told = with_text(observation, "user", "/think", " ")
    assert told[1] == {"role": "user", "name": "ann", "content": [*parts, {"type": "text", "text": "/think"}]}
    told[1]["content"][0].clear()
    assert with_text(observation, "system", "on", "\n")[0]["content"] == "on"
    assert observation == before


def test_an_opening_without_a_user_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"the roles \['system'\]. Say it where=\"system\""):
        with_text(({"role": "system", "content": "a"},), "user", "/think", " ")


def test_the_last_user_message_is_told():
    examples = tuple({"role": role, "content": "a"} for role in ("user", "assistant", "user"))
    assert [message["content"] for message in with_text(examples, "user", "/think", " ")] == ["a", "a", "a /think"]


def test_the_wrapped_environment_says_what_it_always_says():
    env = ThinkingMode(math_env(), on_share=1.0)
    env.reset(seed=1)
    assert env.unwrapped.transcript == [{"role": "user", "content": "20+11=?"}]


@given(st.integers(0, 2**32 - 1), st.integers(0, 50))
def test_an_episode_is_told_the_same_whoever_plays_it_and_whenever(seed, episode):
    for kind, key in ((ThinkingMode, "thinking"), (ThinkingBudget, "thinking_budget")):
        one, other = kind(math_env()), kind(math_env())
        other.reset(seed=seed + 1)
        expected = one.reset(seed=seed, options={"episode": episode})
        assert other.reset(seed=seed, options={"episode": episode}) == expected
        stream = StreamKey(f"rlvr.wrappers.{kind.__name__}", expected[1]["task"]).at(0, 0)
        drawn = stream.random() < 0.5 if key == "thinking" else stream.choice((512, 1024, 2048, 4096))
        assert expected[1][key] == drawn == one.step("no")[4][key] and type(expected[1][key]) is type(drawn)


def test_a_group_of_a_vector_environment_is_told_the_same():
    spec = ThinkingMode(math_env()).spec.additional_wrappers
    envs = gym.make_vec(
        "rlvr/Math-v0", num_envs=12, group_size=4, families="sum", level=2, instruction="", env_wrappers=spec
    )
    _, info = envs.reset(seed=3)
    told = []
    for _ in range(6):
        told += [set(info["thinking"][group : group + 4].tolist()) for group in (0, 4, 8)]
        info = envs.step(("no",) * 12)[4]
    assert all(len(modes) == 1 for modes in told) and len(set(map(frozenset, told))) == 2


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_the_share_of_episodes_is_the_one_that_was_asked_for(share):
    env = ThinkingMode(math_env(), on_share=share)
    env.reset(seed=5)
    told = [env.reset()[1]["thinking"] for _ in range(1000)]
    assert abs(sum(told) / 1000 - share) < (0.06 if 0 < share < 1 else 1e-9)  # Four standard deviations.


def test_all_budgets_are_drawn():
    env = ThinkingBudget(math_env(), budgets=(3, 5, 9))
    env.reset(seed=5)
    drawn = [env.reset()[1]["thinking_budget"] for _ in range(300)]
    assert {budget: drawn.count(budget) > 70 for budget in drawn} == {3: True, 5: True, 9: True}


OBEYED = [
    (1.0, THOUGHT, True),
    (1.0, BARE, False),
    (1.0, "<think>\n\n</think>7", False),
    (1.0, "a b c</think>7", True),
    (1.0, "<think>a b", True),
    (0.0, THOUGHT, False),
    (0.0, BARE, True),
    (0.0, "<think>\n\n</think>\n\n7", True),  # As Qwen 3 does when it does not think, table 9.
    (0.0, "<think></think>7<think>a</think>7", False),
    (0.0, "<think><think></think></think>7", True),
]


@pytest.mark.parametrize(("on_share", "text", "obeyed"), OBEYED)
@pytest.mark.parametrize("style", [*STYLES])
def test_who_does_otherwise_pays_the_weight(on_share, text, obeyed, style):
    env = ThinkingMode(math_env(), on_share=on_share, weight=0.25, style=style)
    env.reset(seed=0)
    assert env.step(text)[4]["reward_terms"]["thinking"] == (0.0 if obeyed else -0.25)


@pytest.mark.parametrize(("text", "thinks"), [("a</think>7", True), ("</think>7", False), (" ", False), ("a", True)])
def test_a_think_that_the_prompt_opened_is_one(text, thinks):
    env = ThinkingMode(math_env(), on_share=0.0, weight=0.25, opened_think=True)
    env.reset(seed=0)
    assert env.step(text)[4]["reward_terms"]["thinking"] == (-0.25 if thinks else 0.0)


# weight * min(1, max(0, tokens - budget) / budget), with a budget of 4 words, or of 4 tokens.
COSTS = [
    ("<think>a b c d</think>e f g h i", 0.0),
    ("<think>a b c d e</think>7", 0.25),
    ("<think>a b c d e f</think>7", 0.5),
    ("<think>a b c d e f g h</think>7", 1.0),
    ("<think>a b c d e f g h i j</think>7", 1.0),
    ("a b c d e f", 0.5),  # Without a think all of it counts.
    ("<think>a b c d e f", 0.5),
    ("", 0.0),
]


@pytest.mark.parametrize(("text", "cost"), COSTS)
def test_thinking_beyond_the_budget_costs_by_the_token(text, cost):
    env = ThinkingBudget(math_env(), budgets=[4], weight=0.5, counter=WORDS)
    env.reset(seed=0)
    assert env.step(text)[4]["reward_terms"]["thinking_budget"] == -0.5 * cost


def test_without_a_counter_the_thoughts_have_their_share_of_the_tokens():
    env = ThinkingBudget(math_env(), budgets=[4], weight=0.5)
    env.reset(seed=0)
    # 15 of 30 characters are thought: 6 of 12 tokens, 2 beyond 4.
    text = "<think>" + "a" * 15 + "</think>"
    assert len(text) == 30
    assert env.step(Completion(text, token_ids=range(12)))[4]["reward_terms"]["thinking_budget"] == -0.25
    env.reset(seed=0)
    with pytest.raises(ValueError, match=r"knows its tokens.*counter="):
        env.step(text)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 20))
def test_more_thoughts_never_cost_less(short, more, budget):
    env = ThinkingBudget(math_env(), budgets=[budget], weight=0.5, counter=WORDS)
    costs = []
    for words in (short, short + more):
        env.reset(seed=0)
        costs.append(env.step("<think>" + "a " * words + "</think>7")[4]["reward_terms"]["thinking_budget"])
    assert costs[1] <= costs[0]


def test_both_may_be_said_at_once():
    env = ThinkingBudget(ThinkingMode(math_env(), on_share=1.0, weight=0.1), budgets=[9])
    assert contents(env) == [("user", "20+11=? /think\n\nThink for at most 9 tokens.")]
    assert set(env.step("no")[4]) >= {"thinking", "thinking_budget"}


@pytest.mark.parametrize("kind", [ThinkingMode, ThinkingBudget])
def test_an_environment_without_messages_is_refused(kind):
    with pytest.raises(TypeError, match="observes Messages"):
        kind(gym.make("CartPole-v1"))
