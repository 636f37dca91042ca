"""Run a program against tests and say which pass.

- `run_stage(subject, tests, ...)`: all tests of a stage, as few processes as they need.
- `Subject`: a program, what it is judged by, and where it runs.
- `Outcome`: how many pass, and what the first failure was.

Calls share one process, a test of standard input has one of its own, and asserts run beside the program in another.
What came back is compared here: the program never sees an expected output.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rlvr.envs.code import reports
from rlvr.envs.code.comparing import agrees, same_output
from rlvr.envs.code.reports import Failure
from rlvr.envs.sandbox import Limits, Sandbox, run_calls, run_checker, run_script, run_tests
from rlvr.envs.sandbox.guest.values import decode
from rlvr.envs.sandbox.running import Answer

STAGE_FACTOR = 4
"""The runs of a stage may take this many times as long as one of them may; tests that are left then have failed."""

Test = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """A program under test."""

    program: str
    reference: Mapping[str, Any]
    sandbox: Sandbox
    limits: Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the tests of a stage."""

    share: float
    """Of the tests that pass, in [0, 1]; where not all were run, those that were not count as failed."""
    limit: bool
    """Whether the first failure is that a limit was hit."""
    reason: str
    """What failed first: with a report, all that the model may know; else no value of a test."""


def run_stage(subject: Subject, tests: Sequence[Test], *, all_of_them: bool, report: bool) -> Outcome:
    """Run a program against tests.

    Args:
        subject: The program.
        tests: At least one.
        all_of_them: Whether to go on after a failure.
        report: Whether the reason may show the tests, as it may those that are public.

    Raises:
        SandboxFailed: The program could not be run.
    """
    deadline = time.monotonic() + STAGE_FACTOR * subject.limits.wall_seconds
    passed = 0
    failures: list[tuple[int, Failure]] = []
    number = 0
    for kind, group in groupby(tests, key=_kind):
        members = list(group)
        if failures and (not all_of_them or failures[0][1].ends_all):
            number += len(members)
            continue
        for failure in _RUNNERS[kind](subject, members, all_of_them, report, deadline):
            number += 1
            if failure is None:
                passed += 1
            else:
                failures.append((number, failure))
    if not failures:
        assert passed == len(tests)
        return Outcome(1.0, False, "")
    first = failures[0][1]
    reason = reports.report(failures) if report else reports.summary(failures[0], len(tests))
    return Outcome(passed / len(tests), first.limit, reason)


def _kind(test: Test) -> str:
    return "call" if "call" in test else "stdin" if "stdin" in test else "assert"


_Failures = Iterator[Failure | None]


def _run_call_tests(subject: Subject, tests: list[Test], all_of_them: bool, report: bool, deadline: float) -> _Failures:
    reference = subject.reference
    called = run_calls(
        subject.sandbox,
        subject.program,
        tests,
        subject.limits,
        preamble=reference["setup"],
        capture=report,
        at_once=not all_of_them,
    )
    failure = reports.of_loading(called.loaded, called.ended)
    if failure is not None:
        yield from [reports.with_output(failure, called.output)] * len(tests)
        return
    defined = _defined(called.loaded)
    answered = len(called.answers)
    verdicts: list[Failure | None] = [
        _compared(test, answer, reference, defined) for test, answer in zip(tests, called.answers, strict=False)
    ]
    if answered < len(tests):  # What ended the first call that has no answer kept all others from being made.
        verdicts += [reports.of_end(tests[answered], called.ended)] * (len(tests) - answered)
    outputs = [answer.get("returned") for answer in called.answers]
    for failure in _checked(subject, tests, verdicts, outputs):
        yield reports.with_output(failure, called.output)


def _defined(loaded: Answer | None) -> list[str]:
    """The names that a program says it has defined."""
    names = (loaded or {}).get("defined")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _compared(test: Test, answer: Answer, reference: Mapping[str, Any], defined: list[str]) -> Failure | None:
    """Whether a call returned what its test asks for; where a checker decides, whether it returned at all."""
    if "returned" not in answer:
        return reports.of_exception(test, answer, defined)
    try:
        value = decode(answer["returned"])
    except ValueError as error:  # Whatever decides on it, it has to be one.
        return Failure(f"{reports.asked(test)} returned what is no value: {error}")
    if reference["checker"]:
        return None
    if agrees(value, decode(test["expected"]), test, reference["tolerance"]):
        return None
    return reports.of_value(test, value)


def _checked(
    subject: Subject, tests: list[Test], failures: list[Failure | None], outputs: list[Any]
) -> Iterator[Failure | None]:
    """What a checker says of outputs that nothing else is wrong with."""
    checker = subject.reference["checker"]
    asked = [place for place, failure in enumerate(failures) if failure is None]
    if checker and asked:
        checks = [[_arguments(tests[place]), outputs[place], _expected(tests[place])] for place in asked]
        tested = run_checker(subject.sandbox, checker, checks, subject.limits)
        for position, place in enumerate(asked):
            if position >= len(tested.results):
                failures[place] = reports.of_checker_end(tests[place], tested.ended)
            elif tested.results[position].get("passed") is not True:
                failures[place] = reports.of_checker(tests[place], outputs[place])
    yield from failures


def _arguments(test: Test) -> list[Any]:
    return list(test["args"]) if "args" in test else [test["stdin"]]


def _expected(test: Test) -> Any:
    return test["expected"] if "expected" in test else test["stdout"]


def _run_stdin_tests(
    subject: Subject, tests: list[Test], all_of_them: bool, report: bool, deadline: float
) -> _Failures:
    reference = subject.reference
    failures: list[Failure | None] = []
    outputs: list[Any] = []
    for test in tests:
        if time.monotonic() > deadline:
            failures.append(Failure("There was no time left for all tests.", "out of time", limit=True))
        elif failures and failures[-1] is not None and not all_of_them:
            break
        else:
            ran = run_script(subject.sandbox, subject.program, test["stdin"], subject.limits)
            failure = reports.of_script_end(test, ran.final, ran.ended, ran.output)
            if failure is None and not reference["checker"]:
                if not same_output(ran.output, test["stdout"], reference["tolerance"]):
                    failure = reports.of_output(test, ran.output)
            failures.append(failure)
            outputs.append(ran.output)
    yield from _checked(subject, tests, failures, outputs)


def _run_assert_tests(
    subject: Subject, tests: list[Test], all_of_them: bool, report: bool, deadline: float
) -> _Failures:
    tested = run_tests(
        subject.sandbox,
        subject.program,
        [test["assert"] for test in tests],
        subject.limits,
        setup=subject.reference["setup"],
        entry_point=subject.reference["entry_point"],
        capture=report,
    )
    failure = reports.of_loading(tested.loaded, tested.ended)
    entry_point = subject.reference["entry_point"]
    undefined = entry_point if entry_point not in _defined(tested.loaded) else ""
    for place, test in enumerate(tests):
        result = tested.results[place] if place < len(tested.results) else None
        if result is not None and result.get("passed") is True:
            yield None
            continue
        if failure is not None:
            found = failure
        elif result is None:
            found = reports.of_end(test, tested.ended)
        else:
            found = reports.of_assert(test, result, tested.ended, undefined=undefined)
            failure = found if reports.tells_of_end(result) else None
        yield reports.with_output(found, tested.output)


_RUNNERS: dict[str, Callable[[Subject, list[Test], bool, bool, float], _Failures]] = {
    "call": _run_call_tests,
    "stdin": _run_stdin_tests,
    "assert": _run_assert_tests,
}
