"""What all kinds of rows are made of: fields that are checked as they are read, and the reference that comes of them.

- `code_field(row, name)`, `code_list(row, name)`: Python code, normalised; `parsed(code)`: its statements, never run.
- `function_name(name)`: the name of a function.
- `from_asserts(codes)`: tests of asserts.
- `reference(...)`: JSON data.
"""

from __future__ import annotations

import ast
import keyword
from typing import Any

from rlvr.envs.code.literal import as_calls, bound_names, parse
from rlvr.envs.files import Row

Reference = dict[str, Any]
"""What programs are judged by: JSON data."""

Test = dict[str, Any]
"""One test of a reference."""


def code_field(row: Row, name: str, where: str) -> str:
    """A field that has to be Python code; `""` where there is none.

    Raises:
        ValueError: It is something else; the message names it.
    """
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{where}: expected field {name!r} to be a text, actually: {value!r:.80}.")
    parsed(value, name, where)
    return plain(value)


def code_list(row: Row, name: str, where: str) -> list[str]:
    """A field that has to be a list of pieces of Python code; empty where there is none.

    Raises:
        ValueError: It is something else; the message names it.
    """
    values = row.get(name)
    if values is None:
        return []
    if not isinstance(values, list | tuple):
        raise ValueError(f"{where}: expected field {name!r} to be a list of texts, actually: {values!r:.80}.")
    for at, value in enumerate(values):
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{where}: expected '{name}[{at}]' to be a text, actually: {value!r:.80}.")
        parsed(value, f"{name}[{at}]", where)
    return [plain(value) for value in values]


def plain(code: str) -> str:
    """Code with the line ends that Python makes of others; MBPP has those of Windows."""
    return code.replace("\r\n", "\n")


def function_name(name: Any, field: str, where: str) -> str:
    """A name that has to be one of a function.

    Raises:
        ValueError: It is something else.
    """
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise ValueError(f"{where}: expected {field!r} to be the name of a function, actually: {name!r:.80}.")
    return name


def parsed(code: str, name: str, where: str) -> list[ast.stmt]:
    """The statements of code that has to be Python; it is never run.

    Raises:
        ValueError: It is not.
    """
    try:
        return parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"{where}: expected {name!r} to be Python code, actually: {error} in {code!r:.80}.") from error


def from_asserts(codes: list[str], entry_point: str, setup: str) -> list[Test]:
    """Call tests for those that say nothing else, code for the others; in their order."""
    body = parse(setup).body
    bound = bound_names(body)
    quiet = all(map(_is_quiet, body))
    tests: list[Test] = []
    for code in codes:
        calls = as_calls(code, entry_point, shadowed=bound) if entry_point and quiet else None
        tests += [{"assert": code}] if calls is None else calls
    return tests


def _is_quiet(statement: ast.stmt) -> bool:
    """Whether it surely never asks the program for anything, so that leaving it out changes nothing."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant()) | ast.Assign([ast.Name()], ast.Constant()):
            return True
        case ast.FunctionDef(decorator_list=[], args=ast.arguments(defaults=[], kw_defaults=[])):
            return True
    return False


def reference(
    entry_point: str,
    *,
    tests: list[Test],
    setup: str = "",
    public: list[Test] | None = None,
    checker: str = "",
    tolerance: float = 0.0,
    solution: str = "",
) -> Reference:
    """All fields of a reference; `rows.reference_of` says what they hold."""
    return {
        "entry_point": entry_point,
        "setup": setup,
        "tests": tests,
        "public": public or [],
        "checker": checker,
        "tolerance": tolerance,
        "solution": solution,
    }
