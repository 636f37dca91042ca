"""What a learner makes sure of before it begins: mistakes that would train on, wrongly and in silence.

- `check_trainable`: the type of the weights.
- `keeps_rows_apart`: packed rows do not see each other.
"""

from __future__ import annotations

from typing import Any

import torch

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
    """Whether a row's log-probabilities are the same alone and behind another row in a packed line."""
    model = tokens.model
    parameter = next(model.parameters())
    most = int(model.config.get_text_config().vocab_size)
    before, row = (TokenSequence([(start + 7 * i) % most for i in range(8)], [0] + [1] * 7) for start in (1, 4))
    was_training = model.training
    model.eval()
    alone, behind = (
        tokens(assemble(rows, layout="packed", device=parameter.device)).logprobs[-7:]
        for rows in ([row], [before, row])
    )
    model.train(was_training)
    rough = tokens.autocast or parameter.dtype in HALF
    return bool((alone - behind).abs().max() <= (0.1 if rough else 1e-3))
