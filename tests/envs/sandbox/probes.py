"""Programs that try what they must not be able to do, and say what they managed; and what outlives a run."""

from __future__ import annotations

from tests.envs.sandbox.attack import Leftover, Probe, probe


def _calls(name: str, tries: str, calls: str) -> Probe:
    """System calls by their numbers on x86-64 and on 64-bit ARM, or the one number of both."""
    return probe(name, tries, f"def f(names):\n    reach({{{calls}}})\n    return managed\n", plain=False)


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
                for what in ("mem", "environ", "maps", "cmdline", "status", "stack", "auxv", "fdinfo/0", "fd/0"):
                    attempt(f"{process}/{what}", open, f"/proc/{process}/{what}", "rb")
            for path in ("/proc/version", "/proc/kallsyms", "/sys/kernel/notes", "/dev/zero", "/dev/kmsg", "/proc/meminfo"):
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
        def f(names):
            attempt("fork", child)
            attempt("subprocess", subprocess.run, [sys.executable or "/bin/true", "-c", ""])
            attempt("system", lambda: os.system("true") == 0 or 1 / 0)
            attempt("popen", os.popen, "true")
            attempt("spawn", lambda: os.spawnl(os.P_WAIT, "/bin/true", "true") == 0 or 1 / 0)
            attempt("posix_spawn", os.posix_spawn, "/bin/true", ["true"], {})
            attempt("forkpty", lambda: os.forkpty()[0] or os._exit(0))
            attempt("multiprocessing", lambda: __import__("multiprocessing").Pool(1).close())
            return managed
        """,
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
            attempt("fork by clone", lambda: libc.syscall(56, 17, 0, 0, 0, 0) + 1 or 1 / 0)
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

_SYSTEM_CALLS = [
    _calls(
        "execution",
        "runs programs by any call",
        '"execve": (59, 221), "execveat": (322, 281), "clone3": 435, "wait4": (61, 260), "waitid": (247, 95)',
    ),
    _calls(
        "debugging",
        "watches and changes other processes",
        '"ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": 440, "kcmp": (312, 272), "pidfd_getfd": 438, "get_robust_list": (274, 100)',
    ),
    _calls(
        "signalling",
        "sends signals by any call",
        '"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "pidfd_open": 434, "pidfd_send_signal": 424, "timer_create": (222, 107), "setitimer": (38, 103), "signalfd4": (289, 74)',
    ),
    _calls(
        "mounting",
        "changes what files there are",
        '"mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsmount": 432, "fspick": 433, "mount_setattr": 442, "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "quotactl": (179, 60)',
    ),
    _calls("namespaces", "makes and enters namespaces", '"unshare": (272, 97), "setns": (308, 268)'),
    _calls(
        "io_uring and aio",
        "has the kernel do it",
        '"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "io_setup": (206, 0), "io_submit": (209, 2)',
    ),
    _calls(
        "bpf and perf",
        "runs code in the kernel, measures others",
        '"bpf": (321, 280), "perf_event_open": (298, 241), "seccomp": (317, 277), "landlock_create_ruleset": 444, "prctl": (157, 167), "arch_prctl": (158, None)',
    ),
    _calls(
        "faults",
        "decides what other threads' memory holds",
        '"userfaultfd": (323, 282), "memfd_create": (319, 279), "memfd_secret": 447, "mlock": (149, 228), "mlockall": (151, 230), "remap_file_pages": (216, 234), "pkey_mprotect": (329, 288), "set_mempolicy": (238, 237), "migrate_pages": (256, 238), "move_pages": (279, 239)',
    ),
    _calls(
        "keys", "uses the kernel's key rings", '"add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219)'
    ),
    _calls(
        "System V and queues",
        "shares memory and messages that outlive it",
        '"shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "semop": (65, 193), "msgget": (68, 186), "msgsnd": (69, 189), "mq_open": (240, 180), "mq_notify": (244, 184)',
    ),
    _calls(
        "network",
        "any call of a socket that goes outside",
        '"socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "sendmsg": (46, 211), "recvmsg": (47, 212), "sendmmsg": (307, 269), "recvmmsg": (299, 243), "setsockopt": (54, 208)',
    ),
    _calls(
        "modules and machine",
        "changes the machine",
        '"init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142), "swapon": (167, 224), "sethostname": (170, 161), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "syslog": (103, 116), "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "personality": (135, 92)',
    ),
    _calls(
        "identity",
        "changes who it is",
        '"setuid": (105, 146), "setreuid": (113, 145), "setresuid": (117, 147), "setgid": (106, 144), "setgroups": (116, 159), "setfsuid": (122, 151), "capset": (126, 91), "setpgid": (109, 154), "setsid": (112, 157)',
    ),
    _calls(
        "changing files",
        "changes files by any call",
        '"chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": 452, "fchown": (93, 55), "fchownat": (260, 54), "utimensat": (280, 88), "renameat2": (316, 276), "linkat": (265, 37), "symlinkat": (266, 36), "unlinkat": (263, 35), "mkdirat": (258, 34), "mknodat": (259, 33), "truncate": (76, 45), "ftruncate": (77, 46), "fallocate": (285, 47), "fsetxattr": (190, 7), "chdir": (80, 49), "fchdir": (81, 50), "flock": (73, 32), "openat2": 437, "copy_file_range": (326, 285), "sendfile": (40, 71), "splice": (275, 76), "vmsplice": (278, 75), "tee": (276, 77)',
    ),
    _calls(
        "watching",
        "watches files and time",
        '"inotify_init1": (294, 26), "fanotify_init": (300, 262), "timerfd_create": (283, 85), "lookup_dcookie": (212, 18), "readlinkat": (267, 78)',
    ),
    _calls(
        "scheduling",
        "takes more than its share",
        '"setrlimit": (160, 164), "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setscheduler": (144, 119), "sched_setparam": (142, 118), "sched_setattr": (314, 274), "sched_setaffinity": (203, 122)',
    ),
]

PROBES: list[Probe] = _FILES + _REACHING + _SYSTEM_CALLS

LEFTOVERS = [
    Leftover(
        "module",
        "import builtins, json, sys\nbuiltins.left = json.left = sys.left = 1\nsys.modules['left'] = sys",
        "import builtins, json, sys\ndef f(): return [m for m in (builtins, json, sys) if hasattr(m, 'left')] + ['left'] * ('left' in sys.modules)",
    ),
    Leftover(
        "random state",
        "import random\nrandom.seed(5)\nrandom.random()",
        "import random\nstate = random.getstate()\nrandom.seed(0)\ndef f(): return [] if state == random.getstate() else ['state']",
    ),
    Leftover(
        "environment",
        "import os\nos.environ['LEFT'] = '1'\nos.putenv('LEFT', '1')",
        "import ctypes, os\nlibc = ctypes.CDLL(None)\ndef f(): return ['LEFT'] * ('LEFT' in os.environ or bool(libc.getenv(b'LEFT')))",
    ),
    Leftover(
        "flags of open files",
        "import fcntl, os\nfor n in (0, 1, 2):\n    for call in ((4, os.O_NONBLOCK | os.O_APPEND), (8, os.getpid()), (10, 12)):\n"
        "        try: fcntl.fcntl(n, *call)\n        except OSError: pass\n    os.set_blocking(n, False)",
        "import fcntl, os\ndef f():\n    return [n for n in (0, 1, 2) if fcntl.fcntl(n, 3) & (os.O_NONBLOCK | os.O_APPEND)]",
    ),
    Leftover(
        "signals",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.pthread_sigmask(0, {10})",
        "import signal\ndef f(): return [s for s in signal.pthread_sigmask(0, ())] + ['int'] * (signal.getsignal(2) is signal.SIG_IGN)",
    ),
    Leftover(
        "files and folders",
        "import os\nfor p in ('/tmp', '/dev/shm', '.', '/'):\n    try: open(p + '/rlvr-left', 'w')\n    except OSError: pass\n"
        "try: os.chdir('/tmp')\nexcept OSError: pass",
        "import os\ndef f():\n    return [p for p in ('/tmp', '/dev/shm', '.', '/') if os.path.exists(p + '/rlvr-left')] + ['cwd'] * (os.getcwd() != '/')",
    ),
    Leftover(
        "interpreter",
        "import decimal, gc, locale, sys, threading, warnings\nsys.setrecursionlimit(99)\nsys.set_int_max_str_digits(0)\ndecimal.getcontext().prec = 3\n"
        "threading.stack_size(1 << 21)\ngc.disable()\nsys.path.append('/left')\nsys.setswitchinterval(1)",
        "import decimal, gc, sys, threading\ndef f():\n    return [n for n, bad in {'recursion': sys.getrecursionlimit() < 1000, 'digits': sys.get_int_max_str_digits() == 0,"
        " 'decimal': decimal.getcontext().prec == 3, 'stack': threading.stack_size(), 'gc': not gc.isenabled(), 'path': '/left' in sys.path,"
        " 'switch': sys.getswitchinterval() > 0.5}.items() if bad]",
    ),
    Leftover(
        "its text",
        "MARK = 'rlvr-red-' + 'team-mark'\nimport sys\nsys.intern(MARK)",
        "import gc, sys\ndef f():\n    gc.unfreeze()\n    mark = 'team' + '-mark'\n    return [1 for o in gc.get_objects() if isinstance(o, dict)"
        " for v in list(o.values()) if isinstance(v, str) and v.endswith(mark) and v.startswith('rlvr')]",
    ),
    Leftover(
        "a thread",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()",
        "import threading\ndef f(): return [t.name for t in threading.enumerate()][1:]",
    ),
    Leftover(
        "hidden inputs",
        "import os, sys\nseen = []\nsys.modules['os'].seen = seen\nseen.append(os.read(3, 1) if 0 else 1)",
        "import os\ndef f(): return ['seen'] * hasattr(os, 'seen')",
    ),
]
"""The last runs of one sandbox, one after the other."""
