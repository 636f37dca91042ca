"""Asserts as calls: those that are turned say what the assert says, and those that may not are left as code."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.code.comparing import agrees
from rlvr.envs.code.literal import as_calls, bound_names
from rlvr.envs.sandbox.guest.values import decode, encode

LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, -1.0, "a", "", b"b", 2j]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.tuples(inner)
        | st.sets(st.integers(0, 3), max_size=2)
        | st.dictionaries(st.sampled_from(["a", 1, (2,)]), inner, max_size=2)
    ),
    max_leaves=5,
)


def passes(tests: list[dict[str, Any]], function: Callable[..., Any]) -> bool:
    """As the judge does it: what is returned travels as data."""
    for test in tests:
        keywords = {name: decode(value) for name, value in test.get("kwargs", {}).items()}
        try:
            output = function(*map(decode, test["args"]), **keywords)
        except Exception:
            return False
        if not agrees(decode(encode(output)), decode(test["expected"]), test):
            return False
    return True


def holds(code: str, function: Callable[..., Any]) -> bool:
    try:
        exec(code, {"f": function})  # Written here, from generated literals.
    except Exception:
        return False
    return True


@given(
    LITERALS,
    LITERALS,
    st.sampled_from(
        [
            "assert f({0!r}) == {1!r}",
            "assert {1!r} == f({0!r}), 'message'",
            "assert f(x={0!r}) is True",
            "assert f({0!r}) is None",
            "assert f({0!r})",
            "assert not f({0!r})",
            "assert abs(f({0!r}) - 0.5) < 1.5",
            "assert abs(2 - f({0!r})) < 1.5",
            "def check(candidate):\n    '''Doc.'''\n    assert candidate({0!r}) == {1!r}\n\ncheck(f)",
        ]
    ),
    LITERALS,
)
def test_a_call_test_says_what_the_assert_says(given: Any, expected: Any, form: str, returned: Any) -> None:
    code = form.format(given, expected)
    tests = as_calls(code, "f")
    assert tests is not None
    for function in (lambda x: x, lambda x: returned, lambda x: expected):
        assert passes(tests, function) is holds(code, function)


HUMANEVAL = '''

METADATA = {
    'author': 'jt',
    'dataset': 'test'
}


def check(candidate):
    """Tests."""
    import math
    # A comment.
    assert candidate([1.0, -2], 0.3) == True, "message"
    assert True, "This prints if this assert fails"
    assert f(-1) is False
    pass

check(f)
'''


def test_a_humaneval_test_becomes_its_calls_in_order() -> None:
    assert as_calls(HUMANEVAL, "f") == [
        {"call": "f", "args": [[1.0, -2], 0.3], "expected": True},
        {"call": "f", "args": [-1], "expected": False, "is": True},
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert f() == -1", -1),
        ("assert f() == {(1, 'a'): [None]}", {(1, "a"): [None]}),
        ("assert f() == set()", set()),
        ("assert f() == [set(), set([1, 2])]", [set(), {1, 2}]),
        ("assert f() == tuple([1, 2])", (1, 2)),
        ("assert (f()) == (frozenset({1}))", frozenset({1})),
        ("assert f() == list('ab')", ["a", "b"]),
        ("assert f() == 3 + 5 * 7 - 1", 37),
        ("assert f() == 2.0 / 3.0", 2.0 / 3.0),
        ("assert f() == 'ab' + 'cd'", "abcd"),
        ("assert f() == 1 + 2j", 1 + 2j),
        ("assert f() == " + "9" * 50, int("9" * 50)),
        ("assert f() == 1e999", float("inf")),
    ],
)
def test_literals_are_folded(code: str, expected: Any) -> None:
    tests = as_calls(code, "f")
    assert tests is not None
    value = decode(tests[0]["expected"])
    assert value == expected and type(value) is type(expected)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "assert True",
        "f(1)",
        "assert g(1) == 2",
        "assert f(g(1)) == 2",
        "assert f(f(1)) == 2",
        "assert f(x) == 2",
        "assert f(1) == y",
        "assert f(1) != 2",
        "assert f(1) in (1, 2)",
        "assert f(1) == 2 == 2",
        "assert f(1) is 2",
        "assert f(1) is not None",
        "assert not f(1) == 2",
        "assert f(1) == 2 and f(2) == 3",
        "assert len(f(1)) == 2",
        "assert f(*[1]) == 2",
        "assert f(**{'a': 1}) == 2",
        "assert f(a=1, a=2) == 2",
        "assert f(1).real == 2",
        "assert o.f(1) == 2",
        "assert 1 == 2",
        "assert False",
        "assert f(2 ** 3) == 8",
        "assert f('a' * 3) == 8",
        "assert f(1 / 0) == 8",
        "assert f({[]}) == 1",
        "assert f({**{}}) == 1",
        "assert f([*()]) == 1",
        "assert f(f'{1}') == 1",
        "assert f(1) == list({'a', 'b'})",
        "assert f(1) == set(1)",
        "assert f(1) == set([1], [2])",
        "assert abs(f(1) - 2) <= 1",
        "assert abs(f(1) - 2) < 0",
        "assert abs(f(1) - 2) < 1e999",
        "assert abs(f(1) - 'a') < 1",
        "assert round(f(1), 2) == 1",
        "x = 1\nassert f(x) == 2",
        "x = g()\nassert f(1) == 2",
        "f = 1\nassert f(1) == 2",
        "import f\nassert f(1) == 2",
        "from m import *\nassert f(1) == 2",
        "def set(x): return 1\nassert f(1) == set([1])",
        "for x in range(3):\n    assert f(1) == 2",
        "with open('a'):\n    assert f(1) == 2",
        "def check(candidate):\n    assert candidate(1) == 2",
        "def check(candidate):\n    assert candidate(1) == 2\ncheck(g)",
        "def check(candidate):\n    assert candidate(1) == 2\n    return\ncheck(f)",
        "def check(candidate, n=1):\n    assert candidate(1) == 2\ncheck(f)",
        "@g\ndef check(candidate):\n    assert candidate(1) == 2\ncheck(f)",
        "def check(candidate):\n    candidate = g\n    assert candidate(1) == 2\ncheck(f)",
        "def check(candidate):\n    set = list\n    assert candidate(1) == set([2])\ncheck(f)",
        "assert f(0) == 1\ndef check(candidate):\n    assert candidate(1) == 2\ncheck(f)",
        "async def check(candidate):\n    assert candidate(1) == 2\ncheck(f)",
        "assert f(1 == 2",
        "assert f(" + "[" * 5000 + "]" * 5000 + ") == 1",
        "assert f(" + "-" * 5000 + "1) == 1",
        "assert f(\0) == 1",
    ],
)
def test_whatever_may_mean_something_else_stays_code(code: str) -> None:
    assert as_calls(code, "f") is None


def test_names_that_are_bound_before_are_not_taken_for_builtins() -> None:
    assert as_calls("assert f(1) == set()", "f") is not None
    assert as_calls("assert f(1) == set()", "f", shadowed={"set"}) is None
    assert as_calls("assert f(1) == set()", "f", shadowed={"*"}) is None
    assert as_calls("assert f(1) == 1", "f", shadowed={"*", "f"}) is not None
    assert as_calls("assert set(1) == [set([1])]", "set") is None


def test_a_function_may_have_the_name_of_a_builtin() -> None:
    assert as_calls("assert sum(10, 15) == 6", "sum") == [{"call": "sum", "args": [10, 15], "expected": 6}]


def test_names_bound_by_code() -> None:
    code = "import a.b, c as d\nfrom e import *\ndef g(): h = 1\nclass I: pass\nfor j in []: pass\n"
    code += "try: pass\nexcept E as k: pass"
    assert bound_names(ast.parse(code).body) == {"a", "d", "*", "g", "h", "I", "j", "k"}
