"""Tests that are written as asserts, turned into calls where that says exactly the same.

A call test needs no process of its own: the program is asked for a value, which is compared here. So `assert f(1) == 2`
becomes `{"call": "f", "args": [1], "expected": 2}`, and a HumanEval test, `def check(candidate): ...` followed by
`check(f)`, a list of them. Whatever is not certain to mean the same stays code, which the sandbox runs.

- `as_calls(code, entry_point)`: the call tests, or `None`.
- `parse(code)`: the syntax tree. `bound_names(body)`: the names that statements bind.
"""

from __future__ import annotations

import ast
import builtins
import math
import operator
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, TypeGuard

from rlvr.envs.sandbox.guest.values import encode

_MAKERS = {"set": set, "frozenset": frozenset, "tuple": tuple, "list": list, "dict": dict}
"""Builtins whose call with one literal, or with none, is a literal too."""

_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
"""What is computed of numbers; a result is as long as what it is made of, unlike that of a power."""

_KNOWN = ("abs", *_MAKERS)
"""What is understood of Python's builtins."""

_BUILTINS = frozenset(dir(builtins))


class _Unclear(Exception):
    """It cannot be said as calls."""


def parse(code: str) -> ast.Module:
    """`ast.parse` without its warnings, of unknown escape sequences above all: rows stay as they were published.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: As for `ast.parse`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def as_calls(code: str, entry_point: str, *, shadowed: Collection[str] = ()) -> list[dict[str, Any]] | None:
    """The call tests that mean exactly what asserts mean, in their order; `None` if there is none, or code to run.

    A literal may also be a sum, difference, product or quotient of numbers, or a call of `set`, `frozenset`, `tuple`,
    `list` or `dict` on a literal. What is understood:

    - `assert f(LITERALS, name=LITERAL) == LITERAL`, either way round;
    - `assert f(...) is None`, `True` or `False`: a test with `"is": true`;
    - `assert f(...)` and `assert not f(...)`: a test with `"truth": true`;
    - `assert abs(f(...) - NUMBER) < NUMBER`: a test with `"within"`;
    - beside them what does nothing: docstrings, `pass`, `assert True`, imports, variables that nothing reads.

    What these fields ask for says `comparing.agrees`.

    Args:
        code: Python source. It is parsed, never run.
        entry_point: The function that is tested; in `check(candidate)`, `candidate` is it.
        shadowed: Names that are bound by code which runs before, as `bound_names` gives them.
    """
    try:
        taken = {*shadowed, *(_KNOWN if "*" in shadowed else ())} - {entry_point}
        return list(_calls(parse(code).body, {entry_point}, entry_point, taken)) or None
    except (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError, _Unclear):
        return None  # All that `ast.parse` and `ast.literal_eval` raise, and 1/0.


def _calls(body: list[ast.stmt], callees: set[str], entry_point: str, taken: set[str]) -> Iterator[dict[str, Any]]:
    match body:
        case [*before, ast.FunctionDef() as check, ast.Expr(ast.Call(ast.Name(name), [ast.Name(given)], []))] if (
            name == check.name and given == entry_point
        ):
            taken |= _bound([*before, check], callees)
            _need(not list(_tests(before, callees, entry_point, taken)))
            body, callees = check.body, {*callees, _candidate(check)}
            _need(name not in callees)
    yield from _tests(body, callees, entry_point, taken | callees | _bound(body, callees))


def _candidate(check: ast.FunctionDef) -> str:
    """The one parameter of `def check(candidate):`."""
    match check:
        case ast.FunctionDef(args=ast.arguments([], [ast.arg(name)], None, [], [], None, []), decorator_list=[]) if (
            name not in _BUILTINS and not getattr(check, "type_params", None)
        ):
            return name
    raise _Unclear


def _bound(body: list[ast.stmt], callees: Collection[str]) -> set[str]:
    """The names that the tests themselves bind; none of them may be what is tested."""
    bound = bound_names(body)
    _need(bound.isdisjoint(callees) and "*" not in bound)
    return bound


def bound_names(body: Iterable[ast.stmt]) -> set[str]:
    """The names that statements bind, at any depth; `"*"` if an import may bind any."""
    bound: set[str] = set()
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name is not None:
            bound.add(node.name)
    return bound


def _tests(
    body: list[ast.stmt], callees: Collection[str], entry_point: str, taken: Collection[str]
) -> Iterator[dict[str, Any]]:
    for statement in body:
        match statement:
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Expr(ast.Constant()):
                continue
            case ast.Expr(ast.Name(name)) if name in _BUILTINS:
                continue
            case ast.Assign([ast.Name()], value):
                _literal(value, taken)
            case ast.Assert(ast.Constant(value)) if value:
                continue
            case ast.Assert(test):
                yield _test(test, callees, entry_point, taken)
            case _:
                raise _Unclear


def _test(test: ast.expr, callees: Collection[str], entry_point: str, taken: Collection[str]) -> dict[str, Any]:
    called: ast.expr
    expected: Any
    more: dict[str, Any]
    match test:
        case ast.Call():
            called, expected, more = test, True, {"truth": True}
        case ast.UnaryOp(ast.Not(), called):
            expected, more = False, {"truth": True}
        case ast.Compare(called, [ast.Is()], [ast.Constant((None | True | False) as expected)]):
            more = {"is": True}
        case ast.Compare(ast.Call(ast.Name("abs"), [ast.BinOp(left, ast.Sub(), right)], []), [ast.Lt()], [bound]):
            _need("abs" not in taken)
            called, literal = _sides(left, right, callees)
            expected, most = _literal(literal, taken), _literal(bound, taken)
            _need(type(expected) in (int, float) and type(most) in (int, float) and 0 < most < math.inf)
            more = {"within": most}
        case ast.Compare(left, [ast.Eq()], [right]):
            called, literal = _sides(left, right, callees)
            expected, more = _literal(literal, taken), {}
        case _:
            raise _Unclear
    if not _is_call(called, callees):
        raise _Unclear
    keywords = {keyword.arg: encode(_literal(keyword.value, taken)) for keyword in called.keywords if keyword.arg}
    _need(len(keywords) == len(called.keywords))  # No `**`, and none twice.
    arguments = [encode(_literal(node, taken)) for node in called.args]
    made: dict[str, Any] = {"call": entry_point, "args": arguments}
    return {**made, **({"kwargs": keywords} if keywords else {}), "expected": encode(expected), **more}


def _sides(left: ast.expr, right: ast.expr, callees: Collection[str]) -> tuple[ast.expr, ast.expr]:
    """The call and the other side."""
    return (left, right) if _is_call(left, callees) else (right, left)


def _is_call(node: ast.expr, callees: Collection[str]) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in callees


def _literal(node: ast.expr | None, taken: Collection[str]) -> Any:
    match node:
        case ast.Call(ast.Name(name), arguments, []) if name in _MAKERS and name not in taken:
            _need(len(arguments) <= 1)
            values = [_literal(argument, taken) for argument in arguments]
            # The order of a set's elements is another in every process.
            _need(name in ("set", "frozenset") or not any(isinstance(value, set | frozenset) for value in values))
            return _MAKERS[name](*values)
        case ast.List(elements):
            return [_literal(element, taken) for element in elements]
        case ast.Tuple(elements):
            return tuple([_literal(element, taken) for element in elements])
        case ast.Set(elements):
            return {_literal(element, taken) for element in elements}
        case ast.Dict(keys, values):
            return {_literal(key, taken): _literal(value, taken) for key, value in zip(keys, values, strict=True)}
        case ast.BinOp(left, operation, right) if type(operation) in _OPERATIONS:
            one, other = _literal(left, taken), _literal(right, taken)
            numbers = isinstance(one, int | float | complex) and isinstance(other, int | float | complex)
            _need(numbers or (type(one) is type(other) is str and isinstance(operation, ast.Add)))
            return _OPERATIONS[type(operation)](one, other)
        case ast.Constant() | ast.UnaryOp():
            return ast.literal_eval(node)
    raise _Unclear


def _need(condition: bool) -> None:
    if not condition:
        raise _Unclear
