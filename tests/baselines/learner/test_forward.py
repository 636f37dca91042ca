"""The forward pass against full logits of the model itself."""

import dataclasses

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from transformers import CohereConfig, CohereForCausalLM, Gemma2Config, Gemma2ForCausalLM

from rlvr.baselines.learner.forward import TokenModel, add_value_head, token_numbers
from rlvr.baselines.learner.micro_batches import assemble
from tests.token_rows import VOCABULARY, make_rows, small

SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def capped():
    """Gemma 2 bends its logits behind the head; sharp weights make them large enough to be bent."""
    torch.manual_seed(0)
    model = Gemma2ForCausalLM(Gemma2Config(**SIZES, final_logit_softcapping=5.0, attn_implementation="eager"))
    with torch.no_grad():
        model.model.embed_tokens.weight.mul_(100.0)
    return model.double()


def scaled():
    torch.manual_seed(0)
    return CohereForCausalLM(
        CohereConfig(**{k: v for k, v in SIZES.items() if k != "head_dim"}, logit_scale=0.3)
    ).double()


def by_hand(model, batch, temperature):
    """Log-probabilities and entropies by way of the logits of all positions."""
    logits = model(input_ids=batch.ids, position_ids=batch.positions, use_cache=False).logits
    logits = logits.flatten(0, 1)[batch.index] / temperature
    distribution = logits.log_softmax(-1)
    return distribution[torch.arange(len(logits)), batch.targets], -(distribution.exp() * distribution).sum(-1)


def backward(model, logprobs, entropies):
    model.zero_grad()
    weights = torch.linspace(-1.0, 2.0, len(logprobs), dtype=logprobs.dtype)
    (logprobs * weights + entropies * weights.flip(0)).sum().backward()
    return {name: one.grad.clone() for name, one in model.named_parameters()}


@pytest.mark.parametrize("layout", ["padded", "packed"])
@pytest.mark.parametrize("chunk", [1, 7, 32, 10**6])
@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_chunks_give_the_numbers_and_gradients_of_full_logits(layout, chunk, temperature):
    model = small()
    batch = assemble(make_rows(), layout=layout, dtype=torch.float64)
    logprobs, entropies = by_hand(model, batch, temperature)
    expected = backward(model, logprobs, entropies)
    outputs = TokenModel(model, max_logits=chunk * VOCABULARY)(batch, temperature=temperature, entropy="graph")
    torch.testing.assert_close(outputs.logprobs, logprobs, atol=1e-12, rtol=0)
    torch.testing.assert_close(outputs.entropies, entropies, atol=1e-12, rtol=0)
    for name, gradient in backward(model, outputs.logprobs, outputs.entropies).items():
        torch.testing.assert_close(gradient, expected[name], atol=1e-12, rtol=1e-9)


class Largest(TorchDispatchMode):
    """Remembers the number of elements of the largest tensor that any operation makes."""

    elements = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        self.elements = max([self.elements, *(one.numel() for one in tree_leaves(made) if torch.is_tensor(one))])
        return made


@pytest.mark.parametrize(("chunk", "whole"), [(4, False), (10**6, True)])
def test_in_chunks_no_tensor_of_tokens_times_vocabulary_is_ever_made(chunk, whole):
    model = small(torch.float32, layers=1)
    model.resize_token_embeddings(2048)
    batch = assemble(make_rows((40, 40, 40)))
    run = TokenModel(model, max_logits=chunk * 2048)
    with Largest() as largest:
        outputs = run(batch, temperature=0.7, entropy="graph")
        (outputs.logprobs + outputs.entropies).sum().backward()
    tokens = len(batch.index)
    assert tokens > 40
    assert (largest.elements >= tokens * 2048) == whole
    assert whole or largest.elements == 32 * 2048  # the head's weights


@pytest.mark.parametrize("make", [capped, scaled])
def test_a_model_that_changes_its_logits_behind_the_head_is_found_out(make):
    model = make()
    run = TokenModel(model, max_logits=1)
    assert run.head is not None and not run.hands_through
    batch = assemble(make_rows(), dtype=torch.float64)
    logprobs, entropies = by_hand(model, batch, 0.7)
    expected = backward(model, logprobs, entropies)
    outputs = run(batch, temperature=0.7, entropy="graph")
    torch.testing.assert_close(outputs.logprobs, logprobs)
    torch.testing.assert_close(outputs.entropies, entropies)
    for name, gradient in backward(model, outputs.logprobs, outputs.entropies).items():
        torch.testing.assert_close(gradient, expected[name])


def test_making_one_leaves_the_model_as_it_was():
    model = small()
    before = model.training, model.lm_head.forward, torch.get_rng_state()
    run = TokenModel(model)
    assert run.hands_through
    assert (model.training, model.lm_head.forward) == before[:2]
    assert torch.equal(torch.get_rng_state(), before[2])
    with pytest.raises(IndexError):
        run(dataclasses.replace(assemble(make_rows()), ids=torch.tensor([[VOCABULARY]])))
    assert "forward" not in vars(model.lm_head)


