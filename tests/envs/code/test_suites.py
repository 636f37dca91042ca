import dataclasses
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.code.suites import HIDDEN, PUBLIC, suite
from rlvr.envs.sandbox.guest.values import decode
from rlvr.seeding import StreamKey
from tests.envs.code.planted_families import ANY_ORDER, COUNTDOWN, FEW_INPUTS, PLANTED, SHOUT, SMALLEST

KEY = StreamKey("tests", "suites")


def made(family, index=0):
    stream = KEY.at(0, index)
    parameters = family.draw(stream, 1)
    return parameters, suite(family, parameters, stream)


def inputs(tests):
    return [json.dumps(test["args"]) if "args" in test else test["stdin"] for test in tests]


@given(st.sampled_from(sorted(PLANTED)), st.integers(0, 10**6))
def test_a_suite_is_json_and_a_pure_function_of_the_stream(name, index):
    parameters, reference = made(PLANTED[name], index)
    assert json.loads(json.dumps(reference, allow_nan=False)) == reference
    assert made(PLANTED[name], index) == (parameters, reference)
    assert set(reference) == {"entry_point", "setup", "tests", "public", "checker", "tolerance", "solution"}


@given(st.sampled_from(["anyorder", "countdown", "shout", "smallest"]), st.integers(0, 10**6))
def test_no_input_is_tested_twice_and_every_edge_is_hidden(name, index):
    family = PLANTED[name]
    parameters, reference = made(family, index)
    hidden, public = inputs(reference["tests"]), inputs(reference["public"])
    assert len(public) == PUBLIC
    assert len(hidden) >= HIDDEN
    assert len(set(hidden + public)) == len(hidden + public)
    for arguments in family.edges(parameters):
        assert (json.dumps(list(arguments)) if family.entry_point else arguments[0]) in hidden


def test_expected_outputs_are_of_the_arguments_as_they_were_drawn():
    """The solution sorts its argument in place and empties it."""
    parameters, reference = made(SMALLEST)
    for test in reference["tests"] + reference["public"]:
        (numbers,) = (decode(argument) for argument in test["args"])
        assert decode(test["expected"]) == sorted(numbers)[: parameters["k"]]
    assert any(test["args"][0] for test in reference["public"])


def test_arguments_that_are_no_builtin_values_are_copied_too():
    def later(day: list, *, k: int) -> list:
        from datetime import timedelta

        day.append(day.pop() + timedelta(days=k))
        return day

    family = dataclasses.replace(
        SMALLEST,
        solve=later,
        mutants=(("days=k", "days=k + 1"),),
        inputs=lambda stream, parameters: ([date(2024, 1, 1 + stream.below(31))],),
        edges=lambda parameters: [([date(2024, 2, 28)],)],
    )
    _, reference = made(family)
    for test in reference["tests"]:
        assert test["args"] != [test["expected"]]


def test_a_mutant_that_random_tests_miss_gets_a_test_of_its_own():
    def rare(n: int, *, k: int) -> int:
        return n + 1 if n == 77 else n

    family = dataclasses.replace(
        COUNTDOWN,
        solve=rare,
        mutants=(("77", "78"),),
        inputs=lambda stream, parameters: (stream.below(100),),
        edges=lambda parameters: [(0,)],
    )
    for index in range(30):
        tests = made(family, index)[1]["tests"]
        assert {77, 78} & {test["args"][0] for test in tests}


def test_a_mutant_that_nothing_rejects_adds_nothing():
    family = dataclasses.replace(SMALLEST, mutants=(("taken = numbers[:k]", "taken = list(numbers[:k])"),))
    assert len(made(family)[1]["tests"]) <= HIDDEN + 3


def test_a_constant_answer_fails_where_results_differ_only_rarely():
    def rarely(n: int, *, k: int) -> bool:
        return n % 20 == 7

    family = dataclasses.replace(
        COUNTDOWN, solve=rarely, mutants=(("== 7", "== 8"),), edges=lambda parameters: [(0,), (8,)]
    )
    for index in range(30):
        assert {test["expected"] for test in made(family, index)[1]["tests"]} == {True, False}


def test_a_mutant_that_raises_is_rejected():
    family = dataclasses.replace(SMALLEST, mutants=(("numbers[:k]", "numbers[k]"),))
    assert made(family)[1]["tests"]


def test_public_tests_are_among_the_hidden_only_where_there_are_too_few_inputs():
    _, reference = made(FEW_INPUTS)
    assert [test["args"] for test in reference["tests"]] == [[0], [1]]
    assert [test["args"] for test in reference["public"]] == [[0], [1]]


def test_public_tests_have_different_results_where_results_differ():
    for index in range(50):
        first, second = made(COUNTDOWN, index)[1]["public"]
        assert first["expected"] != second["expected"]


def test_tests_of_a_program_for_standard_input_are_texts():
    parameters, reference = made(SHOUT)
    for test in reference["tests"] + reference["public"]:
        assert test == {"stdin": test["stdin"], "stdout": SHOUT.solve(test["stdin"], **parameters)}
    assert reference["entry_point"] == ""


def test_checker_and_tolerance_come_with_the_suite():
    _, reference = made(ANY_ORDER)
    assert "def check(arguments, output, expected):" in reference["checker"]
    assert reference["tolerance"] == 1e-6


def test_a_mutant_that_cannot_be_made_is_refused():
    with pytest.raises(ValueError, match="exactly once"):
        made(dataclasses.replace(SMALLEST, mutants=(("numbers", "x"),)))
