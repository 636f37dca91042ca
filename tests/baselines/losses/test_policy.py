import math
import typing
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings

from rlvr.baselines.config import as_dict, merge
from rlvr.baselines.losses import (
    LossConfig,
    PolicyLossKind,
    cispo,
    clipped_surrogate,
    dppo,
    dro,
    dual_clip_surrogate,
    gmpo,
    gspo,
    kimi,
    policy_gradient,
    policy_loss,
    sapo,
    two_sided_surrogate,
    vespo,
)
from tests.baselines.losses.tokens import Tokens, tokens

KINDS = typing.get_args(PolicyLossKind)
CLIPS = ["clip_low", "clip_high"]
READ = {
    "clip": CLIPS,
    "dual_clip": [*CLIPS, "dual_clip"],
    "two_sided": [*CLIPS, "delta"],
    "gspo": CLIPS,
    "gmpo": CLIPS,
    "sapo": ["positive_temperature", "negative_temperature"],
    "cispo": [*CLIPS, "cispo_bounds"],
    "dppo_tv": [*CLIPS, "truncation"],
    "dppo_kl": [*CLIPS, "truncation"],
    "vespo": ["positive_shape", "negative_shape"],
    "policy_gradient": [],
    "kimi": ["tau"],
    "dro": ["tau"],
}


def test_the_default_is_dapo():
    assert LossConfig().kind == "clip"
    assert LossConfig().bounds == (0.2, 0.28)


def test_bounds_are_the_papers_unless_given():
    assert LossConfig(kind="gspo").bounds == (3e-4, 4e-4)
    assert LossConfig(kind="gspo", clip_high=0.01).bounds == (3e-4, 0.01)
    assert replace(LossConfig(), kind="gmpo").bounds == (0.4, 0.4)
    assert LossConfig(kind="sapo").bounds == (1.0, math.inf)


def test_both_conventions_of_cispo_default_to_the_same_cap():
    logprobs, old = torch.tensor([-0.1, -3.0, -1.0]), torch.tensor([-4.0, -1.0, -1.0])
    args = (logprobs, old, torch.ones(3), torch.zeros(3, dtype=torch.long), 1)
    relative = policy_loss(LossConfig(kind="cispo"), *args)
    absolute = policy_loss(LossConfig(kind="cispo", cispo_bounds="absolute"), *args)
    torch.testing.assert_close(relative, absolute)
    assert relative.values[0].item() == pytest.approx(0.5)


@given(tokens(spread=1.0))
def test_each_kind_is_its_function_with_the_numbers_of_the_configuration(data: Tokens):
    three, rows = data.tensors(), data.rows()
    clip = {"clip_low": 0.1, "clip_high": 0.3}
    bound = {"log_ratio_bound": 0.7}
    numbers = {
        **clip,
        "cispo_bounds": "relative",
        "dual_clip": 1.4,
        "delta": 1.5,
        "truncation": 1.6,
        "positive_temperature": 0.9,
        "negative_temperature": 1.2,
        "tau": 0.3,
        "positive_shape": (1.0, 1.5),
        "negative_shape": (2.0, 0.5),
    }
    temperatures = {"positive_temperature": 0.9, "negative_temperature": 1.2}
    expected = {
        "clip": clipped_surrogate(*three, **clip, **bound),
        "dual_clip": dual_clip_surrogate(*three, **clip, **bound, dual_clip=1.4),
        "two_sided": two_sided_surrogate(*three, **clip, **bound, delta=1.5),
        "gspo": gspo(*three, *rows, **clip, **bound),
        "gmpo": gmpo(*three, *rows, **clip, **bound),
        "sapo": sapo(*three, **temperatures, **bound),
        "cispo": cispo(*three, **clip, **bound),
        "dppo_tv": dppo(*three, **clip, **bound, truncation=1.6, divergence="tv"),
        "dppo_kl": dppo(*three, **clip, **bound, truncation=1.6, divergence="kl"),
        "vespo": vespo(*three, *rows, positive=(1.0, 1.5), negative=(2.0, 0.5), **bound),
        "policy_gradient": policy_gradient(three[0], three[2]),
        "kimi": kimi(*three, *rows, tau=0.3),
        "dro": dro(*three, tau=0.3),
    }
    assert set(expected) == set(KINDS)
    for kind, loss in expected.items():
        config = LossConfig(kind=kind, **bound, **{name: numbers[name] for name in READ[kind]})
        torch.testing.assert_close(policy_loss(config, *three, *rows), loss, rtol=0, atol=0)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(data=tokens())
