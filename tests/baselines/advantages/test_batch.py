import statistics

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rlvr.baselines.advantages import (
    batch_relative,
    lite_ppo,
    magistral,
    reinforce,
    reinforce_plus_plus_baseline,
    reinforce_plus_plus_outcome,
    whiten,
)

REWARDS = [[1.0, 0.0, 0.5], [0.0, 0.0, 1.0], [0.25, 0.25, 0.25]]
LENGTHS = [[4, 1, 2], [3, 3, 1], [2, 5, 1]]

tables = hnp.arrays(np.float64, (3, 4), elements=st.floats(-2, 2).map(lambda x: round(x, 6)))
counts = hnp.arrays(np.int64, (3, 4), elements=st.integers(0, 5))


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def same(actual, expected):
    np.testing.assert_allclose(actual.numpy(), np.asarray(expected), rtol=1e-9, atol=1e-12)


def centred(rewards):
    return [[r - statistics.fmean(row) for r in row] for row in rewards]


def deviation(values, unbiased):
    return statistics.stdev(values) if unbiased else statistics.pstdev(values)


def flat(rows):
    return [value for row in rows for value in row]


def repeated(rows, lengths):
    """Every value as often as its length: the tokens that whitening runs over."""
    return [v for row, ns in zip(rows, lengths, strict=True) for v, n in zip(row, ns, strict=True) for _ in range(n)]


def test_plain_reinforce_is_the_reward():
    rewards = tensor(REWARDS)
    assert reinforce(rewards).tolist() == REWARDS
    assert reinforce(rewards).data_ptr() != rewards.data_ptr()


def test_the_batch_mean_is_over_all_groups():
    mean = statistics.fmean(flat(REWARDS))
    same(reinforce(tensor(REWARDS), baseline="batch"), [[r - mean for r in row] for row in REWARDS])


def test_the_batch_mean_needs_one_sample_a_prompt_only():
    assert reinforce(tensor([[1.0], [0.0]]), baseline="batch").tolist() == [[0.5], [-0.5]]


def test_a_batch_of_one_reward_has_nothing_to_compare_with():
    assert reinforce(tensor([[1.0]]), baseline="batch").tolist() == [[0.0]]


def test_an_unknown_baseline_is_refused():
    with pytest.raises(ValueError, match="'none' or 'batch', actually: 'group'"):
        reinforce(tensor(REWARDS), baseline="group")


@pytest.mark.parametrize("unbiased", [True, False])
def test_batch_relative_takes_mean_and_deviation_of_all_rewards(unbiased):
    mean, spread = statistics.fmean(flat(REWARDS)), deviation(flat(REWARDS), unbiased)
    expected = [[(r - mean) / (spread + 1e-6) for r in row] for row in REWARDS]
    same(batch_relative(tensor(REWARDS), unbiased=unbiased), expected)


@pytest.mark.parametrize("unbiased", [True, False])
@pytest.mark.parametrize("epsilon", [1e-6, 1e-4])
def test_lite_ppo_takes_the_group_s_mean_and_the_deviation_of_all_rewards(unbiased, epsilon):
    spread = deviation(flat(REWARDS), unbiased)
    expected = [[a / (spread + epsilon) for a in row] for row in centred(REWARDS)]
    same(lite_ppo(tensor(REWARDS), epsilon=epsilon, unbiased=unbiased), expected)


@pytest.mark.parametrize("unbiased", [True, False])
def test_magistral_takes_the_deviation_of_centred_rewards(unbiased):
    advantages = centred(REWARDS)
    mean, spread = statistics.fmean(flat(advantages)), deviation(flat(advantages), unbiased)
    expected = [[(a - mean) / (spread + 1e-6) for a in row] for row in advantages]
    same(magistral(tensor(REWARDS), unbiased=unbiased), expected)


def test_magistral_is_blind_to_how_hard_prompts_are_and_lite_ppo_is_not():
    # The same spread within groups; the second batch's groups lie apart.
    near, apart = tensor([[1.0, 0.0], [1.0, 0.0]]), tensor([[1.0, 0.0], [9.0, 8.0]])
    same(magistral(near), magistral(apart))
    assert lite_ppo(apart).abs().max() < 0.2 * lite_ppo(near).abs().max()


@pytest.mark.parametrize("unbiased", [True, False])
def test_reinforce_plus_plus_baseline_whitens_centred_rewards_over_tokens(unbiased):
    advantages = centred(REWARDS)
    tokens = repeated(advantages, LENGTHS)
    mean, spread = statistics.fmean(tokens), (deviation(tokens, unbiased) ** 2 + 1e-8) ** 0.5
    expected = [[(a - mean) / spread for a in row] for row in advantages]
    same(reinforce_plus_plus_baseline(tensor(REWARDS), torch.tensor(LENGTHS), unbiased=unbiased), expected)


