import math
import statistics

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rlvr.baselines.advantages import gdpo, gpg, group_relative, maxrl, opo, remax, rloo

REWARDS = [[1.0, 0.0, 0.5, 0.25], [0.0, 0.0, 1.0, 0.0], [0.3, 0.3, 0.3, 0.3]]
LENGTHS = [[10.0, 20.0, 5.0, 1.0], [3.0, 3.0, 40.0, 7.0], [1.0, 2.0, 3.0, 4.0]]

tables = hnp.arrays(np.float64, (3, 5), elements=st.floats(-2, 2).map(lambda x: round(x, 6)))


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def same(actual, expected):
    np.testing.assert_allclose(actual.numpy(), np.asarray(expected), rtol=1e-9, atol=1e-12)


def test_grpo_matches_the_numbers_worked_out_by_hand():
    # Row 1: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4. Row 2: mean 1/2, variance (4/4) / 3 = 1/3.
    rewards = tensor([[1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0]])
    expected = [[1.5, -0.5, -0.5, -0.5], [math.sqrt(3) / 2] * 2 + [-math.sqrt(3) / 2] * 2]
    same(group_relative(rewards, epsilon=0.0), expected)


def test_grpo_with_the_biased_deviation_matches_the_numbers_worked_out_by_hand():
    # Mean 1/4, biased variance (9/16 + 3/16) / 4 = 3/16.
    expected = [[0.75 / math.sqrt(3 / 16)] + [-0.25 / math.sqrt(3 / 16)] * 3]
    same(group_relative(tensor([[1.0, 0.0, 0.0, 0.0]]), epsilon=0.0, unbiased=False), expected)


@pytest.mark.parametrize(("unbiased", "deviation"), [(True, statistics.stdev), (False, statistics.pstdev)])
@pytest.mark.parametrize("epsilon", [1e-6, 1e-4, 1e-9])
def test_grpo_is_the_paper_s_formula_group_by_group(unbiased, deviation, epsilon):
    expected = [[(r - statistics.fmean(row)) / (deviation(row) + epsilon) for r in row] for row in REWARDS[:2]]
    same(group_relative(tensor(REWARDS[:2]), epsilon=epsilon, unbiased=unbiased), expected)


def test_epsilon_is_added_to_the_standard_deviation():
    same(group_relative(tensor([[1.0, 0.0]]), epsilon=0.1)[0, :1], [0.5 / (math.sqrt(0.5) + 0.1)])


def test_the_default_epsilon_is_a_millionth():
    rewards = tensor(REWARDS)
    same(group_relative(rewards), group_relative(rewards, epsilon=1e-6))


def test_dr_grpo_only_centres():
    assert group_relative(tensor([[1.0, 0.0, 0.5]]), normalise_std=False).tolist() == [[0.5, -0.5, 0.0]]


@pytest.mark.parametrize("value", [0.7, 1 / 3, 1e9, 0.1 + 0.2])
@pytest.mark.parametrize("epsilon", [0.0, 1e-6])
def test_a_flat_group_has_advantage_exactly_zero(value, epsilon):
    rewards = torch.full((1, 7), value, dtype=torch.float64)
    assert group_relative(rewards, epsilon=epsilon).tolist() == [[0.0] * 7]
    assert rloo(rewards).tolist() == [[0.0] * 7]
    assert maxrl(rewards).tolist() == [[0.0] * 7]


@pytest.mark.parametrize("estimate", [group_relative, rloo, maxrl, gpg, lambda r: opo(r, torch.ones_like(r))])
def test_a_group_of_one_is_refused(estimate):
    with pytest.raises(ValueError, match=r"group_size >= 2\], actually: \(3, 1\)"):
        estimate(torch.zeros(3, 1, dtype=torch.float64))


def test_an_undefined_reward_is_refused():
    with pytest.raises(ValueError, match="rewards to be finite, actually: nan"):
        group_relative(tensor([[1.0, math.nan]]))


