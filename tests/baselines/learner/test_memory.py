import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes
import torch
from rlvr.baselines.learner.memory import keep_freed_memory

FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"

class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS.split()]

mallinfo2 = ctypes.CDLL(None).mallinfo2
mallinfo2.restype = Mallinfo2

def comes_from_the_system():
    before = mallinfo2().hblks
    block = torch.empty(31 * 1024 * 1024, dtype=torch.uint8)
    return mallinfo2().hblks > before

keep_freed_memory()
print(comes_from_the_system())
"""


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc" or tuple(map(int, platform.libc_ver()[1].split("."))) < (2, 33),
    reason="of glibc's allocator, whose mallinfo2 is younger than some",
)
def test_blocks_as_large_as_glibc_learns_from_are_kept_from_now_on():
    """Twice as much stays when it is freed: the two thresholds go together (`mallopt(3)`)."""
    tuned = ("MALLOC_", "GLIBC_TUNABLES")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(tuned)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["False"]
