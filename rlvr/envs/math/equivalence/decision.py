"""The stages that decide whether an answer is the gold, from cheap to dear.

1. `number`: both are numbers as people write them, compared exactly;
2. `text`: the same spelling, the same words, the same letter of a choice;
3. `algebra`: both are read, and their forms compared by exact algebra;
4. `sympy`: what is still open, in a worker: many digits, and sympy.

- `Decision`: the verdict's status, its reason, and the stage that decided.
- `decide(answer, reference, ...)`: run the stages.
- `all_alike(answers)`: whether several answers are one, as far as little work tells.
- `QUICK_STEPS`, `PATIENT_STEPS`: how much algebra a caller and a worker may do.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rlvr.core import Status
from rlvr.envs.math.algebra.limits import Budget, OutOfSteps, TooComplicated, Undefined
from rlvr.envs.math.equivalence.comparing import SAME, Comparison, Outcome, Settle
from rlvr.envs.math.equivalence.forms import form
from rlvr.envs.math.equivalence.shapes import Form
from rlvr.envs.math.equivalence.strictness import ECHO, echoes, echoes_fraction, undone
from rlvr.envs.math.equivalence.words import after_choice, choice, is_wordy, plain_words, undressed
from rlvr.envs.math.exact import parse_number
from rlvr.envs.math.extraction import MAX_ANSWER
from rlvr.envs.math.reading.parser import read
from rlvr.envs.math.reading.tree import Node, Unreadable
from rlvr.envs.math.spelling import tidy

QUICK_STEPS = 6_000
"""Steps of algebra in the caller's process: some milliseconds at most."""

PATIENT_STEPS = 400_000
"""Steps of algebra in a worker: about a second."""

GOLDS = 16_384
"""Number of golds that are remembered as they were read."""


class Decision(NamedTuple):
    """What the stages came to."""

    status: Status | None
    """`correct`, `wrong` or `timeout`; `None` if a worker has to go on."""
    stage: str
    reason: str = ""


class Reading(NamedTuple):
    """An answer as it was read, or why it was not."""

    tree: Node | None = None
    form: Form | None = None
    trouble: str = ""
    too_complicated: bool = False


def decide(
    answer: str,
    reference: str,
    *,
    strict: bool = False,
    problem: str | None = None,
    steps: int = QUICK_STEPS,
    settle: Settle | None = None,
) -> Decision:
    """Whether an answer is the gold.

    Args:
        answer: What was extracted.
        reference: The gold, a number, LaTeX or plain text.
        strict: Refuse also what `rlvr.envs.math.equivalence.strictness` lists.
        problem: The text of the problem, of which an answer may be an echo.
        steps: How much algebra may be done.
        settle: Decides what algebra leaves open; by default that is left to a worker.
    """
    gold_number = parse_number(reference)
    if gold_number is not None and (number := parse_number(answer)) is not None:
        if number == gold_number and strict and problem is not None and echoes_fraction(answer, reference, problem):
            return Decision(Status.WRONG, "number", ECHO)
        return Decision(_status(number == gold_number), "number")
    # "32, 349" and "32,349" are one text when tidied, and only one of them is a number.
    if tidy(answer) == tidy(reference) and (gold_number is None) == (parse_number(answer) is None):
        return Decision(Status.CORRECT, "text")
    letter = choice(reference)
    if letter is not None:
        given = choice(answer)
        if given is None and (labelled := after_choice(answer)) is not None:
            given = labelled[0]
        if given is not None:
            return Decision(_status(given == letter), "text")
    elif is_wordy(reference) and plain_words(answer) == plain_words(reference):
        return Decision(Status.CORRECT, "text")
    try:
        gold = read_gold(reference)
    except RecursionError:
        if settle is None:  # As below: a worker stands less deep.
            return Decision(None, "algebra")
        raise
    if gold.form is None:
        if gold.too_complicated:
            return Decision(Status.TIMEOUT, "algebra", f"The gold is spelled otherwise. {gold.trouble}")
        if undressed(answer) == undressed(reference):
            return Decision(Status.CORRECT, "text")
        return Decision(Status.WRONG, "text", "The gold is no mathematics that can be read, and is spelled otherwise.")
    if gold.form.kind == "text" or letter is not None:
        return Decision(Status.WRONG, "text")
    if (labelled := after_choice(answer)) is not None:
        answer = labelled[1]  # "(C) 12" for 12
    return _by_forms(answer, reference, gold, strict, problem, steps, settle)


