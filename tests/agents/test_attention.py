import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Olmo2Config,
    Olmo2ForCausalLM,
    OPTConfig,
    OPTForCausalLM,
    Phi3Config,
    Phi3ForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
    SmolLM3Config,
    SmolLM3ForCausalLM,
)
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from rlvr.agents import attention
from rlvr.agents.attention import _attend, token_attention
from rlvr.agents.generation import sample
from rlvr.agents.tiny import tiny_model

SMALL = {"vocab_size": 60, "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "pad_token_id": 0}
HEADS = {"num_attention_heads": 4, "num_key_value_heads": 2}
NARROW = {"vocab_size": 60, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
MODELS = {
    "gpt2": lambda: GPT2LMHeadModel(GPT2Config(vocab_size=60, n_embd=32, n_layer=2, n_head=4, bos_token_id=1)),
    "gpt_neox": lambda: GPTNeoXForCausalLM(GPTNeoXConfig(**NARROW, intermediate_size=32)),
    "llama": lambda: LlamaForCausalLM(LlamaConfig(**SMALL, **HEADS)),
    "mistral": lambda: MistralForCausalLM(MistralConfig(**SMALL, **HEADS, sliding_window=4)),
    "olmo2": lambda: Olmo2ForCausalLM(Olmo2Config(**SMALL, **HEADS)),
    "opt": lambda: OPTForCausalLM(OPTConfig(**NARROW, ffn_dim=32, word_embed_proj_dim=32)),
    "phi3": lambda: Phi3ForCausalLM(Phi3Config(**SMALL, **HEADS)),
    "qwen2": lambda: Qwen2ForCausalLM(
        Qwen2Config(**SMALL, **HEADS, use_sliding_window=True, sliding_window=4, max_window_layers=1)
    ),
    "qwen3": lambda: tiny_model(0, width=32, heads=4, vocab_size=60),
    "smollm3": lambda: SmolLM3ForCausalLM(SmolLM3Config(**SMALL, **HEADS, no_rope_layers=[1, 0])),
}


@pytest.fixture
def counted(monkeypatch):
    """Calls that products answer, and calls that the fused attention does."""
    calls = {"all": 0, "fused": 0}
    whole = attention._attend

    def attend(*args, **kwargs):
        calls["all"] += 1
        return whole(*args, **kwargs)

    def fused(*args, **kwargs):
        calls["fused"] += 1
        return sdpa_attention_forward(*args, **kwargs)

    monkeypatch.setitem(attention.AttentionInterface._global_mapping, attention._NAME, attend)
    monkeypatch.setattr(attention, "sdpa_attention_forward", fused)
    return calls


class Layer(torch.nn.Module):
    def __init__(self, groups):
        super().__init__()
        self.num_key_value_groups = groups


@given(
    rows=st.sampled_from([1, 16, 40, 64]),
    keys=st.integers(1, 4),
    groups=st.integers(1, 3),
    length=st.sampled_from([1, 2, 7, 255, 256, 257]),
    width=st.integers(1, 5),
    spare=st.integers(0, 3),
    masked=st.sampled_from(["no", "rows", "heads", "added"]),
    scaling=st.sampled_from([None, 0.3]),
    seed=st.integers(0, 9),
)
def test_products_say_what_fused_attention_says(rows, keys, groups, length, width, spare, masked, scaling, seed):
    generator = torch.Generator().manual_seed(seed)
    options = {"generator": generator, "dtype": torch.float64}
    query = torch.randn(rows, keys * groups, 1, width, **options)
    key, value = (torch.randn(rows, keys, length + spare, width, **options)[:, :, :length] for _ in range(2))
    mask = None
    if masked != "no":
        heads = keys * groups if masked == "heads" else 1
        mask = torch.rand(rows, heads, 1, length, generator=generator) < 0.7
        mask[..., -1] = True  # A token sees itself.
    if masked == "added":
        mask = torch.zeros(mask.shape, dtype=torch.float64).masked_fill_(~mask, -1e9)
    given = (Layer(groups), query, key, value, mask)
    said, weights = _attend(*given, scaling=scaling, dropout=0.0)
    expected, _ = sdpa_attention_forward(*given, scaling=scaling)
    assert weights is None
    assert said.shape == expected.shape == (rows, 1, keys * groups, width)
    torch.testing.assert_close(said, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MODELS)
def test_tokens_sampled_with_it_have_the_logprobs_of_an_unpadded_forward_pass(name, counted):
    torch.manual_seed(0)
    model = MODELS[name]().eval()
    model.set_attn_implementation("sdpa")
    prompts = [[4, 20 + i % 7, *range(30, 30 + i % 4)] for i in range(64)]
    generator = torch.Generator().manual_seed(0)
    samples = sample(model, prompts, max_new_tokens=9, stop_ids=frozenset(range(2, 6)), pad_id=0, generator=generator)
    assert model.config.model_type == name
    assert model.config._attn_implementation == "sdpa"
    assert counted["all"] > counted["fused"]
    for prompt, one in zip(prompts, samples, strict=True):
        with torch.no_grad():
            logits = model(torch.tensor([[*prompt, *one.token_ids]])).logits[0]
        expected = logits.log_softmax(-1)[range(len(prompt) - 1, len(logits) - 1), one.token_ids]
        assert one.logprobs == pytest.approx(expected.tolist(), abs=1e-5)


@pytest.mark.parametrize(
    ("rows", "new", "dtype", "others"),
    [
        (31, 1, torch.float32, {}),
        (32, 2, torch.float32, {}),
        (32, 1, torch.bfloat16, {}),
        (32, 1, torch.float32, {"dropout": 0.1}),
        (32, 1, torch.float32, {"position_bias": torch.zeros(1, 4, 1, 3)}),
    ],
    ids=["few rows", "several tokens", "half precision", "dropout", "a bias of the model"],
)
def test_what_it_is_not_for_is_left_to_fused_attention(rows, new, dtype, others, counted):
    query, key = torch.ones(rows, 4, new, 2, dtype=dtype), torch.ones(rows, 4, 3, 2, dtype=dtype)
    _attend(Layer(1), query, key, key, None, **others)
    assert counted["fused"] == 1


def test_a_models_own_attention_stays():
    model = tiny_model(0, width=32, layers=1, heads=2)
    model.set_attn_implementation("eager")
    with token_attention(model):
        assert model.config._attn_implementation == "eager"


def test_a_model_that_may_look_at_the_name_keeps_it():
    model = Gemma3ForCausalLM(Gemma3TextConfig(**SMALL, **HEADS, head_dim=8))
    assert model.config._attn_implementation == "sdpa"
    with token_attention(model):
        assert model.config._attn_implementation == "sdpa"


def test_every_model_that_takes_it_is_tested():
    assert set(MODELS) == attention._MODELS


def test_a_model_has_its_attention_back_after_an_error():
    model = tiny_model(0, width=32, layers=1, heads=2)
    with pytest.raises(KeyError), token_attention(model):
        assert model.config._attn_implementation != "sdpa"
        raise KeyError
    assert model.config._attn_implementation == "sdpa"
