import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.advantages import (
    OUTCOME_KINDS,
    batch_relative,
    best_of_group,
    gpg,
    group_relative,
    lite_ppo,
    magistral,
    maxrl,
    opo,
    outcome_advantages,
    pass_at_k,
    reinforce,
    reinforce_plus_plus_baseline,
    reinforce_plus_plus_outcome,
    remax,
    rloo,
)

REWARDS = torch.tensor([[1.0, 0.0, 0.5, 0.25, 0.0], [0.0, 1.0, 1.0, 0.0, 0.75]], dtype=torch.float64)
LENGTHS = torch.tensor([[3, 9, 1, 2, 2], [4, 4, 6, 1, 8]])
GREEDY = torch.tensor([1.0, 0.25], dtype=torch.float64)

DIRECTLY = {
    "grpo": lambda: group_relative(REWARDS),
    "dr_grpo": lambda: group_relative(REWARDS, normalise_std=False),
    "rloo": lambda: rloo(REWARDS),
    "remax": lambda: remax(REWARDS, GREEDY),
    "opo": lambda: opo(REWARDS, LENGTHS),
    "maxrl": lambda: maxrl(REWARDS),
    "gpg": lambda: gpg(REWARDS),
    "batch": lambda: batch_relative(REWARDS),
    "lite_ppo": lambda: lite_ppo(REWARDS),
    "magistral": lambda: magistral(REWARDS),
    "reinforce++": lambda: reinforce_plus_plus_outcome(REWARDS, LENGTHS, epsilon=1e-6),
    "reinforce++_baseline": lambda: reinforce_plus_plus_baseline(REWARDS, LENGTHS, epsilon=1e-6),
    "none": lambda: REWARDS,
    "batch_mean": lambda: reinforce(REWARDS, baseline="batch"),
    "pass_at_k": lambda: pass_at_k(REWARDS, 4),
    "best_of_group": lambda: best_of_group(REWARDS),
}
WITH_EPSILON = {
    "grpo": group_relative,
    "batch": batch_relative,
    "lite_ppo": lite_ppo,
    "magistral": magistral,
    "reinforce++": lambda r, **options: reinforce_plus_plus_outcome(r, LENGTHS, **options),
    "reinforce++_baseline": lambda r, **options: reinforce_plus_plus_baseline(r, LENGTHS, **options),
    "best_of_group": best_of_group,
}


def test_every_kind_is_tested():
    assert sorted(DIRECTLY) == sorted(OUTCOME_KINDS)


@pytest.mark.parametrize("kind", OUTCOME_KINDS)
def test_the_name_picks_the_estimator(kind):
    assert torch.equal(outcome_advantages(kind, REWARDS, LENGTHS, greedy=GREEDY), DIRECTLY[kind]())


@pytest.mark.parametrize("kind", WITH_EPSILON)
def test_epsilon_and_the_biased_deviation_reach_the_estimator(kind):
    actual = outcome_advantages(kind, REWARDS, LENGTHS, epsilon=0.1, unbiased=False)
    assert torch.equal(actual, WITH_EPSILON[kind](REWARDS, epsilon=0.1, unbiased=False))
    assert not torch.equal(actual, outcome_advantages(kind, REWARDS, LENGTHS))


def test_k_and_epsilon_reach_pass_at_k():
    actual = outcome_advantages("pass_at_k", REWARDS, LENGTHS, k=2, epsilon=0.1)
    assert torch.equal(actual, pass_at_k(REWARDS, 2, epsilon=0.1))


def test_an_unknown_kind_is_refused_with_the_choices():
    with pytest.raises(ValueError, match=r"one of grpo, dr_grpo, .*best_of_group, actually: 'ppo'"):
        outcome_advantages("ppo", REWARDS, LENGTHS)


def test_remax_without_greedy_rewards_is_refused():
    with pytest.raises(ValueError, match=r"greedy \[groups\] with kind 'remax', actually: None"):
        outcome_advantages("remax", REWARDS, LENGTHS)


@pytest.mark.parametrize("kind", OUTCOME_KINDS)
def test_lengths_of_another_shape_are_refused(kind):
    with pytest.raises(ValueError, match=r"lengths of the shape of rewards, \(2, 5\), actually: \(5, 2\)"):
        outcome_advantages(kind, REWARDS, LENGTHS.T, greedy=GREEDY)


@pytest.mark.parametrize("kind", OUTCOME_KINDS)
@pytest.mark.parametrize("shape", [(5,), (0, 5), (2, 0), (2, 5, 1)])
def test_rewards_that_are_not_groups_by_samples_are_refused(kind, shape):
    with pytest.raises(ValueError, match=r"rewards \[groups, group_size >= 1\], actually"):
        outcome_advantages(kind, torch.zeros(shape), torch.ones(shape))


@pytest.mark.parametrize("kind", OUTCOME_KINDS)
def test_the_rewards_stay_as_they_were(kind):
    rewards = REWARDS.clone()
    outcome_advantages(kind, rewards, LENGTHS, greedy=GREEDY).mul_(0.0)
    assert torch.equal(rewards, REWARDS)


@pytest.mark.parametrize("kind", OUTCOME_KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_advantages_have_the_type_of_the_rewards(kind, dtype):
    assert outcome_advantages(kind, REWARDS.to(dtype), LENGTHS, greedy=GREEDY.to(dtype)).dtype == dtype


@pytest.mark.parametrize("kind", [kind for kind in OUTCOME_KINDS if kind not in ("none", "remax")])
def test_rewards_that_are_all_equal_teach_nothing(kind):
    assert outcome_advantages(kind, torch.full_like(REWARDS, 0.1), LENGTHS).tolist() == [[0.0] * 5] * 2


@given(st.permutations(range(5)))
def test_the_order_of_samples_does_not_matter(order):
    for kind in OUTCOME_KINDS:
        base = outcome_advantages(kind, REWARDS, LENGTHS, greedy=GREEDY)
        if kind == "best_of_group":
            base, moved = base[:1], outcome_advantages(kind, REWARDS[:1, order], LENGTHS[:1, order])
        else:
            moved = outcome_advantages(kind, REWARDS[:, order], LENGTHS[:, order], greedy=GREEDY)
        torch.testing.assert_close(moved, base[:, order], atol=1e-12, rtol=1e-9)


@pytest.mark.parametrize("kind", [kind for kind in OUTCOME_KINDS if kind != "best_of_group"])
def test_a_better_sample_of_a_group_has_the_greater_advantage(kind):
    advantages = outcome_advantages(kind, REWARDS, LENGTHS, greedy=GREEDY, k=2)
    for rewards, row in zip(REWARDS.tolist(), advantages.tolist(), strict=True):
        for i in range(5):
            for j in range(5):
                if rewards[i] > rewards[j]:
                    assert row[i] > row[j]
