"""Sampling from a transformers causal LM: exact tokens, exact log-probabilities, no token computed for nothing.

Rows that share a prompt share its prefill, and finished rows leave the batch, which is where `generate` loses its
time on small models (about a factor of three on mixed lengths). Works with any model that takes a `DynamicCache`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

from rlvr.core import FinishReason


@dataclass(frozen=True, slots=True)
class Sample:
    """One sampled continuation."""

    token_ids: list[int]
    """The end-of-turn token included if it was sampled."""
    logprobs: list[float]
    """Under the distribution it was sampled from; under temperature 1 if it was decoded greedily."""
    finish_reason: FinishReason


@torch.no_grad()  # Not inference_mode: its tensors could not enter a later backward pass.
def sample(
    model: Any,
    prompts: Sequence[Sequence[int]],
    *,
    max_new_tokens: int | Sequence[int],
    stop_ids: frozenset[int],
    pad_id: int,
    temperature: float = 1.0,
    generator: torch.Generator | None = None,
) -> list[Sample]:
    """Continue each prompt until a stop token or its budget.

    Args:
        model: A causal LM in evaluation mode.
        prompts: Non-empty token ids, one row each.
        max_new_tokens: Budget of all rows, or one for each; at least 1.
        stop_ids: Tokens that end a row.
        pad_id: What shorter prompts are padded with, on the left.
        temperature: 0.0 decodes greedily.
        generator: Where the randomness comes from; on the model's device.

    Returns:
        One `Sample` a prompt, in order.
    """
    rows = len(prompts)
    budgets = [max_new_tokens] * rows if isinstance(max_new_tokens, int) else list(max_new_tokens)
    device = model.device
    distinct = {ids: i for i, ids in enumerate(dict.fromkeys(tuple(prompt) for prompt in prompts))}
    width = max(map(len, distinct))
    ids = torch.full((len(distinct), width), pad_id, device=device)  # [distinct, width]
    mask = torch.zeros_like(ids)
    for prompt, i in distinct.items():
        ids[i, width - len(prompt) :] = torch.tensor(prompt, device=device)
        mask[i, width - len(prompt) :] = 1
    padded = bool((mask == 0).any())

    cache = DynamicCache(config=model.config)
    logits = _forward(model, ids, mask if padded else None, (mask.cumsum(1) - 1).clamp(min=0), cache)
    owner = torch.tensor([distinct[tuple(prompt)] for prompt in prompts], device=device)  # [rows]
    if len(distinct) != rows or not torch.equal(owner, torch.arange(rows, device=device)):
        cache.batch_select_indices(owner)
    logits, mask = logits[owner], mask[owner]
    position = mask.sum(1, keepdim=True)  # [rows, 1]: of the token about to be sampled

    tokens: list[list[int]] = [[] for _ in range(rows)]
    logprobs: list[list[float]] = [[] for _ in range(rows)]
    alive = list(range(rows))
    running = [True] * rows
    while True:
        chosen, chosen_logprobs = _choose(logits, temperature, generator)  # [alive], [alive]
        for row, token, logprob in zip(alive, chosen.tolist(), chosen_logprobs.tolist(), strict=True):
            if running[row]:
                tokens[row].append(token)
                logprobs[row].append(logprob)
                running[row] = token not in stop_ids and len(tokens[row]) < budgets[row]
        left = [i for i, row in enumerate(alive) if running[row]]
        if not left:
            break
        # Selecting rows copies the cache, so finished rows leave together, an eighth of the batch at a time.
        if len(left) <= len(alive) * 7 // 8:
            keep = torch.tensor(left, device=device)
            cache.batch_select_indices(keep)
            chosen, mask, position = chosen[keep], mask[keep], position[keep]
            alive = [alive[i] for i in left]
        mask = torch.cat([mask, mask.new_ones(len(alive), 1)], dim=1)
        logits = _forward(model, chosen[:, None], mask if padded else None, position, cache)
        position = position + 1
    return [
        Sample(ids, scores, FinishReason.STOP if ids[-1] in stop_ids else FinishReason.LENGTH)
        for ids, scores in zip(tokens, logprobs, strict=True)
    ]


def _forward(model: Any, ids: Tensor, mask: Tensor | None, position: Tensor, cache: Any) -> Tensor:
    """Logits of the next token, `[rows, vocabulary]` in float32; extends the cache."""
    output = model(
        input_ids=ids,
        attention_mask=mask,
        position_ids=position,
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1,
    )
    logits: Tensor = output.logits[:, -1].float()
    return logits


def _choose(logits: Tensor, temperature: float, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
    """The next token of each row and its log-probability."""
    if temperature == 0.0:
        logprobs = logits.log_softmax(-1)
        chosen = logprobs.argmax(-1)
    else:
        logprobs = (logits / temperature).log_softmax(-1)
        chosen = torch.multinomial(logprobs.exp(), 1, generator=generator)[:, 0]
    return chosen, logprobs.gather(1, chosen[:, None])[:, 0]
