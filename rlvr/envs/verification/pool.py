"""The pool of killable workers that runs checks, and what was asked of it in advance.

- `Pool`: `submit` a check for a future, `prefetch` it for a later `judge`, `close` it.
- `Statistics`: what happened so far.
- `current()`: this process's pool.

One thread watches each worker: it sends a check, waits for the answer under the check's deadline, and kills and
replaces the worker if there is none. So no event loop is blocked by a worker, and nothing here depends on signals. A
failed run is repeated once, on a fresh worker; a second failure is the verdict `error`, or `timeout` if the worker
crashed both times by the same signal: then it is the check's doing.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass, fields
from hashlib import blake2b
from queue import Empty, SimpleQueue
from typing import Any

from rlvr.core import Check, Status, Verdict
from rlvr.envs.verification.process import CheckFailed, WorkerProcess

WALL_FACTOR = 8.0
"""A check may take this many times its CPU seconds by the clock. Between the two it waits for the machine."""

MEMORY_BYTES = 2 << 30
"""Address space of a worker."""

KEPT = 4096
"""Number of prefetched checks that are remembered; the least recently asked for is forgotten first."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts since this process's pool was made."""

    checks: int = 0
    """Checks that workers ran to a verdict, `error` included."""
    hits: int = 0
    """Verdicts that `judge` found prefetched."""
    misses: int = 0
    """Verdicts that `judge` had to ask for itself: computed inside `step`, serial but correct."""
    retries: int = 0
    """Runs repeated on a fresh worker."""
    errors: int = 0
    """Checks whose verdict is `error`: they failed twice."""
    restarts: int = 0
    """Workers started in place of one that was killed or died."""


@dataclass(slots=True)
class _Kept:
    """A prefetched check and how many environments are still to collect it."""

    future: Future[Verdict]
    claims: int

    def failed(self) -> bool:
        """Whether the check is done and says nothing about the answer: an `error`, or an exception."""
        future = self.future
        if not future.done():
            return False
        return future.cancelled() or future.exception() is not None or future.result().status is Status.ERROR


@dataclass(frozen=True, slots=True)
class _Job:
    check: Check
    payload: bytes
    future: Future[Verdict]