@pytest.mark.parametrize("unbiased", [True, False])
def test_reinforce_plus_plus_whitens_rewards_over_tokens(unbiased):
    tokens = repeated(REWARDS, LENGTHS)
    mean, spread = statistics.fmean(tokens), (deviation(tokens, unbiased) ** 2 + 1e-8) ** 0.5
    expected = [[(r - mean) / spread for r in row] for row in REWARDS]
    same(reinforce_plus_plus_outcome(tensor(REWARDS), torch.tensor(LENGTHS), unbiased=unbiased), expected)


def test_a_sample_without_tokens_neither_counts_nor_gets_anything():
    rewards, lengths = tensor([[1.0, 0.0, 1000.0]]), torch.tensor([[2, 2, 0]])
    advantages = reinforce_plus_plus_outcome(rewards, lengths, epsilon=0.0, unbiased=False)
    same(advantages, [[1.0, -1.0, 0.0]])


@pytest.mark.parametrize("estimate", [reinforce_plus_plus_outcome, reinforce_plus_plus_baseline])
@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([[3, -1]], "lengths to be at least 0, actually: -1"),
        ([[3]], r"lengths of the shape of rewards, \(1, 2\), actually: \(1, 1\)"),
    ],
)
def test_lengths_that_mean_nothing_are_refused(estimate, lengths, message):
    with pytest.raises(ValueError, match=message):
        estimate(tensor([[1.0, 0.0]]), torch.tensor(lengths))


@pytest.mark.parametrize("estimate", [lite_ppo, magistral, lambda r: reinforce_plus_plus_baseline(r, torch.ones(3, 1))])
def test_a_group_of_one_is_refused_where_its_mean_is_the_baseline(estimate):
    with pytest.raises(ValueError, match=r"group_size >= 2\], actually: \(3, 1\)"):
        estimate(torch.zeros(3, 1, dtype=torch.float64))


@pytest.mark.parametrize(
    "estimate",
    [
        lambda r, epsilon: batch_relative(r, epsilon=epsilon),
        lambda r, epsilon: lite_ppo(r, epsilon=epsilon),
        lambda r, epsilon: magistral(r, epsilon=epsilon),
        lambda r, epsilon: reinforce_plus_plus_baseline(r, torch.full((2, 3), 4), epsilon=epsilon),
        lambda r, epsilon: reinforce_plus_plus_outcome(r, torch.full((2, 3), 4), epsilon=epsilon),
        lambda r, epsilon: reinforce(r, baseline="batch"),
    ],
)
@pytest.mark.parametrize("epsilon", [0.0, 1e-8])
def test_a_batch_of_one_reward_has_advantage_exactly_zero(estimate, epsilon):
    assert estimate(torch.full((2, 3), 0.1, dtype=torch.float64), epsilon).tolist() == [[0.0] * 3] * 2


@given(tables, counts)
def test_whitening_by_lengths_is_whitening_the_tokens(rewards, lengths):
    lengths[0, 0] += 2
    values, ns = torch.from_numpy(rewards), torch.from_numpy(lengths)
    width = int(ns.max())
    mask = torch.arange(width) < ns.flatten()[:, None]
    tokens = values.flatten()[:, None].expand(-1, width)
    by_tokens = whiten(tokens, mask)
    by_lengths = reinforce_plus_plus_outcome(values, ns).flatten()[:, None].expand(-1, width) * mask
    torch.testing.assert_close(by_lengths, by_tokens, atol=1e-9, rtol=1e-9)


@given(tables, st.floats(-5, 5))
def test_a_shift_of_all_rewards_changes_nothing(rewards, shift):
    base, lengths = torch.from_numpy(rewards), torch.tensor([[1, 2, 3, 4]] * 3)
    for estimate in (
        lite_ppo,
        magistral,
        batch_relative,
        lambda r: reinforce(r, baseline="batch"),
        lambda r: reinforce_plus_plus_baseline(r, lengths),
        lambda r: reinforce_plus_plus_outcome(r, lengths),
    ):
        torch.testing.assert_close(estimate(base + shift), estimate(base), atol=1e-6, rtol=1e-6)


@given(tables)
def test_group_means_as_baseline_leave_groups_at_zero(rewards):
    for estimate in (lite_ppo, magistral):
        assert estimate(torch.from_numpy(rewards)).sum(1).abs().max() < 1e-7


@given(tables)
def test_the_order_of_groups_does_not_matter(rewards):
    base = torch.from_numpy(rewards)
    for estimate in (lite_ppo, magistral, batch_relative):
        torch.testing.assert_close(estimate(base.flip(0)), estimate(base).flip(0), atol=1e-9, rtol=1e-9)
