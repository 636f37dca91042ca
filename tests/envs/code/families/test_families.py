"""Laws of every generated family and level."""

from __future__ import annotations

import ast
import builtins
import copy
import dis
import functools
import itertools
import json
import keyword
import math
import os
import re
import subprocess
import sys
import types

from rlvr.envs.code.families import FAMILIES
from rlvr.envs.code.families.base import TOPICS
from rlvr.envs.code.generated import generated
from rlvr.envs.code.programs import checker_of, mutant_programs, mutants_of, program_of
from rlvr.envs.sandbox.guest.values import decode, encode
from tests.envs.code.families.enumeration import all_draws, number_of_paths
from tests.envs.code.families.laws import (
    KEY,
    alike,
    answers,
    cases,
    ends,
    every_family,
    families_and_levels,
    few_or_many,
    passes,
    problems,
    right,
    run,
    suites,
)

FEW_PATHS = 12_000
NONSENSE = (
    None,
    True,
    -1,
    10**30,
    0.5,
    math.nan,
    math.inf,
    "",
    "?",
    b"",
    [],
    [None],
    [[]],
    ["?"],
    (),
    {},
    {"?": 0},
    ...,
)


def test_there_are_40_families_of_every_topic():
    assert len(FAMILIES) >= 40
    assert list(FAMILIES) == sorted(FAMILIES)
    assert {family.topic for family in FAMILIES.values()} == set(TOPICS)
    assert all(name == family.name for name, family in FAMILIES.items())
    entry_points = [family.entry_point for family in FAMILIES.values() if family.entry_point]
    assert len(set(entry_points)) == len(entry_points)


@families_and_levels
def test_every_solution_and_mutant_comes_to_an_end_soon(family, level):
    """The first test: what does not end would hang those that follow."""
    for parameters in problems(family, level, 2):
        for arguments in cases(family, parameters, level, 3):
            for function in (family.solve, family.solve_again, *mutants_of(family)):
                given = copy.deepcopy(arguments)
                assert ends(functools.partial(function, *given, **parameters)), (parameters, arguments, function)


@families_and_levels
@few_or_many(15, 40)
def test_two_algorithms_agree_on_drawn_inputs_and_all_edges(family, level, count):
    for parameters in problems(family, level, count):
        for arguments in cases(family, parameters, level, 15):
            expected = answers(family, family.solve, parameters, arguments)
            again = answers(family, family.solve_again, parameters, arguments)
            assert right(family, parameters, arguments, again, expected), (parameters, arguments, expected, again)
            assert right(family, parameters, arguments, expected, expected), (parameters, arguments, expected)


@families_and_levels
@few_or_many(15, 45)
def test_every_mutant_fails_a_hidden_test_of_every_suite_and_both_solutions_pass_all(family, level, count):
    for index, (parameters, reference) in enumerate(suites(family, level, count)):
        for number, mutant in enumerate(mutants_of(family)):
            survived = all(passes(family, parameters, mutant, test) for test in reference["tests"])
            assert not survived, (parameters, family.mutants[number])
        for solution in (family.solve, family.solve_again) if index < 10 else ():
            for test in reference["tests"] + reference["public"]:
                assert passes(family, parameters, solution, test)


@families_and_levels
def test_a_constant_answer_passes_no_suite(family, level):
    for parameters, reference in suites(family, level, 10):
        tests = reference["tests"]
        outputs = [test["stdout"] if "stdin" in test else decode(test["expected"]) for test in tests]
        for output in outputs:
            assert not all(
                passes(family, parameters, lambda *_, _output=output, **__: _output, test) for test in tests
            ), parameters


@every_family
def test_programs_are_complete_texts_that_do_as_the_functions_do(family):
    level = len(family.levels)
    for parameters, reference in suites(family, level, 2):
        tests = reference["tests"] + reference["public"]
        for program in (reference["solution"], program_of(family.solve_again, family, parameters)):
            for test in tests:
                output = run(program, test)
                assert passes(family, parameters, lambda *_, _output=output, **__: _output, test)
        programs = mutant_programs(family, parameters)
        assert len(programs) == len(family.mutants) >= 2
        for program, mutant in zip(programs, mutants_of(family), strict=True):
            test = next((test for test in tests if not passes(family, parameters, mutant, test)), None)
            assert test is not None, (parameters, mutant)
            try:
                output = run(program, test)
            except Exception:
                continue
            assert not passes(family, parameters, lambda *_, _output=output, **__: _output, test)


@every_family
def test_a_checker_says_yes_to_right_outputs_and_no_to_nonsense(family):
    if family.checker is None:
        return
    for level in range(1, len(family.levels) + 1):
        for parameters in problems(family, level, 10):
            scope = {}
            exec(checker_of(family, parameters), scope)
            for arguments in cases(family, parameters, level, 6):
                given = copy.deepcopy(arguments)
                expected = answers(family, family.solve, parameters, arguments)
                assert scope["check"](given, copy.deepcopy(expected), expected) is True
                for output in (*NONSENSE, *perturbed(expected)):
                    if type(output) is type(expected) and output == expected:
                        continue
                    assert scope["check"](given, output, expected) is False, (parameters, arguments, output)
                assert given == arguments, "the checker changes its arguments"


def perturbed(expected):
    """Outputs that look like a right one and cannot be one."""
    if isinstance(expected, list | tuple):
        yield type(expected)([*expected, None])
        yield type(expected)([*expected, "?"])
        if expected:
            yield type(expected)([*expected[:-1], None])
            yield type(expected)([[one] for one in expected])
    elif isinstance(expected, str):
        yield expected + "\0"
    elif isinstance(expected, dict):
        yield {**expected, "?": None}
    elif isinstance(expected, int | float) and not isinstance(expected, bool):
        yield expected + 10**9
    yield [expected]


