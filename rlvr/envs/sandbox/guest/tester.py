"""What runs tests, in a process of its own: the program under test is in another, at the end of a socket.

- `serve(channel, peer)`: run the tests or the checker that come over `channel`.

Tests come from files, so they are confined as programs are, and a program cannot reach them: it is asked for values and
answers with values. What has no form as a value, such as an instance of a class of the program's, is a `Remote` here.
Comparing one never asks the program, so no object of its making equals anything. Messages are frames:

- `{"tests": [code], "setup": code, "defined": [names], "entry_point": name}` is answered by `{"passed": bool}` a test,
  with `"raised"`, `"message"` and `"line"` where it is false. Names that the tests use and the program has defined are
  the program's, unless `setup` defines them too: helpers of the tests stay theirs, and so do builtins and modules of
  the standard library, or a program's own `abs` or `math` would decide what passes. `entry_point` is always the
  program's, and so is `candidate` in tests that use that name.
- `{"checker": source, "checks": [[arguments, output, expected], ...]}` is answered by `{"passed": bool}` a check.
"""

from __future__ import annotations

import builtins
import importlib
import sys
import traceback
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

from rlvr.envs.sandbox.guest import values
from rlvr.envs.sandbox.guest.program import failure
from rlvr.envs.sandbox.guest.wire import Wire

FILE_NAME = "<tests>"

_BUILTINS = frozenset(vars(builtins))
_ENDS_LOOPS = (StopIteration, StopAsyncIteration)
"""Raised by a program that is called in a `map` of the tests, these would end it before it has compared anything."""


class Remote:
    """An object of the program's that has no form as a value: a function, a class, an instance of one."""

    __slots__ = ("_rlvr_program", "_rlvr_reference")
    _rlvr_program: Program
    _rlvr_reference: dict[str, Any]

    def __init__(self, program: Program, reference: dict[str, Any]) -> None:
        """The object that requests with `reference` are about."""
        object.__setattr__(self, "_rlvr_program", program)
        object.__setattr__(self, "_rlvr_reference", reference)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call it, in the program's process."""
        return self._rlvr_program.call(self._rlvr_reference, arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        """What its attribute is, as a value if it has such a form."""
        return self._rlvr_program.ask({**self._rlvr_reference, "get": name})

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute there."""
        self._rlvr_program.ask({**self._rlvr_reference, "set": name, "value": self._rlvr_program.encoded(value)})

    def __bool__(self) -> bool:
        """Refused: it would pass for true whatever it is.

        Raises:
            TypeError: Always.
        """
        raise TypeError("an object of the program's own class has no truth value in a test")

    def __len__(self) -> int:
        """Its length, as it says."""
        length = self.__getattr__("__len__")()
        if type(length) is not int:
            raise TypeError(f"expected a length, got a {type(length).__name__}")
        return length

    def __iter__(self) -> Iterator[Any]:
        """Its items, read out."""
        return iter(self.__getattr__("__iter__")())

    def __getitem__(self, key: Any) -> Any:
        """Its item."""
        return self.__getattr__("__getitem__")(key)

    def __str__(self) -> str:
        """Its text, as it says."""
        text = self.__getattr__("__str__")()
        if type(text) is not str:
            raise TypeError(f"expected a text, got a {type(text).__name__}")
        return text

    __repr__ = __str__


class Program:
    """The program under test, at the end of a socket."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def call(self, reference: dict[str, Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The value of a call; raises what the program raised, as a builtin exception."""
        return self.ask(
            {
                **reference,
                "args": [self.encoded(value) for value in arguments],
                "kwargs": {name: self.encoded(value) for name, value in keywords.items()},
            }
        )

    def encoded(self, value: Any) -> Any:
        """A value of the tests' on its way to the program; objects of the program's go back by their number."""
        return values.encode(value, objects=_number_of)

    def ask(self, request: dict[str, Any]) -> Any:
        """Send one request and read its answer."""
        try:
            self._wire.send(request)
            answer = self._wire.receive()
        except ConnectionError:  # It ended before it read the request, or between two.
            answer = None
        if answer is None:
            raise RuntimeError("the program has ended")
        if "returned" in answer:
            return values.decode(answer["returned"], object_factory=self._remote)
        raise _raised(answer)

    def _remote(self, number: int, name: str) -> Remote:
        return Remote(self, {"object": number})


def serve(channel: int, peer: int | None = None) -> int:
    """Answer the one request that comes over `channel`."""
    wire = Wire(channel)
    wire.say_ready()
    request = wire.receive()
    if request is None:
        return 0
    results = _checked(request) if "checker" in request else _tested(request, Program(Wire(peer or -1)))
    for result in results:
        wire.send(result)
    return 0


def _tested(request: dict[str, Any], program: Program) -> Iterator[dict[str, Any]]:
    module = ModuleType("tests")
    names = vars(module)
    entry_point = request["entry_point"]
    try:
        codes = [compile(text, FILE_NAME, "exec", dont_inherit=True) for text in (request["setup"], *request["tests"])]
        used = set().union(*map(_names_in, codes))
        for name in used.intersection(request["defined"]) - _BUILTINS:
            own = name in sys.stdlib_module_names
            names[name] = importlib.import_module(name) if own else program.ask({"get": name})
        exec(codes[0], names)
        for name in (entry_point, "candidate"):
            if name and (name == entry_point or name in used):
                names[name] = Remote(program, {"call": entry_point})
    except BaseException as error:
        for _ in request["tests"]:
            yield _failed(error)
        return
    for code in codes[1:]:
        try:
            exec(code, names)
        except BaseException as error:
            yield _failed(error)
        else:
            yield {"passed": True}


def _checked(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    names: dict[str, Any] = vars(ModuleType("checker"))
    exec(compile(request["checker"], FILE_NAME, "exec", dont_inherit=True), names)
    for arguments, output, expected in request["checks"]:
        try:
            answer = names["check"](values.decode(arguments), values.decode(output), values.decode(expected))
            yield {"passed": bool(answer)}
        except BaseException as error:
            yield _failed(error)


def _names_in(code: CodeType) -> set[str]:
    """Every name that a piece of code looks up by name, its functions' included."""
    return set(code.co_names).union(*(_names_in(one) for one in code.co_consts if isinstance(one, CodeType)))


def _failed(error: BaseException) -> dict[str, Any]:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE_NAME]
    return {"passed": False, **failure(error), "line": lines[-1] if lines else None}


def _raised(answer: dict[str, Any]) -> Exception:
    """The program's exception as the nearest builtin one, so that tests which expect it can catch it."""
    message = answer.get("message", "")
    for name in answer.get("raised", ()):
        kind = getattr(builtins, name, None) if isinstance(name, str) else None
        if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, _ENDS_LOOPS):
            try:
                error = kind(message)
            except TypeError:  # UnicodeDecodeError and its like want more.
                continue
            return error
    return RuntimeError(message)


def _number_of(value: Any) -> int:
    if isinstance(value, Remote):
        number = value._rlvr_reference.get("object")
        if isinstance(number, int):
            return number
    raise TypeError(f"a {type(value).__name__} cannot be given to the program")
