"""Programs against tests, in the sandbox: calls, standard input, asserts, checkers."""

from __future__ import annotations

from contextlib import closing
from functools import partial

import pytest

from rlvr.core import Check, Status
from rlvr.envs.code import testing
from rlvr.envs.code.judging import judge
from rlvr.envs.code.rows import reference_of
from rlvr.envs.sandbox import Level, available
from rlvr.envs.verification.pool import Pool

CORRECT, WRONG, TIMEOUT = Status.CORRECT, Status.WRONG, Status.TIMEOUT


@pytest.fixture
def judged(isolated):
    """The verdict on a program by tests of ours."""

    def by(program, tests, **row):
        options = {name: row.pop(name) for name in ("reward", "stage", "cpu_seconds", "memory_bytes") if name in row}
        reference = reference_of({"prompt": "Do it.", "tests": tests, **row})
        return judge(program, reference, isolation=isolated, **{"cpu_seconds": 2, **options})

    return by


@pytest.fixture
def called(judged):
    return partial(judged, entry_point="f")


@pytest.fixture
def read(judged):
    """The verdict on a program that reads standard input."""
    return lambda program, stdin, stdout, **row: judged(program, [{"stdin": stdin, "stdout": stdout}], **row)


@pytest.fixture(scope="module")
def beside():
    """Verdicts on the programs of `FAILING` and `ENDING`, by workers beside each other: some hit a limit of seconds."""
    isolation = available().level
    if isolation is Level.NONE:
        pytest.skip(f"no isolation: {dict(available().missing)}")
    options = {"isolation": isolation.value, "cpu_seconds": 1}
    call, text = {"args": ["secret-in"], "expected": "secret-out"}, {"stdin": "secret", "stdout": "1"}
    called = reference_of({"prompt": "Do it.", "tests": [call], "entry_point": "f"})
    read = reference_of({"prompt": "Do it.", "tests": [text]})
    with closing(Pool(workers=4)) as pool:

        def submitted(program, reference):
            return pool.submit(Check("rlvr.envs.code.judging:judge", (program, reference), options, cpu_seconds=30))

        yield {
            "called": {program: submitted(program, called) for program, *_ in FAILING},
            "read": {program: submitted(program, read) for program, *_ in ENDING},
        }


# Calls.


@pytest.mark.parametrize(
    ("program", "test", "status"),
    [
        ("def f(a, b): return a + b", {"args": [1, 2], "expected": 3}, CORRECT),
        ("def f(a, b): return a + b", {"args": [1, 2], "expected": 4}, WRONG),
        ("f = lambda a, b: a + b", {"args": [1, 2], "expected": 3}, CORRECT),
        ("def f(a, *, b=0): return a - b", {"args": [1], "kwargs": {"b": 2}, "expected": -1}, CORRECT),
        ("def f(a, b): return a - b", {"args": [], "kwargs": {"b": 2, "a": 5}, "expected": 3}, CORRECT),
        ("def g(a): return a\ndef f(a): return 0", {"call": "g", "args": [1], "expected": 1}, CORRECT),
        ("def f(a): return 0", {"call": "g", "args": [1], "expected": 1}, WRONG),
        ("def f(a): return 0.1 + 0.2", {"args": [1], "expected": 0.3}, WRONG),
        ("def f(a): return 0.1 + 0.2", {"args": [1], "expected": 0.3, "within": 1e-9}, CORRECT),
        ("def f(a): return 'x'", {"args": [1], "expected": 0.3, "within": 1e-9}, WRONG),
        ("def f(a): return None", {"args": [1], "expected": None, "is": True}, CORRECT),
        ("def f(a): return 1", {"args": [1], "expected": True, "is": True}, WRONG),
        ("def f(a): return 1", {"args": [1], "expected": True}, CORRECT),  # 1 == True, as Python has it.
        ("def f(a): return [0]", {"args": [1], "expected": True, "truth": True}, CORRECT),
        ("def f(a): return []", {"args": [1], "expected": True, "truth": True}, WRONG),
        ("def f(a): return object()", {"args": [1], "expected": True, "truth": True}, WRONG),
        ("def f(a): return (1, 2)", {"args": [1], "expected": {"$tuple": [1, 2]}}, CORRECT),
        ("def f(a): return [1, 2]", {"args": [1], "expected": {"$tuple": [1, 2]}}, WRONG),
        ("def f(a): return {1: {2}}", {"args": [1], "expected": {"$dict": [[1, {"$set": [2]}]]}}, CORRECT),
        ("def f(a): return a.pop()", {"args": [[3]], "expected": 3}, CORRECT),
        ("def f(a): return 2 ** 100", {"args": [1], "expected": 2**100}, CORRECT),
        ("def f(a): return a", {"args": ["\ud800ü😀"], "expected": "\ud800ü😀"}, CORRECT),
    ],
)
def test_a_call_returns_what_its_test_says(called, program, test, status):
    assert called(program, [test]).status is status


