import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.losses import KLConfig, kl
from tests.baselines.losses.tokens import Tokens, check, tokens

LOGITS = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).normal(size=4).tolist())


def _formulas(new, ref, old):
    """Value and derivative of each estimator."""
    d, ratio = new - ref, math.exp(new - old)
    k3, slope = math.exp(-d) - 1.0 + d, 1.0 - math.exp(-d)
    return {
        "k1": (d, 1.0),
        "k2": (0.5 * d * d, d),
        "k3": (k3, slope),
        "unbiased_k3": (ratio * k3, ratio * (k3 + slope)),
        "k3_k2_gradient": (k3, d),
    }


@pytest.mark.parametrize("kind", ["k1", "k2", "k3", "unbiased_k3", "k3_k2_gradient"])
@settings(max_examples=25)
@given(data=tokens())
def test_estimators_match_their_formulas(data: Tokens, kind):
    logprobs, ref, _ = data.tensors()
    old = torch.tensor(data.logprobs - 0.3 * data.advantages)
    triples = zip(data.logprobs, data.old, old.tolist(), strict=True)
    check(kl(kind, logprobs, ref, old), logprobs, [_formulas(*triple)[kind] for triple in triples], data.weights)


def _expected_gradient(kind, logits, ref, old):
    """Of the estimator over all tokens of a small vocabulary, each as often as `old` samples it; and the truth."""
    policy = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    logprobs = policy.log_softmax(0)
    p_old = torch.tensor(old, dtype=torch.float64).log_softmax(0)
    p_ref = torch.tensor(ref, dtype=torch.float64).log_softmax(0)
    estimate = (p_old.exp() * kl(kind, logprobs, p_ref, p_old)).sum()
    (gradient,) = torch.autograd.grad(estimate, policy, retain_graph=True)
    (reverse,) = torch.autograd.grad((logprobs.exp() * (logprobs - p_ref)).sum(), policy, retain_graph=True)
    (forward,) = torch.autograd.grad((p_ref.exp() * (p_ref - logprobs)).sum(), policy)
    return gradient.numpy(), reverse.numpy(), forward.numpy()


@given(LOGITS, LOGITS, LOGITS)
def test_unbiased_k3_has_the_gradient_of_the_divergence_off_policy_too(logits, ref, old):
    gradient, reverse, _ = _expected_gradient("unbiased_k3", logits, ref, old)
    np.testing.assert_allclose(gradient, reverse, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kind", ["k2", "k3_k2_gradient"])
@settings(max_examples=25)
@given(logits=LOGITS, ref=LOGITS)
def test_k2_has_the_gradient_of_the_divergence_on_policy(kind, logits, ref):
    gradient, reverse, _ = _expected_gradient(kind, logits, ref, logits)
    np.testing.assert_allclose(gradient, reverse, rtol=1e-9, atol=1e-11)


@given(LOGITS, LOGITS)
def test_k3_has_the_gradient_of_the_other_divergence_and_k1_none(logits, ref):
    gradient, _, forward = _expected_gradient("k3", logits, ref, logits)
    np.testing.assert_allclose(gradient, forward, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(_expected_gradient("k1", logits, ref, logits)[0], 0.0, atol=1e-11)


@given(LOGITS, LOGITS)
def test_k1_and_k3_estimate_the_divergence_without_bias(logits, ref):
    p, q = (torch.tensor(one, dtype=torch.float64).log_softmax(0) for one in (logits, ref))
    truth = (p.exp() * (p - q)).sum()
    for kind in ("k1", "k3"):
        torch.testing.assert_close((p.exp() * kl(kind, p, q)).sum(), truth, rtol=1e-9, atol=1e-12)
    assert (kl("k3", p, q) >= 0).all()


def test_bounds_hold_k3_and_its_gradient():
    """verl's clamps: exponent 20, value 10."""
    logprobs = torch.tensor([-90.0, -6.0, -1.0], requires_grad=True)
    ref = torch.tensor([-0.1, -1.0, -1.5])
    values = kl("k3", logprobs, ref, log_ratio_bound=20.0, value_bound=10.0)
    values.sum().backward()
    assert values.tolist() == pytest.approx([10.0, 10.0, math.exp(-0.5) - 0.5], rel=1e-6)
    assert logprobs.grad.tolist() == pytest.approx([0.0, 0.0, 1.0 - math.exp(-0.5)], rel=1e-6)


@pytest.mark.parametrize("kind", ["k1", "k2", "k3", "unbiased_k3", "k3_k2_gradient"])
def test_with_the_bound_of_the_configuration_nothing_overflows(kind):
    config = KLConfig()
    logprobs = torch.tensor([-900.0, 0.0], requires_grad=True)
    far = torch.tensor([0.0, -900.0])
    values = kl(kind, logprobs, far, far, log_ratio_bound=config.log_ratio_bound, value_bound=config.value_bound)
    values.sum().backward()
    assert torch.isfinite(values).all() and torch.isfinite(logprobs.grad).all()


def test_the_straight_through_gradient_is_not_bounded():
    logprobs = torch.tensor([-90.0], requires_grad=True)
    kl("k3_k2_gradient", logprobs, torch.zeros(1), log_ratio_bound=20.0, value_bound=10.0).sum().backward()
    assert logprobs.grad.item() == -90.0


def test_what_could_not_be_meant_is_refused():
    with pytest.raises(ValueError, match="old log-probabilities"):
        kl("unbiased_k3", torch.zeros(1), torch.zeros(1))
    with pytest.raises(ValueError, match=r'where kl\.where is "reward"'):
        KLConfig(where="reward", estimator="unbiased_k3")
    with pytest.raises(ValueError, match=r"kl.coefficient to be at least 0.0, actually: -0.1"):
        KLConfig(coefficient=-0.1)
    with pytest.raises(ValueError, match=r"kl.value_bound to be above 0, actually: 0.0"):
        KLConfig(value_bound=0.0)


def test_off_is_the_default():
    assert KLConfig().coefficient == 0.0
