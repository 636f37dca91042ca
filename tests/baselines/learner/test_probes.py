import pytest
import torch
from transformers import (
    FalconH1Config,
    FalconH1ForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    Lfm2Config,
    Lfm2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.forward import TokenModel
from rlvr.baselines.learner.probes import keeps_rows_apart
from tests.token_rows import VOCABULARY, answers_to, furthest, gradients, make_rows, small

SIZES = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}


def llama():
    return LlamaForCausalLM(LlamaConfig(**SIZES))


def mistral():
    """Its window is shorter than most rows."""
    return MistralForCausalLM(MistralConfig(**SIZES, sliding_window=4))


def gpt2():
    """Learned positions."""
    sizes = {"vocab_size": VOCABULARY, "n_embd": 32, "n_layer": 2, "n_head": 2, "bos_token_id": 1, "eos_token_id": 2}
    return GPT2LMHeadModel(GPT2Config(**sizes, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0))


@pytest.mark.parametrize("make", [llama, mistral, gpt2])
def test_packed_rows_have_the_gradient_of_padded_ones_in_other_models(make):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        model = make().double()
    _, expected = gradients(model, make_rows())
    model.zero_grad()
    _, found = gradients(model, make_rows(), layout="packed", micro_batch_tokens=60)
    assert furthest(found, expected) <= 1e-9


@pytest.mark.parametrize("make", [llama, mistral, gpt2])
def test_answers_that_share_a_prompt_have_the_gradient_of_whole_rows_in_other_models(make):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        model = make().double()
    rows = answers_to([9, 1, 14, 9], 5)
    _, expected = gradients(model, rows)
    model.zero_grad()
    _, found = gradients(model, rows, layout="shared", micro_batch_tokens=120)
    # Llama and Mistral round to float32 in their norms and positions.
    assert furthest(found, expected) <= (1e-9 if make is gpt2 else 1e-6)


def mamba():
    return MambaForCausalLM(MambaConfig(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=1, state_size=4))


def falcon_h1():
    """Keys and values, and a state beside them."""
    sizes = {"mamba_d_ssm": 32, "mamba_n_heads": 2, "mamba_d_head": 16, "mamba_d_state": 4, "mamba_n_groups": 1}
    return FalconH1ForCausalLM(FalconH1Config(**SIZES, **sizes))


@pytest.mark.parametrize("make", [mamba, falcon_h1])
def test_a_model_that_does_not_go_on_from_keys_and_values_shares_nothing(make):
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        model = make()
    with pytest.raises(ValueError, match="goes on from keys and values"):
        Learner(model, OptimizerConfig(layout="shared"), 1, 0)


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_attention_keeps_packed_rows_apart(attention, dtype):
    model = small(dtype)
    model.set_attn_implementation(attention)
    assert keeps_rows_apart(TokenModel(model))


def test_a_model_whose_state_runs_on_from_row_to_row_is_not_packed():
    torch.manual_seed(0)
    model = MambaForCausalLM(
        MambaConfig(vocab_size=107, hidden_size=32, state_size=8, num_hidden_layers=1, initializer_range=0.5)
    )
    with pytest.raises(ValueError, match="Use layout='padded'"):
        Learner(model, OptimizerConfig(layout="packed"), 1, 0)
    learner = Learner(model, OptimizerConfig(), 1, 0)
    assert len(learner.score(make_rows())) == len(make_rows())


def test_a_short_convolution_that_runs_on_from_row_to_row_is_found_out_though_it_does_little():
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        model = Lfm2ForCausalLM(Lfm2Config(**SIZES | {"num_hidden_layers": 3}, full_attn_idxs=[1]))
    assert not keeps_rows_apart(TokenModel(model))


def test_types_that_lose_the_gradient_are_refused():
    with pytest.raises(ValueError, match="actually: float16"):
        Learner(small(torch.float16), OptimizerConfig(), 1, 0)
    with pytest.raises(ValueError, match="float32 weights under autocast"):
        Learner(small(torch.bfloat16), OptimizerConfig(autocast=True), 1, 0)
