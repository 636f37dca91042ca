import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, sys
import torch
from rlvr.baselines.learner.memory import keep_freed_memory

def micro_batch():
    return [torch.ones(1 << 18) for _ in range(20)]  # 20 MB, a page fault for every 4 kB that is new

if sys.argv[1] == "kept":
    keep_freed_memory()
micro_batch()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    micro_batch()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(kept):
    command = [sys.executable, "-c", PROGRAM, kept]
    tuned = ("MALLOC_", "GLIBC_TUNABLES")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(tuned)}
    return int(subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="of glibc's allocator")
def test_memory_of_one_micro_batch_is_there_for_the_next():
    assert faults("kept") < 0.1 * faults("given back")
