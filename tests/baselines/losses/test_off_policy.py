import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.losses import (
    PUBLISHED_CORRECTIONS,
    LossConfig,
    OffPolicyConfig,
    decoupled_loss,
    importance_weights,
    off_policy_sequence_mask,
    policy_loss,
)
from tests.baselines.losses.tokens import Tokens, check, tokens

LEVELS = ["none", "token", "sequence", "geometric"]


def _ratios(level, data: Tokens):
    ratios = []
    for t, row in enumerate(data.sequence):
        mine = [
            new - old for new, old, other in zip(data.logprobs, data.old, data.sequence, strict=True) if other == row
        ]
        exponent = {"token": data.logprobs[t] - data.old[t], "sequence": sum(mine), "geometric": sum(mine) / len(mine)}
        ratios.append(np.exp(exponent[level]))
    return ratios


@pytest.mark.parametrize("weight", LEVELS)
@pytest.mark.parametrize("reject", LEVELS)
@settings(max_examples=25)
@given(data=tokens(spread=1.5))
def test_weights_are_truncated_ratios_and_rejection_is_outside_of_its_range(weight, reject, data: Tokens):
    truncated = {} if weight == "none" else {"weight_low": 0.1}
    rejected = {} if reject == "none" else {"reject_low": 0.6, "reject_high": 1.5}
    config = OffPolicyConfig(weight=weight, reject=reject, **truncated, **rejected)
    current, sampled, _ = data.tensors()
    weights, keep = importance_weights(config, current, sampled, *data.rows())
    kept = [True] * len(keep) if reject == "none" else [0.6 <= one <= 1.5 for one in _ratios(reject, data)]
    raw = [1.0] * len(keep) if weight == "none" else [min(max(one, 0.1), 2.0) for one in _ratios(weight, data)]
    assert keep.tolist() == kept
    np.testing.assert_allclose(weights.numpy(), np.where(kept, raw, 0.0), rtol=1e-9)
    assert not weights.requires_grad


def _two_rows():
    """Ratios 3, 1/4, 1 and 6, 1: product 3/4 and 6."""
    old = torch.tensor([3.0, 0.25, 1.0, 6.0, 1.0], dtype=torch.float64).log() - 2.0
    return old, torch.full((5,), -2.0, dtype=torch.float64), torch.tensor([0, 0, 0, 1, 1]), 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tis", [2.0, 0.25, 1.0, 2.0, 1.0]),  # truncated at 2
        ("icepop", [3.0, 0.0, 1.0, 0.0, 1.0]),  # dropped outside [0.5, 5], else as they are
        ("areal", [3.0, 0.25, 1.0, 0.0, 1.0]),  # dropped above 5
        ("sequence_tis", [0.75, 0.75, 0.75, 3.0, 3.0]),  # the product, truncated at 3
        ("sequence_mis", [0.75, 0.75, 0.75, 0.0, 0.0]),  # sequences beyond 3 dropped
        ("geometric_mask", [0.0] * 5),  # both geometric means are far from 1
    ],
)
def test_published_corrections_do_what_their_papers_say(name, expected):
    weights, keep = importance_weights(PUBLISHED_CORRECTIONS[name], *_two_rows())
    assert weights.tolist() == pytest.approx(expected, rel=1e-9)
    assert keep.tolist() == [one > 0 for one in expected]


def test_without_a_correction_all_tokens_weigh_one():
    weights, keep = importance_weights(OffPolicyConfig(), *_two_rows())
    assert weights.tolist() == [1.0] * 5
    assert keep.all()


@pytest.mark.parametrize("level", LEVELS[1:])
def test_weights_are_finite_however_far_sampler_and_trainer_are_apart(level):
    far = torch.tensor([-900.0, 0.0, -900.0, 0.0])
    config = OffPolicyConfig(weight=level, weight_high=1e30)
    weights, _ = importance_weights(config, far, far.flip(0), torch.tensor([0, 1, 2, 3]), 4)
    assert torch.isfinite(weights).all()


@given(tokens(), st.sampled_from([0.05, 0.5]))
def test_bad_tokens_are_dropped_where_the_sequence_became_unlikely(data: Tokens, delta):
    logprobs, old, advantages = data.tensors()
    keep = off_policy_sequence_mask(logprobs, old, advantages, *data.rows(), delta=delta)
    for t, row in enumerate(data.sequence):
        mine = data.sequence == row
        divergence = np.sum(data.old[mine] - data.logprobs[mine]) / mine.sum()
        assert keep[t].item() is not bool(data.advantages[t] < 0 and divergence > delta)


@given(tokens(), st.floats(-0.5, 0.5))
def test_decoupled_ppo_clips_about_the_proximal_policy_and_weighs_by_the_behaviour(data: Tokens, shift):
    logprobs, proximal, advantages = data.tensors()
    sampled = proximal - shift * advantages
    correction = OffPolicyConfig(weight="token", weight_high=1.5)
    values, clipped = decoupled_loss(LossConfig(), correction, logprobs, proximal, sampled, advantages, *data.rows())
    expected = []
    for new, near, advantage in zip(data.logprobs, data.old, data.advantages, strict=True):
        ratio, weight = np.exp(new - near), min(np.exp(shift * advantage), 1.5)
        cut = (advantage > 0 and ratio > 1.28) or (advantage < 0 and ratio < 0.8)
        bounded = min(max(ratio, 0.8), 1.28) if cut else ratio
        expected.append((-weight * bounded * advantage, 0.0 if cut else -weight * ratio * advantage))
    check(values, logprobs, expected, data.weights)
    assert clipped.tolist() == policy_loss(LossConfig(), logprobs, proximal, advantages, *data.rows()).clipped.tolist()


def test_what_could_not_train_is_refused():
    with pytest.raises(ValueError, match=r"off_policy.reject_high to be at least 0.5, actually: 0.1"):
        OffPolicyConfig(reject_high=0.1)
    with pytest.raises(ValueError, match=r"off_policy.weight_high to be above 0, actually: 0.0"):
        OffPolicyConfig(weight_high=0.0)
    with pytest.raises(ValueError, match=r"off_policy.weight_high, set to 3.0, does nothing"):
        OffPolicyConfig(weight_high=3.0)
    with pytest.raises(ValueError, match=r"off_policy.opsm_delta to be above 0, actually: 0.0"):
        OffPolicyConfig(opsm_delta=0.0)
