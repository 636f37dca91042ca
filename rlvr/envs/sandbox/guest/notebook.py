"""What runs a program of a model's as a cell of a notebook, in a process of its own.

- `serve(channel)`: run the program that comes over the socket; all that is to be shown goes to standard output: what it
  prints, the value of its last expression, and a short traceback if it raises.

Nothing that comes from here is believed: it is shown to the model whose program it is, and to nobody else. Tracebacks
name the program's own lines only, so that they say the same on every machine and version of Python.
"""

from __future__ import annotations

import _ast
import io
import sys
import traceback
from types import CodeType, ModuleType
from typing import Any

from rlvr.envs.sandbox.guest.wire import Wire

FILE_NAME = "<python>"
MOST_FRAMES = 6
"""Lines of a traceback; of more, the first and the last half."""

MOST_LINE = 200
"""Characters of a line of the program that a traceback shows."""


def serve(channel: int, peer: int | None = None) -> int:
    """Run the program that comes over `channel`; its standard output and error are this process's standard output."""
    wire = Wire(channel)
    wire.say_ready()
    request = wire.receive()
    if request is None:
        return 0
    source: str = request["program"]
    # Line by line: what was printed before a program is killed is there. What cannot be encoded is escaped.
    raw = io.BufferedWriter(io.FileIO(1, "w", closefd=False))
    shown = io.TextIOWrapper(raw, "utf-8", "backslashreplace", line_buffering=True)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), shown, shown
    sys.argv = [FILE_NAME]
    sys.set_int_max_str_digits(0)  # The CPU time is limited, and long numbers are what a tool is for.
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    try:
        for code in cells(source):
            exec(code, vars(module))
    except SystemExit as error:
        if error.code is not None and not isinstance(error.code, int):
            shown.write(f"{error.code}\n")
    except BaseException as error:
        shown.write(told(error, source.split("\n")))
    getattr(sys.modules.get("threading"), "_shutdown", lambda: None)()  # As the interpreter would.
    for stream in (sys.stdout, shown):
        if stream is not None:
            stream.flush()
    return 0


def cells(source: str) -> list[CodeType]:
    """The program's code, and on its own its last statement if that is an expression, whose value is then shown.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: It does not compile.
    """
    tree: Any = compile(source, FILE_NAME, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
    parts = [tree]
    if tree.body and isinstance(tree.body[-1], _ast.Expr):
        parts.append(_ast.Interactive(body=[tree.body.pop()]))
    modes = ("exec", "single")  # Code of the second kind gives its value to sys.displayhook.
    return [compile(part, FILE_NAME, mode, dont_inherit=True) for part, mode in zip(parts, modes, strict=False)]


def told(error: BaseException, lines: list[str]) -> str:
    """A traceback: where in the program, and what."""
    if isinstance(error, SyntaxError) and error.filename == FILE_NAME:
        return _line(error.lineno, "", lines) + f"{_name(error)}: {error.msg}\n"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE_NAME]
    places = [_line(frame.lineno, f", in {frame.name}", lines) for frame in frames]
    if len(places) > MOST_FRAMES:
        half = MOST_FRAMES // 2
        places[half:-half] = [f"  ... {len(places) - 2 * half} more\n"]
    try:
        message = str(error)
    except BaseException:  # Its own text fails, as Python says it too.
        message = "<exception str() failed>"
    return (
        "".join(["Traceback (most recent call last):\n", *places])
        + f"{_name(error)}{': ' if message else ''}{message}\n"
    )


def _name(error: BaseException) -> str:
    return str(type.__getattribute__(type(error), "__name__"))


def _line(number: int | None, where: str, lines: list[str]) -> str:
    text = lines[number - 1].strip()[:MOST_LINE] if number is not None and 0 < number <= len(lines) else ""
    return f"  line {number}{where}\n" + (f"    {text}\n" if text else "")
