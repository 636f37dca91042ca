"""The verifier of structured output: has an answer the form that was asked for, and the right values?

- `plan(completion, reference, ...)`: the verdict, or the check that gives it; what `rlvr.verify("structured", ...)`
  calls.
- `planned(completion, reference, ...)`: the same for a reference that has been read.
- `reference_of(row)`: a row, read.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs.answer_part import answer_part
from rlvr.envs.fences import blocks
from rlvr.envs.structured.families import FAMILIES
from rlvr.envs.structured.families.base import Reference
from rlvr.envs.structured.judging import REWARDS, judge
from rlvr.registry.names import unknown

MOST_ANSWER = 32_768
"""Characters of an answer; a longer one is not read."""

CPU_SECONDS = 2
"""CPU time that judging one answer may take; more is a `timeout`."""

ROWS = 4096
"""Rows whose reading is remembered, since the samples of a group are judged by the same one."""

_JUDGE = "rlvr.envs.structured.judging:judge"


def plan(
    completion: str,
    reference: Mapping[str, Any],
    *,
    finish_reason: str | None = None,
    opened_think: bool = False,
    reward: str = "gate",
) -> Verdict | Check:
    """Judge the structured output in a completion by a row, or say what a worker has to run.

    The answer is the last fenced block after the last `</think>`, whatever its tag, or all of that part if it has none.
    A sample that was cut is judged only if its last block is closed; otherwise it is `truncated`. See
    `rlvr.envs.structured.judging.judge` for the verdict; an answer that takes too long to judge is a `timeout`.

    A row has `kind` and, where there are right values, these values; without them only the form is judged:

    - `{"kind": "json", "schema": {...}, "value": ...}`
    - `{"kind": "call", "functions": [{"name": ..., "parameters": {...}}], "calls": [{"name": ..., "arguments": ...}]}`
    - `{"kind": "regex", "match": [...], "refuse": [...]}`
    - `{"kind": "table", "columns": [...], "rows": [[...]]}`
    - `{"kind": "csv", "columns": [...], "rows": [[...]], "separator": ","}`
    - `{"kind": "xml", "document": "<a>...</a>"}`
    - `{"kind": "date", "format": "DD.MM.YYYY", "dates": ["2024-03-07"]}`

    Args:
        completion: The model's text and nothing else.
        reference: A row, or the reference of a task.
        finish_reason: `"stop"` or `"length"`; by default what a `Completion` remembers.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.
        reward: `gate` (form and values) or `fraction` (half for the form, half for the share of values).

    Raises:
        ValueError: The row cannot be read, or an option is not one.
    """
    if reward not in REWARDS:
        raise ValueError(unknown("reward", reward, REWARDS))
    if finish_reason not in (None, "stop", "length"):
        raise ValueError(f'Expected finish_reason to be "stop", "length" or None, actually: {finish_reason!r}.')
    if not isinstance(reference, Mapping):
        raise ValueError(f"Expected the reference to be a row, a mapping, actually: a {type(reference).__name__}.")
    try:
        read = _read(_key(reference))
    except RecursionError as error:
        raise ValueError("Expected the row to be JSON data, actually: values nested too deep to be read.") from error
    return planned(completion, read, finish_reason=finish_reason, opened_think=opened_think, reward=reward)


def planned(
    completion: str,
    reference: Reference,
    *,
    finish_reason: str | None = None,
    opened_think: bool = False,
    reward: str = "gate",
) -> Verdict | Check:
    """What `plan` does, for callers whose arguments are known to be right."""
    if finish_reason is None and isinstance(completion, Completion):
        finish_reason = completion.finish_reason
    text, extraction, closed = extract(completion, opened_think)
    if finish_reason == "length" and not closed:
        return Verdict(Status.TRUNCATED, reason="The sample was cut before its answer had ended.")
    if text is None:
        return Verdict(Status.UNPARSABLE, reason="There is no answer.")
    if len(text) > MOST_ANSWER:
        reason = f"The answer has {len(text)} characters; the most is {MOST_ANSWER}."
        return Verdict(Status.UNPARSABLE, 0.0, None, extraction, reason)
    if FAMILIES[reference["kind"]].in_worker:
        options = {"reward": reward, "extraction": extraction}
        return Check(_JUDGE, (text, reference), options, cpu_seconds=CPU_SECONDS, pure=True)
    return judge(text, reference, reward=reward, extraction=extraction)


def extract(completion: str, opened_think: bool = False) -> tuple[str | None, str | None, bool]:
    r"""The answer, how it was found (`fenced` or `whole`), and whether it cannot have been cut.

    Example:
        >>> extract("So:\n```json\n{}\n```\nDone.")
        ('{}', 'fenced', True)
    """
    part, ended = answer_part(completion, opened_think, window=max(1, len(completion)))
    if part is None:
        return None, None, False
    found = deque(blocks(part), maxlen=1)
    if not found:
        return part.strip(" \r\n") or None, "whole", ended
    last = found[0]
    return last.text.strip("\r\n") or None, "fenced", last.closed or ended


def reference_of(row: Mapping[str, Any]) -> Reference:
    """What answers to a row are judged by.

    Raises:
        ValueError: There is no such kind, or a field is missing, unknown or cannot be used.
    """
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in FAMILIES:
        raise ValueError(unknown("kind of structured output", kind, FAMILIES))
    return FAMILIES[kind].read(row)


def _key(row: Mapping[str, Any]) -> str:
    try:
        return json.dumps(row, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"Expected the row to be JSON data, actually: {row!r:.80} ({error}).") from error


@lru_cache(maxsize=ROWS)
def _read(row: str) -> Reference:
    return reference_of(json.loads(row))
