"""The filter of system calls and the rules for files that confine a program, made with libraries.

- `system_calls()`: a descriptor of the BPF program that lets through what a Python program needs to compute, and no
  more (seccomp(2), through libseccomp).
- `file_rules(folders)`: a descriptor of the Landlock rules that let a program read these and touch nothing else.

Both are made here, where libraries are at hand, and put into force by the zygote, which has none.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import sysconfig
import termios
from pathlib import Path

ALLOWED = (
    # Reading and writing what is open.
    "read write readv writev pread64 pwrite64 close lseek dup dup2 dup3 fadvise64"
    # Opening: the rules for files decide what. What a path is may be asked: imports ask all the time.
    " open openat stat lstat fstat newfstatat statx access faccessat faccessat2 getdents64 getcwd"
    # Memory.
    " brk munmap mremap mprotect madvise mincore"
    # Signals of its own, without sending any.
    " rt_sigaction rt_sigprocmask rt_sigreturn sigaltstack rt_sigpending rt_sigtimedwait pause"
    # Threads.
    " futex futex_waitv set_robust_list rseq membarrier set_tid_address gettid exit exit_group"
    " sched_get_priority_max sched_get_priority_min"
    # Time.
    " nanosleep gettimeofday time times getrusage restart_syscall"
    # Who and where it is.
    " getpid getppid getpgrp getuid geteuid getgid getegid uname sysinfo getrlimit getcpu getrandom"
    # Waiting, and pipes to itself: what asyncio does without a network.
    " poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2 pipe pipe2"
    " shutdown getsockname getpeername"
).split()
"""System calls that are let through whatever their arguments. All others fail with EPERM, but for those that
`system_calls` lets through with some arguments."""

_FCNTL = (
    *(fcntl.F_DUPFD, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL),
    *(_F_DUPFD_CLOEXEC := 1030, _F_GETPIPE_SZ := 1032),
)
"""What may be asked of a descriptor. Not F_SETOWN and F_SETSIG, by which the kernel sends any signal to any process of
the same user; not locks and leases, which other processes see; not larger pipes."""

_GETSOCKOPT = (socket.SO_TYPE, socket.SO_ERROR, _SO_PROTOCOL := 38, _SO_DOMAIN := 39)
"""What may be asked of a socket. Not SO_PEERCRED and SO_PEERPIDFD: who is at the other end."""

_OF_ITSELF = ("getpgid", "getsid", "sched_getparam", "sched_getscheduler")
"""What may be asked of this process, as 0, and of no other: who else is there is nobody's business."""

_CLOCKS = ("clock_gettime", "clock_getres", "clock_nanosleep")
_OTHER_CLOCK = 1 << 31
"""Set in the numbers of clocks that are no fixed ones: the CPU time of any process, or a descriptor's."""

_BINARY_TREE = 2
"""How libseccomp orders the calls. The kernel looks every call up once for each process that is confined; in a list,
that takes it twice as long."""

_CLONE_THREAD = 0x00010000
_FIONBIO, _FIOCLEX = 0x5421, 0x5451
_MAP_STACK, _LEAST_STACK = 0x20000, 1 << 20
_SOCKET_TYPE = 0xF  # The rest of the argument are flags.

_UNREADABLE = frozenset({"site-packages", "dist-packages", "ensurepip", "idlelib", "test"})
"""Folders of the standard library that are not for programs: other packages are installed in them, `rlvr` perhaps, with
its solutions."""

_TIME_ZONES = "/usr/share/zoneinfo"


