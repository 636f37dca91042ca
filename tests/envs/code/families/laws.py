"""What the laws of families are told with: problems, arguments, suites, and how functions and programs do on them."""

from __future__ import annotations

import copy
import io
import math
import sys

import pytest

from rlvr.envs.code.comparing import same, same_output
from rlvr.envs.code.families import FAMILIES
from rlvr.envs.code.suites import suite
from rlvr.envs.sandbox.guest.values import decode
from rlvr.seeding import StreamKey

KEY = StreamKey("tests", "code families")
LEVELS = [
    pytest.param(family, level, id=f"{name}-{level}")
    for name, family in FAMILIES.items()
    for level in range(1, len(family.levels) + 1)
]
OFFSET = 1_000_000
"""Episodes of streams that draw inputs begin here, apart from those that draw problems."""

families_and_levels = pytest.mark.parametrize(("family", "level"), LEVELS)
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def few_or_many(few, many):
    """Parametrises by `count`: few draws each time, many with the slow tests."""
    return pytest.mark.parametrize("count", [few, pytest.param(many, marks=pytest.mark.slow)])


def problems(family, level, count):
    return [family.draw(KEY.at(level, index), level) for index in range(count)]


def cases(family, parameters, level, count):
    """Arguments: drawn ones and all edges."""
    stream = KEY.at(level, OFFSET)
    return [family.inputs(stream, parameters) for _ in range(count)] + list(family.edges(parameters))


def suites(family, level, count):
    """(parameters, reference) of problems with their tests."""
    for index in range(count):
        stream = KEY.at(level, index)
        parameters = family.draw(stream, level)
        yield parameters, suite(family, parameters, stream)


def answers(family, function, parameters, arguments):
    return function(*copy.deepcopy(arguments), **parameters)


def alike(one, other, tolerance):
    """Equal values of equal types at every depth, floats within the tolerance: stricter than judging is."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(alike(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(value, other[key], tolerance) for key, value in one.items())
    return one == other


def right(family, parameters, arguments, output, expected):
    if family.checker is None:
        return alike(expected, output, family.tolerance)
    return family.checker(copy.deepcopy(arguments), copy.deepcopy(output), copy.deepcopy(expected), **parameters)


def run(program, test):
    """What a program returns or writes for a test."""
    if "stdin" in test:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(test["stdin"]))
            patch.setattr(sys, "stdout", io.StringIO())
            exec(program, {"__name__": "__main__"})
            return sys.stdout.getvalue()
    scope = {"__name__": "__main__"}
    exec(program, scope)
    return scope[test["call"]](*(decode(argument) for argument in test["args"]))


def passes(family, parameters, function, test):
    """Whether a function of the family's kind, which takes the parameters too, passes a test of a suite."""
    arguments = (test["stdin"],) if "stdin" in test else tuple(decode(argument) for argument in test["args"])
    expected = test["stdout"] if "stdin" in test else decode(test["expected"])
    try:
        output = answers(family, function, parameters, arguments)
    except Exception:
        return False
    if family.checker is not None:
        return family.checker(arguments, output, expected, **parameters)
    return (same if family.entry_point else same_output)(output, expected, family.tolerance)


class _TooLong(BaseException):
    """No `except Exception` of a solution catches it."""


def ends(function, steps=200_000):
    """Whether a call comes to an end, however it does, within so many lines of Python."""
    left = steps

    def trace(frame, event, argument):
        nonlocal left
        left -= 1
        if left < 0:
            raise _TooLong
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except _TooLong:
        return False
    except Exception:  # Mutants may raise.
        return True
    finally:
        sys.settrace(before)
    return True
