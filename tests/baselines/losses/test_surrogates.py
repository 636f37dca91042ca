import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import clipped_surrogate, dual_clip_surrogate, sapo, two_sided_surrogate
from tests.baselines.losses.tokens import Tokens, check, tokens

LOWS, HIGHS = st.sampled_from([0.0, 0.2, 0.7, 1.0]), st.sampled_from([0.0, 0.2, 0.28, 2.5])


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "gradient", "clipped"),
    [
        # Equation 7 of PPO by hand, clip to [0.8, 1.28]; the gradient is d loss / d logprob = -ratio * advantage.
        (1.0, 2.0, -2.0, -2.0, False),
        (1.5, 2.0, -2.56, 0.0, True),  # good and already likelier: no push
        (0.5, 2.0, -1.0, -1.0, False),  # good but unlikelier: push back up
        (0.5, -2.0, 1.6, 0.0, True),  # bad and already unlikelier: no push
        (1.5, -2.0, 3.0, 3.0, False),  # bad but likelier: push down
        (1.25, 1.0, -1.25, -1.25, False),  # inside clip-higher, outside the symmetric bound
    ],
)
def test_clip_matches_the_numbers_worked_out_by_hand(ratio, advantage, loss, gradient, clipped):
    logprob = torch.tensor([-1.0 + math.log(ratio)], dtype=torch.float64, requires_grad=True)
    old = torch.tensor([-1.0], dtype=torch.float64)
    value, cut = clipped_surrogate(
        logprob, old, torch.tensor([advantage], dtype=torch.float64), clip_low=0.2, clip_high=0.28
    )
    value.sum().backward()
    assert value.item() == pytest.approx(loss, rel=1e-12)
    assert logprob.grad.item() == pytest.approx(gradient, rel=1e-12, abs=1e-12)
    assert cut.item() is clipped


def _clip(new, old, advantage, low, high):
    """Value, slope, whether cut, by the cases of PPO's figure 1 and not by its min."""
    ratio = math.exp(new - old)
    if advantage > 0 and ratio > 1 + high:
        return -(1 + high) * advantage, 0.0, True
    if advantage < 0 and ratio < 1 - low:
        return -(1 - low) * advantage, 0.0, True
    return -ratio * advantage, -ratio * advantage, False


@given(tokens(), LOWS, HIGHS)
def test_clip_matches_the_cases(data: Tokens, low, high):
    logprobs, old, advantages = data.tensors()
    values, clipped = clipped_surrogate(logprobs, old, advantages, clip_low=low, clip_high=high)
    cases = [_clip(*token, low, high) for token in zip(data.logprobs, data.old, data.advantages, strict=True)]
    check(values, logprobs, [case[:2] for case in cases], data.weights)
    assert clipped.tolist() == [case[2] for case in cases]


@given(tokens(), LOWS, HIGHS, st.sampled_from([1.5, 3.0]))
def test_dual_clip_caps_what_a_bad_token_costs(data: Tokens, low, high, most):
    logprobs, old, advantages = data.tensors()
    values, clipped = dual_clip_surrogate(logprobs, old, advantages, clip_low=low, clip_high=high, dual_clip=most)
    expected, cuts = [], []
    for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        value, slope, cut = _clip(new, before, advantage, low, high)
        if advantage < 0 and value > most * -advantage:
            value, slope, cut = most * -advantage, 0.0, True
        expected.append((value, slope))
        cuts.append(cut)
    check(values, logprobs, expected, data.weights)
    assert clipped.tolist() == cuts


@given(tokens(), LOWS, HIGHS, st.sampled_from([3.5, 4.0]))
def test_two_sided_clip_is_dual_clip_with_delta_for_its_cap(data: Tokens, low, high, delta):
    """For delta >= 1 + clip_high; two formulas of two papers."""
    logprobs, old, advantages = data.tensors()
    ours = two_sided_surrogate(logprobs, old, advantages, clip_low=low, clip_high=high, delta=delta)
    theirs = dual_clip_surrogate(logprobs, old, advantages, clip_low=low, clip_high=high, dual_clip=delta)
    torch.testing.assert_close(ours.values, theirs.values, rtol=1e-12, atol=1e-12)
    weights = torch.tensor(data.weights)
    gradients = [torch.autograd.grad((one.values * weights).sum(), logprobs)[0] for one in (ours, theirs)]
    torch.testing.assert_close(*gradients, rtol=1e-12, atol=1e-12)
    assert ours.clipped.tolist() == theirs.clipped.tolist()


@given(tokens(), LOWS, HIGHS, st.sampled_from([3.5, 4.0]))
def test_two_sided_clip_matches_intellect_2(data: Tokens, low, high, delta):
    logprobs, old, advantages = data.tensors()
    values, _ = two_sided_surrogate(logprobs, old, advantages, clip_low=low, clip_high=high, delta=delta)
    expected = []
    for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        ratio = math.exp(new - before)
        if advantage < 0 and ratio > delta:
            expected.append((-delta * advantage, 0.0))
        else:
            expected.append(_clip(new, before, advantage, low, high)[:2])
    check(values, logprobs, expected, data.weights)


@given(tokens(), st.sampled_from([1.0, 0.5]), st.sampled_from([1.05, 2.0]))
def test_sapo_matches_its_gate_and_the_gates_derivative(data: Tokens, positive, negative):
    logprobs, old, advantages = data.tensors()
    values, clipped = sapo(logprobs, old, advantages, positive_temperature=positive, negative_temperature=negative)
    expected = []
    for new, before, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        ratio, tau = math.exp(new - before), positive if advantage > 0 else negative
        gate = 1.0 / (1.0 + math.exp(-tau * (ratio - 1.0)))
        # The paper's weight of the policy gradient: 4 p (1 - p) r A.
        expected.append((-4.0 / tau * gate * advantage, -4.0 * gate * (1.0 - gate) * ratio * advantage))
    check(values, logprobs, expected, data.weights)
    assert not clipped.any()