@pytest.mark.parametrize("tolerance", [0.0, 1e-6])
def test_a_tolerance_holds_for_floats_wherever_they_stand(called, tolerance):
    verdict = called(
        "def f(): return {'a': [0.1 + 0.2, (1e9 + 1.0,)]}",
        [{"args": [], "expected": {"a": [0.3, {"$tuple": [1e9]}]}}],
        tolerance=tolerance,
    )
    assert verdict.status is (CORRECT if tolerance else WRONG)


FAILING = [
    ("def f(a): raise ValueError(a)", WRONG, "ValueError"),
    ("def f(a): raise SystemExit", WRONG, "SystemExit"),
    ("class E(Exception): pass\ndef f(a): raise E", WRONG, "E"),
    ("def f(a): return f(a)", WRONG, "RecursionError"),
    ("def f(a): import os; os._exit(0)", WRONG, "ended early"),
    ("def f(a):\n    while True: pass", TIMEOUT, "out of CPU time"),
    ("def f(a): import time; time.sleep(60)", TIMEOUT, "out of time"),
    ("def f(a): return [0] * 10**10", TIMEOUT, "MemoryError"),
    ("def f(a): return 'x' * (20 << 20)", WRONG, "too much output"),
    ("def g(a): return a", WRONG, "undefined function"),
    ("f = 5", WRONG, "TypeError"),
    ("def f(:", WRONG, "SyntaxError"),
    ("import nothing_of_that_name", WRONG, "ModuleNotFoundError"),
    ("while True: pass", TIMEOUT, "out of CPU time"),
    ("raise SystemExit(0)", WRONG, "SystemExit"),
    ("import os; os._exit(0)", WRONG, "ended early"),
    ("x = '\0'", WRONG, None),
    ("x = '\ud800'", WRONG, None),
]


@pytest.mark.parametrize(("program", "status", "kind"), FAILING)
def test_a_program_that_fails_is_told_by_kind_and_without_a_value(beside, program, status, kind):
    verdict = beside["called"][program].result()
    assert (verdict.status, verdict.score) == (status, 0.0)
    assert kind is None or verdict.reason == f"Test 1 of 1: {kind}."
    assert "secret" not in verdict.reason


def test_one_test_that_hits_a_limit_leaves_those_before_it_their_share(called):
    program = "def f(a):\n    while a > 2: pass\n    return a"
    tests = [{"args": [n], "expected": n} for n in range(1, 5)]
    verdict = called(program, tests, reward="fraction", cpu_seconds=1)
    assert (verdict.status, verdict.score, verdict.parts) == (Status.PARTIAL, 0.5, {"hidden": 0.5})
    assert verdict.reason == "Test 3 of 4: out of CPU time."
    assert called(program, tests, cpu_seconds=1).status is TIMEOUT


