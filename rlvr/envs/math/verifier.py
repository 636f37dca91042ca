r"""The verifier of mathematics: is the answer in a completion equal to the gold?

What can be decided within some milliseconds is decided in the caller's process: numbers against numbers, spellings,
and exact algebra of bounded work. The rest becomes a `Check`, which a worker process runs.

- `plan(completion, reference, ...)`: the verdict, or the check that gives it; what `rlvr.verify("math", ...)` calls.
- `compare(answer, reference, ...)`: the verdict on an extracted answer, all stages in this process; what checks run.
- `stage(answer, reference)`: which stage decides.
- `forget()`: the decisions that are remembered.
- `read_reference(reference)`: refuse a gold that could never be matched, when it is loaded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rlvr.core import Check, Completion, Status, Verdict
from rlvr.envs.math.equivalence.comparing import Outcome
from rlvr.envs.math.equivalence.decision import PATIENT_STEPS, Decision, all_alike, decide
from rlvr.envs.math.equivalence.strictness import ECHO, echoes_fraction
from rlvr.envs.math.exact import Number, parse_number
from rlvr.envs.math.extraction import MAX_ANSWER, Extraction, all_boxes, extract
from rlvr.envs.math.reading.tree import Node

CPU_SECONDS = 4
"""CPU time that a worker has for one answer."""

DECISIONS = 65_536
"""Number of pairs of gold and answer whose decision is remembered, since the samples of a group repeat answers."""

_COMPARE = f"{__name__}:compare"
_TOO_LARGE = 10**MAX_ANSWER
_CORRECT, _WRONG = Status.CORRECT, Status.WRONG  # Every numeric answer comes by here, and members of an enum are slow.


def plan(
    completion: str,
    reference: str | int,
    *,
    finish_reason: str | None = None,
    convention: str = "auto",
    opened_think: bool = False,
    strict: bool = False,
    problem: str | None = None,
) -> Verdict | Check:
    r"""Judge `completion` against the gold, or say what a worker has to run.

    A sample that was cut is judged only if its answer cannot have been cut: a closed box or tag, or an answer with text
    after it. Otherwise it is `truncated`. A completion without an answer is `unparsable`. An answer too large to be
    computed is a `timeout`.

    Args:
        completion: The model's text and nothing else.
        reference: The gold: a number, LaTeX or plain text.
        finish_reason: `"stop"` or `"length"`; by default what a `Completion` remembers.
        convention: How the answer is marked; see `rlvr.envs.math.extraction`. `"whole"`: all of it is the answer.
        opened_think: The prompt ended with `<think>`, so the completion starts inside it.
        strict: For training: one answer, and worked out. Two boxes with different contents, `6 \cdot 7` for 42 and
            echoes of the problem are wrong; see `rlvr.envs.math.equivalence.strictness`.
        problem: The problem's text, for the strict mode.

    Raises:
        ValueError: The gold cannot be read, or the convention or the finish reason is unknown.

    Example:
        >>> plan(r"So \boxed{1,234}.", "1234").status, plan("The answer is 0.5.", r"\frac12").score
        (<Status.CORRECT: 'correct'>, 1.0)
        >>> plan(r"\boxed{\sqrt{72}}", r"6\sqrt{2}").score, plan(r"\boxed{6 \cdot 7}", "42", strict=True).score
        (1.0, 0.0)
    """
    if problem is not None and not isinstance(problem, str):
        raise ValueError(f"Expected problem to be a str or None, actually: {problem!r:.80}.")
    return planned(completion, reference, finish_reason, convention, opened_think, strict, problem)


def planned(
    completion: str,
    reference: str | int,
    finish_reason: str | None,
    convention: str,
    opened_think: bool,
    strict: bool,
    problem: str | None,
) -> Verdict | Check:
    """What `plan` does, for callers whose arguments are known to be right; by position, for this is every step's."""
    gold = parse_number(reference) if type(reference) is str else read_reference(reference)
    if gold is None:
        read_reference(reference)  # Whatever the completion: a gold that cannot be read is no one's wrong answer.
    found = extract(completion, convention=convention, opened_think=opened_think)
    if finish_reason is None and isinstance(completion, Completion):
        finish_reason = completion.finish_reason
    answer, mode, _, delimited = found
    if finish_reason is not None and finish_reason != "stop":
        if finish_reason != "length":
            raise ValueError(f'Expected finish_reason to be "stop", "length" or None, actually: {finish_reason!r}.')
        if not delimited or mode is None:
            return Verdict(Status.TRUNCATED, reason="The sample was cut before an answer stood.")
    if answer is None:
        return _unparsable(found)
    if strict and mode == "boxed" and completion.count("box") > 1:  # One count for both names: this is every step.
        if not all_alike(all_boxes(completion, opened_think=opened_think)):
            return Verdict(_WRONG, 0.0, answer, mode, "Two different answers are boxed.")
    if gold is not None and (value := parse_number(answer)) is not None:
        if value != gold:
            return Verdict(_WRONG, 0.0, answer, mode)
        # Asked here as well, before the call: most answers are no fractions.
        if not strict or problem is None or answer.isdigit() or not echoes_fraction(answer, str(reference), problem):
            return Verdict(_CORRECT, 1.0, answer, mode)
        return Verdict(_WRONG, 0.0, answer, mode, ECHO)
    decision = _decided(answer, str(reference), strict, problem if strict else None)
    if decision.status is None:
        options = {"strict": strict, "problem": problem if strict else None, "extraction": mode}
        return Check(_COMPARE, (answer, str(reference)), options, cpu_seconds=CPU_SECONDS, pure=True)
    return _verdict(decision, answer, mode)


