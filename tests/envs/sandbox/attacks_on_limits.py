"""Programs that never end, or want all there is: time, memory, threads, descriptors, output, the C stack."""

from __future__ import annotations

from tests.envs.sandbox.attack import Attack, attack

_ALL = "call checker assert stdin"
_MOST = 3 << 29  # Bytes that a bomb stops at by itself, should nothing else stop it: three times what it may have.


def _hang(name: str, tries: str, body: str, tasks: str = "call") -> Attack:
    return attack(name, tries, body, tasks, slow=True)


_TIME = [
    _hang("loop at import", "never ends", "while True: pass", "call stdin assert"),
    _hang("loop in the call", "never ends", "def f(x):\n    while True: pass", "call assert"),
    _hang(
        "loop that catches all",
        "catches whatever may be raised in it",
        "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
    ),
    _hang(
        "loop that ignores signals",
        "ignores, handles and blocks all signals, SIGXCPU too",
        """
        import signal
        for number in signal.valid_signals():
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        def f(x):
            while True: pass
        """,
    ),
    _hang("yields", "uses no CPU time, is always ready", "import os\ndef f(x):\n    while True: os.sched_yield()"),
    _hang("sleeps", "sleeps", "import time\ndef f(x): time.sleep(999)", "call assert"),
    _hang("sleeps without end, in slices", "wakes and sleeps", "import time\ndef f(x):\n    while True: time.sleep(0)"),
    _hang(
        "deadlock",
        "waits for a lock of its own",
        "import threading\nl = threading.Lock(); l.acquire()\ndef f(x): l.acquire()",
    ),
    _hang("waits for itself", "reads a pipe nobody writes", "import os\nr, w = os.pipe()\ndef f(x): os.read(r, 1)"),
    _hang("pauses", "waits for a signal", "import signal\ndef f(x): signal.pause()"),
    _hang(
        "reads on",
        "reads its own channel, so that no request reaches it",
        "import os\nwhile True: os.read(3, 9) or os.read(0, 1)",
        "call",
    ),
    _hang(
        "regular expression",
        "matches with exponential time, in C",
        "import re\ndef f(x): return re.match('(a+)+$', 'a' * 64 + 'b')",
    ),
    _hang("power", "computes a power with the lock held", "def f(x): return 9 ** (9 ** 9)"),
    _hang(
        "long sort",
        "compares for ever, in C",
        "class A:\n    def __lt__(self, other):\n        while True: pass\ndef f(x): return sorted([A(), A()])",
    ),
    _hang(
        "endless generator",
        "its result never ends",
        "def f(x):\n    def g():\n        while True: pass\n        yield\n    return g()",
    ),
    _hang("endless sum", "iterates in C", "import itertools\ndef f(x): return sum(itertools.repeat(0))"),
    _hang(
        "a thread that goes on",
        "ends its first thread, so that the process seems dead and lives",
        """
        import ctypes, threading, time
        def f(x):
            threading.Thread(target=time.sleep, args=(99,)).start()
            ctypes.CDLL(None).syscall(60 if __import__("os").uname().machine == "x86_64" else 93, 0)
        """,
    ),
    _hang(
        "non-daemon thread",
        "a thread that keeps it alive after its answer",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\nprint(1)\ndef f(x): return 1",
        "stdin",
    ),
]

_MEMORY = [
    attack(
        "list bomb",
        "grows a list",
        f"def f(x):\n    a = [0]\n    while len(a) < {_MOST // 8}: a += a\n    return 1",
        _ALL,
        slow=True,
    ),
    attack("bytearray bomb", "one large piece", f"def f(x): return len(bytearray({_MOST}))"),
    attack(
        "mmap bomb",
        "asks the kernel itself",
        f"import mmap\ndef f(x):\n    m = [mmap.mmap(-1, 1 << 26) for _ in range({_MOST >> 26})]\n    return len(m)",
    ),
    attack("str bomb", "a long text", f"def f(x): return len('x' * {_MOST})", slow=True),
    attack("int bomb", "a long integer", "def f(x): return 1 << (1 << 33)", slow=True),
    attack(
        "dict bomb",
        "many small objects",
        "def f(x):\n    d = {}\n    for i in range(10**7): d[i] = [i]\n    return 1",
        slow=True,
    ),
    attack("bomb at import", "the same before anything is asked", f"x = bytearray({_MOST})", _ALL, slow=True),
    attack(
        "catches MemoryError",
        "takes all, and goes on with nothing left",
        f"""
        a = []
        for size in (1 << 26, 1 << 20, 1 << 12, 64):
            try:
                while len(a) < {_MOST >> 12}: a.append(bytearray(size))
            except MemoryError: pass
        def f(x): return [0] * 10**6
        """,
        slow=True,
    ),
    attack(
        "pipe-buffer bomb",
        "fills the kernel's buffers",
        """
        import fcntl, os
        def f(x):
            for _ in range(500):
                r, w = os.pipe(); os.set_blocking(w, False)
                try: fcntl.fcntl(w, 1031, 1 << 20)
                except OSError: pass
                os.write(w, b'x' * (1 << 20))
        """,
    ),
    attack(
        "thread bomb",
        "starts threads",
        """
        import threading, time
        def f(x):
            for _ in range(2000): threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
            return 1
        """,
        _ALL,
    ),
    attack(
        "thread bomb, small stacks",
        "starts threads that need no memory",
        """
        import threading, time
        threading.stack_size(32768)
        def f(x):
            for _ in range(2000): threading.Thread(target=time.sleep, args=(99,), daemon=True).start()
            return 1
        """,
    ),
    attack("descriptor bomb", "opens files", "def f(x): return len([open('/dev/null') for _ in range(5000)])"),
    attack(
        "fork bomb",
        "a hundred forks",
        "import os\ndef f(x):\n    for _ in range(100):\n        if os.fork() == 0: os._exit(0)\n    return 1",
    ),
]

