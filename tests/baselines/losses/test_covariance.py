import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from rlvr.baselines.losses import clip_cov_selection, kl_cov_penalty, kl_cov_selection, token_covariances
from tests.baselines.losses.tokens import Tokens, check, tokens


def _covariances(data: Tokens):
    mean, baseline = sum(data.logprobs) / len(data.logprobs), sum(data.advantages) / len(data.advantages)
    pairs = zip(data.logprobs, data.advantages, strict=True)
    return np.array([(new - mean) * (advantage - baseline) for new, advantage in pairs])


@given(tokens())
def test_covariances_match_the_definition(data: Tokens):
    logprobs, _, advantages = data.tensors()
    ours = token_covariances(logprobs, advantages)
    np.testing.assert_allclose(ours.numpy(), _covariances(data), rtol=1e-9, atol=1e-12)
    assert not ours.requires_grad


@given(tokens(), st.sampled_from([0.01, 0.3, 1.0]))
def test_kl_cov_selects_the_highest_covariances(data: Tokens, fraction):
    logprobs, _, advantages = data.tensors()
    selected = kl_cov_selection(logprobs, advantages, fraction=fraction).numpy()
    assert selected.sum() == max(1, int(fraction * len(selected)))
    covariances = _covariances(data)
    if not selected.all():
        assert covariances[selected].min() >= covariances[~selected].max() - 1e-9


@given(tokens(), st.integers(0, 5))
def test_kl_cov_holds_selected_tokens_where_they_were(data: Tokens, seed):
    logprobs, old, _ = data.tensors()
    selected = np.random.default_rng(seed).random(len(data.old)) < 0.5
    values = kl_cov_penalty(logprobs, old, torch.tensor(selected), coefficient=0.7)
    expected = [
        (0.7 * abs(new - before), 0.7 * np.sign(new - before)) if chosen else (0.0, 0.0)
        for new, before, chosen in zip(data.logprobs, data.old, selected, strict=True)
    ]
    check(values, logprobs, expected, data.weights)


def _clip_cov(data: Tokens, clipped, fraction, seed):
    logprobs, _, advantages = data.tensors()
    generator = torch.Generator().manual_seed(seed)
    return clip_cov_selection(
        logprobs, advantages, torch.tensor(clipped), fraction=fraction, low=0.2, high=1.5, generator=generator
    )


@given(tokens(), st.sampled_from([0.01, 0.2, 1.0]), st.integers(0, 5))
def test_clip_cov_drops_a_share_of_the_candidates_and_no_other(data: Tokens, fraction, seed):
    clipped = np.random.default_rng(seed).random(len(data.old)) < 0.3
    covariances = _covariances(data)
    candidates = (covariances > 0.2) & (covariances < 1.5) & ~clipped
    dropped = _clip_cov(data, clipped, fraction, seed).numpy()
    assert dropped.sum() == min(candidates.sum(), max(1, int(fraction * len(dropped))))
    assert not (dropped & ~candidates).any()
    assert dropped.tolist() == _clip_cov(data, clipped, fraction, seed).tolist()


def test_clip_cov_is_random_by_its_generator_alone(untouched_global_random_state):
    before = torch.random.get_rng_state()
    logprobs, advantages = torch.tensor([-0.1] * 20 + [-3.0] * 20), torch.tensor([1.0] * 20 + [-1.0] * 20)
    clipped = torch.zeros(40, dtype=torch.bool)
    options = {"fraction": 0.1, "low": 1.0, "high": 5.0}
    choices = [
        clip_cov_selection(logprobs, advantages, clipped, **options, generator=torch.Generator().manual_seed(seed))
        for seed in range(5)
    ]
    assert {int(choice.sum()) for choice in choices} == {4}
    assert len({tuple(choice.tolist()) for choice in choices}) > 1
    assert torch.equal(before, torch.random.get_rng_state())


def test_no_tokens_are_no_selection():
    empty = torch.zeros(0)
    assert kl_cov_selection(empty, empty, fraction=0.1).shape == (0,)
    options = {"fraction": 0.1, "low": 1.0, "high": 5.0, "generator": torch.Generator()}
    assert clip_cov_selection(empty, empty, empty.bool(), **options).shape == (0,)
