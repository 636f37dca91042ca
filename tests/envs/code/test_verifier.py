"""`rlvr.verify("code", ...)`: rows as published, options, and the published solutions."""

from __future__ import annotations

import asyncio
import importlib.util
import threading
from collections import UserDict
from types import MappingProxyType

import numpy as np
import pytest

import rlvr
from rlvr.core import Check, Completion, Status
from rlvr.envs import sandbox, verification
from rlvr.envs.code import verifier
from rlvr.envs.code.rows import reference_of
from rlvr.envs.code.verifier import MOST_PROGRAM, Settings, plan
from rlvr.envs.files import locate, read_rows
from rlvr.envs.sandbox import Level, SandboxUnavailable, levels

HUMANEVAL = {
    "task_id": "HumanEval/x",
    "prompt": 'from typing import List\n\n\ndef total(xs: List[int]) -> int:\n    """Add them."""\n',
    "entry_point": "total",
    "canonical_solution": "    return sum(xs)\n",
    "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n",
}
MBPP = {
    "task_id": 1,
    "text": "Write a function to add two numbers.",
    "code": "def add(a, b):\r\n  return a + b",
    "test_list": ["assert add(1, 2) == 3", "assert add(0, 0) == 0", "assert add(-1, 1) == 0"],
    "test_setup_code": "",
    "challenge_test_list": [],
}
OURS = {"prompt": "Add.", "entry_point": "add", "tests": [{"args": [1, 2], "expected": 3}]}
RIGHT = "def add(a, b): return a + b"
ROWS = {
    "humaneval": (HUMANEVAL, "def total(xs): return sum(xs)", "def total(xs): return 3"),
    "mbpp": (MBPP, RIGHT, "def add(a, b): return 3"),
    "ours": (OURS, RIGHT, "def add(a, b): return a - b"),
}


@pytest.mark.parametrize("name", ROWS)
def test_one_function_judges_rows_of_every_kind_as_published(isolated, name):
    row, right, wrong = ROWS[name]
    for program, status in ((right, Status.CORRECT), (wrong, Status.WRONG)):
        verdict = rlvr.verify("code", f"So:\n```python\n{program}\n```", row)
        assert (verdict.status, verdict.extraction) == (status, "fenced")
        assert verdict.answer == f"{program}\n"
        assert rlvr.verify("code", program, row).extraction == "whole"
    assert rlvr.verify("code", row.get("code") or right, row).score == 1.0


def test_a_continuation_goes_on_from_the_prompt(isolated):
    body = HUMANEVAL["canonical_solution"]
    assert rlvr.verify("code", body, HUMANEVAL, convention="continuation").score == 1.0
    assert rlvr.verify("code", f"{body}<|endoftext|>", HUMANEVAL, convention="continuation").score == 1.0
    assert rlvr.verify("code", "    return 3\n", HUMANEVAL, convention="continuation").score == 0.0
    assert (
        rlvr.verify("code", body, HUMANEVAL).extraction == "continuation"
    )  # It is indented, so it is no whole program.
    assert rlvr.verify("code", body, HUMANEVAL).score == 1.0
    assert rlvr.verify("code", body, HUMANEVAL, convention="whole").status is Status.WRONG
    assert rlvr.verify("code", "    return a + b", MBPP).status is Status.WRONG  # Its prompt is in words.


@pytest.mark.parametrize("wrapped", [dict, MappingProxyType, UserDict])
def test_a_row_may_be_any_mapping(isolated, wrapped):
    assert rlvr.verify("code", RIGHT, wrapped(MBPP)).score == 1.0


def test_a_row_may_come_from_an_array(isolated):
    assert rlvr.verify("code", RIGHT, MBPP | {"test_list": np.array(MBPP["test_list"], dtype=object)}).score == 1.0


