import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import EntropyConfig, entropy_bonus, entropy_threshold, top_entropy_mask

ENTROPIES = st.lists(st.floats(0.0, 5.0).map(lambda x: round(x, 2)), min_size=1, max_size=40)


def test_the_bonus_lowers_the_loss_of_uncertain_tokens():
    entropies = torch.tensor([0.5, 2.0], requires_grad=True)
    values = entropy_bonus(entropies, 0.1)
    values.sum().backward()
    assert values.tolist() == pytest.approx([-0.05, -0.2])
    assert entropies.grad.tolist() == pytest.approx([-0.1, -0.1])


@given(ENTROPIES, st.sampled_from([0.05, 0.2, 0.25, 0.5, 1.0]))
def test_the_mask_is_that_of_the_quantile(values, fraction):
    entropies = torch.tensor(values, dtype=torch.float64)
    quantile = np.quantile(values, 1.0 - fraction, method="higher")
    assert top_entropy_mask(entropies, fraction).tolist() == [one >= quantile for one in values]


@given(st.integers(1, 200), st.sampled_from([0.1, 0.2, 0.5]), st.integers(0, 9))
def test_of_distinct_entropies_the_share_is_kept(count, fraction, seed):
    order = np.random.default_rng(seed).permutation(count)
    mask = top_entropy_mask(torch.tensor(order, dtype=torch.float64), fraction)
    assert abs(mask.sum().item() - fraction * count) <= 1.0
    assert mask[order.argmax()]


def test_a_fraction_of_one_keeps_every_token():
    assert top_entropy_mask(torch.tensor([0.0, 1.0, 0.0]), 1.0).all()


def test_micro_batches_masked_by_the_threshold_of_the_batch_are_the_masked_batch():
    entropies = torch.tensor([0.1, 2.0, 0.3, 1.7, 0.2, 0.0, 1.1])
    threshold = entropy_threshold(entropies, 0.3)
    parts = torch.cat([entropies[:3] >= threshold, entropies[3:] >= threshold])
    assert parts.tolist() == top_entropy_mask(entropies, 0.3).tolist()


def test_without_tokens_nothing_reaches_the_threshold():
    assert entropy_threshold(torch.zeros(0), 0.2) == math.inf
    assert top_entropy_mask(torch.zeros(0), 0.2).shape == (0,)


def test_the_configuration_says_what_it_needs_of_the_model():
    assert EntropyConfig().needs == "none"
    assert EntropyConfig(covariance="kl").needs == "none"
    assert EntropyConfig(top_fraction=0.2).needs == "detached"
    assert EntropyConfig(top_fraction=0.2, coefficient=0.01).needs == "graph"
    assert EntropyConfig(adaptive=True).needs == "graph"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"coefficient": -1.0}, r"entropy.coefficient to be at least 0.0, actually: -1.0"),
        ({"top_fraction": 0.0}, r"entropy.top_fraction to be in \(0, 1\], actually: 0.0"),
        ({"covariance_fraction": 1.5}, r"entropy.covariance_fraction to be in \(0, 1\], actually: 1.5"),
        ({"covariance_high": 0.5}, r"entropy.covariance_high to be at least 1.0, actually: 0.5"),
        ({"adaptive": True, "coefficient": 0.5, "maximum": 0.1}, r"to start in \[0.0, 0.1\], actually: 0.5"),
    ],
)
def test_what_could_not_train_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        EntropyConfig(**wrong)
