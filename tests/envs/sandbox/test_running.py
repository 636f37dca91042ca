"""What comes back of the four ways to run a program, as it came."""

import pytest

from rlvr.envs.sandbox import Cause, Limits, Sandbox, run_calls, run_checker, run_script, run_tests
from tests.envs.sandbox.processes import CALL, LIMITS, adds


@pytest.fixture
def sandbox(level):
    """Each level that isolates here."""
    sandbox = Sandbox(level)
    yield sandbox
    sandbox.close()


def test_calls_share_one_process_and_its_module(sandbox):
    program = "seen = []\ndef f(x):\n    seen.append(x)\n    return tuple(seen)\n"
    calls = [{"call": "f", "args": [number]} for number in range(3)]
    called = run_calls(sandbox, program, calls, LIMITS)
    assert called.answers == [{"returned": {"$tuple": list(range(n + 1))}} for n in range(3)]
    assert called.loaded == {"defined": ["seen", "f"]}
    assert called.ended.cause is Cause.EXIT


def test_no_process_sees_what_another_left(sandbox):
    program = "import builtins\ndef f(x):\n    old, builtins.left = hasattr(builtins, 'left'), 1\n    return old\n"
    for _ in range(3):
        assert run_calls(sandbox, program, [CALL], LIMITS).answers == [{"returned": False}]


def test_a_call_that_raises_does_not_end_the_others(sandbox):
    program = "def f(x):\n    if x == 1: raise KeyError('no')\n    if x == 2: raise SystemExit\n    return x\n"
    called = run_calls(sandbox, program, [{"call": "f", "args": [n]} for n in (1, 2, 3)], LIMITS)
    assert [answer.get("raised", [None])[0] for answer in called.answers] == ["KeyError", "SystemExit", None]
    assert called.answers[2] == {"returned": 3}


def test_output_of_calls_is_captured_on_demand(sandbox):
    program = "def f(x):\n    print('é', x)\n"
    assert run_calls(sandbox, program, [CALL], LIMITS, capture=True).output == "é 1\n"
    assert run_calls(sandbox, program, [CALL], LIMITS).output == ""


def test_a_preamble_runs_before_the_program(sandbox):
    called = run_calls(sandbox, "def f(x):\n    return sqrt(x)\n", [CALL], LIMITS, preamble="from math import sqrt")
    assert called.answers == [{"returned": 1.0}]


@pytest.mark.parametrize(
    ("program", "final"),
    [("print(input())", {"ended": 0}), ("print(input()); raise SystemExit(3)", {"ended": 3})],
)
def test_a_script_reads_and_writes(sandbox, program, final):
    ran = run_script(sandbox, program, "ab\ncd\n", LIMITS)
    assert (ran.output, ran.final, ran.ended.cause) == ("ab\n", final, Cause.EXIT)


def test_a_script_that_fails_says_how(sandbox):
    ran = run_script(sandbox, "print(1)\n1 / 0\n", "", LIMITS)
    assert (ran.output, ran.final["raised"][0]) == ("1\n", "ZeroDivisionError")


def test_a_long_input_and_a_long_output_pass(sandbox):
    text = "x" * 3_000_000
    ran = run_script(sandbox, "print(input())", text, Limits(output_bytes=4_000_000))
    assert ran.output == text + "\n"


def test_tests_see_the_program_from_outside(sandbox):
    tests = ["assert f(1) == 2", "assert f(1) == 3", "assert candidate(1) == 2"]
    tested = run_tests(sandbox, adds(1), tests, LIMITS, entry_point="f")
    assert [result["passed"] for result in tested.results] == [True, False, True]
    assert tested.results[1]["raised"][0] == "AssertionError"


def test_a_checker_judges_outputs(sandbox):
    checker = "def check(arguments, output, expected):\n    return sorted(output) == sorted(expected)\n"
    tested = run_checker(sandbox, checker, [[[], [1, 2], [2, 1]], [[], [1, 2], [2, 2]]], LIMITS)
    assert [result["passed"] for result in tested.results] == [True, False]


def test_a_checker_that_cannot_be_run_gives_no_results(sandbox):
    tested = run_checker(sandbox, "raise ValueError", [[[], 1, 1]], LIMITS)
    assert tested.results == []
