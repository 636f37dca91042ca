import sys

import pytest
import torch

from rlvr.agents.generation import sample
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.forward import TokenModel, add_value_head
from rlvr.baselines.learner.lora import LoRAConfig, with_lora
from rlvr.baselines.learner.micro_batches import assemble
from rlvr.baselines.learner.reference import Reference, ReferenceConfig
from rlvr.baselines.learner.sequences import TokenSequence
from tests.token_rows import furthest, gradients, loss, make_rows, small


def adapted(dtype=torch.float64, **options):
    pytest.importorskip("peft")
    return with_lora(small(dtype), LoRAConfig(rank=4, **options))


def moved(model):
    """The model with adapters that do something."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, one in model.named_parameters():
            if "lora_B" in name:
                one.copy_(torch.randn(one.shape, generator=generator, dtype=one.dtype))
    return model


def test_adapters_begin_as_nothing_from_the_same_seed_and_move_no_global_random_state():
    before = torch.get_rng_state()
    first, second = adapted(), adapted()
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    batch = assemble(make_rows(), dtype=torch.float64)
    torch.testing.assert_close(TokenModel(first)(batch).logprobs, TokenModel(small())(batch).logprobs)


def test_only_adapters_and_the_value_head_learn():
    model = adapted()
    add_value_head(model)
    before = {name: one.detach().clone() for name, one in model.named_parameters()}
    learner = Learner(model, OptimizerConfig(lr=1e-2), 9, 0)
    for _ in range(2):  # After one step, what multiplies the zeros has not moved yet.
        learner.step(make_rows(), loss)
    for name, one in model.named_parameters():
        assert torch.equal(one, before[name]) != ("lora_" in name or "value_head" in name), name


@pytest.mark.parametrize(
    "options", [{"micro_batch_tokens": 20}, {"layout": "packed"}, {"max_logits": 500}, {"gradient_checkpointing": True}]
)
def test_their_gradient_is_the_same_whichever_way_it_is_computed(options):
    _, expected = gradients(moved(adapted()), make_rows())
    _, found = gradients(moved(adapted()), make_rows(), **options)
    learning = {name: one for name, one in expected.items() if one is not None}
    assert learning and all("lora_" in name for name in learning)
    assert furthest({name: found[name] for name in learning}, learning) <= 1e-9


def test_sampler_and_trainer_agree():
    model = moved(adapted(torch.float32))
    prompts = [[5, 6, 7], [8]]
    made = sample(model.eval(), prompts, max_new_tokens=9, stop_ids=frozenset(), pad_id=0)
    rows = [
        TokenSequence([*prompt, *one.token_ids], [0] * len(prompt) + [1] * 9)
        for prompt, one in zip(prompts, made, strict=True)
    ]
    for one, score in zip(made, Learner(model, OptimizerConfig(), 1, 0).score(rows), strict=True):
        assert score["logprobs"] == pytest.approx(one.logprobs, abs=1e-4)


def test_the_reference_of_fresh_adapters_is_the_base_model():
    learner = Learner(adapted(), OptimizerConfig(lr=1e-2), 9, 0)
    reference = Reference(learner.model, ReferenceConfig())
    base = learner.score(make_rows())
    for _ in range(2):
        learner.step(make_rows(), loss)
    assert reference.score(learner, make_rows()) == base != learner.score(make_rows())
    with learner.model.disable_adapter():
        plain = learner.score(make_rows())
    for one, score in zip(plain, base, strict=True):
        assert score["logprobs"] == pytest.approx(one["logprobs"], abs=1e-12)


def test_without_peft_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(ImportError, match=r"pip install \"rlvr\[lora\]\""):
        with_lora(small(), LoRAConfig())


@pytest.mark.parametrize("wrong", [{"rank": -1}, {"alpha": -1.0}, {"dropout": 1.0}, {"targets": ()}])
def test_numbers_out_of_range_are_refused(wrong):
    [name] = wrong
    with pytest.raises(ValueError, match=f"lora.{name} to"):
        LoRAConfig(**wrong)