def system_calls() -> int:
    """The filter as BPF, in a file in memory that is read from its beginning.

    Raises:
        ImportError, OSError: pyseccomp or the shared library libseccomp is not there.
    """
    import pyseccomp

    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    with contextlib.suppress(OSError):  # Before libseccomp 2.5 there are only lists.
        rules.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, _BINARY_TREE)
    for name in ALLOWED:
        if _is_known(name):
            rules.add_rule(pyseccomp.ALLOW, name)
    # A thread is a clone that shares everything; a process is not. clone3 hides its flags behind a pointer, so it has
    # to look as if the kernel did not have it: then the C library uses clone.
    rules.add_rule(pyseccomp.ALLOW, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    # The memory limit bounds the number of threads by their stacks, so no stack may be tiny: else one program could
    # take every process id of the machine.
    rules.add_rule(pyseccomp.ALLOW, "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, _MAP_STACK, 0))
    rules.add_rule(pyseccomp.ALLOW, "mmap", pyseccomp.Arg(1, pyseccomp.GE, _LEAST_STACK))
    # It does nothing: a program that only yields uses no CPU time, and on a busy machine seems to be kept waiting.
    rules.add_rule(pyseccomp.ERRNO(0), "sched_yield")
    # No datagrams: one can be sent to any socket that has a path, by its address, without a connection.
    rules.add_rule(
        pyseccomp.ALLOW,
        "socketpair",
        pyseccomp.Arg(0, pyseccomp.EQ, socket.AF_UNIX),
        pyseccomp.Arg(1, pyseccomp.MASKED_EQ, _SOCKET_TYPE, socket.SOCK_STREAM),
    )
    # No urgent data, which no program needs: it is a piece of the kernel of its own, with a history (CVE-2025-38236).
    for name in ("sendto", "recvfrom"):
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(3, pyseccomp.MASKED_EQ, socket.MSG_OOB, 0))
    for option in _GETSOCKOPT:
        level = pyseccomp.Arg(1, pyseccomp.EQ, socket.SOL_SOCKET)
        rules.add_rule(pyseccomp.ALLOW, "getsockopt", level, pyseccomp.Arg(2, pyseccomp.EQ, option))
    for command in _FCNTL:
        rules.add_rule(pyseccomp.ALLOW, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    own = pyseccomp.Arg(0, pyseccomp.EQ, 0)
    rules.add_rule(pyseccomp.ALLOW, "prlimit64", own, pyseccomp.Arg(2, pyseccomp.EQ, 0))  # Asking, not setting.
    for name in _OF_ITSELF:
        rules.add_rule(pyseccomp.ALLOW, name, own)
    # The C library asks it of threads when it tells their attributes, and goes on without it.
    rules.add_rule(pyseccomp.ALLOW, "sched_getaffinity", own)
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "sched_getaffinity", pyseccomp.Arg(0, pyseccomp.NE, 0))
    for name in _CLOCKS:
        rules.add_rule(pyseccomp.ALLOW, name, pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _OTHER_CLOCK, 0))
    for request in (termios.TCGETS, termios.TIOCGWINSZ, _FIONBIO, _FIOCLEX):  # What opening a file asks of it.
        rules.add_rule(pyseccomp.ALLOW, "ioctl", pyseccomp.Arg(1, pyseccomp.EQ, request))
    descriptor = os.memfd_create("rlvr-filter")
    try:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            rules.export_bpf(file)
        os.lseek(descriptor, 0, os.SEEK_SET)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _is_known(name: str) -> bool:
    """Whether this architecture has the call: newer ones lack `open`, `stat` and others that have successors."""
    import pyseccomp

    try:
        return int(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)) >= 0
    except ValueError:
        return False


def file_rules(folders: list[str]) -> int:
    """Landlock rules by which files beneath `folders` may be read, and nothing else may be done to any file.

    Except for the null device: whoever opens it can do nothing to anybody.

    Raises:
        ImportError, OSError: landlockpy is not there, or the kernel has no Landlock.
    """
    import landlockpy

    fs = landlockpy.AccessFS
    scope = landlockpy.Scope
    with landlockpy.Ruleset(scoped=scope.SIGNAL | scope.ABSTRACT_UNIX_SOCKET) as rules:
        for folder in folders:
            for path in _entries(Path(folder)):
                is_folder = path.is_dir()
                rules.allow_path(path, fs.READ_FILE | fs.READ_DIR if is_folder else fs.READ_FILE)
            rules.allow_path(folder, fs.READ_DIR)  # Imports list it.
        rules.allow_path(os.devnull, fs.READ_FILE | fs.WRITE_FILE)
        return os.dup(rules.fileno())


def _entries(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name not in _UNREADABLE]


def readable_folders() -> list[str]:
    """Folders that programs may import from: the standard library of the Python that runs them."""
    paths = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), _TIME_ZONES]
    found = [os.path.realpath(path) for path in paths if path and os.path.isdir(path)]
    return list(dict.fromkeys(found))
