"""What the tests of workers share: planted checks, scripts that use a pool, and whether a process is gone."""

import subprocess
import sys
import time
from pathlib import Path

from rlvr.core import Check

ROOT = Path(__file__).parents[3]

PREAMBLE = """
import os, signal, sys, time
from rlvr.core import Check
from rlvr.envs import verification
from rlvr.envs.verification.current import current
from rlvr.envs.verification.pool import Pool
check = lambda name, *arguments, **more: Check("tests.planted_verifiers:" + name, arguments, **more)
first = verification.judge(check("pid")).answer
"""


def check(name, *arguments, pure=False, **options):
    """A check by a planted verifier that may use one second of CPU time."""
    return Check(f"tests.planted_verifiers:{name}", arguments, options, cpu_seconds=1, pure=pure)


def script(body, **kwargs):
    """Run Python code in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", body], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **kwargs
    )


def gone(pid, seconds=20.0):
    """Whether the process ends within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False