def test_on_policy_the_gradient_of_every_kind_is_reinforce(data: Tokens, kind):
    logprobs, _, advantages = data.tensors()
    values, clipped = policy_loss(LossConfig(kind=kind), logprobs, logprobs.detach(), advantages, *data.rows())
    (values * torch.tensor(data.weights)).sum().backward()
    torch.testing.assert_close(logprobs.grad, -torch.tensor(data.weights) * advantages, rtol=1e-12, atol=1e-12)
    assert not clipped.any()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_values_and_gradients_stay_finite_however_far_the_policies_are_apart(kind, dtype):
    far = [(0.0, -900.0), (-900.0, 0.0), (-1e-8, -90.0), (-90.0, -1e-8), (0.0, 0.0)]
    pairs = [(*pair, advantage) for pair in far for advantage in (2.0, -2.0, 0.0)]
    new, old, advantages = (torch.tensor(column, dtype=dtype) for column in zip(*pairs, strict=True))
    new.requires_grad_()
    sequence = torch.arange(len(pairs)) // 3 * 2  # Rows without tokens between them.
    values, _ = policy_loss(LossConfig(kind=kind), new, old, advantages, sequence, len(pairs))
    values.sum().backward()
    assert torch.isfinite(values).all()
    assert torch.isfinite(new.grad).all()


@given(tokens())
def test_the_bound_of_log_ratios_changes_nothing_inside_it(data: Tokens):
    for kind in KINDS:
        results = []
        for bound in (None, 20.0):
            logprobs, old, advantages = data.tensors()
            loss = policy_loss(LossConfig(kind=kind, log_ratio_bound=bound), logprobs, old, advantages, *data.rows())
            results.append((loss, torch.autograd.grad(loss.values.sum(), logprobs)[0]))
        torch.testing.assert_close(results[0], results[1], rtol=0, atol=0)


def test_rows_of_other_sequences_change_no_loss():
    """What lets a micro-batch hold any rows."""
    logprobs, old = torch.tensor([-1.0, -2.0, -0.5]), torch.tensor([-1.3, -1.8, -0.6])
    advantages = torch.tensor([1.0, 1.0, -1.0])
    for kind in KINDS:
        both = policy_loss(LossConfig(kind=kind), logprobs, old, advantages, torch.tensor([0, 0, 1]), 2)
        first = policy_loss(LossConfig(kind=kind), logprobs[:2], old[:2], advantages[:2], torch.tensor([0, 0]), 1)
        second = policy_loss(LossConfig(kind=kind), logprobs[2:], old[2:], advantages[2:], torch.tensor([0]), 1)
        torch.testing.assert_close(both.values, torch.cat([first.values, second.values]), rtol=0, atol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_tokens_are_no_loss(kind):
    empty = torch.zeros(0)
    values, clipped = policy_loss(LossConfig(kind=kind), empty, empty, empty, empty.long(), 0)
    assert values.shape == clipped.shape == (0,)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"clip_low": -0.1}, r"loss.clip_low to be at least 0.0, actually: -0.1"),
        ({"clip_high": -1.0}, r"loss.clip_high to be at least 0.0, actually: -1.0"),
        ({"kind": "dual_clip", "dual_clip": 1.0}, r"loss.dual_clip to be above 1, actually: 1.0"),
        ({"kind": "two_sided", "delta": 1.1}, r"loss.delta to be at least 1 \+ loss.clip_high = 1.2, actually: 1.1"),
        ({"kind": "kimi", "tau": -1.0}, r"loss.tau to be at least 0.0, actually: -1.0"),
        ({"kind": "dppo_tv", "truncation": 0.0}, r"loss.truncation to be above 0, actually: 0.0"),
        ({"kind": "sapo", "negative_temperature": 0.0}, r"loss.negative_temperature to be above 0, actually: 0.0"),
        (
            {"kind": "vespo", "positive_shape": (1.0, 0.0)},
            r"loss.positive_shape to be k, at least 0, and lambda, above 0, actually: \[1",
        ),
        (
            {"kind": "vespo", "negative_shape": (1.0,)},
            r"loss.negative_shape to be k, at least 0, and lambda, above 0, actually: ",
        ),
        ({"kind": "kimi", "clip_low": 0.1}, r'loss.clip_low, set to 0.1, does nothing with loss.kind "kimi"'),
        ({"delta": 3.0}, r'loss.delta, set to 3.0, does nothing with loss.kind "clip"'),
        ({"kind": "cispo", "cispo_bounds": "absolute", "clip_low": 0.1}, r"loss.clip_low, set to 0.1, does nothing"),
        ({"kind": "clpi"}, r"Expected loss.kind to be one of clip, dual_clip, .*, actually: 'clpi'"),
        ({"log_ratio_bound": 0.0}, r"loss.log_ratio_bound to be above 0, actually: 0.0"),
    ],
)
def test_what_could_not_train_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        LossConfig(**wrong)


def test_a_configuration_survives_its_plain_data():
    config = LossConfig(kind="cispo", cispo_bounds="absolute", clip_high=4.0, log_ratio_bound=None)
    assert merge(LossConfig(), as_dict(config)) == config
