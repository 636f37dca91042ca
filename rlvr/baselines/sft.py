"""Supervised fine-tuning on worked conversations: the cold start before RL, and distillation.

Cross-entropy on what the assistant said, with the end of its turns, a mean over all such tokens of the batch. Whatever
else stands in a conversation has mask 0. Prompts are built turn by turn as the sampler builds them, so that what is
learned is what the policy will be asked; `rlvr.baselines.examples.traces` reads conversations from files.

- `SFTConfig`: how.
- `rows_of`: a conversation as rows of tokens.
- `SFT`: one step after another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from torch import Tensor

from rlvr.agents.conversation import History, encode
from rlvr.baselines.config import ConfigError, require_at_least
from rlvr.baselines.learner import Learner, OptimizerConfig
from rlvr.baselines.learner.distributed import World
from rlvr.baselines.learner.sequences import Outputs, Tokens, TokenSequence, from_episode
from rlvr.baselines.losses import negative_log_likelihood
from rlvr.core import Completion, Episode, Message, Turn

Example = Sequence[Message]
"""A conversation that ends with an answer of the assistant."""


@dataclass(frozen=True)
class SFTConfig:
    """Supervised fine-tuning."""

    steps: int = 400
    """Optimizer steps; 0 leaves the policy as it is."""
    batch_size: int = 32
    """Examples a step."""
    learn: Literal["all", "last"] = "all"
    """Which answers of a conversation are learned: each one, or the last, with the others as context."""
    max_tokens: int | None = None
    """Rows with more tokens are left out and counted (`too_long`); by default, what the model's context takes."""
    optimizer: OptimizerConfig = field(
        default_factory=lambda: OptimizerConfig(kind="muon", lr=3e-3, matrix_lr=0.02, final_lr_share=0.0)
    )
    """How the weights move."""

    def __post_init__(self) -> None:
        """Refuse what could not train."""
        require_at_least("sft", self, steps=0, batch_size=1)
        if self.max_tokens is not None:
            require_at_least("sft", self, max_tokens=2)


def rows_of(
    tokenizer: Any,
    conversation: Example,
    *,
    learn: Literal["all", "last"] = "all",
    history: History = "sampled",
    chat_template_kwargs: Mapping[str, Any] | None = None,
) -> list[TokenSequence]:
    """A conversation as if the policy had said the assistant's part: one row, or several if a prompt is rendered anew.

    Masked 1 are the tokens of each answer that is learned and the end of its turn, the tokenizer's end-of-sequence
    token, at which the sampler stops. Rows have no columns. `history` and `chat_template_kwargs` are as for
    `TransformersAgent`.

    Raises:
        ValueError: An answer has nothing before it to answer, or the chat template refuses the conversation.
    """
    turns: list[Turn] = []
    said: list[Message] = []
    for number, message in enumerate(conversation, 1):
        if message["role"] == "assistant":
            prompt = tuple(encode(tokenizer, said, history=history, options=chat_template_kwargs))
            ids = (*tokenizer.encode(message["content"], add_special_tokens=False), tokenizer.eos_token_id)
            learned = int(learn == "all" or number == len(conversation))
            turns.append(Turn(prompt, ids, (0.0,) * len(ids), (learned,) * len(ids), 0.0, {}))
            message = {**message, "content": Completion(message["content"], token_ids=ids, prompt_ids=prompt)}
        said.append(message)
    episode = Episode(task="", group=(0, 0), turns=tuple(turns), terminated=True, truncated=False, policy_version=0)
    return [TokenSequence(row.ids, row.mask) for row in from_episode(episode) if any(row.mask)]


class SFT:
    """One supervised step after another; `example(i)` gives the i-th example."""

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        example: Callable[[int], Example],
        config: SFTConfig,
        *,
        history: History = "sampled",
        chat_template_kwargs: Mapping[str, Any] | None = None,
        world: World | None = None,
    ) -> None:
        """Take the model and the stream of examples, which is the same on every process.

        `history` and `chat_template_kwargs` are to be those of the agent that will sample; see `TransformersAgent`.
        """
        self.tokenizer = tokenizer
        self.example = example
        self.config = config
        self.history = history
        self.chat_template_kwargs = chat_template_kwargs
        self.step_count = 0
        self.learner = Learner(
            model, config=config.optimizer, total_steps=config.steps, pad_id=tokenizer.pad_token_id or 0, world=world
        )
        context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self.max_tokens = config.max_tokens or context or math.inf  # Some models' positions have no end.

    def step(self) -> dict[str, float]:
        """Learn from the next batch.

        Returns:
            `loss` in nats a token, `grad_norm`, `lr`, `tokens` that were learned, `too_long` rows.

        Raises:
            ValueError: All examples of the batch are too long, or one is no conversation to learn from.
        """
        config = self.config
        start = self.step_count * config.batch_size
        rows = [
            row
            for i in range(start, start + config.batch_size)
            for row in rows_of(
                self.tokenizer,
                self.example(i),
                learn=config.learn,
                history=self.history,
                chat_template_kwargs=self.chat_template_kwargs,
            )
        ]
        fit = [row for row in rows if len(row.ids) <= self.max_tokens]
        if not fit:
            raise ConfigError(
                f"Expected an example of at most {self.max_tokens} tokens among the {config.batch_size} of step "
                f"{self.step_count}, actually: {min((len(row.ids) for row in rows), default=0)} in the shortest. "
                "Raise sft.max_tokens if the model's context is longer, or shorten the examples."
            )
        tokens = sum(row.count for row in fit)
        for row in fit:
            row.columns["weights"] = [1.0 / tokens] * row.count
        metrics = self.learner.step(fit, _loss)
        self.step_count += 1
        return {**metrics, "tokens": float(tokens), "too_long": float(len(rows) - len(fit))}

    def state_dict(self) -> dict[str, Any]:
        """Everything but the model's weights."""
        return {"step": self.step_count, "learner": self.learner.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.step_count = state["step"]
        self.learner.load_state_dict(state["learner"])


def _loss(outputs: Outputs, tokens: Tokens) -> tuple[Tensor, dict[str, Tensor]]:
    return negative_log_likelihood(outputs.logprobs) * tokens["weights"], {}
