import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.advantages import discounted_returns, gae, length_adaptive_lambda, place_rewards
from tests.baselines.advantages.tokens import rows, same, sampled

fractions = st.floats(0, 1)


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def by_the_sum(rewards, values, gamma, lambda_, bootstrap=0.0):
    """GAE of one row without environment tokens, as the sum of equation 16, not as a recursion."""
    following = [*values[1:], bootstrap]
    deltas = [r + gamma * n - v for r, v, n in zip(rewards, values, following, strict=True)]
    return [math.fsum((gamma * lambda_) ** i * d for i, d in enumerate(deltas[t:])) for t in range(len(deltas))]


def test_gae_by_hand():
    # delta: 0 + .5 * 2 - 1 = 0; 0 + .5 * 3 - 2 = -.5; 4 - 3 = 1. gamma lambda = 1/4: 1; -.5 + 1/4; 0 - 1/16.
    advantages, returns = gae(
        tensor([[0.0, 0.0, 4.0]]), tensor([[1.0, 2.0, 3.0]]), torch.ones(1, 3), gamma=0.5, actor_lambda=0.5
    )
    assert advantages.tolist() == [[-0.0625, -0.25, 1.0]]
    assert returns.tolist() == [[0.9375, 1.75, 4.0]]


def test_the_environment_s_tokens_carry_value_and_advantage_through():
    # The same three sampled tokens, with tokens of the environment between and after them, of absurd values.
    mask = torch.tensor([[1, 0, 0, 1, 1, 0]])
    advantages, returns = gae(
        tensor([[0.0, 0.0, 0.0, 0.0, 4.0, 0.0]]),
        tensor([[1.0, 100.0, math.nan, 2.0, 3.0, -100.0]]),
        mask,
        gamma=0.5,
        actor_lambda=0.5,
    )
    assert advantages.tolist() == [[-0.0625, 0.0, 0.0, -0.25, 1.0, 0.0]]
    assert returns.tolist() == [[0.9375, 0.0, 0.0, 1.75, 4.0, 0.0]]


def test_actor_and_critic_may_have_lambdas_of_their_own():
    rewards, values, mask = tensor([[0.0, 0.5, 1.0]]), tensor([[0.3, 0.1, -0.4]]), torch.ones(1, 3)
    advantages, returns = gae(rewards, values, mask, actor_lambda=0.95, critic_lambda=1.0)
    same(advantages, [by_the_sum([0.0, 0.5, 1.0], [0.3, 0.1, -0.4], 1.0, 0.95)])
    same(returns, [[1.5, 1.5, 1.0]])  # the Monte-Carlo returns


def test_without_its_own_lambda_the_critic_takes_the_actor_s():
    rewards, values, mask = tensor([[0.0, 0.5, 1.0]]), tensor([[0.3, 0.1, -0.4]]), torch.ones(1, 3)
    same(gae(rewards, values, mask, actor_lambda=0.7)[1], gae(rewards, values, mask, critic_lambda=0.7)[1])


def test_rows_may_have_lambdas_of_their_own():
    rewards, values = tensor([[0.0, 1.0], [0.0, 1.0]]), tensor([[0.3, 0.1], [0.3, 0.1]])
    advantages, _ = gae(rewards, values, torch.ones(2, 2), actor_lambda=tensor([0.2, 0.9]))
    same(advantages, [by_the_sum([0.0, 1.0], [0.3, 0.1], 1.0, lambda_) for lambda_ in (0.2, 0.9)])


def test_an_episode_cut_off_is_continued_by_the_bootstrap_value():
    rewards, values = tensor([[0.0, 0.5], [0.0, 0.5]]), tensor([[0.3, 0.1], [0.3, 0.1]])
    advantages, _ = gae(rewards, values, torch.ones(2, 2), gamma=0.9, actor_lambda=0.8, bootstrap=tensor([0.7, 0.0]))
    same(advantages, [by_the_sum([0.0, 0.5], [0.3, 0.1], 0.9, 0.8, bootstrap=b) for b in (0.7, 0.0)])


def test_a_row_without_sampled_tokens_gets_nothing():
    advantages, returns = gae(torch.zeros(1, 3), torch.ones(1, 3), torch.zeros(1, 3), bootstrap=torch.ones(1))
    assert advantages.tolist() == returns.tolist() == [[0.0] * 3]


def test_gradients_of_the_critic_end_here():
    values = torch.ones(1, 3, requires_grad=True)
    advantages, returns = gae(torch.zeros(1, 3), values, torch.ones(1, 3))
    assert not advantages.requires_grad and not returns.requires_grad


