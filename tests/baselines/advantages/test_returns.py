import math
import statistics

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.advantages import (
    discounted_returns,
    penalise_kl,
    place_rewards,
    reinforce_plus_plus,
    reinforce_plus_plus_outcome,
    whiten,
)
from tests.baselines.advantages.tokens import rows, same, sampled


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def test_returns_by_hand():
    # Backwards: 4; 2 + 4/2; the environment's token is stepped over; 1 + 4/2.
    returns = discounted_returns(tensor([[1.0, 0.0, 2.0, 4.0, 0.0]]), torch.tensor([[1, 0, 1, 1, 0]]), gamma=0.5)
    assert returns.tolist() == [[3.0, 0.0, 4.0, 4.0, 0.0]]


def test_a_turn_returns_what_later_turns_earn():
    # verl sets the running return to 0 at the environment's tokens: the first turn would return 0.
    mask = torch.tensor([[1, 1, 0, 0, 1, 1, 0]])
    assert discounted_returns(place_rewards(tensor([1.0]), mask), mask).tolist() == [[1, 1, 0, 0, 1, 1, 0]]


def test_with_gamma_0_a_token_returns_its_own_reward():
    rewards, mask = tensor([[1.0, 2.0, 3.0]]), torch.ones(1, 3)
    assert discounted_returns(rewards, mask, gamma=0.0).tolist() == rewards.tolist()


@pytest.mark.parametrize("gamma", [-0.1, 1.1, math.nan])
def test_a_discount_out_of_range_is_refused(gamma):
    with pytest.raises(ValueError, match=rf"gamma in \[0, 1\], actually: {gamma}"):
        discounted_returns(torch.zeros(1, 2), torch.ones(1, 2), gamma=gamma)


@pytest.mark.parametrize("estimate", [discounted_returns, reinforce_plus_plus])
def test_a_reward_on_a_masked_token_is_refused(estimate):
    with pytest.raises(ValueError, match=r"on sampled tokens only .* actually: 1\.0 on token 2 of row 0"):
        estimate(tensor([[0.0, 0.0, 1.0]]), torch.tensor([[1, 1, 0]]))


@given(rows(), st.floats(0, 1))
def test_returns_are_the_discounted_sum_over_the_row_without_the_environment_s_tokens(batch, gamma):
    rewards, _, mask = batch
    returns = discounted_returns(rewards, mask, gamma=gamma)
    for row in range(2):
        own = sampled(rewards, mask, row)
        expected = [math.fsum(gamma**i * r for i, r in enumerate(own[t:])) for t in range(len(own))]
        same(returns[row][mask[row]], expected)
    assert not returns[~mask].any()


@given(rows())
def test_without_discount_the_first_token_returns_all_rewards(batch):
    rewards, _, mask = batch
    returns = discounted_returns(rewards, mask)
    for row in range(2):
        assert sampled(returns, mask, row)[0] == pytest.approx(rewards[row].sum().item(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("unbiased", "variance"), [(True, statistics.variance), (False, statistics.pvariance)])
def test_reinforce_plus_plus_by_hand_with_a_kl_penalty(unbiased, variance):
    mask = torch.tensor([[1, 0, 1, 0], [1, 1, 1, 0]])
    kl = tensor([[0.2, 7.0, -0.1, 7.0], [0.0, 0.3, 0.1, 7.0]])
    rewards = penalise_kl(place_rewards(tensor([1.0, 0.0]), mask), kl, mask, coefficient=0.5)
    # Token rewards: [-.1, ., 1.05, .] and [0, -.15, -.05, .]; gamma 0.9.
    returns = [-0.1 + 0.9 * 1.05, 1.05, 0.9 * (-0.15 - 0.9 * 0.05), -0.15 - 0.9 * 0.05, -0.05]
    mean, spread = statistics.fmean(returns), math.sqrt(variance(returns) + 1e-8)
    a, b, c, d, e = ((one - mean) / spread for one in returns)
    expected = [[a, 0, b, 0], [c, d, e, 0]]
    same(reinforce_plus_plus(rewards, mask, gamma=0.9, unbiased=unbiased), expected)


def test_without_discount_and_kl_the_lengths_are_enough():
    outcomes = tensor([[1.0, 0.0, 0.5], [0.0, 0.0, 1.0]])
    lengths = torch.tensor([[3, 1, 2], [4, 2, 1]])
    mask = torch.arange(4) < lengths.flatten()[:, None]  # [6, 4]
    by_tokens = reinforce_plus_plus(place_rewards(outcomes.flatten(), mask), mask)
    by_lengths = reinforce_plus_plus_outcome(outcomes, lengths)
    same(by_tokens, (by_lengths.flatten()[:, None] * mask).numpy())


@given(rows())
def test_reinforce_plus_plus_is_whitened_returns(batch):
    rewards, _, mask = batch
    if mask.sum() >= 2:
        assert torch.equal(reinforce_plus_plus(rewards, mask), whiten(discounted_returns(rewards, mask), mask))