def test_calls_share_a_process_and_have_arguments_of_their_own(called):
    program = "seen = []\ndef f(a):\n    seen.append(a)\n    a.append(1)\n    return len(seen)"
    assert called(program, [{"args": [[]], "expected": 1}, {"args": [[]], "expected": 2}]).status is CORRECT
    program = "def f(a, b=[]):\n    b.append(a)\n    return len(b)"
    assert called(program, [{"args": [[]], "expected": 1}, {"args": [[]], "expected": 1}]).status is WRONG


# Rewards.


@pytest.mark.parametrize(("right", "status", "score"), [(0, WRONG, 0.0), (3, Status.PARTIAL, 0.75), (4, CORRECT, 1.0)])
def test_a_fraction_is_the_share_of_hidden_tests_and_a_gate_wants_all(called, right, status, score):
    program = f"def f(a): return a if a < {right} else -1"
    tests = [{"args": [n], "expected": n} for n in range(4)]
    verdict = called(program, tests, reward="fraction")
    assert (verdict.status, verdict.score, verdict.parts) == (status, score, {"hidden": score})
    gate = called(program, tests)
    assert (gate.status, gate.score) == ((CORRECT, 1.0) if right == 4 else (WRONG, 0.0))
    assert gate.parts == {"hidden": gate.score}
    assert verdict.reason == ("" if right == 4 else f"Test {right + 1} of 4: wrong answer.")


def test_a_fraction_counts_over_kinds_of_tests(called):
    tests = [{"args": [1], "expected": 1}, "assert f(2) == 2", "assert f(3) < 3", {"args": [4], "expected": 5}]
    assert called("def f(a): return a", tests, reward="fraction").score == 0.5


def test_fraction_with_standard_input_runs_all_tests(judged):
    tests = [{"stdin": f"{n}\n", "stdout": f"{n}\n"} for n in range(4)]
    program = "n = int(input())\nassert n != 1\nprint(n)"
    verdict = judged(program, tests, reward="fraction")
    assert (verdict.score, verdict.reason) == (0.75, "Test 2 of 4: AssertionError.")


def test_a_program_that_does_not_load_fails_every_test(called):
    tests = [{"args": [1], "expected": 1}, "assert f(2) < 3"]
    assert called("raise ValueError", tests, reward="fraction").score == 0.0


# Public tests.


def test_public_tests_come_first_and_the_hidden_ones_only_if_they_pass(called):
    stages = partial(
        called,
        tests=[{"args": [2], "expected": 4}],
        public_tests=[{"args": [1], "expected": 1}, {"args": [0], "expected": 0}],
        stage="public",
    )
    failed = stages("def f(a): return 1")
    assert (failed.status, failed.parts) == (WRONG, {"public": 0.5})
    assert failed.reason == "`f(0)` returned `1`, expected `0`."
    hidden = stages("def f(a): return a")
    assert (hidden.status, hidden.parts) == (WRONG, {"public": 1.0, "hidden": 0.0})
    assert "4" not in hidden.reason
    assert stages("def f(a): return a * a").parts == {"public": 1.0, "hidden": 1.0}


def test_a_public_test_that_hits_a_limit_is_a_timeout_that_is_told_in_words(called):
    verdict = called(
        "def f(a):\n    while True: pass",
        [{"args": [2], "expected": 4}],
        public_tests=[{"args": [n], "expected": n} for n in range(3)],
        stage="public",
        cpu_seconds=1,
    )
    assert (verdict.status, verdict.parts) == (TIMEOUT, {"public": 0.0})
    assert verdict.reason == "`f(0)` used up its CPU time."  # The others were never called.


# Standard input.


