"""Worked conversations to learn from.

- `read(path)`: conversations from JSON lines: chats, prompts with completions, or a log of our own episodes.
- `shuffled(conversations, seed)`: pass after pass over them, each in an order of its own.
- `capped`: at most so many of a task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rlvr.core import FinishReason, Message, Status
from rlvr.envs.files import Row, read_rows
from rlvr.seeding import StreamKey, permuted

T = TypeVar("T")

_KEY = StreamKey("rlvr/traces", "v0")
_CHATS = ("messages", "conversations", "conversation")
_PROMPTS = ("prompt", "question", "problem", "query", "instruction")
_COMPLETIONS = ("completion", "response", "output", "solution", "answer")
_ROLES = {
    **{role: role for role in ("system", "user", "assistant", "tool")},
    **{"human": "user", "gpt": "assistant", "observation": "tool"},  # ShareGPT's names.
}
_MESSAGE = {"role": "from", "content": "value"}
"""Keys of a message, and what ShareGPT calls them."""


class TraceError(ValueError):
    """A file of worked conversations cannot be read."""


def read(path: str | Path, *, per_task: int | None = None) -> list[list[Message]]:
    """The conversations of a file, in order; each ends with an answer of the assistant.

    A line (of `.jsonl`, `.jsonl.gz`; or an element of the array in a `.json`) is one of

    - a chat: `messages` (or `conversations`) of `role` and `content` (or `from` and `value`);
    - a prompt and a completion: both texts, or lists of messages. Names of the first, in the order they are looked for:
      `prompt`, `question`, `problem`, `query`, `instruction` (with its `input` after an empty line); of the second:
      `completion`, `response`, `output`, `solution`, `answer`;
    - an episode, as runs, `rlvr eval --out`, `RecordEpisodes` and `rlvr.baselines.examples.distillation` write them.
      Those of a run's own evaluations are left out: they are of held-out tasks. Left out, too, is what was not judged
      correct, or cut by its budget: the end of its text is no end that could be learned.

    Args:
        path: The file.
        per_task: Most episodes of one task: those of the highest reward, of these the shortest. All by default.

    Raises:
        TraceError: The file is missing, something in it is none of these, or nothing is left; the message says where.
    """
    conversations: list[list[Message]] = []
    tasks: list[Hashable] = []
    rank: list[tuple[float, int]] = []
    left_out: Counter[str] = Counter()
    try:
        for number, (where, row) in enumerate(read_rows(Path(path).expanduser(), exact=False)):
            is_episode = "turns" in row and "env" in row
            reason = _left_out(row, where) if is_episode else None
            if reason is not None:
                left_out[reason] += 1
                continue
            conversation = _checked(_said(row, where), where)
            conversations.append(conversation)
            tasks.append((str(row["env"]), row.get("task")) if is_episode else number)
            rank.append((-row["reward"] if is_episode else 0.0, sum(len(one["content"]) for one in conversation)))
    except OSError as error:
        raise TraceError(
            f"Cannot read the traces {path}: {error.strerror or error}. Name a file of JSON lines."
        ) from error
    except TraceError:
        raise
    except ValueError as error:  # Of the file's form; it says where.
        raise TraceError(str(error)) from error
    if not conversations:
        why = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()))
        raise TraceError(
            f"{path}: expected at least one right answer, actually: {why}. Sample more, or take another file."
        )
    return [conversations[i] for i in capped(tasks, rank, per_task)]


def _left_out(row: Row, where: str) -> str | None:
    """Why an episode teaches nothing, if so."""
    try:
        last = row["turns"][-1]
        status, cut = last["verdict"]["status"], last["finish_reason"] == FinishReason.LENGTH
        float(row["reward"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise TraceError(
            f"{where}: expected an episode with a reward and a verdict in its last turn, actually: {error!r}. "
            "Remove that line."
        ) from error
    if row.get("phase") == "evaluation" and "step" in row:  # Without a step it is from `rlvr eval`, on tasks of choice.
        return "held out"
    if status != Status.CORRECT:
        return "not correct"
    return "cut" if cut else None


def _said(row: Row, where: str) -> list[Any]:
    """The messages of a row, not yet checked."""
    for name in _CHATS:
        if isinstance(row.get(name), list):
            return list(row[name])
    prompt, completion = (
        next((row[name] for name in names if row.get(name)), None) for names in (_PROMPTS, _COMPLETIONS)
    )
    if prompt is None or completion is None:
        raise TraceError(
            f"{where}: expected messages, or a prompt and a completion, actually: the fields {sorted(row)}. "
            'Write the conversation as "messages".'
        )
    if prompt is row.get("instruction") and row.get("input"):
        prompt = f"{prompt}\n\n{row['input']}"
    return [
        *(prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}]),
        *(completion if isinstance(completion, list) else [{"role": "assistant", "content": completion}]),
    ]


def _checked(messages: Sequence[Any], where: str) -> list[Message]:
    """Messages in our words, if they make a conversation that ends with an answer."""
    conversation = [_message(one, f"{where}, message {number}") for number, one in enumerate(messages, 1)]
    roles = [one["role"] for one in conversation]
    if not roles or roles[-1] != "assistant":
        raise TraceError(
            f"{where}: expected a conversation that ends with the assistant, actually: the roles {roles}. "
            "Remove what follows the last answer, or the line."
        )
    for before, role in zip([None, *roles], roles, strict=False):
        if role == "assistant" and before in (None, "assistant"):
            raise TraceError(
                f"{where}: expected something said to the assistant before each of its answers, actually: the roles "
                f"{roles}. Join the answers, or remove the line."
            )
    return conversation


def _message(given: Any, where: str) -> Message:
    if not isinstance(given, Mapping):
        raise TraceError(f"{where}: expected an object with role and content, actually: {given!r:.80}. Mend that line.")
    role, content = (given.get(name, given.get(other)) for name, other in _MESSAGE.items())
    if role not in _ROLES:
        raise TraceError(f"{where}: expected one of the roles {', '.join(_ROLES)}, actually: {role!r:.80}. Rename it.")
    if not isinstance(content, str):
        raise TraceError(
            f"{where}: expected the content to be a text, actually: {content!r:.80}. Write what was said, calls of "
            "tools included, as the model is to write it."
        )
    lost = {name for name, value in given.items() if value} - {*_MESSAGE, *_MESSAGE.values(), "name"}
    if lost:
        raise TraceError(
            f"{where}: expected no more than role, content and name, actually: {', '.join(sorted(lost))}, too, which "
            "would not be learned. Write it into the content, or remove it."
        )
    message: Message = {"role": _ROLES[role], "content": content}
    if given.get("name"):
        message["name"] = given["name"]
    return message


def capped(tasks: Sequence[Hashable], rank: Sequence[Any], most: int | None) -> list[int]:
    """Numbers, in order, of at most `most` items of each task: those of the lowest rank, of equal ones the first."""
    taken: Counter[Hashable] = Counter()
    kept = []
    for i in sorted(range(len(tasks)), key=rank.__getitem__):
        if most is None or taken[tasks[i]] < most:
            taken[tasks[i]] += 1
            kept.append(i)
    return sorted(kept)


def shuffled(items: Sequence[T], *, seed: int) -> Callable[[int], T]:
    """The `index`-th example of an endless stream: pass after pass over `items`, each in an order of its own."""
    return lambda index: items[permuted(_KEY, seed, index, len(items))]