def test_a_reward_on_a_masked_token_is_refused():
    with pytest.raises(ValueError, match=r"on sampled tokens only .* actually: 1\.0 on token 1 of row 1"):
        gae(tensor([[0.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 2), torch.tensor([[1, 1], [1, 0]]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gamma": 1.5}, r"gamma in \[0, 1\], actually: 1\.5"),
        ({"actor_lambda": -0.5}, r"actor_lambda in \[0, 1\], actually: -0\.5"),
        ({"critic_lambda": 2.0}, r"critic_lambda in \[0, 1\], actually: 2\.0"),
        ({"actor_lambda": torch.ones(3)}, r"actor_lambda as a number or \[rows = 2\], actually: \(3,\)"),
        ({"bootstrap": torch.ones(3)}, r"bootstrap \[rows = 2\], actually: \(3,\)"),
        ({"bootstrap": torch.full((2,), math.nan)}, "bootstrap to be finite, actually: nan"),
        ({"values": torch.zeros(2, 3)}, r"values of the shape of mask, \(2, 2\), actually: \(2, 3\)"),
        ({"values": torch.full((2, 2), math.nan)}, "values to be finite, actually: nan"),
        ({"rewards": torch.zeros(1, 2)}, r"rewards of the shape of mask, \(2, 2\), actually: \(1, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    given = {"rewards": torch.zeros(2, 2), "values": torch.zeros(2, 2), "mask": torch.ones(2, 2), **options}
    with pytest.raises(ValueError, match=message):
        gae(**given)


@given(rows(), fractions, fractions, fractions)
def test_masked_gae_is_gae_of_the_row_without_the_environment_s_tokens(batch, gamma, actor, critic):
    rewards, values, mask = batch
    advantages, returns = gae(rewards, values, mask, gamma=gamma, actor_lambda=actor, critic_lambda=critic)
    for row in range(2):
        r, v = sampled(rewards, mask, row), sampled(values, mask, row)
        same(advantages[row][mask[row]], by_the_sum(r, v, gamma, actor))
        same(returns[row][mask[row]], [a + b for a, b in zip(by_the_sum(r, v, gamma, critic), v, strict=True)])
    assert not advantages[~mask].any() and not returns[~mask].any()


@given(rows(), fractions)
def test_with_lambda_1_advantages_are_returns_minus_values(batch, gamma):
    rewards, values, mask = batch
    advantages, returns = gae(rewards, values, mask, gamma=gamma, actor_lambda=1.0)
    monte_carlo = discounted_returns(rewards, mask, gamma=gamma)
    torch.testing.assert_close(returns, monte_carlo, atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(advantages, (monte_carlo - values) * mask, atol=1e-9, rtol=1e-9)


@given(rows(), fractions)
def test_with_lambda_0_advantages_are_one_step_differences(batch, gamma):
    rewards, values, mask = batch
    advantages, _ = gae(rewards, values, mask, gamma=gamma, actor_lambda=0.0)
    for row in range(2):
        r, v = sampled(rewards, mask, row), sampled(values, mask, row)
        expected = [x + gamma * n - y for x, y, n in zip(r, v, [*v[1:], 0.0], strict=True)]
        same(advantages[row][mask[row]], expected)


@given(rows(), fractions, fractions)
def test_a_critic_that_knows_the_returns_leaves_no_advantage(batch, gamma, lambda_):
    rewards, _, mask = batch
    values = discounted_returns(rewards, mask, gamma=gamma)
    advantages, returns = gae(rewards, values, mask, gamma=gamma, actor_lambda=lambda_)
    assert advantages.abs().max() < 1e-9
    torch.testing.assert_close(returns, values, atol=1e-9, rtol=1e-9)


@given(rows(), fractions)
def test_no_reward_of_a_multi_turn_row_is_lost(batch, lambda_):
    _, values, mask = batch
    paid = place_rewards(tensor([3.0, 5.0]), mask)
    advantages, returns = gae(paid, values, mask, actor_lambda=lambda_, critic_lambda=1.0)
    for row, reward in enumerate((3.0, 5.0)):
        assert sampled(returns, mask, row) == pytest.approx([reward] * int(mask[row].sum()), rel=1e-9)
    unpaid, _ = gae(torch.zeros_like(paid), values, mask, actor_lambda=lambda_)
    for row, reward in enumerate((3.0, 5.0)):
        gained = sampled(advantages - unpaid, mask, row)
        assert gained == pytest.approx([reward * lambda_**i for i in range(len(gained))][::-1], rel=1e-9, abs=1e-9)


def test_lambda_grows_with_length():
    lambdas = length_adaptive_lambda(torch.tensor([40, 100, 1000]))
    same(lambdas, [0.5, 0.8, 0.98])


def test_lambda_of_short_answers_is_zero():
    assert length_adaptive_lambda(torch.tensor([0, 1, 19, 20])).tolist() == [0.0] * 4


def test_lambda_of_short_answers_is_negative_as_the_paper_writes_it():
    same(length_adaptive_lambda(torch.tensor([10, 40]), clamp=False), [-1.0, 0.5])


def test_alpha_sets_the_reach():
    same(length_adaptive_lambda(torch.tensor([100]), alpha=0.1), [0.9])


@given(st.integers(21, 5000))
def test_the_weights_of_an_endless_row_sum_to_alpha_times_length(length):
    (lambda_,) = length_adaptive_lambda(torch.tensor([length])).tolist()
    assert 1 / (1 - lambda_) == pytest.approx(0.05 * length, rel=1e-9)


@pytest.mark.parametrize(
    ("lengths", "options", "message"),
    [
        (torch.ones(2, 2), {}, r"lengths \[rows\], actually: \(2, 2\)"),
        (torch.ones(2), {"alpha": 0.0}, "alpha to be above 0, actually: 0.0"),
        (torch.tensor([0, 5]), {"clamp": False}, "lengths above 0, actually: 0"),
    ],
)
def test_lambdas_that_are_undefined_are_refused(lengths, options, message):
    with pytest.raises(ValueError, match=message):
        length_adaptive_lambda(lengths, **options)


def test_adaptive_lambdas_fit_gae():
    mask = torch.tensor([[1] * 40, [1] * 20 + [0] * 20])
    rewards = place_rewards(tensor([1.0, 1.0]), mask)
    advantages, _ = gae(rewards, torch.zeros(2, 40), mask, actor_lambda=length_adaptive_lambda(mask.sum(1)))
    assert advantages[0, -3:].tolist() == pytest.approx([0.25, 0.5, 1.0], rel=1e-9)
    assert advantages[1, 18:21].tolist() == [0.0, 1.0, 0.0]
