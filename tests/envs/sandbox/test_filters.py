"""The filter of system calls, run by a model of the machine that the kernel runs it on: what it lets through.

How libseccomp orders it decides what it costs, and nothing else.
"""

import os
import platform
import socket
import struct
import sys
from itertools import product

import pytest

from rlvr.envs.sandbox import filters

try:
    import pyseccomp
except (ImportError, RuntimeError):  # Without libseccomp it is the latter.
    pyseccomp = None

pytestmark = [
    pytest.mark.skipif(pyseccomp is None, reason="no pyseccomp or libseccomp, which make the filter"),
    pytest.mark.skipif(sys.platform != "linux" or platform.machine() != "x86_64", reason="numbers of Linux on x86-64"),
]

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x00000000  # seccomp(2), with EPERM.
X86_64, I386, X32 = 0xC000003E, 0x40000003, 0x40000000
"""Architectures, and the bit by which calls of a third one are told from those of the first."""

LD, AND, RET, JA, JEQ, JGT, JGE, JSET = 0x20, 0x54, 0x06, 0x05, 0x15, 0x25, 0x35, 0x45
TESTS = {JEQ: int.__eq__, JGT: int.__gt__, JGE: int.__ge__, JSET: int.__and__}
"""Classic BPF, as far as libseccomp uses it."""


def decided(instructions, number, arguments=(), architecture=X86_64):
    """What the filter says to a call (struct seccomp_data)."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *(value % (1 << 64) for value in padded))
    place = accumulator = 0
    while True:
        code, if_true, if_false, value = instructions[place]
        place += 1
        if code == LD:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif code == AND:
            accumulator &= value
        elif code == RET:
            return value
        elif code == JA:
            place += value
        else:
            place += if_true if TESTS[code](accumulator, value) else if_false


def made():
    descriptor = filters.system_calls()
    with os.fdopen(descriptor, "rb") as file:
        return list(struct.iter_unpack("=HBBI", file.read()))


@pytest.fixture(scope="module")
def tree():
    return made()


def number_of(name):
    return pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)


def test_as_a_tree_it_lets_through_what_it_lets_through_as_a_list(tree, monkeypatch):
    monkeypatch.setattr(filters, "_BINARY_TREE", 1)
    as_list = made()
    assert as_list != tree
    values = (0, 1, 2, 3, 7, 17, 38, 1030, 1031, 1032, 0x5401, 0x5413, 0x5421, 0x20022, 1 << 20, 1 << 31, 1 << 32, -1)
    for number, value, architecture in product([*range(600), X32, X32 + 59, (1 << 32) - 1], values, (X86_64, I386)):
        arguments = [value] * 6
        assert decided(tree, number, arguments, architecture) == decided(as_list, number, arguments, architecture)
    some = [number_of(name) for name in ("mmap", "socketpair", "getsockopt", "prlimit64", "fcntl", "clone", "sendto")]
    for number, *arguments in product(some, (0, 1, 2), values, values[:6], (0, 1, 0x20000)):
        assert decided(tree, number, arguments) == decided(as_list, number, arguments)


def test_what_is_not_named_is_refused_and_other_architectures_are_killed(tree):
    allowed = {number_of(name) for name in filters.ALLOWED}
    with_conditions = {"clone", "mmap", "socketpair", "sendto", "recvfrom", "getsockopt", "fcntl", "prlimit64", "ioctl"}
    special = {number_of(name) for name in (*with_conditions, *filters._OF_ITSELF, *filters._CLOCKS)}
    special |= {number_of(name) for name in ("clone3", "sched_yield", "sched_getaffinity")}
    for number in range(600):
        if number not in special:
            assert decided(tree, number, [0] * 6) == (ALLOW if number in allowed else REFUSE)
        assert decided(tree, number | X32) == decided(tree, number, architecture=I386) == KILL


@pytest.mark.parametrize(
    ("name", "arguments", "is_allowed"),
    [
        ("sendto", (3, 0, 1, 0), True),
        ("sendto", (3, 0, 1, socket.MSG_NOSIGNAL), True),
        ("sendto", (3, 0, 1, socket.MSG_OOB), False),
        ("sendto", (3, 0, 1, socket.MSG_OOB | socket.MSG_DONTWAIT | 1 << 40), False),
        ("recvfrom", (3, 0, 1, socket.MSG_PEEK), True),
        ("recvfrom", (3, 0, 1, socket.MSG_OOB), False),
        ("getpgid", (0,), True),
        ("getsid", (1,), False),
        ("sched_getscheduler", (1 << 32,), False),
        ("clock_gettime", (2,), True),
        ("clock_gettime", (~7 << 3 | 2,), False),
        ("clock_nanosleep", (1 << 31,), False),
    ],
)
def test_a_call_that_is_let_through_with_some_arguments_is_refused_with_others(tree, name, arguments, is_allowed):
    assert decided(tree, number_of(name), arguments) == (ALLOW if is_allowed else REFUSE)


def test_a_process_may_learn_its_own_processors_and_the_c_library_that_it_has_no_threads_of_others(tree):
    number = number_of("sched_getaffinity")
    assert decided(tree, number, (0,)) == ALLOW
    assert decided(tree, number, (77,)) == 0x00050000 | 38  # ENOSYS.
