"""Verdicts on whole programs: every generated family, and a sandbox that fails."""

from __future__ import annotations

import pytest

from rlvr import registry
from rlvr.core import Status
from rlvr.envs import sandbox, verification
from rlvr.envs.code import verifier
from rlvr.envs.code.env import CodeEnv
from rlvr.envs.code.families import FAMILIES
from rlvr.envs.code.judging import judge
from rlvr.envs.code.rows import reference_of
from rlvr.envs.code.suites import mutant_programs, program_of, suite
from rlvr.envs.code.verifier import Settings, planned
from rlvr.envs.sandbox import SandboxFailed
from rlvr.seeding import StreamKey
from tests.envs.code.families.laws import few_or_many


def problems(family, level, count):
    """Some problems of a level, each with its reference."""
    for number in range(count):
        stream = StreamKey("test", "judging", family.name).at(level, number)
        problem = family.draw(stream, level)
        yield problem, suite(family, problem, stream)


def verdicts(programs, reference, settings):
    """What the pool says of programs, side by side."""
    return [verification.submit(planned(program, reference, settings, convention="whole")) for program in programs]


@pytest.mark.parametrize("name", FAMILIES)
@few_or_many(1, 4)
def test_both_solutions_of_a_family_pass_and_no_mutant_does(isolated, name, count):
    family, settings = FAMILIES[name], Settings()
    waiting = []
    for level in range(1, len(family.levels) + 1):
        for problem, reference in problems(family, level, count):
            right = [program_of(function, family, problem) for function in (family.solve, family.solve_again)]
            mutants = mutant_programs(family, problem)
            waiting += [
                (score, problem, program, future)
                for score, programs in ((1.0, right), (0.0, mutants))
                for program, future in zip(programs, verdicts(programs, reference, settings), strict=True)
            ]
    for score, problem, program, future in waiting:
        verdict = future.result()
        assert verdict.score == score, (problem, verdict.reason, program)
        assert verdict.status is not Status.ERROR, verdict.reason


def test_every_family_has_a_second_solution_that_is_another_program():
    for family in FAMILIES.values():
        problem = family.draw(StreamKey("test", "judging", family.name).at(1, 0), 1)
        assert program_of(family.solve, family, problem) != program_of(family.solve_again, family, problem)


# A sandbox that fails.

REFERENCE = reference_of({"prompt": "x", "entry_point": "f", "tests": [{"args": [1], "expected": 1}]})


def test_a_sandbox_that_fails_is_no_verdict(monkeypatch):
    def fails(*arguments):
        raise SandboxFailed("no zygote")

    monkeypatch.setattr(sandbox, "current", fails)
    with pytest.raises(SandboxFailed, match="no zygote"):
        judge("def f(x): return x", REFERENCE)


@pytest.fixture
def failing(isolated, monkeypatch, tmp_path):
    """An environment whose sandbox fails so many times for a program, and that program."""
    monkeypatch.setattr(verifier, "_JUDGE", "tests.planted_sandbox:judge")

    def make(times, body):
        failures = tmp_path / "failures"
        failures.write_text("the zygote was lost\n" * times)
        env = CodeEnv(families="runs", max_turns=2)
        env.reset(seed=0)
        return env, f"```python\n# {failures}\n{body or env.task.reference['solution']}\n```"

    return make


def test_a_sandbox_that_fails_once_is_tried_again(failing):
    env, answer = failing(1, "")
    before = verification.statistics().retries
    _, reward, terminated, truncated, info = env.step(answer)
    assert (reward, terminated, truncated, info["verdict"]["status"]) == (1.0, True, False, "correct")
    assert verification.statistics().retries == before + 1


@pytest.mark.parametrize("body", ["", "x = 1"])
def test_a_sandbox_that_fails_twice_is_an_error_whatever_the_program_is(failing, body):
    env, answer = failing(2, body)
    observation, reward, terminated, truncated, info = env.step(answer)
    assert (observation, reward, terminated, truncated) == ((), 0.0, False, True)
    assert info["verdict"]["status"] == "error" and "score" not in info["verdict"]
    assert "the zygote was lost" in info["verdict"]["reason"]
    assert info["reward_terms"] == {"correct": 0.0}


def test_the_registry_knows_the_verifier_and_its_sources():
    assert registry.verifier("code") is verifier.plan
    assert {"generated", "humaneval", "mbpp", "file"} <= set(registry.sources("code"))
