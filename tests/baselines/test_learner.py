import dataclasses
from itertools import pairwise

import pytest
import torch

from rlvr.agents import TransformersAgent
from rlvr.agents.tiny import tiny_model, tiny_tokenizer
from rlvr.baselines.grpo import GRPO, GRPOConfig
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.losses import negative_log_likelihood
from rlvr.baselines.sequences import TokenSequence, pad


def rows(count=12):
    generator = torch.Generator().manual_seed(0)
    made = []
    for i in range(count):
        length = 3 + int(torch.randint(0, 20, (), generator=generator))
        ids = torch.randint(0, 107, (length,), generator=generator).tolist()
        mask = [0, *torch.randint(0, 2, (length - 1,), generator=generator).tolist()]
        made.append(
            TokenSequence(ids, mask, [-2.0 * bit for bit in mask], [bit * (0.1 if i % 2 else -0.2) for bit in mask])
        )
    return made


def clip_loss():
    grpo = GRPO.__new__(GRPO)  # Of GRPO only its loss is wanted, without environments and agent.
    grpo.config = GRPOConfig()
    return grpo._loss


def gradients(micro_batch_tokens, dtype):
    """Loss and summed gradient, read off before they are forgotten; rate 0 moves nothing, clipping is out of reach."""
    model = tiny_model(0, width=32, layers=2, heads=2).to(dtype)
    config = OptimizerConfig(lr=0.0, max_grad_norm=1e9, micro_batch_tokens=micro_batch_tokens)
    learner = Learner(model, config=config, total_steps=1, pad_id=0)
    kept = {}
    learner._forget_gradients = lambda: kept.update({n: p.grad.clone() for n, p in model.named_parameters()})
    metrics = learner.step(rows(), clip_loss())
    return metrics["loss"], kept


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float64, 1e-9), (torch.float32, 1e-4)])
@pytest.mark.parametrize("micro_batch_tokens", [1, 37, 100])
def test_the_gradient_is_the_same_for_any_micro_batching(dtype, tolerance, micro_batch_tokens):
    whole_loss, whole = gradients(10**6, dtype)
    loss, pieces = gradients(micro_batch_tokens, dtype)
    assert loss == pytest.approx(whole_loss, rel=1e-5)
    scale = max(float(gradient.abs().max()) for gradient in whole.values())
    for name, gradient in whole.items():
        assert float((pieces[name] - gradient).abs().max()) <= tolerance * scale, name


def test_logprobs_agree_with_the_sampler_to_1e_5():
    model, tokenizer = tiny_model(0), tiny_tokenizer()
    agent = TransformersAgent(model, tokenizer, max_new_tokens=24, temperature=0.8)
    answers = agent.act([[{"role": "user", "content": "7" * n}] for n in (1, 5, 3)])
    learner = Learner(model, config=OptimizerConfig(), total_steps=1, pad_id=0)
    for answer in answers:
        mask = [0] * len(answer.prompt_ids) + [1] * len(answer.token_ids)
        row = TokenSequence([*answer.prompt_ids, *answer.token_ids], mask, [0.0] * len(mask), [0.0] * len(mask))
        again = learner.logprobs(pad([row], pad_id=0), temperature=0.8)
        assert again.tolist() == pytest.approx(answer.logprobs, abs=1e-5)


def test_padding_beside_longer_rows_does_not_change_logprobs():
    learner = Learner(tiny_model(0, width=32), config=OptimizerConfig(), total_steps=1, pad_id=0)
    made = rows(4)
    together = learner.logprobs(pad(made, pad_id=0))
    alone = torch.cat([learner.logprobs(pad([row], pad_id=0)) for row in made])
    torch.testing.assert_close(together, alone, atol=1e-5, rtol=0)


def test_a_loss_that_is_not_finite_stops_with_the_model_untouched():
    model = tiny_model(0, width=32)
    before = [parameter.clone() for parameter in model.parameters()]
    learner = Learner(model, config=OptimizerConfig(lr=1.0), total_steps=1, pad_id=0)
    broken = [dataclasses.replace(row, weights=[float("nan")] * len(row.ids)) for row in rows(2)]
    with pytest.raises(FloatingPointError, match="lower the learning rate"):
        learner.step(broken, lambda logprobs, batch: (logprobs * batch.weights[:, 1:][batch.mask[:, 1:]], {}))
    assert all(torch.equal(a, b) for a, b in zip(before, model.parameters(), strict=True))


def test_the_schedule_rises_then_falls_to_its_share():
    config = OptimizerConfig(lr=1.0, warmup_steps=3, final_lr_share=0.1)
    learner = Learner(tiny_model(0, width=32, layers=1), config=config, total_steps=13, pad_id=0)
    rates = []
    for _ in range(14):
        rates.append(learner.schedules[0].get_last_lr()[0])
        learner.optimizers[0].step()
        learner.schedules[0].step()
    assert rates[:4] == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert rates[13] == pytest.approx(0.1)
    assert all(a >= b for a, b in pairwise(rates[3:]))


@pytest.mark.parametrize("kind", ["adamw", "muon"])
def test_a_learner_resumes_bit_for_bit(kind):
    def fresh():
        torch.manual_seed(0)
        return Learner(tiny_model(0, width=32), config=OptimizerConfig(kind=kind, lr=1e-3), total_steps=9, pad_id=0)

    def loss(logprobs, batch):
        return negative_log_likelihood(logprobs), {}

    straight = fresh()
    for _ in range(4):
        straight.step(rows(), loss)
    first = fresh()
    for _ in range(2):
        first.step(rows(), loss)
    second = fresh()
    second.model.load_state_dict(first.model.state_dict())
    second.load_state_dict(first.state_dict())
    for _ in range(2):
        second.step(rows(), loss)
    assert all(torch.equal(a, b) for a, b in zip(straight.model.parameters(), second.model.parameters(), strict=True))


def test_muon_moves_hidden_matrices_only():
    learner = Learner(tiny_model(0, width=32), config=OptimizerConfig(kind="muon"), total_steps=1, pad_id=0)
    [adamw, muon] = learner.optimizers
    assert all(parameter.ndim == 2 for group in muon.param_groups for parameter in group["params"])
    embedding = learner.model.get_input_embeddings().weight
    assert any(parameter is embedding for group in adamw.param_groups for parameter in group["params"])
