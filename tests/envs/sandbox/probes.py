"""Programs that try what they must not be able to do, and say what they managed."""

from __future__ import annotations

from tests.envs.sandbox.attack import Probe, probe
from tests.envs.sandbox.probes_of_system_calls import SYSTEM_CALLS

_FILES = [
    probe(
        "reads files",
        "reads the tests' files, rlvr's sources, and passwords",
        """
        def f(names):
            for path in [*names["secrets"], names["victim"] + "/file", "/etc/passwd", "/etc/hostname"]:
                attempt(path, lambda: open(path, "rb").read(1))
            return managed
        """,
    ),
    probe(
        "imports",
        "imports rlvr's families and verifier, and installed packages",
        """
        def f(names):
            sys.path += names["paths"]
            sys.path_importer_cache.clear()
            for package in ("rlvr", "rlvr.envs", "rlvr.envs.sandbox", "rlvr.envs.verification"):
                sys.modules.pop(package, None)
            for module in ("rlvr.envs.code.families", "rlvr.envs.code.judging", "rlvr.core", "numpy", "gymnasium"):
                attempt(module, __import__, module)
            return managed
        """,
    ),
    probe(
        "lists folders",
        "lists what is not Python's",
        """
        def f(names):
            for path in ("/", "/home", "/tmp", "/etc", "/usr", "/proc/self/fd", names["victim"]):
                attempt(path, os.listdir, path)
            return managed
        """,
    ),
    probe(
        "looks at paths",
        "asks whether files are there",
        """
        def f(names):
            for path in ("/etc/passwd", "/proc/self", names["victim"] + "/file"):
                attempt(path, os.stat, path)
            return managed
        """,
        namespaces=True,
    ),
    probe(
        "reads processes",
        "reads itself, its parent and the kernel in /proc and /sys",
        """
        def f(names):
            for process in ("self", "thread-self", os.getpid(), os.getppid(), 1):
                for what in ("mem", "environ", "maps", "cmdline", "status", "stack", "auxv", "fdinfo/0", "fd/3"):
                    attempt(f"{process}/{what}", open, f"/proc/{process}/{what}", "rb")
            for path in ("/proc/version", "/proc/kallsyms", "/sys/kernel/notes", "/dev/zero", "/dev/kmsg"):
                attempt(path, open, path, "rb")
            return managed
        """,
    ),
    probe(
        "writes files",
        "makes files wherever one may be",
        """
        def f(names):
            for folder in (names["victim"], "/tmp", "/dev/shm", "/var/tmp", "/run", ".", os.path.expanduser("~"),
                           os.path.dirname(os.__file__)):
                path = f"{folder}/rlvr-red-team"
                if attempt(path, os.open, path, os.O_CREAT | os.O_WRONLY) is not None:
                    os.unlink(path)
                attempt(f"{folder} without a name", os.open, folder, os.O_TMPFILE | os.O_RDWR)
            attempt("append", open, names["victim"] + "/file", "ab")
            attempt("stdlib", open, os.__file__, "r+b")
            return managed
        """,
    ),
    probe(
        "changes files",
        "modes, times, names, owners, links, attributes, lengths",
        """
        def f(names):
            file, other = names["victim"] + "/file", names["victim"] + "/other"
            attempt("chmod", os.chmod, file, 0o600)
            attempt("utime", os.utime, file, (1, 1))
            attempt("chown", os.chown, file, os.getuid(), os.getgid())
            attempt("link", os.link, file, other)
            attempt("symlink", os.symlink, file, other + "2")
            attempt("readlink", os.readlink, other + "2")
            attempt("mkdir", os.mkdir, other + "3")
            attempt("mkfifo", os.mkfifo, other + "4")
            attempt("setxattr", os.setxattr, file, "user.x", b"1")
            attempt("truncate", os.truncate, file, 0)
            attempt("rename", os.rename, file, other + "5")
            attempt("unlink", os.unlink, other)
            attempt("chdir", os.chdir, names["victim"])
            attempt("umask", os.umask, 0o77)
            return managed
        """,
    ),
]

