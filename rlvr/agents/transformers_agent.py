"""`TransformersAgent`: a causal language model of the transformers library answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from rlvr.agents.base import Conversation
from rlvr.agents.conversation import encode
from rlvr.agents.generation import sample
from rlvr.core import Completion, FinishReason


class TransformersAgent:
    """Samples from a model, remembering the exact tokens and their log-probabilities.

    Args:
        model: A causal LM; it is used as it is, so a learner that shares it acts with its newest weights.
        tokenizer: Its tokenizer, with a chat template and an end-of-turn token.
        temperature: Of the sampling; 0.0 decodes greedily.
        max_new_tokens: Budget of one answer.
        max_context: Longest prompt plus answer; the model's own limit if `None`.
        batch_size: Rows sampled at once.
        seed: Of the sampling; the agent has its own random state.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        temperature: float = 1.0,
        max_new_tokens: int = 512,
        max_context: int | None = None,
        batch_size: int = 256,
        seed: int = 0,
    ) -> None:
        """Check the budgets and take the model.

        Raises:
            ValueError: A number is out of range, or the tokenizer has no chat template or end-of-turn token.
        """
        if not temperature >= 0.0:
            raise ValueError(f"Expected temperature to be at least 0.0, actually: {temperature}.")
        for name, value in (("max_new_tokens", max_new_tokens), ("batch_size", batch_size)):
            if value < 1:
                raise ValueError(f"Expected {name} to be at least 1, actually: {value}.")
        if tokenizer.eos_token_id is None or not tokenizer.chat_template:
            raise ValueError(
                "Expected a tokenizer with an eos_token and a chat_template; set both before making the agent."
            )
        self.model = model
        self.tokenizer = tokenizer
        self.temperature = temperature
        self.max_new_tokens = max_new_tokens
        self.max_context = max_context or model.config.max_position_embeddings
        self.batch_size = batch_size
        self.stop_ids = _stop_ids(model, tokenizer)
        self.generator = torch.Generator(device=model.device).manual_seed(seed)

    @classmethod
    def from_pretrained(cls, path: str | Path, *, device: str = "auto", **options: Any) -> TransformersAgent:
        """Load model and tokenizer from a folder or a hub name onto a device; `options` as for the constructor."""
        model, tokenizer = load_pretrained(path, device=device)
        return cls(model.eval(), tokenizer, **options)

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Answer each conversation; a prompt that leaves no room gets an empty answer cut by length."""
        prompts = [encode(self.tokenizer, conversation) for conversation in conversations]
        answers: list[Completion | None] = [None] * len(prompts)
        fitting = []
        for i, prompt in enumerate(prompts):
            if len(prompt) < self.max_context:
                fitting.append(i)
            else:
                answers[i] = Completion(
                    "", token_ids=(), logprobs=(), prompt_ids=prompt, finish_reason=FinishReason.LENGTH
                )
        was_training = self.model.training
        self.model.eval()
        for start in range(0, len(fitting), self.batch_size):
            rows = fitting[start : start + self.batch_size]
            for i, answer in zip(rows, self._sample([prompts[i] for i in rows]), strict=True):
                answers[i] = answer
        self.model.train(was_training)
        return [answer for answer in answers if answer is not None]

    def _sample(self, prompts: list[list[int]]) -> list[Completion]:
        end = self.tokenizer.eos_token_id
        pad = end if self.tokenizer.pad_token_id is None else self.tokenizer.pad_token_id
        samples = sample(
            self.model,
            prompts,
            max_new_tokens=[min(self.max_new_tokens, self.max_context - len(prompt)) for prompt in prompts],
            stop_ids=self.stop_ids,
            pad_id=pad,
            temperature=self.temperature,
            generator=self.generator,
        )
        texts = self.tokenizer.batch_decode(
            [one.token_ids[: -1 if one.finish_reason is FinishReason.STOP else None] for one in samples],
            skip_special_tokens=False,  # A role token in an answer must be seen by whoever judges it.
        )
        return [
            Completion(
                text,
                token_ids=one.token_ids,
                logprobs=one.logprobs,
                prompt_ids=prompt,
                finish_reason=one.finish_reason,
            )
            for text, one, prompt in zip(texts, samples, prompts, strict=True)
        ]


def load_pretrained(path: str | Path, *, device: str = "auto", dtype: torch.dtype = torch.float32) -> tuple[Any, Any]:
    """A causal LM and its tokenizer, as `save_pretrained` wrote them into a folder, or by their hub name."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model: Any = AutoModelForCausalLM.from_pretrained(path, dtype=dtype)
    return model.to(pick_device(device)), AutoTokenizer.from_pretrained(path)


def pick_device(name: str) -> str:
    """`"auto"` is the GPU if there is one; any other name is itself."""
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"


def _stop_ids(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokenizer's end-of-turn token, and those that the model's generation configuration adds."""
    more = getattr(getattr(model, "generation_config", None), "eos_token_id", None)
    return frozenset([tokenizer.eos_token_id, *(more if isinstance(more, list) else [] if more is None else [more])])
