"""From an answer and its reference to a verdict. A killable worker runs it where an answer could make it hang.

- `judge(text, reference, reward=, extraction=)`: the verdict.
- `REWARDS`: what is paid.
"""

from __future__ import annotations

from rlvr.core import Status, Verdict
from rlvr.envs.structured.families import FAMILIES
from rlvr.envs.structured.families.base import Reference

REWARDS = ("gate", "fraction")
"""`gate`: 1.0 if form and values are right, else 0.0. `fraction`: half for the form, half for the share of values."""

MOST_SHOWN = 2_000
"""Characters of an answer that a verdict repeats."""


def judge(text: str, reference: Reference, *, reward: str = "gate", extraction: str | None = None) -> Verdict:
    """The verdict on an answer.

    `unparsable` if it cannot be read as its kind, `wrong` if it has another form or, with `gate`, a wrong value.
    `parts` are `form`, 1.0 or 0.0, and `values`, the share of values that are right, where values are known and the
    form is right.

    Args:
        text: The answer and nothing else.
        reference: What a family's `reference` or `read` made.
        reward: One of `REWARDS`.
        extraction: How the answer was found.
    """
    outcome = FAMILIES[reference["kind"]].judge(text, reference)
    parts = {"form": float(outcome.form)}
    if outcome.values is not None:
        parts["values"] = outcome.values
    status, score = Status.WRONG, 0.0
    if not outcome.readable:
        status = Status.UNPARSABLE
    elif all(part == 1.0 for part in parts.values()):
        status, score = Status.CORRECT, 1.0
    elif reward == "fraction" and outcome.form:
        status, score = Status.PARTIAL, sum(parts.values()) / 2
    return Verdict(status, score, text[:MOST_SHOWN], extraction, outcome.reason, parts)
