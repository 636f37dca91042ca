import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import gmpo, gspo
from tests.baselines.losses.tokens import Tokens, check, tokens

BOUNDS = st.sampled_from([(3e-4, 4e-4), (0.2, 0.28), (1.0, 5.0)])


@given(tokens(spread=1.0), BOUNDS)
def test_gspo_token_matches_the_paper(data: Tokens, bounds):
    low, high = bounds
    logprobs, old, advantages = data.tensors()
    values, clipped = gspo(logprobs, old, advantages, *data.rows(), clip_low=low, clip_high=high)
    expected, cuts = [], []
    for row, advantage in zip(data.sequence, data.advantages, strict=True):
        mine = data.sequence == row
        ratio = np.exp(np.sum(data.logprobs[mine] - data.old[mine]) / mine.sum())
        cut = (advantage > 0 and ratio > 1 + high) or (advantage < 0 and ratio < 1 - low)
        kept = np.clip(ratio, 1 - low, 1 + high) if cut else ratio
        expected.append((-kept * advantage, 0.0 if cut else -ratio * advantage))
        cuts.append(cut)
    check(values, logprobs, expected, data.weights)
    assert clipped.tolist() == cuts


@pytest.mark.parametrize("loss", [gspo, gmpo])
def test_a_small_ratio_survives_float32_at_unlikely_tokens(loss):
    """A mean log-ratio of 4.07e-5 beside log-probabilities of -30, whose neighbours in float32 are 1.9e-6 apart."""
    old = torch.full((3,), -30.0)
    logprobs = (old + torch.tensor([2.0**-13, 0.0, 0.0])).requires_grad_()
    rows = torch.zeros(3, dtype=torch.long), 1
    values, clipped = loss(logprobs, old, torch.ones(3), *rows, clip_low=0.1, clip_high=0.1)
    assert values.tolist() == [-float(torch.tensor(2.0**-13 / 3.0).exp())] * 3
    values.sum().backward()
    assert torch.equal(logprobs.grad, values.detach()) and not clipped.any()


@given(tokens(spread=1.0, constant_advantages=True), BOUNDS)
def test_gspo_with_one_advantage_a_sequence_is_the_sequence_form(data: Tokens, bounds):
    """Equation 5: the mean over sequences of min(s A, clip(s) A), s differentiated as a whole."""
    low, high = bounds
    logprobs, old, advantages = data.tensors()
    lengths = np.bincount(data.sequence, minlength=data.count)
    weights = torch.tensor(1.0 / (data.count * lengths[data.sequence]))
    total = (gspo(logprobs, old, advantages, *data.rows(), clip_low=low, clip_high=high).values * weights).sum()
    total.backward()

    objective, gradient = 0.0, np.zeros(len(data.sequence))
    for row in range(data.count):
        mine = data.sequence == row
        if mine.any():
            advantage = data.advantages[mine][0]
            ratio = np.exp(np.mean(data.logprobs[mine] - data.old[mine]))
            clipped = np.clip(ratio, 1 - low, 1 + high)
            objective += min(ratio * advantage, clipped * advantage) / data.count
            if ratio * advantage <= clipped * advantage:
                gradient[mine] = ratio * advantage / mine.sum() / data.count
    np.testing.assert_allclose(total.item(), -objective, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(logprobs.grad.numpy(), -gradient, rtol=1e-9, atol=1e-12)


@given(tokens(spread=1.0, constant_advantages=True), st.sampled_from([(0.4, 0.4), (0.1, 0.7)]))
def test_gmpo_with_one_advantage_a_sequence_matches_the_paper(data: Tokens, bounds):
    """The geometric mean of min(r A, clip(r) A) token by token, times the sign of A."""
    low, high = bounds
    logprobs, old, advantages = data.tensors()
    values, clipped = gmpo(logprobs, old, advantages, *data.rows(), clip_low=low, clip_high=high)
    lengths = np.bincount(data.sequence, minlength=data.count)
    (values * torch.tensor(1.0 / lengths[data.sequence])).sum().backward()
    expected, gradient, cuts = (np.zeros(len(data.sequence)) for _ in range(3))
    for row in range(data.count):
        mine = np.flatnonzero(data.sequence == row)
        product, inside = 1.0, []
        for t in mine:
            ratio, advantage = np.exp(data.logprobs[t] - data.old[t]), data.advantages[t]
            bounded = min(max(ratio, np.exp(-low)), np.exp(high))
            sign = np.sign(advantage)
            kept = sign * min(sign * ratio, sign * bounded)
            product *= abs(kept) ** (1.0 / len(mine))
            inside.append(kept == ratio)
            cuts[t] = advantage != 0 and kept != ratio
        for t, free in zip(mine, inside, strict=True):
            expected[t] = -product * data.advantages[t]
            gradient[t] = -product * data.advantages[t] / len(mine) if free else 0.0
    np.testing.assert_allclose(values.detach().numpy(), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(logprobs.grad.numpy(), gradient, rtol=1e-9, atol=1e-12)
    assert clipped.tolist() == cuts.astype(bool).tolist()


@given(tokens(spread=1.0))
def test_gmpo_takes_advantages_that_differ_inside_a_sequence(data: Tokens):
    logprobs, old, advantages = data.tensors()
    values, _ = gmpo(logprobs, old, advantages, *data.rows(), clip_low=0.4, clip_high=0.3)
    kept = [
        min(new - before, 0.3) if advantage > 0 else max(new - before, -0.4)
        for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True)
    ]
    expected = []
    for t, row in enumerate(data.sequence):
        ratio = np.exp(np.mean([one for one, other in zip(kept, data.sequence, strict=True) if other == row]))
        free = kept[t] == data.logprobs[t] - data.old[t]
        expected.append((-ratio * data.advantages[t], -ratio * data.advantages[t] * free))
    check(values, logprobs, expected, data.weights)
