"""What failed, in words: for the model where a test is public, for a log where it is hidden.

- `Failure`: why one test failed.
- `of_loading`, `of_end`, `of_exception`, ...: what a run told, as a failure. `with_output`: and what it printed.
- `report(failures)`: for the model, bounded. `summary(failure, count)`: without any value of a test.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rlvr.envs.sandbox import Cause, Ended
from rlvr.envs.sandbox.guest.values import decode
from rlvr.envs.sandbox.running import Answer

MOST_SHOWN = 300
"""Characters of one value, text or message that a report shows."""

MOST_FAILURES = 3
"""Failures that a report shows."""

MOST_ARGUMENTS = 10
"""Arguments of a call that a report shows."""

Test = Mapping[str, Any]

_PROGRAM_ENDED = "the program has ended"  # What `sandbox.guest.tester` raises in a test that still asks it.
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test failed."""

    text: str
    """For the model: it may show the test."""
    kind: str = "wrong answer"
    """For a log: it shows nothing of the test."""
    limit: bool = False
    """Whether a limit was hit: CPU time, memory, a crash, doing nothing for too long."""
    ends_all: bool = False
    """Whether every other test fails alike."""
    printed: str = ""
    """What the process that several tests share has printed."""


def report(failures: Sequence[tuple[int, Failure]]) -> str:
    """What the model is told of public tests: the first failures."""
    texts = list(dict.fromkeys(failure.text for _, failure in failures))
    shown = texts[:MOST_FAILURES]
    more = sum(failure.text not in shown for _, failure in failures)
    told = shown + ([f"{more} more failed."] if more else [])
    printed = dict.fromkeys(failure.printed for _, failure in failures if failure.printed.strip())
    return "\n\n".join([*told, *(f"The program printed\n{_block(output)}" for output in printed)])


def summary(first: tuple[int, Failure], count: int) -> str:
    """What is told of hidden tests."""
    number, failure = first
    return f"Test {number} of {count}: {failure.kind}."


def asked(test: Test) -> str:
    """A call as Python writes it."""
    arguments = [_shown(data) for data in test["args"]]
    arguments += [f"{name}={_shown(data)}" for name, data in test.get("kwargs", {}).items()]
    if len(arguments) > MOST_ARGUMENTS:
        arguments[MOST_ARGUMENTS:] = [f"... {len(arguments) - MOST_ARGUMENTS} more"]
    return _code(f"{test['call']}({', '.join(arguments)})")


def with_output(failure: Failure | None, output: str) -> Failure | None:
    """The failure of a test whose program has printed something."""
    return failure if failure is None or not output.strip() else replace(failure, printed=output)


def of_loading(loaded: Answer | None, ended: Ended) -> Failure | None:
    """How the program's module failed to load, or `None`."""
    if loaded is not None and "defined" in loaded:
        return None
    if loaded is None:
        return _of_limit("The program", ended, ends_all=True)
    return Failure(f"The program failed: {_exception(loaded)}", _name(loaded), _is_memory(loaded), ends_all=True)


def of_end(test: Test, ended: Ended) -> Failure:
    """A process that ended before a test's answer."""
    return _of_limit(asked(test) if "call" in test else "A test", ended, ends_all=False)


def of_exception(test: Test, answer: Answer, defined: Collection[str]) -> Failure:
    """A call that raised; of a function that the program may not even have."""
    if test["call"] not in defined and _name(answer) == "KeyError":
        return of_nothing(test["call"])
    return Failure(f"{asked(test)} raised {_exception(answer)}", _name(answer), _is_memory(answer))


def of_nothing(name: str) -> Failure:
    """A function that the program lacks."""
    return Failure(f"The program does not define {_code(name)}.", "undefined function")


def of_value(test: Test, value: Any) -> Failure:
    """A call that returned something else."""
    wanted = _code(_shown(test["expected"]))
    if "within" in test:
        wanted = f"a number less than {test['within']} away from {wanted}"
    elif "truth" in test:
        wanted = f"something that is {'true' if test['expected'] is True else 'false'}"
    return Failure(f"{asked(test)} returned {_code(_bounded(_repr(value)))}, expected {wanted}.")


def of_checker(test: Test, output: Any) -> Failure:
    """An output that the checker refuses."""
    if "call" in test:
        return Failure(f"{asked(test)} returned {_code(_shown(output))}, which is not right.")
    return of_output(test, str(output), expected=False)


def of_checker_end(test: Test, ended: Ended) -> Failure:
    """A checker that an output made to run too long, or crash."""
    return _of_limit("The check of the output", ended, ends_all=False)


