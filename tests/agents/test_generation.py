import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel, Qwen3NextConfig, Qwen3NextForCausalLM

from rlvr.agents.generation import _choose, sample
from rlvr.agents.tiny import tiny_model
from rlvr.core import FinishReason


@pytest.fixture(scope="module")
def model():
    return tiny_model(0, width=32, layers=2, heads=2).eval()


def reference_logprobs(model, prompt, ids, temperature=1.0):
    """One row, no cache, no padding: what every sampled row must agree with."""
    with torch.no_grad():
        logits = model(torch.tensor([[*prompt, *ids]])).logits[0].float() / temperature
    logprobs = logits.log_softmax(-1)
    return [float(logprobs[len(prompt) + i - 1, token]) for i, token in enumerate(ids)]


PROMPTS = [[4, 20, 2, 5], [4, 30, 31, 32, 33, 2, 5], [4, 2, 5], [4, 20, 2, 5]]


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.0])
def test_logprobs_agree_with_an_unpadded_forward_pass(model, temperature):
    generator = torch.Generator().manual_seed(1)
    samples = sample(
        model,
        PROMPTS,
        max_new_tokens=24,
        stop_ids=frozenset([2]),
        pad_id=0,
        temperature=temperature,
        generator=generator,
    )
    for prompt, one in zip(PROMPTS, samples, strict=True):
        expected = reference_logprobs(model, prompt, one.token_ids, temperature or 1.0)
        assert one.logprobs == pytest.approx(expected, abs=1e-5)


def test_greedy_takes_the_most_likely_token_of_an_unpadded_forward_pass(model):
    for prompt, one in zip(
        PROMPTS, sample(model, PROMPTS, max_new_tokens=8, stop_ids=frozenset(), pad_id=0, temperature=0.0), strict=True
    ):
        ids = list(prompt)
        for token in one.token_ids:
            with torch.no_grad():
                assert int(model(torch.tensor([ids])).logits[0, -1].argmax()) == token
            ids.append(token)


def test_rows_end_at_the_stop_token_or_at_their_own_budget(model):
    budgets = [1, 5, 40, 40]
    samples = sample(
        model,
        PROMPTS,
        max_new_tokens=budgets,
        stop_ids=frozenset(range(2, 60)),
        pad_id=0,
        generator=torch.Generator().manual_seed(0),
    )
    for budget, one in zip(budgets, samples, strict=True):
        stopped = one.token_ids[-1] in range(2, 60)
        assert one.finish_reason is (FinishReason.STOP if stopped else FinishReason.LENGTH)
        assert stopped or len(one.token_ids) == budget
        assert not any(token in range(2, 60) for token in one.token_ids[:-1])


