"""The pool of killable workers that runs checks, and what was asked of it in advance.

- `Pool`: `submit` a check for a future, `prefetch` it for a later `judge`, `close` it.
- `Statistics`: what happened so far.

One thread watches each worker: it sends a check, waits for the answer under the check's deadline, and kills and
replaces the worker if there is none. So no event loop is blocked by a worker, and nothing here depends on signals. A
failed run is repeated once, on a fresh worker; a second failure is the verdict `error`, or `timeout` if the worker
crashed both times by the same signal: then it is the check's doing.
"""

from __future__ import annotations

import math
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, fields
from numbers import Integral

from rlvr.core import Check, Status, Verdict
from rlvr.envs.verification.jobs import Job, Kept, Memory, copy_of, digest, payload_of
from rlvr.envs.verification.process import CheckFailed, WorkerProcess
from rlvr.envs.verification.server import ForkServer

WALL_FACTOR = 8.0
"""A check may take this many times its CPU seconds by the clock. Between the two it waits for the machine."""

MEMORY_BYTES = 1 << 30
"""Memory that one check may add to what its worker has when it starts."""

KEPT = 4096
"""Number of prefetched checks that are kept; the least recently asked for is forgotten first."""

REMEMBERED = 1 << 16
"""Number of verdicts of pure checks that are remembered; the least recently used is forgotten first."""


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
    """Workers forked in place of one that was killed or died."""
    remembered: int = 0
    """Verdicts of pure checks that were served from memory, to `submit`, `prefetch` or `judge`."""