@pytest.mark.parametrize(
    "program",
    [
        "print(input() + input())",
        "import sys; print(sys.stdin.readline().rstrip('\\n') + sys.stdin.readline())",
        "import sys; print(''.join(sys.stdin.read().split('\\n')))",
        "import sys; print(''.join(line.strip() for line in sys.stdin))",
        "print(''.join(open(0).read().split()))",
        "import os; print(os.read(0, 100).decode().replace('\\n', ''))",
        "import sys; print(b''.join(sys.stdin.buffer.read().split()).decode())",
        "import sys; sys.stdout.write(input() + input())",
        "import sys; sys.stdout.buffer.write((input() + input()).encode())",
        "import os; os.write(1, (input() + input()).encode())",
        "print(input(), end=''); print(input(), end='')",
        "import sys\nprint(input() + input())\nsys.exit(0)",
        "import sys\nprint(input() + input())\nsys.exit()",
        "print(input() + input()); raise SystemExit",
        "if __name__ == '__main__': print(input() + input())",
        "def main():\n    print(input() + input())\nmain()\n",
        "import fileinput; print(''.join(line.strip() for line in fileinput.input()))",
        "import threading\nt = threading.Thread(target=lambda: print(input() + input()))\nt.start()",
        "import atexit\natexit.register(lambda: None)\nprint(input() + input())",
    ],
)
def test_programs_read_and_write_as_they_please(read, program):
    verdict = read(program, "ü1\n2\n", "ü12\n")
    assert verdict.status is CORRECT, verdict.reason


@pytest.mark.parametrize(
    ("printed", "expected", "status"),
    [
        ("a b", "a b\n", CORRECT),
        ("a b \\t\\n\\n\\n", "a b", CORRECT),
        ("a\\r\\nb\\r\\n", "a\nb\n", CORRECT),
        ("a\\nb", "a\r\nb\r\n", CORRECT),
        ("", "", CORRECT),
        ("\\n", "", CORRECT),
        (" a", "a", WRONG),
        ("a  b", "a b", WRONG),
        ("\\na", "a", WRONG),
        ("a\\n\\nb", "a\nb", WRONG),
        ("A", "a", WRONG),
        ("1.0", "1", WRONG),
        ("😀\\udcff", "😀", WRONG),  # A byte that is no UTF-8.
    ],
)
def test_output_is_compared_by_lines_without_white_space_at_their_ends(read, printed, expected, status):
    assert read(f"import sys; sys.stdout.write('{printed}')", "", expected).status is status


def test_empty_input_ends_at_once_and_lines_need_no_end(read):
    assert read("import sys; print(len(sys.stdin.read()))", "", "0").status is CORRECT
    verdict = read("input()", "", "")
    assert (verdict.status, verdict.reason) == (WRONG, "Test 1 of 1: EOFError.")
    assert read("print(input() + '.')", "no newline", "no newline.").status is CORRECT


def test_a_large_input_and_a_large_output_go_through(read):
    lines = "7\n" * 100_000
    assert read("import sys\nfor line in sys.stdin: print(line, end='')", lines, lines).status is CORRECT
    assert read("print(1)", lines, "1").status is CORRECT  # It need not be read.


ENDING = [
    ("print(1); raise SystemExit(3)", WRONG, "exit code"),
    ("print(1); raise SystemExit('no')", WRONG, "exit code"),
    ("print(1); 1 / 0", WRONG, "ZeroDivisionError"),
    ("print(1); import os; os._exit(0)", WRONG, "ended early"),
    ("print(1); import ctypes; ctypes.string_at(0)", TIMEOUT, "crash"),
    ("print(1)\nwhile True: pass", TIMEOUT, "out of CPU time"),
    ("print(1)\nimport time; time.sleep(60)", TIMEOUT, "out of time"),
    ("while True: print(1)", WRONG, "too much output"),
    ("x = [0] * 10**10", TIMEOUT, "MemoryError"),
    ("print(2)", WRONG, "wrong answer"),
    ("def f(:", WRONG, "SyntaxError"),
]


@pytest.mark.parametrize(("program", "status", "kind"), ENDING)
def test_output_alone_is_not_enough_and_the_end_counts(beside, program, status, kind):
    verdict = beside["read"][program].result()
    assert (verdict.status, verdict.reason) == (status, f"Test 1 of 1: {kind}.")