_REACHING = [
    probe(
        "environment",
        "reads the environment",
        """
        def f(names):
            import ctypes
            variables = [f"{name}={value}" for name, value in os.environ.items()]
            pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.pythonapi, "environ")
            place = 0
            while pointers and pointers[place]:
                variables.append(pointers[place].decode()); place += 1
            return [one for one in variables if one.split("=")[0] not in ("PYTHONHASHSEED", "LC_CTYPE")]
        """,
        plain=False,
    ),
    probe(
        "sockets",
        "makes sockets of all families",
        """
        import socket
        def f(names):
            for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, 16, 17, 38, 40):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                    attempt(f"{family} {kind}", socket.socket, family, kind)
            attempt("look-up", socket.getaddrinfo, "localhost", 80)
            attempt("connection", socket.create_connection, ("127.0.0.1", 9), 0.1)
            return managed
        """,
    ),
    probe(
        "datagrams",
        "sends to a socket outside, from a pair that needs no connection",
        """
        import socket
        def f(names):
            for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
                pair = attempt("pair", socket.socketpair, socket.AF_UNIX, kind)
                if pair: attempt("datagram", pair[0].sendto, b"x", names["socket"])
            pair = socket.socketpair()
            attempt("stream", pair[0].sendto, b"x", names["socket"])
            attempt("abstract", pair[0].connect, "\\0rlvr")
            attempt("listen", pair[0].listen)
            return managed
        """,
    ),
    probe(
        "who is there",
        "asks its sockets who is at the other end",
        """
        import socket
        def f(names):
            a, b = socket.socketpair()
            attempt("credentials", a.getsockopt, socket.SOL_SOCKET, 17, 12)
            attempt("process", a.getsockopt, socket.SOL_SOCKET, 77, 4)
            attempt("filter", a.setsockopt, socket.SOL_SOCKET, 26, b"\\0" * 16)
            attempt("credentials passed", a.setsockopt, socket.SOL_SOCKET, 16, 1)
            return managed
        """,
        plain=False,
    ),
    probe(
        "urgent data",
        "sends and takes bytes out of their order, by sockets of its own and by its channel",
        """
        import socket
        def f(names):
            pair = socket.socketpair()
            attempt("sends", pair[0].send, b"x", socket.MSG_OOB)
            attempt("takes", lambda: pair[1].recv(1, socket.MSG_OOB) or 1 / 0)
            attempt("sends by its channel", socket.socket(fileno=os.dup(3)).send, b"", socket.MSG_OOB)
            return managed
        """,
    ),
    probe(
        "others",
        "asks which processes are there, and how busy they are",
        """
        import time
        def f(names):
            for pid in {*range(1, 4000), *range(os.getpid() - 20, os.getpid() + 20)} - {os.getpid()}:
                attempt(f"group of {pid}", os.getpgid, pid)
                attempt(f"session of {pid}", os.getsid, pid)
                attempt(f"processors of {pid}", os.sched_getaffinity, pid)
                attempt(f"scheduler of {pid}", os.sched_getscheduler, pid)
                attempt(f"parameters of {pid}", os.sched_getparam, pid)
                attempt(f"time of {pid}", time.clock_gettime, ~pid << 3 | 2)
                attempt(f"clock of {pid}", time.clock_getres, ~pid << 3 | 2)
            return managed
        """,
    ),
    probe(
        "descriptors",
        "looks for descriptors that are not its own",
        """
        def f(names):
            for number in range(4, 5000):
                attempt(number, os.fstat, number)
            return managed
        """,
        plain=False,
    ),
    probe(
        "processes",
        "forks, spawns, runs programs",
        """
        import subprocess
        def child():
            pid = os.fork()
            if pid == 0: os._exit(0)
            os.waitpid(pid, 0)
        def by_number(name):
            numbers = {"x86_64": {"clone": 56, "fork": 57, "vfork": 58}, "aarch64": {"clone": 220}}[os.uname().machine]
            pid = libc.syscall(numbers[name], 17, 0, 0, 0, 0)
            if pid == 0: os._exit(0)
            if pid < 0: raise OSError
        def f(names):
            attempt("fork", child)
            for name in ("clone", "fork", "vfork"): attempt(name, by_number, name)
            attempt("subprocess", subprocess.run, [sys.executable or "/bin/true", "-c", ""])
            attempt("system", lambda: os.system("true") == 0 or 1 / 0)
            attempt("popen", os.popen, "true")
            attempt("spawn", lambda: os.spawnl(os.P_WAIT, "/bin/true", "true") == 0 or 1 / 0)
            attempt("posix_spawn", os.posix_spawn, "/bin/true", ["true"], {})
            attempt("forkpty", lambda: os.forkpty()[0] or os._exit(0))
            attempt("multiprocessing", lambda: __import__("multiprocessing").Pool(1).close())
            return managed
        """,
        plain=False,
    ),
    probe(
        "signals",
        "signals itself, its parent and all",
        """
        import signal
        def f(names):
            for pid in (os.getpid(), os.getppid(), 1):
                attempt(f"kill {pid}", os.kill, pid, 0)
                attempt(f"pidfd {pid}", os.pidfd_open, pid)
            attempt("killpg", os.killpg, os.getpgrp(), 0)
            attempt("raise", signal.raise_signal, signal.SIGURG)
            attempt("alarm", signal.setitimer, signal.ITIMER_REAL, 99)
            return managed
        """,
    ),
    probe(
        "signals by descriptors",
        "has the kernel send signals",
        """
        import fcntl, socket
        def f(names):
            a, b = socket.socketpair()
            attempt("owner", fcntl.fcntl, a, fcntl.F_SETOWN, os.getppid())
            attempt("signal", fcntl.fcntl, a, fcntl.F_SETSIG, 9)
            attempt("lease", fcntl.fcntl, os.open(os.__file__, 0), fcntl.F_SETLEASE, 0)
            attempt("lock", fcntl.lockf, os.open(os.__file__, 0), fcntl.LOCK_SH | fcntl.LOCK_NB)
            attempt("flock", fcntl.flock, os.open(os.__file__, 0), fcntl.LOCK_SH | fcntl.LOCK_NB)
            attempt("pipe size", fcntl.fcntl, os.pipe()[0], 1031, 1 << 17)
            return managed
        """,
    ),
    probe(
        "limits",
        "raises its limits and its priority",
        """
        import resource
        def f(names):
            for name in (one for one in dir(resource) if one.startswith("RLIMIT_")):
                which = getattr(resource, name)
                attempt(name, resource.setrlimit, which, (resource.getrlimit(which)[0], resource.getrlimit(which)[1]))
            attempt("another's", resource.prlimit, os.getppid(), resource.RLIMIT_CPU)
            attempt("priority", os.setpriority, 0, 0, 0)
            attempt("nice", os.nice, 0)
            attempt("affinity", os.sched_setaffinity, 0, os.sched_getaffinity(0))
            attempt("scheduler", os.sched_setscheduler, 0, os.SCHED_OTHER, os.sched_param(0))
            attempt("session", os.setsid)
            return managed
        """,
    ),
    probe(
        "own limits",
        "has more of anything than it was given",
        """
        import resource
        def f(names):
            most = {"RLIMIT_AS": 2 << 30, "RLIMIT_CPU": 60, "RLIMIT_NOFILE": 64, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0,
                    "RLIMIT_MEMLOCK": 0}
            found = {name: resource.getrlimit(getattr(resource, name)) for name in most}
            return [name for name, (soft, hard) in found.items() if not 0 <= soft <= hard <= most[name]]
        """,
        plain=False,
    ),
    probe(
        "privileges",
        "becomes somebody else",
        """
        def f(names):
            attempt("setuid", os.setuid, os.getuid())
            attempt("setgid", os.setgid, os.getgid())
            attempt("setgroups", os.setgroups, [])
            attempt("chroot", os.chroot, "/")
            attempt("mknod", os.mknod, names["victim"] + "/node", 0o20600, os.makedev(1, 3))
            return managed
        """,
        plain=False,
    ),
    probe(
        "memory of others",
        "reads its parent's memory",
        """
        def f(names):
            class Piece(ctypes.Structure):
                _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
            buffer = ctypes.create_string_buffer(8)
            here, there = Piece(ctypes.addressof(buffer), 8), Piece(id(None), 8)
            for pid in (os.getppid(), os.getpid()):
                if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
                    managed.append(f"process_vm_readv {pid}")
            return managed
        """,
    ),
]

PROBES: list[Probe] = _FILES + _REACHING + SYSTEM_CALLS