def test_integer_rewards_are_refused():
    with pytest.raises(ValueError, match=r"floating point, such as float64, actually: torch\.int64"):
        group_relative(torch.tensor([[1, 0]]))


def test_a_negative_epsilon_is_refused():
    with pytest.raises(ValueError, match=r"epsilon to be at least 0, actually: -1e-06"):
        group_relative(tensor([[1.0, 0.0]]), epsilon=-1e-6)


def test_rloo_leaves_each_sample_out_of_its_baseline():
    expected = [[r - statistics.fmean(row[:i] + row[i + 1 :]) for i, r in enumerate(row)] for row in REWARDS]
    same(rloo(tensor(REWARDS)), expected)


def test_rloo_of_one_right_answer_in_four():
    same(rloo(tensor([[1.0, 0.0, 0.0, 0.0]])), [[1.0, -1 / 3, -1 / 3, -1 / 3]])


def test_remax_compares_with_the_greedy_sample_of_the_same_prompt():
    assert remax(tensor([[1.0, 0.0], [1.0, 1.0]]), tensor([1.0, 0.0])).tolist() == [[0.0, -1.0], [1.0, 1.0]]


def test_remax_needs_one_sample_only():
    assert remax(tensor([[1.0], [0.0]]), tensor([0.25, 0.25])).tolist() == [[0.75], [-0.25]]


def test_remax_refuses_greedy_rewards_of_another_number_of_groups():
    with pytest.raises(ValueError, match=r"greedy \[groups = 3\], actually: \(2,\)"):
        remax(tensor(REWARDS), tensor([0.0, 1.0]))


def test_opo_weighs_the_baseline_by_length():
    # Row 1: baseline (1 * 3 + 0 * 1) / 4 = 3/4.
    same(opo(tensor([[1.0, 0.0]]), tensor([[3.0, 1.0]])), [[0.25, -0.75]])


def test_opo_is_the_paper_s_formula_group_by_group():
    expected = []
    for row, lengths in zip(REWARDS, LENGTHS, strict=True):
        baseline = sum(r * n for r, n in zip(row, lengths, strict=True)) / sum(lengths)
        expected.append([r - baseline for r in row])
    same(opo(tensor(REWARDS), tensor(LENGTHS)), expected)


def test_opo_takes_whole_numbers_as_lengths():
    same(opo(tensor([[1.0, 0.0]]), torch.tensor([[3, 1]])), [[0.25, -0.75]])


def test_opo_with_equal_lengths_is_dr_grpo():
    rewards = tensor(REWARDS)
    same(opo(rewards, torch.full_like(rewards, 7.0)), group_relative(rewards, normalise_std=False))


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([[1.0, -1.0]], "lengths to be at least 0, actually: -1"),
        ([[0.0, 0.0]], "a group of lengths 0"),
        ([[1.0, 1.0, 1.0]], r"lengths of the shape of rewards, \(1, 2\), actually: \(1, 3\)"),
    ],
)
def test_opo_refuses_lengths_that_cannot_weigh(lengths, message):
    with pytest.raises(ValueError, match=message):
        opo(tensor([[1.0, 0.0]]), tensor(lengths))


def test_maxrl_divides_by_the_mean():
    # One of four is right: (1 - 1/4) / (1/4) = 3, and -1 for the others.
    same(maxrl(tensor([[1.0, 0.0, 0.0, 0.0]])), [[3.0, -1.0, -1.0, -1.0]])


def test_maxrl_of_a_group_without_a_right_answer_is_zero():
    assert maxrl(torch.zeros(1, 4, dtype=torch.float64)).tolist() == [[0.0] * 4]


