import json
import warnings

import gymnasium as gym
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.toys  # noqa: F401  # Registers toy/Successor-v0.
from rlvr.wrappers.groups import Member
from rlvr.wrappers.length import LengthPenalty
from rlvr.wrappers.length_group import (
    AroraZanette,
    GroupNormalisedCost,
    GRPOLambda,
    KimiLength,
    O1Pruner,
    ShorterBetter,
)
from tests.wrappers.test_length_laws import NUMERAL, TOY, play, worth


def make(kind, **arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return kind(gym.make(TOY), **arguments)


def group(*members):
    """Members from lengths: 10 for a right answer, -10 for a wrong one."""
    return [Member(tokens > 0, abs(tokens), float(tokens > 0)) for tokens in members]


# Kimi k1.5, section 2.3.3 (arXiv 2501.12599): lambda = 0.5 - (len - min) / (max - min); wrong answers min(0, lambda).
@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((100, 200, 300), [0.5, 0.0, -0.5]),
        ((-100, 200, -300, 150), [0.0, 0.0, -0.5, 0.25]),
        ((100, -175, 200), [0.5, -0.25, -0.5]),
        ((100, 100, -100), [0.0, 0.0, 0.0]),
        ((100,), [0.0]),
    ],
)
def test_kimi_length_is_the_papers_formula(lengths, expected):
    assert make(KimiLength, preset="paper").values(group(*lengths)) == pytest.approx(expected)
    assert make(KimiLength).values(group(*lengths)) == pytest.approx([0.2 * value for value in expected])


def test_kimi_length_starts_after_the_warmup():
    env = make(KimiLength, weight=1.0, warmup=0.3)
    for progress, expected in ((0.0, 0.0), (0.29, 0.0), (0.3, 0.5), (1.0, 0.5)):
        env.set_progress(progress)
        assert env.values(group(1, 2))[0] == expected


# ShorterBetter (arXiv 2504.21370): alpha * I - beta * |l - SOL|, in its code alpha = 2, beta = 0.001.
@pytest.mark.parametrize(
    ("lengths", "rewards"),
    [
        ((800, 1200, -500, -900), [2.0, 1.6, -0.3, -0.1]),  # The optimum is 800.
        ((-100, -300), [-0.1, -0.1]),  # None is right: it is the mean, 200.
        ((700,), [2.0]),
    ],
)
def test_shorter_better_is_the_papers_formula(lengths, rewards):
    members = group(*lengths)
    terms = make(ShorterBetter, preset="paper").values(members)
    paid = [member.reward + term for member, term in zip(members, terms, strict=True)]
    assert paid == pytest.approx(rewards)


def test_shorter_better_stops_at_its_floor():
    assert make(ShorterBetter, floor=-0.1).values(group(100, 300, 301, 10**6)) == pytest.approx([0, -0.1, -0.1, -0.1])


# Arora and Zanette (arXiv 2502.04463): I * (1 - alpha * sigmoid((len - mean) / std)) over the right answers. Of 10 and
# 30 tokens the mean is 20 and the deviation 10; sigmoid(-1) = 0.26894142, sigmoid(1) = 0.73105858.
@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((10, 30, -500), [-0.10757657, -0.29242343, 0.0]),
        ((25, 25), [-0.2, -0.2]),  # No deviation: sigmoid(0) = 0.5.
        ((25, -10), [-0.2, 0.0]),
        ((-25, -10), [0.0, 0.0]),
    ],
)
def test_arora_zanette_is_the_papers_formula(lengths, expected):
    assert make(AroraZanette, alpha=0.4).values(group(*lengths)) == pytest.approx(expected)


def test_grpo_lambda_leaves_groups_alone_that_are_mostly_wrong():
    env = make(GRPOLambda, alpha=0.4)
    assert env.values(group(10, 30, 10, -500)) == make(AroraZanette, alpha=0.4).values(group(10, 30, 10, -500))
    assert env.values(group(10, 30, -10, -500)) == [0.0] * 4
    tenths = make(GRPOLambda, threshold=0.7)  # 7 of 10 are 0.7, though 0.7 * 10 may be more than 7.
    assert any(tenths.values(group(*[5] * 7, *[-5] * 3))) and not any(tenths.values(group(*[5] * 6, *[-5] * 4)))


# prime-rl, pull request 2901: reward - coef * pass rate * tokens / the group's most tokens, coef = 0.25.
@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ((10, -20), [-0.0625, -0.125]),
        ((10, 20, 40), [-0.0625, -0.125, -0.25]),
        ((-10, -20), [0.0, 0.0]),
    ],
)
def test_group_normalised_cost_is_the_trainers_formula(lengths, expected):
    assert make(GroupNormalisedCost, preset="paper").values(group(*lengths)) == pytest.approx(expected)


