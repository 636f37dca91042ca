import dataclasses
import io
import sys

import pytest

from rlvr.envs.code.programs import checker_of, mutant_programs, mutants_of, program_of
from tests.envs.code.planted_families import ANY_ORDER, COUNTDOWN, SHOUT, SMALLEST

K = {"k": 3}


def defined(program):
    scope = {}
    exec(program, scope)
    return scope


def test_the_entry_point_binds_the_parameters():
    program = program_of(SMALLEST.solve_again, SMALLEST, K)
    assert program.startswith("def smallest_again(numbers: list[int], *, k: int) -> list[int]:\n")
    assert program.endswith("\n\n\ndef smallest(numbers: list[int]):\n    return smallest_again(numbers, k=3)\n")
    assert defined(program)["smallest"]([4, 3, 2, 1]) == [1, 2, 3]


def test_a_function_with_the_entry_point_s_name_goes_on_calling_itself():
    program = program_of(COUNTDOWN.solve, COUNTDOWN, K)
    assert program.startswith("def _countdown(n: int, *, k: int)")
    assert "*_countdown(n - k, k=k), n]" in program
    assert defined(program)["countdown"](10) == [1, 4, 7, 10]


def test_a_program_for_standard_input_reads_all_of_it(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nb\n"))
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    exec(program_of(SHOUT.solve, SHOUT, {"k": 2}), {})
    assert sys.stdout.getvalue() == "A!!\nB!!\n"


@pytest.mark.parametrize(
    ("signature", "call"),
    [
        ("a: int, b: str = 'x, y'", "f(a, b, k=3)"),
        ("a: dict[str, int], /, *rest: int", "f(a, *rest, k=3)"),
        ("a, *, deep: bool = False", "f(a, deep=deep, k=3)"),
        ("", "f(k=3)"),
    ],
)
def test_all_kinds_of_parameters_are_passed_on(signature, call):
    def f(*arguments, **parameters):
        return arguments, parameters

    family = dataclasses.replace(SMALLEST, entry_point="g", signature=signature)
    program = program_of(f, family, K)
    assert program.endswith(f"def g({signature}):\n    return {call}\n")
    compile(program, "program", "exec")


def test_parameters_of_every_kind_stand_in_the_program_as_literals():
    parameters = {"k": 3, "names": ["it's", '"'], "table": {"a": None, "b": [True, -1.5]}}

    def f(numbers, **parameters):
        return parameters

    program = program_of(f, SMALLEST, parameters)
    assert defined(program)["smallest"]([]) == parameters


def test_a_mutant_is_the_solution_with_one_text_replaced():
    assert [program.count("numbers.reverse()") for program in mutant_programs(SMALLEST, K)] == [1, 0]
    assert [defined(program)["smallest"]([1, 3, 2, 0]) for program in mutant_programs(SMALLEST, K)] == [
        [0, 2, 3],
        [0, 1, 2, 3],
    ]
    assert [mutant([1, 3, 2, 0], **K) for mutant in mutants_of(SMALLEST)] == [[0, 2, 3], [0, 1, 2, 3]]
    assert mutants_of(SMALLEST) is mutants_of(SMALLEST)


@pytest.mark.parametrize(("old", "count"), [("numbers.shuffle()", 0), ("numbers", 4)])
def test_a_text_that_is_not_one_place_is_refused(old, count):
    family = dataclasses.replace(SMALLEST, mutants=((old, "x"),))
    for use in (mutants_of, lambda family: mutant_programs(family, K)):
        with pytest.raises(
            ValueError, match=rf"family 'smallest' .* exactly once .* actually {count} times: '{old[:7]}"
        ):
            use(family)


def test_a_checker_s_text_defines_check_whatever_its_own_name():
    assert checker_of(SMALLEST, K) == ""
    check = defined(checker_of(ANY_ORDER, K))["check"]
    assert check(([1, 2],), [2, 1], [1, 2]) is True
    assert check(([1, 2],), [2], [1, 2]) is False
