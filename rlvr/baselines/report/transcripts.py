"""Logged episodes as HTML: the same tasks answered at several moments, side by side.

What a model wrote is untrusted: `markup` is the only way by which it gets onto a page.

- `markup`: any text as HTML that shows it and nothing else.
- `pick`: a few tasks and their answers, out of a log of any size.
- `transcripts`: what was picked, as HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from rlvr.baselines.report.scales import number

Record = Mapping[str, Any]
"""An episode as `rlvr.baselines.run.episodes.record` gives it."""

Answers = dict[tuple[str, int], Record]
"""The episodes of one task by (decoding, step)."""

STATUS_COLOURS = {
    "correct": 2,
    "partial": 0,
    "wrong": 1,
    "unparsable": 3,
    "truncated": 4,
    "timeout": 6,
    "error": 5,
}
"""Verdicts in the order of their charts, and the index of their colour."""

_HEAD, _TAIL = 3000, 1000
"""Characters that are shown of a text longer than both together."""

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"} | {0x7F: "␡"}


def markup(text: str) -> str:
    """Escape `text` and make visible what a browser would drop or refuse: control characters and lone surrogates."""
    shown = escape(text.translate(_PICTURES))
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def pick(episodes: Iterable[Record], count: int) -> list[Answers]:
    """The first `count` held-out tasks of the stream, whatever became of them, with all their logged answers."""
    tasks: dict[tuple[int, str], Answers] = {}
    for episode in episodes:
        key = (episode["episode"], episode["task"])
        if episode["phase"] == "evaluation" and (key in tasks or len(tasks) < count):
            tasks.setdefault(key, {})[episode["decoding"], episode["step"]] = episode
    return list(tasks.values())


def transcripts(tasks: Sequence[Answers], moments: Mapping[int, str]) -> str:
    """Each task with its answers: a row for each decoding, a column for each moment.

    Args:
        tasks: As `pick` gives them.
        moments: Steps and what they are called, from left to right.
    """
    return "".join(_task(answers, moments) for answers in tasks)


def _task(answers: Answers, moments: Mapping[int, str]) -> str:
    some = next(iter(answers.values()))
    opening, _ = _split(some)
    cells = [
        _answer(f"{moment}, {decoding}", answers[decoding, step])
        if (decoding, step) in answers
        else f'<section class="answer absent">{markup(f"{moment}, {decoding}: not logged")}</section>'
        for decoding in dict.fromkeys(decoding for decoding, _ in answers)
        for step, moment in moments.items()
    ]
    return (
        f'<article class="task"><h3>{markup(str(some["task"]))}</h3>{"".join(map(_message, opening))}'
        f'<div class="answers columns-{len(moments)}">{"".join(cells)}</div></article>\n'
    )


def _split(episode: Record) -> tuple[list[Record], list[Record]]:
    """The messages before the first answer, and from there on."""
    messages = list(episode["messages"])
    first = next((i for i, message in enumerate(messages) if message["role"] == "assistant"), len(messages))
    return messages[:first], messages[first:]


def _answer(label: str, episode: Record) -> str:
    """One episode: verdict, the conversation from the first answer on, and how the reward came about."""
    _, dialogue = _split(episode)
    turns = iter(episode["turns"])
    parts = []
    for message in dialogue:
        if message["role"] != "assistant":
            parts.append(_message(message))
            continue
        turn = next(turns)
        parts.append(f"<pre>\n{_thought(turn['text'])}</pre>")
        if turn is not episode["turns"][-1]:
            parts.append(_badge(turn["verdict"]["status"]))
    last = episode["turns"][-1]
    tokens = sum(len(turn["token_ids"]) for turn in episode["turns"])
    cut = ", cut off" if last["finish_reason"] == "length" else ""
    head = f"<h4>{markup(label)} {_badge(last['verdict']['status'])} <small>{tokens:,} tokens{cut}</small></h4>"
    return f'<section class="answer">{head}{"".join(parts)}<p>{" · ".join(_judgement(episode))}</p></section>'


def _message(message: Record) -> str:
    return f'<pre class="message">\n<b>{markup(str(message["role"]))}</b>{_shortened(str(message["content"]))}</pre>'


def _thought(text: str) -> str:
    """An answer, with what it thinks set apart."""
    head, close, tail = text.rpartition("</think>")
    return (f'<span class="thought">{_shortened(head + close)}</span>' if close else "") + _shortened(tail)


def _shortened(text: str) -> str:
    left_out = len(text) - _HEAD - _TAIL
    if left_out <= 0:
        return markup(text)
    note = f"… {left_out:,} characters left out; episodes.jsonl has them …"
    return f'{markup(text[:_HEAD])}<i class="cut">{note}</i>{markup(text[-_TAIL:])}'


def _badge(status: str) -> str:
    return f'<span class="badge c{STATUS_COLOURS.get(status, 5)}">{markup(status)}</span>'


def _judgement(episode: Record) -> Iterator[str]:
    """What the verifier read and said, and the reward with its terms: `reward 0.800 = correct 1.00 + length −0.200`."""
    verdict = episode["turns"][-1]["verdict"]
    if verdict.get("answer") is not None:
        yield f"answer <code>{_shortened(str(verdict['answer']))}</code>"
    if verdict.get("reason"):
        yield _shortened(str(verdict["reason"]))
    terms: dict[str, float] = {}
    for turn in episode["turns"]:
        for name, value in turn["reward_terms"].items():
            terms[name] = terms.get(name, 0.0) + value
    yield f"reward {number(episode['reward'])} = " + " + ".join(f"{markup(k)} {number(v)}" for k, v in terms.items())
