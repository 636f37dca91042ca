"""Steps in turns: a contender's process waits at its gate before each step until the benchmark opens it.

A machine that is busy for a minute would slow whoever runs in that minute. Opened one after the other, contenders do
the same step within seconds of each other.

- `wait`: the contender's side, over its standard input and output.
- `Contender`: the benchmark's side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, Self

READY = "ready for a step"
"""The line that says so; others, of libraries, are passed over."""
WAITING = "waiting"
"""The phase of a contender's clock that it waits in; not part of a step."""


def wait() -> None:
    """In a contender's process: return when the next step is to be made.

    Raises:
        EOFError: The benchmark is gone.
    """
    print(READY, flush=True)
    if not sys.stdin.readline():
        raise EOFError("The benchmark that opens this gate has ended.")


class Contender:
    """A worker's process."""

    def __init__(self, name: str, what: dict[str, Any]) -> None:
        """Start it; its errors go to this process's."""
        command = [sys.executable, "-m", "benchmarks.trl_side_by_side.worker", name, json.dumps(what)]
        quiet = {"TRANSFORMERS_VERBOSITY": "error", "TQDM_DISABLE": "1", "PYTHONWARNINGS": "ignore::FutureWarning"}
        environment = os.environ | quiet | {"HF_HUB_OFFLINE": "1"}
        self.name = name
        self.answer: dict[str, Any] = {}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def __enter__(self) -> Self:
        """Use it with `with`: it ends with the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, done or not."""
        self._process.kill()
        self._process.communicate()

    def until_ready(self) -> bool:
        """Wait for the gate, or for the end, where `answer` is what came of it; whether it is the gate.

        Raises:
            SystemExit: It failed.
        """
        assert self._process.stdout is not None
        last = ""
        for line in self._process.stdout:
            if line.strip() == READY:
                return True
            last = line
        if self._process.wait():
            raise SystemExit(f"{self.name} failed, see above.")
        self.answer = json.loads(last)
        return False

    def step(self) -> bool:
        """Open the gate, and wait until the step is made; whether there are more."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return self.until_ready()
