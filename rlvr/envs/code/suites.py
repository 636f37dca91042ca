"""The tests of a generated problem: some to show, some to judge by, enough of them to reject every known mistake.

- `suite(family, parameters, stream)`: a task's reference.
- `program_of`, `mutant_programs`: see `rlvr.envs.code.programs`.
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rlvr.envs.code.comparing import same, same_output
from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.envs.code.programs import checker_of, mutant_programs, mutants_of, program_of
from rlvr.envs.sandbox.guest.values import encode
from rlvr.seeding import Stream

__all__ = ["mutant_programs", "program_of", "suite"]

PUBLIC = 2
"""Tests that the prompt shows."""
HIDDEN = 12
"""Hidden tests with drawn inputs, if there are so many inputs."""
_CANDIDATES = 8
"""Drawn inputs among which the public ones are chosen."""
_TRIES = 4
"""Draws for each input that is wanted, because some repeat."""
_HUNT = 200
"""Draws for an input that a mutant gets wrong."""


@dataclass
class _Case:
    """Arguments, and what comes of them."""

    family: Family
    parameters: Parameters
    arguments: Arguments
    """As they were drawn; solutions get copies."""

    @cached_property
    def key(self) -> str:
        """Equal for equal arguments."""
        return json.dumps(self.encoded)

    @cached_property
    def encoded(self) -> list[Any]:
        return [encode(argument) for argument in self.arguments]

    @cached_property
    def _frozen(self) -> bytes | None:
        """The arguments as bytes, where they are builtin values: reading these is five times as fast as `deepcopy`."""
        try:
            return marshal.dumps(self.arguments)
        except ValueError:
            return None

    def run(self, function: Callable[..., Any]) -> Any:
        """What the function returns for arguments that are its own."""
        frozen = self._frozen
        arguments = deepcopy(self.arguments) if frozen is None else marshal.loads(frozen)
        return function(*arguments, **self.parameters)

    @cached_property
    def expected(self) -> Any:
        return self.run(self.family.solve)

    def rejects(self, mutant: Callable[..., Any]) -> bool:
        """Whether the mutant fails the test."""
        try:
            output = self.run(mutant)
        except Exception:  # A program that raises fails its test, whatever it raises.
            return True
        family = self.family
        if family.checker is not None:
            return not family.checker(self.arguments, output, self.expected, **self.parameters)
        alike = same if family.entry_point else same_output
        return not alike(output, self.expected, family.tolerance)

    def test(self) -> dict[str, Any]:
        """The test as JSON data."""
        if not self.family.entry_point:
            return {"stdin": self.arguments[0], "stdout": self.expected}
        return {"call": self.family.entry_point, "args": self.encoded, "expected": encode(self.expected)}


def suite(family: Family, parameters: Parameters, stream: Stream) -> dict[str, Any]:
    """The reference of a task: a pure function of its arguments.

    Two tests are public. Hidden are 12 with drawn inputs, one for each of the family's edges, and for each mutant that
    none of these rejects the first of 200 drawn inputs that does; a program whose answer is always the same counts as a
    mutant. No input is tested twice unless a family has so few that the public ones must be among the hidden.

    Raises:
        ValueError: What a mutant replaces does not stand exactly once in the source of `solve`.
    """
    edges = _distinct(_Case(family, parameters, arguments) for arguments in family.edges(parameters))
    drawn = _drawn(family, parameters, stream, set(edges))
    public = _readable(drawn[:_CANDIDATES]) or list(edges.values())[:PUBLIC]
    shown = {case.key for case in public}
    hidden = [case for case in drawn if case.key not in shown] + list(edges.values())
    for mutant in (*mutants_of(family), _constant(hidden[0].expected)):
        if not any(case.rejects(mutant) for case in hidden):
            hidden += _killer(mutant, family, parameters, stream, shown)
    return {
        "entry_point": family.entry_point,
        "setup": "",
        "tests": [case.test() for case in hidden],
        "public": [case.test() for case in public],
        "checker": checker_of(family, parameters),
        "tolerance": family.tolerance,
        "solution": program_of(family.solve, family, parameters),
    }


def _distinct(cases: Iterable[_Case]) -> dict[str, _Case]:
    """The cases by key, the first of equal ones."""
    found: dict[str, _Case] = {}
    for case in cases:
        found.setdefault(case.key, case)
    return found


def _drawn(family: Family, parameters: Parameters, stream: Stream, known: set[str]) -> list[_Case]:
    """As many cases as both kinds of tests want, none of them `known`; fewer if there are no more."""
    found: dict[str, _Case] = {}
    for _ in range(_TRIES * (PUBLIC + HIDDEN)):
        case = _Case(family, parameters, family.inputs(stream, parameters))
        if case.key not in known and found.setdefault(case.key, case) is case and len(found) == PUBLIC + HIDDEN:
            break
    return list(found.values())


def _readable(cases: list[_Case]) -> list[_Case]:
    """Short cases that are not the very shortest, which say little; with different results, if any differ."""
    by_length = sorted(cases, key=lambda case: len(case.key))
    ordered = by_length[PUBLIC:] + by_length[:PUBLIC]
    for case in ordered[1:]:
        if not same(ordered[0].expected, case.expected):
            return [ordered[0], case]
    return ordered[:PUBLIC]


def _constant(output: Any) -> Callable[..., Any]:
    def answer(*arguments: Any, **parameters: Any) -> Any:
        return output

    return answer


def _killer(
    mutant: Callable[..., Any], family: Family, parameters: Parameters, stream: Stream, shown: set[str]
) -> list[_Case]:
    """The first drawn case that rejects the mutant; none if there is none among so many."""
    for _ in range(_HUNT):
        case = _Case(family, parameters, family.inputs(stream, parameters))
        if case.rejects(mutant) and case.key not in shown:
            return [case]
    return []