def _by_forms(
    answer: str, reference: str, gold: Reading, strict: bool, problem: str | None, steps: int, settle: Settle | None
) -> Decision:
    stages = ["algebra"]

    def settled(gold_tree: Node, answer_tree: Node) -> Outcome:
        assert settle is not None
        stages.append("sympy")
        return settle(gold_tree, answer_tree)

    budget = Budget(steps)
    try:
        given = reading(answer, budget)
        if given.form is None:
            status = Status.TIMEOUT if given.too_complicated else Status.WRONG
            return Decision(status, stages[-1], given.trouble)
        assert gold.form is not None
        outcome = Comparison(budget, settled if settle is not None else None).compare(gold.form, given.form)
    except RecursionError:
        if settle is None:  # The caller stands deep in calls of its own; a worker does not.
            return Decision(None, "algebra")
        raise
    except OutOfSteps as error:
        if settle is None:
            return Decision(None, "algebra")
        return Decision(Status.TIMEOUT, "algebra", str(error))
    except TooComplicated as error:
        return Decision(Status.TIMEOUT, "algebra", str(error))
    except Undefined as error:
        return Decision(Status.WRONG, "algebra", str(error))
    except Unreadable as error:
        return Decision(Status.WRONG, "algebra", f"The answer cannot be read: {error}.")
    if outcome is Outcome.OPEN:
        if settle is None:
            return Decision(None, "algebra")
        return Decision(Status.WRONG, stages[-1], "It cannot be shown to equal the gold.")
    if outcome is not SAME:
        return Decision(Status.WRONG, stages[-1])
    if strict:
        assert given.tree is not None and gold.tree is not None
        if left := undone(given.tree) - undone(gold.tree):
            return Decision(
                Status.WRONG, stages[-1], f"Equal to the gold, but not worked out ({', '.join(sorted(left))})."
            )
        if problem is not None and echoes(answer, given.tree, problem):
            return Decision(Status.WRONG, stages[-1], ECHO)
    return Decision(Status.CORRECT, stages[-1])


def _status(right: bool) -> Status:
    return Status.CORRECT if right else Status.WRONG


MAX_BOXES = 16
"""More different boxes than these are different answers without a look."""


def all_alike(answers: Sequence[str]) -> bool:
    """Whether several answers are one; what cannot be told within the steps of a caller counts as different."""
    distinct = list(dict.fromkeys(answers))
    if len(distinct) > MAX_BOXES or any(len(answer) > MAX_ANSWER for answer in distinct[1:]):
        return len(distinct) <= 1
    if len({tidy(answer) for answer in distinct}) <= 1:
        return True
    numbers = [parse_number(answer) for answer in distinct]
    if all(number is not None for number in numbers):
        return len(set(numbers)) <= 1
    budget = Budget(QUICK_STEPS)
    try:
        first, *others = (reading(answer, budget).form for answer in distinct)
        comparison = Comparison(budget)
        return first is not None and all(
            other is not None and comparison.compare(first, other) is SAME for other in others
        )
    except (TooComplicated, Undefined, Unreadable, RecursionError):
        return False


@lru_cache(maxsize=GOLDS)
def read_gold(reference: str) -> Reading:
    """A gold as it is read; with as many steps as a worker has, for it is read once."""
    try:
        return reading(reference, Budget(PATIENT_STEPS))
    except TooComplicated as error:
        return Reading(trouble=str(error), too_complicated=True)


def reading(text: str, budget: Budget) -> Reading:
    """A text as it is read.

    Raises:
        OutOfSteps: The budget is used up.
    """
    try:
        tree = read(text)
    except Unreadable as error:
        return Reading(trouble=f"The answer cannot be read: {error}.")
    try:
        return Reading(tree, form(tree, budget))
    except Unreadable as error:
        return Reading(tree, trouble=f"The answer cannot be read: {error}.")
    except Undefined as error:
        return Reading(tree, trouble=str(error))
    except OutOfSteps:
        raise
    except TooComplicated as error:
        return Reading(tree, trouble=str(error), too_complicated=True)