def test_each_input_has_a_process_of_its_own(judged):
    program = "import builtins\nprint(hasattr(builtins, 'seen'))\nbuiltins.seen = 1"
    assert judged(program, [{"stdin": "", "stdout": "False"}] * 3).status is CORRECT


def test_a_tolerance_holds_for_numbers_with_a_point_in_the_output(read):
    for tolerance, status in ((1e-6, CORRECT), (0.0, WRONG)):
        assert read("print('x', 0.1 + 0.2)", "", "x 0.3", tolerance=tolerance).status is status
    assert read("print(1000000)", "", "1000001", tolerance=1e-3).status is WRONG


def test_tests_for_which_no_time_is_left_have_failed(judged, monkeypatch):
    monkeypatch.setattr(testing, "STAGE_FACTOR", 0)
    for reward in ("gate", "fraction"):
        verdict = judged("print(1)", [{"stdin": "", "stdout": "1"}] * 3, reward=reward)
        assert (verdict.status, verdict.reason) == (TIMEOUT, "Test 1 of 3: out of time.")


# Checkers.

ANY_DIVISOR = "def check(arguments, output, expected):\n    return type(output) is int and arguments[0] % output == 0\n"


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("def f(n): return 3", CORRECT),
        ("def f(n): return 2", CORRECT),
        ("def f(n): return 4", WRONG),
        ("def f(n): return 0", WRONG),  # The checker raises.
        ("def f(n): return 'x'", WRONG),
        ("def f(n): return object()", WRONG),
        ("def f(n): raise ValueError", WRONG),
        ("class Any(int):\n    def __rmod__(self, n): return 0\ndef f(n): return Any(4)", WRONG),
    ],
)
def test_a_checker_decides_what_is_right(called, program, status):
    assert called(program, [{"args": [6]}, {"args": [6], "expected": 2}], checker=ANY_DIVISOR).status is status


def test_a_checker_sees_input_and_output_of_a_program_that_prints(read):
    checker = "def check(arguments, output, expected):\n    return sorted(arguments[0]) == sorted(output.strip())"
    assert read("print(input()[::-1])", "abc", "", checker=checker).status is CORRECT
    assert read("print('abd')", "abc", "", checker=checker).status is WRONG


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("return output == expected", CORRECT),
        ("assert output == expected; return True", CORRECT),
        ("assert output == expected", WRONG),  # It has to say so.
        ("raise ValueError(expected)", WRONG),
        ("raise SystemExit(0)", WRONG),
        ("import os; os._exit(0)", WRONG),
        ("while True: pass", TIMEOUT),
    ],
)
def test_a_checker_that_does_not_say_yes_says_no(called, body, status):
    checker = f"def check(arguments, output, expected):\n    {body}\n"
    verdict = called("def f(n): return n", [{"args": [1], "expected": 1}], checker=checker, cpu_seconds=1)
    assert (verdict.status, verdict.score) == (status, float(status is CORRECT))


def test_with_a_checker_and_fraction_each_output_counts(called):
    tests = [{"args": [n]} for n in (2, 3, 4, 6)]
    verdict = called("def f(n): return 2", tests, checker=ANY_DIVISOR, reward="fraction")
    assert (verdict.status, verdict.score) == (Status.PARTIAL, 0.75)


# Asserts.

NODES = """
class Node:
    def __init__(self, data):
        self.data = data
        self.left = self.right = None
def height(node):
    return 0 if node is None else 1 + max(height(node.left), height(node.right))
"""