def test_maxrl_is_the_mean_score_of_the_right_samples_less_that_of_all():
    scores = [0.3, -1.2, 2.5, 0.7]  # of each sample, for one parameter
    right = [1.0, 0.0, 1.0, 0.0]
    gradient = sum(a * s for a, s in zip(maxrl(tensor([right]))[0].tolist(), scores, strict=True)) / 4
    assert gradient == pytest.approx((0.3 + 2.5) / 2 - sum(scores) / 4, rel=1e-9)


def test_maxrl_refuses_negative_rewards():
    with pytest.raises(ValueError, match=r"at least 0 for maxrl .* actually: -0\.5"):
        maxrl(tensor([[1.0, -0.5]]))


def test_gpg_makes_up_for_flat_groups():
    # Two of three groups have spread: alpha = 3/2.
    expected = [[1.5 * (r - statistics.fmean(row)) for r in row] for row in REWARDS]
    same(gpg(tensor(REWARDS)), expected)


def test_gpg_as_in_verl_counts_rewards_that_are_not_zero():
    # Eight of twelve rewards are not 0: alpha = 12/8.
    alpha = 12 / sum(r != 0 for row in REWARDS for r in row)
    assert alpha == 1.5
    rewards = [*REWARDS[:2], [0.0] * 4]  # four of twelve
    same(gpg(tensor(rewards), scale="nonzero"), [[3.0 * (r - statistics.fmean(row)) for r in row] for row in rewards])


@pytest.mark.parametrize("scale", ["groups", "nonzero"])
def test_gpg_of_flat_groups_alone_is_zero(scale):
    assert gpg(torch.zeros(2, 3, dtype=torch.float64), scale=scale).tolist() == [[0.0] * 3] * 2


def test_gpg_refuses_an_unknown_scale():
    with pytest.raises(ValueError, match="'groups' or 'nonzero', actually: 'all'"):
        gpg(tensor(REWARDS), scale="all")


TERMS = [[[1.0, 0.0], [0.0, 1.0], [0.0, 0.5]], [[1.0, 0.2], [1.0, 0.4], [0.0, 0.9]]]


def gdpo_by_loops(weights, lengths=None, epsilon=1e-6):
    summed = []
    for group in TERMS:
        row = [0.0] * len(group)
        for term, weight in enumerate(weights):
            values = [sample[term] for sample in group]
            for i, value in enumerate(values):
                row[i] += weight * (value - statistics.fmean(values)) / (statistics.stdev(values) + epsilon)
        summed.append(row)
    counts = lengths or [[1] * 3] * 2
    population = [
        a for row, ns in zip(summed, counts, strict=True) for a, n in zip(row, ns, strict=True) for _ in range(n)
    ]
    mean, deviation = statistics.fmean(population), statistics.stdev(population)
    return summed, [[(a - mean) / (deviation + epsilon) for a in row] for row in summed]


def test_gdpo_normalises_each_term_then_the_batch():
    same(gdpo(tensor(TERMS), tensor([1.0, 0.5])), gdpo_by_loops([1.0, 0.5])[1])


def test_gdpo_can_leave_the_batch_as_it_is():
    same(gdpo(tensor(TERMS), tensor([1.0, 0.5]), normalise_batch=False), gdpo_by_loops([1.0, 0.5])[0])


def test_gdpo_with_lengths_normalises_over_tokens():
    lengths = [[2, 5, 1], [3, 1, 9]]
    actual = gdpo(tensor(TERMS), tensor([1.0, 0.5]), lengths=torch.tensor(lengths))
    same(actual, gdpo_by_loops([1.0, 0.5], lengths)[1])


def test_gdpo_tells_mixtures_of_one_sum_apart():
    # Both groups sum to [1, 0] + [0, 1]: summed first, GRPO sees two equal rewards.
    mixture = tensor(
        [[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.5, 0.5], [0.0, 0.0], [0.0, 0.0]]]
    )
    assert group_relative(mixture.sum(2))[1, 0] == group_relative(mixture.sum(2))[1, 1]
    assert gdpo(mixture, tensor([1.0, 1.0]))[1, 0] != gdpo(mixture, tensor([1.0, 1.0]))[1, 1]