class Pool:
    """Workers, started as they are needed, and the checks that wait for them. Safe to use from any thread."""

    def __init__(
        self,
        *,
        workers: int | None = None,
        wall_factor: float = WALL_FACTOR,
        memory_bytes: int = MEMORY_BYTES,
        kept: int = KEPT,
    ) -> None:
        """Make a pool of at most `workers` processes, by default one for each CPU this process may run on."""
        if workers is None:
            workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if workers < 1:
            raise ValueError(f"Expected workers to be at least 1, actually: {workers}.")
        self._most_workers = workers
        self._limits: dict[str, Any] = {"wall_factor": wall_factor, "memory_bytes": memory_bytes}
        self._most_kept = kept
        self._lock = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._workers: list[WorkerProcess] = []
        self._threads: list[threading.Thread] = []
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._counts = dict.fromkeys((field.name for field in fields(Statistics)), 0)
        self._closed = False

    def submit(self, check: Check) -> Future[Verdict]:
        """Queue a check. The future's result is its verdict; `asyncio.wrap_future` makes it awaitable.

        Raises:
            ValueError: The check's function lives in `__main__`.
            TypeError: Its arguments are not JSON data.
            RuntimeError: The pool is closed.
        """
        payload = _payload(check)
        with self._lock:
            return self._enqueue(check, payload)

    def prefetch(self, check: Check) -> None:
        """Start a check whose verdict `judge` will be asked for; equal checks run once, however many ask.

        Raises:
            ValueError, TypeError, RuntimeError: As for `submit`.
        """
        payload = _payload(check)
        key = _digest(payload)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept(self._enqueue(check, payload), claims=0)
            elif kept.failed():
                kept.future = self._enqueue(check, payload)
            kept.claims += 1
            self._kept.move_to_end(key)
            if len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)

    def judge(self, check: Check) -> Verdict:
        """The verdict of a check: the prefetched one if there is one, else asked for now.

        A prefetched check that has failed is asked for again: its fault may be long over.

        Raises:
            ImportError: Workers cannot import the check's function.
            ValueError, TypeError, RuntimeError: As for `submit`.
        """
        payload = _payload(check)
        key = _digest(payload)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self._counts["misses"] += 1
                future = self._enqueue(check, payload)
            else:
                if kept.failed():
                    self._counts["misses"] += 1
                    kept.future = self._enqueue(check, payload)
                else:
                    self._counts["hits"] += 1
                future = kept.future
                kept.claims -= 1
                if not kept.claims:
                    del self._kept[key]
        return future.result()

    def statistics(self) -> Statistics:
        """What happened so far."""
        with self._lock:
            restarts = sum(max(0, worker.starts - 1) for worker in self._workers)
            return Statistics(**{**self._counts, "restarts": restarts})

    def pids(self) -> list[int]:
        """Process ids of the workers that run."""
        with self._lock:
            return [worker.pid for worker in self._workers if worker.pid is not None]

    def close(self) -> None:
        """Kill the workers. Checks that wait are cancelled, one that runs comes to the verdict `error`."""
        with self._lock:
            self._closed = True
            self._kept.clear()
            for _ in self._threads:
                self._jobs.put(None)
        for thread, worker in zip(self._threads, self._workers, strict=True):
            while thread.is_alive():  # Again and again: it may just be starting a process.
                worker.interrupt()
                thread.join(timeout=0.02)

    def _enqueue(self, check: Check, payload: bytes) -> Future[Verdict]:
        """Queue a check, and start a worker for it if all are busy and there may be more. Needs the lock."""
        if self._closed:
            raise RuntimeError("The pool of workers is closed; checks cannot run while the interpreter shuts down.")
        job = _Job(check, payload, Future())
        self._jobs.put(job)
        if not self._idle.acquire(blocking=False) and len(self._threads) < self._most_workers:
            worker = WorkerProcess(**self._limits)
            thread = threading.Thread(target=self._watch, args=(worker,), name="rlvr-verification", daemon=True)
            self._workers.append(worker)
            self._threads.append(thread)
            thread.start()
        return job.future

    def _watch(self, worker: WorkerProcess) -> None:
        """Give checks to one worker until the pool is closed."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                self._idle.release()
                job = self._jobs.get()
            if job is None:
                break
            if self._closed:
                job.future.cancel()
            elif job.future.set_running_or_notify_cancel():
                try:
                    job.future.set_result(self._run(worker, job))
                except BaseException as error:  # Whoever waits for the future must learn of it, whatever it is.
                    job.future.set_exception(error)
        worker.kill()

    def _run(self, worker: WorkerProcess, job: _Job) -> Verdict:
        """Run a check, once more on a fresh worker if the first run fails."""
        try:
            verdict = worker.ask(job.check, job.payload)
        except CheckFailed as first:
            verdict = Verdict(Status.ERROR, reason=str(first))
            if not self._closed:
                self._count("retries")
                try:
                    verdict = worker.ask(job.check, job.payload)
                except CheckFailed as second:
                    verdict = Verdict(Status.ERROR, reason=str(second))
                    if second.crash is not None and second.crash is first.crash:
                        verdict = Verdict(
                            Status.TIMEOUT, reason=f"The check crashed its worker twice ({second.crash.name})."
                        )
        self._count("checks")
        if verdict.status is Status.ERROR:
            self._count("errors")
        return verdict

    def _count(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1


def _payload(check: Check) -> bytes:
    """The call as it travels to a worker."""
    if check.function.partition(":")[0] == "__main__":
        raise ValueError(
            f"Expected the check's function to be importable by a worker, actually: {check.function!r}. "
            "What the main script defines has no name elsewhere: move the verifier into a module of its own."
        )
    return check.key().encode("utf-8", "surrogatepass")


def _digest(payload: bytes) -> bytes:
    """What a prefetched check is found by: texts may be long, and many are remembered."""
    return blake2b(payload, digest_size=16).digest()


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
