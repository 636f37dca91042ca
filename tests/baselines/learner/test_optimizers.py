from itertools import pairwise

import pytest
from transformers import GPT2Config, GPT2LMHeadModel

from rlvr.baselines.learner.forward import add_value_head
from rlvr.baselines.learner.optimizers import OptimizerConfig, make_optimizers, rate_share
from tests.token_rows import small


def rates(steps=14, **options):
    config = OptimizerConfig(warmup_steps=3, **options)
    return [rate_share(config, 13)(step) for step in range(steps)]


@pytest.mark.parametrize("schedule", ["linear", "cosine", "constant"])
def test_rates_rise_linearly_while_warming_up(schedule):
    assert rates(schedule=schedule)[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])


@pytest.mark.parametrize(("schedule", "half"), [("linear", 0.6), ("cosine", 0.6)])
def test_rates_fall_to_their_share_and_stay_there(schedule, half):
    course = rates(20, schedule=schedule, final_lr_share=0.2)
    assert course[8] == pytest.approx(half)  # half-way from 1.0 to 0.2
    assert course[13:] == pytest.approx([0.2] * 7)
    assert all(a >= b for a, b in pairwise(course[3:]))


def test_the_cosine_is_flat_at_its_ends():
    linear, cosine = rates(schedule="linear"), rates(schedule="cosine")
    assert cosine[4] > linear[4] and cosine[12] < linear[12]


def test_a_constant_rate_stays_at_its_peak():
    assert rates(schedule="constant")[3:] == [1.0] * 11


def test_muon_moves_hidden_matrices_only():
    model = small()
    add_value_head(model)
    [adamw, muon] = make_optimizers(model, OptimizerConfig(kind="muon"))
    moved = [one for group in muon.param_groups for one in group["params"]]
    assert moved and all(one.ndim == 2 for one in moved)
    others = {id(one) for group in adamw.param_groups for one in group["params"]}
    assert {id(model.get_input_embeddings().weight), id(model.value_head.weight)} <= others
    assert len(moved) + len(others) == len(list(model.parameters()))


@pytest.mark.parametrize("tied", [True, False])
def test_muon_leaves_tables_to_adamw_whatever_they_are_called(tied):
    model = GPT2LMHeadModel(
        GPT2Config(vocab_size=16, n_positions=8, n_embd=8, n_layer=1, n_head=2, tie_word_embeddings=tied)
    )
    [adamw, muon] = make_optimizers(model, OptimizerConfig(kind="muon"))
    left = {id(one) for group in adamw.param_groups for one in group["params"]}
    tables = (model.transformer.wte.weight, model.transformer.wpe.weight, model.lm_head.weight)
    assert {id(table) for table in tables} <= left
    assert len(muon.param_groups[0]["params"]) == 4  # of attention and of the feed-forward layer, two each


def test_a_value_head_may_have_its_own_rate():
    model = small()
    add_value_head(model)
    [adamw] = make_optimizers(model, OptimizerConfig(lr=1e-4, value_lr=1e-2))
    assert [(group["lr"], len(group["params"])) for group in adamw.param_groups][1] == (1e-2, 2)
    [adamw] = make_optimizers(model, OptimizerConfig(lr=1e-4))
    assert [group["lr"] for group in adamw.param_groups] == [1e-4]


@pytest.mark.parametrize("norm", [0.0, -1.0, float("nan")])
def test_a_norm_that_would_leave_no_gradient_is_refused(norm):
    with pytest.raises(ValueError, match=r"optimizer.max_grad_norm to be above 0, actually: .* 1e9, clips nothing"):
        OptimizerConfig(max_grad_norm=norm)


@pytest.mark.parametrize("wrong", [{"lr": -1.0}, {"micro_batch_tokens": 0}, {"max_logits": 0}, {"value_lr": -1.0}])
def test_numbers_out_of_range_are_refused(wrong):
    [name] = wrong
    with pytest.raises(ValueError, match=f"optimizer.{name} to be at least"):
        OptimizerConfig(**wrong)