def test_gdpo_of_one_term_without_the_batch_is_grpo():
    rewards = tensor(REWARDS)
    same(gdpo(rewards[:, :, None], tensor([1.0]), normalise_batch=False), group_relative(rewards))


@pytest.mark.parametrize(
    ("shape", "weights", "message"),
    [
        ((2, 3), 1, r"terms >= 1\], actually: \(2, 3\)"),
        ((2, 3, 2), 3, r"weights \[terms = 2\], actually: \(3,\)"),
        ((2, 1, 2), 2, r"group_size >= 2\], actually: \(2, 1\)"),
    ],
)
def test_gdpo_refuses_shapes_that_do_not_fit(shape, weights, message):
    with pytest.raises(ValueError, match=message):
        gdpo(torch.zeros(shape, dtype=torch.float64), torch.ones(weights, dtype=torch.float64))


@given(tables)
def test_groups_sum_to_zero(rewards):
    for estimate in (group_relative, rloo, gpg):
        assert estimate(torch.from_numpy(rewards)).sum(1).abs().max() < 1e-7
    assert maxrl(torch.from_numpy(np.abs(rewards))).sum(1).abs().max() < 1e-7


@given(tables, st.floats(-5, 5))
def test_a_shift_of_all_rewards_changes_nothing(rewards, shift):
    base, lengths = torch.from_numpy(rewards), tensor([[1.0, 2.0, 3.0, 4.0, 5.0]] * 3)
    for estimate in (rloo, lambda r: group_relative(r, normalise_std=False), lambda r: opo(r, lengths)):
        torch.testing.assert_close(estimate(base + shift), estimate(base), atol=1e-9, rtol=0)


@given(tables, st.floats(0.5, 3.0))
def test_rewards_times_a_factor_give_advantages_times_it(rewards, factor):
    base, lengths = torch.from_numpy(rewards), tensor([[1.0, 2.0, 3.0, 4.0, 5.0]] * 3)
    for estimate in (rloo, gpg, lambda r: group_relative(r, normalise_std=False), lambda r: opo(r, lengths)):
        torch.testing.assert_close(estimate(base * factor), estimate(base) * factor, atol=1e-9, rtol=1e-9)


@given(tables, st.floats(0.5, 3.0))
def test_normalised_advantages_ignore_the_scale(rewards, factor):
    base = torch.from_numpy(rewards)
    normalised = group_relative(base, epsilon=0.0)
    torch.testing.assert_close(group_relative(base * factor, epsilon=0.0), normalised, atol=1e-6, rtol=1e-6)
    positive = base.abs()
    torch.testing.assert_close(maxrl(positive * factor), maxrl(positive), atol=1e-9, rtol=1e-9)


@given(tables)
def test_rloo_is_grpo_s_numerator_times_n_over_n_minus_1(rewards):
    centred = rewards - rewards.mean(axis=1, keepdims=True)
    same(rloo(torch.from_numpy(rewards)), centred * 5 / 4)


@given(tables, hnp.arrays(np.float64, (3, 5), elements=st.integers(1, 50)))
def test_opo_sums_to_zero_when_weighted_by_length(rewards, lengths):
    advantages = opo(torch.from_numpy(rewards), torch.from_numpy(lengths)).numpy()
    assert np.abs((advantages * lengths).sum(axis=1)).max() < 1e-9


@given(hnp.arrays(np.float64, (2, 6), elements=st.floats(-2, 2).map(lambda x: round(x, 6))))
def test_normalised_groups_have_deviation_one_or_zero(rewards):
    deviations = group_relative(torch.from_numpy(rewards), epsilon=0.0).std(1)
    for row, deviation in zip(rewards, deviations.tolist(), strict=True):
        assert deviation == pytest.approx(0.0 if row.min() == row.max() else 1.0, rel=1e-9)