def test_asserts_build_objects_of_the_program_s_classes(isolated):
    setup = "root = Node(1)\nroot.left = Node(2)\nroot.left.right = Node(3)\n"
    tests = ["assert height(root) == 3", "assert root.left.data == 2", "assert height(Node(5)) == 1"]
    row = {"text": "Find the height.", "code": NODES, "test_list": tests, "test_setup_code": setup, "task_id": 1}
    reference = reference_of(row)
    assert [set(test) for test in reference["tests"]] == [{"assert"}] * 3
    assert judge(NODES, reference, isolation=isolated).status is CORRECT


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("assert f(2) > 1", CORRECT),
        ("assert f(2) != 2", WRONG),
        ("assert sorted(f(x) for x in (3, 1, 2)) == [1, 2, 3]", CORRECT),
        (
            "try:\n    f(-1)\nexcept ValueError as error:\n    assert 'low' in str(error)\nelse:\n    assert False",
            CORRECT,
        ),
        ("assert isinstance(f(2), int)", CORRECT),
        ("assert f(0) is not None and not f(0)", CORRECT),
        ("x = f(1)\nassert x == 1\nassert x == 2", WRONG),
        ("assert unknown_name == 1", WRONG),
        ("while f(1): pass", TIMEOUT),
    ],
)
def test_asserts_are_run_as_code_against_the_program(called, code, status):
    program = "def f(x):\n    if x < 0:\n        raise ValueError('too low')\n    return x"
    assert called(program, [{"assert": code}], cpu_seconds=1).status is status


def test_a_public_assert_that_fails_is_shown_and_so_is_what_ended_the_program(called):
    stage = partial(called, tests=["assert f(9) > 10"], stage="public", cpu_seconds=1)
    public = ["assert f(1) > 1, 'hint'", "assert f(2) < 3"]
    reason = stage("def f(x):\n    print('in f', x)\n    return x", public_tests=public).reason
    assert reason == "This does not hold: `assert f(1) > 1, 'hint'`\n\nThe program printed\n```\nin f 1\nin f 2\n```"
    ended = stage("def f(x):\n    while x == 1: pass\n    return x", public_tests=public)
    assert (ended.status, ended.reason) == (TIMEOUT, "The program used up its CPU time.")
    ended = stage("import os\ndef f(x): os._exit(0)", public_tests=public)
    assert (ended.status, ended.reason) == (WRONG, "The program ended the process.")
    raised = stage("def f(x): return x.y", public_tests=public[1:])
    assert raised.reason == "`assert f(2) < 3` raised AttributeError: 'int' object has no attribute 'y'"
    assert stage("def g(x): return x", public_tests=public).reason == "The program does not define `f`."


# HumanEval.

ROW = {
    "prompt": "from typing import List\n\n\ndef helper(x: int) -> int:\n    return x + 1\n\n\n"
    'def both(xs: List[int]) -> List[int]:\n    """Add one, twice."""\n',
    "entry_point": "both",
    "canonical_solution": "    return [helper(helper(x)) for x in xs]\n",
    "test": "def check(candidate):\n    assert candidate([1]) == [3]\n    assert candidate([helper(0)]) == [3]\n",
}
BODY = "    return [helper(helper(x)) for x in xs]\n"


@pytest.mark.parametrize(
    ("program", "status"),
    [
        (ROW["prompt"] + BODY, CORRECT),  # It repeats the prompt.
        (f"def both(xs: List[int]) -> List[int]:\n{BODY}", CORRECT),  # Neither import nor helper.
        (f"def helper(x): return x + 1\ndef both(xs):\n{BODY}", CORRECT),
        (f"def helper(x): return x + 2\ndef both(xs):\n{BODY}", WRONG),
        # Whatever it makes of the helper, the tests have their own: helper(0) is 1 there.
        ("def helper(x): return -1\ndef both(xs): return [3 if x == 1 else 0 for x in xs]", CORRECT),
        ("def both(xs): return [helper(x) for x in xs]", WRONG),
        ("def check(candidate): pass\ndef both(xs): return 0", WRONG),
        ("def other(xs): return xs", WRONG),
    ],
)
def test_a_humaneval_program_may_lean_on_the_prompt_and_changes_nothing_of_its_tests(isolated, program, status):
    assert judge(program, reference_of(ROW), isolation=isolated).status is status
