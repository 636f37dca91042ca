r"""Format terms. Each table is worked out by hand from the source that it names."""

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.core import Completion
from rlvr.wrappers.base import RewardTerm
from rlvr.wrappers.bounds import Bounds
from rlvr.wrappers.format import Format, Magistral, ReasoningSteps, TagCount, count_steps, tags_in_order

GOOD, BAD = "<think>3 and 4</think><answer>%s</answer>", "So <answer>%s</answer>"


class Flat(RewardTerm):
    """A term that is always the same, to be gated."""

    weight: float

    def __init__(self, env, *, weight=0.1, **common):
        super().__init__(env, weight=weight, **common)

    def bounds(self):
        return Bounds((self.weight, self.weight), (self.weight, self.weight))

    def value(self, finished):
        return self.weight


def math_env(**kwargs):
    return gym.make("rlvr/Math-v0", families="sum", level=1, **kwargs)


def paid(env, form, right):
    env.reset(seed=0)
    gold = env.unwrapped.task.reference
    _, reward, _, _, info = env.step(form % (gold if right else "no"))
    assert (info["verdict"]["status"] == "correct") is right
    return reward, info["reward_terms"]


@pytest.mark.parametrize(
    ("how", "right", "form", "reward"),
    [
        ("bonus", True, GOOD, 1.25),
        ("bonus", True, BAD, 1.0),
        ("bonus", False, GOOD, 0.25),
        ("bonus", False, BAD, 0.0),
        ("penalty", True, GOOD, 1.0),
        ("penalty", True, BAD, 0.75),
        ("penalty", False, GOOD, 0.0),
        ("penalty", False, BAD, -0.25),
    ],
)
def test_a_bonus_is_paid_for_the_form_and_a_penalty_for_its_lack(how, right, form, reward):
    assert paid(Format(math_env(), how=how, weight=0.25), form, right)[0] == reward


@pytest.mark.parametrize("right", [True, False])
def test_a_gate_takes_what_is_inside_of_it_and_leaves_what_is_outside(right):
    env = Flat(Format(Flat(math_env()), how="gate", allow_inversion=True), term="outer", weight=0.25)
    reward, terms = paid(env, BAD, right)
    assert terms == {"correct": float(right), "term": 0.1, "format": -(right + 0.1), "outer": 0.25}
    assert reward == pytest.approx(0.25, abs=1e-15)  # 1 + 0.1 is not a float.
    reward, terms = paid(env, GOOD, right)
    assert terms == {"correct": float(right), "term": 0.1, "format": 0.0, "outer": 0.25}


def test_a_gate_says_what_it_does_to_the_bounds():
    env = Format(Flat(math_env()), how="gate", allow_inversion=True)
    assert env.bounds() == Bounds((-1.1, 0.0), (-0.1, 0.0))
    assert env.extend(Bounds((1.1, 1.1), (0.1, 0.1))) == Bounds((0.0, 1.1), (0.0, 0.1))
    below = Format(Flat(math_env(), weight=-0.5), how="gate", allow_inversion=True)
    assert below.bounds() == Bounds((-0.5, 0.0), (0.0, 0.5))
    assert below.extend(Bounds((0.5, 0.5), (-0.5, -0.5))) == Bounds((0.0, 0.5), (-0.5, 0.0))


def test_only_a_gate_looks_at_the_total():
    assert Format(math_env(), how="gate", allow_inversion=True).looks_at_total
    assert not Format(math_env()).looks_at_total and not Magistral(math_env()).looks_at_total


def test_the_last_turn_alone_is_judged():
    env = Format(math_env(max_turns=2))
    env.reset(seed=0)
    assert env.step(GOOD % "no")[4]["reward_terms"]["format"] == 0.0
    assert env.step("no")[4]["reward_terms"]["format"] == 0.0
    env.reset(seed=0)
    env.step("no")
    assert env.step(GOOD % "no")[4]["reward_terms"]["format"] == 0.1


def test_a_completion_that_was_cut_is_judged_as_it_stands():
    env = Format(math_env(max_turns=2))
    env.reset(seed=0)
    assert env.step(Completion(GOOD % "no", finish_reason="length"))[1] == 0.1
    env.reset(seed=0)
    assert env.step(Completion("<think>3 and", finish_reason="length"))[1] == 0.0


# open-r1, src/open_r1/rewards.py, tag_count_reward: a quarter for each of four tags that occurs once. There it also
# wants a line break on certain sides of each; here it wants their order.
TAG_COUNTS = [
    ("<think>\na\n</think>\n<answer>\nb\n</answer>", 4),
    ("<think>a</think><answer>b</answer>", 4),  # 0 there: no line breaks.
    ("x <think>a</think> y <answer>b</answer> z", 4),  # What is outside is the format's business.
    ("<think>\na\n</think>\nb", 2),
    ("<think>\na", 1),
    ("b", 0),
    ("", 0),
    ("<think>a</think><think>a</think><answer>b</answer>", 2),  # Two thinks are none.
    ("<think><think>a</think><answer>b</answer>", 3),
    ("<answer>b</answer><think>a</think>", 2),  # One pair is in order, not both.
    ("</answer><answer></think><think>", 1),
    ("<answer><think>a</think>b</answer>", 3),
    ("</think>a<answer>b</answer><think>", 3),
    ("<think>a</think><answer>b</answer></answer>", 3),
]


@pytest.mark.parametrize(("text", "tags"), TAG_COUNTS)
def test_each_tag_that_stands_once_and_in_order_counts_a_quarter(text, tags):
    assert tags_in_order(text) == tags
    env = TagCount(math_env(), weight=0.4)
    env.reset(seed=0)
    assert env.step(text)[4]["reward_terms"]["tag_count"] == 0.4 * tags / 4


