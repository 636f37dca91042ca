"""Confine the zygote once, and each of its children before it runs a line of a program.

- `Confinement(settings)`: what the zygote does to itself, inherited by every child: namespaces and a root of its own if
  the level has them, no new privileges, no capabilities, the Landlock rules, and the limits that are the same for all.
- `Confinement.enter(limits, descriptors, parent)`: what a fresh child does: a process group of its own, death with
  its parent, no descriptors but its own, its resource limits, and the filter of system calls. None of it can be undone.
  It shares no open file with the zygote, not even the null device: what is set on one (fcntl(2)) would outlive it.

The rules and the filter are made by the supervisor, with libraries, and come as descriptors; here are only the few
calls that put them into force. Each failure is an `OSError`: nothing runs half confined.

Numbers are those of Linux: prctl(2), unshare(2), mount(2), landlock_restrict_self(2), capset(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
SECCOMP_MODE_FILTER = 2
SYS_LANDLOCK_RESTRICT_SELF = 446  # On every architecture.
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_MOVE, MS_REC, MS_PRIVATE = 0x1, 0x20, 0x1000, 0x2000, 0x4000, 0x40000
MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534
MOST_THREADS = 256
"""Of all that runs in one user namespace; the kernel does not count those of root."""
OOM_SCORE = "1000"  # proc(5): the first to go when the machine runs out of memory, before any trainer.

_NOTHING = ("RLIMIT_FSIZE", "RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE")
"""Of these neither programs nor the zygote may have anything: files, core files, locked memory, message queues."""

_Limit = tuple[int, tuple[int, int]]
"""Which limit, and its soft and hard value."""


class _FilterProgram(ctypes.Structure):
    """`struct sock_fprog`: eight bytes an instruction."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class Confinement:
    """How the children of this zygote are confined."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Confine this process.

        Args:
            settings: `namespaces` (whether to have them), `readable` (folders that programs may import from),
                `filter` and `rules` (descriptors, or null where the level has none).

        Raises:
            OSError: The kernel refuses a part of it.
        """
        self._linux = sys.platform == "linux"
        self._filter: _FilterProgram | None = None
        # Those of the supervisor and its check are not for us: each child gets its own.
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE):
            hard = resource.getrlimit(limit)[1]
            resource.setrlimit(limit, (hard, hard))
        if self._linux:
            self._libc = ctypes.CDLL(None, use_errno=True)
            self._die_with_parent()
            with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
                file.write(OOM_SCORE)
        self._base = _address_space()
        self._limits: dict[tuple[int, ...], list[_Limit]] = {}
        # It counts by user namespace (Linux 5.14). Without one it would count all that the user runs, trainers too.
        self._thread_limit = [("RLIMIT_NPROC", MOST_THREADS)] if settings["namespaces"] else []
        if settings["filter"] is not None:
            self._filter = self._read_filter(settings["filter"])
        if settings["namespaces"]:
            self._enter_namespaces(settings["readable"])
        if settings["rules"] is not None:
            self._drop_capabilities()
            self._prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
            self._check("landlock_restrict_self", self._libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, settings["rules"], 0))
            os.close(settings["rules"])
        for lowered in self._known(*((name, 0) for name in _NOTHING)):
            resource.setrlimit(*lowered)

    def enter(self, limits: dict[str, int], descriptors: dict[str, int], parent: int) -> list[int]:
        """Confine this child of `parent`; what its role is called with: its channel, and its peer if it has one.

        Args:
            limits: `cpu` in seconds, `memory` in bytes on top of what the zygote has, and `descriptors`.
            descriptors: `channel`, and perhaps `stdin`, `stdout` and `peer`, as they arrived.
            parent: The zygote's pid.
        """
        os.setpgid(0, 0)
        if self._linux:
            self._die_with_parent()
            if os.getppid() != parent:
                os._exit(0)
        null = os.open(os.devnull, os.O_RDWR)
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            os.dup2(descriptors.get(name, null), number)
        ends = [descriptors[name] for name in ("channel", "peer") if name in descriptors]
        for place, end in enumerate(ends, start=100):  # Away from the numbers that they move to.
            os.dup2(end, place)
        for place in range(len(ends)):
            os.dup2(100 + place, 3 + place)
        os.closerange(3 + len(ends), _MOST_DESCRIPTORS)
        for limit in self.limits(limits):
            resource.setrlimit(*limit)
        if self._filter is not None:
            self._prctl("seccomp", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(self._filter))
        return list(range(3, 3 + len(ends)))

    def limits(self, limits: dict[str, int]) -> list[_Limit]:
        """What `resource.setrlimit` is called with; remembered, for most runs have the same limits."""
        key = tuple(limits.values())
        if key not in self._limits:
            self._limits[key] = self._known(
                ("RLIMIT_CPU", limits["cpu"]),
                ("RLIMIT_AS", self._base + limits["memory"]),
                ("RLIMIT_NOFILE", limits["descriptors"]),
                *self._thread_limit,
            )
        return self._limits[key]

    def _known(self, *limits: tuple[str, int]) -> list[_Limit]:
        return [
            _lowered(getattr(resource, name), value, spare=name == "RLIMIT_CPU")
            for name, value in limits
            if hasattr(resource, name) and (self._linux or name != "RLIMIT_AS")  # macOS refuses it.
        ]

    def _die_with_parent(self) -> None:
        self._prctl("pdeathsig", PR_SET_PDEATHSIG, signal.SIGKILL)

    def _read_filter(self, descriptor: int) -> _FilterProgram:
        with os.fdopen(descriptor, "rb") as file:
            instructions = file.read()
        self._instructions = instructions  # The structure holds no reference to them.
        return _FilterProgram(len(instructions) // 8, instructions)

    def _enter_namespaces(self, readable: list[str]) -> None:
        """New user, mount, network, IPC, UTS and process namespaces, and a root that holds `readable` alone."""
        user, group = os.geteuid(), os.getegid()
        flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWPID
        self._check("unshare", self._libc.unshare(flags))
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{NOBODY} {user} 1"),
            ("gid_map", f"{NOBODY} {group} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        self._own_root(readable)
        pid = os.fork()  # The first process in the new process namespace; if it dies, all in it do.
        if pid:
            os.closerange(3, _MOST_DESCRIPTORS)
            os.waitpid(pid, 0)
            os._exit(0)
        self._die_with_parent()

    def _own_root(self, readable: list[str]) -> None:
        """A file system in memory, read-only, with the readable folders bound where they were, and the null device."""
        self._mount(None, "/", None, MS_REC | MS_PRIVATE)
        free = [
            path
            for path in _BASES
            if os.path.isdir(path) and not any(f"{one}/".startswith(f"{path}/") for one in readable)
        ]
        if not free:
            raise OSError(f"no folder of {', '.join(_BASES)} is there to mount a root on")
        base = free[0]
        self._mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k,mode=755")
        for path in (*readable, os.devnull):
            target = base + path
            if os.path.isdir(path):
                os.makedirs(target, exist_ok=True)
            else:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.close(os.open(target, os.O_CREAT))
            self._mount(path, target, None, MS_BIND | MS_REC)
            flags = os.statvfs(target).f_flag & (MS_NOSUID | MS_NODEV | MS_NOEXEC)
            self._mount(None, target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | flags)
        self._mount(None, base, None, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
        os.chdir(base)
        self._mount(base, "/", None, MS_MOVE)
        os.chroot(".")
        os.chdir("/")

    def _drop_capabilities(self) -> None:
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
        self._check("capset", self._libc.capset(header, (ctypes.c_uint32 * 6)()))

    def _mount(self, source: str | None, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
        texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, data)]
        result = self._libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3])
        self._check(f"mount of {target}", result)

    def _prctl(self, what: str, option: int, first: Any, second: Any = 0) -> None:
        self._check(what, self._libc.prctl(option, first, second, 0, 0))

    def _check(self, what: str, result: int) -> None:
        if result < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{what}: {os.strerror(number)}")


_MOST_DESCRIPTORS = 1024
_BASES = ("/tmp", "/mnt", "/var", "/home", "/usr")


def _lowered(which: int, value: int, spare: int = 0) -> _Limit:
    """What lowers a limit for good; one that is lower already stays.

    With a spare second of CPU time, SIGXCPU ends the process first: a signal that tells what it died of. One that
    blocks it is killed a second later, as it might be by others.
    """
    hard = resource.getrlimit(which)[1]
    most = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    return which, (min(value, most), min(value + spare, most))


def _address_space() -> int:
    """Bytes of address space of this process; 0 where nothing tells."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
