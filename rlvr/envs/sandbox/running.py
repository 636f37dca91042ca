"""What programs are run for: to be called, to turn input into output, to be tested by code, to check an output.

- `run_calls`: a program's functions, called one after the other in one process.
- `run_script`: a program that reads standard input and writes standard output.
- `run_tests`: code with asserts in one process, the program that it is about in another.
- `run_checker`: code that judges outputs, in a process of its own.

Each gives what came back as it came: data that a hostile program may have chosen. What is right is decided by others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rlvr.envs.sandbox.limits import Ended, Limits
from rlvr.envs.sandbox.supervisor import Run, Sandbox
from rlvr.envs.sandbox.zygote import paired

Answer = dict[str, Any]
"""`{"returned": tagged value}`, or `{"raised": names, "message": text, "trace": text}`; see `guest.program`."""


@dataclass(frozen=True, slots=True)
class Called:
    """What became of the calls of a program's functions."""

    loaded: Answer | None
    """`{"defined": names}`, or how running its module failed; `None` if it ended before it said either."""
    answers: list[Answer]
    """One a call, in order; fewer if it ended before."""
    output: str
    """What it printed, if that was captured."""
    ended: Ended


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a program that reads and writes."""

    output: str
    """What it printed."""
    final: Answer | None
    """`{"ended": exit code}`, or the exception that ended it; `None` if it ended otherwise."""
    ended: Ended


@dataclass(frozen=True, slots=True)
class Tested:
    """What tests said of a program, or a checker of outputs."""

    loaded: Answer | None
    """As `Called.loaded`; `{}` of a checker."""
    results: list[Answer]
    """`{"passed": bool, ...}` one a test, in order; fewer if either process ended before."""
    output: str
    """What the program printed, if that was captured."""
    ended: Ended
    """How the program ended, or, if nothing is wrong with that, how the tests did."""


def run_calls(
    sandbox: Sandbox,
    program: str,
    calls: Sequence[Mapping[str, Any]],
    limits: Limits,
    *,
    preamble: str = "",
    capture: bool = False,
    at_once: bool = False,
) -> Called:
    """Load a program, after a preamble, and make calls.

    Args:
        sandbox: Where.
        program: Python source.
        calls: `{"call": name, "args": [tagged], "kwargs": {name: tagged}}` each.
        limits: What all of it may use.
        preamble: Source that runs before, in the same module.
        capture: Whether what it prints is wanted.
        at_once: Whether no answer is wanted if one is missing: then they come all together, which costs less.

    Raises:
        SandboxFailed: It could not be run.
    """
    run = sandbox.start("program", limits, stdout=capture)
    try:
        asked = len(calls)
        wanted = [{"call": call["call"], "args": call["args"], "kwargs": call.get("kwargs", {})} for call in calls]
        request = {"preamble": preamble, "program": program}
        if at_once:
            run.send({**request, "calls": wanted})
        else:
            run.send(request, *wanted)
        loaded = run.receive()
        answers: list[Answer] = []
        if loaded is not None and "defined" in loaded:
            while len(answers) < asked and (answer := run.receive()) is not None:
                answers.append(answer)
        if capture:
            run.drain()
        ended = run.end() if loaded is None or len(answers) < asked else run.release()
    finally:
        run.drop()
    return Called(loaded, answers, _text(run), ended)


def run_script(sandbox: Sandbox, program: str, stdin: str, limits: Limits) -> Ran:
    """Run a program as `__main__` with this standard input.

    Raises:
        SandboxFailed: It could not be run.
    """
    run = sandbox.start("script", limits, stdin=stdin.encode("utf-8", "surrogatepass"), stdout=True)
    try:
        run.send({"program": program})
        final = run.drain()
        ended = run.end() if final is None else run.release()
    finally:
        run.drop()
    return Ran(_text(run), final, ended)


def run_tests(
    sandbox: Sandbox,
    program: str,
    tests: Sequence[str],
    limits: Limits,
    *,
    setup: str = "",
    entry_point: str = "",
    capture: bool = False,
) -> Tested:
    """Run code with asserts against a program; see `guest.tester`. `setup` runs on both sides before all else.

    Raises:
        SandboxFailed: One of the two could not be run.
    """
    ours, theirs = paired()
    runs: list[Run] = []
    try:
        with ours, theirs:
            runs.append(sandbox.start("program", limits, stdout=capture, peer=ours.fileno()))
            runs.append(sandbox.start("tester", limits, peer=theirs.fileno()))
        subject, tester = runs
        tester.wait_for(subject)
        subject.send({"preamble": setup, "program": program})
        loaded = subject.receive()
        results: list[Answer] = []
        if loaded is not None and "defined" in loaded:
            defined = loaded["defined"]
            names = [name for name in defined if isinstance(name, str)] if isinstance(defined, list) else []
            request = {"tests": list(tests), "setup": setup, "defined": names, "entry_point": entry_point}
            tester.send(request)
            while len(results) < len(tests) and (result := tester.receive()) is not None:
                results.append(result)
        well = len(results) == len(tests) and all(result.get("passed") is True for result in results)
        endings = [tester.release() if well else tester.end()]
        if capture:
            subject.drain()  # Its other end is gone, and so nothing keeps it.
        endings.insert(0, subject.release() if well else subject.end(leaving=not endings[0].cause.is_limit))
    finally:
        for run in runs:
            run.drop()
    ended = next((one for one in endings if one.cause.is_limit), endings[0])
    return Tested(loaded, results, _text(subject), ended)


def run_checker(sandbox: Sandbox, checker: str, checks: Sequence[Sequence[Any]], limits: Limits) -> Tested:
    """Have `check(arguments, output, expected)` judge outputs: `[[tagged], tagged, tagged]` each.

    Raises:
        SandboxFailed: It could not be run.
    """
    run = sandbox.start("tester", limits)
    try:
        run.send({"checker": checker, "checks": [list(check) for check in checks]})
        results: list[Answer] = []
        while len(results) < len(checks) and (result := run.receive()) is not None:
            results.append(result)
        ended = run.release() if len(results) == len(checks) else run.end()
    finally:
        run.drop()
    return Tested({}, results, "", ended)


def _text(run: Run) -> str:
    return run.output.decode("utf-8", "replace")
