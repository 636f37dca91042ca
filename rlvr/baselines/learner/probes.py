"""What a learner makes sure of before it begins: mistakes that would train on, wrongly and in silence.

- `check_trainable`: the type of the weights.
- `keeps_rows_apart`: packed rows do not see each other.
- `remembers_beginnings`: rows behind a shared beginning see all of it.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import DynamicCache

from rlvr.baselines.learner.beginnings import families
from rlvr.baselines.learner.forward import HALF, TokenModel
from rlvr.baselines.learner.micro_batches import assemble
from rlvr.baselines.learner.optimizers import OptimizerConfig
from rlvr.baselines.learner.sequences import TokenSequence


def check_trainable(model: Any, config: OptimizerConfig) -> None:
    """Refuse weights whose type would lose the gradient.

    Raises:
        ValueError: Trainable weights are float16, or autocast is asked of weights that are not float32.
    """
    types = {parameter.dtype for parameter in model.parameters() if parameter.requires_grad}
    if torch.float16 in types:
        raise ValueError(
            "Expected trainable weights in float32 or bfloat16, actually: float16, whose small gradients are 0. "
            "Load the policy in another type."
        )
    if config.autocast and types - {torch.float32}:
        raise ValueError(
            f"Expected float32 weights under autocast, actually: {sorted(map(str, types))}. "
            "Load the policy in float32, or set autocast to false."
        )


@torch.no_grad()
def keeps_rows_apart(tokens: TokenModel) -> bool:
    """Whether a row's log-probabilities are the same alone and behind another row in a packed line.

    The same, held against what the other row does to them where both are one row: small weights have small effects.
    """
    model = tokens.model
    parameter = next(model.parameters())
    most = int(model.config.get_text_config().vocab_size)
    before, row = (TokenSequence(_ids(start, most), [0] + [1] * 7) for start in (1, 4))
    was_training = model.training
    model.eval()
    joined = TokenSequence([*before.ids, *row.ids], [0] * 9 + [1] * 7)
    alone, behind, after = (
        tokens(assemble(rows, layout="packed", device=parameter.device)).logprobs[-7:]
        for rows in ([row], [before, row], [joined])
    )
    model.train(was_training)
    rough = tokens.autocast or parameter.dtype in HALF
    bound = 0.1 if rough else 1e-4 * max(0.01, float((alone - after).abs().max()))
    return bool((alone - behind).abs().max() <= bound)


@torch.no_grad()
def remembers_beginnings(tokens: TokenModel) -> bool:
    """Whether log-probabilities are the same in whole rows and behind the keys and values of their beginning."""
    layers = DynamicCache(config=tokens.model.config).layers
    if any(not hasattr(one, "batch_select_indices") or hasattr(one, "conv_states") for one in layers):
        return False  # A state that is no keys and values: transformers cannot give it to several rows.
    parameter = next(tokens.model.parameters())
    most = int(tokens.model.config.get_text_config().vocab_size)
    rows = [
        TokenSequence([*_ids(start, most), *_ids(other, most)], [0] * 8 + [1] * 8)
        for start, other in ((1, 2), (3, 4), (1, 4))
    ]
    was_training = tokens.model.training
    tokens.model.eval()
    with tokens.remembering():
        whole, shared = (
            tokens(assemble(rows, beginnings=one, device=parameter.device)).logprobs
            for one in (None, *families(rows, max_tokens=100))
        )
    # What the beginning is worth: small weights have small effects.
    without = tokens(
        assemble([TokenSequence(row.ids[7:], row.mask[7:]) for row in rows], device=parameter.device)
    ).logprobs
    tokens.model.train(was_training)
    rough = tokens.autocast or parameter.dtype in HALF
    bound = 0.1 if rough else 1e-4 * max(0.01, float((whole - without).abs().max()))
    return bool((whole - shared).abs().max() <= bound)


def _ids(start: int, most: int) -> list[int]:
    return [(start + 7 * i) % most for i in range(8)]
