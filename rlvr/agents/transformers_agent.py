"""`TransformersAgent`: a causal language model of the transformers library answers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import torch

from rlvr.agents.base import Conversation
from rlvr.agents.conversation import History, encode
from rlvr.agents.generation import sample
from rlvr.core import Completion, FinishReason

_Tokens = tuple[tuple[int, ...], tuple[int, ...], tuple[float, ...]]
"""Of an answer that is under way: its prompt, what was sampled so far, and the log-probabilities of that."""


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
        history: What later turns see of earlier answers: `"sampled"`, what was sampled, or `"template"`, what the chat
            template makes of it; see `rlvr.agents.conversation.encode`.
        chat_template_kwargs: Variables of the chat template, such as `{"enable_thinking": False}` for Qwen 3's.
        autocast: Compute in bfloat16 whatever the weights are, as a learner does that is asked to.
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
        history: History = "sampled",
        chat_template_kwargs: Mapping[str, Any] | None = None,
        autocast: bool = False,
    ) -> None:
        """Check the budgets and take the model.

        Raises:
            ValueError: An option is out of range, or the tokenizer has no chat template or end-of-turn token.
        """
        if not temperature >= 0.0:
            raise ValueError(f"Expected temperature to be at least 0.0, actually: {temperature}.")
        if history not in get_args(History):
            raise ValueError(f'Expected history to be "sampled" or "template", actually: {history!r}.')
        budgets = {"max_new_tokens": max_new_tokens, "max_context": max_context, "batch_size": batch_size}
        for name, value in budgets.items():
            if value is not None and value < 1:
                raise ValueError(f"Expected {name} to be at least 1, actually: {value}.")
        if tokenizer.eos_token_id is None or not tokenizer.chat_template:
            raise ValueError(
                "Expected a tokenizer with an eos_token and a chat_template; set both before making the agent."
            )
        self.model = model
        self.tokenizer = tokenizer
        self.temperature = temperature
        self.max_new_tokens = max_new_tokens
        own = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        self.max_context = max_context or own or sys.maxsize  # Models without positions have no longest context.
        self.batch_size = batch_size
        self.history = history
        self.chat_template_kwargs = dict(chat_template_kwargs or {})
        self.autocast = autocast
        self.stop_ids = _stop_ids(model, tokenizer)
        self.generator = torch.Generator(device=model.device).manual_seed(seed)

    @classmethod
    def from_pretrained(cls, path: str | Path, *, device: str = "auto", **options: Any) -> TransformersAgent:
        """Load model and tokenizer from a folder or a hub name onto a device; `options` as for the constructor."""
        model, tokenizer = load_pretrained(path, device=device)
        return cls(model.eval(), tokenizer, **options)

    def act(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """Answer each conversation; a prompt that leaves no room gets an empty answer cut by length."""
        return self.complete(self.begin(conversations))

    def begin(self, conversations: Sequence[Conversation]) -> list[Completion]:
        """An answer to each conversation of which nothing is said yet: what `complete` goes on from."""
        openings: dict[tuple[tuple[str, str], ...], list[int]] = {}  # The members of a group are asked the same.
        begun = []
        for conversation in conversations:
            opening = _opening(conversation)
            prompt = None if opening is None else openings.get(opening)
            if prompt is None:
                prompt = encode(
                    self.tokenizer,
                    conversation,
                    history=self.history,
                    stop_ids=self.stop_ids,
                    options=self.chat_template_kwargs,
                )
                if opening is not None:
                    openings[opening] = prompt
            begun.append(Completion("", token_ids=(), logprobs=(), prompt_ids=prompt))
        return begun

    def complete(self, begun: Sequence[Completion], *, max_new_tokens: int | None = None) -> list[Completion]:
        """Go on with answers from their tokens; nothing of them is encoded again.

        Args:
            begun: Answers that know their `prompt_ids`, and `token_ids` and `logprobs` of what was said so far, which
                ends with no stop token. They may stand at any place of an answer, and several may be the same.
            max_new_tokens: The most tokens to add. The agent's own budget, of a whole answer, holds as well.

        Returns:
            The whole answers, whose ids and log-probabilities begin with the given ones. One that leaves no room is
            cut by length where it stands.

        Raises:
            ValueError: An answer does not know its tokens.
        """
        prefixes = [_tokens(one) for one in begun]
        rooms = [self._room(prompt, said, max_new_tokens) for prompt, said, _ in prefixes]
        answers: list[Completion | None] = [None] * len(begun)
        fitting = [i for i, room in enumerate(rooms) if room > 0]
        was_training = self.model.training
        self.model.eval()
        for start in range(0, len(fitting), self.batch_size):
            rows = fitting[start : start + self.batch_size]
            completed = self._sample([prefixes[i] for i in rows], [rooms[i] for i in rows])
            for i, answer in zip(rows, completed, strict=True):
                answers[i] = answer
        self.model.train(was_training)
        return [
            self._cut(*prefix) if answer is None else answer for prefix, answer in zip(prefixes, answers, strict=True)
        ]

    def _room(self, prompt: Sequence[int], said: Sequence[int], max_new_tokens: int | None) -> int:
        """How many tokens an answer can still have."""
        room = min(self.max_new_tokens - len(said), self.max_context - len(prompt) - len(said))
        return room if max_new_tokens is None else min(room, max_new_tokens)

    def _cut(self, prompt: Sequence[int], said: Sequence[int], logprobs: Sequence[float]) -> Completion:
        return Completion(
            self.tokenizer.decode(said, skip_special_tokens=False) if said else "",
            token_ids=said,
            logprobs=logprobs,
            prompt_ids=prompt,
            finish_reason=FinishReason.LENGTH,
        )

    def _sample(self, prefixes: Sequence[_Tokens], rooms: list[int]) -> list[Completion]:
        end = self.tokenizer.eos_token_id
        pad = end if self.tokenizer.pad_token_id is None else self.tokenizer.pad_token_id
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=self.autocast):
            samples = sample(
                self.model,
                [(*prompt, *said) for prompt, said, _ in prefixes],
                max_new_tokens=rooms,
                stop_ids=self.stop_ids,
                pad_id=pad,
                temperature=self.temperature,
                generator=self.generator,
            )
        ids = [(*said, *one.token_ids) for (_, said, _), one in zip(prefixes, samples, strict=True)]
        texts = self.tokenizer.batch_decode(
            [
                one[: -1 if sampled.finish_reason is FinishReason.STOP else None]
                for one, sampled in zip(ids, samples, strict=True)
            ],
            skip_special_tokens=False,  # A role token in an answer must be seen by whoever judges it.
        )
        return [
            Completion(
                text,
                token_ids=token_ids,
                logprobs=(*logprobs, *one.logprobs),
                prompt_ids=prompt,
                finish_reason=one.finish_reason,
            )
            for text, token_ids, one, (prompt, _, logprobs) in zip(texts, ids, samples, prefixes, strict=True)
        ]


def _opening(conversation: Conversation) -> tuple[tuple[str, str], ...] | None:
    """What two conversations have to agree in to be encoded alike, if they are plain text and nothing else."""
    if any(message.keys() != {"role", "content"} or type(message["content"]) is not str for message in conversation):
        return None
    return tuple((message["role"], message["content"]) for message in conversation)


def _tokens(begun: Completion) -> _Tokens:
    """Its prompt, ids and log-probabilities."""
    if begun.prompt_ids is None or begun.token_ids is None or begun.logprobs is None:
        raise ValueError(
            f"Expected an answer with prompt_ids, token_ids and logprobs, actually: {str(begun)!r:.80} without. Make "
            "one of them with begin."
        )
    return begun.prompt_ids, begun.token_ids, begun.logprobs


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
