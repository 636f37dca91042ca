import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import DynamicCache, Qwen3Config
from transformers.cache_utils import DynamicLayer

from rlvr.agents.cache import GrowingLayer, growing_cache
from rlvr.agents.tiny import tiny_model


@st.composite
def histories(draw):
    """Appends of new positions, and selections of rows: fewer or more, in any order, some of them twice."""
    rows = draw(st.integers(1, 5))
    steps = []
    for _ in range(draw(st.integers(1, 12))):
        if draw(st.booleans()):
            steps.append(("append", draw(st.integers(1, 9))))
        else:
            chosen = draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=7))
            rows = len(chosen)
            steps.append(("select", chosen))
    return steps


@given(histories())
def test_it_holds_what_a_layer_that_copies_everything_holds(steps):
    generator = torch.Generator().manual_seed(0)
    growing, copying = GrowingLayer(), DynamicLayer()
    rows = 1 + max([max(one) for kind, one in steps if kind == "select"], default=2)
    for kind, one in steps:
        if kind == "append":
            keys = torch.randn(rows, 2, one, 4, generator=generator)
            values = torch.randn(rows, 2, one, 3, generator=generator)
            returned, expected = growing.update(keys, values), copying.update(keys, values)
            assert all(torch.equal(a, b) for a, b in zip(returned, expected, strict=True))
        else:
            indices = torch.tensor(one)
            growing.reorder_cache(indices)
            copying.batch_select_indices(indices)
            rows = len(one)
        assert growing.get_seq_length() == copying.get_seq_length()
        if copying.get_seq_length():
            assert torch.equal(growing.keys, copying.keys)
            assert torch.equal(growing.values, copying.values)


def test_a_token_is_written_in_place_while_there_is_room():
    layer = GrowingLayer()
    new = torch.zeros(3, 2, 1, 4)
    places = set()
    for _ in range(160):
        layer.update(new, new)
        places.add(layer.keys.data_ptr())
    assert len(places) < 50


def test_layers_with_a_sliding_window_stay_what_transformers_makes_them():
    config = Qwen3Config(
        num_hidden_layers=2, layer_types=["full_attention", "sliding_attention"], use_sliding_window=True
    )
    cache, plain = growing_cache(config), DynamicCache(config=config)
    assert type(cache.layers[0]) is GrowingLayer
    assert type(cache.layers[1]) is type(plain.layers[1])


@torch.no_grad()
def test_a_model_computes_the_same_with_it():
    model = tiny_model(0, width=32, layers=2, heads=2).eval()
    ids = torch.randint(100, (3, 12), generator=torch.Generator().manual_seed(0))
    logits = []
    for cache in (growing_cache(model.config), DynamicCache(config=model.config)):
        model(input_ids=ids[:, :5], past_key_values=cache)
        cache.reorder_cache(torch.tensor([2, 0, 1]))
        logits.append([model(input_ids=ids[[2, 0, 1], i : i + 1], past_key_values=cache).logits for i in range(5, 12)])
    for one, other in zip(*logits, strict=True):
        assert one.numpy() == pytest.approx(other.numpy(), abs=1e-6)
