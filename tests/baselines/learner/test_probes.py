import pytest
import torch
from transformers import MambaConfig, MambaForCausalLM

from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.forward import TokenModel
from rlvr.baselines.learner.probes import keeps_rows_apart
from tests.token_rows import make_rows, small


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


def test_types_that_lose_the_gradient_are_refused():
    with pytest.raises(ValueError, match="actually: float16"):
        Learner(small(torch.float16), OptimizerConfig(), 1, 0)
    with pytest.raises(ValueError, match="float32 weights under autocast"):
        Learner(small(torch.bfloat16), OptimizerConfig(autocast=True), 1, 0)