def test_same_generator_seed_gives_the_same_samples_and_leaves_the_global_state_alone(model):
    before = torch.random.get_rng_state()
    runs = [
        sample(
            model,
            PROMPTS,
            max_new_tokens=9,
            stop_ids=frozenset([2]),
            pad_id=0,
            generator=torch.Generator().manual_seed(7),
        )
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert torch.equal(before, torch.random.get_rng_state())


def test_sampling_frequencies_follow_the_model(model):
    rows = 4000
    samples = sample(
        model,
        [PROMPTS[0]] * rows,
        max_new_tokens=1,
        stop_ids=frozenset(),
        pad_id=0,
        generator=torch.Generator().manual_seed(3),
    )
    with torch.no_grad():
        expected = model(torch.tensor([PROMPTS[0]])).logits[0, -1].softmax(-1)
    counts = torch.bincount(torch.tensor([one.token_ids[0] for one in samples]), minlength=len(expected))
    chi_square = float(((counts - rows * expected) ** 2 / (rows * expected)).sum())
    degrees = len(expected) - 1
    assert chi_square < degrees + 5 * (2 * degrees) ** 0.5


def test_a_token_of_probability_zero_is_never_sampled():
    logits = torch.full((2000, 6), -torch.inf)
    logits[:, 2] = 0.0
    logits[:, 4] = -3.0
    chosen, logprobs = _choose(
        logits, 1.0, torch.rand(2000, 1, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    )
    assert set(chosen.tolist()) == {2, 4}
    assert logprobs.tolist() == pytest.approx(logits[0].log_softmax(-1)[chosen].tolist())


def test_damaged_weights_are_an_error_and_not_a_sample():
    model = tiny_model(0, width=32, layers=1, heads=2).eval()
    with torch.no_grad():
        model.lm_head.weight[3] = torch.nan
    for temperature in (0.0, 1.0):
        with pytest.raises(FloatingPointError, match="finite"):
            sample(model, PROMPTS, max_new_tokens=3, stop_ids=frozenset([2]), pad_id=0, temperature=temperature)


def test_a_row_without_budget_left_does_not_leave_the_context_while_others_go_on():
    config = GPT2Config(vocab_size=60, n_positions=12, n_embd=8, n_layer=1, n_head=2)
    model = GPT2LMHeadModel(config).eval()  # Positions are looked up in a table: one too many is an error.
    prompts = [[4] * 11, *[[5 + i] for i in range(20)]]
    samples = sample(
        model,
        prompts,
        max_new_tokens=[12 - len(prompt) for prompt in prompts],
        stop_ids=frozenset(),
        pad_id=0,
        generator=torch.Generator().manual_seed(0),
    )
    assert [len(one.token_ids) for one in samples] == [1, *[11] * 20]


def test_rows_agree_with_an_unpadded_forward_pass_while_others_leave_between_them(model):
    prompts = [[4, 20 + i % 7, *range(30, 30 + i % 3)] for i in range(40)]
    samples = sample(
        model,
        prompts,
        max_new_tokens=[1 + i * 7 % 23 for i in range(40)],
        stop_ids=frozenset(),
        pad_id=0,
        generator=torch.Generator().manual_seed(2),
    )
    for i, (prompt, one) in enumerate(zip(prompts, samples, strict=True)):
        assert len(one.token_ids) == 1 + i * 7 % 23
        assert one.logprobs == pytest.approx(reference_logprobs(model, prompt, one.token_ids), abs=1e-5)


def test_models_with_linear_attention_agree_with_an_unpadded_forward_pass():
    config = Qwen3NextConfig(
        vocab_size=60,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        layer_types=["linear_attention", "full_attention"],
        linear_num_key_heads=2,
        linear_num_value_heads=2,
        linear_key_head_dim=8,
        linear_value_head_dim=8,
        num_experts=2,
        num_experts_per_tok=1,
        moe_intermediate_size=8,
        shared_expert_intermediate_size=8,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    model = Qwen3NextForCausalLM(config).eval()
    budgets = [2, 9, 5, 9]
    samples = sample(
        model,
        PROMPTS,
        max_new_tokens=budgets,
        stop_ids=frozenset(),
        pad_id=0,
        generator=torch.Generator().manual_seed(0),
    )
    for prompt, one, budget in zip(PROMPTS, samples, budgets, strict=True):
        assert len(one.token_ids) == budget
        assert one.logprobs == pytest.approx(reference_logprobs(model, prompt, one.token_ids), abs=1e-5)


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_what_a_row_becomes_does_not_depend_on_the_rows_beside_it(model, temperature):
    prompts = [[4, 20 + i // 8, *range(30, 30 + i // 8 % 3)] for i in range(200)]

    def sampled(rows):
        return sample(
            model,
            prompts[:rows],
            max_new_tokens=[3 + i % 9 for i in range(rows)],
            stop_ids=frozenset([2, 50, 51, 52]),
            pad_id=0,
            temperature=temperature,
            generator=torch.Generator().manual_seed(11),
        )

    for one, other in zip(sampled(200), sampled(100), strict=False):
        assert one.token_ids == other.token_ids
        assert one.finish_reason == other.finish_reason
        assert one.logprobs == pytest.approx(other.logprobs, abs=1e-5)