class Headless(torch.nn.Module):
    """A model that says nothing of its head."""

    def __init__(self, model):
        super().__init__()
        self.inner = model

    def forward(self, **inputs):
        return self.inner(**inputs)


def test_without_a_known_head_the_logits_of_all_positions_are_used():
    model = small()
    batch = assemble(make_rows(), dtype=torch.float64)
    outputs = TokenModel(Headless(model))(batch, entropy="graph")
    expected = TokenModel(model)(batch, entropy="graph")
    torch.testing.assert_close(outputs.logprobs, expected.logprobs)
    torch.testing.assert_close(outputs.entropies, expected.entropies)


def test_entropies_carry_a_gradient_only_if_asked_for():
    run, batch = TokenModel(small(), max_logits=5 * VOCABULARY), assemble(make_rows(), dtype=torch.float64)
    assert run(batch).entropies is None
    detached, graph = (run(batch, entropy=mode).entropies for mode in ("detached", "graph"))
    torch.testing.assert_close(detached, graph)
    [through] = torch.autograd.grad(detached.sum(), run.model.lm_head.weight)
    assert not through.any()
    [through] = torch.autograd.grad(graph.sum(), run.model.lm_head.weight)
    assert through.any()


def test_a_token_that_cannot_come_adds_nothing_to_the_entropy():
    logits = torch.tensor([[0.0, 0.0, -torch.inf]], requires_grad=True)
    numbers = token_numbers(logits, torch.tensor([0]), 1.0, "graph")
    torch.testing.assert_close(numbers, torch.tensor([[0.5, 2.0]]).log())
    numbers.sum().backward()
    assert torch.isfinite(logits.grad).all()


def test_numbers_of_half_precision_models_are_float32():
    model = small(torch.bfloat16)
    outputs = TokenModel(model)(assemble(make_rows()), entropy="graph")
    assert outputs.logprobs.dtype == outputs.entropies.dtype == torch.float32
    exact = TokenModel(small(torch.float32))(assemble(make_rows()))
    assert 0 < float((outputs.logprobs - exact.logprobs).detach().abs().max()) < 0.05


def test_autocast_computes_in_bfloat16_and_keeps_gradients_in_float32():
    model = small(torch.float32)
    exact = TokenModel(model)(assemble(make_rows())).logprobs
    logprobs = TokenModel(model, autocast=True, max_logits=5 * VOCABULARY)(assemble(make_rows())).logprobs
    assert logprobs.dtype == torch.float32
    assert 0 < float((logprobs - exact).detach().abs().max()) < 0.05
    logprobs.sum().backward()
    assert all(one.grad.dtype == torch.float32 for one in model.parameters())


def test_values_are_read_off_the_state_before_the_token():
    model = small()
    head = add_value_head(model)
    torch.nn.init.normal_(head.weight, generator=torch.Generator().manual_seed(0))
    [row] = make_rows((9,))
    batch = assemble([row], dtype=torch.float64)
    outputs = TokenModel(model)(batch)
    states = model(input_ids=torch.tensor([row.ids]), output_hidden_states=True).hidden_states[-1][0]
    before = [i - 1 for i, bit in enumerate(row.mask) if bit]
    torch.testing.assert_close(outputs.values, head(states)[before, 0])
    changed = assemble([type(row)([*row.ids[:-1], 5], [*row.mask[:-1], 1], {})], dtype=torch.float64)
    torch.testing.assert_close(TokenModel(model)(changed).values[: len(before)], outputs.values)  # nor the token's own


def test_a_value_head_begins_as_zero_and_draws_no_random_numbers():
    model, before = small(torch.bfloat16), torch.get_rng_state()
    head = add_value_head(model)
    assert torch.equal(torch.get_rng_state(), before)
    assert head.weight.dtype == torch.float32 and not head.weight.any()
    outputs = TokenModel(model, autocast=False)(assemble(make_rows()))
    assert not outputs.values.any() and outputs.values.dtype == torch.float32


def test_without_logprobs_the_head_is_left_out():
    model = small()
    add_value_head(model)
    run, batch = TokenModel(model), assemble(make_rows(), dtype=torch.float64)
    outputs = run(batch, entropy="graph", logprobs=False)
    assert outputs.entropies is None and not outputs.logprobs.any() and len(outputs.logprobs) == len(batch.index)
    torch.testing.assert_close(outputs.values, run(batch).values)
    outputs.values.sum().backward()
    assert model.value_head.weight.grad.any()


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_none_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature to be above 0"):
        TokenModel(small())(assemble(make_rows()), temperature=temperature)
