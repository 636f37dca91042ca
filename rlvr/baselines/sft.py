"""Supervised fine-tuning on worked examples: the cold start before RL.

Cross-entropy on the answer's tokens, token-mean over the batch; the prompt has mask 0. Left out: packing, several
epochs over a fixed set (examples come from an indexable stream).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from rlvr.agents.conversation import encode
from rlvr.baselines.config import require_at_least
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.losses import negative_log_likelihood
from rlvr.baselines.sequences import Batch, TokenSequence
from rlvr.core import Message

Example = tuple[list[Message], str]
"""A conversation that ends with the question, and the answer to learn."""


@dataclass(frozen=True)
class SFTConfig:
    """Supervised fine-tuning."""

    steps: int = 400
    """Optimizer steps; 0 leaves the policy as it is."""
    batch_size: int = 32
    """Examples a step."""
    optimizer: OptimizerConfig = field(
        default_factory=lambda: OptimizerConfig(kind="muon", lr=3e-3, matrix_lr=0.02, final_lr_share=0.0)
    )
    """How the weights move."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("sft", self, steps=0, batch_size=1)


class SFT:
    """One supervised step after another; `example(i)` gives the i-th example."""

    def __init__(self, model: Any, tokenizer: Any, example: Callable[[int], Example], config: SFTConfig) -> None:
        """Take the model and the stream of examples."""
        self.tokenizer = tokenizer
        self.example = example
        self.config = config
        self.step_count = 0
        self.learner = Learner(
            model, config=config.optimizer, total_steps=config.steps, pad_id=tokenizer.pad_token_id or 0
        )

    def step(self) -> dict[str, float]:
        """Learn from the next batch.

        Returns:
            `loss` in nats a token, `grad_norm`, `lr`, `tokens`.
        """
        start = self.step_count * self.config.batch_size
        pairs = [self._ids(*self.example(start + i)) for i in range(self.config.batch_size)]
        tokens = sum(len(answer) for _, answer in pairs)
        rows = [
            TokenSequence(
                ids=[*prompt, *answer],
                mask=[0] * len(prompt) + [1] * len(answer),
                logprobs=[0.0] * (len(prompt) + len(answer)),
                weights=[0.0] * len(prompt) + [1.0 / tokens] * len(answer),
            )
            for prompt, answer in pairs
        ]
        metrics = self.learner.step(rows, _loss)
        self.step_count += 1
        return {**metrics, "tokens": float(tokens)}

    def _ids(self, conversation: list[Message], answer: str) -> tuple[list[int], list[int]]:
        ids = self.tokenizer.encode(answer, add_special_tokens=False)
        return encode(self.tokenizer, conversation), [*ids, self.tokenizer.eos_token_id]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights."""
        return {"step": self.step_count, "learner": self.learner.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.step_count = state["step"]
        self.learner.load_state_dict(state["learner"])


def _loss(logprobs: Tensor, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
    weights = batch.weights[:, 1:][batch.mask[:, 1:]]
    return negative_log_likelihood(logprobs) * weights, {}