class Pool:
    """Workers, forked as they are needed, and the checks that wait for them. Safe to use from any thread."""

    def __init__(
        self,
        *,
        workers: int | None = None,
        wall_factor: float = WALL_FACTOR,
        memory_bytes: int = MEMORY_BYTES,
        kept: int = KEPT,
        remembered: int = REMEMBERED,
        preload: Sequence[str] = (),
    ) -> None:
        """Make a pool.

        Args:
            workers: Most processes that run checks, by default one for each CPU this process may run on.
            wall_factor: A check may take this many times its CPU seconds by the clock.
            memory_bytes: Memory that one check may add to what its worker has when it starts.
            kept: Most prefetched checks that are kept until somebody asks for them.
            remembered: Most verdicts of pure checks that are remembered; 0 for none.
            preload: Modules that every worker has when it is forked, besides those of the checks that are `rlvr`'s.
                They must start no threads when they are imported.

        Raises:
            ValueError: A number is too small, or not whole, or the wall factor is not finite.
        """
        if workers is None:
            workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        for name, value, least in (
            ("workers", workers, 1),
            ("memory_bytes", memory_bytes, 1),
            ("kept", kept, 1),
            ("remembered", remembered, 0),
        ):
            if not isinstance(value, Integral) or value < least:
                raise ValueError(f"Expected {name} to be a whole number of at least {least}, actually: {value!r}.")
        if not 0 < wall_factor < math.inf:
            raise ValueError(f"Expected wall_factor to be positive and finite, actually: {wall_factor!r}.")
        self._most_workers = workers
        self._wall_factor = wall_factor
        self._memory_bytes = int(memory_bytes)  # It travels as JSON, which knows no other integers.
        self._most_kept = kept
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._news = threading.Condition(self._lock)  # A check was queued, or the pool was closed.
        self._server = ForkServer(preload)
        self._queue: deque[Job] = deque()
        self._idle = 0  # Threads that will take the next checks; those queued are theirs.
        self._workers: list[WorkerProcess] = []
        self._threads: list[threading.Thread] = []
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._memory = Memory(remembered)
        self._under_way: dict[bytes, Job] = {}  # Pure checks that may be joined.
        self._counts = dict.fromkeys((field.name for field in fields(Statistics)), 0)
        self._closed = False

    def submit(self, check: Check) -> Future[Verdict]:
        """Queue a check. The future's result is its verdict; `asyncio.wrap_future` makes it awaitable.

        Raises:
            ValueError: The check's function lives in `__main__`.
            TypeError: Its arguments are not JSON data.
            RuntimeError: The pool is closed, or belongs to the process that this one was forked from, or has no worker
                yet and no thread for one can be started.
        """
        payload = payload_of(check)
        key = digest(payload) if check.pure else None
        with self._lock:
            return self._ask(check, payload, key)

    def prefetch(self, check: Check) -> None:
        """Start a check whose verdict `judge` will be asked for; equal checks run once, however many ask.

        Raises:
            ValueError, TypeError, RuntimeError: As for `submit`.
        """
        payload = payload_of(check)
        key = digest(payload)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = Kept(self._ask(check, payload, key), claims=0)
            elif kept.failed():
                kept.future = self._ask(check, payload, key)
            kept.claims += 1
            self._kept.move_to_end(key)
            if len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)

    def judge(self, check: Check) -> Verdict:
        """The verdict of a check: the prefetched one if there is one, else the remembered one, else asked for now.

        A prefetched check that has failed is asked for again: its fault may be long over.

        Raises:
            ImportError: Workers cannot import the check's function.
            ValueError, TypeError, RuntimeError: As for `submit`.
        """
        payload = payload_of(check)
        key = digest(payload)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and not kept.failed():
                self._counts["hits"] += 1
                future = kept.future
            else:
                served = self._counts["remembered"]
                future = self._ask(check, payload, key)
                self._counts["misses"] += served == self._counts["remembered"]
            if kept is not None:
                kept.future = future
                kept.claims -= 1
                if not kept.claims:
                    del self._kept[key]
        return copy_of(future.result())  # A prefetched one may have more claims to it.

    def statistics(self) -> Statistics:
        """What happened so far."""
        with self._lock:
            restarts = sum(worker.restarts for worker in self._workers)
            return Statistics(**{**self._counts, "restarts": restarts})

    def pids(self) -> list[int]:
        """Process ids of the workers that run."""
        with self._lock:
            return [pid for worker in self._workers if (pid := worker.pid) is not None]

    @property
    def server_pid(self) -> int | None:
        """Process id of the fork server, or `None` while there is none."""
        return self._server.pid

    def close(self) -> None:
        """Kill the workers. Checks that wait are cancelled, one that runs comes to the verdict `error`.

        It may be called again, and from callbacks of futures.
        """
        if self._owner != os.getpid():
            return  # Nothing here is this process's.
        with self._lock:
            self._closed = True
            self._kept.clear()
            waiting = list(self._queue)
            self._queue.clear()
            self._news.notify_all()
        self._server.close()
        for job in waiting:
            job.cancel()
        if threading.current_thread() not in self._threads:  # In a callback: the others may be there too, and wait.
            for thread in self._threads:
                thread.join()

    def _ask(self, check: Check, payload: bytes, key: bytes | None) -> Future[Verdict]:
        """Remember, join or queue a check. Needs the lock."""
        if self._closed:
            raise RuntimeError("The pool of workers is closed; checks cannot run while the interpreter shuts down.")
        if self._owner != os.getpid():
            raise RuntimeError(
                f"Expected the pool to be used by the process that made it, {self._owner}, actually: by its fork "
                f"{os.getpid()}. Make a Pool in the child, or use rlvr.envs.verification, which does."
            )
        if key is None or not check.pure:
            return self._enqueue(Job(check, payload, None))
        verdict = self._memory.find(key)
        if verdict is not None:
            self._counts["remembered"] += 1
            future: Future[Verdict] = Future()
            future.set_result(verdict)
            return future
        job = self._under_way.get(key)
        if job is not None:
            return job.join()
        job = Job(check, payload, key)
        future = self._enqueue(job)
        self._under_way[key] = job
        return future

    def _enqueue(self, job: Job) -> Future[Verdict]:
        """Queue a job, and start a thread with a worker for it if all are busy and there may be more."""
        if len(self._queue) >= self._idle and len(self._threads) < self._most_workers:
            self._start_thread()
        future = job.join()
        self._queue.append(job)
        self._news.notify()
        return future

    def _start_thread(self) -> None:
        """Add a thread with a worker; if there can be no more, those that run have to do."""
        worker = WorkerProcess(self._server, memory_bytes=self._memory_bytes, wall_factor=self._wall_factor)
        thread = threading.Thread(target=self._watch, args=(worker,), name="rlvr-verification", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # No thread is left for this user or container, or the interpreter ends.
            if not self._threads:
                raise RuntimeError(
                    f"The pool could not start a thread for its first worker ({error}). Let this process have more "
                    "threads: see ulimit -u, or the limit of processes of its container."
                ) from error
        else:
            self._workers.append(worker)
            self._threads.append(thread)

    def _watch(self, worker: WorkerProcess) -> None:
        """Give checks to one worker until the pool is closed."""
        while (job := self._next()) is not None:
            outcome: Verdict | BaseException
            try:
                outcome = self._run(worker, job)
            except BaseException as error:  # Whoever waits for the future must learn of it, whatever it is.
                outcome = error
            if job.key is not None:
                with self._lock:
                    self._under_way.pop(job.key, None)
                    if isinstance(outcome, Verdict):
                        self._memory.keep(job.key, outcome)
            job.finish(outcome)
        worker.end()

    def _next(self) -> Job | None:
        """Wait for a job that somebody waits for, and start it; `None` once the pool is closed."""
        with self._lock:
            self._idle += 1
            while not self._closed:
                if not self._queue:
                    self._news.wait()
                    continue
                job = self._queue.popleft()
                if job.start():
                    self._idle -= 1
                    return job
                if job.key is not None:
                    self._under_way.pop(job.key, None)
            return None

    def _run(self, worker: WorkerProcess, job: Job) -> Verdict:
        """Run a check, once more on a fresh worker if the first run fails."""
        retries = 0
        try:
            verdict = worker.ask(job.check, job.payload)
        except CheckFailed as first:
            verdict = Verdict(Status.ERROR, reason=str(first))
            if not self._closed:
                retries = 1
                try:
                    verdict = worker.ask(job.check, job.payload)
                except CheckFailed as second:
                    verdict = Verdict(Status.ERROR, reason=str(second))
                    if second.crash is not None and second.crash is first.crash:
                        verdict = Verdict(
                            Status.TIMEOUT, reason=f"The check crashed its worker twice ({second.crash.name})."
                        )
        with self._lock:
            self._counts["checks"] += 1
            self._counts["retries"] += retries
            self._counts["errors"] += verdict.status is Status.ERROR
        return verdict
