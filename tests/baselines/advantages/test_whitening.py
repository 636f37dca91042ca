import math
import statistics

import pytest
import torch
from hypothesis import assume, given

from rlvr.baselines.advantages import whiten
from tests.baselines.advantages.tokens import rows, same

MASK = torch.tensor([[1, 0, 1], [1, 1, 0]])
VALUES = torch.tensor([[1.0, 50.0, 4.0], [2.0, -3.0, 60.0]], dtype=torch.float64)


@pytest.mark.parametrize(("unbiased", "variance"), [(True, statistics.variance), (False, statistics.pvariance)])
@pytest.mark.parametrize("epsilon", [1e-8, 0.5])
def test_whitening_is_over_the_sampled_tokens_of_all_rows(unbiased, variance, epsilon):
    population = [1.0, 4.0, 2.0, -3.0]
    spread = math.sqrt(variance(population) + epsilon)
    expected = [[0.0, 0, 3.0], [1.0, -4.0, 0]]  # minus the mean, 1
    same(whiten(VALUES, MASK, unbiased=unbiased, epsilon=epsilon), torch.tensor(expected, dtype=torch.float64) / spread)


def test_what_stands_at_a_masked_token_is_not_read():
    garbage = torch.where(MASK.bool(), VALUES, math.nan)
    assert torch.equal(whiten(garbage, MASK), whiten(VALUES, MASK))


@pytest.mark.parametrize("epsilon", [0.0, 1e-8])
def test_equal_values_are_whitened_to_exactly_zero(epsilon):
    assert whiten(torch.full((2, 3), 0.1, dtype=torch.float64), MASK, epsilon=epsilon).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize("mask", [torch.tensor([[1, 0, 0], [0, 0, 0]]), torch.zeros(2, 3)])
def test_a_single_token_or_none_has_nothing_to_compare_with_and_gets_zero(mask):
    assert whiten(VALUES, mask).tolist() == [[0.0] * 3] * 2


def test_gradients_end_here():
    assert not whiten(VALUES.clone().requires_grad_(), MASK).requires_grad


@pytest.mark.parametrize(
    ("values", "mask", "message"),
    [
        (VALUES, MASK[:1], r"values of the shape of mask, \(1, 3\), actually: \(2, 3\)"),
        (VALUES * math.inf, MASK, "values to be finite, actually: inf"),
        (VALUES, MASK * 0.5, r"mask to hold 0 and 1, actually: 0\.5"),
    ],
)
def test_what_cannot_be_whitened_is_refused(values, mask, message):
    with pytest.raises(ValueError, match=message):
        whiten(values, mask)


def test_a_negative_epsilon_is_refused():
    with pytest.raises(ValueError, match="epsilon to be at least 0, actually: -1"):
        whiten(VALUES, MASK, epsilon=-1)


@given(rows())
def test_whitened_tokens_have_mean_zero_and_variance_one(batch):
    _, values, mask = batch
    population = values[mask]
    assume(population.max() - population.min() > 1e-3)
    whitened = whiten(values, mask, epsilon=0.0)[mask]
    assert whitened.mean().item() == pytest.approx(0.0, abs=1e-9)
    assert whitened.var().item() == pytest.approx(1.0, rel=1e-9)
