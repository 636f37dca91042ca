"""Conversations to token ids, without ever encoding again what the model sampled.

The next prompt is the previous prompt, plus the sampled ids, plus the tokenised environment delta: what the chat
template puts between an answer and the next one. So the history is what was sampled, even where a template would
rewrite it (Qwen 3 strips earlier reasoning at a new user message).
"""

from __future__ import annotations

from typing import Any

from rlvr.agents.base import Conversation
from rlvr.core import Completion

_ANSWER = "\u2063answer\u2063"
"""Stands for an answer when the glue around it is looked for: invisible separators that no task contains."""


def encode(tokenizer: Any, conversation: Conversation) -> list[int]:
    """The ids the model is to continue.

    Args:
        tokenizer: A transformers tokenizer with a chat template.
        conversation: Ends with a message that is not the assistant's.

    Raises:
        ValueError: The conversation is empty or ends with the assistant, or the template does not show answers
            verbatim.
    """
    if not conversation or conversation[-1]["role"] == "assistant":
        raise ValueError(
            "Expected a conversation that ends with a message to answer; call env.step or env.reset first."
        )
    for last in reversed(range(len(conversation))):
        sampled = conversation[last]["content"]
        if isinstance(sampled, Completion) and sampled.token_ids is not None and sampled.prompt_ids is not None:
            delta = _glue(tokenizer, conversation, last)
            ended = bool(sampled.token_ids) and sampled.token_ids[-1] == tokenizer.eos_token_id
            if ended:
                delta = delta.removeprefix(tokenizer.eos_token)
            extra = tokenizer.encode(delta, add_special_tokens=False)
            return [*sampled.prompt_ids, *sampled.token_ids, *extra]
    ids = tokenizer.apply_chat_template(list(conversation), add_generation_prompt=True, return_dict=False)
    return list(ids)


def _glue(tokenizer: Any, conversation: Conversation, last: int) -> str:
    """What the template writes after answer number `last`, up to where the next answer begins."""
    messages = [dict(message) for message in conversation[: last + 1]]
    messages[last]["content"] = _ANSWER
    messages += [dict(message) for message in conversation[last + 1 :]]
    text: str = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
    _, found, after = text.rpartition(_ANSWER)
    if not found:
        raise ValueError(
            "The tokenizer's chat template does not show the assistant's text verbatim, so what follows it cannot "
            "be told. Use a template that does."
        )
    return after