@lru_cache(maxsize=DECISIONS)
def _decided(answer: str, reference: str, strict: bool, problem: str | None) -> Decision:
    return decide(answer, reference, strict=strict, problem=problem)


def forget() -> None:
    """Forget the decisions that are remembered, as measurements need it."""
    _decided.cache_clear()


def compare(
    answer: str,
    reference: str,
    *,
    strict: bool = False,
    problem: str | None = None,
    extraction: str | None = None,
) -> Verdict:
    r"""The verdict on an extracted answer, all stages in this process; nothing but the reading of golds is remembered.

    Raises:
        ValueError: The gold cannot be read.

    Example:
        >>> compare(r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt{3}}").status
        <Status.CORRECT: 'correct'>
    """
    read_reference(reference)
    decision = decide(answer, reference, strict=strict, problem=problem, steps=PATIENT_STEPS, settle=_settle)
    return _verdict(decision, answer, extraction)


def stage(answer: str, reference: str) -> str:
    """Which stage decides: `number`, `text`, `algebra` or `sympy`."""
    decision = decide(answer, reference, steps=PATIENT_STEPS, settle=_settle)
    return decision.stage


def _settle(gold: Node, answer: Node) -> Outcome:
    # sympy takes most of a second to import, and only workers come here.
    from rlvr.envs.math.equivalence.proof import settle

    return settle(gold, answer)


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
        if abs(reference) >= _TOO_LARGE:
            raise ValueError(f"Expected the gold to have 1 to {MAX_ANSWER} digits, actually: more.")
        return int(reference)
    text = reference.strip()
    if not text or len(text) > MAX_ANSWER:
        raise ValueError(f"Expected the gold to have 1 to {MAX_ANSWER} characters, actually: {len(text)} {text!r:.80}.")
    number = parse_number(text)
    return text if number is None else number


_OPEN_THINK = "The think was not closed, so there is no answer part."
_TOO_LONG = f"What stands in the answer's place has more than {MAX_ANSWER} characters."


def _unparsable(found: Extraction) -> Verdict:
    if found.mode is not None:
        return Verdict(Status.UNPARSABLE, extraction=found.mode, reason=_TOO_LONG)
    return Verdict(Status.UNPARSABLE, reason=_OPEN_THINK if found.unclosed else "No answer was found.")


def _verdict(decision: Decision, answer: str, mode: str | None) -> Verdict:
    assert decision.status is not None
    score = 1.0 if decision.status is _CORRECT else 0.0
    return Verdict(decision.status, score, answer, mode, decision.reason)