def of_script_end(test: Test, final: Answer | None, ended: Ended, output: str) -> Failure | None:
    """How a program that reads and writes failed to end well, or `None`."""
    program = _with_input(test)
    if final is None or ended.cause is not Cause.EXIT:
        return _of_limit(program, ended, ends_all=False)
    if "ended" not in final:
        return Failure(f"{program} failed: {_exception(final)}{_printed(output)}", _name(final), _is_memory(final))
    if final["ended"] != 0:
        return Failure(f"{program} ended with exit code {final['ended']!r:.20}.{_printed(output)}", "exit code")
    return None


def of_output(test: Test, output: str, *, expected: bool = True) -> Failure:
    """A program that wrote something else."""
    wrote = f"wrote\n{_block(output)}\n" if output.strip() else "wrote nothing, "
    if not expected:
        wanted = "which is not right."
    else:
        wanted = f"expected\n{_block(test['stdout'])}" if test["stdout"].strip() else "expected nothing."
    return Failure(f"{_with_input(test)} {wrote}{wanted}")


def _with_input(test: Test) -> str:
    """The beginning of a sentence about a program that reads."""
    if not test["stdin"].strip():
        return "Without input the program"
    return f"With the input\n{_block(test['stdin'])}\nthe program"


def tells_of_end(result: Answer) -> bool:
    """Whether an assert failed because the program was gone; all that ask it later fail too."""
    return _name(result) == "RuntimeError" and result.get("message") == _PROGRAM_ENDED


def of_assert(test: Test, result: Answer, ended: Ended, *, undefined: str = "") -> Failure:
    """A test that raised: an assertion that does not hold, or an exception of the program's.

    Args:
        test: The test.
        result: What came of it.
        ended: How the program ended, perhaps during this very test.
        undefined: The entry point, if the program does not define it.
    """
    name = _name(result)
    if tells_of_end(result):
        return _of_limit("The program", ended, ends_all=False)
    if undefined and name in ("KeyError", "NameError"):
        return of_nothing(undefined)
    line = result.get("line")
    lines = str(test["assert"]).split("\n")
    code = lines[line - 1].strip() if isinstance(line, int) and 0 < line <= len(lines) else lines[0].strip()
    if name == "AssertionError":
        return Failure(f"This does not hold: {_code(_bounded(code))}")
    return Failure(f"{_code(_bounded(code))} raised {_exception(result)}", name, _is_memory(result))


def _of_limit(what: str, ended: Ended, *, ends_all: bool) -> Failure:
    told = {
        Cause.CPU: ("used up its CPU time", "out of CPU time"),
        Cause.WALL: ("did not come to an end in time", "out of time"),
        Cause.OUTPUT: ("printed or returned too much", "too much output"),
        Cause.CRASH: ("crashed", "crash"),
        Cause.EXIT: ("ended the process", "ended early"),
    }
    text, kind = told[ended.cause]
    return Failure(f"{what} {text}.", kind, ended.cause.is_limit, ends_all)


def _exception(answer: Answer) -> str:
    message = answer.get("message")
    trace = answer.get("trace")
    text = _name(answer) + (f": {_bounded(message)}" if isinstance(message, str) and message else "")
    return text + (f" ({_bounded(trace)})" if isinstance(trace, str) and trace else "")


def _name(answer: Answer) -> str:
    names = answer.get("raised")
    return _bounded(names[0], 80) if isinstance(names, list) and names and isinstance(names[0], str) else "an exception"


def _is_memory(answer: Answer) -> bool:
    """Whether it ran out of memory: a limit, though Python tells of it by an exception."""
    names = answer.get("raised")
    return isinstance(names, list) and "MemoryError" in names


def _printed(output: str) -> str:
    return f"\nIt printed\n{_block(output)}" if output.strip() else ""


def _shown(data: Any) -> str:
    """A tagged value as Python writes it."""
    try:
        return _bounded(_repr(decode(data)))
    except ValueError:
        return "an object"


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):  # An integer of too many digits, a value nested too deep.
        return f"a {type(value).__name__} too large to be shown"


def _code(text: str) -> str:
    """A code span of Markdown, whose fence is longer than any in the text."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"


def _block(text: str) -> str:
    text = text.rstrip()
    # How much there is of it may depend on when the run was ended, so that is not told.
    held = _ADDRESS.sub(" at 0x...", text[: 2 * MOST_SHOWN]) + ("..." if len(text) > 2 * MOST_SHOWN else "")
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(held)), default=0))
    return f"{fence}\n{held}\n{fence}"


def _bounded(text: str, most: int = MOST_SHOWN) -> str:
    """At most so much of the text, without addresses: they differ from run to run, and say nothing."""
    shown = text if len(text) <= most else f"{text[:most]}... ({len(text)} characters)"
    return _ADDRESS.sub(" at 0x...", shown)