@given(st.lists(st.sampled_from(["<think>", "</think>", "<answer>", "</answer>", "x"]), max_size=7).map("".join))
def test_a_missing_tag_put_in_its_place_never_lowers_the_count(text):
    for tag in ("<think>", "</think>", "<answer>", "</answer>"):
        if tag not in text:
            best = max(tags_in_order(text[:at] + tag + text[at:]) for at in range(len(text) + 1))
            assert best >= tags_in_order(text)
    assert tags_in_order(text, opened_think=True) == tags_in_order("<think>" + text)


# open-r1, src/open_r1/rewards.py, reasoning_steps_reward: "Step 1:", "1." and bullets at a line's start, and four words
# with a comma; min(1, count / 3). The comments say what its pattern makes of the odd ones.
STEPS = [
    ("", 0),
    ("It is 7.", 0),
    ("Step 1: add.\nStep 2: carry.", 2),
    ("Step 1: add. Step 2: carry.", 2),
    ("as in Step 1: add", 0),  # There 1, in the middle of a sentence.
    ("**Step 1:** add\n### Step 2: carry\nStep 12: end", 3),
    ("Step by step: add", 0),
    ("1. add\n2. carry\n3. write", 3),  # There 1: only the text's start is a line's start.
    ("1) add\n2) carry", 2),
    ("3.14 is pi\n1.5 is not", 0),  # There 1.
    ("2024. It was", 0),  # A year.
    ("- add\n- carry", 2),  # There 1: nothing stands before the first.
    ("* add\n* carry\n• write", 3),
    ("-5 + 3\n*very* good\n**bold**", 0),  # There 2.
    ("---\n* * *\n- - -", 0),  # Rules. There 2.
    ("-\n- \n1. \n", 0),  # Empty items.
    ("x - y\nz * 2", 0),
    ("> - quoted\n  - indented", 2),
    ("First, add. Next, carry. Finally, write.", 3),
    ("First, add.\nSecond, carry.\nFirst add", 2),
    ("the First, the Second, and Finally, us", 0),  # There 3.
    ("It is 5. Next, carry.", 1),
    ("Really? Second, is it! Finally, yes.", 2),
    ("1. First, add.\n2. Next, carry.", 2),  # There 3, for the words count beside the number.
    ("- First, add.\n* Next, carry.", 2),
    ("**First,** add.\n_Next,_ carry", 2),
    ("AtFirst, no", 0),
    ("x.First, no", 0),
]


@pytest.mark.parametrize(("text", "steps"), STEPS)
def test_steps_are_counted_where_lines_and_sentences_begin(text, steps):
    assert count_steps(text, 100) == steps
    env = ReasoningSteps(math_env(), weight=0.5)
    env.reset(seed=0)
    assert env.step(text)[4]["reward_terms"]["reasoning_steps"] == 0.5 * (min(steps, 3) / 3)


@given(st.text("1.- *\nFirst,Step:>", max_size=40), st.text("1.- *\nFirst,Step:>", max_size=40), st.integers(1, 5))
def test_another_paragraph_never_lowers_the_number_of_steps(text, more, most):
    assert count_steps(text, most) <= count_steps(f"{text}\n\n{more}", most) <= most


@pytest.mark.parametrize("piece", ["First, ", "\n" + " " * 50, "Step 1", "\n- -", ". Next,", "**", "#" * 9])
def test_long_texts_of_any_kind_are_counted_in_one_go(piece):
    count_steps(piece * (1_000_000 // len(piece)), 10**9)


# Magistral, arXiv:2506.10910, 2.2.1 and 2.2.2: format failure is 0 and is not graded; the format is worth 0.1, a right
# answer 0.9 more.
THOUGHT, BARE = r"<think>3 and 4</think>It is \boxed{%s}.", r"It is \boxed{%s}."
RULES = [
    ("paper", THOUGHT, True, 1.0),
    ("paper", THOUGHT, False, 0.1),
    ("paper", BARE, True, 0.0),
    ("paper", BARE, False, 0.0),
    ("paper", "<think>3 and 4</think><answer>%s</answer>", True, 0.0),  # No box.
    ("rlvr", THOUGHT, True, 1.0),
    ("rlvr", THOUGHT, False, 0.1),
    ("rlvr", BARE, True, 0.9),  # Ours: right stays above wrong.
    ("rlvr", BARE, False, 0.0),
]


@pytest.mark.parametrize(("preset", "form", "right", "reward"), RULES)
def test_magistrals_rules_give_its_rewards(preset, form, right, reward):
    env = Magistral(math_env(), preset=preset, allow_inversion=True)
    assert paid(env, form, right)[0] == pytest.approx(reward, abs=1e-15)
    assert env.extend(Bounds((1.0, 1.0), (0.0, 0.0))).hold(reward, right=right)


def test_magistrals_gate_takes_the_other_terms_of_the_paper_too():
    env = Magistral(Flat(math_env()), preset="paper", allow_inversion=True)
    assert paid(env, BARE, True)[0] == pytest.approx(0.0, abs=1e-15)
    assert paid(env, THOUGHT, True)[0] == 1.1
    assert env.bounds() == Bounds((-1.1, 0.0), (-0.1, 0.1))
    assert env.extend(Bounds((1.1, 1.1), (0.1, 0.1))) == Bounds((0.0, 1.1), (0.0, 0.2))


def test_magistrals_answer_may_be_code_or_anything():
    code = Magistral(math_env(), answer="code")
    assert paid(code, "<think>a</think>```python\nx\n```\n\\boxed{%s}", True)[0] == 1.0
    assert paid(code, THOUGHT, True)[0] == 0.9
    assert paid(Magistral(math_env(), answer="text"), "<think>a</think><answer>%s</answer>", True)[0] == 1.0
