"""What one check may use, and that what earlier ones used is not held against it."""

import sys

import pytest

from rlvr.core import Status
from rlvr.envs.verification.pool import Pool
from tests.envs.verification.processes import PREAMBLE, check, script

MIB = 1 << 20

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")


def test_c_code_that_looks_at_no_signal_is_ended_by_the_cpu_limit():
    pool = Pool(workers=1, wall_factor=60)
    verdict = pool.submit(check("multiplies")).result()
    assert (verdict.status, verdict.reason) == (Status.TIMEOUT, "The check used up its 1 s of CPU time.")
    pool.close()


@linux
def test_a_check_may_use_its_memory_and_no_more_whatever_ran_before():
    pool = Pool(workers=1, memory_bytes=256 * MIB)
    for _ in range(6):
        assert pool.submit(check("fills", 240 * MIB)).result().status is Status.CORRECT
        assert pool.submit(check("hoards", 60 * MIB)).result().status is Status.CORRECT
    for _ in range(2):
        verdict = pool.submit(check("fills", 257 * MIB)).result()
        assert (verdict.status, verdict.reason) == (Status.TIMEOUT, "The check ran out of memory.")
        assert pool.submit(check("hoards", 60 * MIB)).result().status is Status.CORRECT
    assert pool.statistics().retries == 0  # The memory of a check does not depend on its worker's past.
    pool.close()


@linux
def test_a_worker_whose_checks_have_hoarded_much_is_replaced_and_that_is_no_loss():
    pool = Pool(workers=1, memory_bytes=256 * MIB)
    start = int(pool.submit(check("address_space")).result().answer)
    seen = set()
    for _ in range(8):
        assert pool.submit(check("hoards", 200 * MIB)).result().status is Status.CORRECT
        assert int(pool.submit(check("address_space")).result().answer) < start + 2 * 256 * MIB
        seen |= set(pool.pids())
    assert len(seen) >= 8
    assert (pool.statistics().retries, pool.statistics().restarts) == (0, 0)
    pool.close()


@linux
def test_under_a_limit_of_the_parents_own_a_hoard_is_not_held_against_a_later_check():
    process = script(
        """
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
"""
        + PREAMBLE
        + """
free = (1 << 30) - int(verification.judge(check("address_space")).answer)
assert verification.judge(check("hoards", 200 << 20)).status == "correct"
assert verification.judge(check("fills", free - (100 << 20))).status == "correct"
assert verification.statistics().retries == 1
assert verification.judge(check("fills", free + (1 << 20))).status == "timeout"
assert verification.statistics().errors == 0
print("done")
"""
    )
    out, err = process.communicate(timeout=60)
    assert out == "done\n", err


def test_limits_hold_even_if_the_parent_ignores_and_blocks_their_signals():
    process = script(
        """
import signal
signal.signal(signal.SIGXCPU, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
"""
        + PREAMBLE
        + """
verdict = verification.judge(check("loops", cpu_seconds=1))
assert (verdict.status, verdict.reason[:20]) == ("timeout", "The check used up it"), verdict
assert verification.judge(check("aborts", cpu_seconds=1)).status == "timeout"
print("done")
"""
    )
    out, err = process.communicate(timeout=60)
    assert out == "done\n", err
