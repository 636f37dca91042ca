"""A process that grades for one contender: `python -m benchmarks.verifiers.worker NAME`, driven by `limits.py`.

It reads pairs of a gold and an answer as JSON lines and writes a line for each: accepted or not, the CPU time of the
check in seconds, and what went wrong. The first line says whether the contender could be made.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from typing import Any

from benchmarks.verifiers.graders import GaveUpError, make

MEMORY = 4 << 30
"""Bytes of address space."""
WARM_UP = (
    ("42", "43"),
    (r"\frac{1}{2}", "0.25"),
    ("x+1", "(x+2)^2"),
    (r"2\sqrt{2}", r"\sqrt{9}"),
    ("(1,2)", "(2,1)"),
    (r"\text{east}", "west"),
    (r"(2,\infty)", "x>3"),
    (r"\begin{pmatrix} 1 \\ 2 \end{pmatrix}", r"\begin{pmatrix} 2 \\ 1 \end{pmatrix}"),
    (r"\cos\frac{\pi}{7}", r"\sin\frac{\pi}{7}"),
)
"""Graded before anything is measured: libraries import and compile much on first use."""


def main() -> None:
    """Serve until the input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    replies = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)  # What a library prints must not be taken for a reply.
    try:
        grader = make(sys.argv[1])
    except ImportError as error:
        replies.write(json.dumps({"missing": str(error)}) + "\n")
        return
    for gold, answer in WARM_UP:
        checked(grader, gold, answer)
    replies.write(json.dumps({"ready": True}) + "\n")
    for line in sys.stdin:
        replies.write(json.dumps(checked(grader, *json.loads(line))) + "\n")


def checked(grader: Any, gold: str, answer: str) -> dict[str, Any]:
    """The reply to one pair."""
    trouble, accepted, seconds = "", False, 0.0
    try:
        grader.prepare(gold)
        start = time.process_time()
        try:
            accepted = grader.grade(gold, answer)
        finally:
            seconds = time.process_time() - start
    except GaveUpError as error:
        trouble = f"gave up: {error}"
    except (Exception, RecursionError, MemoryError) as error:
        trouble = f"{type(error).__name__}: {error}"[:200]
    return {"accepted": accepted, "cpu": seconds, "trouble": trouble}


if __name__ == "__main__":
    main()
