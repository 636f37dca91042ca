"""Programs as texts: made of a family's functions and the parameters of a problem.

A function of a family takes a problem's parameters by keyword; the program it becomes is the function's source and an
entry point that binds them, so a program is complete, and its parameters stand in it as literals.

- `program_of(function, family, parameters)`: of `solve`, `solve_again` or any function of their kind.
- `mutant_programs(family, parameters)`: of every mutant.
- `checker_of(family, parameters)`: the text of the checker, `""` where there is none.
- `mutants_of(family)`: the mutants as functions.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from functools import cache
from textwrap import dedent
from typing import Any

from rlvr.envs.code.families.base import Family, Parameters


def program_of(function: Callable[..., Any], family: Family, parameters: Parameters) -> str:
    """The program that answers a problem as `function` does: self-contained, keyword parameters, as `solve`."""
    return _program(_source_of(function), function.__name__, family, parameters)


def mutant_programs(family: Family, parameters: Parameters) -> list[str]:
    """The program of each mutant, in their order.

    Raises:
        ValueError: What a mutant replaces does not stand exactly once in the source of `solve`.
    """
    return [
        _program(source, family.solve.__name__, family, parameters)
        for source in _mutated(family.name, family.solve, family.mutants)
    ]


def checker_of(family: Family, parameters: Parameters) -> str:
    """The source of a function `check(arguments, output, expected)`, or `""`."""
    checker = family.checker
    if checker is None:
        return ""
    source, inner = _apart(_source_of(checker), checker.__name__, "check")
    call = _call(inner, ("arguments", "output", "expected"), parameters)
    return f"{source}\n\ndef check(arguments, output, expected):\n    return {call}\n"


def mutants_of(family: Family) -> tuple[Callable[..., Any], ...]:
    """The mutants, called as `solve` is; each is compiled once in a process.

    Raises:
        ValueError: As for `mutant_programs`.
    """
    return _compiled(family.name, family.solve, family.mutants)


def _program(source: str, name: str, family: Family, parameters: Parameters) -> str:
    entry = family.entry_point
    if not entry:
        return f"import sys\n\n\n{source}\n\nsys.stdout.write({_call(name, ('sys.stdin.read()',), parameters)})\n"
    source, inner = _apart(source, name, entry)
    call = _call(inner, _arguments(family.signature), parameters)
    return f"{source}\n\ndef {entry}({family.signature}):\n    return {call}\n"


def _call(name: str, arguments: tuple[str, ...], parameters: Parameters) -> str:
    """A call with the parameters as literals."""
    return f"{name}({', '.join([*arguments, *(f'{key}={value!r}' for key, value in parameters.items())])})"


@cache
def _source_of(function: Callable[..., Any]) -> str:
    return dedent(inspect.getsource(function))


@cache
def _arguments(signature: str) -> tuple[str, ...]:
    """How the names in a signature are passed on: `("words", "*rest", "k=k")` of `"words: list[str], *rest, k=1"`."""
    (function,) = ast.parse(f"def f({signature}): ...").body
    assert isinstance(function, ast.FunctionDef)
    spec = function.args
    rest = [] if spec.vararg is None else [f"*{spec.vararg.arg}"]
    named = [f"{argument.arg}={argument.arg}" for argument in spec.kwonlyargs]
    return (*(argument.arg for argument in (*spec.posonlyargs, *spec.args)), *rest, *named)


@cache
def _apart(source: str, name: str, taken: str) -> tuple[str, str]:
    """The source with its function under a name that is not `taken`, and that name.

    A function that calls itself must go on calling itself, so the name is changed wherever it is used.
    """
    if name != taken:
        return source, name
    lines = [line.encode() for line in source.splitlines(keepends=True)]  # ast counts bytes.
    tree = ast.parse(source)
    (function,) = tree.body
    uses = [(node.lineno, node.col_offset) for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    head = re.compile(rb"def\s+").match(lines[function.lineno - 1])
    assert head is not None
    for row, column in sorted([*uses, (function.lineno, head.end())], reverse=True):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + b"_" + line[column:]
    return b"".join(lines).decode(), f"_{name}"


@cache
def _mutated(name: str, solve: Callable[..., Any], mutants: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    source = _source_of(solve)
    for old, _ in mutants:
        if (count := source.count(old)) != 1:
            raise ValueError(
                f"Expected what a mutant of family {name!r} replaces to stand exactly once in the source of "
                f"{solve.__name__!r}, actually {count} times: {old!r}. Lengthen the text until it is one place."
            )
    return tuple(source.replace(old, new) for old, new in mutants)


@cache
def _compiled(
    name: str, solve: Callable[..., Any], mutants: tuple[tuple[str, str], ...]
) -> tuple[Callable[..., Any], ...]:
    functions = []
    for number, source in enumerate(_mutated(name, solve, mutants), 1):
        scope: dict[str, Any] = {}
        code = compile(source, f"<mutant {number} of {name}>", "exec", dont_inherit=True)
        exec(code, scope)  # The text is this package's own.
        functions.append(scope[solve.__name__])
    return tuple(functions)
