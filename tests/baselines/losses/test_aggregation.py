import typing

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from rlvr.baselines.losses import Aggregation, aggregation_weights

KINDS = typing.get_args(Aggregation)
SEQUENCES = st.lists(st.tuples(st.integers(0, 7), st.sampled_from([4, 11, 2])), min_size=1, max_size=8)


def _batch_loss(kind, values, prompts, constant, count_empty):
    """The loss of a batch as its definition has it: means of means over lists of tokens."""
    kept = values if count_empty else [one for one in values if one]
    if not any(values):
        return 0.0
    if kind == "token_mean":
        return np.mean(np.concatenate(values))
    if kind == "sequence_mean_token_mean":
        return np.mean([np.mean(one) if one else 0.0 for one in kept])
    if kind == "sequence_mean_token_sum":
        return np.mean([sum(one) for one in kept])
    if kind == "constant":
        return np.mean([sum(one) / constant for one in kept])
    if kind == "constant_sum":
        return sum(sum(one) for one in kept) / constant
    if kind == "token_sum":
        return sum(sum(one) for one in kept)
    pooled = [
        [token for one, other in zip(values, prompts, strict=True) if other == prompt for token in one]
        for prompt in sorted(set(prompts))
    ]
    return np.mean([np.mean(one) if one else 0.0 for one in pooled if one or count_empty])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(sequences=SEQUENCES, count_empty=st.booleans(), seed=st.integers(0, 9))
def test_the_weighted_sum_is_the_loss_of_the_batch(kind, sequences, count_empty, seed):
    lengths, prompts = zip(*sequences, strict=True)
    draw = np.random.default_rng(seed)
    values = [draw.normal(size=length).tolist() for length in lengths]
    weights = aggregation_weights(
        kind, torch.tensor(lengths), torch.tensor(prompts), constant=48, count_empty=count_empty
    )
    total = sum(weight * sum(one) for weight, one in zip(weights.tolist(), values, strict=True))
    assert total == pytest.approx(_batch_loss(kind, values, prompts, 48, count_empty), rel=1e-12, abs=1e-12)
    assert all(weight == 0.0 for weight, length in zip(weights.tolist(), lengths, strict=True) if length == 0)


@pytest.mark.parametrize("kind", ["token_mean", "sequence_mean_token_mean", "prompt_mean"])
@settings(max_examples=25)
@given(sequences=SEQUENCES)
def test_the_weights_of_a_mean_sum_to_one_over_all_tokens(kind, sequences):
    lengths, prompts = (torch.tensor(column) for column in zip(*sequences, strict=True))
    total = (aggregation_weights(kind, lengths, prompts) * lengths).sum().item()
    assert total == pytest.approx(1.0 if lengths.any() else 0.0, rel=1e-12)


@given(SEQUENCES)
def test_one_sequence_a_prompt_makes_the_prompt_mean_a_sequence_mean(sequences):
    lengths = torch.tensor([length for length, _ in sequences])
    prompts = torch.arange(len(lengths)) * 3
    torch.testing.assert_close(
        aggregation_weights("prompt_mean", lengths, prompts),
        aggregation_weights("sequence_mean_token_mean", lengths, prompts),
    )


def test_the_two_conventions_of_dr_grpo_differ_by_the_number_of_sequences():
    lengths, prompts = torch.tensor([3, 5, 0]), torch.tensor([0, 0, 1])
    divided = aggregation_weights("constant", lengths, prompts, constant=10.0)
    summed = aggregation_weights("constant_sum", lengths, prompts, constant=10.0)
    assert divided.tolist() == [0.05, 0.05, 0.0]
    assert summed.tolist() == [0.1, 0.1, 0.0]


def test_a_batch_without_tokens_weighs_nothing():
    for kind in KINDS:
        weights = aggregation_weights(kind, torch.tensor([0, 0]), torch.tensor([0, 1]), constant=8)
        assert weights.tolist() == [0.0, 0.0]
        assert aggregation_weights(kind, torch.tensor([]).long(), torch.tensor([]).long(), constant=8).shape == (0,)


def test_what_could_not_be_meant_is_refused():
    lengths, prompts = torch.tensor([2, 3]), torch.tensor([0, 1])
    with pytest.raises(ValueError, match=r"constant to be above 0 for aggregation 'constant', actually: None"):
        aggregation_weights("constant", lengths, prompts)
    with pytest.raises(ValueError, match=r"actually: \(2,\), \(1,\)"):
        aggregation_weights("token_mean", lengths, prompts[:1])
