"""A row of a data set as the reference that programs are judged by, checked when it is read.

Three kinds of rows are told apart by their fields:

- ours, with `tests`: `prompt`, and optionally `public_tests`, `entry_point`, `setup`, `checker`, `tolerance`,
  `solution`;
- MBPP, with `test_list`: `text` (or `prompt`, in the sanitized set), `test_setup_code` or `test_imports`,
  `challenge_test_list`, `code` (Austin et al. 2021, "Program Synthesis with Large Language Models");
- HumanEval, with `test`: `prompt`, `entry_point`, `canonical_solution` (Chen et al. 2021, "Evaluating Large Language
  Models Trained on Code").

A test of ours is an assert as text, `{"assert": code}`, `{"stdin": text, "stdout": text}`, or
`{"args": [...], "kwargs": {...}, "expected": value}` with values as tagged JSON, where `"call"` names another function
than the entry point, and one of `"within": number`, `"is": true`, `"truth": true` another comparison than `==` (see
`comparing.agrees`). Asserts that are plain calls become call tests (see `literal`).

- `reference_of(row)`: what a task's `reference` holds.
- `prompt_of(row)`: what the model is asked.
"""

from __future__ import annotations

import ast
import builtins

from rlvr.envs.code.fields import (
    Reference,
    code_field,
    code_list,
    from_asserts,
    function_name,
    parsed,
    plain,
    reference,
)
from rlvr.envs.code.literal import bound_names, parse
from rlvr.envs.code.own_rows import own_reference
from rlvr.envs.files import Row, text_field

__all__ = ["Reference", "prompt_of", "reference_of"]

_BUILTINS = frozenset(dir(builtins))


def reference_of(row: Row, where: str = "the row") -> Reference:
    """What programs for this row are judged by: JSON data.

    Its fields: `entry_point` (`""` for standard input), `setup` (code that runs before asserts do, beside them),
    `tests`, `public`, `checker`, `tolerance`, `solution`.

    - MBPP: the first of `test_list` is public, since it names the function and its arguments; all are tests.
    - HumanEval: no test is public, its docstring has examples; `setup` is what its prompt has before the entry point.

    Args:
        row: A row of one of the three kinds.
        where: How errors name it.

    Raises:
        ValueError: Something in it is missing or cannot be read; the message names the field.
    """
    kind = _kind(row, where)
    if kind == "tests":
        return own_reference(row, where)
    return _mbpp(row, where) if kind == "test_list" else _humaneval(row, where)


def prompt_of(row: Row, where: str = "the row") -> str:
    """What the model is asked: as published, and for MBPP with its first test, which names the function.

    Raises:
        ValueError: The row has no text for it.
    """
    if _kind(row, where) != "test_list":
        return text_field(row, "prompt", where)
    text = text_field(row, "text" if "text" in row else "prompt", where)
    return f"{text.strip()}\nYour code should pass this test:\n{_asserts(row, where)[0].strip()}"


def _kind(row: Row, where: str) -> str:
    for name in ("tests", "test_list", "test"):
        if name in row:
            return name
    raise ValueError(
        f"{where}: expected a field 'tests' (ours), 'test_list' (MBPP) or 'test' (HumanEval), actually: {sorted(row)}."
    )


def _humaneval(row: Row, where: str) -> Reference:
    prompt = plain(text_field(row, "prompt", where))
    entry_point = function_name(row.get("entry_point"), "entry_point", where)
    stub = next(
        (
            node
            for node in parsed(prompt, "prompt", where)
            if isinstance(node, ast.FunctionDef) and node.name == entry_point
        ),
        None,
    )
    if stub is None:
        raise ValueError(
            f"{where}: expected 'entry_point' to be a function that 'prompt' defines, actually: {entry_point!r}."
        )
    first_line = min([stub.lineno, *(decorator.lineno for decorator in stub.decorator_list)])
    setup = "\n".join(prompt.split("\n")[: first_line - 1]).strip()
    test = plain(text_field(row, "test", where)).strip()
    if "check" not in bound_names(parsed(test, "test", where)):
        raise ValueError(f"{where}: expected 'test' to define check(candidate), actually: {test!r:.80}.")
    body = row.get("canonical_solution") or ""
    solution = code_field({"canonical_solution": f"{prompt}{body}"}, "canonical_solution", where) if body else ""
    tests = from_asserts([f"{test}\n\ncheck({entry_point})"], entry_point, setup)
    return reference(entry_point, setup=setup, tests=tests, solution=solution)


def _mbpp(row: Row, where: str) -> Reference:
    asserts = _asserts(row, where)
    setup = "\n".join([*code_list(row, "test_imports", where), code_field(row, "test_setup_code", where)]).strip()
    solution = code_field(row, "code", where)
    helpers = bound_names(parse(setup).body)
    entry_point = _called(asserts[0], bound_names(parse(solution).body), helpers)
    if not entry_point:
        raise ValueError(
            f"{where}: expected 'test_list' to begin with an assert that calls a function, "
            f"actually: {asserts[0]!r:.80}."
        )
    return reference(
        entry_point,
        setup=setup,
        tests=from_asserts([*asserts, *code_list(row, "challenge_test_list", where)], entry_point, setup),
        public=from_asserts(asserts[:1], entry_point, setup),
        solution=solution,
    )


def _asserts(row: Row, where: str) -> list[str]:
    asserts = code_list(row, "test_list", where)
    if not asserts:
        raise ValueError(f"{where}: expected 'test_list' to have at least one assert, actually: {row['test_list']!r}.")
    return asserts


def _called(code: str, defined: set[str], helpers: set[str]) -> str:
    """The function that an assert is about: of those that the solution defines, else of those that are not builtin."""
    names = [
        node.func.id
        for node in ast.walk(parse(code))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in helpers
    ]
    chosen = [name for name in names if name in defined] or [name for name in names if name not in _BUILTINS] or names
    return chosen[0] if chosen else ""
