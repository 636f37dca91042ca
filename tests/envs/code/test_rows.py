"""Rows as references: HumanEval's, MBPP's and ours, and what is said of those that cannot be read."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from rlvr.envs.code.comparing import agrees
from rlvr.envs.code.literal import as_calls
from rlvr.envs.code.rows import prompt_of, reference_of
from rlvr.envs.files import locate
from rlvr.envs.sandbox.guest.values import decode, encode

HUMANEVAL = {
    "task_id": "HumanEval/x",
    "prompt": "import math\n\ndef half(x):\n    return x / 2\n\n\n"
    'def double(x: int) -> int:\n    """>>> double(1)\n    2\n    """\n',
    "entry_point": "double",
    "canonical_solution": "    return 2 * x\n",
    "test": "\n\nMETADATA = {}\n\n\n"
    "def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(-1) == -2\n",
}
MBPP = {
    "task_id": 1,
    "text": "Write a function to double a number.",
    "code": "def double(x):\r\n    return 2 * x",
    "test_setup_code": "",
    "test_list": ["assert double(2) == 4", "assert (double(3))==6"],
    "challenge_test_list": ["assert len(str(double(50))) == 3"],
}
OURS: dict[str, Any] = {"prompt": "Double it.", "entry_point": "f", "tests": [{"args": [1], "expected": 2}]}


def test_a_humaneval_row() -> None:
    assert prompt_of(HUMANEVAL) == HUMANEVAL["prompt"]
    assert reference_of(HUMANEVAL) == {
        "entry_point": "double",
        "setup": "import math\n\ndef half(x):\n    return x / 2",
        "tests": [
            {"call": "double", "args": [2], "expected": 4},
            {"call": "double", "args": [-1], "expected": -2},
        ],
        "public": [],
        "checker": "",
        "tolerance": 0.0,
        "solution": HUMANEVAL["prompt"] + HUMANEVAL["canonical_solution"],
    }


def test_a_humaneval_test_that_is_more_than_calls_stays_whole_and_is_called() -> None:
    test = "def check(candidate):\n    for x in range(3):\n        assert candidate(x) == 2 * x"
    assert reference_of({**HUMANEVAL, "test": test})["tests"] == [{"assert": f"{test}\n\ncheck(double)"}]


def test_an_mbpp_row() -> None:
    first = {"call": "double", "args": [2], "expected": 4}
    assert prompt_of(MBPP).splitlines() == [
        "Write a function to double a number.",
        "Your code should pass this test:",
        "assert double(2) == 4",
    ]
    assert reference_of(MBPP) == {
        "entry_point": "double",
        "setup": "",
        "tests": [
            first,
            {"call": "double", "args": [3], "expected": 6},
            {"assert": "assert len(str(double(50))) == 3"},
        ],
        "public": [first],
        "checker": "",
        "tolerance": 0.0,
        "solution": "def double(x):\n    return 2 * x",
    }


def test_a_row_of_sanitized_mbpp() -> None:
    row = {
        "prompt": MBPP["text"],
        "code": MBPP["code"],
        "test_imports": ["import math"],
        "test_list": ["assert math.isclose(double(2), 4)"],
    }
    made = reference_of(row)
    assert prompt_of(row) == prompt_of({**MBPP, "test_list": row["test_list"]})
    assert made["setup"] == "import math" and made["entry_point"] == "double"
    assert made["tests"] == [{"assert": "assert math.isclose(double(2), 4)"}]


@pytest.mark.parametrize(
    ("test", "code", "name"),
    [
        ("assert set(double(1)) == {2}", "", "double"),
        ("assert sum(1, 2) == 3", "", "sum"),
        ("assert sum(1, 2) == 3", "def sum(a, b): return a + b", "sum"),
        ("assert one(Two(1)) == 3", "class Two: pass\ndef one(a): return 3", "one"),
    ],
)
def test_the_first_assert_names_the_function_of_an_mbpp_row(test: str, code: str, name: str) -> None:
    assert reference_of({"text": "?", "code": code, "test_list": [test]})["entry_point"] == name


def test_asserts_stay_code_where_the_setup_may_have_a_part_in_them() -> None:
    row = {**MBPP, "challenge_test_list": [], "test_setup_code": "root = Node(1)"}
    assert reference_of(row)["tests"] == [{"assert": code} for code in MBPP["test_list"]]


def test_tests_of_ours() -> None:
    row = {
        "prompt": "?",
        "entry_point": "f",
        "setup": "import math",
        "solution": "def f(x): return x",
        "tests": [
            "assert f(1) == 2",
            "assert f(1) in (2, 3)",
            {"assert": "assert f() is None\nassert not f(2)"},
            {"args": [[1.5], {"$tuple": [1]}], "kwargs": {"k": {"a": None}}, "expected": {"$set": [1]}},
            {"call": "g", "args": [], "expected": 2**70},
            {"kwargs": {"k": 1}, "expected": {"$float": "inf"}},
            {"args": [1], "expected": 0.5, "within": 0.1},
            {"args": [1], "expected": None, "is": True},
            {"args": [(1, 2)], "expected": {3}},
        ],
        "public_tests": ["assert f(0) == 0"],
    }
    made = reference_of(row)
    assert made["tests"] == [
        {"call": "f", "args": [1], "expected": 2},
        {"assert": "assert f(1) in (2, 3)"},
        {"call": "f", "args": [], "expected": None, "is": True},
        {"call": "f", "args": [2], "expected": False, "truth": True},
        {"call": "f", "args": [[1.5], {"$tuple": [1]}], "kwargs": {"k": {"a": None}}, "expected": {"$set": [1]}},
        {"call": "g", "args": [], "expected": {"$int": format(2**70, "x")}},
        {"call": "f", "args": [], "kwargs": {"k": 1}, "expected": {"$float": "inf"}},
        {"call": "f", "args": [1], "expected": 0.5, "within": 0.1},
        {"call": "f", "args": [1], "expected": None, "is": True},
        {"call": "f", "args": [{"$tuple": [1, 2]}], "expected": {"$set": [3]}},
    ]
    assert made["public"] == [{"call": "f", "args": [0], "expected": 0}]
    assert made["setup"] == "import math" and made["solution"] == "def f(x): return x"
    assert json.loads(json.dumps(made)) == made


def test_asserts_stay_exact_beside_a_tolerance_or_a_checker() -> None:
    checker = "def check(arguments, output, expected): return True"
    for more in ({"tolerance": 1e-6}, {"checker": checker}):
        row = {**OURS, "tests": ["assert f(1) == 2.0"], **more}
        assert reference_of(row)["tests"] == [{"assert": "assert f(1) == 2.0"}]


def test_with_a_checker_nothing_has_to_be_expected() -> None:
    checker = "def check(arguments, output, expected):\n    return output > 0"
    made = reference_of({**OURS, "tests": [{"args": [1]}], "checker": checker})
    assert made["tests"] == [{"call": "f", "args": [1], "expected": None}]
    made = reference_of({"prompt": "?", "tests": [{"stdin": "1"}], "checker": checker})
    assert made["tests"] == [{"stdin": "1", "stdout": ""}]


def test_tests_of_standard_input() -> None:
    made = reference_of({"prompt": "?", "tests": [{"stdin": "1\n", "stdout": "2\n"}], "tolerance": 0})
    assert made["entry_point"] == "" and made["tests"] == [{"stdin": "1\n", "stdout": "2\n"}]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"prompt": "?"}, r"line 3: expected a field 'tests' .* actually: \['prompt'\]"),
        ({**HUMANEVAL, "entry_point": "triple"}, "'entry_point' to be a function that 'prompt' defines"),
        ({**HUMANEVAL, "entry_point": None}, "'entry_point' to be the name of a function"),
        ({**HUMANEVAL, "prompt": "def"}, "'prompt' to be Python code"),
        ({**HUMANEVAL, "test": "assert double(1) == 2"}, r"'test' to define check\(candidate\)"),
        ({**HUMANEVAL, "test": "def check("}, "'test' to be Python code"),
        ({**HUMANEVAL, "canonical_solution": "    return ("}, "'canonical_solution' to be Python code"),
        ({**MBPP, "test_list": []}, "'test_list' to have at least one assert"),
        ({**MBPP, "test_list": "assert f(1)"}, "'test_list' to be a list of texts"),
        ({**MBPP, "test_list": ["assert f(1)", 5]}, r"'test_list\[1\]' to be a text, actually: 5"),
        ({**MBPP, "test_list": ["assert f(1"]}, r"'test_list\[0\]' to be Python code"),
        ({**MBPP, "test_list": ["assert True"]}, "an assert that calls a function"),
        ({**MBPP, "challenge_test_list": ["="]}, r"'challenge_test_list\[0\]' to be Python code"),
        ({**MBPP, "test_setup_code": "="}, "'test_setup_code' to be Python code"),
        ({**MBPP, "code": 5}, "'code' to be a text"),
        ({**OURS, "tests": []}, "'tests' to have at least one test"),
        ({**OURS, "tests": {}}, "'tests' to have at least one test"),
        ({**OURS, "tests": "assert f(1)"}, "'tests' to be a list of tests"),
        ({**OURS, "tests": [5]}, r"'tests\[0\]' to be a text or an object, actually: 5"),
        ({**OURS, "tests": ["assert f("]}, r"'tests\[0\]' to be Python code"),
        ({**OURS, "tests": [{"input": "1", "output": "2"}]}, r"actually: \['input', 'output'\]"),
        ({**OURS, "tests": [{"args": [1]}]}, "'args' and 'expected'"),
        ({**OURS, "tests": [{"args": 1, "expected": 2}]}, r"'tests\[0\].args' to be a list"),
        ({**OURS, "tests": [{"args": [], "kwargs": {"a b": 1}, "expected": 2}]}, r"'tests\[0\].kwargs'"),
        ({**OURS, "tests": [{"args": [{"$what": 1}], "expected": 2}]}, r"'tests\[0\].args\[0\]' .* tagged JSON"),
        ({**OURS, "tests": [{"args": [], "expected": {"$set": [[]]}}]}, r"'tests\[0\].expected'"),
        ({**OURS, "tests": [{"call": "a.b", "args": [], "expected": 1}]}, r"'tests\[0\].call'"),
        ({**OURS, "tests": [{"args": [], "expected": 1, "within": 0}]}, "within"),
        ({**OURS, "tests": [{"args": [], "expected": "a", "within": 1}]}, "within"),
        ({**OURS, "tests": [{"args": [], "expected": 1, "is": True}]}, "is"),
        ({**OURS, "tests": [{"args": [], "expected": True, "is": True, "truth": True}]}, "to have one of"),
        ({**OURS, "tests": [{"stdin": "a", "stdout": "b"}]}, "no 'entry_point'"),
        ({**OURS, "entry_point": "", "tests": [{"stdin": "a", "stdout": "b"}, "assert f()"]}, "Make two rows"),
        ({**OURS, "entry_point": "", "tests": [{"stdin": "a", "stdout": 5}]}, r"'tests\[0\].stdout' to be a text"),
        ({**OURS, "entry_point": ""}, "Add that, or 'call' to the test"),
        ({**OURS, "entry_point": "class"}, "'entry_point' to be the name of a function"),
        ({**OURS, "public_tests": [5]}, r"'public_tests\[0\]'"),
        ({**OURS, "tolerance": "1e-6"}, "'tolerance' to be a number"),
        ({**OURS, "tolerance": -1}, "'tolerance' to be a number"),
        ({**OURS, "checker": "def check(output): return True"}, r"check\(arguments, output, expected\)"),
        ({**OURS, "checker": "def check("}, "'checker' to be Python code"),
        ({**OURS, "solution": "def f("}, "'solution' to be Python code"),
    ],
)
def test_a_row_that_cannot_be_read_raises_and_names_the_field(row: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        reference_of(row, "line 3")
    assert str(caught.value).startswith("line 3: expected") or str(caught.value).startswith(
        "line 3, tests[0]: expected"
    )


def test_a_prompt_that_is_missing_raises() -> None:
    with pytest.raises(ValueError, match="'prompt'"):
        prompt_of({"tests": ["assert f()"]})


def published(file: str) -> tuple[Path, list[dict[str, Any]]]:
    path = locate(file)
    if path is None:
        pytest.skip(f"{file} is in no data folder; set RLVR_DATA")
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as lines:
        return path, [json.loads(line) for line in lines]


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # In MBPP's solutions.
@pytest.mark.parametrize(("file", "rows", "only_calls"), [("humaneval.jsonl.gz", 164, 154), ("mbpp.jsonl", 974, 968)])
def test_published_rows_are_read_and_most_become_calls(file: str, rows: int, only_calls: int) -> None:
    references = [reference_of(row, f"row {number}") for number, row in enumerate(published(file)[1])]
    assert len(references) == rows
    assert sum(all("call" in test for test in reference["tests"]) for reference in references) == only_calls


def disagreements(row: dict[str, Any]) -> list[str]:
    """Where the published solution fails an assert of a row, or one of the calls that it became.

    It runs the data set's own code: in a process of its own.
    """
    reference = reference_of(row)
    codes = [f"{row['test']}\ncheck({row['entry_point']})"] if "test" in row else row["test_list"]
    called: dict[str, Any] = {}
    asserted: dict[str, Any] = {}
    for names in (called, asserted):
        exec(reference["solution"], names)
    found = []
    for code in codes:
        tests = as_calls(code, reference["entry_point"])
        if tests is None:
            continue
        passed = True
        for test in tests:
            output = called[test["call"]](*map(decode, test["args"]))
            passed &= agrees(decode(encode(output)), decode(test["expected"]), test)
        try:
            exec(code, asserted)
        except AssertionError:
            found.append(f"{row['task_id']}: the assert fails, the calls {'pass' if passed else 'fail'}: {code}")
        else:
            if not passed:
                found.append(f"{row['task_id']}: only the calls fail: {code}")
    return found


@pytest.mark.parametrize("file", ["humaneval.jsonl.gz", pytest.param("mbpp.jsonl", marks=pytest.mark.slow)])
def test_published_solutions_pass_the_asserts_and_the_calls_that_these_became(file: str) -> None:
    path, _ = published(file)
    code = (
        "import sys\nfrom tests.envs.code import test_rows\n"
        f"for row in test_rows.published({file!r})[1]:\n"
        "    for line in test_rows.disagreements(row): print(line, file=sys.stderr)\n"
        "print('seen all', file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "RLVR_DATA": str(path.parent)},
        stdout=subprocess.DEVNULL,  # What the solutions print.
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    assert ran.stderr == "seen all\n"
