"""A row of ours: what its fields may hold.

- `own_reference(row)`: the reference that it makes. The format is in `rows`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rlvr.envs.code.fields import Reference, Test, code_field, from_asserts, function_name, parsed, plain, reference
from rlvr.envs.files import Row, text_field
from rlvr.envs.sandbox.guest.values import decode, encode

_CALL_FIELDS = frozenset(("call", "args", "kwargs", "expected", "within", "is", "truth"))
_COMPARISONS = ("within", "is", "truth")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the tests of a row have in common."""

    where: str
    entry_point: str
    setup: str
    has_checker: bool
    exact: bool
    """Values are compared by `==`, so an assert that says no more may become a call test."""


def own_reference(row: Row, where: str) -> Reference:
    """The reference of a row of ours.

    Raises:
        ValueError: Something in it cannot be read; the message names the field.
    """
    entry_point = row.get("entry_point") or ""
    if entry_point:
        function_name(entry_point, "entry_point", where)
    setup, checker = code_field(row, "setup", where), code_field(row, "checker", where)
    if checker:
        _check_checker(checker, where)
    tolerance = row.get("tolerance", 0.0)
    if type(tolerance) not in (int, float) or not 0 <= tolerance < 1:
        raise ValueError(f"{where}: expected 'tolerance' to be a number in [0, 1), actually: {tolerance!r:.80}.")
    context = _Context(where, entry_point, setup, bool(checker), not checker and not tolerance)
    tests, public = _tests(row, "tests", context), _tests(row, "public_tests", context)
    if not tests:
        raise ValueError(f"{where}: expected 'tests' to have at least one test, actually: none.")
    read = {"stdin" in test for test in (*tests, *public)}
    if len(read) > 1 or (True in read and entry_point):
        raise ValueError(
            f"{where}: expected either tests with 'stdin' and no 'entry_point', or tests without 'stdin', "
            f"actually: both. Make two rows of it."
        )
    return reference(
        entry_point,
        setup=setup,
        tests=tests,
        public=public,
        checker=checker,
        tolerance=float(tolerance),
        solution=code_field(row, "solution", where),
    )


def _tests(row: Row, name: str, context: _Context) -> list[Test]:
    tests = row.get(name) or []
    if not isinstance(tests, list | tuple):
        raise ValueError(f"{context.where}: expected '{name}' to be a list of tests, actually: {tests!r:.80}.")
    return [made for at, test in enumerate(tests) for made in _test(test, f"{name}[{at}]", context)]


def _check_checker(checker: str, where: str) -> None:
    for node in parsed(checker, "checker", where):
        if isinstance(node, ast.FunctionDef) and node.name == "check":
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            if len(names) - len(node.args.defaults) <= 3 <= len(names) or node.args.vararg:
                return
    raise ValueError(
        f"{where}: expected 'checker' to define check(arguments, output, expected), actually: {checker!r:.80}."
    )


def _test(test: Any, name: str, context: _Context) -> list[Test]:
    """A test of ours, checked; several if it is an assert that says several."""
    where = context.where
    if isinstance(test, str):
        test = {"assert": test}
    if not isinstance(test, Mapping):
        raise ValueError(f"{where}: expected '{name}' to be a text or an object, actually: {test!r:.80}.")
    fields = set(test)
    optional = {"expected", "stdout"} if context.has_checker else set()
    if fields == {"assert"}:
        code = plain(text_field(test, "assert", f"{where}, {name}"))
        parsed(code, name, where)
        return from_asserts([code], context.entry_point, context.setup) if context.exact else [{"assert": code}]
    if {"stdin", "stdout"} - optional <= fields <= {"stdin", "stdout"}:
        made = {"stdin": test["stdin"], "stdout": test.get("stdout", "")}
        for field, text in made.items():
            if not isinstance(text, str):
                raise ValueError(f"{where}: expected '{name}.{field}' to be a text, actually: {text!r:.80}.")
        return [made]
    if fields & {"args", "kwargs"} and {"expected"} - optional <= fields <= _CALL_FIELDS:
        return [_call(test, name, context)]
    raise ValueError(
        f"{where}: expected '{name}' to be an assert, or to have 'stdin' and 'stdout', or 'args' and 'expected', "
        f"actually: {sorted(map(str, fields))}."
    )


def _call(test: Mapping[str, Any], name: str, context: _Context) -> Test:
    where = context.where
    function = test.get("call") or context.entry_point
    if not function:
        raise ValueError(
            f"{where}: expected '{name}' to name the function that it calls, actually: it does not, and the row has no "
            f"'entry_point'. Add that, or 'call' to the test."
        )
    arguments, keywords = test.get("args", []), test.get("kwargs", {})
    if not isinstance(arguments, list | tuple):
        raise ValueError(f"{where}: expected '{name}.args' to be a list of arguments, actually: {arguments!r:.80}.")
    if not isinstance(keywords, Mapping) or not all(isinstance(one, str) and one.isidentifier() for one in keywords):
        raise ValueError(f"{where}: expected '{name}.kwargs' to be an object by names, actually: {keywords!r:.80}.")
    if keywords and context.has_checker:
        raise ValueError(
            f"{where}: expected '{name}' to have no 'kwargs', since the checker is given 'args' alone, "
            f"actually: {keywords!r:.80}."
        )
    made: Test = {
        "call": function_name(function, f"{name}.call", where),
        "args": [_value(value, f"{name}.args[{at}]", where) for at, value in enumerate(arguments)],
    }
    if keywords:
        made["kwargs"] = {one: _value(value, f"{name}.kwargs.{one}", where) for one, value in keywords.items()}
    made["expected"] = _value(test.get("expected"), f"{name}.expected", where)
    return {**made, **_comparison(test, name, where)}


def _comparison(test: Mapping[str, Any], name: str, where: str) -> Test:
    """The fields that ask for another comparison than `==`: at most one, fit for what is expected."""
    asked = {field: test[field] for field in _COMPARISONS if field in test}
    expected = test.get("expected")
    if len(asked) > 1:
        raise ValueError(f"{where}: expected '{name}' to have one of {_COMPARISONS}, actually: {sorted(asked)}.")
    if "within" in asked:
        bound = asked["within"]
        if type(bound) not in (int, float) or not 0 < bound < math.inf or type(expected) not in (int, float):
            raise ValueError(
                f"{where}: expected '{name}.within' to be a positive number beside an expected number, "
                f"actually: {bound!r:.80} and {expected!r:.80}."
            )
    for field in asked.keys() - {"within"}:
        if asked[field] is not True or not (type(expected) is bool or (field == "is" and expected is None)):
            raise ValueError(
                f"{where}: expected '{name}.{field}' to be true, and 'expected' to be true or false (or null beside "
                f"'is'), actually: {asked[field]!r:.80} and {expected!r:.80}."
            )
    return asked


def _value(data: Any, name: str, where: str) -> Any:
    """Tagged JSON, made strict: integers of any length and Python's own tuples and sets are taken too."""
    try:
        tagged = _strict(data)
        decode(tagged)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where}: expected '{name}' to be a value as tagged JSON, actually: {error}") from error
    return tagged


def _strict(data: Any) -> Any:
    if type(data) is list:
        return [_strict(value) for value in data]
    if type(data) is dict and all(type(key) is str for key in data):
        return {key: _strict(value) for key, value in data.items()}
    if type(data) is float or data is None or isinstance(data, str | bool):
        return data
    return encode(data)
