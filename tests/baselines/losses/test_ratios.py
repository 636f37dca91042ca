import numpy as np
import torch
from hypothesis import given

from rlvr.baselines.losses import log_ratio, sequence_mean, sequence_sum
from tests.baselines.losses.tokens import Tokens, tokens


@given(tokens())
def test_sums_and_means_are_of_the_tokens_of_each_row(data: Tokens):
    values = torch.tensor(data.logprobs)
    sums, means = sequence_sum(values, *data.rows()), sequence_mean(values, *data.rows())
    for row in range(data.count):
        mine = data.logprobs[data.sequence == row]
        np.testing.assert_allclose(sums[row], mine.sum(), rtol=1e-12)
        np.testing.assert_allclose(means[row], mine.mean() if len(mine) else 0.0, rtol=1e-12)


def test_the_mean_has_the_gradient_of_a_mean():
    values = torch.tensor([1.0, 2.0, 5.0], requires_grad=True)
    sequence_mean(values, torch.tensor([0, 0, 2]), 3).sum().backward()
    assert values.grad.tolist() == [0.5, 0.5, 1.0]


def test_the_log_ratio_is_bounded_only_if_asked_for():
    new, old = torch.tensor([-1.0, -50.0, -2.0]), torch.tensor([-50.0, -1.0, -1.0])
    assert log_ratio(new, old).tolist() == [49.0, -49.0, -1.0]
    assert log_ratio(new, old, 20.0).tolist() == [20.0, -20.0, -1.0]
