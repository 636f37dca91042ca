"""Conversations to token ids, without ever encoding again what the model sampled.

The next prompt is the previous prompt, plus the sampled ids, plus the tokenised environment delta: what the chat
template puts between an answer and the next one. So the history is what was sampled, even where a template would
rewrite it (Qwen 3's leaves earlier reasoning out at a new user message). `history="template"` is the other honest
rule: there, such a prompt is rendered anew, and what it shows of earlier answers is context like any other.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import Any, Literal

from rlvr.agents.base import Conversation
from rlvr.agents.templates import Change, HistoryWarning, after, render, require_shown, show
from rlvr.core import Completion

History = Literal["sampled", "template"]
"""What the model is shown of its earlier answers: what it sampled, or what the chat template makes of it."""


def encode(
    tokenizer: Any,
    conversation: Conversation,
    *,
    history: History = "sampled",
    stop_ids: Collection[int] | None = None,
    options: Mapping[str, Any] | None = None,
) -> list[int]:
    """The ids the model is to continue.

    Args:
        tokenizer: A transformers tokenizer with a chat template.
        conversation: Ends with a message that is not the assistant's. An answer that remembers its tokens (a
            `Completion` with `prompt_ids` and `token_ids`) is never encoded again; plain text is.
        history: `"sampled"` goes on from the last answer's ids in any case, and warns (`HistoryWarning`) where the
            template would show an answer otherwise. `"template"` renders the whole prompt anew there.
        stop_ids: Tokens that end a sample, by default the tokenizer's own. An answer that ends with one of them is not
            ended again, be it with the template's own.
        options: Variables of the template, such as `{"enable_thinking": False}` for Qwen 3's.

    Raises:
        ValueError: The conversation is empty or ends with the assistant, or the template refuses it or does not show
            answers verbatim.
    """
    if not conversation or conversation[-1]["role"] == "assistant":
        raise ValueError(
            "Expected a conversation that ends with a message to answer; call env.step or env.reset first."
        )
    for last in reversed(range(len(conversation))):
        sampled = conversation[last]["content"]
        if isinstance(sampled, Completion) and sampled.token_ids is not None and sampled.prompt_ids is not None:
            break
    else:
        return _ids(tokenizer, render(tokenizer, conversation, options))
    shown = show(tokenizer, conversation, last, options)
    if shown.change is Change.NONE:
        text = shown.prompt[len(shown.sampled) :]
    elif history == "template":
        require_shown(shown.prompt, conversation[last + 1 :])
        return _ids(tokenizer, shown.prompt)
    else:
        text = after(tokenizer, conversation, last, options)
        if shown.change is Change.TEXT:
            warnings.warn(_WARNING, HistoryWarning, stacklevel=2)
    require_shown(text, conversation[last + 1 :])
    delta = _ids(tokenizer, text)
    end = sampled.token_ids[-1] if sampled.token_ids else None
    stops = {tokenizer.eos_token_id} if stop_ids is None else stop_ids
    if end in stops and delta[:1] == [end]:
        delta = delta[1:]
    elif end in stops:
        closing = after(tokenizer, conversation[: last + 1], last, options, prompt=False)
        delta = _without_end(tokenizer, delta, {end, *(token for token in _ids(tokenizer, closing) if token in stops)})
    return [*sampled.prompt_ids, *sampled.token_ids, *delta]


_WARNING = (
    "The chat template would show an earlier answer otherwise than it was sampled, as Qwen 3's does, which leaves "
    "reasoning out at a new user message. The model goes on from what it sampled, here and in training; whoever "
    'renders the conversation by the template shows it less. history="template" renders such prompts anew and trains '
    "each turn in a row of its own; docs/baselines/multi-turn.md compares the two."
)


def _ids(tokenizer: Any, text: str) -> list[int]:
    """What a template wrote as ids; it writes the special tokens itself."""
    return list(tokenizer.encode(text, add_special_tokens=False))


def _without_end(tokenizer: Any, delta: list[int], ends: Collection[int | None]) -> list[int]:
    """A delta without its end of turn, which was sampled; white space before the end goes with it, after it stays.

    Only what the template closes an answer with is an end: some models stop at the marker of the next role.
    """
    for i, token in enumerate(delta):
        if token in ends:
            return delta[i + 1 :]
        if tokenizer.decode([token]).strip():
            break
    return delta