def test_group_normalised_cost_sees_the_rewards_and_cuts_their_mean():
    env = make(GroupNormalisedCost, weight=1.0, allow_inversion=True)
    assert env.values([Member(True, 4, 0.5), Member(True, 8, 0.7)]) == pytest.approx([-0.3, -0.6])
    assert env.values([Member(True, 4, 3.0), Member(True, 8, 3.0)]) == [-0.5, -1.0]
    assert env.values([Member(False, 4, -3.0), Member(False, 0, 0.0)]) == [0.0, 0.0]
    assert env.values([Member(True, 0, 1.0)]) == [0.0]


def test_group_normalised_cost_goes_inside_or_outside_of_the_others():
    assert KimiLength(GroupNormalisedCost(gym.make(TOY)))
    assert GroupNormalisedCost(KimiLength(gym.make(TOY)))  # Group terms are settled innermost first.


@given(st.lists(st.integers(1, 500), min_size=2, max_size=8))
def test_among_right_answers_longer_is_never_better(lengths):
    members = group(*sorted(lengths))
    for kind in (KimiLength, ShorterBetter, AroraZanette, GRPOLambda, GroupNormalisedCost):
        values = make(kind).values(members)
        assert values == pytest.approx(sorted(values, reverse=True))


# O1-Pruner (arXiv 2501.12570): reference / length - 1 + lambda * (A - reference accuracy), cut to [-2, 4] in its code.
@pytest.mark.parametrize(
    ("tokens", "right", "gain"),
    [(50, True, 2.0), (50, False, 0.0), (200, True, 0.5), (200, False, -1.5), (10, True, 4.0), (0, False, 4.0)],
)
def test_o1_pruner_is_the_papers_formula(tokens, right, gain):
    env = make(O1Pruner, reference_length=100, preset="paper", counter=NUMERAL)
    assert float(right) + worth(env, tokens, right) == pytest.approx(gain)


def test_o1_pruner_takes_an_empty_answer_for_one_token():
    env = make(O1Pruner, reference_length=2, preset="paper", counter=NUMERAL)
    assert worth(env, 0, False) == worth(env, 1, False) == 0.0  # 2 / 1 - 1 + 2 * (0 - 0.5)


def test_o1_pruner_defaults_keep_the_law_with_any_reference(tmp_path):
    file = tmp_path / "references.jsonl"
    rows = [{"task": str(n), "length": 10**n, "accuracy": accuracy} for n in range(5) for accuracy in (0.0, 0.5, 1.0)]
    file.write_text("\n".join(map(json.dumps, rows)))
    bounds = make(O1Pruner, references=str(file)).bounds()
    assert bounds.wrong[1] <= 0.1 and bounds.right[0] >= -0.2


def test_o1_pruner_reads_a_reference_for_each_task(tmp_path):
    file = tmp_path / "references.jsonl"
    file.write_text('{"task": "3/0", "length": 20, "accuracy": 0.25}\n{"task": "3/1", "length": 5, "accuracy": 1}\n')
    env = make(O1Pruner, references=str(file), lambda_=1.0)
    assert play(env, [10], False)[-1][1] == pytest.approx(0.1 * (20 / 10 - 1 - 0.25))
    assert env.bounds().right[0] == pytest.approx(0.1 * (-1 + 0 - 1))
    env.reset()
    with pytest.raises(ValueError, match=r"reference for the task '3/2', actually: .*references.jsonl has none"):
        env.reset()
    fallback = make(O1Pruner, references=str(file), reference_length=40, lambda_=1.0)
    assert play(fallback, [10], False, seed=4)[-1][1] == pytest.approx(0.1 * min(1.0, 40 / 10 - 1 - 0.5))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"task": "a"}',
        '{"task": "a", "length": 0, "accuracy": 0}',
        '{"task": "a", "length": 5, "accuracy": 2}',
    ],
)
def test_o1_pruner_names_the_line_that_is_no_reference(tmp_path, line):
    file = tmp_path / "references.jsonl"
    file.write_text('{"task": "b", "length": 5, "accuracy": 0}\n' + line)
    with pytest.raises(ValueError, match=r"references.jsonl, line 2, actually"):
        make(O1Pruner, references=str(file))
    file.write_text("")
    with pytest.raises(ValueError, match="at least one reference"):
        make(O1Pruner, references=str(file))


def test_group_terms_stack_with_the_others_in_step():
    env = KimiLength(ShorterBetter(LengthPenalty(gym.make(TOY), target=0, weight=10)))
    *_, (_, reward, *_, info) = play(env, [5], True)
    assert info["reward_terms"] == {"correct": 1.0, "length": -0.05, "shorter_better": 0.0, "kimi_length": 0.0}
    assert reward == 0.95
