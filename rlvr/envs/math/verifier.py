r"""The verifier of mathematics: is the answer in a completion equal to the gold?

Numbers against numbers are decided here and exactly. Anything else becomes a `Check`, which a worker process runs.

- `plan(completion, reference, ...)`: the verdict, or the check that gives it; what `rlvr.verify("math", ...)` calls.
- `compare(answer, reference)`: what the check runs.
- `read_reference(reference)`: refuse a gold that could never be matched, when it is loaded.
"""

from __future__ import annotations

from typing import Any

from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs.math.exact import Number, parse_number
from rlvr.envs.math.extraction import MAX_ANSWER, Extraction, extract
from rlvr.envs.math.spelling import same_spelling

_COMPARE = f"{__name__}:compare"
_CORRECT, _WRONG = Status.CORRECT, Status.WRONG  # Every numeric answer comes by here, and members of an enum are slow.


def plan(
    completion: str,
    reference: str | int,
    *,
    finish_reason: str | None = None,
    convention: str = "auto",
    opened_think: bool = False,
) -> Verdict | Check:
    r"""Judge `completion` against the gold, or say what a worker has to run.

    A sample that was cut is judged only if its answer cannot have been cut: a closed box or tag, or an answer with text
    after it. Otherwise it is `truncated`. A completion without an answer is `unparsable`.

    Args:
        completion: The model's text and nothing else.
        reference: The gold: a number or LaTeX.
        finish_reason: `"stop"` or `"length"`; by default what a `Completion` remembers.
        convention: How the answer is marked; see `rlvr.envs.math.extraction`.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.

    Raises:
        ValueError: The gold cannot be read, or the convention or the finish reason is unknown.

    Example:
        >>> plan(r"So \boxed{1,234}.", "1234").status, plan("The answer is 0.5.", r"\frac12").score
        (<Status.CORRECT: 'correct'>, 1.0)
    """
    found = extract(completion, convention=convention, opened_think=opened_think)
    if finish_reason is None and isinstance(completion, Completion):
        finish_reason = completion.finish_reason
    answer, mode, _, delimited = found
    if finish_reason is not None and finish_reason != "stop":
        if finish_reason != "length":
            raise ValueError(f'Expected finish_reason to be "stop", "length" or None, actually: {finish_reason!r}.')
        if not delimited or mode is None:
            return _CUT
    gold = parse_number(reference) if type(reference) is str else read_reference(reference)
    if answer is None:
        return _unparsable(found)
    if gold is None:
        read_reference(reference)
    elif (value := parse_number(answer)) is not None:
        if value == gold:
            return Verdict(_CORRECT, 1.0, answer, mode)
        return Verdict(_WRONG, 0.0, answer, mode)
    return Check(_COMPARE, (answer, str(reference)), {"extraction": mode})


def compare(answer: str, reference: str, *, extraction: str | None = None) -> Verdict:
    """Whether an extracted answer is the gold, up to harmless spelling (see `rlvr.envs.math.spelling`)."""
    if same_spelling(answer, reference):
        return Verdict(Status.CORRECT, 1.0, answer, extraction)
    return Verdict(Status.WRONG, 0.0, answer, extraction)


def read_reference(reference: Any) -> Number | str:
    """The gold's value if it is a number, else its text.

    Raises:
        ValueError: It is neither a text nor an integer, or is empty, or is longer than any answer may be.
    """
    if isinstance(reference, bool) or not isinstance(reference, (str, int)):
        raise ValueError(
            f"Expected the gold to be a str or an int, actually: {type(reference).__name__} {reference!r:.80}. "
            "Spell it as text, so that it is exact."
        )
    if isinstance(reference, int):
        return int(reference)
    text = reference.strip()
    if not text or len(text) > MAX_ANSWER:
        raise ValueError(f"Expected the gold to have 1 to {MAX_ANSWER} characters, actually: {len(text)} {text!r:.80}.")
    number = parse_number(text)
    return text if number is None else number


_CUT = Verdict(Status.TRUNCATED, reason="The sample was cut before an answer stood.")
_OPEN_THINK = Verdict(Status.UNPARSABLE, reason="The think was not closed, so there is no answer part.")
_NO_ANSWER = Verdict(Status.UNPARSABLE, reason="No answer was found.")
_TOO_LONG = f"What stands in the answer's place has more than {MAX_ANSWER} characters."


def _unparsable(found: Extraction) -> Verdict:
    if found.mode is not None:
        return Verdict(Status.UNPARSABLE, extraction=found.mode, reason=_TOO_LONG)
    return _OPEN_THINK if found.unclosed else _NO_ANSWER