_OUTPUT = [
    attack(
        "output bomb",
        "prints megabytes",
        "def f(x):\n    for _ in range(200): print('x' * 10**6)\n    return 1",
        "call assert",
        slow=True,
    ),
    attack(
        "output bomb at import",
        "prints more than it may",
        "for _ in range(200): print('x' * 10**6)\ndef f(x): return 1",
        _ALL,
    ),
    attack(
        "prints every number",
        "the answer among many",
        "import sys\nfor n in range(10**6): sys.stdout.write(f'{n}\\n')",
        "stdin",
    ),
    attack(
        "stderr bomb",
        "the same on standard error",
        "import sys\ndef f(x):\n    for _ in range(200): sys.stderr.write('x' * 10**6)\n    return 1\n"
        "if __name__ == '__main__': f(1)",
        "call stdin",
    ),
    attack(
        "raw output",
        "writes bytes that are no text",
        "import os\nos.write(1, bytes(range(256)) * 99)\ndef f(x): return 1",
        _ALL,
    ),
    attack(
        "terminal codes",
        "writes control characters",
        "print('\\x1b[2J\\0\\r\\b\\u202e\\x85')\ndef f(x): return 1",
        _ALL,
    ),
]

_STACK = [
    attack("recursion", "calls itself", "def f(x): return f(x)", "call assert"),
    attack(
        "recursion without limit",
        "overflows the C stack",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return f(x)\nclass A:\n"
        "    def __repr__(self): return repr([self])\nf = lambda x: repr(A())",
        "call assert",
        slow=True,
    ),
    attack(
        "recursion in C",
        "a list in a list in a list",
        "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    a = []\n"
        "    for _ in range(10**6): a = [a]\n    return hash(repr(a))",
        slow=True,
    ),
    attack("nested source", "overflows the compiler", "x = " + "(" * 5000 + ")" * 5000, _ALL),
    attack("nested source of another kind", "overflows the compiler", "x = " + "-" * 200_000 + "1", _ALL),
    attack(
        "nested blocks",
        "more than Python takes",
        "\n".join(" " * i + "if 1:" for i in range(120)) + "\n" + " " * 120 + "pass",
        _ALL,
    ),
    attack("long chain", "a chain of attributes", "x = a" + ".b" * 100_000, _ALL, slow=True),
    attack("nested eval", "compiles at run time", "def f(x): return eval('[' * 90 + ']' * 90 + '()' * 50000)"),
    attack("long source", "a hundred thousand lines", "x = 1\n" * 100_000 + "def f(x): return 1", _ALL, slow=True),
    attack(
        "segmentation fault", "reads address 0", "import ctypes\ndef f(x): return ctypes.string_at(0)", "call assert"
    ),
    attack("writes to nowhere", "writes to address 1", "import ctypes\ndef f(x): ctypes.memset(1, 0, 1 << 20)"),
    attack(
        "corrupts objects",
        "overwrites small integers",
        "import ctypes\ndef f(x):\n    for n in range(5): ctypes.memset(id(n), 0, 32)\n    return 0",
    ),
    attack("aborts", "abort(3)", "import os\ndef f(x): os.abort()", "call assert"),
    attack(
        "bad code object",
        "runs bytecode that is none",
        "def f(x): pass\nf.__code__ = f.__code__.replace(co_code=b'\\xff\\xff' * 50, co_stacksize=0)",
    ),
]

_SIGNALS = [
    attack(
        "kills itself by a descriptor",
        "has the kernel send SIGKILL when a socket is ready: its sample would not count",
        """
        import fcntl, os, socket
        def f(x):
            a, b = socket.socketpair()
            flags = os.O_ASYNC | os.O_NONBLOCK
            for call in ((fcntl.F_SETOWN, os.getpid()), (fcntl.F_SETSIG, 9), (fcntl.F_SETFL, flags)):
                try: fcntl.fcntl(a, *call)
                except OSError: pass
            b.send(b"x")
            return 1
        """,
        "call assert",
    ),
    attack(
        "kills itself",
        "sends itself SIGKILL and SIGSTOP: its sample would not count",
        """
        import os, signal, threading
        def f(x):
            for number in (signal.SIGKILL, signal.SIGSTOP):
                for send, who in ((os.kill, [os.getpid()]), (signal.raise_signal, []), (os.killpg, [os.getpgrp()]),
                                  (signal.pthread_kill, [threading.get_ident()])):
                    try: send(*who, number)
                    except OSError: pass
            return 1
        """,
        "call assert",
    ),
    attack(
        "another architecture's calls",
        "x32: the same kernel by other numbers",
        "import ctypes\ndef f(x): return ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))",
        machines=("x86_64",),
    ),
    attack(
        "32-bit calls",
        "int 0x80: machine code that asks the kernel as 32-bit programs do",
        """
        import ctypes, mmap
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(b"\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3")
        def f(x): return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
        """,
        machines=("x86_64",),
    ),
]

ON_LIMITS: list[Attack] = _TIME + _MEMORY + _OUTPUT + _STACK + _SIGNALS