@families_and_levels
def test_the_size_is_what_enumerating_or_drawing_finds(family, level):
    size = family.size(level)
    assert size >= 50

    def draw(stream):
        return family.canonical(family.draw(stream, level))

    if number_of_paths(draw, [KEY.at(level, index) for index in range(200)]) <= FEW_PATHS:
        found = list(itertools.islice(all_draws(draw), 4 * FEW_PATHS))
        assert len(found) < 4 * FEW_PATHS
        assert len(set(found)) == size
        return
    count = 3_000
    distinct = len({draw(KEY.at(level, index)) for index in range(count)})
    # Nothing of that size can give more distinct ones, but for chance, than drawing evenly does.
    most = size * -math.expm1(-count / size)
    assert distinct <= min(size, most + 5 * math.sqrt(min(count, count**2 / (2 * size)) + 1))


@families_and_levels
def test_both_splits_have_problems(family, level):
    for split in ("train", "test"):
        source = generated(split=split, families=family.name, level=level)
        task = source.draw(1, 2)
        assert task == source.draw(1, 2)
        assert task.tags == {"family": family.name, "topic": family.topic, "level": level, "split": split}
        json.dumps([task.prompt, task.reference], allow_nan=False)


@families_and_levels
def test_parameters_are_json_and_drawn_from_nothing_but_the_stream(family, level):
    for index, parameters in enumerate(problems(family, level, 100)):
        assert json.loads(json.dumps(parameters, allow_nan=False)) == dict(parameters)
        assert family.draw(KEY.at(level, index), level) == parameters
        assert "level" not in parameters


@every_family
@few_or_many(100, 300)
def test_equal_problems_are_told_alike_and_different_ones_differently_on_all_levels(family, count):
    by_prompt, by_canonical = {}, {}
    for level in range(1, len(family.levels) + 1):
        for parameters in problems(family, level, count):
            canonical, prompt = family.canonical(parameters), family.prompt(parameters)
            assert canonical == family.canonical(json.loads(json.dumps(parameters)))
            assert by_prompt.setdefault(prompt, canonical) == canonical, prompt
            by_canonical.setdefault(canonical, parameters)
            for arguments in cases(family, parameters, level, 1)[:1]:
                same_problem = by_canonical[canonical]
                expected = answers(family, family.solve, same_problem, arguments)
                assert right(
                    family, parameters, arguments, answers(family, family.solve, parameters, arguments), expected
                )


@families_and_levels
def test_prompts_are_plain_and_free_of_their_machinery(family, level):
    for parameters in problems(family, level, 60):
        prompt = family.prompt(parameters)
        assert prompt == prompt.strip()
        assert 60 < len(prompt) < 1_500
        assert prompt[-1] in ".`:)"
        for mark in (" object at 0x", "lambda", "<function", "  ", "{}", " 1 characters", " 1 elements", " 1 times"):
            assert mark not in re.sub("`[^`]*`", "``", prompt), prompt


@families_and_levels
def test_arguments_and_outputs_survive_their_encoding(family, level):
    for parameters in problems(family, level, 5):
        for arguments in cases(family, parameters, level, 5):
            output = answers(family, family.solve, parameters, arguments)
            for value in (*arguments, output):
                back = decode(json.loads(json.dumps(encode(value))))
                assert alike(back, value, 0.0)
            if not family.entry_point:
                assert [type(value) for value in (*arguments, output)] == [str, str]


@every_family
def test_the_signature_takes_the_inputs_and_the_parameters_are_keywords(family):
    parameters = problems(family, 1, 1)[0]
    positional = 1
    if family.entry_point:
        assert family.entry_point.isidentifier() and not keyword.iskeyword(family.entry_point)
        (function,) = ast.parse(f"def f({family.signature}): ...").body
        assert all(argument.annotation is not None for argument in function.args.args)
        positional = len(function.args.args)
    else:
        assert family.signature == ""
    for function in (family.solve, family.solve_again):
        code = function.__code__
        assert code.co_argcount == positional
        names = set(code.co_varnames[positional : positional + code.co_kwonlyargcount])
        assert names == set(parameters)
    assert len(family.inputs(KEY.at(0, 0), parameters)) == positional
    assert all(len(arguments) == positional for arguments in family.edges(parameters))


def names_of_the_module(code):
    """Global names that a function and those inside it use, without builtins."""
    names = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
    return (names - set(vars(builtins))).union(*map(names_of_the_module, inner))


@every_family
def test_solutions_and_checkers_use_no_name_of_their_module(family):
    for function in (family.solve, family.solve_again, family.checker):
        if function is not None:
            assert names_of_the_module(function.__code__) <= {function.__name__}
            assert function.__closure__ is None


FINGERPRINT = """
import hashlib, json
from rlvr.envs.code.comparing import same, same_output
from rlvr.envs.code.families import FAMILIES
from rlvr.envs.code.generated import generated
digest = hashlib.sha256()
for name, family in FAMILIES.items():
    for level in range(1, len(family.levels) + 1):
        for episode in range(5):
            task = generated(families=name, level=level).draw(3, episode)
            digest.update(json.dumps([task.id, task.prompt, task.reference]).encode())
            print(task.id, digest.hexdigest())
"""


def test_tasks_are_the_same_in_every_process():
    """String hashes differ between processes: an order that comes from a set of strings would show."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", FINGERPRINT],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    first, second = (run.communicate()[0].splitlines() for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert next((one for one, other in zip(first, second, strict=True) if one != other), None) is None
