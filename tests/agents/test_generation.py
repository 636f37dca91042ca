import pytest
import torch

from rlvr.agents.generation import sample
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