@pytest.mark.parametrize(
    ("expected", "program"),
    [((1, 2), "(1, 2)"), ({1: "a"}, "{1: 'a'}"), ({1, 2}, "{2, 1}"), (2**90, "2**90")],
)
def test_a_row_made_in_python_keeps_its_values(isolated, expected, program):
    row = {"prompt": "x", "entry_point": "f", "tests": [{"args": [], "expected": expected}]}
    assert rlvr.verify("code", f"def f(): return {program}", row).score == 1.0
    assert rlvr.verify("code", "def f(): return [1, 2]", row).score == 0.0
    assert rlvr.verify("code", "def f(): return {'1': 'a'}", row).score == 0.0


def test_a_row_that_is_changed_is_read_again(isolated):
    row = {**OURS, "tests": [{"args": [1, 2], "expected": 3}]}
    assert rlvr.verify("code", RIGHT, row).score == 1.0
    row["tests"][0]["expected"] = 4
    assert rlvr.verify("code", RIGHT, row).score == 0.0


def test_rows_are_read_once_for_the_samples_of_a_group(monkeypatch):
    read = []
    verifier._read.cache_clear()
    monkeypatch.setattr(verifier, "reference_of", lambda row: read.append(row) or reference_of(row))
    for number in range(3):
        plan(f"x = {number}", dict(MBPP), isolation="none")
    assert len(read) == 1


@pytest.mark.parametrize(
    ("completion", "options", "status"),
    [
        ("I do not know.", {"convention": "fenced"}, Status.UNPARSABLE),
        ("", {}, Status.UNPARSABLE),
        ("```python\n\n```", {}, Status.UNPARSABLE),
        ("<think>x = 1", {}, Status.UNPARSABLE),
        ("x = 1", {"opened_think": True}, Status.UNPARSABLE),
        ("x = 1", {"finish_reason": "length"}, Status.TRUNCATED),
        ("```python\nx = 1", {"finish_reason": "length"}, Status.TRUNCATED),
        ("<think>x", {"finish_reason": "length"}, Status.TRUNCATED),
        (Completion("```python\nx = 1", finish_reason="length"), {}, Status.TRUNCATED),
        ("x = 1", {"finish_reason": "length", "convention": "continuation"}, Status.TRUNCATED),
        ("x = 1\n" * MOST_PROGRAM, {}, Status.WRONG),
    ],
)
def test_what_need_not_be_run_is_decided_at_once(completion, options, status):
    verdict = plan(completion, HUMANEVAL, isolation="none", **options)
    assert (verdict.status, verdict.score) == (status, 0.0)
    assert verdict.reason


@pytest.mark.parametrize("text", ["```python\nx = 1\n```", "```python\nx = 1\n```\nThis sets", "x = 1<|im_end|>"])
def test_a_cut_sample_whose_program_stands_is_judged(text):
    check = plan(Completion(text, finish_reason="length"), OURS, isolation="none")
    assert isinstance(check, Check) and check.arguments[0].strip() == "x = 1"
    assert check.pure


