"""A worker of the pool: runs checks one at a time until its pipe is closed or the fork server is gone.

- `serve(requests, replies, memory_bytes)`: the loop, in a process that the fork server has just forked.
- `die_with(parent)`: leave no orphan.

Each request is `{"path": sys.path or null, "call": [function, arguments, options, cpu_seconds]}`. The answers are

- `{"loaded": true}`, once a function, before its first check: from here on the check's own clock and limits run;
- `{"unimportable": reason}`, if there is no such function;
- `{"verdict": {...}}`, what the function said;
- `{"limit": "memory" or "stack", "whole": bool}`, if the check ran out of it; `whole` says that no earlier check can
  have used it up;
- `{"error": reason, "traceback": text}`, if the function raised anything else.

Each also has `"cpu"`, the seconds of CPU time that the worker has used so far, and `"worn"`, whether it should be
replaced.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from rlvr.envs.verification.frames import CHUNK, Frames, decode, encode
from rlvr.envs.verification.limits import Limits, cpu_used

PARENT_POLL_SECONDS = 0.5
"""How often a worker looks for its parent where the kernel does not tell it."""

_PR_SET_PDEATHSIG = 1  # prctl(2)

Functions = dict[str, Callable[..., Any]]


def serve(requests: int, replies: int, memory_bytes: int) -> None:
    """Answer requests until there are no more."""
    functions: Functions = {}
    limits = Limits(memory_bytes)
    frames = Frames()
    while True:
        while (body := frames.take()) is None:
            chunk = os.read(requests, CHUNK)
            if not chunk:
                return
            frames.feed(chunk)
        request = decode(body)
        if request["path"] is not None:
            sys.path[:] = request["path"]
            importlib.invalidate_caches()
        path = request["call"][0]
        if path not in functions:
            try:
                functions[path] = load(path)
            except (ImportError, AttributeError) as error:
                send(replies, {"unimportable": f"{type(error).__name__}: {error}"}, limits)
                continue
            except BaseException as error:  # A module may raise anything while it is imported.
                send(replies, _failure(error), limits)
                continue
            limits.loaded()
            send(replies, {"loaded": True}, limits)
        send(replies, answer(functions, request["call"], limits), limits)


def answer(functions: Functions, call: list[Any], limits: Limits) -> dict[str, Any]:
    """Run one check under its limits and say what came of it."""
    path, arguments, options, cpu_seconds = call
    try:
        limits.set(cpu_seconds)
        try:
            verdict = functions[path](*arguments, **options)
            if not hasattr(verdict, "as_dict"):
                raise TypeError(f"Expected {path} to return a Verdict, actually: {verdict!r:.80}.")
            return {"verdict": verdict.as_dict()}
        finally:
            limits.lift()
    except MemoryError:
        return {"limit": "memory", "whole": limits.whole}
    except RecursionError:
        return {"limit": "stack"}
    except BaseException as error:  # SystemExit too: a verifier has no business ending its worker.
        return _failure(error)


def _failure(error: BaseException) -> dict[str, Any]:
    return {"error": f"{type(error).__name__}: {error}"[:300], "traceback": traceback.format_exc()}


def load(path: str) -> Callable[..., Any]:
    """Import the function that `"package.module:function"` names."""
    module, _, name = path.partition(":")
    if not module or not name:
        raise ImportError("it has not the form package.module:function")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def send(descriptor: int, message: dict[str, Any], limits: Limits) -> None:
    """Write one frame, and in it what the worker has used so far."""
    message["cpu"] = cpu_used()
    message["worn"] = limits.worn
    left = memoryview(encode(message))
    while left:
        left = left[os.write(descriptor, left) :]


def die_with(parent: int) -> None:
    """Have this process end when the process `parent`, which has forked it, does."""
    try:
        import ctypes  # Not every Python has it.

        told = ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
    except (ImportError, AttributeError, OSError):
        told = False  # Not Linux.
    if not told:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:  # It was gone before the kernel knew whom to tell.
        os._exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(0)
