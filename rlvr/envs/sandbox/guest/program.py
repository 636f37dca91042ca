"""What runs a program of a model's, in a process of its own that holds nothing but the program and its inputs.

- `serve(channel, peer)`: load a program and answer calls of its functions, over either socket.
- `script(channel)`: run a program that reads standard input and writes standard output.

Whatever is said here is said by the program: it shares this process and could say it itself. So nothing is a verdict,
only values, and those who read them expect anything. Messages are frames:

- `{"ready": true}` comes first, before a line of the program has run; what follows may be forged.
- `{"preamble": source, "program": source}` is answered by `{"defined": [names]}` or by a failure. With `"calls": [...]`
  this answer and those of the calls are sent at once, where nothing is worth anything if one of them is missing, and
  the process ends.
- `{"call": name, "args": [...], "kwargs": {...}}` is answered by `{"returned": value}` or by a failure, and so are
  `{"object": n, ...}` requests about an object that has no form as a value (see `objects`).
- A failure is `{"raised": [names of its class and its bases], "message": text, "trace": text}`.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from functools import cache
from types import CodeType, ModuleType
from typing import Any

from rlvr.envs.sandbox.guest import values
from rlvr.envs.sandbox.guest.wire import Wire

FILE_NAME = "<program>"
MOST_MESSAGE = 500
"""Characters of an exception's text that are passed on."""

MOST_FRAMES = 5
"""Lines of a traceback that are passed on."""


def serve(channel: int, peer: int | None = None) -> int:
    """Load the program that comes over `channel`, then answer calls from `peer`, or from `channel` if there is none."""
    wire = Wire(channel)
    wire.say_ready()
    request = wire.receive()
    if request is None:
        return 0
    module = ModuleType("solution")
    loaded = _load(module, request["preamble"], request["program"])
    objects = Objects()
    if "defined" in loaded and "calls" in request:
        wire.hold(loaded)
        for call in request["calls"]:
            wire.hold(answer(call, vars(module), objects))
        wire.flush()
    else:
        wire.send(loaded)
        calls = wire if peer is None else Wire(peer)
        while "defined" in loaded and (request := calls.receive()) is not None:
            calls.send(answer(request, vars(module), objects))
    _flush()
    return 0


class Objects:
    """The program's objects that have no form as a value: the other side has their numbers."""

    def __init__(self) -> None:
        self._held: dict[int, Any] = {}

    def hold(self, value: Any) -> int:
        """The number of an object, kept alive for as long as this process."""
        self._held[id(value)] = value
        return id(value)

    def find(self, number: int) -> Any:
        """The object of a number."""
        return self._held[number]


def answer(request: dict[str, Any], names: dict[str, Any], objects: Objects) -> dict[str, Any]:
    """Make one call, or look at one object, and say what came of it."""

    def decoded(data: Any) -> Any:
        return values.decode(data, object_factory=lambda number, name: objects.find(number))

    try:
        if "get" in request:  # A name of the module, or an attribute.
            found = objects.find(request["object"]) if "object" in request else None
            result = names[request["get"]] if found is None else getattr(found, request["get"])
        elif "set" in request:
            result = None
            setattr(objects.find(request["object"]), request["set"], decoded(request["value"]))
        else:
            function = names[request["call"]] if "call" in request else objects.find(request["object"])
            arguments = [decoded(data) for data in request["args"]]
            keywords = {name: decoded(data) for name, data in request.get("kwargs", {}).items()}
            result = function(*arguments, **keywords)
        return {"returned": values.encode(result, objects=objects.hold)}
    except BaseException as error:  # SystemExit too: a call that ends the process is a call that failed.
        return failure(error)


def script(channel: int, peer: int | None = None) -> int:
    """Run the program that comes over `channel` as `__main__`; its standard streams are this process's."""
    wire = Wire(channel)
    wire.say_ready()
    request = wire.receive()
    if request is None:
        return 0
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8", "surrogateescape")
    sys.stdout = _output()
    sys.argv = [FILE_NAME]
    module = ModuleType("__main__")
    ended: dict[str, Any] = {"ended": 0}
    try:
        sys.modules["__main__"] = module
        try:
            exec(_compiled(request["program"]), vars(module))
        finally:
            getattr(sys.modules.get("threading"), "_shutdown", lambda: None)()  # As the interpreter would.
    except SystemExit as error:
        ended = {"ended": error.code if isinstance(error.code, int) else int(error.code is not None)}
    except BaseException as error:
        ended = failure(error)
    _flush()
    wire.send(ended)
    return 0


def _load(module: ModuleType, preamble: str, source: str) -> dict[str, Any]:
    """Run a module's code; the names that it has defined. A preamble that needs what the program defines comes to less.

    The preamble is what tests share with the program: imports and helpers that were published with the task.
    """
    sys.stdout = _output()
    sys.modules[module.__name__] = module
    if preamble:
        with contextlib.suppress(Exception):
            exec(_compiled(preamble), vars(module))
    try:
        exec(_compiled(source), vars(module))
    except BaseException as error:
        return failure(error)
    return {"defined": [name for name in vars(module) if isinstance(name, str) and not name.startswith("__")]}


def _compiled(source: str) -> CodeType:
    return compile(source, FILE_NAME, "exec", dont_inherit=True)


@cache
def _output() -> io.TextIOWrapper:
    """Standard output, on descriptor 1: made by the zygote when it warms up, and so there in each of its children.

    It is made on a pipe, so a program finds that it cannot seek there, whether what it prints is captured or not.
    """
    reading, writing = os.pipe()
    kept = os.dup(1)
    os.dup2(writing, 1)
    output = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8", "surrogateescape")
    output.seekable()
    os.dup2(kept, 1)
    for descriptor in (reading, writing, kept):
        os.close(descriptor)
    return output


def _flush() -> None:
    """Write out what was printed; a program may have closed or replaced its stream."""
    for stream in (sys.stdout, sys.__stdout__):
        try:
            if stream is not None:
                stream.flush()
        except BaseException:  # What a program made of its stream may raise anything; its text is lost.
            continue


def failure(error: BaseException) -> dict[str, Any]:
    """What is told of an exception: bounded, and with no help from its class, which may be the program's."""
    kinds = [kind.__name__ for kind in type.mro(type(error)) if kind.__module__ == "builtins"]
    name = type.__getattribute__(type(error), "__name__")
    try:
        message = str(error)[:MOST_MESSAGE]
    except BaseException:  # Its own text fails.
        message = ""
    return {"raised": [str(name), *map(str, kinds)], "message": message, "trace": _trace(error)}


def _trace(error: BaseException) -> str:
    """Where in the program it happened, innermost last."""
    try:
        if isinstance(error, SyntaxError):
            return f"line {error.lineno}: {(error.text or '').strip()[:200]}"
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE_NAME]
        return "\n".join(f"line {frame.lineno}, in {frame.name}" for frame in frames[-MOST_FRAMES:])
    except BaseException:  # The program may have replaced what this needs.
        return ""