def test_a_program_that_is_too_long_says_so():
    verdict = plan("#" * (MOST_PROGRAM + 1), OURS, isolation="none")
    assert verdict.reason == f"The program has {MOST_PROGRAM + 1} characters; the most is {MOST_PROGRAM}."


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"convention": "fence"}, "Unknown convention 'fence'. Perhaps you meant 'fenced'"),
        ({"convention": None}, "Unknown convention None"),
        ({"reward": "partial"}, "Unknown reward 'partial'. There are: fraction, gate."),
        ({"isolation": "docker"}, "Unknown isolation 'docker'. There are: auto, landlock, namespaces, none."),
        ({"isolation": 1}, "Unknown isolation 1"),
        ({"cpu_seconds": 0}, "Expected cpu_seconds to be an integer of at least 1, actually: 0."),
        ({"cpu_seconds": 1.5}, "actually: 1.5."),
        ({"memory_bytes": True}, "Expected memory_bytes to be an integer of at least 1, actually: True."),
        ({"packages": "numpy"}, "Expected packages to be several names, such as (\"numpy\",), actually: 'numpy'."),
        ({"packages": None}, "actually: None."),
        ({"packages": [5]}, "Expected packages to be names such as 'numpy', actually: 5."),
        ({"packages": ["numpy.linalg"]}, "actually: 'numpy.linalg'."),
        ({"packages": ["no_package_of_that_name"]}, "'no_package_of_that_name', which is not. Install it"),
        ({"packages": ["json"]}, "which programs may import anyway, actually: 'json'."),
        ({"finish_reason": "eos"}, 'Expected finish_reason to be "stop", "length" or None, actually: \'eos\'.'),
        ({"timeout": 5}, "Expected an option of verifier 'code' to be one of finish_reason, convention"),
    ],
)
def test_options_that_are_none_are_refused_with_what_there_is(options, message):
    with pytest.raises(ValueError) as error:
        rlvr.verify("code", "x = 1", OURS, **({"isolation": "none"} | options))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("def f(): pass", "Expected the reference to be a row, a mapping, actually: a str."),
        (None, "actually: a NoneType."),
        ({}, "expected a field 'tests' (ours), 'test_list' (MBPP) or 'test' (HumanEval), actually: []"),
        ({"prompt": "x", "tests": []}, "expected 'tests' to have at least one test"),
        ({**OURS, "tests": [{"args": [np.zeros(2)], "expected": 1}]}, "an object of type 'ndarray'. Convert it first."),
        ({**OURS, "tests": [{"args": [object()], "expected": 1}]}, "an object of type 'object'"),
    ],
)
def test_rows_that_cannot_be_read_are_refused_with_the_reason(row, message):
    with pytest.raises(ValueError) as error:
        rlvr.verify("code", "x = 1", row, isolation="none")
    assert message in str(error.value)


# Isolation.


@pytest.fixture
def nothing_isolates(monkeypatch):
    found = levels.Available(Level.NONE, {Level.NAMESPACES: "forbidden here", Level.LANDLOCK: "no libseccomp"})
    monkeypatch.setattr(levels, "available", lambda: found)
    monkeypatch.delenv(levels.VARIABLE, raising=False)


@pytest.mark.parametrize("isolation", ["auto", "landlock", "namespaces"])
def test_without_isolation_it_refuses_and_says_what_is_missing_and_what_overrides_it(nothing_isolates, isolation):
    with pytest.raises(SandboxUnavailable) as error:
        rlvr.verify("code", RIGHT, OURS, isolation=isolation)
    for part in ("namespaces: forbidden here", "landlock: no libseccomp", "rlvr doctor", 'isolation="none"', "=none"):
        assert part in str(error.value)


def test_who_says_so_by_name_runs_programs_without_isolation(nothing_isolates, monkeypatch):
    assert rlvr.verify("code", RIGHT, OURS, isolation="none").score == 1.0
    monkeypatch.setenv(levels.VARIABLE, "none")
    assert rlvr.verify("code", RIGHT, OURS).score == 1.0
    with pytest.raises(SandboxUnavailable):
        rlvr.verify("code", RIGHT, OURS, isolation="landlock")


def test_the_environment_variable_says_what_auto_means(monkeypatch):
    monkeypatch.setenv(levels.VARIABLE, "none")
    assert Settings().isolation == "none"
    monkeypatch.setenv(levels.VARIABLE, "bubblewrap")
    with pytest.raises(ValueError, match="bubblewrap"):
        Settings()


# Packages.

needs_numpy = pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="numpy is not installed")
WITH_NUMPY = "import numpy as np\ndef add(a, b): return int(np.array([a, b]).sum())"


@needs_numpy
def test_packages_can_be_imported_only_by_who_asks_for_them(isolated):
    refused = rlvr.verify("code", WITH_NUMPY, OURS)
    assert (refused.status, refused.reason) == (Status.WRONG, "Test 1 of 1: ModuleNotFoundError.")
    assert rlvr.verify("code", WITH_NUMPY, OURS, packages=("numpy",)).score == 1.0
    assert rlvr.verify("code", WITH_NUMPY, OURS, packages=["numpy"], memory_bytes=64 << 20).score == 1.0


def test_a_package_of_one_file_can_be_had_too(isolated):
    program = "import typing_extensions\ndef add(a, b): return a + b"
    assert rlvr.verify("code", program, OURS).score == 0.0
    assert rlvr.verify("code", program, OURS, packages=("typing_extensions",)).score == 1.0


