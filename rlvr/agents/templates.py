"""Chat templates: what they write after an answer, and what they do to the answers before it.

- `render`: a conversation as the template writes it.
- `show`: a conversation held against an answer in it: does the template still show what was sampled?
- `after`: what the template puts between an answer and the next one.
- `require_shown`: refuses a template that leaves replies out.
- `rewrites_history`: what a template changes of earlier answers, asked beforehand for replies of the user and of tools.
- `HistoryWarning`: a model goes on from what it sampled, where its template would show it something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rlvr.core import Message

_STAND_IN = "\u2063answer\u2063"
"""Stands for an answer whose place is looked for: invisible separators that no task contains."""

_WORD = re.compile(r"[A-Za-z0-9]+")

_PLAIN = "An answer."
_SPACED = "\n An answer. \n"
_THOUGHT = "A thought.\n</think>\n\n"


class HistoryWarning(UserWarning):
    """A prompt goes on from what was sampled, where the chat template would show an earlier answer otherwise."""


class Change(StrEnum):
    """What a chat template has done to what was sampled."""

    NONE = "none"
    """The prompt and the answer are shown as they were."""
    SPACE = "space"
    """Nothing but white space was added or taken away."""
    TEXT = "text"
    """Words are missing or added: reasoning is left out, or what the prompt had opened the answer with."""


def render(
    tokenizer: Any,
    conversation: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any] | None = None,
    *,
    prompt: bool = True,
) -> str:
    """A conversation as the template writes it, as a `prompt` up to where the next answer begins.

    Args:
        tokenizer: A transformers tokenizer with a chat template.
        conversation: What was said so far.
        options: Variables of the template, such as `{"enable_thinking": False}` for Qwen 3's.
        prompt: Whether somebody is to go on.

    Raises:
        ValueError: The template refuses the conversation, as some do with the role `tool`.
    """
    from jinja2 import TemplateError  # Only here: it comes with the extra `train`.

    try:
        text: str = tokenizer.apply_chat_template(
            list(conversation), add_generation_prompt=prompt, tokenize=False, **(options or {})
        )
    except TemplateError as error:
        roles = ", ".join(str(message["role"]) for message in conversation)
        raise ValueError(
            f"Expected a conversation that the tokenizer's chat template takes, actually: it refuses the roles {roles} "
            f'({error}). Use another template; where it knows no tools, let them reply with role="user".'
        ) from error
    return text


@dataclass(frozen=True, slots=True)
class Shown:
    """A prompt as the template writes it, held against the sample that it goes on from."""

    prompt: str
    """The whole prompt, up to where the next answer begins."""
    sampled: str
    """The prompt of the sample, and the sample."""

    @property
    def change(self) -> Change:
        """What became of the sample and of all before it."""
        if self.prompt.startswith(self.sampled):
            return Change.NONE
        spaceless = "".join(self.prompt.split()).startswith("".join(self.sampled.split()))
        return Change.SPACE if spaceless else Change.TEXT


def show(tokenizer: Any, conversation: Sequence[Message], last: int, options: Mapping[str, Any] | None = None) -> Shown:
    """What the template makes of a conversation up to answer number `last` and of the whole.

    Asked after every answer of a conversation, this finds each change when it comes, be it to the last answer or to
    one before.

    Raises:
        ValueError: The template refuses the conversation.
    """
    sampled = render(tokenizer, conversation[:last], options) + conversation[last]["content"]
    return Shown(render(tokenizer, conversation, options), sampled)


def after(
    tokenizer: Any,
    conversation: Sequence[Message],
    last: int,
    options: Mapping[str, Any] | None = None,
    *,
    prompt: bool = True,
) -> str:
    """What the template writes after answer number `last`, wherever and however it shows the answer itself.

    Raises:
        ValueError: The template refuses the conversation or does not show answers verbatim.
    """
    stand_in = _STAND_IN
    while any(stand_in in str(message["content"]) for message in conversation):
        stand_in += _STAND_IN
    messages = [dict(message) for message in conversation]
    messages[last]["content"] = stand_in
    _, found, text = render(tokenizer, messages, options, prompt=prompt).rpartition(stand_in)
    if not found:
        raise ValueError(
            "The tokenizer's chat template does not show the assistant's text verbatim, so what follows it cannot "
            "be told. Use a template that does."
        )
    return text


def require_shown(text: str, replies: Sequence[Message]) -> None:
    """Refuse a template that leaves replies out without a word, as Phi 3's and Gemma 4's do with the role `tool`.

    The longest word stands for a reply: some templates quote or trim the whole.

    Raises:
        ValueError: A reply's longest word is not in the text.
    """
    for reply in replies:
        content = reply["content"]
        if isinstance(content, str) and max(_WORD.findall(content), key=len, default="") not in text:
            raise ValueError(
                f"Expected the tokenizer's chat template to show what was replied, actually: it leaves out the "
                f"message of the role {reply['role']!r}, {content!r:.80}. Use another template, or let them reply "
                f'with role="user".'
            )


def rewrites_history(tokenizer: Any, role: str = "user", *, options: Mapping[str, Any] | None = None) -> frozenset[str]:
    """What a chat template changes of earlier answers once more messages of a role follow.

    The roles are asked apart, because templates tell them apart: Qwen 3's keeps the reasoning of earlier answers while
    tools reply and leaves it out at the next message of the user.

    Args:
        tokenizer: A transformers tokenizer with a chat template.
        role: Who replies, `"user"` or `"tool"`.
        options: Variables of the template.

    Returns:
        Of these, what applies; empty for a template that goes on from what was said:

        - `"answers"`: an answer without reasoning is shown otherwise;
        - `"thoughts"`: an answer with `<think>...</think>` is, be the tag sampled or the end of the prompt;
        - `"space"`: white space around or within an answer is added or taken away.

    Raises:
        ValueError: The template refuses the role, or leaves out what it says.

    Example:
        >>> from rlvr.agents.tiny import tiny_tokenizer
        >>> rewrites_history(tiny_tokenizer(), "tool")
        frozenset()
    """
    question: Message = {"role": "user", "content": "A question."}
    reply: Message = {"role": role, "content": "Something replied."}
    opened = render(tokenizer, [question], options).rstrip().endswith("<think>")
    if opened:  # The prompt has opened a thought already, in every answer.
        probes = [("thoughts", _THOUGHT + _PLAIN), ("thoughts", _THOUGHT + _SPACED)]
    else:
        probes = [("answers", _PLAIN), ("answers", _SPACED), ("thoughts", f"<think>\n{_THOUGHT}{_PLAIN}")]
    changed = set()
    for name, said in probes:
        answer: Message = {"role": "assistant", "content": said}
        # Two replies: some templates keep the last answer whole and change the one before.
        conversation = [question, answer, reply, answer, reply]
        for last in (1, 3):
            shown = show(tokenizer, conversation[: last + 2], last, options)
            require_shown(shown.prompt, [reply])
            if shown.change is not Change.NONE:
                changed.add(name if shown.change is Change.TEXT else "space")
    return frozenset(changed)
