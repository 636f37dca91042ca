"""A worker of the pool: a small program that runs checks one at a time until its parent closes the pipe.

The parent starts it as a script, `python -P worker.py PARENT_PID MEMORY_BYTES`. It uses the standard library only, and
imports the modules that checks name. Both directions carry frames: four bytes of length (big-endian), then that many
bytes of JSON; a model's text is never pickled or evaluated. Each request is
`{"path": sys.path or null, "call": [function, arguments, options, cpu_seconds]}`. The answers are

- `{"loaded": true}`, once a function, before its first check: from here on the check's own clock runs;
- `{"unimportable": reason}`, if there is no such function;
- `{"verdict": {...}}`, what the function said;
- `{"limit": "memory" or "stack"}`, if the check ran out of it;
- `{"error": reason, "traceback": text}`, if the function raised anything else.

Each also has `"cpu"`, the seconds of CPU time that the worker has used so far.

CPU time is limited by the kernel (`RLIMIT_CPU`, whose signal is left at its default and kills), so no text of a model's
can catch or out-last the limit. A verifier could, by ignoring the signal; such a one is ended by the wall clock, which
is the parent's business.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import resource
import select
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any

HEADER = struct.Struct(">I")
"""The length that comes before each frame."""

PARENT_POLL_SECONDS = 2.0
"""How often an idle worker looks for its parent: a process that the parent forked may hold the pipe open."""


def encode(message: Any) -> bytes:
    """One frame. UTF-8 with surrogates passed keeps every Python string as it is, halves of a pair included."""
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> Any:
    """The inverse of `encode`, without the header."""
    return json.loads(body.decode("utf-8", "surrogatepass"))


def receive(descriptor: int, parent: int) -> Any:
    """Wait for the next frame.

    Raises:
        SystemExit: There will be none: the pipe is closed, or the process `parent` is gone.
    """
    (size,) = HEADER.unpack(_read(descriptor, HEADER.size, parent))
    return decode(_read(descriptor, size, parent))


def _read(descriptor: int, size: int, parent: int) -> bytes:
    body = bytearray()
    while len(body) < size:
        while not select.select([descriptor], [], [], PARENT_POLL_SECONDS)[0]:
            if os.getppid() != parent:
                raise SystemExit(0)
        chunk = os.read(descriptor, min(size - len(body), 1 << 20))
        if not chunk:
            raise SystemExit(0)
        body += chunk
    return bytes(body)


def send(descriptor: int, message: dict[str, Any]) -> None:
    """Write one frame, and in it the CPU time used so far."""
    left = memoryview(encode({**message, "cpu": cpu_used()}))
    while left:
        left = left[os.write(descriptor, left) :]


def load(path: str) -> Callable[..., Any]:
    """Import the function that `"package.module:function"` names."""
    module, _, name = path.partition(":")
    if not module or not name:
        raise ImportError("it has not the form package.module:function")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def cpu_used() -> float:
    """Seconds of CPU time that this process and the children it waited for have used, as `os.wait4` will tell it."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def limit_cpu(seconds: float | None) -> None:
    """Let the kernel kill this process when it has used `seconds` more of CPU time; `None` lifts the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = hard
    if seconds is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = math.ceil(used.ru_utime + used.ru_stime + seconds)
        if hard != resource.RLIM_INFINITY:
            soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def limit_memory(size: int) -> None:
    """Bound the address space by `size` bytes, where the platform can; let a crash leave no core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":  # macOS has the constant and refuses the call.
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def answer(functions: dict[str, Callable[..., Any]], call: list[Any], replies: int) -> dict[str, Any]:
    """Run one check under its CPU limit and say what came of it."""
    path, arguments, options, cpu_seconds = call
    try:
        if path not in functions:
            try:
                functions[path] = load(path)
            except (ImportError, AttributeError) as error:
                return {"unimportable": f"{type(error).__name__}: {error}"}
            send(replies, {"loaded": True})
        limit_cpu(cpu_seconds)
        verdict = functions[path](*arguments, **options)
        if not hasattr(verdict, "as_dict"):
            raise TypeError(f"Expected {path} to return a Verdict, actually: {verdict!r:.80}.")
        return {"verdict": verdict.as_dict()}
    except MemoryError:
        return {"limit": "memory"}
    except RecursionError:
        return {"limit": "stack"}
    except BaseException as error:  # SystemExit too: a verifier has no business ending its worker.
        return {"error": f"{type(error).__name__}: {error}"[:300], "traceback": traceback.format_exc()}
    finally:
        limit_cpu(None)


def main(parent: int, memory_bytes: int) -> None:
    """Answer requests until there are no more."""
    requests, replies = os.dup(0), os.dup(1)
    # What a verifier prints must reach neither the pipe nor the training process's terminal; what it reads is empty.
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    limit_memory(memory_bytes)
    functions: dict[str, Callable[..., Any]] = {}
    while True:
        request = receive(requests, parent)
        if request["path"] is not None:
            sys.path[:] = request["path"]
            importlib.invalidate_caches()
        send(replies, answer(functions, request["call"], replies))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
