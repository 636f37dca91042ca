"""Rows, a loss and gradients: what the tests of the learner share with the processes that they start."""

from __future__ import annotations

import torch

from rlvr.agents.tiny import tiny_model
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.sequences import TokenSequence

VOCABULARY = 107
COLUMNS = ("old", "advantages", "weights")


def make_row(length, generator):
    ids = torch.randint(0, VOCABULARY, (length,), generator=generator).tolist()
    mask = [0, *torch.randint(0, 2, (length - 1,), generator=generator).tolist()]
    numbers = torch.randn(len(COLUMNS), sum(mask), generator=generator, dtype=torch.float64)
    columns = dict(zip(COLUMNS, numbers.tolist(), strict=True))
    columns["old"] = [-4.7 + 0.1 * one for one in columns["old"]]
    return TokenSequence(ids, mask, columns)


def make_rows(lengths=(3, 17, 9, 22, 5, 5, 14, 2, 11, 8, 19, 6)):
    generator = torch.Generator().manual_seed(sum(lengths))
    return [make_row(length, generator) for length in lengths]


def answers_to(prompts, answers):
    """Rows of a group each: `answers` of different lengths to prompts of these lengths."""
    generator = torch.Generator().manual_seed(0)
    rows = []
    for length in prompts:
        prompt = torch.randint(3, VOCABULARY, (length,), generator=generator).tolist()
        for number in range(answers):
            count = 3 + number % 4 * 5
            answer = torch.randint(3, VOCABULARY, (count,), generator=generator).tolist()
            values = torch.randn(3, count, generator=generator, dtype=torch.float64)
            columns = {"old": (-4.7 + 0.1 * values[0]).tolist(), "advantages": values[1].tolist()}
            columns["weights"] = values[2].tolist()
            rows.append(TokenSequence([*prompt, *answer], [0] * length + [1] * count, columns))
    return rows


def small(dtype=torch.float64, layers=2, **options):
    return tiny_model(0, width=32, layers=layers, heads=2, vocab_size=VOCABULARY, **options).to(dtype)


def loss(outputs, tokens):
    """Reads everything there is: a clipped ratio, a mean over each sequence, entropy and values where given."""
    ratio = torch.exp(outputs.logprobs - tokens["old"])
    values = -torch.minimum(ratio * tokens["advantages"], ratio.clamp(0.8, 1.2) * tokens["advantages"])
    sums = torch.zeros(tokens.count, dtype=values.dtype).index_add(0, tokens.sequence, outputs.logprobs)
    values = values + 0.1 * sums[tokens.sequence] ** 2 / 100.0
    if outputs.entropies is not None:
        values = values - 0.5 * outputs.entropies
    if outputs.values is not None:
        values = values + (outputs.values - tokens["old"]) ** 2
    scalars = {"ratio": ratio.detach().sum(), "ratio_max": ratio.detach().max(), "ratio_min": ratio.detach().min()}
    return values * tokens["weights"], scalars


def gradients(model, rows, *, temperature=0.7, entropy="graph", world=None, only_values=False, **options):
    """Metrics and summed gradients, read off before they are forgotten; rate 0 moves nothing, clipping is far off."""
    config = OptimizerConfig(lr=0.0, max_grad_norm=1e12, **options)
    learner = Learner(model, config, 1, 0, world=world)
    kept = {}
    learner._forget_gradients = lambda: kept.update({name: one.grad for name, one in model.named_parameters()})
    metrics = learner.step(rows, loss, temperature=temperature, entropy=entropy, logprobs=not only_values)
    return metrics, kept


def furthest(found, expected):
    """The largest difference of two sets of gradients, as a share of the largest gradient."""
    assert found.keys() == expected.keys()
    scale = max(float(one.abs().max()) for one in expected.values())
    return max(float((found[name] - one).abs().max()) for name, one in expected.items()) / scale
