import itertools
import math
import statistics

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rlvr.baselines.advantages import best_of_group, group_relative, pass_at_k

tables = hnp.arrays(np.float64, (2, 6), elements=st.floats(-2, 2).map(lambda x: round(x, 6)))


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def same(actual, expected):
    np.testing.assert_allclose(actual.numpy(), np.asarray(expected), rtol=1e-9, atol=1e-12)


def by_the_paper(right, wrong, k, epsilon=1e-6):
    """Advantages of a right and a wrong sample: Chen et al. 2025 (arXiv 2508.10751), analytical derivation."""
    samples = right + wrong
    mean = 1 - math.comb(wrong, k) / math.comb(samples, k)
    spread = math.sqrt(mean * (1 - mean)) + epsilon
    among_wrong = math.comb(wrong - 1, k - 1) / math.comb(samples - 1, k - 1)
    return (1 - mean) / spread, (1 - mean - among_wrong) / spread


def by_all_choices(row, k, epsilon=1e-6):
    """Advantages by the definition: every choice of k samples, one after another."""
    choices = list(itertools.combinations(range(len(row)), k))
    scores = [max(row[i] for i in choice) for choice in choices]
    mean, spread = statistics.fmean(scores), statistics.pstdev(scores)
    own = [
        statistics.fmean(s for s, choice in zip(scores, choices, strict=True) if i in choice) for i in range(len(row))
    ]
    return [(value - mean) / (spread + epsilon) for value in own]


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("right", [1, 2, 4, 7])
def test_pass_at_k_of_right_and_wrong_is_the_paper_s_formula(right, k):
    wrong = 8 - right
    a_right, a_wrong = by_the_paper(right, wrong, k)
    rewards = tensor([[1.0] * right + [0.0] * wrong])
    same(pass_at_k(rewards, k), [[a_right] * right + [a_wrong] * wrong])


def test_pass_at_2_of_one_right_answer_in_four_by_hand():
    # Three of six pairs hold the right answer: mean 1/2, deviation 1/2. A wrong one's three pairs: one holds it.
    same(pass_at_k(tensor([[0.0, 1.0, 0.0, 0.0]]), 2, epsilon=0.0), [[-1 / 3, 1.0, -1 / 3, -1 / 3]])


@pytest.mark.parametrize("k", [1, 2, 3, 5])
@pytest.mark.parametrize("row", [[0.1, 0.9, 0.4, -0.3, 0.4, 0.7], [1.0, 1.0, 0.2, 0.2, 0.0, 0.0]])
def test_pass_at_k_of_any_rewards_is_the_average_over_all_choices(row, k):
    same(pass_at_k(tensor([row]), k), [by_all_choices(row, k)])


def test_pass_at_k_of_a_hundred_samples_is_the_paper_s_formula():
    a_right, a_wrong = by_the_paper(3, 125, 16)
    same(pass_at_k(tensor([[1.0] * 3 + [0.0] * 125]), 16), [[a_right] * 3 + [a_wrong] * 125])


def test_pass_at_1_is_grpo_with_the_biased_deviation():
    rewards = tensor([[1.0, 0.0, 0.0, 0.5], [0.3, 0.1, 0.9, 0.2]])
    same(pass_at_k(rewards, 1), group_relative(rewards, unbiased=False))


@pytest.mark.parametrize("row", [[0.1] * 5, [0.0] * 5, [1.0] * 5, [1.0, 1.0, 1.0, 1.0, 0.0]])
@pytest.mark.parametrize("epsilon", [0.0, 1e-6])
def test_pass_at_k_is_zero_where_every_choice_scores_the_same(row, epsilon):
    assert pass_at_k(tensor([row]), 3, epsilon=epsilon).abs().max() == 0.0


@pytest.mark.parametrize("k", [0, 4, 5])
def test_a_k_that_leaves_nothing_to_compare_is_refused(k):
    with pytest.raises(ValueError, match=rf"k in 1\.\.3, .* actually: {k}\."):
        pass_at_k(torch.zeros(1, 4, dtype=torch.float64), k)


def test_a_group_of_one_is_refused():
    for estimate in (lambda r: pass_at_k(r, 1), best_of_group):
        with pytest.raises(ValueError, match=r"group_size >= 2\], actually: \(3, 1\)"):
            estimate(torch.zeros(3, 1, dtype=torch.float64))


@given(tables, st.integers(1, 5))
def test_pass_at_k_sums_to_zero(rewards, k):
    assert pass_at_k(torch.from_numpy(rewards), k).sum(1).abs().max() < 1e-7


@given(tables, st.integers(1, 5))
def test_pass_at_k_is_all_choices(rewards, k):
    expected = [by_all_choices(row, k) for row in rewards.tolist()]
    torch.testing.assert_close(pass_at_k(torch.from_numpy(rewards), k), tensor(expected), atol=1e-7, rtol=1e-7)


@given(tables, st.integers(1, 5), st.floats(-5, 5), st.permutations(range(6)))
def test_pass_at_k_ignores_a_shift_and_follows_the_order(rewards, k, shift, order):
    base = torch.from_numpy(rewards)
    torch.testing.assert_close(pass_at_k(base + shift, k), pass_at_k(base, k), atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(pass_at_k(base[:, order], k), pass_at_k(base, k)[:, order], atol=1e-9, rtol=1e-9)


def test_only_the_best_of_the_group_gets_anything():
    row = [0.2, 0.9, 0.4]
    lead = 0.5 / (statistics.stdev(row) + 1e-6)
    same(best_of_group(tensor([row])), [[0.0, lead, 0.0]])


def test_the_best_of_the_group_with_the_biased_deviation():
    row = [0.2, 0.9, 0.4]
    same(best_of_group(tensor([row]), unbiased=False), [[0.0, 0.5 / (statistics.pstdev(row) + 1e-6), 0.0]])


def test_the_best_of_the_group_without_normalisation_gets_its_lead():
    same(best_of_group(tensor([[0.2, 0.4, 0.9]]), normalise_std=False), [[0.0, 0.0, 0.5]])


@pytest.mark.parametrize("row", [[1.0, 1.0, 0.0], [0.5, 0.5, 0.5]])
def test_a_shared_best_reward_leads_nobody(row):
    assert best_of_group(tensor([row]), epsilon=0.0).tolist() == [[0.0] * 3]


@given(tables)
def test_the_lead_is_what_the_group_would_lose_without_its_best(rewards):
    advantages = best_of_group(torch.from_numpy(rewards), normalise_std=False).numpy()
    for row, actual in zip(rewards.tolist(), advantages, strict=True):
        expected = [max(row) - max(row[:i] + row[i + 1 :]) for i in range(len(row))]
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)
