"""A contender in a process of its own, killed when a single check takes too long, so that no hang stops a run."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

START_LIMIT = 120.0
"""Seconds a contender may take to be imported and warmed up."""
AHEAD = 40
"""Requests that may wait in the pipe. Their replies fit into the other pipe, so neither side waits for the other."""


class MissingError(Exception):
    """The contender is not installed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one check."""

    accepted: bool
    cpu: float
    """Seconds of CPU time; the limit, of wall time, where that was hit."""
    trouble: str
    """Empty, or an error of the library, or `limit`."""


class Contender:
    """A grader behind a pipe.

    Raises:
        MissingError: It is not installed.
    """

    def __init__(self, name: str, *, limit: float) -> None:
        """Start it; `limit` is the wall time of one check in seconds."""
        self.name = name
        self._limit = limit
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "benchmarks.verifiers.worker", self.name]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}  # sympy's order of work, and so its time, depends on it.
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        self._buffer = b""
        reply = self._reply(process, START_LIMIT)
        if reply is None or "missing" in reply:
            process.kill()
            process.wait()
            raise MissingError(reply["missing"] if reply else f"{self.name} did not start.")
        return process

    def _reply(self, process: subprocess.Popen[bytes], limit: float) -> dict[str, Any] | None:
        """The next line, or `None` if it does not come in time or the process has ended."""
        assert process.stdout is not None
        while b"\n" not in self._buffer:
            if not select.select([process.stdout], [], [], limit)[0]:
                return None
            read = os.read(process.stdout.fileno(), 1 << 16)
            if not read:
                return None
            self._buffer += read
        line, _, self._buffer = self._buffer.partition(b"\n")
        reply: dict[str, Any] = json.loads(line)
        return reply

    def grade(self, pairs: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Grade pairs of gold and answer, one after the other; a check over the limit costs only its own outcome."""
        outcomes: list[Outcome] = []
        while len(outcomes) < len(pairs):
            left = pairs[len(outcomes) : len(outcomes) + AHEAD]
            assert self._process.stdin is not None
            try:
                self._process.stdin.write("".join(json.dumps(pair) + "\n" for pair in left).encode())
                self._process.stdin.flush()
            except BrokenPipeError:
                pass  # It died after its last reply: the first read below finds that out.
            for _ in left:
                reply = self._reply(self._process, self._limit)
                if reply is None:
                    outcomes.append(Outcome(False, self._limit, "limit"))
                    self.close()
                    self._process = self._start()
                    break
                outcomes.append(Outcome(reply["accepted"], reply["cpu"], reply["trouble"]))
        return outcomes

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                continue  # What was not sent any more is of no use.