# Threads and loops.


def test_it_can_be_called_from_a_thread_and_from_an_event_loop(isolated):
    verdicts = []
    thread = threading.Thread(target=lambda: verdicts.append(rlvr.verify("code", RIGHT, OURS)))
    thread.start()
    thread.join()
    assert verdicts[0].score == 1.0

    async def many():
        here = rlvr.verify("code", RIGHT, OURS)  # It blocks the loop, and works.
        checks = [plan(RIGHT + f"\n# {number}", OURS) for number in range(4)]
        return [here, *await asyncio.gather(*(asyncio.wrap_future(verification.submit(check)) for check in checks))]

    assert [verdict.score for verdict in asyncio.run(many())] == [1.0] * 5


def test_the_verdict_is_the_same_every_time(isolated):
    program = "import random\ndef add(a, b): raise ValueError(random.random(), {'x', 'y', 'z'}, hash('x'))"
    verdicts = [rlvr.verify("code", f"{program}\n#{' ' * number}", OURS) for number in range(5)]
    assert len({(verdict.status, verdict.reason) for verdict in verdicts}) == 1


# Published solutions.


def published(name, file):
    """The rows of a data set, each with its published solution and entry point."""
    path = locate(file)
    if path is None:
        pytest.skip(f"{file} is in no data folder; set RLVR_DATA")
    rows = [row for _, row in read_rows(path, exact=False)]
    references = [reference_of(row) for row in rows]
    solutions = [row["code"] if name == "mbpp" else row["prompt"] + row["canonical_solution"] for row in rows]
    return rows, solutions, [reference["entry_point"] for reference in references]


DATA = [("humaneval", "humaneval.jsonl.gz", 164), ("mbpp", "mbpp.jsonl", 974)]
CHANGED = """
def _changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float, complex)):
        return value + 1
    for kind, more in ((str, 'x'), (list, [-98765]), (tuple, (-98765,))):
        if isinstance(value, kind):
            return value + more
    if isinstance(value, (set, frozenset)):
        return value | {-98765}
    return {**value, -98765: 0} if isinstance(value, dict) else -98765
"""


@pytest.mark.parametrize(("name", "file", "size"), DATA)
def test_every_published_solution_passes(isolated, name, file, size):
    rows, solutions, _ = published(name, file)
    verdicts = rlvr.verify_many("code", solutions, rows)
    failed = [row["task_id"] for row, verdict in zip(rows, verdicts, strict=True) if verdict.score != 1.0]
    assert (failed, len(rows)) == ([], size)


CHANGES = ["None", "_changed(value)", "NotImplemented"]
SHARES = [(change, slice(first, None, len(CHANGES))) for first, change in enumerate(CHANGES)]
"""Each program is changed in one way; in all ways with the slow tests."""


@pytest.mark.parametrize(
    ("returned", "share"),
    [*SHARES, *(pytest.param(change, slice(None), marks=pytest.mark.slow) for change in CHANGES)],
)
@pytest.mark.parametrize(("name", "file", "size"), DATA)
def test_no_published_solution_passes_once_its_results_are_changed(isolated, name, file, size, returned, share):
    rows, solutions, entry_points = (column[share] for column in published(name, file))
    programs = [
        f"{solution}\n{CHANGED}\n_inner = {entry_point}\n"
        f"def {entry_point}(*arguments, **options):\n    value = _inner(*arguments, **options)\n    return {returned}\n"
        for solution, entry_point in zip(solutions, entry_points, strict=True)
    ]
    verdicts = rlvr.verify_many("code", programs, rows, convention="whole")
    passed = [row["task_id"] for row, verdict in zip(rows, verdicts, strict=True) if verdict.status is not Status.WRONG]
    assert passed == []


@pytest.mark.parametrize("keyword", ["fraction", "gate"])
def test_the_sandbox_s_module_offers_what_the_verifier_needs(keyword):
    assert keyword in verifier.REWARDS and callable(sandbox.require)
