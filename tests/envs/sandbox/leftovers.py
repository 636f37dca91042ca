"""What must not outlive a run: pairs of programs, of which the second looks for what the first has left."""

from __future__ import annotations

from tests.envs.sandbox.attack import Leftover

LEFTOVERS = [
    Leftover(
        "left: module",
        "import builtins, json, sys\nbuiltins.left = json.left = sys.left = 1\nsys.modules['left'] = sys",
        "import builtins, json, sys\n"
        "def f(): return [m for m in (builtins, json, sys) if hasattr(m, 'left')] + ['left'] * ('left' in sys.modules)",
    ),
    Leftover(
        "left: random state",
        "import random\nrandom.seed(5)\nrandom.random()",
        "import random\nstate = random.getstate()\nrandom.seed(0)\n"
        "def f(): return [] if state == random.getstate() else ['state']",
    ),
    Leftover(
        "left: environment",
        "import os\nos.environ['LEFT'] = '1'\nos.putenv('LEFT', '1')",
        "import ctypes, os\nlibc = ctypes.CDLL(None)\n"
        "def f(): return ['LEFT'] * ('LEFT' in os.environ or bool(libc.getenv(b'LEFT')))",
    ),
    Leftover(
        "left: flags of open files",
        "import fcntl, os\nfor n in (0, 1, 2):\n"
        "    for call in ((4, os.O_NONBLOCK | os.O_APPEND), (8, os.getpid()), (10, 12)):\n"
        "        try: fcntl.fcntl(n, *call)\n        except OSError: pass\n    os.set_blocking(n, False)",
        "import fcntl, os\ndef f():\n"
        "    return [n for n in (0, 1, 2) if fcntl.fcntl(n, 3) & (os.O_NONBLOCK | os.O_APPEND)]",
    ),
    Leftover(
        "left: signals",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.pthread_sigmask(0, {10})",
        "import signal\n"
        "def f(): return [s for s in signal.pthread_sigmask(0, "
        "())] + ['int'] * (signal.getsignal(2) is signal.SIG_IGN)",
    ),
    Leftover(
        "left: files and folders",
        "import os\nfor p in ('/tmp', '/dev/shm', '.', '/'):\n    try: open(p + '/rlvr-left', 'w')\n"
        "    except OSError: pass\n"
        "try: os.chdir('/tmp')\nexcept OSError: pass",
        "import os\ndef f():\n"
        "    return [p for p in ('/tmp', '/dev/shm', '.', "
        "'/') if os.path.exists(p + '/rlvr-left')] + ['cwd'] * (os.getcwd() != '/')",
    ),
    Leftover(
        "left: interpreter",
        "import decimal, gc, locale, sys, threading, warnings\nsys.setrecursionlimit(99)\n"
        "sys.set_int_max_str_digits(0)\ndecimal.getcontext().prec = 3\n"
        "threading.stack_size(1 << 21)\ngc.disable()\nsys.path.append('/left')\nsys.setswitchinterval(1)",
        "import decimal, gc, sys, threading\ndef f():\n"
        "    return [n for n, bad in {'recursion': sys.getrecursionlimit() < 1000, "
        "'digits': sys.get_int_max_str_digits() == 0,"
        " 'decimal': decimal.getcontext().prec == 3, 'stack': threading.stack_size(), "
        "'gc': not gc.isenabled(), 'path': '/left' in sys.path,"
        " 'switch': sys.getswitchinterval() > 0.5}.items() if bad]",
    ),
    Leftover(
        "left: its text",
        "MARK = 'rlvr-red-' + 'team-mark'\nimport sys\nsys.intern(MARK)",
        "import gc, sys\ndef f():\n    gc.unfreeze()\n    mark = 'team' + '-mark'\n"
        "    return [1 for o in gc.get_objects() if isinstance(o, dict)"
        " for v in list(o.values()) if isinstance(v, str) and v.endswith(mark) and v.startswith('rlvr')]",
    ),
    Leftover(
        "left: a thread",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()",
        "import threading\ndef f(): return [t.name for t in threading.enumerate()][1:]",
    ),
    Leftover(
        "left: remembered inputs",
        "import os\nos.seen = os.read(0, 9)",
        "import os\ndef f(): return ['seen'] * hasattr(os, 'seen')",
    ),
]
