"""The pool of this process, which everybody in it shares.

- `current()`: the pool, made when it is first needed and closed when the interpreter ends.
- `statistics()`: what happened in it.
"""

from __future__ import annotations

import atexit
import os
import threading

from rlvr.envs.verification.pool import Pool, Statistics

_lock = threading.Lock()
_pool: tuple[int, Pool] | None = None


def current() -> Pool:
    """The pool of this process, made when it is first asked for.

    A forked child makes its own; the parent's workers, threads and locks are not touched by it.
    """
    global _pool
    pid = os.getpid()
    if _pool is None or _pool[0] != pid:
        with _lock:
            if _pool is None or _pool[0] != pid:
                _pool = (pid, Pool())
    return _pool[1]


def statistics() -> Statistics:
    """What happened in this process's pool so far; zeros if there is none."""
    return _pool[1].statistics() if _pool is not None and _pool[0] == os.getpid() else Statistics()


def _renew_lock() -> None:
    """After a fork the lock may be held by a thread that does not exist in the child."""
    global _lock
    _lock = threading.Lock()


def _close() -> None:
    """Leave no worker behind when the interpreter ends."""
    if _pool is not None and _pool[0] == os.getpid():
        _pool[1].close()


os.register_at_fork(after_in_child=_renew_lock)
atexit.register(_close)
