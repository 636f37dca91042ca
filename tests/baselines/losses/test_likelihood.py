import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.losses import cispo, dppo, negative_log_likelihood, policy_gradient, vespo
from tests.baselines.losses.tokens import Tokens, check, tokens


def test_negative_log_likelihood_is_what_it_says():
    assert negative_log_likelihood(torch.tensor([-0.5, 0.0])).tolist() == [0.5, 0.0]


@given(tokens())
def test_policy_gradient_is_the_score_times_the_advantage(data: Tokens):
    logprobs, _, advantages = data.tensors()
    values, clipped = policy_gradient(logprobs, advantages)
    pairs = zip(data.logprobs, data.advantages, strict=True)
    check(values, logprobs, [(-new * advantage, -advantage) for new, advantage in pairs], data.weights)
    assert not clipped.any()


@pytest.mark.parametrize(
    ("bounds", "clip_low", "clip_high", "low", "high"),
    [
        ("relative", 0.2, 0.28, 0.8, 1.28),  # verl, NeMo RL, slime
        ("relative", 10.0, 0.2, 0.0, 1.2),  # verl's example: no lower bound
        ("relative", 1.0, 0.272, 0.0, 1.272),  # open-instruct
        ("absolute", 0.2, 5.0, 0.0, 5.0),  # TRL, ScaleRL
    ],
)
@settings(max_examples=25)
@given(data=tokens())
def test_cispo_bounds_the_weight_and_keeps_every_gradient(data: Tokens, bounds, clip_low, clip_high, low, high):
    logprobs, old, advantages = data.tensors()
    values, clipped = cispo(logprobs, old, advantages, clip_low=clip_low, clip_high=clip_high, bounds=bounds)
    expected, cuts = [], []
    for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        ratio = math.exp(new - before)
        weight = min(max(ratio, low), high)
        expected.append((-weight * advantage * new, -weight * advantage))
        cuts.append(not low <= ratio <= high)
    check(values, logprobs, expected, data.weights)
    assert clipped.tolist() == cuts


@given(tokens(), st.sampled_from(["tv", "kl"]), st.sampled_from([0.01, 0.05, 0.15]), st.sampled_from([2.0, 20.0]))
def test_dppo_masks_by_the_divergence_of_this_token_and_the_rest(data: Tokens, divergence, high, truncation):
    low = 0.5 * high
    logprobs, old, advantages = data.tensors()
    values, clipped = dppo(
        logprobs, old, advantages, divergence=divergence, clip_low=low, clip_high=high, truncation=truncation
    )
    expected, cuts = [], []
    for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        p, q = math.exp(new), math.exp(before)
        if divergence == "tv":
            distance = abs(p - q)
        else:
            distance = q * math.log(q / p) + (1 - q) * math.log((1 - q) / (1 - p))
        cut = (p > q and distance > high) if advantage > 0 else (p < q and distance > low)
        weight = 0.0 if cut else min(p / q, truncation) * advantage
        expected.append((-weight * new, -weight))
        cuts.append(cut)
    check(values, logprobs, expected, data.weights)
    assert clipped.tolist() == cuts


@pytest.mark.parametrize("divergence", ["tv", "kl"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dppo_is_finite_where_the_model_is_certain(divergence, dtype):
    logprobs = torch.tensor([0.0, 0.0, -1e-9, -5.0], dtype=dtype, requires_grad=True)
    old = torch.tensor([0.0, -5.0, 0.0, 0.0], dtype=dtype)
    values, clipped = dppo(logprobs, old, torch.tensor([1.0, 1.0, -1.0, -1.0], dtype=dtype), divergence=divergence)
    values.sum().backward()
    assert torch.isfinite(values).all() and torch.isfinite(logprobs.grad).all()
    assert clipped.tolist() == [False, True, False, True]


SHAPES = st.sampled_from([((2.0, 3.0), (3.0, 2.0)), ((1.0, 0.5), (0.0, 2.0)), ((4.0, 0.1), (1.5, 1.0))])


@given(tokens(spread=1.0), SHAPES, st.sampled_from([None, 0.8, 20.0]))
def test_vespo_weighs_a_token_by_the_product_of_its_sequence(data: Tokens, shapes, bound):
    positive, negative = shapes
    logprobs, old, advantages = data.tensors()
    values, clipped = vespo(
        logprobs, old, advantages, *data.rows(), positive=positive, negative=negative, log_ratio_bound=bound
    )
    limit = bound or math.inf
    differences = [min(max(new - before, -limit), limit) for new, before in zip(data.logprobs, data.old, strict=True)]
    expected = []
    for row, new, advantage in zip(data.sequence, data.logprobs, data.advantages, strict=True):
        total = sum(one for one, other in zip(differences, data.sequence, strict=True) if other == row)
        ratio = math.exp(min(max(total, -limit), limit))
        k, decay = positive if advantage >= 0 else negative
        weight = ratio**k * math.exp(decay * (1.0 - ratio))
        expected.append((-weight * advantage * new, -weight * advantage))
    check(values, logprobs, expected, data.weights)
    assert not clipped.any()


def test_vespo_is_largest_where_the_ratio_is_k_over_lambda():
    def weight(log_ratio: float) -> float:
        logprobs = torch.tensor([-9.0 + log_ratio], dtype=torch.float64, requires_grad=True)
        one = torch.ones(1, dtype=torch.float64)
        row = torch.zeros(1, dtype=torch.long)
        vespo(logprobs, -9.0 * one, one, row, 1, positive=(2.0, 3.0)).values.sum().backward()
        return -logprobs.grad.item()

    peak = math.log(2.0 / 3.0)
    assert weight(0.0) == 1.0
    assert weight(peak) > max(weight(peak - 0.01), weight(peak + 0.01), 1.0)
    assert weight(3.0) < 1e-20 and weight(-8.0) < 1e-5
